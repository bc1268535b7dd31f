"""Documents held against one another: which of their paragraphs are alike, which of them are, and what they have at their edges.

Sketches tell which paragraphs may be alike; only those are read once more, and verified. What grows with the corpus stands in
columns (room.py): in memory as long as there is room, in temporary files from then on; the answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner import kernels
from cleaner.groups import jaccard
from cleaner.kernels import Hashes, Hashes32, Places
from cleaner.language.facts import differing_fact, slips
from cleaner.nearly import Aside, Near, Texts, Wanted, nearly
from cleaner.room import Column, Room, parted
from cleaner.sketches import PARAMETERS, Keep, Kept, Sketch, Sketches


class Place(NamedTuple):
    """A paragraph: the document (its place among the sketches), and its number in it."""

    document: int
    paragraph: int


class Kin(NamedTuple):
    """A paragraph and the one that stays of those it is alike to. similarity: 1.0 where they are equal, else the Jaccard
    similarity of their shingles. sure: they differ in single characters only."""

    this: Place
    twin: Place
    similarity: float
    sure: bool


class Refused(NamedTuple):
    """A paragraph that is alike to one that stays, and no repeat of it: in which kind of fact they differ, and how it reads
    here and there."""

    this: Place
    other: Place
    reason: str
    here: str
    there: str


class Edge(NamedTuple):
    """A line at the margin of a document; where it starts, ends, and where the next one starts. order: of the document. documents:
    in how many that are not the same it stands at that end. beside: how much more often it stands there beside page furniture
    than not."""

    order: int
    start: int
    end: int
    stop: int
    documents: int
    beside: int


class Kins(Sequence[Kin]):
    """Kin, made when they are asked for. this, twin: int64[k], paragraphs of all sketches, numbered through; firsts: where those of
    each document begin."""

    def __init__(
        self, this: Places, twin: Places, similarity: npt.NDArray[np.float64], sure: npt.NDArray[np.bool_], firsts: Places
    ) -> None:
        self.this, self.twin, self.similarity, self.sure, self.firsts = this, twin, similarity, sure, firsts

    def __len__(self) -> int:
        return len(self.this)

    def __getitem__(self, n: Any) -> Any:
        if not isinstance(n, int):
            raise TypeError("kin are asked for one by one")
        return Kin(self.place(self.this[n]), self.place(self.twin[n]), float(self.similarity[n]), bool(self.sure[n]))

    def __iter__(self) -> Iterator[Kin]:
        for start in range(0, len(self), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            places = (self._places(whose[some]) for whose in (self.this, self.twin))
            yield from map(Kin, *places, self.similarity[some].tolist(), self.sure[some].tolist())

    def place(self, paragraph: int) -> Place:
        """Where a paragraph stands."""
        return next(self._places(np.array([paragraph])))

    def _places(self, some: Places) -> Iterator[Place]:
        documents = self.of(some)
        return map(Place, documents.tolist(), (some - self.firsts[documents]).tolist())

    def of(self, paragraphs: Places) -> Places:
        """The documents of paragraphs."""
        return _documents(self.firsts, paragraphs)


def _documents(firsts: Places, paragraphs: Places) -> Places:
    documents: Places = np.searchsorted(firsts, paragraphs, side="right") - 1
    return documents


class Spread(Mapping[Place, int]):
    """In how many documents each paragraph that stays for others stands word for word."""

    def __init__(self, kin: Kins) -> None:
        self.kin = kin
        equal = kin.similarity == 1
        pairs = np.stack((kin.twin[equal], kin.of(kin.this[equal])), axis=1)
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        once = pairs[np.concatenate((np.ones(min(1, len(pairs)), dtype=np.bool_), (pairs[1:] != pairs[:-1]).any(axis=1)))]
        self.twins = kernels.distinct(kin.twin)
        self.counts = 1 + np.bincount(np.searchsorted(self.twins, once[:, 0]), minlength=len(self.twins))

    def __len__(self) -> int:
        return len(self.twins)

    def __iter__(self) -> Iterator[Place]:
        return map(self.kin.place, self.twins.tolist())

    def __getitem__(self, place: Place) -> int:
        paragraph = int(self.kin.firsts[place.document]) + place.paragraph
        at = int(np.searchsorted(self.twins, paragraph))
        if at == len(self.twins) or self.twins[at] != paragraph:
            raise KeyError(place)
        return int(self.counts[at])

    def at_least(self, documents: int) -> dict[Place, int]:
        """Those that stand in so many."""
        many = np.flatnonzero(self.counts >= documents)
        return {self.kin.place(twin): count for twin, count in zip(self.twins[many].tolist(), self.counts[many].tolist())}


class Corpus:
    """The sketches of documents, in the order in which they stay, and what is alike in them. explains: what differs in a fact is
    kept, to be told."""

    def __init__(
        self,
        sketches: Iterable[Sketch | Kept],
        texts: Texts,
        keep: Keep = "first",
        room: Room | None = None,
        explains: bool = True,
    ) -> None:
        every = sketches if isinstance(sketches, Sketches) else Sketches(sketches, room)
        self.room = every.room
        self.sketches = every.ranked(keep)
        self.texts = texts
        self.explains = explains
        self.rejected: Mapping[str, int] = {}  # after `kin` was asked for: how many candidates were no repeats, by reason
        self.refused: list[Refused] = []  # ... and those that differ in a fact

    @cached_property
    def duplicates(self) -> dict[int, int]:
        """Each document that is an earlier one once more -> that one."""
        first = np.where(np.diff(self._firsts) > 0, self._same, np.arange(len(self.sketches)))
        more = np.flatnonzero(first != np.arange(len(first)))
        return dict(zip(more.tolist(), first[more].tolist()))

    @cached_property
    def _firsts(self) -> Places:
        """Where the paragraphs of each document begin."""
        return self.sketches.firsts.whole()

    @cached_property
    def _same(self) -> Places:
        """For each document the first one that is the same."""
        return self._equal(self.sketches.wholes, np.ones(len(self.sketches), dtype=np.bool_))

    def _equal(self, hashes: Column, chosen: npt.NDArray[np.bool_]) -> Places:
        """uint64[n, 2] -> for each row that is chosen the first one that is equal to it."""
        first = np.arange(len(chosen))
        for places, rows in parted(hashes.blocks, chosen, self.room):
            first[places] = places[kernels.first_equal_rows(rows)]
        return first

    @cached_property
    def kin(self) -> Kins:
        """Every paragraph that is alike to one that stays in another document, and tells the same; by place. Nothing of
        documents that are duplicates as a whole."""
        kept = np.ones(len(self.sketches), dtype=np.bool_)
        kept[list(self.duplicates)] = False
        chosen = np.repeat(kept, np.diff(self._firsts))
        first = self._equal(self.sketches.hashes, chosen)
        near = self._flagged(chosen & (first == np.arange(len(first))))
        keeper = first.copy()
        found = self._near(near)
        keeper[near] = near[found.keeper]
        led = keeper[first]
        moved = np.flatnonzero(led != np.arange(len(led)))
        apart = moved[_documents(self._firsts, moved) != _documents(self._firsts, led[moved])]
        at = np.minimum(np.searchsorted(near, first[apart]), max(0, len(near) - 1))
        by_near = near[at] == first[apart] if len(near) else np.zeros(len(apart), dtype=np.bool_)
        similarity, sure = np.ones(len(apart)), np.ones(len(apart), dtype=np.bool_)
        similarity[by_near], sure[by_near] = found.similarity[at[by_near]], found.sure[at[by_near]]
        return Kins(apart, led[apart], similarity, sure, self._firsts)

    @cached_property
    def spread(self) -> Spread:
        """In how many documents each paragraph that stays for others stands word for word."""
        return Spread(self.kin)

    @property
    def edges(self) -> Iterator[Edge]:
        """The lines at the margins of all documents."""
        spans, hashes, beside = self.sketches.edges
        lines = self.sketches.lines.whole()
        document = np.repeat(np.arange(len(self.sketches)), np.diff(lines))
        paper, near = self._same[document], beside.whole()
        documents, weight = (np.zeros(len(document), dtype=np.int64) for _ in range(2))
        for places, numbers in parted(hashes.blocks, np.ones(len(document), dtype=np.bool_), self.room):
            order = np.lexsort((paper[places], numbers))
            ranked, papers = numbers[order], paper[places][order]
            new = np.diff(ranked, prepend=~ranked[:1]) != 0
            group = np.cumsum(new) - 1
            another = new | (np.diff(papers, prepend=-1) != 0)
            documents[places[order]] = np.bincount(group, another)[group]
            weight[places[order]] = np.bincount(group, 2.0 * near[places][order] - 1)[group]
        orders, start = self.sketches.orders.whole()[document], 0
        for block in spans.blocks():
            some = slice(start, start := start + len(block))
            columns = (orders[some], *block.T, documents[some], weight[some])
            yield from map(Edge, *(column.tolist() for column in columns))

    def _near(self, near: Places) -> Near:
        """Of different paragraphs that may be alike, verified: for each the one that stays (its place among them), how alike
        the two are, and whether they differ in single characters only."""
        documents = _documents(self._firsts, near)
        orders, numbers = self.sketches.orders.whole()[documents], near - self._firsts[documents]
        aside = Aside(Wanted(orders, numbers), self.texts, self.room)

        def objection(i: int, k: int, here: str, there: str) -> str | None:
            if orders[i] < 0:
                return STORED  # whatever is stored stays, and can be the twin of what is new
            fact = differing_fact(here, there)
            if fact and self.explains:
                this, other = (Place(int(documents[n]), int(numbers[n])) for n in (i, k))
                self.refused.append(Refused(this, other, fact.kind, fact.left, fact.right))
            return fact and f"another {fact.kind}"  # each has its row in chinese.csv

        found = nearly(aside, self.sketches.kinds.at(near), objection, lambda one, other: slips(one, other).rewordings == 0, self.room)
        self.refused.sort(key=lambda refused: refused[:2])
        self.rejected = {reason: times for reason, times in found.rejected.items() if reason != STORED}
        return found

    def _flagged(self, distinct: npt.NDArray[np.bool_]) -> Places:
        """Of different paragraphs those that share a bucket with another one; a band at a time."""
        flagged = np.zeros(len(distinct), dtype=np.bool_)
        for band in self.sketches.bands:

            def keys(band: Column = band) -> Iterator[Hashes]:
                return (some ^ (kinds * kernels.ODD) for some, kinds in zip(band.blocks(), self.sketches.kinds.blocks()))

            for places, some in parted(keys, distinct, self.room):
                flagged[places[kernels.buckets(some)[0] >= 0]] = True
        return np.flatnonzero(flagged)

    @cached_property
    def similar(self) -> list[tuple[int, int, float]]:
        """Each document that is much like an earlier one, no duplicate -> the one that it seems most like, and the Jaccard
        similarity of their shingles."""
        chosen = np.diff(self._firsts) >= 3
        chosen[list(self.duplicates)] = False
        best, most = np.full(len(chosen), -1, dtype=np.int64), np.full(len(chosen), LIKELY - 1, dtype=np.int64)
        values = self.sketches.values
        for band in range(values.width // WIDE):

            def keys(band: int = band) -> Iterator[Hashes]:
                return (kernels.band_keys(some[:, band * WIDE : (band + 1) * WIDE], WIDE)[:, 0] for some in values.blocks())

            for places, some in parted(keys, chosen, self.room):
                for this, other in _met(kernels.buckets(some)[0], PAIRS):
                    _keep_best(places[this], places[other], values, best, most)
        pairs = np.flatnonzero((best >= 0) & (self.sketches.orders.whole() >= 0))
        return [found for found in self._jaccard(pairs, best[pairs]) if found[2] >= SIMILAR]

    def _jaccard(self, this: Places, other: Places) -> Iterator[tuple[int, int, float]]:
        """Of the shingles of two documents each; their texts are read once more for it."""
        documents = kernels.distinct(np.concatenate((this, other)))
        counts = np.diff(self._firsts)[documents]
        ends = np.cumsum(counts)
        numbers = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        aside = Aside(Wanted(np.repeat(self.sketches.orders.whole()[documents], counts), numbers), self.texts, self.room)

        @lru_cache(maxsize=32)
        def grams(document: int) -> Hashes:
            at = int(np.searchsorted(documents, document))
            return shingles(aside.text(place) for place in range(int(ends[at] - counts[at]), int(ends[at])))

        for n, k in zip(this.tolist(), other.tolist()):
            yield n, k, jaccard(grams(n), grams(k))


def _met(buckets: npt.NDArray[np.int32], most: int) -> Iterator[tuple[Places, Places]]:
    """int32[n], the bucket of each (-1: alone) -> pairs of places: each with the first HOT of its bucket before it; about `most`
    pairs at a time."""
    members = np.flatnonzero(buckets >= 0)
    members = members[np.argsort(buckets[members], kind="stable")]
    heads = np.flatnonzero(np.diff(buckets[members], prepend=-1))
    begins = np.repeat(heads, np.diff(np.append(heads, len(members))))
    before = np.minimum(np.arange(len(members)) - begins, HOT)
    reach = np.cumsum(before)
    start = 0
    while start < len(members):
        done = int(reach[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(reach, done + most, side="right")))
        counts = before[start:end]
        nth = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        yield np.repeat(members[start:end], counts), members[np.repeat(begins[start:end], counts) + nth]
        start = end


def _keep_best(this: Places, other: Places, values: Column, best: Places, most: Places) -> None:
    """Of each document that it seems most like: the first of those whose signature agrees most with its own."""
    agree = (values.at(this) == values.at(other)).sum(axis=1)
    order = np.lexsort((other, -agree, this))
    this, other, agree = this[order], other[order], agree[order]
    first = np.flatnonzero(np.diff(this, prepend=-1))
    this, other, agree = this[first], other[first], agree[first]
    better = (agree > most[this]) | ((agree == most[this]) & (best[this] > other))
    best[this[better]], most[this[better]] = other[better], agree[better]


def agreeing(left: Hashes32, right: Hashes32) -> int:
    """In how many places two signatures agree."""
    return int((left == right).sum())


def shingles(texts: Iterable[str]) -> Hashes:
    """The different shingles of some folded texts."""
    codes = (np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) for text in texts)
    return np.unique(np.concatenate([kernels.ngram_hashes(some, PARAMETERS.ngram) for some in codes]))


SIMILAR = 0.6  # Jaccard similarity from which a document is told to be much like another one
LIKELY = 30  # places of 80 in which the signatures agree of all but a few in 100,000 pairs at SIMILAR; no text is read for less
WIDE = 4  # rows of a band for documents: 20 bands of 4 find 0.94 of the pairs at SIMILAR, all of those at 0.8
HOT = 64  # documents of one bucket that another one is held against
PAIRS = 20_000  # whose signatures are held against one another at a time
AT_ONCE = 1_000  # kin that are made at a time
STORED = "stored, too"
