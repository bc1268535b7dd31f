"""Which of many paragraphs are nearly the same: their texts stand aside, and are held against one another some at a time.

What shares no bucket, not even by way of others, cannot be alike: each connected part of the buckets is settled by itself, and
parts are taken together as long as there is room for their texts. So the answer is that of one go over all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner import kernels
from cleaner.groups import group, ways_for
from cleaner.kernels import Codes, Hashes, Places
from cleaner.room import Column, Room, Strings
from cleaner.sketches import PARAMETERS
from cleaner.views import fold_texts


class Wanted(Mapping[int, Sequence[int]]):
    """Order of a document -> the numbers of paragraphs in it whose texts are asked for.

    orders, numbers: int64[n], of each paragraph; those of one document stand together, their numbers ascending."""

    def __init__(self, orders: Places, numbers: Places) -> None:
        self.numbers = numbers
        begins = np.flatnonzero(np.diff(orders, prepend=np.iinfo(np.int64).min)) if len(orders) else np.zeros(0, dtype=np.int64)
        ends = np.append(begins[1:], len(orders))
        ranked = np.argsort(orders[begins], kind="stable")
        self.orders, self.begins, self.ends = orders[begins][ranked], begins[ranked], ends[ranked]

    def __len__(self) -> int:
        return len(self.orders)

    def __iter__(self) -> Iterator[int]:
        return (int(order) for order in self.orders)

    def __contains__(self, order: object) -> bool:
        return self._at(order) is not None

    def __getitem__(self, order: int) -> Sequence[int]:
        at = self._at(order)
        if at is None:
            raise KeyError(order)
        numbers: list[int] = self.numbers[self.begins[at] : self.ends[at]].tolist()
        return numbers

    def place(self, order: int, number: int) -> int:
        """Which of all that are asked for is this?"""
        at = self._at(order)
        if at is None:
            raise KeyError(order)
        start, end = int(self.begins[at]), int(self.ends[at])
        return start + int(np.searchsorted(self.numbers[start:end], number))

    def _at(self, order: object) -> int | None:
        at = bisect_left(self.orders, order)
        return at if at < len(self.orders) and self.orders[at] == order else None


Texts = Callable[[Mapping[int, Sequence[int]]], Iterable[tuple[tuple[int, int], str]]]
"""Order of a document -> numbers of paragraphs: their folded texts, by order and number, in any order."""


class Aside:
    """The texts of paragraphs; what was changed meanwhile, or is gone, is "", and like nothing."""

    def __init__(self, wanted: Wanted, texts: Texts, room: Room) -> None:
        self.strings = Strings(room)
        self.numbers = np.full(len(wanted.numbers), -1, dtype=np.int64)
        self.sizes = np.zeros(len(wanted.numbers), dtype=np.int32)
        for (order, number), text in texts(wanted):
            place = wanted.place(order, number)
            self.numbers[place] = self.strings.add(text.encode("utf-8", "surrogatepass"))
            self.sizes[place] = len(text)

    def text(self, place: int) -> str:
        """One of them."""
        number = int(self.numbers[place])
        return "" if number < 0 else str(self.strings[number].decode("utf-8", "surrogatepass"))


class Near(NamedTuple):
    """Of paragraphs: keeper: int64[n], the one that stays (itself, where it stays); similarity: float64[n]; sure: bool[n], the two
    differ in single characters only; rejected: how many candidates were none, by reason."""

    keeper: Places
    similarity: npt.NDArray[np.float64]
    sure: npt.NDArray[np.bool_]
    rejected: Mapping[str, int]


def nearly(
    aside: Aside,
    kinds: Hashes,
    objection: Callable[[int, int, str, str], str | None],
    slight: Callable[[str, str], bool],
    room: Room,
) -> Near:
    """Different paragraphs, verified. objection, slight: what speaks against paragraph i's
    being a repeat of k, and whether they differ in single characters only; both are handed the texts, too."""
    count = len(kinds)
    near = Near(np.arange(count), np.ones(count), np.ones(count, dtype=np.bool_), Counter[str]())
    for some in _batches(aside, kinds, room):
        texts = [aside.text(place) for place in some.tolist()]

        def objects(i: int, k: int, some: Places = some, texts: list[str] = texts) -> str | None:
            return objection(int(some[i]), int(some[k]), texts[i], texts[k])

        found = group(texts, PARAMETERS, kinds=kinds[some], objection=objects)
        near.keeper[some], near.similarity[some] = some[found.keeper], found.similarity
        near.sure[some] = [i == k or slight(texts[i], texts[k]) for i, k in enumerate(found.keeper.tolist())]
        near.rejected.update(found.rejected)  # type: ignore[attr-defined]
    return near


CHARACTER = 64  # bytes that it takes to hold a character against others


def _batches(aside: Aside, kinds: Hashes, room: Room) -> Iterator[Places]:
    """Paragraphs to be settled together, ascending; of no more characters than there is room for, if no part is larger."""
    sizes, most = aside.sizes.astype(np.int64), room.size // CHARACTER
    if sizes.sum() <= most:
        yield np.arange(len(sizes))
        return
    parts = _parts(aside, kinds, room)
    ranked = np.argsort(parts, kind="stable")
    begins = np.flatnonzero(np.diff(parts[ranked], prepend=-1))
    ends = np.append(begins[1:], len(ranked))
    reach = np.cumsum(sizes[ranked])
    begin = 0
    while begin < len(begins):
        before = int(reach[begins[begin] - 1]) if begins[begin] else 0
        end = max(begin + 1, int(np.searchsorted(reach[ends - 1], before + most, side="right")))
        yield np.sort(ranked[begins[begin] : ends[end - 1]])
        begin = end


def _parts(aside: Aside, kinds: Hashes, room: Room) -> Places:
    """For each paragraph the first one of its connected part of what group() takes for equal, or puts into buckets."""
    labels = np.arange(len(kinds))
    other = kinds * kernels.ODD
    sizes = np.zeros(len(kinds), dtype=np.int32)
    hashes, keys = Column(room, np.uint64, 2), [Column(room, np.uint32) for _ in range(PARAMETERS.bands)]

    def join(whose: Places, some: Hashes) -> None:
        kernels.joined(labels, whose, whose[kernels.first_equal(some)])

    for some in _chunks(aside.sizes, CHUNK):
        codes, offsets = _folded(aside, some)
        sizes[some] = np.diff(offsets)
        ways = ways_for(int(aside.sizes.sum()))
        hashes.extend(ways.content_hashes(codes, offsets))
        signed = ways.signatures(codes, offsets, np.arange(len(some)), PARAMETERS.ngram, PARAMETERS.permutations)
        for column, band in zip(keys, ways.band_keys(signed, PARAMETERS.rows).T >> np.uint64(32)):
            column.extend(band)
    equal = hashes.whole()[:, 0]
    join(np.arange(len(equal)), equal)
    for column in keys:
        join(np.arange(len(equal)), column.whole().astype(np.uint64) ^ other)
    least, most = PARAMETERS.short
    left: tuple[Places, Hashes] | None = None  # what stands in texts that are longer by one, without each of their characters
    for size in range(most, least - 2, -1):
        some = np.flatnonzero(sizes == size)
        codes, offsets = _folded(aside, some)
        without = kernels.deletion_keys(codes, offsets, np.arange(len(some))).reshape(-1, size + 1) ^ other[some, None]
        if left is not None:
            join(np.concatenate((left[0], some)), np.concatenate((left[1], without[:, -1])))
        left = np.repeat(some, size), without[:, :-1].ravel()
    return labels


CHUNK = 500_000  # characters that are signed in one go


def _folded(aside: Aside, some: Places) -> tuple[Codes, Places]:
    """As group() folds them: once more."""
    return fold_texts([aside.text(place) for place in some.tolist()])


def _chunks(sizes: npt.NDArray[np.int32], most: int) -> Iterator[Places]:
    """All places, in order, of about `most` characters each time."""
    reach = np.cumsum(sizes, dtype=np.int64)
    edges = np.unique([0, *np.searchsorted(reach, np.arange(most, int(reach[-1]), most)), len(sizes)])
    return (np.arange(start, end) for start, end in pairwise(edges.tolist()))
