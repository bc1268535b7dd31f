"""What stands inside another paragraph: paragraphs that are contained in one, and passages of whole sentences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.copies import AFTER_SENTENCE, SENTENCE_END, Tile, alike, copies, is_statute, places, shared, tiles
from cleaner.stretches import SHINGLE, Stretch, stretches
from cleaner.views import Folded, fold


class Passage(NamedTuple):
    """A part of a paragraph, whole sentences, that stands earlier: text[start:end], and where it stands there. stop: where what
    goes with it ends; beyond `end` where it is all of the paragraph."""

    start: int
    end: int
    stop: int
    twin: tuple[int, int]
    sentences: int
    han: int


@lru_cache(maxsize=4)
def passages(text: str, least: int) -> tuple[Passage, ...]:
    """The parts of paragraphs that stand earlier, in whole sentences, in order; none of what is a copy, or of a copy, or alike
    to another paragraph. Not in a text of articles: a statute rightly says the same in every chapter.

    least: folded characters of the stretch that a part is found in."""
    least = max(least, SHINGLE)
    longest = stretches(text).longest
    long = longest[longest[:, 1] - longest[:, 0] >= least]
    if not len(long) or is_statute(text):
        return ()
    every, view = tiles(text), fold(text)
    gone = {n for copy in copies(text, 1) for n in range(copy.first, copy.last + 1)}
    gone |= {pair.later for pair in alike(text, 1)}  # what they share is not what they say
    lasts = [tile.last for tile in every]
    found = []
    for stretch in map(Stretch._make, long.tolist()):
        for j in range(bisect_right(lasts, stretch.start), bisect_left(lasts, stretch.end) + 1):
            start, end = max(stretch.start, every[j].first), min(stretch.end, every[j].last)
            part = Stretch(start, end, start - stretch.shift)
            first, last = bisect_right(lasts, part.source), bisect_left(lasts, end - stretch.shift)
            if end - start < least or last >= j or not gone.isdisjoint((j, *range(first, last + 1))):
                continue
            if not (first == last and _versions(every[first], every[j], part)) and (some := _sentences(text, view, every[j], part)):
                found.append(some)
    return tuple(sorted(found))


def _versions(left: Tile, right: Tile, stretch: Stretch) -> bool:
    """Is the rest of two paragraphs alike, too? Then they say the same of other years, and what they share belongs to both. Where one
    goes on for longer, as far as the other does: that breaks off, or this was joined to the next one."""
    from rapidfuzz.distance import Levenshtein

    size = stretch.end - stretch.start
    sides = [
        (tile.folded[: start - tile.first], tile.folded[start - tile.first + size :])
        for tile, start in ((left, stretch.source), (right, stretch.start))
    ]
    before, after = (min(len(side) for side in pair) for pair in zip(*sides, strict=True))
    near = [head[len(head) - before :] + tail[:after] for head, tail in sides]
    enough = SHINGLE // 2 if all(head == "" for head, _ in sides) else SHINGLE  # both begin with what they share
    return any(
        min(map(len, rests)) >= least and Levenshtein.normalized_similarity(*rests, score_cutoff=0.5) >= 0.5
        for rests, least in ((near, enough), ([head + tail for head, tail in sides], SHINGLE))
    )


def _sentences(text: str, view: Folded, tile: Tile, stretch: Stretch) -> Passage | None:
    """The whole sentences in a stretch of a paragraph."""
    lo = int(view.at[stretch.start])
    hi = tile.end if stretch.end == tile.last else int(view.at[stretch.end])  # with the marks that follow
    stops = [m.end() for m in SENTENCE_END.finditer(text, lo, hi)]
    begins = AFTER_SENTENCE.search(text[max(tile.start, lo - 4) : lo])
    first = tile.start if stretch.start == tile.first else lo if begins else next(iter(stops), hi)
    last = hi if stretch.end == tile.last else stops[-1] if stops else lo
    inside = view.within(first, last)
    if inside[0] >= inside[1]:
        return None
    twin = view.span(inside[0] - stretch.shift, inside[1] - stretch.shift)
    han = int(np.count_nonzero((view.codes[slice(*inside)] >= 0x3400) & (view.codes[slice(*inside)] <= 0x9FFF)))
    stop = tile.stop if (first, last) == (tile.start, tile.end) else last
    return Passage(first, last, stop, twin, max(1, sum(first < stop <= last for stop in stops)), han)


@lru_cache(maxsize=4)
def contained(text: str, least: int = 30, share: float = 0.85) -> tuple[tuple[int, int, float], ...]:
    """(paragraph, the one in which it stands, how much of it does): no copies, no pairs that differ in a fact, not in a text
    of articles. Of two, the later one is held against the earlier one first."""
    if is_statute(text):
        return ()
    where, common = places(text), shared(text)
    size = np.maximum(1, where.last - where.first)
    of_later, of_earlier = common.of_later / size[common.later], common.of_earlier / size[common.earlier]
    much = np.minimum(where.han[common.earlier], where.han[common.later]) >= least
    much &= np.maximum(of_later, of_earlier) >= share
    if not much.any():
        return ()
    every = tiles(text)
    gone = {i for copy in copies(text, 1) for i in range(copy.first, copy.last + 1)}
    apart = {(pair.earlier, pair.later) for pair in alike(text, 1) if pair.fact and pair.fact.kind != "word"}
    parts = passages(text, least)
    starts = [part.start for part in parts]
    found = []
    for n in np.flatnonzero(much).tolist():
        i, j, later, earlier = int(common.earlier[n]), int(common.later[n]), float(of_later[n]), float(of_earlier[n])
        if {i, j} & gone or (i, j) in apart:
            continue
        if not _told(every[i], parts[bisect_left(starts, every[j].start) : bisect_left(starts, every[j].end)]):
            found.append((j, i, round(later, 3)) if later >= share else (i, j, round(earlier, 3)))
    return tuple(found)


def _told(earlier: Tile, parts: Iterable[Passage]) -> bool:
    """Does an earlier paragraph stand in one of these passages of several sentences?"""
    return any(  # an end mark is not folded in: one character may be missing
        part.sentences > 1 and part.twin[0] <= earlier.start and earlier.end - 1 <= part.twin[1] for part in parts
    )
