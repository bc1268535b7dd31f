"""Documents held against one another: what is kept of each for that, and which of their paragraphs are alike.

A sketch is made where a document is read, and travels; texts stay. Sketches tell which paragraphs may be alike; only those
are read once more, and verified.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from hashlib import blake2b
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner import kernels
from cleaner.copies import tiles
from cleaner.groups import Parameters, group, jaccard
from cleaner.kernels import Codes, Hashes, Hashes32, Places
from cleaner.language.facts import FIGURES_AND_NEGATIONS, differing_fact, slips
from cleaner.language.margins import NONE, Margins, margins
from cleaner.model import Document
from cleaner.views import fold

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
    return Traits(
        kernels.content_hashes(codes, offsets),
        kernels.signatures(codes, offsets, np.arange(len(offsets) - 1), PARAMETERS.ngram, PARAMETERS.permutations),
        kernels.subsequence_hashes(codes, offsets, _telling()[np.minimum(codes, 0xFFFF)]),
    )


def paragraph_texts(document: Document, numbers: Sequence[int] | None = None) -> list[str]:
    """The folded texts of some paragraphs of a document, numbered as in its sketch; of all, where none are named."""
    long = [tile.folded for tile in tiles(document.text) if tile.han >= LEAST]
    return long if numbers is None else [long[n] for n in numbers]


@cache
def _telling() -> npt.NDArray[np.bool_]:
    table = np.zeros(1 << 16, dtype=bool)
    table[[ord(char) for char in FIGURES_AND_NEGATIONS]] = True
    return table


_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_./年]?(?:(1[0-2]|0?[1-9])(?:[-_./月](3[01]|[12]\d|0?[1-9])?)?)?")
_DATED = re.compile(rf"(?:发布|成文|印发|生成|公布|施行)(?:时间|日期)?\s*[:：]?\s*{_DATE.pattern}|^\s*{_DATE.pattern}日?\s*$", re.MULTILINE)
_MARGIN = 1_000  # characters at either end of a text, where its date stands


def _date(document: Document) -> int:
    """When a document was issued, as its name says, or a line at its head or its end."""
    text = document.text
    name = _DATE.search(document.path.rsplit("/", 1)[-1])
    line = None if name else _DATED.search(text[:_MARGIN]) or _DATED.search(text[-_MARGIN:])
    found = name or (line and _DATE.search(line[0]))
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return year * 10_000 + month * 100 + day


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


Texts = Callable[[Mapping[int, Sequence[int]]], Mapping[tuple[int, int], str]]
"""Order of a document -> numbers of paragraphs: their folded texts, by order and number."""


class Corpus:
    """The sketches of documents, in the order in which they stay, and what is alike in them."""

    def __init__(self, sketches: Iterable[Sketch], texts: Texts, keep: Keep = "first") -> None:
        self.sketches = sorted(sketches, key=partial(_rank, keep))
        self.texts = texts
        self.rejected: Mapping[str, int] = {}  # after `kin` was asked for: how many candidates were no repeats, by reason
        self.refused: list[Refused] = []  # ... and those that differ in a fact

    @cached_property
    def duplicates(self) -> dict[int, int]:
        """Each document that is an earlier one once more -> that one."""
        first: dict[bytes, int] = {}
        found = {n: first.setdefault(s.whole, n) for n, s in enumerate(self.sketches) if len(s.hashes)}
        return {n: other for n, other in found.items() if n != other}

    @cached_property
    def kin(self) -> list[Kin]:
        """Every paragraph that is alike to one that stays in another document, and tells the same; by place. Nothing of
        documents that are duplicates as a whole."""
        whole = self.duplicates
        kept = [(n, s) for n, s in enumerate(self.sketches) if n not in whole and len(s.hashes)]
        if not kept:
            return []
        document = np.repeat([n for n, _ in kept], [len(s.hashes) for _, s in kept])
        number = np.concatenate([np.arange(len(s.hashes)) for _, s in kept])
        first = kernels.first_equal_rows(np.concatenate([s.hashes for _, s in kept]))
        keeper, similarity, sure = first.copy(), np.ones(len(first)), np.ones(len(first), dtype=bool)
        near = self._flagged(first, [s for _, s in kept])
        if near.size:
            places = [Place(int(document[n]), int(number[n])) for n in near.tolist()]
            found = self._near(places, np.concatenate([s.kinds for _, s in kept])[near])
            for n, (k, share, slight) in zip(near.tolist(), found):
                keeper[n], similarity[n], sure[n] = near[k], share, slight
            keeper, similarity, sure = keeper[first], similarity[first], sure[first]
        apart = np.flatnonzero(document != document[keeper])
        return [
            Kin(
                Place(int(document[n]), int(number[n])),
                Place(int(document[keeper[n]]), int(number[keeper[n]])),
                float(similarity[n]),
                bool(sure[n]),
            )
            for n in apart.tolist()
        ]

    @cached_property
    def spread(self) -> dict[Place, int]:
        """In how many documents each paragraph that stays for others stands word for word."""
        found: dict[Place, int] = {}
        for twin, of in groupby(sorted(self.kin, key=lambda kin: kin.twin), key=lambda kin: kin.twin):
            found[twin] = 1 + len({kin.this.document for kin in of if kin.similarity == 1})
        return found

    @cached_property
    def edges(self) -> list[Edge]:
        """The lines at the margins of all documents."""
        papers: dict[int, set[bytes]] = defaultdict(set)
        beside: Counter[int] = Counter()
        for sketch in self.sketches:
            for number, near in zip(sketch.margins.hashes.tolist(), sketch.margins.beside.tolist()):
                papers[number].add(sketch.whole)
                beside[number] += 2 * near - 1
        return [
            Edge(sketch.order, start, end, stop, len(papers[number]), beside[number])
            for sketch in self.sketches
            for (start, end, stop), number in zip(sketch.margins.spans.tolist(), sketch.margins.hashes.tolist())
        ]

    def _near(self, places: Sequence[Place], kinds: Hashes) -> list[tuple[int, float, bool]]:
        """Of different paragraphs that may be alike, verified: for each the one that stays (its place among them), how alike
        the two are, and whether they differ in single characters only."""
        orders = [self.sketches[place.document].order for place in places]
        wanted: dict[int, list[int]] = {}
        for order, place in zip(orders, places):
            wanted.setdefault(order, []).append(place.paragraph)
        found = self.texts(wanted)
        texts = [found[order, place.paragraph] for order, place in zip(orders, places)]

        def objection(i: int, k: int) -> str | None:
            if orders[i] < 0:
                return STORED  # whatever is stored stays, and can be the twin of what is new
            fact = differing_fact(texts[i], texts[k])
            if fact:
                self.refused.append(Refused(places[i], places[k], fact.kind, fact.left, fact.right))
            return fact and f"another {fact.kind}"  # each has its row in chinese.csv

        groups = group(texts, PARAMETERS, kinds=kinds, objection=objection)
        self.rejected = {reason: times for reason, times in groups.rejected.items() if reason != STORED}
        keeper = groups.keeper.tolist()
        slight = [i == k or slips(texts[i], texts[k]).rewordings == 0 for i, k in enumerate(keeper)]
        return list(zip(keeper, groups.similarity.tolist(), slight))

    def _flagged(self, first: Places, sketches: Sequence[Sketch]) -> Places:
        """The paragraphs that share a bucket with another one, equal ones once; a band at a time."""
        distinct = np.flatnonzero(first == np.arange(len(first)))
        kinds = np.concatenate([s.kinds for s in sketches])[distinct] * kernels.ODD
        flagged = np.zeros(len(distinct), dtype=bool)
        for band in range(PARAMETERS.bands):
            keys = np.concatenate([s.keys[:, band] for s in sketches])[distinct] ^ kinds
            flagged |= kernels.buckets(keys)[0] >= 0
        return distinct[flagged]

    @cached_property
    def similar(self) -> list[tuple[int, int, float]]:
        """Each document that is much like an earlier one, no duplicate -> the one that it seems most like, and the Jaccard
        similarity of their shingles."""
        some = [n for n, s in enumerate(self.sketches) if len(s.hashes) >= 3 and n not in self.duplicates]
        if len(some) < 2:
            return []
        values = np.stack([self.sketches[n].values for n in some])
        candidates = {i: set[int]() for i in range(len(some))}
        keys = kernels.band_keys(values, WIDE)
        for band in range(keys.shape[1]):
            crowds: dict[int, list[int]] = {}
            for i, bucket in enumerate(kernels.buckets(keys[:, band])[0].tolist()):
                if bucket >= 0:
                    crowd = crowds.setdefault(bucket, [])
                    candidates[i].update(crowd[:HOT])
                    crowd.append(i)
        pairs = []
        for i, others in candidates.items():
            best = min(others, key=lambda k: (-agreeing(values[i], values[k]), k), default=None)
            if best is not None and self.sketches[some[i]].order >= 0 and agreeing(values[i], values[best]) >= LIKELY:
                pairs.append((some[i], some[best]))
        return [(*pair, share) for pair, share in self._jaccard(pairs) if share >= SIMILAR]

    def _jaccard(self, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], float]]:
        """Of the shingles of two documents each; a few at a time, since their texts are read for it."""
        for start in range(0, len(pairs), AT_ONCE):
            some = pairs[start : start + AT_ONCE]
            wanted = {self.sketches[n].order: range(len(self.sketches[n].hashes)) for n in {n for pair in some for n in pair}}
            texts: dict[int, list[str]] = {}
            for (order, _), text in sorted(self.texts(wanted).items()):
                texts.setdefault(order, []).append(text)
            grams = {order: shingles(parts) for order, parts in texts.items()}
            for pair in some:
                yield pair, jaccard(*(grams[self.sketches[n].order] for n in pair))


def agreeing(left: Hashes32, right: Hashes32) -> int:
    """In how many places two signatures agree."""
    return int((left == right).sum())


def shingles(texts: Iterable[str]) -> Hashes:
    """The different shingles of some folded texts."""
    codes = (np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) for text in texts)
    return np.unique(np.concatenate([kernels.ngram_hashes(some, PARAMETERS.ngram) for some in codes]))


def _rank(keep: Keep, sketch: Sketch) -> tuple[bool, int, int]:
    """What comes first stays. What an index holds came before all else, whatever its date."""
    if sketch.order < 0:
        return False, 0, -sketch.order
    return True, {"first": 0, "newest": -sketch.date, "longest": -sketch.size}[keep], sketch.order


SIMILAR = 0.6  # Jaccard similarity from which a document is told to be much like another one
LIKELY = 30  # places of 80 in which the signatures agree of all but a few in 100,000 pairs at SIMILAR; no text is read for less
WIDE = 4  # rows of a band for documents: 20 bands of 4 find 0.94 of the pairs at SIMILAR, all of those at 0.8
HOT = 64  # documents of one bucket that another one is held against
AT_ONCE = 500  # pairs of documents whose texts are held at a time
STORED = "stored, too"
