"""Groups of texts that are alike: equal ones first, then near ones among the distinct, each held against the text that
stays.

Candidates come from MinHash over character n-grams, banded (Broder 1997, "On the resemblance and containment of
documents"; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4). A shared bucket proves nothing: every
candidate is verified. What stays is the first independent set in reading order: each text is held against the keepers
before it, and becomes a keeper itself where it is alike to none of them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import sqrt
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from cleaner import kernels
from cleaner.kernels import Hashes, Hashes32, Numbers, Places
from cleaner.views import MANY, Codes, fold_texts

if TYPE_CHECKING:
    from concurrent.futures import Future

    from datasketch import MinHash

CHUNK, LINES = 500_000, 8_192  # characters and texts worked on in one go: bounds what is held beside the results


class Parameters(NamedTuple):
    """How texts are compared.

    ngram: characters in a shingle; 3, since one wrong character costs a text so many of them. bands, rows: of the
    signature. A pair of Jaccard similarity s is a candidate with probability 1 - (1 - s ** rows) ** bands: for 16 bands of
    5 that is 0.9983 at 0.8, 0.95 at 0.7, 0.05 at 0.3; and pairs at the threshold are rare beside those above it.
    threshold: Jaccard similarity from which two texts are alike. short: texts of so many folded characters are alike, too,
    where one character was swapped, lost or added (found exactly, by what is left without each character): among the
    shingles of a short text, one wrong character weighs too much. seed: of the permutations.
    """

    ngram: int = 3
    bands: int = 16
    rows: int = 5
    threshold: float = 0.8
    short: tuple[int, int] = (12, 32)
    seed: int = 1

    @property
    def permutations(self) -> Hashes32:
        """Of the signature: uint32[2, bands * rows]."""
        return kernels.permutations(self.bands * self.rows, self.seed)

    @property
    def enough(self) -> int:
        """In how many places the signatures of two texts at the threshold agree, less four standard deviations."""
        places = self.bands * self.rows
        return int(places * self.threshold - 4 * sqrt(places * self.threshold * (1 - self.threshold)))


HOT = 64  # keepers of one bucket that a text is held against: buckets that hold thousands stay linear

Objection = Callable[[int, int], str | None]
"""What speaks against a text's (the first) being a repeat of a keeper (the second) that it is alike to, or None."""


class Groups(NamedTuple):
    """keeper: int64[n], for each text the one that stays (itself, where it stays). similarity: float64[n], of the two; 1.0
    where they are equal. rejected: how many candidates were none, by reason."""

    keeper: Places
    similarity: npt.NDArray[np.float64]
    rejected: Mapping[str, int]


def group(
    texts: Sequence[str],
    parameters: Parameters = Parameters(),  # noqa: B008
    *,
    threads: int = 1,
    objection: Objection | None = None,
    kinds: npt.NDArray[np.uint64] | None = None,
) -> Groups:
    """The groups of texts in reading order, compared folded.

    kinds: uint64[n]; only texts of one kind are compared. The result does not depend on `threads`."""
    codes, offsets = _folded(texts, threads)
    ways = ways_for(len(codes))
    first = _equal(texts, codes, offsets, ways, threads)
    distinct = np.flatnonzero(first == np.arange(len(first)))
    signed = _signed(codes, offsets, distinct, parameters, ways, threads)
    members = _members(codes, offsets, distinct, signed.keys, parameters, None if kinds is None else kinds[distinct], ways, threads)
    if objection or ways is kernels:
        found, similar, rejected = _first_independent(codes, offsets, distinct, signed.traits, members, parameters, objection)
    else:
        found, similar, rejected = _compiled_first_independent(codes, offsets, distinct, signed.traits, members, parameters)
    keeper, similarity = np.arange(len(texts)), np.ones(len(texts))
    keeper[distinct], similarity[distinct] = distinct[found], similar
    return Groups(keeper[first], similarity[first], rejected)


def signatures(texts: Sequence[str], parameters: Parameters = Parameters()) -> Hashes32:  # noqa: B008
    """The MinHash signatures of texts, compared folded: uint32[n, bands * rows]."""
    codes, offsets = fold_texts(texts)
    found: Hashes32 = ways_for(len(codes)).signatures(codes, offsets, np.arange(len(texts)), parameters.ngram, parameters.permutations)
    return found


def to_datasketch(signatures: Hashes32, seed: int = Parameters().seed) -> list[MinHash]:
    """Signatures as datasketch knows them, for its LSH, its forests, and what it stores in Redis or Cassandra."""
    from datasketch import MinHash

    permuted = kernels.permutations(signatures.shape[1], seed)
    return [MinHash(seed=seed, hashvalues=values, permutations=permuted, scheme="affine32") for values in signatures]


def from_datasketch(minhashes: Sequence[MinHash]) -> Hashes32:
    """uint32[n, k]: the signatures of MinHashes of datasketch.

    Raises ValueError for those of another scheme than affine32: their values mean something else."""
    for minhash in minhashes:
        if minhash.scheme != "affine32":
            raise ValueError(f"a MinHash of the scheme {minhash.scheme}; only those of affine32 can be compared with ours")
    return np.array([minhash.hashvalues for minhash in minhashes], dtype=np.uint32)


def ways_for(characters: int) -> ModuleType:
    """The compiled kernels where there is enough to do, else those of numpy; the results are the same."""
    if characters < MANY:
        return kernels
    from cleaner import compiled

    return compiled


def _folded(texts: Sequence[str], threads: int) -> tuple[Codes, Places]:
    """The texts folded, one behind the other."""
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    size = int(ends[-1]) if len(ends) else 0
    edges = np.unique(np.concatenate(([0], np.searchsorted(ends, np.arange(CHUNK, size, CHUNK)), [len(texts)]))).tolist()

    def part(span: tuple[int, int]) -> tuple[Codes, Places]:
        return fold_texts(texts[slice(*span)], compiled=size >= MANY)

    codes = np.empty(size, dtype=np.uint32)  # what is not filled takes no memory
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    for (first, last), (some, within) in zip(pairwise(edges), _side_by_side(part, [*pairwise(edges)], threads)):
        at = offsets[first]
        codes[at : at + len(some)] = some
        offsets[first : last + 1] = at + within
    return codes[: offsets[-1]], offsets


def _equal(texts: Sequence[str], codes: Codes, offsets: Places, ways: ModuleType, threads: int) -> Places:
    """For each text the first one that is equal to it, folded."""
    hashes = np.empty((len(texts), 2), dtype=np.uint64)

    def sign(part: slice) -> None:
        hashes[part] = ways.content_hashes(codes, offsets[part.start : part.stop + 1])

    _all(sign, len(texts), threads)
    first: Places = ways.first_equal_rows(hashes)
    for i in np.flatnonzero(first != np.arange(len(first))).tolist():  # what 128 bits say is compared in full
        j = int(first[i])
        if texts[i] != texts[j] and not np.array_equal(codes[offsets[i] : offsets[i + 1]], codes[offsets[j] : offsets[j + 1]]):
            first[i] = i
    return first


class Signed(NamedTuple):
    """What is kept of signatures: of each band a key, uint32[bands, t], and of each value its last bits, uint8[t, k]: two
    signatures agree in no more values than in their last bits (Li and König 2010, "b-Bit minwise hashing")."""

    keys: Hashes32
    traits: npt.NDArray[np.uint8]


def _signed(codes: Codes, offsets: Places, texts: Places, parameters: Parameters, ways: ModuleType, threads: int) -> Signed:
    bands, rows = parameters.bands, parameters.rows
    signed = Signed(np.empty((bands, len(texts)), dtype=np.uint32), np.empty((len(texts), bands * rows), dtype=np.uint8))

    def sign(part: slice) -> None:
        signatures = ways.signatures(codes, offsets, texts[part], parameters.ngram, parameters.permutations)
        signed.keys[:, part] = (ways.band_keys(signatures, rows) >> np.uint64(32)).T
        signed.traits[part] = signatures & np.uint32(0xFF)

    _all(sign, len(texts), threads)
    return signed


class Members(NamedTuple):
    """Which buckets texts are in, none of those where they are alone: text i in buckets[starts[i]:starts[i + 1]], of
    `number`."""

    starts: Places
    buckets: Numbers
    number: int


def _members(
    codes: Codes,
    offsets: Places,
    texts: Places,
    bands: Hashes32,
    parameters: Parameters,
    kinds: Hashes | None,
    ways: ModuleType,
    threads: int,
) -> Members:
    """The buckets of texts: of their bands, one band at a time, and of what is left of short ones without a character."""
    sizes = np.diff(offsets)[texts]
    whole = np.flatnonzero(sizes >= parameters.ngram).astype(np.int32)  # a text without a shingle has no signature that says anything

    def band(number: int) -> tuple[Numbers, Hashes]:
        return whole, bands[number, whole].astype(np.uint64)

    def short(length: int) -> tuple[Numbers, Hashes]:
        """What is left of texts of length + 1 without each of their characters, and the texts of that length themselves."""
        longer, whole = (np.flatnonzero(sizes == size).astype(np.int32) for size in (length + 1, length))
        left = ways.deletion_keys(codes, offsets, texts[longer]).reshape(-1, length + 2)[:, :-1]
        equal = ways.deletion_keys(codes, offsets, texts[whole]).reshape(-1, length + 1)[:, -1]
        return np.concatenate((np.repeat(longer, length + 1), whole)), np.concatenate((left.ravel(), equal))

    def shared(make: Callable[[], tuple[Numbers, Hashes]]) -> tuple[Numbers, Numbers, int]:
        whose, keys = make()
        if kinds is not None:  # only texts of one kind can share a key
            keys ^= kinds[whose] * kernels.ODD
        number, count = ways.buckets(keys)
        many = number >= 0
        return whose[many], number[many], count

    lengths = range(parameters.short[0] - 1, parameters.short[1])
    makers = [*(partial(short, length) for length in lengths), *(partial(band, number) for number in range(parameters.bands))]
    found = list(_side_by_side(shared, makers, threads))
    shift = np.cumsum([0, *(count for _, _, count in found)])
    whose = np.concatenate([w for w, _, _ in found])
    numbers = np.concatenate([number + np.int32(s) for (_, number, _), s in zip(found, shift)])
    buckets, starts = ways.grouped(whose, numbers, len(texts))
    return Members(starts, buckets, int(shift[-1]))


def _compiled_first_independent(
    codes: Codes, offsets: Places, texts: Places, traits: npt.NDArray[np.uint8], members: Members, parameters: Parameters
) -> tuple[Places, npt.NDArray[np.float64], dict[str, int]]:
    """As _first_independent, where nothing objects."""
    from cleaner import compiled

    p = parameters
    keeper, similarity, counts = compiled.keepers(
        codes, offsets, texts, p.ngram, traits, p.enough, p.threshold, p.short, members.starts, members.buckets, members.number, HOT
    )
    return keeper, similarity, {NOT_ALIKE: int(counts[2]), TOO_MANY: int(counts[3])}


NOT_ALIKE = "not alike"
TOO_MANY = "buckets with more keepers than are looked at"


def _first_independent(
    codes: Codes,
    offsets: Places,
    texts: Places,
    traits: npt.NDArray[np.uint8],
    members: Members,
    parameters: Parameters,
    objection: Objection | None,
) -> tuple[Places, npt.NDArray[np.float64], dict[str, int]]:
    """The keepers among distinct texts: int64[t], for each text the first keeper that it is alike to and that nothing
    speaks against (itself, where there is none); float64[t], how alike the two are; and why candidates were none."""
    keeper, similarity = np.arange(len(texts)), np.ones(len(texts))
    rejected: Counter[str] = Counter()
    keepers: dict[int, list[int]] = {}  # of each bucket
    grams: dict[int, Hashes] = {}

    def text(i: int) -> Codes:
        return codes[offsets[texts[i]] : offsets[texts[i] + 1]]

    def shingles(i: int) -> Hashes:
        if i not in grams:
            grams[i] = np.unique(kernels.ngram_hashes(text(i), parameters.ngram))
        return grams[i]

    for i in range(len(texts)):
        own = members.buckets[members.starts[i] : members.starts[i + 1]].tolist()
        crowds = [keepers[bucket] for bucket in own if bucket in keepers]
        rejected[TOO_MANY] += sum(len(crowd) > HOT for crowd in crowds)
        for k in sorted({k for crowd in crowds for k in crowd[:HOT]}):
            share = 0.0
            if (traits[i] == traits[k]).sum() >= parameters.enough:
                share = jaccard(shingles(i), shingles(k))
            if share < parameters.threshold and _within_one_edit(text(i), text(k), parameters.short):
                share = 1 - 1 / max(len(text(i)), len(text(k)))
            elif share < parameters.threshold:
                rejected[NOT_ALIKE] += 1
                continue
            reason = objection(int(texts[i]), int(texts[k])) if objection else None
            if reason is None:
                keeper[i], similarity[i] = k, share
                break
            rejected[reason] += 1
        else:
            for bucket in own:
                keepers.setdefault(bucket, []).append(i)
            continue
        grams.pop(i, None)
    return keeper, similarity, {reason: count for reason, count in rejected.items() if count}


def jaccard(left: Hashes, right: Hashes) -> float:
    """The Jaccard similarity of two sets, as sorted arrays without repeats."""
    common = len(np.intersect1d(left, right, assume_unique=True))
    return common / max(1, len(left) + len(right) - common)


def _within_one_edit(left: Codes, right: Codes, short: tuple[int, int]) -> bool:
    """As compiled.within_one_edit."""
    least, most = min(len(left), len(right)), max(len(left), len(right))
    if least < short[0] or most > short[1] or most - least > 1:
        return False
    same = left[:least] == right[:least]
    head = least if same.all() else int(np.argmin(same))
    same = left[::-1][: least - head] == right[::-1][: least - head]
    tail = len(same) if same.all() else int(np.argmin(same))
    return head + tail >= most - 1


Part = TypeVar("Part")
Made = TypeVar("Made")


def _side_by_side(work: Callable[[Part], Made], parts: Sequence[Part], threads: int) -> Iterator[Made]:
    """What `work` makes of each part, in their order."""
    if threads == 1 or len(parts) == 1:
        yield from map(work, parts)
        return
    from concurrent.futures import ThreadPoolExecutor  # it takes 15 ms to load

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > threads:  # what is made must not pile up
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _all(work: Callable[[slice], None], count: int, threads: int) -> None:
    """Let `work` do all of 0 to count, a stretch at a time."""
    edges = [*range(0, count, LINES), count]
    deque(_side_by_side(work, [slice(*edge) for edge in pairwise(edges)], threads), maxlen=0)
