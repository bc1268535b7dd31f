"""What git knows of the files: where its work tree begins, what a change touches, what it tracks.

git is asked for names with -z: without it Chinese names come quoted, and whoever reads them finds no file (core.quotePath)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
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


def change(environment: Mapping[str, str] = os.environ) -> list[str] | None:
    """The files that the change under way adds or alters, as seen from the current folder: what is staged, or what is between the
    two commits that pre-commit names. None where git cannot tell."""
    old, new = (environment.get(f"PRE_COMMIT_{which}_REF") for which in ("FROM", "TO"))
    between = [f"{old}...{new}"] if old and new else ["--cached"]
    return _names("diff", "--name-only", "--diff-filter=ACMR", "--no-ext-diff", "-z", *between, "--")


def tracked() -> list[str] | None:
    """The files that git tracks, as seen from the current folder. None where git cannot tell."""
    return _names("ls-files", "--full-name", "-z", "--", ":/")


def _names(*command: str) -> list[str] | None:
    """What git lists, less links, submodules and what is not there (in a bare repository nothing is)."""
    top = root(os.getcwd())
    if top is None:
        return None
    try:
        ran = subprocess.run(["git", *command], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    paths = (os.path.relpath(os.path.join(top, os.fsdecode(name)), os.path.realpath(".")) for name in ran.stdout.split(b"\0") if name)
    return [path for path in dict.fromkeys(paths) if os.path.isfile(path) and not os.path.islink(path)]
