"""Where a character stands twice, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language.lookups import Codes, Counted, documents, four_of, three_of
from cleaner.language.symbols import FIRST, LAST, ROOM

_WIDEST = 4  # characters of a word that stands twice


@compiled
def doubled(codes: Codes, tables: tuple[Counted, ...]) -> Codes:
    """int64[n], a text as symbols -> int64[k, 5]: the first place of each character that stands twice and more, how often, and how many
    documents hold it twice with its neighbour on the left, on the right, and on both sides."""
    found = np.empty((len(codes) // 2, 5), dtype=np.int64)  # memory that is not written is not taken
    k = 0
    i = ROOM
    while i < len(codes) - ROOM:
        here = codes[i]
        if here != codes[i + 1] or here < FIRST:
            i += 1
            continue
        end = i + 2
        while codes[end] == here:
            end += 1
        left, right = codes[i - 1], codes[end]
        found[k, 0], found[k, 1] = i, end - i
        found[k, 2] = documents(tables, three_of(left, here, here)) if left >= FIRST else 0
        found[k, 3] = documents(tables, three_of(here, here, right)) if right >= FIRST else 0
        found[k, 4] = documents(tables, four_of(left, here, here, right)) if left >= FIRST and right >= FIRST else 0
        k += 1
        i = end
    return found[:k]


@compiled
def copies(points: npt.NDArray[np.uint32]) -> Codes:
    """uint32[n], a text -> int64[k, 3]: the width of two copies, and the first and the last place where they begin, as
    doubled_words.stretches for widths of 2 to 4; not in order."""
    found = np.empty((len(points), 3), dtype=np.int64)
    ends = np.zeros(_WIDEST + 1, dtype=np.int64)  # of what was seen last, for each width
    k = 0
    for i in range(0, len(points) - _WIDEST, 2):  # whatever is long enough holds a place that is looked at
        here = points[i]
        if (here == points[i + 2]) | (here == points[i + 3]) | (here == points[i + 4]):
            k = _copies(found, k, points, i, ends)
    for i in range(max(0, len(points) - _WIDEST), len(points)):
        k = _copies(found, k, points, i, ends)
    return found[:k]


@compiled
def _copies(found: Codes, k: int, points: npt.NDArray[np.uint32], i: int, ends: Codes) -> int:
    """Those of copies that begin about a place, into `found`; how many they are now."""
    for width in range(2, _WIDEST + 1):
        if i < ends[width] or not _same(points, i, width):
            continue
        start, end = i, i + 1
        while start > 0 and _same(points, start - 1, width):
            start -= 1
        while _same(points, end, width):
            end += 1
        ends[width] = end
        if width <= end - start < 2 * width and not _has_unit(points, start, width):
            found[k, 0], found[k, 1], found[k, 2] = width, start, end - width
            k += 1
    return k


@compiled
def _same(points: npt.NDArray[np.uint32], i: int, width: int) -> bool:
    """Does a Chinese character stand at a place, and once more so far behind it?"""
    return bool(i + width < len(points) and points[i] == points[i + width] and FIRST <= points[i] <= LAST)


@compiled
def _has_unit(points: npt.NDArray[np.uint32], start: int, width: int) -> bool:
    """Is a word itself made of copies?"""
    for k in range(1, width):
        if width % k == 0:
            same = True
            for n in range(start, start + width - k):
                same &= points[n] == points[n + k]
            if same:
                return True
    return False
