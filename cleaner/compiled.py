"""Kernels that loop over characters, compiled by numba. Importing this loads numba (0.4 s): for large inputs only.

Compiled code is kept on disk beside this file or, where that cannot be written, in the user's cache; where neither can,
it is compiled anew by each process. All let other threads run, so that chunks can be worked on side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from cleaner.kernels import _MIX1, _MIX2, ODD, Codes, Hashes, Hashes32, Numbers, Places

F = TypeVar("F", bound=Callable[..., Any])

_0, _1 = np.uint64(0), np.uint64(1)
_29, _32 = np.uint64(29), np.uint64(32)


def compiled(function: F) -> F:
    """Compile a function when it is first called, and keep the code on disk where a place for it can be written."""
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "cannot cache function ...: no locator available"
        made = numba.njit(nogil=True)(function)
    return made  # type: ignore[return-value]


@compiled
def content_hashes(codes: Codes, offsets: Places) -> Hashes:
    """As kernels.content_hashes."""
    out = np.empty((len(offsets) - 1, 2), dtype=np.uint64)
    for text in range(len(offsets) - 1):
        one, two = _0, _0
        for i in range(offsets[text], offsets[text + 1]):
            value = (np.uint64(codes[i]) << _32) + np.uint64(i - offsets[text])
            one += _mix(value * _MIX1)
            two += _mix(value * _MIX2)
        out[text, 0], out[text, 1] = one, two
    return out


@compiled
def _mix(value: np.uint64) -> np.uint64:
    value ^= value >> _32
    value *= ODD
    return value ^ (value >> _32)


@compiled
def first_equal_rows(hashes: Hashes) -> Places:
    """uint64[n, 2] -> int64[n]: for each row the first one that is equal to it (itself, where it is the first)."""
    first = np.empty(len(hashes), dtype=np.int64)
    size = 16
    while size < 2 * len(hashes):
        size *= 2
    slots = np.full(size, -1, dtype=np.int64)
    for i in range(len(hashes)):
        slot = np.int64(hashes[i, 0] & np.uint64(size - 1))
        while slots[slot] >= 0 and (hashes[slots[slot], 0] != hashes[i, 0] or hashes[slots[slot], 1] != hashes[i, 1]):
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = i
        first[i] = slots[slot]
    return first


@compiled
def signatures(codes: Codes, offsets: Places, which: Places, n: int, permuted: Hashes32) -> Hashes32:
    """As kernels.signatures."""
    a, b = permuted[0].copy(), permuted[1].copy()
    out = np.full((len(which), len(a)), np.uint32(0xFFFFFFFF), dtype=np.uint32)
    spread = np.empty(64, dtype=np.uint32)
    for row in range(len(which)):
        start, count = offsets[which[row]], offsets[which[row] + 1] - offsets[which[row]] - n + 1
        if count > len(spread) - 3:
            spread = np.empty(2 * count, dtype=np.uint32)
        for i in range(count):
            spread[i] = _finalized(np.uint32(_ngram_hash(codes, start + i, n) >> _32))
        spread[count : count + 3] = spread[0]  # to a multiple of four
        least = out[row]
        for i in range(0, count, 4):  # four at a time: a, b and the minima are loaded once for them
            one, two, three, four = spread[i], spread[i + 1], spread[i + 2], spread[i + 3]
            for k in range(len(a)):
                left = min(np.uint32(a[k] * one + b[k]), np.uint32(a[k] * two + b[k]))
                right = min(np.uint32(a[k] * three + b[k]), np.uint32(a[k] * four + b[k]))
                least[k] = min(least[k], min(left, right))
    return out


@compiled
def _ngram_hash(codes: Codes, at: int, n: int) -> np.uint64:
    value = _0
    for i in range(n):
        value = (value + np.uint64(codes[at + i])) * ODD
        value ^= value >> _29
    return value


@compiled
def _finalized(value: np.uint32) -> np.uint32:
    value = np.uint32(value ^ (value >> np.uint32(16)))
    value = np.uint32(value * np.uint32(0x85EBCA6B))
    value = np.uint32(value ^ (value >> np.uint32(13)))
    value = np.uint32(value * np.uint32(0xC2B2AE35))
    return np.uint32(value ^ (value >> np.uint32(16)))


@compiled
def band_keys(signatures: Hashes32, rows: int) -> Hashes:
    """As kernels.band_keys."""
    keys = np.empty((len(signatures), signatures.shape[1] // rows), dtype=np.uint64)
    for i in range(len(keys)):
        for band in range(keys.shape[1]):
            value = _0
            for row in range(band * rows, (band + 1) * rows):
                value = (value + np.uint64(signatures[i, row])) * ODD
                value ^= value >> _29
            keys[i, band] = value
    return keys


@compiled
def deletion_keys(codes: Codes, offsets: Places, which: Places) -> Hashes:
    """As kernels.deletion_keys."""
    count = 0
    for text in which:
        count += offsets[text + 1] - offsets[text] + 1
    keys = np.empty(count, dtype=np.uint64)
    at = 0
    for text in which:
        start, size = offsets[text], offsets[text + 1] - offsets[text]
        after = _0  # the sum over what stands behind the character left out, one place to the left
        for i in range(size - 1, -1, -1):
            keys[at + i] = after
            after += _mix(((np.uint64(codes[start + i]) << _32) + np.uint64(i - 1)) * _MIX1)
        before = _0
        for i in range(size):
            keys[at + i] += before
            before += _mix(((np.uint64(codes[start + i]) << _32) + np.uint64(i)) * _MIX1)
        keys[at + size] = before
        at += size + 1
    return keys


@compiled
def buckets(keys: Hashes) -> tuple[Numbers, int]:
    """As kernels.buckets."""
    number = np.empty(len(keys), dtype=np.int32)  # at first, the place where a key first stands
    size = 16
    while 2 * size < 3 * len(keys):
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    shared = np.zeros(len(keys), dtype=np.bool_)
    for i in range(len(keys)):
        slot = np.int64((keys[i] * ODD) >> _32) & (size - 1)
        while slots[slot] >= 0 and keys[slots[slot]] != keys[i]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = i
        else:
            shared[slots[slot]] = True
        number[i] = slots[slot]
    count = 0
    for i in range(len(keys)):
        if number[i] != i:
            number[i] = number[number[i]]
        elif shared[i]:
            number[i] = count
            count += 1
        else:
            number[i] = -1
    return number, count


@compiled
def grouped(whose: Numbers, values: Numbers, count: int) -> tuple[Numbers, Places]:
    """As kernels.grouped."""
    starts = np.zeros(count + 1, dtype=np.int64)
    for own in whose:
        starts[own + 1] += 1
    for i in range(count):
        starts[i + 1] += starts[i]
    found = np.empty(len(whose), dtype=np.int32)
    for place in range(len(whose)):
        found[starts[whose[place]]] = values[place]
        starts[whose[place]] += 1
    for i in range(count, 0, -1):
        starts[i] = starts[i - 1]
    starts[0] = 0
    return found, starts


@compiled
def keepers(
    codes: Codes,
    offsets: Places,
    which: Places,
    n: int,
    traits: npt.NDArray[np.uint8],
    enough: int,
    threshold: float,
    one_edit: tuple[int, int],
    starts: Places,
    member_of: Numbers,
    buckets: int,
    hot: int,
) -> tuple[Places, npt.NDArray[np.float64], Places]:
    """int64[t]: texts, in reading order -> int64[t], float64[t], int64[4]: for each the first keeper that it is alike to (itself
    where it is a keeper), and how alike the two are; and how many candidates were looked at, were far apart by their
    signatures, were not alike, and how many buckets had more than the `hot` keepers that were looked at.

    traits: uint8[t, k], what is kept of each signature; a pair that agrees in less than `enough` of them is set aside. The
    buckets of text i are member_of[starts[i]:starts[i + 1]]. Texts of one_edit[0] to one_edit[1] characters are alike within one edit, too.
    """
    texts = len(which)
    start, end = offsets[which], offsets[which + 1]
    keeper, similarity, counts = np.arange(texts), np.ones(texts), np.zeros(4, dtype=np.int64)
    crowd = np.full((buckets, 3), -1, np.int32)  # of each bucket the first keeper, the first and the last link to further ones
    member, after = np.empty(len(member_of), np.int32), np.full(len(member_of), -1, np.int32)
    used, entered = 0, -1
    seen = np.full(texts, -1, np.int32)  # by which text a keeper was looked at last
    longest = 1
    for i in range(texts):
        longest = max(longest, end[i] - start[i])
    size = 64
    while size < 2 * longest:
        size *= 2
    slots, owner, found = np.zeros(size, np.uint64), np.full(size, -1, np.int32), np.full(size, -1, np.int64)
    aside, own = np.zeros(size, np.uint64), np.full(size, -1, np.int32)  # to count the n-grams of a keeper when that is asked for
    distinct = np.zeros(texts, np.int32)
    for i in range(texts):
        for bucket in member_of[starts[i] : starts[i + 1]]:
            k, node = crowd[bucket, 0], crowd[bucket, 1]
            looked = 0
            while k >= 0:
                other = k
                k = member[node] if node >= 0 else -1
                node = after[node] if node >= 0 else -1
                looked += 1
                if looked > hot:
                    counts[3] += 1
                    break
                if seen[other] == i or other > keeper[i]:
                    continue
                seen[other] = i
                counts[0] += 1
                alike, share = False, 0.0
                agree = 0
                for s in range(traits.shape[1]):
                    agree += traits[i, s] == traits[other, s]
                if agree >= enough:
                    if entered != i:
                        entered, distinct[i] = i, _enter(codes, start[i], end[i], n, i, slots, owner)
                    if distinct[other] == 0:
                        distinct[other] = _enter(codes, start[other], end[other], n, other, aside, own)
                    common = _common(codes, start[i], end[i], start[other], end[other], n, i, counts[0], slots, owner, found)
                    share = common / max(1, distinct[i] + distinct[other] - common)
                    alike = share >= threshold
                else:
                    counts[1] += 1
                if not alike and within_one_edit(codes, start[i], end[i], start[other], end[other], one_edit[0], one_edit[1]):
                    alike, share = True, 1 - 1 / max(end[i] - start[i], end[other] - start[other])
                if alike:
                    keeper[i], similarity[i] = other, share
                else:
                    counts[2] += 1
        if keeper[i] == i:
            for bucket in member_of[starts[i] : starts[i + 1]]:
                if crowd[bucket, 0] < 0:
                    crowd[bucket, 0] = i
                    continue
                member[used] = i
                if crowd[bucket, 1] < 0:
                    crowd[bucket, 1] = used
                else:
                    after[crowd[bucket, 2]] = used
                crowd[bucket, 2] = used
                used += 1
    return keeper, similarity, counts


@compiled
def _slots(length: int, size: int) -> int:
    """How much of the table a text needs: small texts stay in a small part of it."""
    need = 64
    while need < 2 * length:
        need *= 2
    return min(need, size)


@compiled
def _enter(codes: Codes, start: int, end: int, n: int, text: int, slots: Hashes, owner: Numbers) -> int:
    """Enter the n-grams of a text into the table; how many different ones there are."""
    mask = _slots(end - start, len(slots)) - 1
    distinct = 0
    for at in range(start, end - n + 1):
        value = _ngram_hash(codes, at, n)
        slot = np.int64(value >> _32) & mask
        while owner[slot] == text and slots[slot] != value:
            slot = (slot + 1) & mask
        if owner[slot] != text:
            owner[slot], slots[slot] = text, value
            distinct += 1
    return distinct


@compiled
def _common(
    codes: Codes,
    start: int,
    end: int,
    other: int,
    stop: int,
    n: int,
    text: int,
    asked: int,
    slots: Hashes,
    owner: Numbers,
    found: Places,
) -> int:
    """How many different n-grams of another text, codes[other:stop], are in the table of `text`. asked: a number that no
    earlier question had."""
    mask = _slots(end - start, len(slots)) - 1
    common = 0
    for at in range(other, stop - n + 1):
        value = _ngram_hash(codes, at, n)
        slot = np.int64(value >> _32) & mask
        while owner[slot] == text and slots[slot] != value:
            slot = (slot + 1) & mask
        if owner[slot] == text and found[slot] != asked:
            found[slot] = asked
            common += 1
    return common


@compiled
def within_one_edit(codes: Codes, start: int, end: int, other: int, stop: int, least: int, most: int) -> bool:
    """Are two texts of `least` to `most` characters the same but for one that was swapped, lost or added?"""
    left, right = end - start, stop - other
    if min(left, right) < least or max(left, right) > most or abs(left - right) > 1:
        return False
    head = 0
    while head < min(left, right) and codes[start + head] == codes[other + head]:
        head += 1
    tail = 0
    while tail < min(left, right) - head and codes[end - 1 - tail] == codes[stop - 1 - tail]:
        tail += 1
    return head + tail >= max(left, right) - 1
