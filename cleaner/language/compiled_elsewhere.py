"""language.elsewhere, compiled by numba. Importing this loads numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language.elsewhere import ALIKE, ANCHOR, APART, OTHERS, SIDE
from cleaner.language.lookups import FACTOR, LOST, WRONG, Bits, Code, Codes, held, three_of
from cleaner.language.symbols import FIRST, ROOM

Lasts = npt.NDArray[np.int32]

_32 = np.uint64(32)


@compiled
def elsewhere(codes: Codes, triples: Bits) -> Codes:
    """int64[n] -> int64[k, 3], as elsewhere.elsewhere, in another order. triples: the filter of known strings of three."""
    found = np.empty((len(codes) // 16 + 64, 3), dtype=np.int64)
    k = _elsewhere(found, codes, triples)
    if k > len(found):
        found = np.empty((k, 3), dtype=np.int64)
        _elsewhere(found, codes, triples)
    return found[:k]


@compiled
def _elsewhere(found: Codes, codes: Codes, triples: Bits) -> int:
    """The same into `found`, as far as there is room; how many they are."""
    before, kept = _linked(codes)
    k = 0
    for j in kept:
        i, equal = np.int64(before[j]), 0
        while i > 0 and equal < OTHERS:
            if _equal(codes, i, j):
                equal += 1
                behind, in_front = _likely(codes, i + ANCHOR, j + ANCHOR, 1), _likely(codes, i - 1, j - 1, -1)
                if (behind | in_front) & (j - i >= APART):
                    if behind:
                        k = _behind(found, k, codes, triples, i + ANCHOR, j + ANCHOR)
                    if in_front:
                        k = _in_front(found, k, codes, triples, i - 1, j - 1)
            i = np.int64(before[i])
    return k


@compiled
def _linked(codes: Codes) -> tuple[Lasts, Lasts]:
    """int32[n], of each place where ANCHOR Chinese characters begin the place before with the same hash, 0 where there is none; and
    the places that have one. Without a branch: which they are, the processor cannot guess."""
    size = 64
    while size < 4 * len(codes):
        size *= 2
    lasts = np.zeros(size + 1, dtype=np.int32)  # of each hash the last place; behind them of what is no such string
    before, kept = np.zeros(len(codes), dtype=np.int32), np.empty(len(codes), dtype=np.int32)
    k = 0
    run = 0
    key = np.uint64(0)
    for end in range(ROOM, len(codes) - ROOM + ANCHOR - 1):
        run = (run + 1) * (codes[end] >= FIRST)
        key = (key << np.uint64(16)) | np.uint64(codes[end])
        j = end - ANCHOR + 1
        good = run >= ANCHOR
        slot = (np.int64((key * FACTOR) >> _32) & (size - 1)) if good else size
        before[j] = lasts[slot] if good else 0
        lasts[slot], kept[k] = j, j
        k += before[j] > 0
    return before, kept[:k]


@compiled
def _likely(codes: Codes, a: Code, b: Code, way: int) -> bool:
    """As elsewhere._likely, of two places."""
    one, two, one_on, two_on = codes[a], codes[b], codes[a + way], codes[b + way]
    return bool((one != two) & ((one == two_on) | (two == one_on) | (one_on == two_on)))


@compiled
def _equal(codes: Codes, i: Code, j: Code) -> bool:
    return bool((codes[i] == codes[j]) & (codes[i + 1] == codes[j + 1]) & (codes[i + 2] == codes[j + 2]) & (codes[i + 3] == codes[j + 3]))


@compiled
def _behind(found: Codes, k: int, codes: Codes, triples: Bits, a: Code, b: Code) -> int:
    """What differs at a and b, behind the same string."""
    one = codes[a] == codes[b + 1] and codes[b] >= FIRST
    two = codes[b] == codes[a + 1] and codes[a] >= FIRST
    other = codes[a + 1] == codes[b + 1] and codes[a] >= FIRST and codes[b] >= FIRST
    if not (one or two or other):
        return k
    left = _same(codes, a - 1, b - 1, -1)
    if one and _enough(left, _same(codes, a, b + 1, 1)):
        k = _put(found, k, LOST, a, codes[b])
    if two and _enough(left, _same(codes, b, a + 1, 1)):
        k = _put(found, k, LOST, b, codes[a])
    if other and _enough(left, _same(codes, a + 1, b + 1, 1)):
        k = _either(found, k, codes, triples, a, b)
    return k


@compiled
def _in_front(found: Codes, k: int, codes: Codes, triples: Bits, a: Code, b: Code) -> int:
    """What differs at a and b, in front of the same string."""
    one = codes[a] == codes[b - 1] and codes[b] >= FIRST
    two = codes[b] == codes[a - 1] and codes[a] >= FIRST
    other = codes[a - 1] == codes[b - 1] and codes[a] >= FIRST and codes[b] >= FIRST
    if not (one or two or other):
        return k
    right = _same(codes, a + 1, b + 1, 1)
    if one:
        left = _same(codes, a, b - 1, -1)
        if left < ANCHOR and _enough(left, right):
            k = _put(found, k, LOST, a + 1, codes[b])
    if two:
        left = _same(codes, b, a - 1, -1)
        if left < ANCHOR and _enough(left, right):
            k = _put(found, k, LOST, b + 1, codes[a])
    if other:
        left = _same(codes, a - 1, b - 1, -1)
        if left < ANCHOR and _enough(left, right):
            k = _either(found, k, codes, triples, a, b)
    return k


@compiled
def _enough(left: int, right: int) -> bool:
    return left > 0 and right > 0 and left + right >= ALIKE


@compiled
def _either(found: Codes, k: int, codes: Codes, triples: Bits, a: Code, b: Code) -> int:
    if not _known(codes, triples, a):
        k = _put(found, k, WRONG, a, codes[b])
    if not _known(codes, triples, b):
        k = _put(found, k, WRONG, b, codes[a])
    return k


@compiled
def _known(codes: Codes, triples: Bits, at: Code) -> bool:
    """Are all strings of three known that hold a place?"""
    known = True
    for first in range(at - 2, at + 1):
        known &= held(triples, three_of(codes[first], codes[first + 1], codes[first + 2]))
    return known


@compiled
def _same(codes: Codes, a: Code, b: Code, way: int) -> int:
    size = 0
    while size < SIDE and codes[a] == codes[b] and codes[a] >= FIRST:
        size, a, b = size + 1, a + way, b + way
    return size


@compiled
def _put(found: Codes, k: int, kind: int, at: Code, char: Code) -> int:
    if k < len(found):
        found[k, 0], found[k, 1], found[k, 2] = kind, at, char
    return k + 1
