"""What the changes of language.candidates gain, and what is known of the best, compiled by numba. Importing this loads numba.

The twin in numpy is there and in language.probability; the results are the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language.lexicon import ORDER, PHRASE
from cleaner.language.lookups import (
    ADDED,
    LOST,
    SWAPPED,
    WRONG,
    Codes,
    Counted,
    Documents,
    documents,
    extended,
    four_of,
    pair_of,
    three_of,
    touched,
)
from cleaner.language.omissions import LEFT_OUT, STANDS
from cleaner.language.symbols import FIRST

Floats = npt.NDArray[np.float64]
Orders = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int32]

_BEFORE = ORDER - 1
_WIDTH = 2 * _BEFORE + 2
_BACKOFF = float(np.log(0.4))
_STANDS, _LEFT_OUT = ord(STANDS), ord(LEFT_OUT)
_ROUNDING = 1e-6  # what sums in another order may differ by


@compiled
def best(
    codes: Codes,
    tried: Codes,
    times: Codes,
    worth: Floats,
    least: Floats,
    letters: Documents,
    logs: Floats,
    weight: float,
    tables: tuple[Counted, ...],
) -> tuple[Codes, Floats]:
    """int64[k, 3], int64[k], as candidates.joined gives them -> int64[m, 4], float64[m, 2]: of every kind and place the one that is
    worth most, with how many places it has elsewhere, if it is worth `least` of its kind; its gain and its margin. worth: by how
    many places, what they add to a gain."""
    chosen, gains = np.empty((len(tried), 4), dtype=np.int64), np.empty((len(tried), 2))
    # What was looked up of the text as it stands: of each place the longest known n-gram that ends there, up to which length that
    # was asked, and the documents of each length.
    longest, asked = np.zeros(len(codes), dtype=np.int8), np.zeros(len(codes), dtype=np.int8)
    docs = np.empty((len(codes), ORDER + 1), dtype=np.int32)
    window, orders, new = np.empty(_WIDTH, dtype=np.int64), np.empty(_WIDTH, dtype=np.int64), np.empty((_WIDTH, ORDER + 1), dtype=np.int32)
    m = 0
    i = 0
    while i < len(tried):
        kind, at, start = tried[i, 0], tried[i, 1], i
        while i < len(tried) and tried[i, 0] == kind and tried[i, 1] == at:
            i += 1
        gone = 1 if kind in (WRONG, ADDED) else 2 if kind == SWAPPED else 0
        chosen[m, 0] = _touched(codes, at, gone, tables)  # kept only to be read
        for k in range(2 * _BEFORE + gone):
            _ask(codes, at - _BEFORE + k, min(k + 1, ORDER), longest, asked, docs, letters, tables)
        old = 0.0
        for end in range(at, at + gone + _BEFORE):
            old += _surprise(longest[end], docs[end - 1], docs[end], logs, weight)
        for k in range(_BEFORE):
            orders[k], new[k] = longest[at - _BEFORE + k], docs[at - _BEFORE + k]
        # Once for whether any gains enough, which can mostly be told before all is looked up; and once for by how much.
        enough = False
        for n in range(start, i):
            length = _changed(window, codes, kind, at, tried[n, 2])
            wanted = old + least[kind] - worth[min(times[n], len(worth) - 1)]
            value = _likelihood(window, length, at + gone, wanted - _ROUNDING, orders, new, longest, docs, letters, logs, weight, tables)
            enough = enough or value >= wanted - _ROUNDING
        if not enough:
            continue
        first, second, best_gain, row = -np.inf, -np.inf, 0.0, -1
        for n in range(start, i):
            length = _changed(window, codes, kind, at, tried[n, 2])
            gain = _likelihood(window, length, at + gone, -np.inf, orders, new, longest, docs, letters, logs, weight, tables) - old
            whole = gain + worth[min(times[n], len(worth) - 1)]
            if whole > first or (whole == first and tried[n, 2] < tried[row, 2]):
                first, second, best_gain, row = whole, first, gain, n
            else:
                second = max(second, whole)
        if first < least[kind]:
            continue
        chosen[m, 0], chosen[m, 1], chosen[m, 2], chosen[m, 3] = kind, at, tried[row, 2], times[row]
        gains[m, 0], gains[m, 1] = best_gain, first if second == -np.inf else first - second
        m += 1
    return chosen[:m], gains[:m]


@compiled
def _touched(codes: Codes, at: int, gone: int, tables: tuple[Counted, ...]) -> int:
    """As lookups.touched, of the strings of three and four about a place: of two and of five there is less to wait for."""
    total = 0
    for start in range(at - _BEFORE, at + gone + _BEFORE - 2):
        total += touched(tables, three_of(codes[start], codes[start + 1], codes[start + 2]))
    for start in range(at - _BEFORE, at + gone + _BEFORE - 3):
        total += touched(tables, four_of(codes[start], codes[start + 1], codes[start + 2], codes[start + 3]))
    return total


@compiled
def likelihood(codes: Codes, letters: Documents, logs: Floats, weight: float, tables: tuple[Counted, ...]) -> float:
    """As probability.log_probability, of a single window from its place BEFORE on."""
    longest, asked = np.zeros(len(codes), dtype=np.int8), np.zeros(len(codes), dtype=np.int8)
    docs = np.empty((len(codes), ORDER + 1), dtype=np.int32)
    total = 0.0
    for end in range(len(codes)):
        _ask(codes, end, min(end + 1, ORDER), longest, asked, docs, letters, tables)
        if end >= _BEFORE:
            total += _surprise(longest[end], docs[end - 1], docs[end], logs, weight)
    return total


@compiled
def _ask(
    codes: Codes,
    end: int,
    upto: int,
    longest: Orders,
    asked: Orders,
    docs: Counts,
    letters: Documents,
    tables: tuple[Counted, ...],
) -> None:
    """Look up the n-grams that end at a place, up to a length; those that end before it, up to one less, are known. One is known
    only if both that it is made of are."""
    if asked[end] >= upto:
        return
    if asked[end] == 0:
        docs[end, 1] = letters[codes[end]]
        longest[end] = docs[end, 1] > 0
    for n in range(max(2, asked[end] + 1), upto + 1):
        if longest[end] < n - 1 or longest[end - 1] < n - 1:
            break
        value = np.uint64(n)
        for k in range(end - n + 1, end + 1):
            value = extended(value, codes[k])
        docs[end, n] = documents(tables, value)
        longest[end] += docs[end, n] > 0
    asked[end] = upto


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
def _likelihood(
    window: Codes,
    length: int,
    behind: int,
    enough: float,
    orders: Codes,
    new: Counts,
    longest: Orders,
    docs: Counts,
    letters: Documents,
    logs: Floats,
    weight: float,
    tables: tuple[Counted, ...],
) -> float:
    """As probability.log_probability, of a window with a change; or something less than `enough`, if it is less.

    behind: the place where the text goes on. orders, new: of each place of the window the longest known n-gram that ends there and
    the documents of each length; those in front of the change are there."""
    total = 0.0
    for end in range(_BEFORE, _BEFORE + length):
        since = end - length  # how many symbols behind the change stand before this one: so many are as in the text
        new[end, 1] = letters[window[end]]
        order = 1 if new[end, 1] > 0 else 0
        for n in range(2, min(ORDER, orders[end - 1] + 1) + 1):
            if order < n - 1:
                break
            if n <= since + 1:
                there = behind + since
                new[end, n] = docs[there, n] if longest[there] >= n else 0
            else:
                value = np.uint64(n)
                for k in range(end - n + 1, end + 1):
                    value = extended(value, window[k])
                new[end, n] = documents(tables, value)
            order += new[end, n] > 0
        orders[end] = order
        total += _surprise(order, new[end - 1], new[end], logs, weight)
        if total < enough:  # no symbol makes a text likelier
            break
    return total


@compiled
def _surprise(order: int, before: Counts, here: Counts, logs: Floats, weight: float) -> float:
    """Logarithm of the probability of a symbol by the longest known n-gram that ends with it. before, here: documents, by length, of
    the n-grams that end just before it, and with it."""
    if order < 2:
        return max(float(logs[here[1]]), 0.0) + (_BEFORE * _BACKOFF - weight)
    return float(logs[here[order]] - logs[before[order - 1]]) + (ORDER - order) * _BACKOFF


@compiled
def known(codes: Codes, changes: Codes, around: int, tables: tuple[Counted, ...], left_out: tuple[Counted, ...]) -> Codes:
    """int64[k, 4] -> int64[k, 13]: the most documents that hold a string of 2, 3, 4, 5 and PHRASE characters about each change as
    it would read, and of 2 and 3 as it reads (misprints.documents_about); and of lost characters omissions.counts."""
    found = np.zeros((len(changes), 13), dtype=np.int64)
    before, after = np.empty(2 * around + 2, dtype=np.int64), np.empty(2 * around + 3, dtype=np.int64)
    for row in range(len(changes)):
        kind, at, char = changes[row, 0], changes[row, 1], changes[row, 2]
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
            found[row, n] = _most(after, new, becomes, length, tables)
        for n in range(2):
            found[row, 5 + n] = _most(before, size, was, n + 2, tables)
        if kind == LOST:
            one, two = codes[at - 1], codes[at]
            found[row, 7], found[row, 8] = documents(left_out, pair_of(char, _STANDS)), documents(left_out, pair_of(char, _LEFT_OUT))
            found[row, 9], found[row, 10] = (
                documents(left_out, three_of(one, char, _STANDS)),
                documents(left_out, three_of(one, char, _LEFT_OUT)),
            )
            found[row, 11], found[row, 12] = (
                documents(left_out, three_of(_STANDS, char, two)),
                documents(left_out, three_of(_LEFT_OUT, char, two)),
            )
            found[row, 9] = found[row, 9] or documents(tables, pair_of(one, char))
            found[row, 11] = found[row, 11] or documents(tables, pair_of(char, two))
    return found


@compiled
def _most(run: Codes, size: int, part: tuple[int, int], length: int, tables: tuple[Counted, ...]) -> int:
    most = 0
    for start in range(max(0, part[1] - length), min(part[0], size - length) + 1):
        value = np.uint64(length)
        for k in range(length):
            value = extended(value, run[start + k])
        most = max(most, documents(tables, value))
    return most
