"""The files of a hook: those that it was given, and all that they are held against.

pre-commit splits a long list and shuffles it, so what is said of files together must not depend on the files of one call. git is
asked for the whole change instead; where the call names files outside it (`--all-files`), for everything that git tracks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from cleaner import git
from cleaner.formats.files import SUFFIXES


class Held(NamedTuple):
    """What the files of a call are held against: paths, and whether these are all that git tracks."""

    paths: tuple[str, ...]
    everything: bool


def held(named: Sequence[str]) -> Held | None:
    """For files that are named. None where git cannot tell."""
    change = git.change()
    if change is None:
        return None
    files = {os.path.normpath(os.path.relpath(path)) for path in named}
    if files <= set(change):
        return Held(_texts(change), False)
    tracked = git.tracked()
    return None if tracked is None else Held(_texts(tracked), True)


def _texts(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.lower().endswith(SUFFIXES))
