"""Sketches: what is kept of documents for comparing them, made where a document is read; and many of them, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner import kernels
from cleaner.copies import tiles
from cleaner.groups import Parameters, ways_for
from cleaner.kernels import Codes, Hashes, Hashes32, Places
from cleaner.language.facts import FIGURES_AND_NEGATIONS
from cleaner.language.margins import NONE, Margins, margins
from cleaner.model import Document
from cleaner.patterns import lazily
from cleaner.room import Column, Room, Strings
from cleaner.views import MANY, Reader, fold

LEAST = 25  # Chinese characters of a paragraph that is compared; shorter ones (headings, forms) stand everywhere
PARAMETERS = Parameters()
Keep = Literal["first", "newest", "longest"]


class Sketch(NamedTuple):
    """What is kept of a document for comparing it with others.

    order: its place in the run; below 0 where it is none of it, but stored in an index. size: characters. date: 20240118, or
    0 where none is known. whole: a hash of what makes it the same document. values: uint32[k], the MinHash signature of all
    its paragraphs together. Of each paragraph of LEAST Chinese characters and more: spans: int32[n, 3], where it starts, ends,
    and where the next one starts; hashes: uint64[n, 2], of its folded text; keys: uint64[n, bands], of its signature; kinds:
    uint64[n], a hash of its figures and negations. margins: the lines at its head and foot that may belong to its site."""

    order: int
    path: str
    row: int | None
    size: int
    title: str
    date: int
    whole: bytes
    values: Hashes32
    spans: npt.NDArray[np.int32]
    hashes: Hashes
    keys: Hashes
    kinds: Hashes
    margins: Margins = NONE


def sketch(document: Document) -> Sketch:
    """The sketch of a document."""
    view = fold(document.text)
    every = tiles(document.text)
    long = [tile for tile in every if tile.han >= LEAST]
    edges = np.array([(tile.first, tile.last) for tile in long], dtype=np.int64).reshape(-1, 2)
    sizes = edges[:, 1] - edges[:, 0]
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    codes = view.codes[np.arange(offsets[-1]) + np.repeat(edges[:, 0] - offsets[:-1], sizes)]
    hashes, signatures, kinds = traits(codes, offsets)
    # two documents of three long paragraphs are the same when those are; shorter ones must agree throughout
    whole = blake2b(hashes.tobytes() if len(long) >= 3 else view.codes.tobytes(), digest_size=16).digest()
    return Sketch(
        document.order,
        document.path,
        document.row,
        len(document.text),
        next((tile.folded[:60] for tile in every if tile.han), ""),
        _date(document),
        whole,
        signatures.min(axis=0, initial=0xFFFFFFFF),
        np.array([(tile.start, tile.end, tile.stop) for tile in long], dtype=np.int32).reshape(-1, 3),
        hashes,
        kernels.band_keys(signatures, PARAMETERS.rows),
        kinds,
        margins(document.text),
    )


class Traits(NamedTuple):
    """What paragraphs are compared by. hashes: uint64[n, 2]. signatures: uint32[n, k]. kinds: uint64[n]."""

    hashes: Hashes
    signatures: Hashes32
    kinds: Hashes


def traits(codes: Codes, offsets: Places) -> Traits:
    """Of paragraphs, folded; text i is codes[offsets[i]:offsets[i + 1]]."""
    ways = ways_for(MANY if _reader().reads(len(codes)) else 0)
    return Traits(
        ways.content_hashes(codes, offsets),
        ways.signatures(codes, offsets, np.arange(len(offsets) - 1), PARAMETERS.ngram, PARAMETERS.permutations),
        kernels.subsequence_hashes(codes, offsets, _telling()[np.minimum(codes, 0xFFFF)]),
    )


@cache
def _reader() -> Reader:
    return Reader()


def paragraph_texts(document: Document, numbers: Sequence[int] | None = None) -> list[str]:
    """The folded texts of some paragraphs of a document, numbered as in its sketch; of all, where none are named."""
    long = [tile.folded for tile in tiles(document.text) if tile.han >= LEAST]
    return long if numbers is None else [long[n] for n in numbers]


@cache
def _telling() -> npt.NDArray[np.bool_]:
    table = np.zeros(1 << 16, dtype=bool)
    table[[ord(char) for char in FIGURES_AND_NEGATIONS]] = True
    return table


_DATE = lazily(r"(?<!\d)((?:19|20)\d\d)[-_./年]?(?:(1[0-2]|0?[1-9])(?:[-_./月](3[01]|[12]\d|0?[1-9])?)?)?")
_DATED = lazily(rf"(?:发布|成文|印发|生成|公布|施行)(?:时间|日期)?\s*[:：]?\s*{_DATE.pattern}|^\s*{_DATE.pattern}日?\s*$", re.MULTILINE)
_MARGIN = 1_000  # characters at either end of a text, where its date stands


def _date(document: Document) -> int:
    """When a document was issued, as its name says, or a line at its head or its end."""
    text = document.text
    name = _DATE.search(document.path.rsplit("/", 1)[-1])
    line = None if name else _DATED.search(text[:_MARGIN]) or _DATED.search(text[-_MARGIN:])
    found = name or (line and _DATE.search(line[0]))
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return year * 10_000 + month * 100 + day


class Kept:
    """A sketch as it stands among many: each part of it is looked up when it is asked for."""

    __slots__ = ("among", "number")

    def __init__(self, among: Sketches, number: int) -> None:
        self.among, self.number = among, number

    @property
    def order(self) -> int:
        """As Sketch.order."""
        return int(self.among.orders.part(self.number, self.number + 1)[0])

    @property
    def path(self) -> str:
        """As Sketch.path."""
        return self._string(self.among.paths)

    @property
    def row(self) -> int | None:
        """As Sketch.row."""
        row = int(self.among.rows.part(self.number, self.number + 1)[0])
        return None if row < 0 else row

    @property
    def size(self) -> int:
        """As Sketch.size."""
        return int(self.among.sizes.part(self.number, self.number + 1)[0])

    @property
    def title(self) -> str:
        """As Sketch.title."""
        return self._string(self.among.titles)

    @property
    def date(self) -> int:
        """As Sketch.date."""
        return int(self.among.dates.part(self.number, self.number + 1)[0])

    @property
    def whole(self) -> bytes:
        """As Sketch.whole."""
        return self.among.wholes.part(self.number, self.number + 1).tobytes()

    @property
    def values(self) -> Hashes32:
        """As Sketch.values."""
        return self.among.values.part(self.number, self.number + 1)[0]  # type: ignore[no-any-return]

    @property
    def spans(self) -> npt.NDArray[np.int32]:
        """As Sketch.spans."""
        return self._paragraphs(self.among.spans)

    @property
    def hashes(self) -> Hashes:
        """As Sketch.hashes."""
        return self._paragraphs(self.among.hashes)

    @property
    def keys(self) -> Hashes:
        """As Sketch.keys."""
        return np.stack([self._paragraphs(band) for band in self.among.bands], axis=1)

    @property
    def kinds(self) -> Hashes:
        """As Sketch.kinds."""
        return self._paragraphs(self.among.kinds)

    @property
    def margins(self) -> Margins:
        """As Sketch.margins."""
        start, end = self.among.lines.part(self.number, self.number + 2).tolist()
        return Margins(*(column.part(start, end) for column in self.among.edges))

    def _paragraphs(self, column: Column) -> npt.NDArray[Any]:
        return column.part(*self.among.firsts.part(self.number, self.number + 2).tolist())

    def _string(self, strings: Strings) -> str:
        return str(strings[self.number].decode("utf-8", "surrogatepass"))


class Sketches(Sequence[Kept]):
    """Sketches of documents, in the order in which they are added. Paragraphs are numbered through: those of document n are
    firsts[n] to firsts[n + 1], and its lines at the margins lines[n] to lines[n + 1]. edges: the columns of Margins."""

    def __init__(self, every: Iterable[Sketch | Kept] = (), room: Room | None = None) -> None:
        self.room = room = room or Room()
        self.orders, self.rows, self.sizes, self.dates = (Column(room, np.int64) for _ in range(4))
        self.paths, self.titles = Strings(room), Strings(room)
        self.wholes = Column(room, np.uint64, 2)
        self.values = Column(room, np.uint32, PARAMETERS.bands * PARAMETERS.rows)
        self.firsts, self.lines = Column(room, np.int64), Column(room, np.int64)
        self.spans, self.hashes, self.kinds = Column(room, np.int32, 3), Column(room, np.uint64, 2), Column(room, np.uint64)
        self.bands = [Column(room, np.uint64) for _ in range(PARAMETERS.bands)]
        self.edges = Column(room, np.int32, 3), Column(room, np.uint64), Column(room, np.bool_)
        self.firsts.extend(np.zeros(1))
        self.lines.extend(np.zeros(1))
        for one in every:
            self.add(one)

    def add(self, one: Sketch | Kept) -> None:
        """One more."""
        self.orders.extend(np.array([one.order]))
        self.rows.extend(np.array([-1 if one.row is None else one.row]))
        self.sizes.extend(np.array([one.size]))
        self.dates.extend(np.array([one.date]))
        self.paths.add(one.path.encode("utf-8", "surrogatepass"))
        self.titles.add(one.title.encode("utf-8", "surrogatepass"))
        self.wholes.extend(np.frombuffer(one.whole, dtype=np.uint64)[None])
        self.values.extend(one.values[None])
        hashes = one.hashes
        self.spans.extend(one.spans)
        self.hashes.extend(hashes)
        self.kinds.extend(one.kinds)
        if len(hashes):
            for column, keys in zip(self.bands, np.ascontiguousarray(one.keys.T)):
                column.extend(keys)
        lines: Sequence[npt.NDArray[Any]] = one.margins
        for column, some in zip(self.edges, lines):
            column.extend(some)
        self.firsts.extend(np.array([len(self.hashes)]))
        self.lines.extend(np.array([len(self.edges[1])]))

    def __len__(self) -> int:
        return len(self.orders)

    def __getitem__(self, n: Any) -> Any:
        if not isinstance(n, int):
            raise TypeError("sketches are asked for one by one")
        if not 0 <= n < len(self):
            raise IndexError(n)
        return Kept(self, n)

    def __iter__(self) -> Iterator[Kept]:
        return (Kept(self, n) for n in range(len(self)))

    def ranked(self, keep: Keep) -> Sketches:
        """In the order in which they stay: what comes first stays. What an index holds came before all else, whatever its date."""
        orders = self.orders.whole()
        said = {"first": 0 * orders, "newest": -self.dates.whole(), "longest": -self.sizes.whole()}[keep]
        stored = orders < 0
        order = np.lexsort((np.where(stored, -orders, orders), np.where(stored, 0, said), ~stored))
        if (order[1:] > order[:-1]).all():
            return self
        return Sketches((self[n] for n in order.tolist()), self.room)
