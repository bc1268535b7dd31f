"""Counts of strings in little room: a string's hash leads to one of two buckets, where eight bits of count stand beside
sixteen bits of the hash.

Three bytes a string and a twelfth of the slots empty, so that two million strings take seven megabytes, mapped from the
file as they lie. A string that was never counted is taken for one that was about once in 4,000 times (16 slots, 2^-16
each): a verdict there needs several strings, never one. Small tables have marks of 32 bits. Two choices, and moving what is
in the way, is cuckoo hashing (Pagh and Rodler, 2004) with buckets of eight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Documents = npt.NDArray[np.uint16]

SLOTS = 8
_FILLED = 0.92  # of all slots; beyond about 0.97 no place is found for the last ones
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)

_EXACT = 100  # counts are exact up to here, and within 2.5 % above
_STEP = (0xFFFF / _EXACT) ** (1 / (255 - _EXACT))
STEPS = np.concatenate((np.arange(_EXACT + 1), np.round(_EXACT * _STEP ** np.arange(1, 256 - _EXACT)))).astype(np.uint16)
_MIDDLES = (STEPS[1:-1].astype(np.float64) + STEPS[2:]) / 2  # between one step and the next


_FEW = 40  # strings: fewer are found sooner one by one
_LARGEST = {2: 0xFFFF, 4: 0xFFFF_FFFF}  # of a mark, by its bytes


def begun(length: int | npt.NDArray[Any]) -> Any:
    """The hash that a string of so many symbols begins with."""
    return np.uint64(length)


def extended(hashes: Any, symbols: npt.NDArray[Any]) -> Any:
    """uint64[...], of strings, and the symbol that comes next in each -> uint64[...]."""
    mixed = (hashes ^ symbols.astype(np.uint64)) * _FACTOR
    return mixed ^ (mixed >> _FOLD)


def hashes_of(symbols: npt.NDArray[Any], length: int) -> Hashes:
    """int[n] -> uint64[n - length + 1], of every string of a length."""
    n = max(0, len(symbols) - length + 1)
    found = np.full(n, length, dtype=np.uint64)
    for k in range(length):
        found = extended(found, symbols[k : k + n])
    return found


def hash_of(string: str) -> int:
    """The hash of one string.

    >>> hash_of("建设") == int(hashes_of(np.array([ord("建"), ord("设")]), 2)[0])
    True
    """
    found = len(string)
    for char in string:
        found = ((found ^ ord(char)) * 0x9E3779B97F4A7C15) & 0xFFFF_FFFF_FFFF_FFFF
        found ^= found >> 29
    return found


class Counted(Protocol):
    """In how many documents each of many strings stands."""

    def of(self, hashes: Hashes) -> Documents:
        """uint64[n] -> uint16[n]: the number of documents; 0 for what was not counted."""
        ...

    def documents(self, strings: Sequence[str]) -> list[int]:
        """The same for strings; 0 for the empty one."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """In how many documents each of many strings stands.

    marks: uint16[b, 8] or uint32[b, 8], of each string a part of its hash, 0 where a slot is empty. counts: uint8[b, 8], as steps of
    `STEPS`."""

    marks: npt.NDArray[np.unsignedinteger[Any]]
    counts: npt.NDArray[np.uint8]

    def of(self, hashes: Hashes) -> Documents:
        """uint64[n] -> uint16[n]: the number of documents; 0 for what is not in the table."""
        buckets = len(self.marks)
        if not (buckets and len(hashes)):
            return np.zeros(len(hashes), dtype=np.uint16)
        marks = _marks(hashes, self.marks.dtype)[:, None]
        found = np.zeros(len(hashes), dtype=np.uint16)
        rest = np.arange(len(hashes))
        for bucket in _buckets(hashes, buckets):
            here = bucket[rest]
            same = self.marks[here] == marks[rest]
            at, slot = np.nonzero(same)
            found[rest[at]] = STEPS[self.counts[here[at], slot]]
            rest = rest[~same.any(axis=1)]
        return found

    def documents(self, strings: Sequence[str]) -> list[int]:
        """The same for strings; 0 for the empty one."""
        if len(strings) < _FEW and len(self.marks):
            return [self._one(hash_of(string)) if string else 0 for string in strings]
        found = self.of(np.array([hash_of(string) for string in strings], dtype=np.uint64)).tolist()
        return [n if string else 0 for n, string in zip(found, strings, strict=True)]

    def _one(self, hash: int) -> int:
        """The same for one hash, without the cost of arrays of one."""
        buckets = len(self.marks)
        mark = max(hash & _LARGEST[self.marks.itemsize], 1)
        for high in (hash >> 32, (((hash >> 16) * 0x9E3779B97F4A7C15) & 0xFFFF_FFFF_FFFF_FFFF) >> 32):
            bucket = high * buckets >> 32
            marks = self.marks[bucket].tolist()
            if mark in marks:
                return int(STEPS[self.counts[bucket, SLOTS - 1 - marks[::-1].index(mark)]])
        return 0

    @property
    def size(self) -> int:
        """How many strings it holds."""
        return int(np.count_nonzero(self.marks))


@dataclass(frozen=True, slots=True)
class Joined:
    """Several tables as one: their documents are added."""

    tables: tuple[Counted, ...]

    def of(self, hashes: Hashes) -> Documents:
        """uint64[n] -> uint16[n]: the number of documents in all tables."""
        every = sum(table.of(hashes).astype(np.int64) for table in self.tables)
        return np.minimum(every, 0xFFFF).astype(np.uint16)

    def documents(self, strings: Sequence[str]) -> list[int]:
        """The same for strings; 0 for the empty one."""
        return [min(sum(each), 0xFFFF) for each in zip(*(table.documents(strings) for table in self.tables), strict=True)]


def tables_of(counted: Counted) -> tuple[Table, ...]:
    """The tables that something counted is made of."""
    if isinstance(counted, Joined):
        return tuple(table for part in counted.tables for table in tables_of(part))
    assert isinstance(counted, Table)
    return (counted,)


def table(hashes: Hashes, documents: npt.NDArray[Any], *, wide: bool = False) -> Table:
    """The table of distinct hashes, each with a number of documents from 1 on. wide: with marks of 32 bits, for a table that is
    small and whose word is final. The same input gives the same table.

    Raises ValueError where numbers are no hashes, and want the same buckets."""
    buckets = int(np.ceil(len(hashes) / (SLOTS * _FILLED)))
    order = np.argsort(hashes, kind="stable")
    hashes, documents = hashes[order], documents[order]
    owner = _placed(*_buckets(hashes, max(1, buckets)), buckets)
    for _ in range(_GROWTHS):  # a few strings may all want the same buckets
        if owner is not None:
            break
        buckets += 1 + buckets // 20
        owner = _placed(*_buckets(hashes, buckets), buckets)
    if owner is None:
        raise ValueError(f"no place for a string among {len(hashes)}: these are no hashes")
    steps = np.searchsorted(_MIDDLES, np.minimum(documents, 0xFFFF)) + 1
    full = owner >= 0
    kind = np.dtype(np.uint32 if wide else np.uint16)
    marks, counts = np.zeros((buckets, SLOTS), dtype=kind), np.zeros((buckets, SLOTS), dtype=np.uint8)
    marks[full], counts[full] = _marks(hashes, kind)[owner[full]], steps[owner[full]]
    return Table(marks, counts)


def _marks(hashes: Hashes, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    marks: npt.NDArray[Any] = np.maximum(hashes & np.uint64(np.iinfo(kind).max), np.uint64(1)).astype(kind)
    return marks


def _buckets(hashes: Hashes, buckets: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The two buckets where each may stand."""
    high = hashes >> _HALF
    other = ((hashes >> np.uint64(16)) * _FACTOR) >> _HALF
    n = np.uint64(buckets)
    return ((high * n) >> _HALF).astype(np.int64), ((other * n) >> _HALF).astype(np.int64)


_MOVES, _GROWTHS = 1_000, 20


def _placed(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], buckets: int) -> npt.NDArray[np.int64] | None:
    """Two buckets of each -> int64[b, 8]: who stands in each slot, -1 for nobody; None where one finds no place."""
    owner = np.full((buckets, SLOTS), -1, dtype=np.int64)
    sizes = np.zeros(buckets, dtype=np.int64)
    # Whole rounds at once while there is room: each takes what fits into the emptier of its two buckets.
    waiting = np.arange(len(first))
    for _ in range(3):
        emptier = np.where(sizes[first[waiting]] <= sizes[second[waiting]], first[waiting], second[waiting])
        order = np.argsort(emptier, kind="stable")
        waiting, emptier = waiting[order], emptier[order]
        rank = np.arange(len(emptier)) - np.searchsorted(emptier, emptier) + sizes[emptier]
        fits = rank < SLOTS
        owner[emptier[fits], rank[fits]] = waiting[fits]
        np.add.at(sizes, emptier[fits], 1)
        waiting = np.sort(waiting[~fits])
    placed = all(_pushed(owner, sizes, first, second, one) for one in waiting.tolist())
    return owner if placed else None


def _pushed(owner: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], first: Any, second: Any, one: int) -> bool:
    """Put one in; whoever stood there moves to his other bucket, and so on. Was there a place for all?"""
    bucket = int(first[one])
    for move in range(_MOVES):
        for choice in (bucket, int(first[one]), int(second[one])):
            if sizes[choice] < SLOTS:
                owner[choice, sizes[choice]] = one
                sizes[choice] += 1
                return True
        slot = (move * 5 + one) % SLOTS
        one, owner[bucket, slot] = int(owner[bucket, slot]), one
        bucket = int(second[one]) if bucket == int(first[one]) else int(first[one])
    return False


LINE = 512  # bits that a processor fetches at once
_MASK = np.uint64(LINE - 1)


def bits(hashes: Hashes, size: int, each: int = 2) -> npt.NDArray[np.uint8]:
    """A set of hashes as a Bloom filter of `size` bits (a power of two, LINE or more) of which each hash sets some: uint8[size / 8].

    All bits of a hash stand in one line of memory (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom
    Filters", 2007): that memory is waited for is most of what a look costs."""
    found = np.zeros(size, dtype=np.bool_)
    for places in _bit_places(hashes, size, each):
        found[places] = True
    return np.packbits(found, bitorder="little")


def holds(bits: npt.NDArray[np.uint8], hashes: Hashes, each: int = 2) -> npt.NDArray[np.bool_]:
    """bool[n]: may each be in the set? Always where it is; seldom (1 in 100, as filled as ours) where it is not."""
    found = np.ones(len(hashes), dtype=np.bool_)
    for places in _bit_places(hashes, len(bits) * 8, each):
        found &= (bits[places >> 3] >> (places & 7).astype(np.uint8)) & 1 != 0
    return found


def _bit_places(hashes: Hashes, size: int, each: int) -> list[npt.NDArray[np.int64]]:
    line = hashes & np.uint64(size - 1) & ~_MASK
    return [(line | ((hashes >> np.uint64(shift)) & _MASK)).astype(np.int64) for shift in range(28, 28 + 9 * each, 9)]
