"""One run at a time: a lock on a folder that is written to. It dies with the process that holds it, whatever ends that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = ".cleaner_lock"


class Locked(Exception):  # noqa: N818
    """Another process writes there; the message says where."""


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Nobody else writes to a folder meanwhile who asks for this, too. Worker processes that are forked do not hold it.

    Raises Locked, and OSError where the folder cannot be written to. Where the system has no locks, all may write."""
    path = folder / NAME
    file = _held(path)
    try:
        yield
    finally:
        if os.name != "nt":
            with suppress(OSError):
                path.unlink()  # while it is held: another one's is not removed
        os.close(file)


def _held(path: Path) -> int:
    """A file descriptor with the lock."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _take(file)
        except (BlockingIOError, PermissionError):
            os.close(file)
            raise Locked(f"{path.parent}: another run of cleaner writes there; wait for its end, or give another folder") from None
        except OSError:
            return file  # this file system has none
        with suppress(OSError):
            if os.path.samestat(os.fstat(file), os.stat(path)):
                return file
        os.close(file)  # its owner has just removed it


def _take(file: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of a process, not of an open file: none that is forked has it
