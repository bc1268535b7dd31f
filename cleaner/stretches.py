"""What stands earlier in a text, character for character: its exact repeated stretches, in near-linear time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.kernels import Places, ngram_hashes
from cleaner.views import Reader, fold, folded_text

SHINGLE = 12  # characters: long enough that a repeated one is no set phrase, short enough to survive an edit a line
WHOLE = 40  # characters: a stretch of so many is taken for a copy of something, a shorter one may be said twice
CANDIDATES = 4  # earlier places that a stretch is held against


class Stretch(NamedTuple):
    """Folded [start, end) stands earlier, from `source` on."""

    start: int
    end: int
    source: int

    @property
    def shift(self) -> int:
        """How far the later one is behind the earlier one."""
        return self.start - self.source


class Stretches(NamedTuple):
    """int64[n, 3], int64[m, 3], rows as Stretch. longest: the stretches of a text, by their place, each led back to where its text
    stands first. met: all that were held against one another for that, shorter ones and ones that stand later included."""

    longest: Places
    met: Places


@lru_cache(maxsize=4)
def stretches(text: str) -> Stretches:
    """What stands earlier in a text, folded.

    From left to right, each stretch as long as it can be (Ziv and Lempel 1977): of the first few places where its beginning
    stands, and of the one where the stretch before it went on, the one that goes on for longest."""
    return compiled(text) if reader().reads(len(text)) else by_numpy(text)


@cache
def reader() -> Reader:
    """Who looks for stretches."""
    return Reader()


def compiled(text: str) -> Stretches:
    """The same, compiled: for who reads many characters."""
    from cleaner.compiled_stretches import stretches as quickly

    return Stretches(*quickly(fold(text).codes, SHINGLE, WHOLE, CANDIDATES))


def by_numpy(text: str) -> Stretches:
    """The same by numpy, for few."""
    folded = folded_text(text)
    hashes = ngram_hashes(fold(text).codes, SHINGLE)
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    again = np.flatnonzero(ranked[1:] == ranked[:-1]) + 1
    if not again.size:
        return Stretches(_rows([]), _rows([]))
    heads = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    later = order[again]
    head = heads[np.searchsorted(heads, again, side="right") - 1]  # where in `order` the equal ones begin
    by_place = np.argsort(later)
    firsts = np.stack([order[np.minimum(head + k, again)] for k in range(CANDIDATES)], axis=1)[by_place].tolist()
    later = later[by_place].tolist()
    found: list[Stretch] = []
    met: list[Stretch] = []
    n = 0
    shift = 0
    while n < len(later):
        start = later[n]
        places = {place for place in firsts[n] if place < start}
        if 0 < shift <= start and hashes[start - shift] == hashes[start]:
            places.add(start - shift)
        here = [Stretch(start, start + _common(folded, place, start), place) for place in sorted(places)]
        longest = max(here, key=lambda stretch: (stretch.end, -stretch.source))
        met += here
        for stretch in list(_traced(found, longest)):
            last = found[-1] if found else None
            if last and stretch.start <= last.end and stretch.shift == last.shift:  # the last one goes on
                found[-1] = last._replace(end=max(last.end, stretch.end))
            else:
                found.append(stretch)
        shift = longest.shift
        n = max(n + 1, bisect_left(later, longest.end - SHINGLE + 1))
    return Stretches(_rows(found), _rows(met))


def _rows(some: list[Stretch]) -> Places:
    return np.array(some, dtype=np.int64).reshape(-1, 3)


def _traced(found: list[Stretch], stretch: Stretch) -> Iterator[Stretch]:
    """A stretch, led back to where its text stands first: what it is a copy of may be a copy itself."""
    at, end = stretch.source, stretch.source + stretch.end - stretch.start
    k = max(0, bisect_left(found, (stretch.source,)) - 1)
    while k < len(found) and found[k].start < end:
        earlier, k = found[k], k + 1
        if earlier.end - earlier.start < WHOLE or earlier.end <= at:
            continue
        if earlier.start - at >= SHINGLE:
            yield Stretch(at + stretch.shift, earlier.start + stretch.shift, at)
        at = max(at, earlier.start)
        stop = min(earlier.end, end)
        if stop - at >= SHINGLE:
            yield Stretch(at + stretch.shift, stop + stretch.shift, at - earlier.shift)
        at = stop
    if end - at >= SHINGLE:
        yield Stretch(at + stretch.shift, end + stretch.shift, at)


def _common(text: str, source: int, start: int) -> int:
    """How many characters from two places on are the same, as far as the earlier stretch does not run into the later."""
    most, same, step = min(start - source, len(text) - start), SHINGLE, 16
    while same + step <= most and text[source + same : source + same + step] == text[start + same : start + same + step]:
        same, step = same + step, step * 2
    step = min(step, most - same)
    while step > 0:  # the end lies within the next `step` characters: halve them
        half = (step + 1) // 2
        if text[source + same : source + same + half] == text[start + same : start + same + half]:
            same += half
            step -= half
        else:
            step = half - 1
    return same
