"""Writing an index: a run is stored as a whole or not at all, whatever ends it."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleaner import kernels
from cleaner.index import database
from cleaner.index.database import APPLICATION, FORMAT, NO_INDEX, SCHEMA, BadIndex, bands, check_header, connected, each, header, speaking
from cleaner.kernels import Hashes, Places
from cleaner.sketches import PARAMETERS, Sketch

PARAGRAPHS = 20_000  # that are held before they are stored


class Entry(NamedTuple):
    """A document to store: its sketch, the folded texts of its paragraphs, and the file that it was read from.

    mtime_ns: when the file was last changed; 0 where that says nothing (it was changed just now, and could be again)."""

    sketch: Sketch
    texts: Sequence[str]
    bytes: int
    mtime_ns: int
    sha256: str


class Held(NamedTuple):
    """What is stored of a file. place: seen from the folder of the index."""

    document: int
    place: str
    path: str
    bytes: int
    mtime_ns: int
    sha256: str


class Counts(NamedTuple):
    """What an index holds: documents, paragraphs of them, how many of those are distinct, and its bytes on disk."""

    documents: int
    paragraphs: int
    distinct: int
    bytes: int


class Writing:
    """An index that is being written: nothing stands in it before `finish`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._waiting: list[tuple[int, str, Entry]] = []
        self._size = 0  # paragraphs that wait
        self._loose: set[int] = set()  # texts that may stand in no document any more
        (self._documents,), (self._texts,) = (self._one(f"SELECT coalesce(max(id), 0) FROM {name}") for name in ("document", "text"))
        connection.execute("CREATE TEMP TABLE fresh (key INTEGER, text INTEGER)")

    def held(self) -> dict[str, Held]:
        """What is stored of each file, by its place."""
        rows = self.connection.execute("SELECT id, place, path, bytes, mtime_ns, sha256 FROM document")
        return {row.place: row for row in map(Held._make, rows)}

    def put(self, place: str, entry: Entry, held: Held | None = None) -> None:
        """Store a document; held: what was stored of it, which goes."""
        if held:
            self.remove(held)
        else:
            self._documents += 1
        self._waiting.append((held.document if held else self._documents, place, entry))
        self._size += len(entry.texts)
        if self._size >= PARAGRAPHS:
            self._store()

    def still(self, held: Held, path: str, mtime_ns: int) -> None:
        """A stored file has the same content, but perhaps another name or time."""
        if (path, mtime_ns) != (held.path, held.mtime_ns):
            self.connection.execute(
                "UPDATE document SET path = CAST(? AS TEXT), mtime_ns = ? WHERE id = ?", (os.fsencode(path), mtime_ns, held.document)
            )

    def remove(self, held: Held) -> None:
        """A document is in the index no more."""
        document = held.document
        texts, signature = self._one("SELECT texts, signature FROM document WHERE id = ?", document)
        own = np.unique(np.frombuffer(texts, dtype=np.int64)).tolist()
        self._many("DELETE FROM place WHERE text = ? AND document = ?", ((text, document) for text in own))
        keys = database.wide_keys(np.frombuffer(signature, dtype=np.uint32))
        self._many("DELETE FROM wide WHERE key = ? AND document = ?", ((key, document) for key in keys))
        self.connection.execute("DELETE FROM document WHERE id = ?", (document,))
        self._loose.update(own)

    def finish(self) -> Counts:
        """All is there; what the index now holds."""
        self._store()
        self.connection.execute("INSERT INTO band SELECT key, text FROM fresh ORDER BY key, text")
        self.connection.execute("DELETE FROM fresh")
        self._purge()
        self._many("INSERT OR REPLACE INTO header VALUES (?, ?)", header().items())
        (documents, paragraphs) = self._one("SELECT count(*), coalesce(sum(length(texts) / 8), 0) FROM document")
        (distinct,) = self._one("SELECT count(*) FROM text")
        (size,) = self._one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return Counts(documents, paragraphs, distinct, size)

    def _store(self) -> None:
        """Store what waits: its new texts once, and where they stand."""
        if not self._waiting:
            return
        sketches = [entry.sketch for _, _, entry in self._waiting]
        texts = [text for _, _, entry in self._waiting for text in entry.texts]
        ids = self._ids(np.concatenate([s.hashes for s in sketches]), sketches, texts)
        edges = np.cumsum([0, *(len(s.hashes) for s in sketches)])
        rows, places, wide = [], [], []
        for (document, place, entry), start, end in zip(self._waiting, edges[:-1], edges[1:]):
            s, own = entry.sketch, ids[start:end]
            file = entry.bytes, entry.mtime_ns, entry.sha256
            arrays = s.values.tobytes(), s.spans.tobytes(), own.tobytes()
            title = s.title.encode("utf-8", "surrogateescape")
            rows.append((document, os.fsencode(place), os.fsencode(s.path), s.row, s.size, *file, title, s.date, s.whole.hex(), *arrays))
            places += [(text, document) for text in np.unique(own).tolist()]
            if len(own) >= 3:
                wide += [(key, document) for key in set(database.wide_keys(s.values))]
        self._many("INSERT INTO document VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)", rows)
        self._many("INSERT INTO place VALUES (?, ?)", sorted(places))
        self._many("INSERT INTO wide VALUES (?, ?)", wide)
        self._waiting, self._size = [], 0

    def _ids(self, hashes: Hashes, sketches: Sequence[Sketch], texts: Sequence[str]) -> Places:
        """uint64[n, 2], ... -> int64[n]: the stored text of each paragraph; those that are not there yet are stored."""
        first = kernels.first_equal_rows(hashes)
        pairs = hashes.view(np.int64).tolist()
        wanted = {tuple(pairs[n]): n for n in np.flatnonzero(first == np.arange(len(first))).tolist()}
        ids = np.zeros(len(hashes), dtype=np.int64)
        query = "SELECT t.id, t.high, t.low FROM {} JOIN text t ON t.high = value"
        for text, high, low in each(self.connection, query, {high for high, _ in wanted}):
            if (high, low) in wanted:
                ids[wanted[high, low]] = text
        new = np.array([n for n in wanted.values() if not ids[n]], dtype=np.int64)
        ids[new] = np.arange(len(new)) + self._texts + 1
        self._texts += len(new)
        rows = ((ids[n].item(), *pairs[n], database.stored(texts[n])) for n in new.tolist())
        self._many("INSERT INTO text VALUES (?, ?, ?, ?)", rows)
        keys = bands(np.concatenate([s.keys for s in sketches])[new], np.concatenate([s.kinds for s in sketches])[new])
        whose = np.repeat(ids[new], keys.shape[1])
        self._many("INSERT INTO fresh VALUES (?, ?)", zip(keys.ravel().view(np.int64).tolist(), whose.tolist()))
        return ids[first]

    def _purge(self) -> None:
        """Texts that stand in no document go, with their bands."""
        query = "SELECT t.id, t.folded FROM {} JOIN text t ON t.id = value WHERE NOT EXISTS (SELECT 1 FROM place WHERE text = t.id)"
        gone = list(each(self.connection, query, self._loose))
        for start in range(0, len(gone), PARAGRAPHS):
            some = gone[start : start + PARAGRAPHS]
            _, signatures, kinds = database.traits_of([database.loaded(folded) for _, folded in some])
            keys = bands(kernels.band_keys(signatures, PARAMETERS.rows), kinds).view(np.int64).tolist()
            self._many("DELETE FROM band WHERE key = ? AND text = ?", ((key, text) for (text, _), own in zip(some, keys) for key in own))
            self._many("DELETE FROM text WHERE id = ?", ((text,) for text, _ in some))

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self.connection.execute(query, values).fetchone()
        return found

    def _many(self, query: str, rows: Iterable[tuple[object, ...]]) -> None:
        self.connection.executemany(query, rows)


@contextmanager
def building(path: Path) -> Iterator[Writing]:
    """A new index, which takes the place of the file when all is done; whatever happens before, the old one stays.

    Raises BadIndex where the file is no index, or where another run writes to it."""
    real = Path(os.path.realpath(path))
    if real.exists() and not is_index(real):
        raise BadIndex(f"{path}: {NO_INDEX}, and stays")
    beside = real.with_name(f".{real.name}.{secrets.token_hex(4)}")
    try:
        with speaking(path), _claimed(real) as old:
            connection = connected(beside, "mode=rwc")
            try:
                for setting in ("journal_mode = OFF", "synchronous = OFF", f"application_id = {APPLICATION}", f"user_version = {FORMAT}"):
                    connection.execute(f"PRAGMA {setting}")
                connection.execute(f"PRAGMA cache_size = -{CACHE}")
                connection.executescript(SCHEMA)
                connection.execute("BEGIN")
                yield Writing(connection)
                connection.execute("COMMIT")
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
            with open(beside, "rb") as file:
                os.fsync(file.fileno())
            _put_aside(old, real)
            os.replace(beside, real)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def adding(path: Path) -> Iterator[Writing]:
    """An index that is there already, for one run to write to; others that want to write wait.

    Raises BadIndex."""
    with speaking(path):
        connection = _locked(path)
        try:
            connection.execute(f"PRAGMA cache_size = -{CACHE}")
            yield Writing(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()


CACHE = 65_536  # kilobytes of pages that SQLite holds while it writes


def is_index(path: Path) -> bool:
    """Does a file say that it is an index of ours, of whatever version?"""
    with open(path, "rb") as file:
        head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == APPLICATION.to_bytes(4, "big")


def _locked(path: Path) -> sqlite3.Connection:
    """A connection that alone may write."""
    while True:
        file = os.stat(path).st_ino
        connection = connected(path, "mode=rw")
        try:
            check_header(connection, path)
            connection.execute("BEGIN IMMEDIATE")
            if os.stat(path).st_ino == file:
                if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                    return connection
                connection.execute("ROLLBACK")  # a run that was to replace it was killed at its end
                connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        connection.close()  # or while this one waited, a new index took the place of the file


@contextmanager
def _claimed(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Let nobody write to an index that will be replaced; None where there is none, or where it is damaged."""
    connection = None
    if path.exists():
        connection = connected(path, "mode=rw")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            connection = None
    try:
        yield connection
    finally:
        if connection:
            connection.close()


def _put_aside(connection: sqlite3.Connection | None, path: Path) -> None:
    """Before another file takes the place of an index, its log goes: the new one must not be read with it."""
    if connection is None:
        for log in ("-wal", "-shm"):
            Path(f"{path}{log}").unlink(missing_ok=True)
        return
    connection.execute("ROLLBACK")
    deadline = time.monotonic() + database.WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # fails while anybody reads
            connection.execute("BEGIN EXCLUSIVE")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
