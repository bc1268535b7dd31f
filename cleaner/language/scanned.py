"""The changes of language.candidates, compiled by numba. Importing this loads numba: for many characters only.

Everything here has its twin in numpy there, which says what it promises; the results are the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language.lexicon import ORDER, PHRASE
from cleaner.language.symbols import FIRST, ROOM
from cleaner.language.table import SLOTS

Codes = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.unsignedinteger[Any]]
Documents = npt.NDArray[np.uint16]
Code = Any  # int64, as a number of Python's or of numpy's

WRONG, LOST, ADDED, SWAPPED = range(4)  # as in candidates.KINDS
_BEFORE = ORDER - 1
_WIDTH = 2 * _BEFORE + 2
_BACKOFF = float(np.log(0.4))

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_16, _29, _32, _40 = (np.uint64(n) for n in (16, 29, 32, 40))
_1, _7, _3 = np.uint64(1), np.uint64(7), np.uint64(3)


class Counted(NamedTuple):
    """The n-grams of a language, as the kernels look them up. largest: of a mark."""

    marks: Marks
    counts: Bits
    steps: Documents
    largest: np.uint64


@compiled
def _extended(value: np.uint64, code: Code) -> np.uint64:
    value = (value ^ np.uint64(code)) * _FACTOR
    return value ^ (value >> _29)


@compiled
def _two(a: Code, b: Code) -> np.uint64:
    return _extended(_extended(np.uint64(2), a), b)


@compiled
def _three(a: Code, b: Code, c: Code) -> np.uint64:
    return _extended(_extended(_extended(np.uint64(3), a), b), c)


@compiled
def _four(a: Code, b: Code, c: Code, d: Code) -> np.uint64:
    return _extended(_extended(_extended(_extended(np.uint64(4), a), b), c), d)


@compiled
def _held(bits: Bits, value: np.uint64) -> bool:
    """As table.holds."""
    mask = np.uint64(len(bits) * 8 - 1)
    one, two = value & mask, (value >> _40) & mask
    # Both at once: whether the first is set, nobody can foretell.
    return bool(((bits[one >> _3] >> (one & _7)) & (bits[two >> _3] >> (two & _7)) & _1) != 0)


@compiled
def _documents(table: Counted, value: np.uint64) -> Code:
    """As Table.of."""
    buckets = np.uint64(len(table.marks))
    mark = max(value & table.largest, _1)
    bucket = ((value >> _32) * buckets) >> _32
    for _turn in range(2):
        for slot in range(SLOTS - 1, -1, -1):
            if table.marks[bucket, slot] == mark:
                return np.int64(table.steps[table.counts[bucket, slot]])
        bucket = ((((value >> _16) * _FACTOR) >> _32) * buckets) >> _32
    return 0


@compiled
def places(
    codes: Codes, pairs: Bits, triples: Bits, frames: Bits, gaps: Bits, facts: Flags, edges: Codes, often: int
) -> tuple[tuple[Codes, Codes, Codes, Codes], bool]:
    """Places where another character may have been meant, before which one may have been lost, where one may be too many, and
    where two may be swapped; and does a character stand there that `edges` (see `tried`) does not know yet?"""
    n = len(codes)
    triple, rare = np.empty(n, dtype=np.bool_), _rare(codes, pairs, often)
    for i in range(n - 2):
        triple[i] = _held(triples, _three(codes[i], codes[i + 1], codes[i + 2]))
    gap = np.zeros(n, dtype=np.uint8)  # may a well-known string of six lack a character here? 0: not looked up yet
    wrong, seams = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    added, swapped = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    wrongs, torn, more, swaps = 0, 0, 0, 0
    new = False
    for at in range(ROOM, n - ROOM):
        first, middle, last = triple[at - 2], triple[at - 1], triple[at]
        here = codes[at]
        if here >= FIRST and codes[at - 1] >= FIRST:
            lacking = rare[at - 1] > 0 and not (first or middle)
            for start in range(at - ORDER + 1, at):
                if lacking:
                    break
                if gap[start] == 0:
                    value = np.uint64(ORDER)
                    for k in range(ORDER):
                        value = _extended(value, codes[start + k])
                    gap[start] = 2 if _held(gaps, value) else 1
                lacking = gap[start] == 2
            if lacking:
                seams[torn] = at
                torn += 1
        if middle or here < FIRST or facts[here]:
            continue
        one, two, four, five = codes[at - 2], codes[at - 1], codes[at + 1], codes[at + 2]
        left, right = rare[at - 1], rare[at]
        odd = max(left, right) > 0 and min(left, right) >= 0 and not (first or last)
        if odd or _held(frames, _four(one, two, four, five)):
            wrong[wrongs] = at
            wrongs += 1
            new = new or edges[here, 0] < 0
        if two != here and four != here and _held(triples, _three(one, two, four)) and _held(triples, _three(two, four, five)):
            added[more] = at
            more += 1
            new = new or edges[here, 0] < 0
        apart = not last and four >= FIRST and here != four and not facts[four]
        if apart and _held(triples, _three(two, four, here)) and _held(triples, _three(four, here, five)):
            swapped[swaps] = at
            swaps += 1
    return (wrong[:wrongs].copy(), seams[:torn].copy(), added[:more].copy(), swapped[:swaps].copy()), new


@compiled
def _rare(codes: Codes, pairs: Bits, often: int) -> npt.NDArray[np.int8]:
    """As candidates._rare."""
    rare = np.zeros(len(codes), dtype=np.int8)
    strange = 0
    for i in range(len(codes) - 1):
        if not _held(pairs, _two(codes[i], codes[i + 1])):
            rare[i] = 1
            strange += 1
    size = 16
    while size < 2 * strange:
        size *= 2
    slots, times = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for turn in range(2):
        for i in range(len(codes) - 1):
            if rare[i] == 0:
                continue
            key = (codes[i] << 16) | codes[i + 1]
            slot = np.int64((np.uint64(key) * _FACTOR) >> _40) & (size - 1)
            while slots[slot] >= 0 and slots[slot] != key:
                slot = (slot + 1) & (size - 1)
            if turn == 0:
                slots[slot] = key
                times[slot] += 1
            elif times[slot] > often:
                rare[i] = -1
    return rare


@compiled
def tried(
    codes: Codes,
    where: tuple[Codes, Codes, Codes, Codes],
    pairs: Bits,
    triples: Bits,
    followers: Documents,
    starts: npt.NDArray[np.uint32],
    alike: npt.NDArray[np.uint16],
    edges: Codes,
    facts: Flags,
    grammar: Flags,
    particles: Flags,
    table: Counted,
) -> Codes:
    """int64[k, 3]: the changes that are tried, as kind, place, character; those of one kind and place one after another.

    where: as `places` gives it. alike: what may have been meant by character c, in alike[edges[c, 0]:edges[c, 1]]."""
    wrong, seams, added, swapped = where
    found = np.empty((256, 3), dtype=np.int64)
    k = 0
    for at in wrong:
        one, two, here, four, five = codes[at - 2], codes[at - 1], codes[at], codes[at + 1], codes[at + 2]
        for n in range(edges[here, 0], edges[here, 1]):
            char = np.int64(alike[n])
            if facts[char] or (grammar[here] and grammar[char]):
                continue
            if not (_held(pairs, _two(two, char)) and _held(pairs, _two(char, four))):
                continue
            if (
                _held(triples, _three(one, two, char))
                or _held(triples, _three(two, char, four))
                or _held(triples, _three(char, four, five))
            ):
                found, k = _put(found, k, WRONG, at, char)
    for at in seams:
        one, two, three, four = codes[at - 2], codes[at - 1], codes[at], codes[at + 1]
        begun = _extended(np.uint64(3), two)
        for n in range(np.int64(starts[two - FIRST]), np.int64(starts[two - FIRST + 1])):
            char = np.int64(followers[n])
            if not _held(triples, _extended(_extended(begun, char), three)):
                continue
            if facts[char] or char in (two, three) or not _held(pairs, _two(char, three)):
                continue
            if _documents(table, _four(one, two, char, three)) > 0 or _documents(table, _four(two, char, three, four)) > 0:
                found, k = _put(found, k, LOST, at, char)
    for at in added:
        here, slip = codes[at], particles[codes[at]]
        for n in range(edges[here, 0], edges[here, 1]):
            slip = slip or alike[n] == codes[at - 1] or alike[n] == codes[at + 1]
        if slip:
            found, k = _put(found, k, ADDED, at, 0)
    for at in swapped:
        found, k = _put(found, k, SWAPPED, at, 0)
    return found[:k]


@compiled
def _put(found: Codes, k: int, kind: int, at: int, char: Code) -> tuple[Codes, int]:
    if k == len(found):
        longer = np.empty((2 * k, 3), dtype=np.int64)
        longer[:k] = found
        found = longer
    found[k, 0], found[k, 1], found[k, 2] = kind, at, char
    return found, k + 1


@compiled
def best(
    codes: Codes,
    tried: Codes,
    least: float,
    letters: Documents,
    logs: Floats,
    weight: float,
    table: Counted,
) -> tuple[Codes, Floats]:
    """int64[k, 3], as `tried` gives it -> int64[m, 3], float64[m, 2]: of every kind and place the one that gains most, if it gains
    `least`, its gain and its margin."""
    chosen, gains = np.empty((len(tried), 3), dtype=np.int64), np.empty((len(tried), 2))
    window, docs = np.zeros(_WIDTH, dtype=np.int64), np.zeros((ORDER + 1, _WIDTH), dtype=np.int64)
    m = 0
    i = 0
    while i < len(tried):
        kind, at = tried[i, 0], tried[i, 1]
        gone = 1 if kind in (WRONG, ADDED) else 2 if kind == SWAPPED else 0
        for k in range(2 * _BEFORE + gone):
            window[k] = codes[at - _BEFORE + k]
        old = _log_probability(window, gone + _BEFORE, 0, _WIDTH, docs, letters, logs, weight, table)
        first, second, char = -np.inf, -np.inf, -1
        # What stands before the change and behind it is looked up once; behind it, where it stands at the same distance.
        alike_behind = kind in (WRONG, SWAPPED)
        while i < len(tried) and tried[i, 0] == kind and tried[i, 1] == at:
            length = _changed(window, codes, kind, at, tried[i, 2])
            since = length if alike_behind else _WIDTH
            alike_behind = True
            gain = _log_probability(window, length, _BEFORE, since, docs, letters, logs, weight, table) - old
            if gain > first or (gain == first and tried[i, 2] < char):
                first, second, char = gain, first, tried[i, 2]
            else:
                second = max(second, gain)
            i += 1
        if first >= least:
            chosen[m, 0], chosen[m, 1], chosen[m, 2] = kind, at, char
            gains[m, 0], gains[m, 1] = first, first if second == -np.inf else first - second
            m += 1
    return chosen[:m], gains[:m]


@compiled
def _changed(window: Codes, codes: Codes, kind: int, at: int, char: int) -> int:
    """The symbols about a place, with the change; how many of them it has an effect on."""
    for k in range(_BEFORE):
        window[k] = codes[at - _BEFORE + k]
    if kind in (WRONG, LOST):
        window[_BEFORE] = char
        after, k = at + (kind == WRONG), _BEFORE + 1
    elif kind == ADDED:
        after, k = at + 1, _BEFORE
    else:
        window[_BEFORE], window[_BEFORE + 1] = codes[at + 1], codes[at]
        after, k = at + 2, _BEFORE + 2
    for n in range(_BEFORE):
        window[k + n] = codes[after + n]
    return k


@compiled
def _log_probability(
    window: Codes,
    length: int,
    until: int,
    since: int,
    docs: Codes,
    letters: Documents,
    logs: Floats,
    weight: float,
    table: Counted,
) -> float:
    """As probability.log_probability, of one window. docs: room for the documents of each n-gram, by n and where it starts; what
    ends up to `until`, or starts from `since` on, is known there from the call before."""
    width = _BEFORE + length
    for i in range(width):
        docs[1, i] = letters[window[i]]
    total = 0.0
    for n in range(2, ORDER + 1):
        for i in range(max(0, until - n + 1), min(since, width - n + 1)):
            docs[n, i] = 0
            if docs[n - 1, i] > 0 and docs[n - 1, i + 1] > 0:
                value = np.uint64(n)
                for k in range(n):
                    value = _extended(value, window[i + k])
                docs[n, i] = _documents(table, value)
    for end in range(_BEFORE, width):
        known = 1
        for n in range(2, ORDER + 1):
            if docs[n, end - n + 1] > 0:
                known = n
        if known == 1:
            total += max(logs[docs[1, end]], 0.0) + (_BEFORE * _BACKOFF - weight)
        else:
            start = end - known + 1
            total += logs[docs[known, start]] - logs[docs[known - 1, start]] + (ORDER - known) * _BACKOFF
    return total


@compiled
def known(codes: Codes, changes: Codes, around: int, table: Counted) -> Codes:
    """int64[k, 3] -> int64[k, 7]: the most documents that hold a string of 2, 3, 4, 5 and PHRASE characters about each change as
    it would read, and of 2 and 3 as it reads (misprints.documents_about)."""
    found = np.zeros((len(changes), 7), dtype=np.int64)
    before, after = np.empty(2 * around + 2, dtype=np.int64), np.empty(2 * around + 3, dtype=np.int64)
    for row in range(len(changes)):
        kind, at, char = changes[row]
        low, high = at, at
        while at - low < around and codes[low - 1] >= FIRST:
            low -= 1
        while high - at < around + 1 and codes[high] >= FIRST:
            high += 1
        k, size = at - low, high - low
        for i in range(size):
            before[i] = codes[low + i]
        for i in range(k):
            after[i] = before[i]
        was, becomes, new = (k, k + 1), (k, k + 1), size
        if kind == WRONG:
            after[k] = char
            after[k + 1 : size] = before[k + 1 : size]
        elif kind == LOST:
            was, new = (k - 1, k + 1), size + 1
            after[k] = char
            after[k + 1 : new] = before[k:size]
        elif kind == ADDED:
            becomes, new = (max(0, k - 1), k + 1), size - 1
            after[k:new] = before[k + 1 : size]
        else:
            was, becomes = (k, k + 2), (k, k + 2)
            after[k], after[k + 1] = before[k + 1], before[k]
            after[k + 2 : size] = before[k + 2 : size]
        for n in range(5):
            length = PHRASE if n == 4 else n + 2
            found[row, n] = _most(after, new, becomes, length, table)
        for n in range(2):
            found[row, 5 + n] = _most(before, size, was, n + 2, table)
    return found


@compiled
def _most(run: Codes, size: int, part: tuple[int, int], length: int, table: Counted) -> int:
    most = 0
    for start in range(max(0, part[1] - length), min(part[0], size - length) + 1):
        value = np.uint64(length)
        for k in range(length):
            value = _extended(value, run[start + k])
        most = max(most, _documents(table, value))
    return most
