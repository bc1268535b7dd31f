"""Arrays in, arrays out. Each kernel has a slow twin of the same name in tests/naive.py.

Texts lie one behind the other in one array of code points; text i is codes[offsets[i]:offsets[i + 1]]. What needs a
loop over characters is in compiled.py, with the same results.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Hashes32 = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint32]

ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, the multiplier of Fibonacci hashing (Knuth, TAOCP 3, 6.4)
# the multipliers of the 64-bit finalizer of MurmurHash3 (Appleby), used as any odd numbers of well mixed bits
_MIX1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX2 = np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(32)


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """int[n] -> int[m]: each value once, ascending. As np.unique, which loads numpy.ma: 50 ms that a hook does not have."""
    ordered = np.sort(values)
    keep = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def ngram_hashes(codes: Codes, n: int) -> Hashes:
    """uint32[m], n -> uint64[max(0, m - n + 1)]: a hash of each n-gram, by its place. Equal n-grams have equal hashes."""
    count = max(0, len(codes) - n + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for i in range(n):
        hashes += codes[i : i + count]
        hashes *= ODD
        hashes ^= hashes >> np.uint64(29)
    return hashes


def content_hashes(codes: Codes, offsets: Places) -> Hashes:
    """uint32[m], int64[n + 1] -> uint64[n, 2]: 128 bits for each text, equal for equal texts.

    The sum over a text of well mixed (character, place) pairs: parts of it can be worked out apart. Not for secrets."""
    start = offsets[0]
    codes, offsets = codes[start : offsets[-1]], offsets - start
    place = np.arange(len(codes)) - np.repeat(offsets[:-1], np.diff(offsets))
    return np.stack([_sums(mixed(codes, place, seed), offsets) for seed in (_MIX1, _MIX2)], axis=1)


def mixed(codes: Codes, place: Places, seed: np.uint64) -> Hashes:
    """uint32[m], int64[m] -> uint64[m]: a hash of each character at its place in its text."""
    hashes = (codes.astype(np.uint64) << _HALF) + place.astype(np.uint64)
    hashes *= seed
    hashes ^= hashes >> _HALF
    hashes *= ODD
    hashes ^= hashes >> _HALF
    return hashes


def _sums(values: Hashes, offsets: Places) -> Hashes:
    """The sum, modulo 2**64, over each text."""
    total = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)))
    found: Hashes = total[offsets[1:]] - total[offsets[:-1]]
    return found


def first_equal_rows(hashes: Hashes) -> Places:
    """uint64[n, 2] -> int64[n]: for each row the first one that is equal to it (itself, where it is the first)."""
    order = np.lexsort((np.arange(len(hashes)), hashes[:, 1], hashes[:, 0]))
    ranked = hashes[order]
    heads = np.flatnonzero(np.concatenate(([True], (ranked[1:] != ranked[:-1]).any(axis=1)))) if len(hashes) else order
    first = np.empty(len(hashes), dtype=np.int64)
    first[order] = np.repeat(order[heads], np.diff(np.append(heads, len(hashes))))
    return first


def subsequence_hashes(codes: Codes, offsets: Places, marked: npt.NDArray[np.bool_]) -> Hashes:
    """uint32[m], int64[n + 1], bool[m] -> uint64[n]: a hash of the marked characters of each text, in their order."""
    before = np.concatenate(([0], np.cumsum(marked)))
    found: Hashes = content_hashes(codes[marked], before[offsets])[:, 0]
    return found


@lru_cache(maxsize=4)
def permutations(count: int, seed: int) -> Hashes32:
    """-> uint32[2, count]: a (odd) and b of the permutations h -> a * h + b mod 2**32, those of datasketch's scheme
    "affine32" for the same seed (datasketch 2.0, MinHash._init_permutations)."""
    state = np.random.RandomState(seed)
    a = state.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return np.array([a, state.randint(0, 1 << 32, count, dtype=np.uint32)])


def signatures(codes: Codes, offsets: Places, which: Places, n: int, permuted: Hashes32) -> Hashes32:
    """uint32[m], int64[t + 1], int64[w], n, uint32[2, k] -> uint32[w, k]: the MinHash signatures of the n-grams of some
    texts."""
    counts = np.maximum(np.diff(offsets)[which] - n + 1, 0)
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(offsets[which] - ends + counts, counts)
    hashes = (ngram_hashes(codes, n)[places] >> _HALF).astype(np.uint32)
    return minhash(hashes, np.concatenate(([0], ends)), permuted)


def minhash(hashes: Hashes32, offsets: Places, permuted: Hashes32) -> Hashes32:
    """uint32[m], int64[n + 1], uint32[2, k] -> uint32[n, k]: the MinHash signature of each set of hashes, bit for bit
    that of datasketch's scheme "affine32"; all ones for an empty set."""
    signatures = np.full((permuted.shape[1], len(offsets) - 1), 0xFFFFFFFF, dtype=np.uint32)
    filled = np.flatnonzero(np.diff(offsets))
    if filled.size:
        spread = _finalized(hashes)
        for row, a, b in zip(signatures, *permuted):
            row[filled] = np.minimum.reduceat(a * spread + b, offsets[filled])
    return np.ascontiguousarray(signatures.T)


def _finalized(hashes: Hashes32) -> Hashes32:
    """The 32-bit finalizer of MurmurHash3 (Appleby), which datasketch applies once before the permutations."""
    hashes = hashes ^ (hashes >> np.uint32(16))
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    return hashes


def band_keys(signatures: Hashes32, rows: int) -> Hashes:
    """uint32[n, k], rows -> uint64[n, k // rows]: a hash of each band of `rows` values of a signature."""
    keys = np.zeros((len(signatures), signatures.shape[1] // rows), dtype=np.uint64)
    for row in range(rows):
        keys += signatures[:, row : keys.shape[1] * rows : rows]
        keys *= ODD
        keys ^= keys >> np.uint64(29)
    return keys


def deletion_keys(codes: Codes, offsets: Places, which: Places) -> Hashes:
    """uint32[m], int64[n + 1], int64[w] -> uint64[k]: for each of some texts the hashes of what is left without its first,
    its second, ... character, and of all of it. Two texts within one edit of one another share one (Mor and Fraenkel
    1982, "A hash code method for detecting and correcting spelling errors")."""
    starts, sizes = offsets[which], np.diff(offsets)[which]
    ends = np.cumsum(sizes)
    place = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    some = codes[place + np.repeat(starts, sizes)]
    here, shifted = (np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed(some, p, _MIX1)))) for p in (place, place - 1))
    whose = np.repeat(np.arange(len(which)), sizes + 1)
    first, end = (ends - sizes)[whose], ends[whose]
    without = np.arange(len(whose)) - whose  # the character that is left out; at the end, none
    after = np.minimum(without + 1, end)
    keys: Hashes = (here[without] - here[first]) + (shifted[end] - shifted[after])
    return keys


def buckets(keys: Hashes) -> tuple[Numbers, int]:
    """uint64[n] -> int32[n]: equal keys have the same number, from 0 on in the order in which they first stand; -1 for a
    key that stands alone. And how many numbers there are."""
    first = first_equal(keys)
    shared = np.bincount(first, minlength=len(keys)) > 1
    number = np.where(shared, np.cumsum(shared) - 1, -1).astype(np.int32)
    return number[first], int(shared.sum())


def grouped(whose: Numbers, values: Numbers, count: int) -> tuple[Numbers, Places]:
    """int32[m], int32[m] -> int32[m], int64[count + 1]: the values of 0, then those of 1, ..., each in their order; and where
    those of each begin."""
    order = np.argsort(whose, kind="stable")
    return values[order], np.searchsorted(whose[order], np.arange(count + 1))


def previous_equal(values: Hashes) -> Places:
    """uint64[n] -> int64[n]: for each place the nearest earlier one with the same value, or -1."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    previous = np.full(len(values), -1, dtype=np.int64)
    same = np.flatnonzero(ranked[1:] == ranked[:-1])
    previous[order[same + 1]] = order[same]
    return previous


def first_equal(values: Hashes) -> Places:
    """uint64[n] -> int64[n]: for each place the first one with the same value (itself, where it is the first)."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    heads = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1]))) if len(values) else order
    first = np.empty(len(values), dtype=np.int64)
    first[order] = np.repeat(order[heads], np.diff(np.append(heads, len(values))))
    return first


def joined(labels: Places, one: Places, other: Places) -> None:
    """int64[n], int64[m], int64[m]: join the parts of one[i] and other[i], in place. Each label is the first of its part, before and
    after."""
    while True:
        here, there = labels[one], labels[other]
        apart = np.flatnonzero(here != there)
        if not apart.size:
            return
        one, other = one[apart], other[apart]
        here, there = here[apart], there[apart]
        np.minimum.at(labels, np.maximum(here, there), np.minimum(here, there))
        while True:  # each leads to the first of its part at once
            further = labels[labels]
            if (further == labels).all():
                break
            labels[:] = further


def doubled_hashes(codes: Codes, times: int) -> Hashes:
    """uint32[m], times -> uint64[max(0, m - 2**times + 1)]: a hash of each 2**times-gram, each made of two halves."""
    hashes = codes.astype(np.uint64)
    for step in range(times):
        half = 1 << step
        count = max(0, len(hashes) - half)
        hashes = hashes[:count] * ODD + hashes[half : half + count]
        hashes ^= hashes >> _HALF
    hashes *= _MIX1
    return hashes


def recurring(values: Hashes) -> Places:
    """uint64[n] -> int64[k]: the places, ascending, whose value stands at another place too.

    Every place is written into a table at its value's slot: who finds another's name there has met a double, or a clash of
    slots, which is looked at again. The values should be well mixed in their upper bits."""
    seen = np.zeros(len(values), dtype=bool)
    places = np.arange(len(values))
    some = values
    while len(some) > 1:
        bits = len(some).bit_length() + 2
        slots = (some >> np.uint64(64 - bits)).view(np.int64)
        table = np.empty(1 << bits, dtype=np.int32)
        own = np.arange(len(some), dtype=np.int32)
        table[slots] = own
        last = table.take(slots)
        early = np.flatnonzero(last != own)
        others = last.take(early)
        same = some.take(early) == some.take(others)
        seen[places.take(early[same])] = True
        seen[places.take(others[same])] = True
        clash = early[~same]  # none of them is the last of its slot, so none has a double that was found
        some, places = some.take(clash) * ODD, places.take(clash)
    return np.flatnonzero(seen)
