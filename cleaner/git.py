"""What git knows of the files: where its work tree begins, and what a change touches."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


@cache
def root(folder: str) -> str | None:
    """The top of the work tree that a folder lies in, its links followed: where .git stands, a folder or (in a worktree or a
    submodule) a file. None outside one."""
    for path in (real := Path(os.path.realpath(folder)), *real.parents):
        if os.path.lexists(path / ".git"):
            return str(path)
    return None
