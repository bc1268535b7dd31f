"""How compiled code looks strings up in the filters and tables of a language: the twin of language.table. Importing this loads numba."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language import table
from cleaner.language.table import LINE, SLOTS, STEPS, tables_of

Codes = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Marks = npt.NDArray[np.unsignedinteger[Any]]
Documents = npt.NDArray[np.uint16]
Code = Any  # int64, as a number of Python's or of numpy's

WRONG, LOST, ADDED, SWAPPED = range(4)  # as in candidates.KINDS

FACTOR = np.uint64(0x9E3779B97F4A7C15)
_16, _28, _29, _32, _37, _46 = (np.uint64(n) for n in (16, 28, 29, 32, 37, 46))
_LINE = np.uint64(LINE - 1)
_1, _7, _3 = np.uint64(1), np.uint64(7), np.uint64(3)


class Counted(NamedTuple):
    """The n-grams of a language, as the kernels look them up. largest: of a mark."""

    marks: Marks
    counts: Bits
    steps: Documents
    largest: np.uint64


def counted(strings: table.Counted) -> tuple[Counted, ...]:
    """What compiled code looks strings up in, of a table of strings or of several joined."""
    return _counted(_Itself(strings))


@lru_cache(maxsize=8)
def _counted(strings: _Itself) -> tuple[Counted, ...]:
    return tuple(_one(one.marks, one.counts) for one in tables_of(strings.it))


def _one(marks: Marks, counts: Bits) -> Counted:
    if not len(marks):  # compiled code asks for no bounds: of nothing, a bucket without strings
        marks, counts = np.zeros((1, SLOTS), dtype=marks.dtype), np.zeros((1, SLOTS), dtype=np.uint8)
    return Counted(fixed(marks), fixed(counts), STEPS, np.uint64(np.iinfo(marks.dtype).max))


class _Itself:
    """Tables that are equal to themselves alone: nobody compares their arrays."""

    def __init__(self, it: table.Counted) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.it is other.it


def fixed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same, not to be written: what was mapped and what was learnt are of one type to compiled code."""
    view = array.view()
    view.flags.writeable = False
    return view


@compiled
def extended(value: np.uint64, code: Code) -> np.uint64:
    """As table.extended."""
    value = (value ^ np.uint64(code)) * FACTOR
    return value ^ (value >> _29)


@compiled
def pair_of(a: Code, b: Code) -> np.uint64:
    """The hash of a string of two."""
    return extended(extended(np.uint64(2), a), b)


@compiled
def three_of(a: Code, b: Code, c: Code) -> np.uint64:
    """The hash of a string of three."""
    return extended(extended(extended(np.uint64(3), a), b), c)


@compiled
def four_of(a: Code, b: Code, c: Code, d: Code) -> np.uint64:
    """The hash of a string of four."""
    return extended(extended(extended(extended(np.uint64(4), a), b), c), d)


@compiled
def held(bits: Bits, value: np.uint64) -> bool:
    """As table.holds, of filters with two bits each."""
    line = value & np.uint64(len(bits) * 8 - 1) & ~_LINE
    one, two = line | ((value >> _28) & _LINE), line | ((value >> _37) & _LINE)
    # Both at once: whether the first is set, nobody can foretell.
    return bool(((bits[one >> _3] >> (one & _7)) & (bits[two >> _3] >> (two & _7)) & _1) != 0)


@compiled
def held_surely(bits: Bits, value: np.uint64) -> bool:
    """The same, of filters with three bits each."""
    three = (value & np.uint64(len(bits) * 8 - 1) & ~_LINE) | ((value >> _46) & _LINE)
    return bool(held(bits, value) & (((bits[three >> _3] >> (three & _7)) & _1) != 0))


@compiled
def documents(tables: tuple[Counted, ...], value: np.uint64) -> Code:
    """As Table.of, or Joined.of for several."""
    total = np.int64(0)
    for n in range(len(tables)):
        total += _of(tables[n], value)
    return min(total, np.int64(0xFFFF))


@compiled
def touched(tables: tuple[Counted, ...], value: np.uint64) -> Code:
    """Read what is read first when a string is looked up: of several, memory is then waited for but once. The sum must be kept, lest
    nothing be read."""
    total = np.int64(0)
    for n in range(len(tables)):
        bucket = ((value >> _32) * np.uint64(len(tables[n].marks))) >> _32
        total += np.int64(tables[n].marks[bucket, 0]) + np.int64(tables[n].counts[bucket, 0])
    return total


@compiled
def _of(table: Counted, value: np.uint64) -> Code:
    """As Table.of."""
    buckets = np.uint64(len(table.marks))
    mark = max(value & table.largest, _1)
    bucket = ((value >> _32) * buckets) >> _32
    for _turn in range(2):
        marks, found = table.marks[bucket], -1
        for slot in range(SLOTS):  # all of them, and no guess when it will be found
            found = slot if marks[slot] == mark else found
        if found >= 0:
            return np.int64(table.steps[table.counts[bucket, found]])
        bucket = ((((value >> _16) * FACTOR) >> _32) * buckets) >> _32
    return 0
