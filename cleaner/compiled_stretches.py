"""What stands earlier in a text, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np

from cleaner.compiled import compiled
from cleaner.kernels import ODD, Codes, Places

_29 = np.uint64(29)


@compiled
def stretches(codes: Codes, size: int, whole: int, candidates: int) -> tuple[Places, Places]:
    """uint32[n], the folded text -> int64[k, 3], int64[m, 3]: as stretches.Stretches; start, end and source of each."""
    found, met = np.empty((16, 3), dtype=np.int64), np.empty((16, 3), dtype=np.int64)
    parts = np.empty((16, 3), dtype=np.int64)
    founds = mets = 0
    count = len(codes) - size + 1
    if count < 2:
        return found[:0], met[:0]
    room = 64
    while room < 2 * count:
        room *= 2
    slots = np.full(room, -1, dtype=np.int32)  # where each string of `size` characters first stands
    following = np.full(count, -1, dtype=np.int32)  # where it stands next, for the first few
    here = np.empty(candidates + 1, dtype=np.int64)
    gone = np.uint64(1)  # what a character counts that leaves the window
    for _ in range(size):
        gone *= ODD
    value = np.uint64(0)
    for i in range(size - 1):
        value = value * ODD + np.uint64(codes[i])
    shift = resume = 0
    for start in range(count):
        value = value * ODD + np.uint64(codes[start + size - 1])
        if start > 0:
            value -= gone * np.uint64(codes[start - 1])
        mixed = (value ^ (value >> _29)) * ODD
        slot = np.int64(mixed >> np.uint64(32)) & (room - 1)
        while slots[slot] >= 0 and not _same(codes, slots[slot], start, size):
            slot = (slot + 1) & (room - 1)
        first = np.int64(slots[slot])
        if first < 0:
            slots[slot] = start
            continue
        places, last = 0, np.int64(first)
        while places < candidates and first >= 0:
            here[places] = last = first
            places += 1
            first = following[first]
        if places < candidates:
            following[last] = start
        if start < resume:
            continue
        if 0 < shift <= start and _same(codes, start - shift, start, size):
            at = places
            while at > 0 and here[at - 1] > start - shift:
                at -= 1
            if at == 0 or here[at - 1] != start - shift:
                for i in range(places, at, -1):
                    here[i] = here[i - 1]
                here[at] = start - shift
                places += 1
        end = source = -1
        for i in range(places):
            place = int(here[i])
            reach = start + _common(codes, place, start, size)
            met = _more(met, mets)
            met[mets] = (start, reach, place)
            mets += 1
            if reach > end:
                end, source = reach, place
        parts, number = _traced(found, founds, start, end, source, size, whole, parts)
        for i in range(number):
            one = parts[i]
            before = founds - 1
            if founds and one[0] <= found[before, 1] and one[0] - one[2] == found[before, 0] - found[before, 2]:  # the last one goes on
                found[before, 1] = max(found[before, 1], one[1])
            else:
                found = _more(found, founds)
                found[founds] = one
                founds += 1
        shift = start - source
        resume = max(start + 1, end - size + 1)
    return found[:founds], met[:mets]


@compiled
def _same(codes: Codes, one: int, other: int, size: int) -> bool:
    for i in range(size):  # noqa: SIM110  (numba compiles no generators)
        if codes[one + i] != codes[other + i]:
            return False
    return True


@compiled
def _common(codes: Codes, source: int, start: int, size: int) -> int:
    most, same = min(start - source, len(codes) - start), size
    while same < most and codes[source + same] == codes[start + same]:
        same += 1
    return same


@compiled
def _more(rows: Places, used: int) -> Places:
    """Room for one more row."""
    if used < len(rows):
        return rows
    larger = np.empty((2 * len(rows), rows.shape[1]), dtype=np.int64)
    larger[:used] = rows
    return larger


@compiled
def _traced(found: Places, founds: int, start: int, end: int, source: int, size: int, whole: int, parts: Places) -> tuple[Places, int]:
    """As stretches._traced: how many parts there are."""
    number, shift = 0, start - source
    at, stop = source, source + end - start
    low, high = 0, founds
    while low < high:
        middle = (low + high) // 2
        if found[middle, 0] < source:
            low = middle + 1
        else:
            high = middle
    k = max(0, low - 1)
    while k < founds and found[k, 0] < stop:
        first, last, back = found[k, 0], found[k, 1], found[k, 0] - found[k, 2]
        k += 1
        if last - first < whole or last <= at:
            continue
        if first - at >= size:
            parts = _more(parts, number)
            parts[number] = (at + shift, first + shift, at)
            number += 1
        at = max(at, first)
        until = min(last, stop)
        if until - at >= size:
            parts = _more(parts, number)
            parts[number] = (at + shift, until + shift, at - back)
            number += 1
        at = until
    if stop - at >= size:
        parts = _more(parts, number)
        parts[number] = (at + shift, stop + shift, at)
        number += 1
    return parts, number


@compiled
def shared(met: Places, ends: Places, said: Places, size: int) -> Places:
    """int64[m, 3], int64[t], int64[t]: stretches, where each paragraph ends, and the first one that says the same -> int64[k, 4]:
    as copies.shared: the earlier and the later paragraph, how much of the later and of the earlier one stands in the other."""
    rows, used = np.empty((16, 5), dtype=np.int64), 0
    for n in range(len(met)):
        start, end, source = met[n]
        j, i = np.searchsorted(ends, start, side="right"), np.searchsorted(ends, source, side="right")
        while end - start >= size:
            length = min(end - start, ends[j] - start, ends[i] - source)
            if length >= size and i < j and said[i] != said[j]:
                rows = _more(rows, used)
                rows[used] = (i, j, start, start + length, source)
                used += 1
            start, source = start + length, source + length
            while j < len(ends) - 1 and ends[j] <= start:
                j += 1
            while i < len(ends) - 1 and ends[i] <= source:
                i += 1
    rows = rows[:used]
    order = np.argsort(rows[:, 0] * len(ends) + rows[:, 1], kind="mergesort")
    out = np.empty((used, 5), dtype=np.int64)
    pairs = begin = 0
    while begin < used:
        one = rows[order[begin]]
        stop = begin
        while stop < used and rows[order[stop], 0] == one[0] and rows[order[stop], 1] == one[1]:
            stop += 1
        some = rows[order[begin:stop]]
        out[pairs] = (one[0], one[1], _united(some, 2), _united(some, 4), order[begin])
        pairs += 1
        begin = stop
    by_place = np.argsort(out[:pairs, 4], kind="mergesort")
    return out[:pairs][by_place][:, :4]


@compiled
def _united(rows: Places, begins: int) -> int:
    """How much the spans cover together that begin in a column, each as long as its row says."""
    covered, reach = 0, np.int64(-1)
    for n in np.argsort(rows[:, begins], kind="mergesort"):
        start = rows[n, begins]
        end = start + rows[n, 3] - rows[n, 2]
        covered += max(0, end - max(start, reach))
        reach = max(reach, end)
    return covered
