"""The file of an index: what stands in it, who may open it, and how texts and keys are written in it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from cleaner import __version__, kernels
from cleaner.corpus import WIDE
from cleaner.kernels import Hashes, Hashes32
from cleaner.model import Document, Source
from cleaner.sketches import LEAST, PARAMETERS, Traits, sketch, traits
from cleaner.views import code_points, paragraphs

NAME = ".cleaner_index.sqlite"
FORMAT = 1
APPLICATION = 0x436C6E72  # "Clnr", bytes 68 to 71 of the file: SQLite's mark of whose file it is
WAIT = 5.0  # seconds that a run waits for another one that writes

SCHEMA = """
CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE document (
  id INTEGER PRIMARY KEY, place TEXT, path TEXT, row INTEGER, size INTEGER, bytes INTEGER, mtime_ns INTEGER, sha256 TEXT,
  title TEXT, date INTEGER, whole TEXT, signature BLOB, spans BLOB, texts BLOB);
CREATE INDEX document_place ON document (place);
CREATE INDEX document_whole ON document (whole);
CREATE TABLE text (id INTEGER PRIMARY KEY, high INTEGER, low INTEGER, folded BLOB);
CREATE INDEX text_high ON text (high);
CREATE TABLE place (text INTEGER, document INTEGER, PRIMARY KEY (text, document)) WITHOUT ROWID;
CREATE TABLE band (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;
CREATE TABLE wide (key INTEGER, document INTEGER, PRIMARY KEY (key, document)) WITHOUT ROWID;
"""
# document.place: the file as seen from the folder of the index, so that both can move. spans: int32[n, 3]. texts: int64[n], the
# text of each paragraph. text.high, low: its content hash. folded: UTF-16 (2 bytes a Chinese character; UTF-8 takes 3).
# band: the bands of the signatures of texts; wide: those of the signatures of documents.


class BadIndex(Exception):  # noqa: N818
    """An index that cannot be used; the message names the file, what it is, and what was expected."""


def opened(path: Path) -> sqlite3.Connection:
    """A connection that only reads.

    Raises BadIndex."""
    with speaking(path):
        connection = connected(path, "mode=ro")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY_DIRECTORY) or _log(path).exists():
                raise
            connection = connected(path, "immutable=1")  # in a folder that cannot be written: then nobody writes to it
        return connection


def connected(path: Path, how: str) -> sqlite3.Connection:
    """A connection to a database file; how: the query of its URI."""
    uri = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None)
    connection.text_factory = os.fsdecode  # file names need not be UTF-8
    return connection


def _log(path: Path) -> Path:
    return Path(f"{path}-wal")


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Says what SQLite says in the user's terms: raises BadIndex."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        reason = {
            sqlite3.SQLITE_BUSY: "is in use by another run; try again when that is done",
            sqlite3.SQLITE_NOTADB: NO_INDEX,
            sqlite3.SQLITE_CORRUPT: f"is damaged ({error}); {ANEW}",
        }
        raise BadIndex(f"{path}: {reason.get(code, error)}") from None


NO_INDEX = "is no index of cleaner"
ANEW = "`cleaner index build` makes it anew"


def check_header(connection: sqlite3.Connection, path: Path) -> None:
    """Is this an index that this version can use?

    Raises BadIndex, which says what it holds and what is wanted."""
    (application,), (format_,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    if application != APPLICATION:
        raise BadIndex(f"{path}: {NO_INDEX}")
    if format_ != FORMAT:
        raise BadIndex(f"{path}: is an index of format {format_}, wanted: {FORMAT}; {ANEW}")
    held, wanted = dict(connection.execute("SELECT name, value FROM header")), header()
    other = [name for name in wanted if name != WRITTEN_BY and held.get(name) != wanted[name]]
    if other:
        holds, wants = (", ".join(f"{name} {some.get(name)}" for name in other) for some in (held, wanted))
        raise BadIndex(f"{path}: holds {holds} (written by cleaner {held.get(WRITTEN_BY)}), wanted: {wants}; {ANEW}")


WRITTEN_BY = "written by"


def header() -> dict[str, str]:
    """What the stored hashes depend on, and the version that writes them."""
    parameters = {"ngram": PARAMETERS.ngram, "bands": PARAMETERS.bands, "rows": PARAMETERS.rows, "seed": PARAMETERS.seed}
    numbers = {**parameters, "least": LEAST, "wide": WIDE}
    return {name: str(number) for name, number in numbers.items()} | {"hashes": _proof(), WRITTEN_BY: __version__}


@cache
def _proof() -> str:
    """A hash of all that is made of a text which holds something for every step: folding and hashing are as they were."""
    text = (
        "关于印发《２０２４年工作要點》的通知\n"
        + "全面加强金融監管，不得新增隐性债务 12.5 亿元；牢牢守住不发生系统性、区域性风险的底线（A＋级）。\n" * 3
    )
    made = sketch(Document(0, "", None, text, paragraphs(text), Source("utf-8", "", 0)))
    arrays = (made.values, made.spans, made.hashes, made.keys, made.kinds)
    return blake2b(made.whole + b"".join(array.tobytes() for array in arrays), digest_size=8).hexdigest()


def each(connection: sqlite3.Connection, query: str, values: Iterable[int] | Iterable[str]) -> Iterator[Any]:
    """The rows of a query that is joined with values: {} in it is a table with the column `value`."""
    wanted = sorted(values)  # so that pages are read in their order
    ask = query.format("json_each(?)").replace(" JOIN ", " CROSS JOIN ")  # CROSS: in this order
    for start in range(0, len(wanted), AT_ONCE):
        yield from connection.execute(ask, (json.dumps(wanted[start : start + AT_ONCE]),))


AT_ONCE = 10_000  # values handed over in one go


def nearest() -> Path:
    """The index where none is named: at the git root, or in the current folder."""
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return Path(os.path.relpath(root / NAME))


def folder_of(index: Path) -> str:
    """The real folder of an index, from which its documents are seen."""
    return os.path.realpath(index.parent)


def place_of(file: Path, home: str) -> str:
    """Where a file is, seen from the folder of the index."""
    return os.path.relpath(os.path.realpath(file), home)


def bands(keys: Hashes, kinds: Hashes) -> Hashes:
    """uint64[n, bands], uint64[n] -> uint64[n, bands]: band keys as they are stored. Only texts of one kind share one, and two
    bands no more than any two keys."""
    found: Hashes = (keys ^ (kinds * kernels.ODD)[:, None]) + np.arange(keys.shape[1], dtype=np.uint64) * kernels.ODD
    return found


def wide_keys(signature: Hashes32) -> list[int]:
    """uint32[k] -> the bands of a document, as they are stored."""
    keys = kernels.band_keys(signature[None], WIDE)
    found: list[int] = bands(keys, np.zeros(1, dtype=np.uint64))[0].view(np.int64).tolist()
    return found


def traits_of(folded: Sequence[str]) -> Traits:
    """What folded texts are compared by."""
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in folded]))).astype(np.int64)
    return traits(code_points("".join(folded)), offsets)


def stored(folded: str) -> bytes:
    """A folded text as it is stored."""
    return folded.encode("utf-16-le", "surrogatepass")


def loaded(folded: bytes) -> str:
    """A stored text."""
    return folded.decode("utf-16-le", "surrogatepass")
