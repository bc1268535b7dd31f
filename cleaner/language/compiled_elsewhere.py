"""language.elsewhere, compiled by numba. Importing this loads numba."""

from __future__ import annotations

import numpy as np

from cleaner.compiled import compiled
from cleaner.language.elsewhere import ALIKE, ANCHOR, APART, OTHERS, SIDE
from cleaner.language.lookups import FACTOR, LOST, WRONG, Bits, Code, Codes, held, three_of
from cleaner.language.symbols import FIRST, ROOM

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
    size = 64
    while size < 2 * len(codes):
        size *= 2
    slots = np.zeros(size, dtype=np.int32)  # the last place where each string begins
    before = np.zeros(len(codes), dtype=np.int32)  # the place before, where the same one does
    k = 0
    run = 0
    key = np.uint64(0)
    for end in range(ROOM, len(codes) - ROOM + ANCHOR - 1):
        run = run + 1 if codes[end] >= FIRST else 0
        key = (key << np.uint64(16)) | np.uint64(codes[end])
        if run < ANCHOR:
            continue
        j = end - ANCHOR + 1
        slot = np.int64((key * FACTOR) >> _32) & (size - 1)
        while slots[slot] > 0 and not _equal(codes, slots[slot], j):
            slot = (slot + 1) & (size - 1)
        i = np.int64(slots[slot])
        before[j] = i
        slots[slot] = j
        for _ in range(OTHERS):
            if i == 0:
                break
            if j - i >= APART:
                if codes[i + ANCHOR] != codes[j + ANCHOR]:
                    k = _behind(found, k, codes, triples, i + ANCHOR, j + ANCHOR)
                if codes[i - 1] != codes[j - 1]:
                    k = _in_front(found, k, codes, triples, i - 1, j - 1)
            i = np.int64(before[i])
    return k


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
