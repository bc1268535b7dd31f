"""A text as repeats see it: its paragraphs, and which of them stand earlier in it: equal, nearly, or cut into other lines.

Everything rests on stretches: what stands earlier in the folded text, character for character, found with a table of the
first places of its k-grams and extended to its full length. Equal paragraphs are found by their content alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from cleaner.kernels import Places
from cleaner.language.facts import Difference, differing_fact, slips
from cleaner.language.prose import fences
from cleaner.patterns import lazily
from cleaner.stretches import SHINGLE, Stretch, reader, stretches
from cleaner.views import fold, paragraphs

ALIKE = 0.9  # edit similarity from which two paragraphs are nearly the same: up to one character in ten differs
OVERLAP = 0.8  # or the Jaccard similarity of their 3-grams, which parts that have moved do not lower
MUCH = 200  # Chinese characters in a row, in several paragraphs, that do not stand twice by chance
SHARED = 0.3  # least share of both paragraphs in stretches of SHINGLE and more, for them to be compared at all

_ARTICLE = lazily(r"[\s\ufeff#*]*第[一二三四五六七八九十百千零〇\d]+条")
# 三十九、将刑法第二百六十四条修改为： an item of a law that changes another law
_AMENDS = lazily(r"[^\r\n。]{0,12}(?:将|在|对|删去)[^\r\n。]{0,24}第[一二三四五六七八九十百千零〇\d]+[条章节]")


class Tile(NamedTuple):
    """A paragraph as repeats see it: its span, what comes after it, its folded text and where that stands in the folded
    text of all, and how much Chinese it holds."""

    start: int
    end: int
    stop: int
    folded: str
    first: int
    last: int
    han: int


class Copy(NamedTuple):
    """Paragraphs [first, last] repeat paragraphs [twin, until].

    alike: the least edit similarity of a pair of them, 1.0 where all are equal. sure: they differ in single characters only,
    as a scan makes them. recut: it is the same text, but cut into other lines. at_end: nothing stays after them."""

    first: int
    last: int
    twin: int
    until: int
    alike: float = 1.0
    sure: bool = True
    recut: bool = False
    at_end: bool = False

    @property
    def at_once(self) -> bool:
        """It follows its twin at once."""
        return self.first == self.until + 1


class Pair(NamedTuple):
    """Two paragraphs that are alike: how much, in which fact they differ (None: in none), and whether in single
    characters only."""

    earlier: int
    later: int
    alike: float
    fact: Difference | None
    sure: bool


@lru_cache(maxsize=4)
def tiles(text: str) -> tuple[Tile, ...]:
    """The paragraphs of a text."""
    content = fold(text).text()
    firsts, lasts, chinese = (column.tolist() for column in places(text))
    folded = [content[first:last] for first, last in zip(firsts, lasts)]
    return tuple(map(partial(tuple.__new__, Tile), zip(*zip(*paragraphs(text)), folded, firsts, lasts, chinese, strict=True)))


class Tiling(NamedTuple):
    """Of the paragraphs of a text, int64[n] each: where they begin and end in the folded text, and how much Chinese they hold."""

    first: Places
    last: Places
    han: Places


@lru_cache(maxsize=4)
def places(text: str) -> Tiling:
    """Where the paragraphs of a text stand in its folded text."""
    view = fold(text)
    first, last = np.searchsorted(view.at[:-1], np.array([(p.start, p.end) for p in paragraphs(text)], dtype=np.int64).reshape(-1, 2)).T
    before = np.concatenate(([0], np.cumsum((view.codes >= 0x3400) & (view.codes <= 0x9FFF))))  # how many stand before each place
    return Tiling(first, last, before[last] - before[first])


@lru_cache(maxsize=4)
def is_statute(text: str) -> bool:
    """A text of articles: 第一条 …, 第二条 …, in which a clause rightly stands under several articles; or one that changes
    the articles of another."""
    articles = (tile for tile in tiles(text) if _numbered(text, tile) or _AMENDS.match(text, tile.start, tile.end))
    return next(islice(articles, 2, None), None) is not None


def _numbered(text: str, tile: Tile) -> bool:
    """Is it an article, with its number?"""
    return bool(_ARTICLE.match(text, tile.start, tile.end))


@lru_cache(maxsize=4)
def copies(text: str, least: int) -> tuple[Copy, ...]:
    """The runs of paragraphs that stand earlier in the text, in order. What they repeat is never itself a repeat.

    least: Chinese characters of a paragraph that is looked at; shorter ones go with those beside them."""
    every, code = tiles(text), fences(text)
    twin_of = {j: Pair(i, j, 1.0, None, True) for j, i in _equal(every, least) if not code.hold(every[j].start)}
    _with_neighbours(every, twin_of)
    recut = tuple(_recut(text, every, twin_of.keys(), least))
    gone = {n for copy in recut for n in range(copy.first, copy.last + 1)}
    for pair in alike(text, least):
        if (
            pair.fact is None
            and not {pair.earlier, pair.later} & gone
            and pair.later not in twin_of
            and not code.hold(every[pair.later].start)
        ):
            first = twin_of.get(pair.earlier)  # what stays must be alike to what goes: no chain leads from one to the other
            known = _alike(text, first.earlier, pair.later) if first else pair
            if known and known.fact is None:
                twin_of[pair.later] = known
    _with_neighbours(every, twin_of)
    for j, pair in twin_of.items():
        if first := twin_of.get(pair.earlier):  # equal to what is itself nearly the same as something before it
            twin_of[j] = first._replace(later=j)
    found: list[Copy] = []
    for j, pair in sorted(twin_of.items()):
        last = found[-1] if found else None
        if last and last.last == j - 1 and last.sure == pair.sure and pair.earlier == last.until + 1 < last.first:
            found[-1] = last._replace(last=j, until=pair.earlier, alike=min(last.alike, pair.alike))
        else:
            found.append(Copy(j, j, pair.earlier, pair.earlier, pair.alike, pair.sure))
    found = sorted((*found, *recut))
    if is_statute(text):
        found = [copy for copy in found if not _may_stand_twice(text, copy)]
    return tuple(_marked_at_end(found, len(every)))


def _equal(every: tuple[Tile, ...], least: int) -> Iterator[tuple[int, int]]:
    """Each paragraph of some length with the first one that is equal to it."""
    first_of: dict[str, int] = {}
    for j, tile in enumerate(every):
        i = first_of.setdefault(tile.folded, j) if tile.folded else j
        if i != j and tile.han >= least:
            yield j, i


def _with_neighbours(every: tuple[Tile, ...], twin_of: dict[int, Pair]) -> None:
    """Headings and short paragraphs beside a repeat that stand beside its twin too belong to it."""
    for j, pair in list(twin_of.items()):
        for step in (-1, 1):
            k, i = j + step, pair.earlier + step
            while 0 <= i < k < len(every) and k not in twin_of and i not in twin_of and every[k].folded == every[i].folded:
                twin_of[k] = Pair(i, k, 1.0, None, pair.sure)
                k, i = k + step, i + step


def _may_stand_twice(text: str, copy: Copy) -> bool:
    """In a text of articles: nothing numbered among what repeats, and it does not follow its twin at once."""
    return not copy.at_once and not any(_numbered(text, tile) for tile in tiles(text)[copy.first : copy.last + 1])


def _marked_at_end(found: list[Copy], after: int) -> list[Copy]:
    for n in reversed(range(len(found))):
        if found[n].last + 1 != after:
            break
        found[n] = found[n]._replace(at_end=True)
        after = found[n].first
    return found


@lru_cache(maxsize=4)
def alike(text: str, least: int) -> tuple[Pair, ...]:
    """The pairs of paragraphs, not equal, that are nearly the same: of each later one the pair with the first that differs
    from it in no fact; where there is none, with the first."""
    every, common = places(text), shared(text)
    size = every.last - every.first
    much = (common.of_earlier >= SHARED * size[common.earlier]) & (common.of_later >= SHARED * size[common.later])
    much &= np.minimum(every.han[common.earlier], every.han[common.later]) >= least
    found: dict[int, Pair] = {}
    for i, j in zip(common.earlier[much].tolist(), common.later[much].tolist(), strict=True):
        if not (j in found and found[j].fact is None) and (pair := _alike(text, i, j)):
            found[j] = pair if j not in found or pair.fact is None else found[j]
    return tuple(found[j] for j in sorted(found))


def _alike(text: str, i: int, j: int) -> Pair | None:
    from rapidfuzz.distance import Levenshtein

    every = tiles(text)
    left, right = every[i].folded, every[j].folded
    similarity = Levenshtein.normalized_similarity(left, right, score_cutoff=0.5)
    near = similarity >= ALIKE
    if not near and (similarity == 0 or _overlap(left, right) < OVERLAP):
        return None
    number, other = _number(text, every[i]), _number(text, every[j])
    if number and other and number != other:  # neighbours in a list say what is theirs
        return Pair(i, j, similarity, Difference("number", number, other), False)
    left, right = left[len(number) :], right[len(other) :]
    fact = differing_fact(left, right)
    return Pair(i, j, similarity, fact, near and number == other and fact is None and slips(left, right).rewordings == 0)


# The number of a paragraph in a list, which may change from copy to copy. 第三条 is a name, and part of what is said.
_NUMBER = lazily(r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+[、.．]|\d+[.．、](?!\d)|[①-⑳])")


def _number(text: str, tile: Tile) -> str:
    """The number before a paragraph, as it stands in its folded text; "" where there is none."""
    found = _NUMBER.match(text, tile.start, tile.end)
    return tile.folded[: sum(char.isalnum() for char in found[0])] if found else ""


def _overlap(left: str, right: str) -> float:
    """The Jaccard similarity of the 3-grams of two texts."""
    one, two = ({text[k : k + 3] for k in range(len(text) - 2)} for text in (left, right))
    return len(one & two) / max(1, len(one | two))


class Shared(NamedTuple):
    """Two and two paragraphs, not equal, that have something in common: int64[n] each, which they are, ordered by the earlier one
    and the later one; and how many folded characters of each stand in the other."""

    earlier: Places
    later: Places
    of_earlier: Places
    of_later: Places


@lru_cache(maxsize=4)
def shared(text: str) -> Shared:
    """What paragraphs have in common in stretches of at least SHINGLE characters, as far as those were held against one another."""
    met = stretches(text).met
    if not len(met):
        return Shared(*np.zeros((4, 0), dtype=np.int64))
    quickly = len(met) >= MANY and reader().reads(0)
    return (shared_compiled if quickly else shared_by_python)(tiles(text), met)


MANY = 30  # stretches: from here on, compiled code is worth a call


def shared_compiled(every: tuple[Tile, ...], met: Places) -> Shared:
    """The same, compiled."""
    from cleaner.compiled_stretches import shared as quickly

    first: dict[str, int] = {}
    said = np.array([first.setdefault(tile.folded, n) for n, tile in enumerate(every)], dtype=np.int64)
    return _shared(quickly(met, np.array([tile.last for tile in every], dtype=np.int64), said, SHINGLE))


def shared_by_python(every: tuple[Tile, ...], met: Places) -> Shared:
    """The same, for few."""
    found: dict[tuple[int, int], list[Stretch]] = {}
    for j, i, stretch in pieces(every, map(Stretch._make, met.tolist())):
        if i < j and every[i].folded != every[j].folded:
            found.setdefault((i, j), []).append(stretch)
    rows = [
        (*pair, _united((s.start, s.end) for s in parts), _united((s.source, s.end - s.shift) for s in parts))
        for pair, parts in found.items()
    ]
    return _shared(np.array(rows, dtype=np.int64).reshape(-1, 4))


def _shared(rows: Places) -> Shared:
    """int64[n, 4]: the earlier paragraph, the later one, how much of the later one, how much of the earlier one."""
    i, j, later, earlier = rows[np.lexsort((rows[:, 1], rows[:, 0]))].T
    return Shared(i, j, earlier, later)


def _united(spans: Iterable[tuple[int, int]]) -> int:
    """How much the spans cover together."""
    covered, reach = 0, -1
    for start, end in sorted(spans):
        covered += max(0, end - max(start, reach))
        reach = max(reach, end)
    return covered


def pieces(every: tuple[Tile, ...], some: Iterable[Stretch]) -> Iterator[tuple[int, int, Stretch]]:
    """Stretches, cut where a paragraph ends here or there: (later paragraph, earlier one, stretch)."""
    ends = [tile.last for tile in every]
    for start, end, source in some:
        j, i = bisect_right(ends, start), bisect_right(ends, source)
        while end - start >= SHINGLE:
            length = min(end - start, every[j].last - start, every[i].last - source)
            if length >= SHINGLE:
                yield j, i, Stretch(start, start + length, source)
            start, source = start + length, source + length
            while j < len(every) - 1 and every[j].last <= start:
                j += 1
            while i < len(every) - 1 and every[i].last <= source:
                i += 1


def _recut(text: str, every: tuple[Tile, ...], taken: Iterable[int], least: int) -> Iterator[Copy]:
    """Paragraphs that are the text of other ones before them, cut into other lines: split, joined, or both. Much of it, in
    several paragraphs, may also begin and end at a sentence inside of one before: a page that was once a single line."""
    gone = set(taken)
    for strict, enough, several in ((True, least, 1), (False, MUCH, 2)):
        whole = _whole(text, enough)
        if not whole:
            continue
        begins, ends = _edges(text, every, strict)
        for stretch, j, reach in whole:
            while j < reach:
                twin = None if j in gone or not every[j].folded else begins(every[j].first - stretch.shift)
                last, size = j, 0
                best = None
                while twin is not None and last < reach and last not in gone:
                    size += every[last].han
                    until = ends(every[last].last - stretch.shift) if every[last].folded and size >= enough else None
                    if until is not None and until < j and last - j + 1 >= several and (until > twin or last > j):
                        best = Copy(j, last, twin, until, recut=True)
                    last += 1
                if best and len(SENTENCE_END.findall(text, every[j].start, every[best.last].end)) >= 2:  # no labels, no title
                    yield best
                    gone |= set(range(j, best.last + 1))
                    last = best.last + 1
                j = max(last, j + 1)


def _whole(text: str, enough: int) -> list[tuple[Stretch, int, int]]:
    """The stretches in which whole paragraphs stand, [j, reach) of them, with so much Chinese at least."""
    longest = stretches(text).longest
    longest = longest[longest[:, 1] - longest[:, 0] >= enough]
    if not len(longest):
        return []
    every = places(text)
    j, reach = np.searchsorted(every.first, longest[:, 0]), np.searchsorted(every.last, longest[:, 1], side="right")
    before = np.concatenate(([0], np.cumsum(every.han)))
    some = (j < reach) & (before[np.maximum(j, reach)] - before[j] >= enough)
    return list(zip(map(Stretch._make, longest[some].tolist()), j[some].tolist(), reach[some].tolist(), strict=True))


Edge = Callable[[int], int | None]
"""A place in the folded text -> the paragraph that begins, or ends, there; None where none does."""


def _edges(text: str, every: tuple[Tile, ...], strict: bool) -> tuple[Edge, Edge]:
    """Where paragraphs begin and where they end; unless strict, where a sentence does."""
    begins = {tile.first: n for n, tile in enumerate(every) if tile.folded}
    ends = {tile.last: n for n, tile in enumerate(every) if tile.folded}
    if strict:
        return begins.get, ends.get
    lasts, at = [tile.last for tile in every], fold(text).at

    def begin(place: int) -> int | None:
        before = text[max(0, int(at[place]) - 4) : int(at[place])]
        begins_here = AFTER_SENTENCE.search(before) or before[-1:].isspace()  # the indent of a paragraph, in a line of many
        return begins.get(place, bisect_right(lasts, place) if begins_here else None)

    def end(place: int) -> int | None:
        behind = int(at[place - 1]) + 1
        return ends.get(place, bisect_left(lasts, place) if SENTENCE_END.match(text, behind) else None)

    return begin, end


SENTENCE_END = lazily(r"[。！？!?；;][”’」』）)》]*")
AFTER_SENTENCE = lazily(r"[。！？!?；;][”’」』）)》\s]*\Z")
