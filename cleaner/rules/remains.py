"""What remains of a loop: one copy, cut where the text before and after reads on.

A run is some copies and a rest. The rest is broken off from one more copy, and goes; or some of it agrees by chance with what
stands before the loop (most often the mark that ends a clause) or behind it, and stays. What is likelier by itself, and what
reads on, together tell which. Both are logarithms of probabilities, set by hand on 1,150 loops planted into 63 documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import log
from typing import NamedTuple

from cleaner.language import lexicon
from cleaner.runs import Drift
from cleaner.views import HAN, Folded

STOPS = ",。.;:!?、…—"  # as folded: what ends a clause
ENDS = ".!?;…"
BY_CHANCE = 12  # characters beside a loop that may agree with it by chance: 设，  建设，

_CONTEXT = 8  # characters on either side of a seam that are looked at
_LEFT = 5.5  # how unlikely it is that a loop was left in the middle of a copy
_SHIFTED = 4  # characters by which slips where copies meet may move what lies between them
_ANY_SHIFT = 4.0  # how unlikely that is
_BEHIND_MARK = 2.5  # how much likelier a loop begins behind a mark than elsewhere


class Cut(NamedTuple):
    """What goes between the copy that stays and what comes behind the run: folded [until, resumes). end: of the run."""

    likelihood: float
    until: int
    resumes: int
    end: int


def clause_at(view: Folded, place: int, line: tuple[int, int]) -> bool:
    """Does a clause end before a folded place, or the line begin or end there?"""
    return place in line or view.text(place - 1, place) in STOPS


def cut(view: Folded, copy: tuple[int, int], end: int, rest: int, line: tuple[int, int]) -> Cut:
    """The cut behind a copy of a run that goes to `end`, with `rest` characters after its last whole copy."""
    start, until = copy
    after = view.text(end, min(line[1], end + _CONTEXT))

    def weighed(before: int, behind: int) -> Cut:
        """So many characters agree by chance with what stands before the loop, and with what stands behind it."""
        seam = until + before + behind
        likelihood = reads_on(view.text(max(line[0], seam - _CONTEXT), seam), after) + _begins(view, start + before, line)
        likelihood += _chance(view.text(start, start + before)[::-1]) + _chance(view.text(end - behind, end))
        if before + behind != rest:
            likelihood -= log(until - start)  # it may break off anywhere
        return Cut(likelihood, until + before, end - behind, end)

    most = min(until - start - 1, BY_CHANCE, end - until)
    both = [(n, rest - n) for n in range(rest)] if rest <= most else []
    cuts = [*(weighed(n, 0) for n in range(most + 1)), *(weighed(*chances) for chances in both)]
    through = reads_on(view.text(max(line[0], end - _CONTEXT), end), after)
    if after and through >= 1:  # the loop was left in the middle of its last copy, in a word, and the text goes on from there
        cuts.append(Cut(through - _LEFT, until + rest, end, end))
    return max(cuts, key=lambda cut: cut.likelihood)


def cut_drift(view: Folded, copy: tuple[int, int], drift: Drift) -> Cut:
    """The cut behind a copy of a drifting run."""
    line = drift.first, drift.last
    cuts = []
    for end, rest, unlikely in _ends(view, drift):
        best = cut(view, copy, end, rest, line)
        cuts.append(best._replace(likelihood=best.likelihood - unlikely))
    after = view.text(drift.end, min(drift.last, drift.end + _CONTEXT))
    for place in drift.back:
        if 0 < abs(place - copy[1]) <= _SHIFTED:
            likelihood = reads_on(view.text(max(line[0], place - _CONTEXT), place), after) + _begins(view, copy[0], line) - _ANY_SHIFT
            cuts.append(Cut(likelihood, place, drift.end, drift.end))
    return max(cuts, key=lambda cut: cut.likelihood)


def _ends(view: Folded, drift: Drift) -> Iterator[tuple[int, int, float]]:
    """Where a drifting run may end: (place, rest, how unlikely). A slip in its last few characters stops the walk before them."""
    rest = drift.end - drift.edges[-1]
    yield drift.end, rest, 0
    held, most = drift.back[0], min(4, drift.last - drift.end)
    ours, theirs = view.text(held, held + most), view.text(drift.end, drift.end + most)
    for lost, more in ((1, 1), (0, 1), (1, 0), (0, 2)):
        for n in range(3):
            if ours[lost : lost + n] == theirs[more : more + n] and 0 < more + n <= most:
                yield drift.end + more + n, rest + lost + n, 3 - 2 * n if n else 4.5


def _begins(view: Folded, place: int, line: tuple[int, int]) -> float:
    """How likely it is that a loop begins here."""
    return _BEHIND_MARK if clause_at(view, place, line) else 0


def _chance(string: str) -> float:
    """How likely it is that what stands beside a loop agrees with its unit for so long, going away from the seam."""
    return sum((-0.5 if char in STOPS else -3.5) if n == 0 else -2 for n, char in enumerate(string))


@lru_cache(maxsize=1024)
def reads_on(before: str, after: str) -> float:
    """How well one folded stretch goes on from another, as the logarithm of a probability, less what is the same for every
    `before`. No `after`: the line ends."""
    if not after:
        return 0 if before[-1] in ENDS else -3
    if after[0] in STOPS:
        return -6 if before[-1] in STOPS else 0
    within_a_word = any(start < len(before) < end for _, start, end in lexicon.words(before + after))
    if after[1:2] in STOPS:  # 平、 is the end of 公平
        return 3 if within_a_word else -4
    if before[-1] in STOPS:
        return 0.3 if len(lexicon.words(after)[0][0]) > 1 else -1
    strings = [before[-n:] + after[: 4 - n] for n in (1, 2, 3)]
    known = max(lexicon.shipped().ngrams.documents([string for string in strings if len(HAN.findall(string)) == 4]), default=0)
    return max(1 if within_a_word else -1.7, min(2.2, 0.2 + 0.45 * log(known)) if known else -1.7)
