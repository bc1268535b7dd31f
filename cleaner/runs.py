"""Stretches of a line that repeat themselves at once, exactly or with slips, in the folded text with its marks.

Candidates are equal strings of eight characters in one line, and for short periods the text held against itself a few
characters on: clean text pays for a hash of every place and little more. An exact run (a "repetition" of Main and Lorentz,
1984) is extended to its full length by comparing the text with itself. A drifting one is followed from one copy to the
next by a walk that steps over what one of them has wrong, lost or doubled: an alignment of the run with itself, one copy on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from cleaner.kernels import Places, doubled_hashes, previous_equal, recurring
from cleaner.views import Codes, code_points, fold

SEED = 8  # characters, a power of two: two neighbouring copies of 25 characters with one slip each have so many in common
_TIMES = SEED.bit_length() - 1
_SHORT = 4  # characters that agree with those a short period on: two characters three times


class Run(NamedTuple):
    """Folded [start, end) repeats itself after `period` characters; first, last: the line that holds it."""

    start: int
    end: int
    period: int
    first: int
    last: int


class Drift(NamedTuple):
    """edges: where the whole copies begin, and where the last of them ends; after it a broken-off one goes on to `end`.

    back: the places that `end` was held against, in the copy before, the one before that, and so on. first, last: the line that holds it."""

    edges: tuple[int, ...]
    end: int
    back: tuple[int, ...]
    first: int
    last: int

    @property
    def copies(self) -> list[tuple[int, int]]:
        """The spans of the whole copies."""
        return list(pairwise(self.edges))


class _Stretch(NamedTuple):
    """Folded [start, end) stands `period` characters before as well."""

    start: int
    end: int
    period: int


def runs(text: str) -> Iterator[Run]:
    """The exact runs of a text: every one of at least five characters twice or two to four three times; some more than once,
    some with a multiple of their period, and some shorter ones with them."""
    codes = fold(text, marks=True).codes
    done: dict[int, int] = {}  # period -> where the last run of it ended
    for start, end, period in (*_short(codes), *_repeated(text)):
        # a unit may hold a string twice, which breaks the stretch: a third of it is enough to look closer
        if (end - start) * 3 < period or done.get(period, -1) > start:
            continue
        run = _extended(text, codes, start, end, period)
        done[period] = run.end if run else start + 1
        if run:
            yield run


def _short(codes: Codes) -> Iterator[_Stretch]:
    for period in range(2, SEED):
        same = codes[period:] == codes[:-period]
        two = same[1:] & same[:-1]
        four = np.flatnonzero(two[2:] & two[:-2])
        if four.size:
            turns = np.flatnonzero(np.diff(four) > 1) + 1
            for begin, end in zip(four[np.append(0, turns)].tolist(), four[np.append(turns, four.size) - 1].tolist(), strict=True):
                yield _Stretch(begin + period, end + period + _SHORT, period)


@lru_cache(maxsize=4)
def _repeated(text: str) -> tuple[_Stretch, ...]:
    """The stretches of SEED characters and more that stand before in their line, each with the nearest place where it does."""
    hashes = doubled_hashes(fold(text, marks=True).codes, _TIMES)
    places = recurring(hashes)
    if not places.size:
        return ()
    previous = previous_equal(hashes[places])
    again = previous >= 0
    places, earlier = places[again], places[previous[again]]
    edges = _edges(text)
    alike = np.searchsorted(edges, places + SEED - 1, side="right") == np.searchsorted(edges, earlier, side="right")
    places, earlier = places[alike], earlier[alike]
    period = places - earlier
    heads = np.flatnonzero((np.diff(places, prepend=-2) != 1) | (np.diff(period, prepend=0) != 0))
    tails = np.append(heads[1:], len(places)) - 1
    found = zip(places[heads].tolist(), (places[tails] + SEED).tolist(), period[heads].tolist(), strict=True) if heads.size else ()
    return tuple(_Stretch(*stretch) for stretch in found if stretch[2] >= SEED)


@lru_cache(maxsize=4)
def _edges(text: str) -> Places:
    """Where lines begin in the folded text, but for the first; and its end."""
    codes, view = code_points(text), fold(text, marks=True)
    breaks = np.flatnonzero((codes == 10) | (codes == 13))
    return np.append(np.searchsorted(view.at[:-1], breaks), len(view.codes))


def _line(text: str, place: int) -> tuple[int, int]:
    """The line that holds a folded place."""
    edges = _edges(text)
    n = int(np.searchsorted(edges, place, side="right"))
    return int(edges[n - 1]) if n else 0, int(edges[n])


def _extended(text: str, codes: Codes, start: int, end: int, period: int) -> Run | None:
    """The whole run of this period round a stretch, inside its line; None for less than two copies."""
    first, last = _line(text, start)
    lo, hi = start - period, min(end, last)
    if lo < first:
        return None
    lo -= _agree(codes[first:lo][::-1], codes[first + period : lo + period][::-1])
    hi += _agree(codes[hi:last], codes[hi - period : last - period])
    return Run(lo, hi, period, first, last) if hi - lo >= 2 * period else None


def _agree(left: Codes, right: Codes) -> int:
    """How long two arrays agree from their start; looked at piece by piece, since most differ soon."""
    at, piece = 0, 64
    while at < len(left):
        different = np.flatnonzero(left[at : at + piece] != right[at : at + piece])
        if different.size:
            return at + int(different[0])
        at, piece = at + piece, piece * 4
    return len(left)


# --- drifting runs ---------------------------------------------------------------------------------

_SOUND = 3  # characters that must agree behind a slip
_FAR = 12  # ... and so many are looked at, to choose among steps
# How many characters the earlier copy and the later one step over, a few slips at once, and how many must agree behind.
_STEPS = [(s, t, _SOUND + max(0, s + t - 2)) for s in range(5) for t in range(5) if s or t]
_SURE = 6  # characters that agree behind the last step, if it is wider than one slip
_DENSE = 5  # characters that agree for every step, once the walk has gone some way
_GAP = 12  # characters between two strings of SEED characters, at most: one more slip, and what is left beside it
_LEAST = 12  # characters of a unit: shorter ones that differ are enumerations


def drifts(text: str) -> Iterator[Drift]:
    """The drifting runs of a text, from at least two whole copies on; some overlap, and some are exact."""
    reach = period_before = first = last = 0
    line = mirrored = ""
    for start, _, period in _in_company(_repeated(text)):
        if period < _LEAST or (start < reach and abs(period - period_before) <= _LEAST // 2):
            continue
        if not first <= start < last:
            first, last = _line(text, start)
            line = fold(text, marks=True).text(first, last)
            mirrored = line[::-1]
        drift = _cut(_walked(line, mirrored, start - period - first, start - first), first, last)
        if drift is not None:
            reach, period_before = drift.end, drift.edges[1] - drift.edges[0]
            yield drift


def _in_company(stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """Those that cover half of a copy, or have one beside them with nearly the same period: a set phrase stands alone."""
    beside = (
        after.start - before.end <= _GAP and abs(after.period - before.period) <= _GAP // 2 for before, after in pairwise(stretches)
    )
    so_before = False
    for stretch, so_after in zip(stretches, chain(beside, (False,)), strict=False):
        if so_before or so_after or (stretch.end - stretch.start) * 2 >= stretch.period:
            yield stretch
        so_before = so_after


class _Piece(NamedTuple):
    """What agrees between two steps of a walk: `size` characters from `earlier` and from `later` on."""

    earlier: int
    later: int
    size: int


def _walked(line: str, mirrored: str, earlier: int, later: int) -> list[_Piece]:
    """The walk to both sides of a pair of places, from left to right."""
    size = len(line)
    ahead = [_Piece(*piece) for piece in _walk(line, earlier, later)]
    behind = [_Piece(size - a - n, size - b - n, n) for a, b, n in _walk(mirrored, size - earlier, size - later)]
    seed = _Piece(behind[0].earlier, behind[0].later, behind[0].size + ahead[0].size)  # where the two meet
    return [*reversed(behind[1:]), seed, *ahead[1:]]


def _walk(line: str, a: int, b: int) -> list[tuple[int, int, int]]:
    """What agrees from two places of a line on: where, and how long; steps over slips lie between."""
    found: list[tuple[int, int, int]] = []
    agreed = 0
    while True:
        size = _common(line, a, b)
        found.append((a, b, size))
        a, b, agreed = a + size, b + size, agreed + size
        steps = [(_common(line, a + s, b + t, _FAR), s, t, least) for s, t, least in _STEPS]
        likely = [(size - (s + t) / 2, s, t) for size, s, t, least in steps if size >= least]
        if not likely or len(found) > 1 + agreed // _DENSE:
            break
        _, s, t = max(likely)
        a, b = a + s, b + t
    while len(found) > 1 and found[-1][2] < _SURE and max(found[-1][k] - found[-2][k] - found[-2][2] for k in (0, 1)) > 1:
        found.pop()  # a wide step to a short agreement, and no more behind it: chance
    return found


def _common(line: str, a: int, b: int, most: int = 1 << 60) -> int:
    """How many characters agree from line[a] and line[b] on."""
    most = min(most, len(line) - a, len(line) - b)
    size, piece = 0, 16
    while size + piece <= most and line[a + size : a + size + piece] == line[b + size : b + size + piece]:
        size, piece = size + piece, piece * 2
    while size < most and line[a + size] == line[b + size]:
        size += 1
    return max(size, 0)


def _cut(pieces: Sequence[_Piece], first: int, last: int) -> Drift | None:
    """A walk over a line, cut into copies; None for less than two."""
    begins, reached = [piece.earlier for piece in pieces], [piece.later for piece in pieces]
    tail = pieces[-1]
    edges, back = [pieces[0].earlier], [tail.earlier + tail.size]
    while edges[-1] <= back[0]:
        at = edges[-1]
        piece = pieces[bisect_right(begins, at) - 1]
        edges.append(piece.later + min(at - piece.earlier, piece.size))
        if edges[-1] - at < _LEAST:
            return None
    while back[-1] >= reached[0]:
        piece = pieces[bisect_right(reached, back[-1]) - 1]
        back.append(piece.earlier + min(back[-1] - piece.later, piece.size))
    if len(edges) < 3:
        return None
    return Drift(tuple(first + at for at in edges), first + tail.later + tail.size, tuple(first + at for at in back), first, last)
