"""Imports point one way, as docs/design.md draws them; heavy libraries are loaded where they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "cleaner"

# A module may import what stands below it, and nothing on its own line but its own package.
FLOORS = (
    {"model", "git", "clock", "patterns"},
    {"kernels", "room"},
    {"compiled"},
    {"compiled_fold", "compiled_places", "compiled_stretches"},
    {"views"},
    {"language", "edits", "stretches"},
    {"compiled_runs"},
    {"groups", "copies", "runs", "revision"},
    {"passages", "sketches"},
    {"nearly"},
    {"corpus"},
    {"rules", "profiles"},
    {"settings", "messages", "engines", "formats", "fingerprints", "cache", "lock"},
    {"allowing", "baseline", "gate"},
    {"pipeline", "undo", "index", "decisions"},
    {"reports"},
    {"jobs", "api", "frames", "ready"},
    {"rows", "known"},
    {"tally", "memory", "watching", "changes", "applying", "serving", "terminal"},
    {"spark", "progress"},
    {"commands"},
    {"checking", "indexing", "learning", "reviewing"},
    {"baselining", "deciding"},
    {"options", "performing"},
    {"kept"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: n for n, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = {"pandas", "datasketch", "numba", "pyarrow", "rjieba", "charset_normalizer", "rich", "scipy", "pyspark", "lxml", "zstandard"}


def modules() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"cleaner.{alias.name}" for alias in node.names} if node.module == "cleaner" else {node.module}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_point_downwards(path: Path) -> None:
    here = room(path)
    assert here in FLOOR, f"{here} has no place in the house"
    for name in imports(ast.parse(path.read_text("utf-8"))):
        parts = name.split(".")
        if parts[0] == "cleaner" and len(parts) > 1 and parts[1] in FLOOR and parts[1] != here:
            assert FLOOR[parts[1]] < FLOOR[here], f"{here} must not import {parts[1]}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    top = ast.Module([node for node in ast.parse(path.read_text("utf-8")).body if not isinstance(node, ast.If)], [])
    nested = (ast.FunctionDef, ast.ClassDef)
    names = {n.split(".")[0] for node in top.body if not isinstance(node, nested) for n in imports(node)}
    allowed = {"reports": {"rich"}, "compiled": {"numba"}}.get(room(path), set())  # rich: cell_len only, 2 ms
    assert not names & (HEAVY - allowed)


def test_the_command_starts_light() -> None:
    code = "import sys, cleaner.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)
