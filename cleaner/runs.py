"""Stretches of a line that repeat themselves at once, exactly or with slips, in the folded text with its marks.

Candidates are equal strings of eight characters in one line, and for short periods the text held against itself a few
characters on: clean text pays for a hash of every place and little more. An exact run (a "repetition" of Main and Lorentz,
1984) is extended to its full length by comparing the text with itself. A drifting one is followed from one copy to the
next by a walk that steps over what one of them has wrong, lost or doubled: an alignment of the run with itself, one copy on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.kernels import Codes, Places, doubled_hashes, previous_equal, recurring
from cleaner.views import Reader, code_points, fold

SEED = 8  # characters, a power of two: two neighbouring copies of 25 characters with one slip each have so many in common
_TIMES = SEED.bit_length() - 1


class Run(NamedTuple):
    """Folded [start, end) repeats itself after `period` characters; first, last: the line that holds it."""

    start: int
    end: int
    period: int
    first: int
    last: int


class Drift(NamedTuple):
    """edges: where the whole copies begin, and where the last of them ends; after it a broken-off one goes on to `end`.

    back: the places that `end` was held against, in the copy before, the one before that, and so on. first, last: the line
    that holds it."""

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
    """What begins at folded `start` stands `period` characters before as well."""

    start: int
    period: int


def runs(text: str) -> list[Run]:
    """The exact runs of a text: every one of at least five characters twice or two to four three times; some more than once,
    some with a multiple of their period, and some shorter ones with them."""
    return _seen(text).runs


class _Seen(NamedTuple):
    """runs: as told above. starts, ends, periods: of the stretches of SEED characters and more that stand before in their line,
    each with the nearest place where it does. edges: where lines begin in the folded text, but for the first; and its end."""

    runs: list[Run]
    starts: Places
    ends: Places
    periods: Places
    edges: list[int]


@lru_cache(maxsize=4)
def _seen(text: str) -> _Seen:
    """What repeats itself in a text; who reads many characters has it looked for by compiled kernels."""
    return compiled(text) if _reader().reads(len(text)) else by_numpy(text)


@cache
def _reader() -> Reader:
    return Reader()


def by_numpy(text: str) -> _Seen:
    """What repeats itself in a text."""
    codes = fold(text, marks=True).codes
    edges = _edges(text)
    starts, ends, periods = _repeated(codes, edges)
    likely = _likely(starts, ends, periods)
    stretches = (*_short(codes), *map(_Stretch, starts[likely].tolist(), periods[likely].tolist()))
    return _Seen(list(_runs(text, stretches, edges)), starts, ends, periods, edges)


def compiled(text: str) -> _Seen:
    """The same, compiled."""
    from cleaner import compiled_runs as kernels

    codes, lines = fold(text, marks=True).codes, _edges(text)
    edges = np.array(lines)
    starts, ends, periods = kernels.repeated(codes, edges, SEED)
    likely = _likely(starts, ends, periods)
    found = (kernels.short(codes), (starts[likely], periods[likely]))
    rows = [row for some in found if len(some[0]) for row in kernels.whole(codes, edges, *some).tolist()]
    return _Seen([Run(*row) for row in dict.fromkeys(map(tuple, rows))], starts, ends, periods, lines)


def _likely(starts: Places, ends: Places, periods: Places) -> npt.NDArray[np.bool_]:
    """A unit may hold a string twice, which breaks a stretch: a third of a copy is enough to look closer."""
    likely: npt.NDArray[np.bool_] = (ends - starts) * 3 >= periods
    return likely


def _runs(text: str, stretches: Iterable[_Stretch], edges: list[int]) -> Iterator[Run]:
    done: dict[int, int] = {}  # period -> where the last run of it ended
    for stretch in stretches:
        if done.get(stretch.period, -1) > stretch.start:
            continue
        first, last = _line(edges, stretch.start)
        if last - first < 2 * stretch.period:
            continue
        ahead, behind = _sides(text, stretch, first, last)
        lo, hi = stretch.start - stretch.period - behind.agree(), stretch.start + ahead.agree()
        done[stretch.period] = hi
        if lo >= first and hi - lo >= 2 * stretch.period:
            yield Run(lo, hi, stretch.period, first, last)


def _short(codes: Codes) -> Iterator[_Stretch]:
    for period in range(2, SEED):
        same = codes[period:] == codes[:-period]
        two = same[1:] & same[:-1]
        four = np.flatnonzero(two[2:] & two[:-2])
        if four.size:
            heads = np.concatenate((four[:1], four[1:][four[1:] - four[:-1] > 1]))
            yield from (_Stretch(head + period, period) for head in heads.tolist())


def _repeated(codes: Codes, edges: list[int]) -> tuple[Places, Places, Places]:
    hashes = doubled_hashes(codes, _TIMES)
    places = recurring(hashes)
    previous = previous_equal(hashes[places])
    again = np.flatnonzero(previous >= 0)
    places, earlier = places[again], places[previous[again]]
    near = np.searchsorted(edges, places + SEED - 1, side="right") == np.searchsorted(edges, earlier, side="right")
    near &= places - earlier >= SEED
    places, earlier = places[near], earlier[near]
    period = places - earlier
    turns = np.flatnonzero((places[1:] - places[:-1] != 1) | (period[1:] != period[:-1])) + 1 if len(places) else places
    heads, tails = np.concatenate((places[:1], places[turns])), np.concatenate((places[turns - 1], places[-1:]))
    return heads, tails + SEED, np.concatenate((period[:1], period[turns]))


def _edges(text: str) -> list[int]:
    view, codes = fold(text, marks=True), code_points(text)
    breaks = np.flatnonzero((codes == _BREAKS[0]) | (codes == _BREAKS[1]))
    return [*np.searchsorted(view.at[:-1], breaks).tolist(), len(view.codes)]


_BREAKS = np.array(list(map(ord, "\n\r")), dtype=np.uint32)


def _line(edges: list[int], place: int) -> tuple[int, int]:
    """The line that holds a folded place."""
    n = bisect_right(edges, place)
    return edges[n - 1] if n else 0, edges[n]


# --- drifting runs ---------------------------------------------------------------------------------

_SOUND = 3  # characters that must agree behind a slip
_FAR = 12  # ... and so many are looked at, to choose among steps
# How many characters the earlier copy and the later one step over, a few slips at once, and how many must agree behind.
_WIDE = 5
_STEPS = [(s, t, _SOUND + max(0, s + t - 2)) for s in range(_WIDE) for t in range(_WIDE) if s or t]
_SURE = 6  # characters that agree behind the last step, if it is wider than one slip
_DENSE = 5  # characters that agree for every step, once the walk has gone some way
_GAP = 12  # characters between two strings of SEED characters, at most: one more slip, and what is left beside it
_LEAST = 12  # characters of a unit: shorter ones that differ are enumerations


def drifts(text: str) -> Iterator[Drift]:
    """The drifting runs of a text, from at least two whole copies on; some overlap, and some are exact."""
    reach = period = 0
    seen = _seen(text)
    for stretch in _in_company(seen.starts, seen.ends, seen.periods):
        if stretch.start < reach and abs(stretch.period - period) <= _GAP // 2:
            continue  # inside the drift before
        first, last = _line(seen.edges, stretch.start)
        if last - first < 2 * stretch.period - _GAP:
            continue
        ahead, behind = _sides(text, stretch, first, last)
        drift = _cut(_walked(stretch, ahead, behind), first, last)
        if drift is not None:
            reach, period = drift.end, stretch.period
            yield drift


def _in_company(start: Places, end: Places, period: Places) -> Iterator[_Stretch]:
    """Of stretches that follow one another with nearly the same period the first, if together they cover half of a copy."""
    if len(start):
        apart = (start[1:] - end[:-1] > _GAP) | (np.abs(period[1:] - period[:-1]) > _GAP // 2)
        heads = np.concatenate(([0], np.flatnonzero(apart) + 1))
        enough = (np.add.reduceat(end - start, heads) * 2 >= period[heads]) & (period[heads] >= _LEAST)
        yield from map(_Stretch, start[heads[enough]].tolist(), period[heads[enough]].tolist())


class _Piece(NamedTuple):
    """What agrees between two steps of a walk: `size` characters from `earlier` and from `later` on."""

    earlier: int
    later: int
    size: int


def _walked(stretch: _Stretch, ahead: _Side, behind: _Side) -> list[_Piece]:
    """The walk to both sides of a pair of places, from left to right."""
    later, earlier = stretch.start, stretch.start - stretch.period
    right = [_Piece(earlier + a, later + b, size) for a, b, size in ahead.walk()]
    left = [_Piece(earlier - a - size, later - b - size, size) for a, b, size in behind.walk()]
    seed = _Piece(left[0].earlier, left[0].later, left[0].size + right[0].size)  # where the two meet
    return [*reversed(left[1:]), seed, *right[1:]]


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
    return Drift(tuple(edges), tail.later + tail.size, tuple(back), first, last) if len(edges) > 2 else None


# --- from a pair of places on ----------------------------------------------------------------------


class _Side(NamedTuple):
    """A string, read from two places on: what stands earlier and what stands later, up to `stop`."""

    string: str
    earlier: int
    later: int
    stop: int

    def agree(self, a: int = 0, b: int = 0, most: int = 1 << 60) -> int:
        """How many characters agree, from the a-th on and from the b-th on."""
        string, a, b = self.string, self.earlier + a, self.later + b
        most = min(most, self.stop - max(a, b))
        if most <= 0 or string[a] != string[b]:
            return 0
        size, piece = 0, 8
        while size + piece <= most and string[a + size : a + size + piece] == string[b + size : b + size + piece]:
            size, piece = size + piece, piece * 2
        while piece > 1:
            piece //= 2
            if size + piece <= most and string[a + size : a + size + piece] == string[b + size : b + size + piece]:
                size += piece
        return size

    def walk(self) -> list[tuple[int, int, int]]:
        """What agrees: from where on in either, and how long; steps over slips lie between."""
        found: list[tuple[int, int, int]] = []
        a = b = agreed = 0
        while True:
            size = self.agree(a, b)
            found.append((a, b, size))
            a, b, agreed = a + size, b + size, agreed + size
            ours, theirs = (self.string[at : at + _WIDE] for at in (self.earlier + a, self.later + b))
            if set(ours).isdisjoint(theirs):  # as most walks end in clean text
                break
            steps = [(self.agree(a + s, b + t, _FAR), s, t, least) for s, t, least in _STEPS if ours[s : s + 1] == theirs[t : t + 1]]
            likely = [(size - (s + t) / 2, s, t) for size, s, t, least in steps if size >= least]
            if not likely or len(found) > 1 + agreed // _DENSE:
                break
            _, s, t = max(likely)
            a, b = a + s, b + t
        while len(found) > 1 and found[-1][2] < _SURE and max(found[-1][k] - found[-2][k] - found[-2][2] for k in (0, 1)) > 1:
            found.pop()  # a wide step to a short agreement, and no more behind it: chance
        return found


def _sides(text: str, stretch: _Stretch, first: int, last: int) -> tuple[_Side, _Side]:
    """What lies ahead of the beginning of a stretch, and what lies behind it, read backwards; inside a line."""
    string, mirrored = _both_ways(text)
    later, earlier, size = stretch.start, stretch.start - stretch.period, len(string)
    return _Side(string, earlier, later, last), _Side(mirrored, size - earlier, size - later, size - first)


@lru_cache(maxsize=4)
def _both_ways(text: str) -> tuple[str, str]:
    folded = fold(text, marks=True).text()
    return folded, folded[::-1]
