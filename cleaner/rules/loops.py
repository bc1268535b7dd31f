"""LOOP: a stretch that repeats itself, as language models, speech recognisers and careless copying leave it.

A loop is a run (cleaner.runs): from its first to its last periodic character, the broken-off last copy included. Here it is
told whether a run is a fault, and what stays of it: one copy, cut where the text before and after reads on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import log
from os.path import commonprefix
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

from cleaner import runs
from cleaner.language import lexicon
from cleaner.language.facts import differing_fact
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule
from cleaner.views import HAN, Folded, fold

_STOPS = ",。.;:!?、…—"  # as folded: what ends a clause
_ENDS = ".!?;…"
_SENTENCE = re.compile(r"[,.;!?。]")


class Loop(NamedTuple):
    """Folded [start, end) repeats itself; of it [stays, until) and [resumes, end) are left: one copy, and what agrees by chance.

    period: characters of a copy. copies: whole ones. rest: characters after them. whole: at some turn of the unit the copies
    are whole clauses, from mark to mark. first, last: the line that holds it."""

    start: int
    end: int
    period: int
    copies: int
    rest: int
    stays: int
    until: int
    resumes: int
    whole: bool
    first: int
    last: int


@rule(
    "LOOP601",
    Grade.SAFE,
    level=Level.ERROR,
    good=[
        "第一产业增加值增长3%；第二产业增加值增长5%；第三产业增加值增长7%。",
        "一件事情接着一件事情办，一年接着一年干。",
        "坚持党的领导，坚持人民当家作主，坚持依法治国。",
        "编号：123123123123123123。",
        "………………………………………………………………",
        "加强监测预警、预测预警、风险预警。",
        "一个项目一个项目抓落实，一个问题一个问题解决。",
        "同意。同意。同意。",
        "坚持落实科学发展观。科学发展观是指导思想。",
        "完善公共卫生服务体系、医疗服务体系、医疗保障体系。",
        "依据《中华人民共和国环境保护法》《中华人民共和国统计法》《中华人民共和国统计法实施条例》。",
        "肇庆市生态环境局：《肇庆市生态环境局关于申请备案的函》收悉。",
        "| 消防 | 符合要求 | 符合要求 | 符合要求 |",
        "基本符合要求\t基本符合要求\t基本符合要求\t不符合要求",
        "责任单位 市住房城乡建设局 市住房城乡建设局 市住房城乡建设局 区政府",
        "审查人（签字）：　　　　审查人（签字）：　　　　审查人（签字）：",
        "序号 单位名称 得分 序号 单位名称 得分 序号 单位名称 得分",
    ],
    bad={
        "支持企业参与建设，支持企业参与建设，支持企业参与建设，推动落地。": "支持企业参与建设，推动落地。",
        "深入推进依法行政，深入推进依法行政，深入推进依法行政，深入推加强廉政建设。": "深入推进依法行政，加强廉政建设。",
        "加快发展新质生产力加快发展新质生产力加快发展新质生产力，扎实推进高质量发展。": "加快发展新质生产力，扎实推进高质量发展。",
    },
)
def looped_text(text: str, *, certain: int = 20) -> Iterator[Hit]:
    """A stretch repeats itself; one copy stays.

    A unit of 5 characters and more at least twice, one of 2 to 4 at least three times; spaces and widths do not count.
    Two copies of less than `certain` characters are an unsafe fix, since rhetoric does that too, and so are short whole
    sentences (审议通过该议案。); what is called out (万岁！) is only told. Cells of a table and blanks of a form, which white
    space keeps apart, are no loop. In 22 million characters of official text this finds three stretches, all true.
    """
    view = _view(text)
    for loop in loops(text):
        grade = _grade(view, loop, certain)
        yield _hit(text, view, loop, Why.of("{} characters ×{}", loop.period, _times(loop)), grade)


@rule(
    "LOOP602",
    Grade.UNSAFE,
    good=[
        "第一产业增加值增长3%；第二产业增加值增长3%；第三产业增加值增长3%。",
    ],
    bad={
        "支持龙头企业参与创新孵化器建设，支持龙头企亚参与创新孵化器建设，支持龙头企业参与创新孵器建设，推动落地。": "支持龙头企业参与创新孵化器建设，推动落地。",
    },
)
def drifting_loop(text: str) -> Iterator[Hit]:
    """A stretch repeats itself with slips: a character wrong, lost or doubled here and there; one copy stays.

    Successive copies of a unit of 12 characters and more are aligned with one another. What stays is a copy that stands in the
    text: the one nearest to all others, the first of equals. Copies that differ in a figure, a negation, a name or a word that
    tells are no loop (第一产业…；第二产业…); where at least three agree, one that differs in such a thing is taken for a slip.
    """
    view = _view(text)
    for loop in drifting(text):
        yield _hit(text, view, loop, Why.of("about {} characters ×{}, with slips", loop.period, _times(loop)), Grade.UNSAFE)


@rule(
    "LOOP603",
    Grade.NONE,
    level=Level.NOTE,
    good=["支持龙头企业参与创新孵化器建设，支持龙头企业参与创新孵化器建设，支持龙头企业参与创新孵化器建设，推动落地。"],
    bad={"支持孵化器建设，招引科技型企业和产业变革，支持孵化器建设，招引科技型企业和产业变革，支持孵化器建设，招引": None},
)
def lost_behind_loop(text: str) -> Iterator[Hit]:
    """Text is missing where a loop ends its paragraph in the middle of a sentence.

    What stood there cannot be told from the page; look it up in the original.
    """
    view = _view(text)
    exact = loops(text)
    for loop in (*exact, *drifting(text)):
        if _breaks_off(view, loop) and (loop in exact or not any(loop.start < other.end == loop.end for other in exact)):
            start, end = view.span(max(loop.stays, loop.until - 8), loop.until)  # what stays of the paragraph's end
            yield Hit(start, end, None, Why.of("the paragraph breaks off after “{}”", text[start:end]))


def _hit(text: str, view: Folded, loop: Loop, why: Why, grade: Grade) -> Hit:
    start, end = view.span(loop.start, loop.end)
    stays, until = view.span(loop.stays, loop.until)
    new = text[stays:until] + (text[view.span(loop.resumes, loop.end)[0] : end] if loop.resumes < loop.end else "")
    if _breaks_off(view, loop) and text[end - 1] in "。！？":
        new += text[end - 1]  # the paragraph's own end mark: without it the next paragraph would seem to go on here
    return Hit(start, end, new if grade else None, why, grade)


def _grade(view: Folded, loop: Loop, certain: int) -> Grade:
    """How sure it is that all copies but one should go."""
    last, before = view.text(loop.until - 1, loop.until), view.text(loop.until - loop.period - 1, loop.until - loop.period)
    if last in "!?":
        return Grade.NONE if loop.period < certain else Grade.UNSAFE
    if loop.copies >= 3:
        # what ends a longer sentence is not said over and over, as a short whole one may be
        short_sentence = last in _ENDS and loop.period < 12 and (loop.first == loop.until - loop.period or before in _ENDS)
        return Grade.SAFE if loop.period + loop.copies >= 8 and loop.period >= 4 and not short_sentence else Grade.UNSAFE
    return Grade.SAFE if loop.whole and loop.period >= certain else Grade.UNSAFE


def _times(loop: Loop) -> str:
    return f"{loop.copies} + {loop.rest}" if loop.rest else str(loop.copies)


def _breaks_off(view: Folded, loop: Loop) -> bool:
    """The loop ends its paragraph, and the copy that stays does not end a sentence."""
    return loop.end == loop.last and view.text(loop.until - 1, loop.until) not in _ENDS


def _view(text: str) -> Folded:
    """Marks count: “…科学发展观。科学发展观是…” is no loop, since only one of the two ends a sentence."""
    return fold(text, marks=True)


# --- which runs are loops --------------------------------------------------------------------------


@lru_cache(maxsize=4)
def loops(text: str) -> tuple[Loop, ...]:
    """Every exact loop of a text, in order; of those that overlap the longest."""
    view = _view(text)
    found: set[Loop] = set()
    for run in (_own(text, view, run) for run in runs.runs(text)):
        copies, rest = divmod(run.end - run.start, run.period)
        whole = _whole(view, run.start, run.start + run.period, min(rest, _BY_CHANCE), run.first, run.last)
        unit = view.text(run.start, run.start + run.period)
        if _is_fault(unit, copies, whole) and not _kept_apart(text, view, run):
            cut = _cut(view, run.start, run.start + run.period, run.end, rest, run.first, run.last)
            found.add(Loop(run.start, run.end, run.period, copies, rest, run.start, cut.until, cut.resumes, whole, run.first, run.last))
    return _longest_first(found)


@lru_cache(maxsize=4)
def drifting(text: str) -> tuple[Loop, ...]:
    """Every drifting loop of a text, in order; of those that overlap the longest."""
    view = _view(text)
    exact = loops(text)
    found: set[Loop] = set()
    for drift in runs.drifts(text):
        start, end = drift.edges[0], drift.end
        if any(other.start - _BY_CHANCE <= start and end <= other.end + 6 for other in exact):
            continue
        if (best := _best_supported(view, drift)) is None:
            continue
        stays, until = drift.copies[best]
        whole = _whole(view, start, drift.edges[1], 0, drift.first, drift.last)
        if _is_fault(view.text(stays, until), len(drift.copies), whole):
            cuts = [(_cut(view, stays, until, e, rest, drift.first, drift.last), less, e, rest) for e, rest, less in _ends(view, drift)]
            after = view.text(end, min(drift.last, end + _CONTEXT))
            for at in drift.back:  # a slip where copies meet moves what lies between them by a character or two
                if 0 < abs(at - until) <= Q[4]:
                    likelihood = reads_on(view.text(at - _CONTEXT, at), after) + _begins(view, stays, drift.first, drift.last)
                    cuts.append((_Cut(likelihood, at, end), Q[3], end, end - drift.edges[-1]))
            cut, _, end, rest = max(cuts, key=lambda x: (x[0].likelihood - x[1], -x[2]))
            found.add(Loop(start, end, until - stays, len(drift.copies), rest, stays, cut.until, cut.resumes, whole, drift.first, drift.last))
    return _longest_first(found)


def _ends(view: Folded, drift: runs.Drift) -> Iterator[tuple[int, int, float]]:
    """Where a drifting run may end: (place, rest, how unlikely). A slip in its last few characters stops the walk before them."""
    rest = drift.end - drift.edges[-1]
    yield drift.end, rest, 0
    ours, theirs = view.text(drift.back[0], drift.back[0] + 4), view.text(drift.end, min(drift.last, drift.end + 4))
    for lost, more in ((1, 1), (0, 1), (1, 0), (0, 2)):
        agree = len(commonprefix((ours[lost:], theirs[more:])))
        for n in range(min(agree, 2) + 1):
            if n + more and more <= len(theirs):
                yield drift.end + more + n, rest + lost + n, Q[0] - Q[1] * n if n else Q[2]


def _best_supported(view: Folded, drift: runs.Drift) -> int | None:
    """The copy that is nearest to all others, the first of equals; None where copies are not alike, or tell different things."""
    units = [view.text(*copy) for copy in drift.copies]
    distances = [[Levenshtein.distance(one, other) for other in units] for one in units]
    best = min(range(len(units)), key=lambda k: (sum(distances[k]), k))
    if any(distance > 0.2 * len(units[best]) for distance in distances[best]):
        return None
    bare = [_MARKS.sub("", unit) for unit in units]
    agree = sum(differing_fact(bare[best], other) is None for other in bare)
    return best if agree == len(units) or (agree >= 3 and agree * 2 > len(units)) else None


def _own(text: str, view: Folded, run: runs.Run) -> runs.Run:
    """A run without what only agrees folded at its ends: a 、 before it, where a ， stands between its copies."""
    start, end, period = run.start, run.end, run.period

    def differ(place: int) -> bool:
        pair = {text[int(view.at[place])], text[int(view.at[place + period])]}
        return "、" in pair and len(pair) == 2

    near = min(_BY_CHANCE, (end - start) // 2 - period // 2)
    start = max((start + n + 1 for n in range(near) if differ(start + n)), default=start)
    end = min((end - n - 1 for n in range(near) if differ(end - period - 1 - n)), default=end)
    return run._replace(start=start, end=end) if end - start >= 2 * period else run


_MARKS = re.compile(r"[^\w%‰]")


def _is_fault(unit: str, copies: int, whole: bool) -> bool:
    """Enough copies of something that is Chinese text, and no row of characters, figures or signs.

    Two copies that are no whole clauses are a fault only when long: 公共卫生服务体系、医疗服务体系、医疗保障体系."""
    han = HAN.findall(unit)
    if len(han) * 2 < len(unit) or len(set(han)) < min(3, len(unit)):
        return False
    return copies >= 3 or len(unit) >= (5 if whole else 30)


def _kept_apart(text: str, view: Folded, run: runs.Run) -> bool:
    """Are the copies cells of a table or blanks of a form, with a rule or white space between every two of them?

    A single space may stand in each copy of a loop as well; but not where the unit has no mark of a sentence."""
    unit = view.text(run.start, run.start + run.period)
    if "|" in unit:
        return True
    seams = np.arange(run.start + 1, run.end)
    wide = view.at[seams] - view.at[seams - 1] - 1
    for turn in set(((seams[wide > 0] - run.start) % run.period).tolist()):
        here = (seams - run.start) % run.period == turn
        if np.all(wide[here] > 0):
            gaps = [text[int(view.at[at - 1]) + 1 : int(view.at[at])] for at in seams[here][:2].tolist()]
            if not _SENTENCE.search(unit) or any("\t" in gap or len(gap) > 1 for gap in gaps):
                return True
    return False


def _longest_first(found: set[Loop]) -> tuple[Loop, ...]:
    taken: list[Loop] = []
    for loop in sorted(found, key=lambda x: (x.start - x.end, x.period, x.start)):
        if all(loop.end <= other.start or other.end <= loop.start for other in taken):
            taken.append(loop)
    return tuple(sorted(taken))


# --- what stays ------------------------------------------------------------------------------------

import os
Q=[float(x) for x in os.environ.get('Q','3 2 4.5 4 4').split()]
P=[float(x) for x in os.environ.get('P','0.5 3.5 2 2.2 2.5 0 0.3').split()]
_BY_CHANCE = 12  # how many characters before or after a loop may agree with it by chance: 设，  建设，


class _Cut(NamedTuple):
    """What goes of a run: [until, resumes)."""

    likelihood: float
    until: int
    resumes: int


def _clause_at(view: Folded, place: int, first: int, last: int) -> bool:
    return place in (first, last) or view.text(place - 1, place) in _STOPS


def _whole(view: Folded, start: int, end: int, most: int, first: int, last: int) -> bool:
    """Is a copy [start, end) a whole clause, at some turn of it?"""
    return any(all(_clause_at(view, at + n, first, last) for at in (start, end)) for n in range(min(most, 3) + 1))


def _cut(view: Folded, start: int, end: int, run_end: int, rest: int, first: int, last: int) -> _Cut:
    """What goes between copy [start, end), if that is the one that stays, and what comes after the run.

    A run is some copies and a rest. The rest is broken off from one more copy, and goes; or some of it agrees by chance with
    what stands before the loop (most often the mark that ends a clause) or after it, and stays. What is likelier by itself,
    and what reads on, together tell which: both are logarithms of probabilities."""
    after = view.text(run_end, min(last, run_end + _CONTEXT))
    period = end - start

    def likelihood(cut: tuple[int, int]) -> float:
        before, behind = cut  # characters that agree with what stands before the loop, and behind it
        seam = end + before + behind
        broken_off = 0 if before + behind == rest else -log(period)  # anywhere
        chance = _by_chance(view.text(start, start + before)[::-1]) + _by_chance(view.text(run_end - behind, run_end))
        here = view.text(max(first, seam - _CONTEXT), seam)
        return reads_on(here, after) + chance + broken_off + _begins(view, start + before, first, last)

    most = min(period - 1, _BY_CHANCE, run_end - end)
    cuts = [(n, 0) for n in range(most + 1)] + [(n, rest - n) for n in range(rest) if rest <= most]
    best = max(cuts, key=likelihood)
    return _Cut(likelihood(best), end + best[0], run_end - best[1])


def _by_chance(string: str) -> float:
    """How likely it is that what stands beside a loop agrees with its unit for so long, going away from the seam."""
    return sum((-P[0] if char in _STOPS else -P[1]) if n == 0 else -P[2] for n, char in enumerate(string))


def _begins(view: Folded, place: int, first: int, last: int) -> float:
    """How likely it is that a loop begins here: most begin behind a mark."""
    if place in (first, last) or view.text(place - 1, place) in _STOPS:
        return P[4]
    return P[5] if view.text(place, place + 1) in _STOPS else 0


_CONTEXT = 8


def reads_on(before: str, after: str) -> float:
    """How well one stretch goes on from another, as the logarithm of a probability, less what is the same for every `before`."""
    if not after:
        return 0 if before[-1] in _ENDS else -3
    if after[0] in _STOPS:
        return -6 if before[-1] in _STOPS else 0
    if before[-1] in _STOPS:
        first_word = lexicon.words(after)[0][0]
        return P[6] if len(first_word) > 1 else -4 if after[1:2] in _STOPS else -1
    strings = [before[-n:] + after[: 4 - n] for n in (1, 2, 3)]
    known = max(lexicon.shipped().phrases.documents([string for string in strings if len(HAN.findall(string)) == 4]), default=0)
    within_a_word = any(start < len(before) < end for _, start, end in lexicon.words(before + after))
    return max(1 if within_a_word else -1.7, min(P[3], 0.2 + 0.45 * log(known)) if known else -1.7)
