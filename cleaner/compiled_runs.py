"""What cleaner.runs looks for, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np

from cleaner.compiled import compiled
from cleaner.kernels import ODD, Codes, Places

_SHORT = 4  # characters that a stretch of a short period agrees in
_32 = np.uint64(32)


@compiled
def repeated(codes: Codes, edges: Places, size: int) -> tuple[Places, Places, Places]:
    """uint32[n], the folded text -> three int64[k], as runs.repeated: starts, ends and periods of the stretches of `size` and
    more characters that stand before in their line."""
    found = np.empty((len(codes) // 16 + 16, 3), dtype=np.int64)
    k = _repeated(found, codes, edges, size)
    if k > len(found):
        found = np.empty((k, 3), dtype=np.int64)
        _repeated(found, codes, edges, size)
    return found[:k, 0].copy(), found[:k, 1].copy(), found[:k, 2].copy()


@compiled
def _repeated(found: Places, codes: Codes, edges: Places, size: int) -> int:
    """The same into `found`, as far as there is room; how many they are."""
    k = 0
    until, before = np.int64(0), np.int64(0)  # of the last one
    longest = first = 0
    for last in edges:
        longest, first = max(longest, last - first), last
    room = 64
    while room < 4 * longest:
        room *= 2
    slots = np.full(room, -1, dtype=np.int32)  # places; what lies before the line is as good as empty
    hashes = np.empty(longest + 1, dtype=np.uint64)
    gone = np.uint64(1)  # what a character counts that leaves the window
    for _ in range(size):
        gone *= ODD
    first = 0
    for last in edges:
        value = np.uint64(0)
        for i in range(first, last):
            value = value * ODD + np.uint64(codes[i])
            if i >= first + size:
                value -= gone * np.uint64(codes[i - size])
            if i < first + size - 1:
                continue
            start = i - size + 1
            hashes[start - first] = value
            slot = np.int64((value ^ (value >> _32)) * ODD >> _32) & (room - 1)
            while slots[slot] >= first and hashes[slots[slot] - first] != value:
                slot = (slot + 1) & (room - 1)
            period = start - slots[slot]
            fresh = slots[slot] < first
            slots[slot] = start
            if fresh or period < size:
                continue
            goes_on = k > 0 and until == i and before == period
            until, before = np.int64(i + 1), np.int64(period)
            if goes_on:
                if k <= len(found):
                    found[k - 1, 1] = until
                continue
            if k < len(found):  # an array that is made anew in a loop costs that loop ten times what it does
                found[k, 0], found[k, 1], found[k, 2] = start, until, period
            k += 1
        first = last
    return k


@compiled
def short(codes: Codes) -> tuple[Places, Places]:
    """uint32[n], the folded text -> two int64[k], as runs.short: where what stands 2 to 7 characters before begins to stand again,
    and how many."""
    found = np.empty((len(codes) // 16 + 16, 2), dtype=np.int64)
    k = _short(found, codes)
    if k > len(found):
        found = np.empty((k, 2), dtype=np.int64)
        _short(found, codes)
    return found[:k, 0].copy(), found[:k, 1].copy()


@compiled
def _short(found: Places, codes: Codes) -> int:
    """The same into `found`, as far as there is room; how many they are."""
    ends = np.zeros(8, dtype=np.int64)  # of the last stretch of each period
    k = 0
    for i in range(_SHORT - 1, len(codes), _SHORT):  # whatever is long enough holds a place that is looked at
        here = codes[i]
        if i >= 7:  # all at once: one guess for the processor instead of six
            near = (here == codes[i - 2]) | (here == codes[i - 3]) | (here == codes[i - 4])
            if not near | (here == codes[i - 5]) | (here == codes[i - 6]) | (here == codes[i - 7]):
                continue
        for period in range(2, min(8, i + 1)):
            if here != codes[i - period] or i < ends[period]:
                continue
            start, end = i, i + 1
            while start > period and codes[start - 1] == codes[start - 1 - period]:
                start -= 1
            while end < len(codes) and codes[end] == codes[end - period]:
                end += 1
            ends[period] = end
            if end - start >= _SHORT:
                if k < len(found):
                    found[k, 0], found[k, 1] = start, period
                k += 1
    return k


@compiled
def whole(codes: Codes, edges: Places, starts: Places, periods: Places) -> Places:
    """uint32[n] and two int64[k] -> int64[m, 5]: start, end, period and line of the run that each lies in, as runs.Run; of those
    with less than two copies, none."""
    found = np.empty((len(starts), 5), dtype=np.int64)
    m = 0
    for n in range(len(starts)):
        start, period = starts[n], periods[n]
        line = np.searchsorted(edges, start, side="right")
        first, last = edges[line - 1] if line else 0, edges[line]
        low, high = start, start
        while low - period > first and codes[low - 1] == codes[low - 1 - period]:
            low -= 1
        while high < last and codes[high] == codes[high - period]:
            high += 1
        low -= period
        if low >= first and high - low >= 2 * period:
            found[m, 0], found[m, 1], found[m, 2], found[m, 3], found[m, 4] = low, high, period, first, last
            m += 1
    return found[:m]
