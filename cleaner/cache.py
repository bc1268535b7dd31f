"""Results of earlier runs, by the content of files and whatever else they depend on.

One SQLite file in .cleaner_cache: readers and writers of parallel runs wait for one another, a run that is cut off leaves what was
whole. Nothing depends on it: what cannot be read is worked out anew, what cannot be written is not."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

FOLDER = ".cleaner_cache"
FILE = "results.sqlite"
WAIT = 2.0  # seconds that a run waits for another one that writes
FULL = 500_000_000  # bytes; a cache that has grown beyond this begins anew
FORMAT = 1


def folder(where: Path = Path()) -> Path:
    """The folder for what may be lost at any time, made where it is missing. git is told to leave it alone."""
    home = where / FOLDER
    home.mkdir(exist_ok=True)
    ignoring = home / ".gitignore"
    if not ignoring.exists():
        ignoring.write_text("*\n", "utf-8")
    return home


class Cache:
    """Key -> value, both bytes. Neither reading nor writing ever fails: what is damaged is as good as absent."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """What is known of some keys."""
        wanted, found = list(keys), {}
        with suppress(sqlite3.Error, OSError):
            if not self.path.exists():
                return {}
            try:
                with closing(self._opened()) as connection:
                    for start in range(0, len(wanted), _AT_ONCE):
                        some = wanted[start : start + _AT_ONCE]
                        query = f"SELECT key, value FROM result WHERE key IN ({','.join('?' * len(some))})"
                        for key, value in connection.execute(query, some):
                            with suppress(zlib.error, TypeError):  # it proves its content by a checksum
                                found[key] = zlib.decompress(value)
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
        return found

    def put(self, rows: Mapping[bytes, bytes]) -> None:
        """Remember some values, all or none."""
        with suppress(sqlite3.Error, OSError):
            folder(self.path.parent.parent)
            if self.path.exists() and self.path.stat().st_size > FULL:
                self.path.unlink()
            try:
                with closing(self._opened()) as connection:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("CREATE TABLE IF NOT EXISTS result (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
                    packed = ((key, zlib.compress(value, 1)) for key, value in rows.items())
                    connection.executemany("INSERT OR REPLACE INTO result VALUES (?, ?)", packed)
                    connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")  # what a power cut takes is worked out anew
        return connection

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """A file that is no database, or a damaged one, goes. One that is busy, or has no table yet, stays."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            with suppress(OSError):
                os.unlink(self.path)


_AT_ONCE = 500  # keys of a query
