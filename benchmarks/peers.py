"""Installs what is measured against: all of the extra "bench" at once or, where one does not install, each of the others.

    python -m benchmarks.peers

What does not install is no error: the report says who is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Installs, and says what it goes on without."""
    if _installed("--editable", ".[dev,bench]"):
        return
    for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["bench"]:
        if not _installed("--editable", ".[dev]", requirement):  # with ours, so that none moves what ours needs
            print(f"going on without {requirement}")


def _installed(*what: str) -> bool:
    return subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *what], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    main()
