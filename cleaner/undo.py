"""From a report's undo file back to the original bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.edits import Mismatch, apply, reverse
from cleaner.formats.plain import Unwritable, write
from cleaner.model import Edit

FILE = "undo.jsonl"
VERSION = 1


class BadUndo(ValueError):  # noqa: N818
    """The undo file cannot be used, or a file cannot be given back; the message says which and why."""


def header(out: Path, report: Path) -> str:
    """The first row of an undo file: where the cleaned files are, seen from the report, so that both can be moved."""
    return json.dumps({"undo": VERSION, "out": os.path.relpath(out, report)}) + "\n"


def restore(report: Path, target: Path, cleaned: Path | None = None) -> Iterator[tuple[str, str | None]]:
    """Give back every file of a report below `target`: its name, and None or why it was refused.

    Each is checked by hash, before and after. Raises BadUndo where the undo file itself cannot be read."""
    path = report / FILE if report.is_dir() else report
    try:
        with open(path, encoding="utf-8") as rows:
            written_to = _out(rows.readline(), path)
            out = cleaned or written_to
            given: set[str] = set()
            for number, line in enumerate(rows, start=2):
                row = _row(line, path, number)
                name = str(row["path"])
                try:
                    below = _below(row["below"], given)
                    write(target / below, _original(out / below, row), root=target, mode_of=out / below)
                except (BadUndo, Unwritable) as error:
                    yield name, str(error)
                else:
                    yield name, None
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadUndo(f"{path}: not an undo file") from None


def _out(line: str, path: Path) -> Path:
    try:
        head = json.loads(line)
        if head["undo"] != VERSION:
            raise BadUndo(f"{path}: of version {head['undo']}; this cleaner reads version {VERSION}")
        return path.parent / str(head["out"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadUndo):
            raise
        raise BadUndo(f"{path}: not an undo file") from None


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        if not {"path", "below", "before", "after", "encoding", "written", "broken", "edits"} <= row.keys():
            raise ValueError
    except (ValueError, AttributeError):
        raise BadUndo(f"{path}:{number}: this row is broken; the rows before it were given back") from None
    return row


def _below(below: str, given: set[str]) -> str:
    """A row's place, which must lie below the target and be given back once."""
    parts = Path(below).parts
    if Path(below).is_absolute() or ".." in parts or not parts:
        raise BadUndo(f"{below}: leads out of the folder")
    if below in given:
        raise BadUndo(f"{below}: two rows would give one file")
    given.add(below)
    return below


def _original(path: Path, row: dict[str, Any]) -> bytes:
    """The original bytes of a cleaned file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != row["after"]:
        raise BadUndo(f"{path}: was changed after it was cleaned")
    if row["encoding"] is not None and (row["edits"] or row["written"] != row["encoding"]):
        errors = "surrogateescape" if row["broken"] else "strict"
        try:
            script = reverse(tuple(Edit(*edit) for edit in row["edits"]))
            content = apply(content.decode(row["written"], errors), script).encode(row["encoding"], errors)
        except (Mismatch, UnicodeError, TypeError, LookupError) as error:
            raise BadUndo(f"{path}: the undo file does not fit it: {error}") from None
    if hashlib.sha256(content).hexdigest() != row["before"]:
        raise BadUndo(f"{path}: the undo file does not lead back to the original")
    return content
