"""What a text says elsewhere: the same words about a place, with one character more there, or with another one.

A report names its 工业和信息化厅 twenty times. Where it says 工业和信息厅 once, the other twenty speak for a slip. This is the one
thing that is known of names and terms which no corpus holds. It is evidence and no more: 政府各部门 and 政府部门 stand side by
side in many a text, and both are right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from cleaner.language.occurrences import times
from cleaner.language.symbols import FIRST, LAST, ROOM

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ANCHOR = 4  # characters by which places are held against one another: of ALIKE, as many stand on one side
ALIKE = 7  # characters about two places that must be the same, at least one of them on either side: of a set phrase of eight all others
SIDE = 6  # characters on either side that are compared
OTHERS = 8  # places before one that it is held against, the nearest first
APART = 8  # from one to the other: what is nearer is a loop

_WRONG, _LOST = 0, 1  # as in candidates.KINDS


def elsewhere(codes: Codes, triple: Flags) -> Codes:
    """int64[n], a text as symbols; bool[n - 2], which strings of three in it are known -> int64[k, 3]: a kind of change, a place, and
    a character that stands at another place of the text between the same characters; a row for each other place. A wrong
    character stands in a string of three that is not known."""
    found: list[tuple[int, int, int]] = []
    for i, j in _pairs(codes):
        a, b = i + ANCHOR, j + ANCHOR
        for here, there in _likely(codes, a, b, 1):
            found += _behind(codes, triple, here, there)
        for here, there in _likely(codes, i - 1, j - 1, -1):
            found += _in_front(codes, triple, here, there)
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def most_often(text: str, start: int, end: int, new: str) -> tuple[str, int]:
    """How text[start:end] would read as `new`, with its neighbours: the string of ALIKE Chinese characters that stands most often in
    the text, with one of them at least on either side; and how often. ("", 0) where there is none."""
    before, after = text[max(0, start - ALIKE) : start], text[end : end + ALIKE]
    wide, k = before + new + after, len(before)
    forms = [wide[low : low + ALIKE] for low in range(max(0, k + len(new) + 1 - ALIKE), k)]
    whole = [form for form in forms if len(form) == ALIKE and all(FIRST <= ord(char) <= LAST for char in form)]
    return max(((form, times(text, form)) for form in whole), key=lambda found: found[1], default=("", 0))


def _pairs(codes: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Places where the same ANCHOR Chinese characters begin, two and two."""
    last = len(codes) - ROOM
    keys, good = codes[ROOM:last].copy(), codes[ROOM:last] >= FIRST
    for n in range(1, ANCHOR):
        keys = (keys << 16) | codes[ROOM + n : last + n]
        good &= codes[ROOM + n : last + n] >= FIRST
    at = np.flatnonzero(good)
    at = at[np.argsort(keys[at], kind="stable")]  # those of one string follow one another, in the order of the text
    keys, at = keys[at], at + ROOM
    for n in range(1, min(OTHERS, len(at) - 1) + 1):
        same = (keys[n:] == keys[:-n]) & (at[n:] - at[:-n] >= APART)
        yield at[:-n][same], at[n:][same]


def _likely(codes: Codes, a: Codes, b: Codes, way: int) -> list[tuple[int, int]]:
    """Places behind the same string, or in front of one, where the texts differ, and may go on as the other does."""
    one, two, one_on, two_on = codes[a], codes[b], codes[a + way], codes[b + way]
    some = (one != two) & ((one == two_on) | (two == one_on) | (one_on == two_on))
    return list(zip(a[some].tolist(), b[some].tolist(), strict=True))


def _behind(codes: Codes, triple: Flags, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    left = _same(codes, a - 1, b - 1, -1)
    for here, there in ((a, b), (b, a)):
        if _enough(left, _same(codes, here, there + 1, 1)) and codes[there] >= FIRST:
            yield _LOST, here, int(codes[there])
    if _enough(left, _same(codes, a + 1, b + 1, 1)):
        yield from _either(codes, triple, a, b)


def _in_front(codes: Codes, triple: Flags, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    right = _same(codes, a + 1, b + 1, 1)
    for here, there in ((a, b), (b, a)):
        left = _same(codes, here, there - 1, -1)
        if left < ANCHOR and _enough(left, right) and codes[there] >= FIRST:
            yield _LOST, here + 1, int(codes[there])
    left = _same(codes, a - 1, b - 1, -1)
    if left < ANCHOR and _enough(left, right):
        yield from _either(codes, triple, a, b)


def _enough(left: int, right: int) -> bool:
    return left > 0 and right > 0 and left + right >= ALIKE


def _either(codes: Codes, triple: Flags, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    if codes[a] >= FIRST and codes[b] >= FIRST:
        for here, there in ((a, b), (b, a)):
            if not triple[here - 2 : here + 1].all():
                yield _WRONG, here, int(codes[there])


def _same(codes: Codes, a: int, b: int, way: int) -> int:
    """How many Chinese characters are the same from two places on, one way."""
    size = 0
    while size < SIDE and codes[a] == codes[b] >= FIRST:
        size, a, b = size + 1, a + way, b + way
    return size
