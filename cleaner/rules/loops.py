"""LOOP: a stretch that repeats itself, as language models, speech recognisers and careless copying leave it.

A loop is a run: from its first to its last periodic character, the broken-off last copy included (a "repetition" of
Main and Lorentz, 1984). Candidates come from distances between equal 4-grams of the folded text, so clean text pays
for one sort; each is then extended to its full length by comparing the text with itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.kernels import ngram_hashes, previous_equal, steady_stretches
from cleaner.language import lexicon
from cleaner.model import Grade, Hit, Level, Paragraph, Why
from cleaner.rules.rule import rule
from cleaner.views import HAN, Codes, Folded, fold, paragraphs

SHINGLE = 4
_STOPS = ",。.;:!?、…—"  # as folded: what ends a clause
_ENDS = ".!?;…"
_SENTENCE = re.compile(r"[,.;!?。]")


class Loop(NamedTuple):
    """Folded [start, end) repeats itself after `period` characters; [start, kept) is what stays.

    whole: at some turn of the unit the copies are whole clauses, from mark to mark."""

    start: int
    end: int
    period: int
    kept: int
    whole: bool
    paragraph: Paragraph

    @property
    def copies(self) -> int:
        """How many whole copies there are."""
        return (self.end - self.start) // self.period

    @property
    def tail(self) -> int:
        """How much of a copy broke off at the end."""
        return (self.end - self.kept) % self.period


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
        start, end = view.span(loop.start, loop.end)
        new = text[start : view.span(loop.start, loop.kept)[1]]
        if _breaks_off(view, loop) and text[end - 1] in "。！？":
            new += text[end - 1]  # the paragraph's own end mark: without it the next paragraph would seem to go on here
        grade = _grade(view.text(loop.kept - loop.period, loop.kept), loop, certain)
        why = Why.of("{} characters ×{}", loop.period, _times(loop))
        yield Hit(start, end, new if grade else None, why, grade)


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
    for loop in loops(text):
        if _breaks_off(view, loop):
            start, end = view.span(max(loop.start, loop.kept - 8), loop.kept)  # what stays of the paragraph's end
            yield Hit(start, end, None, Why.of("the paragraph breaks off after “{}”", text[start:end]))


def _grade(unit: str, loop: Loop, certain: int) -> Grade:
    """How sure it is that all copies but one should go."""
    if unit[-1] in "!?":
        return Grade.NONE if loop.period < certain else Grade.UNSAFE
    if loop.copies >= 3:
        short_sentence = unit[-1] in _ENDS and loop.period < 12
        return Grade.SAFE if loop.period >= 5 and not short_sentence else Grade.UNSAFE
    return Grade.SAFE if loop.whole and loop.period >= certain else Grade.UNSAFE


def _breaks_off(view: Folded, loop: Loop) -> bool:
    """The loop ends its paragraph, and the copy that stays does not end a sentence."""
    _, last = view.within(loop.paragraph.start, loop.paragraph.end)
    return loop.end == last and view.text(loop.kept - 1, loop.kept) not in _ENDS


def _view(text: str) -> Folded:
    """Marks count: “…科学发展观。科学发展观是…” is no loop, since only one of the two ends a sentence."""
    return fold(text, marks=True)


@lru_cache(maxsize=4)
def loops(text: str) -> tuple[Loop, ...]:
    """Every loop of a text, in order; of those that overlap the longest."""
    view = _view(text)
    hashes = ngram_hashes(view.codes, SHINGLE)
    if not len(hashes):
        return ()
    places = np.arange(len(hashes))
    previous = previous_equal(hashes)
    distance = np.where(previous >= 0, places - previous, 0)
    stretches = steady_stretches(distance)
    period = distance[stretches[:, 0]]
    reach = stretches[:, 1] - stretches[:, 0] + SHINGLE - 1
    # a loop's own unit may hold an n-gram twice, which breaks the stretch: a third of it is enough to look closer
    likely = (period > 1) & (reach * 3 >= period)
    found: dict[tuple[int, int], Loop] = {}
    done: dict[int, int] = {}  # period -> where the last loop of it ended
    for (start, _), p in zip(stretches[likely].tolist(), period[likely].tolist(), strict=True):
        if done.get(p, -1) > start:
            continue
        loop = _extended(text, view, start, p)
        done[p] = loop.end if loop else start + 1
        if loop and _is_fault(view, loop) and not _kept_apart(text, view, loop):
            found[loop.start, loop.end] = loop
    return _longest_first(list(found.values()))


def _extended(text: str, view: Folded, at: int, period: int) -> Loop | None:
    """The whole run of this period round folded position `at`, inside its paragraph; None for less than two copies."""
    paragraph = _paragraph_at(text, int(view.at[at]))
    first, last = view.within(paragraph.start, paragraph.end)
    lo, hi = at - period, min(at + SHINGLE, last)
    if lo < first:
        return None
    lo -= _agree(view.codes[first:lo][::-1], view.codes[first + period : lo + period][::-1])
    hi += _agree(view.codes[hi:last], view.codes[hi - period : last - period])
    if hi - lo < 2 * period:
        return None
    return Loop(lo, hi, period, *_kept(view, lo, hi, period, first, last), paragraph)


def _agree(left: Codes, right: Codes) -> int:
    """How long two arrays agree from their start; looked at piece by piece, since most differ soon."""
    at, piece = 0, 64
    while at < len(left):
        different = np.flatnonzero(left[at : at + piece] != right[at : at + piece])
        if different.size:
            return at + int(different[0])
        at, piece = at + piece, piece * 4
    return len(left)


def _paragraph_at(text: str, place: int) -> Paragraph:
    tiles = paragraphs(text)
    lo, hi = 0, len(tiles)
    while hi - lo > 1:
        mid = (lo + hi) // 2
        lo, hi = (mid, hi) if tiles[mid].start <= place else (lo, mid)
    return tiles[lo]


def _is_fault(view: Folded, loop: Loop) -> bool:
    """Enough copies of something that is Chinese text, and no row of characters, figures or signs.

    Two copies that are no whole clauses are a fault only when long: 公共卫生服务体系、医疗服务体系、医疗保障体系."""
    unit = view.text(loop.start, loop.start + loop.period)
    han = HAN.findall(unit)
    if len(han) * 2 < len(unit) or len(set(han)) < min(3, loop.period):
        return False
    if loop.copies >= 3:
        return True
    return loop.period >= (5 if loop.whole else 30)


def _kept_apart(text: str, view: Folded, loop: Loop) -> bool:
    """Are the copies cells of a table or blanks of a form, with a rule or white space between every two of them?

    A single space may stand in each copy of a loop as well; but not where the unit has no mark of a sentence."""
    unit = view.text(loop.start, loop.start + loop.period)
    if "|" in unit:
        return True
    seams = np.arange(loop.start + 1, loop.end)
    wide = view.at[seams] - view.at[seams - 1] - 1
    for turn in set(((seams[wide > 0] - loop.start) % loop.period).tolist()):
        here = (seams - loop.start) % loop.period == turn
        if np.all(wide[here] > 0):
            gaps = [text[int(view.at[at - 1]) + 1 : int(view.at[at])] for at in seams[here][:2].tolist()]
            if not _SENTENCE.search(unit) or any("\t" in gap or len(gap) > 1 for gap in gaps):
                return True
    return False


def _kept(view: Folded, start: int, end: int, period: int, first: int, last: int) -> tuple[int, bool]:
    """Where the copy that stays ends, and whether copies are whole clauses.

    A run is k copies and a rest. The rest is broken off from one more copy, and goes; or some of it agrees by chance
    with what stands before the loop (most often the mark that ends a clause) or after it, and stays. The language
    tells which: the seam should be a clause's end, or lie inside a word."""
    rest = (end - start) % period
    chances = range(min(rest, _BY_CHANCE) + 1)

    def clause_at(place: int) -> bool:
        return place in (first, last) or view.text(place - 1, place) in _STOPS

    whole = next((n for n in chances if clause_at(start + n) and clause_at(start + n + period)), None)
    if end == last:
        best = rest if rest <= 2 else whole or 0
    else:
        after = view.text(end, min(last, end + 6))

        def score(extra: int) -> float:
            before = view.text(max(first, start + period + extra - 6), start + period + extra)
            unlikely = 0.0 if extra == 0 else 0.1 * extra if before[-1] in _STOPS else 0.7
            return _seam(before, after) - unlikely

        scores = {extra: score(extra) for extra in chances}
        # or the loop was left in the middle of its last copy, and the text goes on from there: likely where only a
        # clause's last words agree (专项政策，…专项政策。), less so the longer it is
        alike_at_the_end = after[0] in _STOPS and rest <= 4
        scores.setdefault(rest, _seam(view.text(end - 6, end), after) + (0.1 if alike_at_the_end else -0.6))
        best = max(scores, key=lambda extra: (scores[extra], -extra))
    return start + period + best, whole is not None


_BY_CHANCE = 3  # how many characters before a loop may agree with its end by chance: ，  设，  建设，


def _seam(before: str, after: str) -> float:
    """How well two stretches go together: 2 a word runs across, 1 a clause ends there, 0 can't tell, -3 mark on mark."""
    if before[-1] in _STOPS or after[0] in _STOPS:
        if before[-1] in _STOPS and after[0] in _STOPS:
            return -3
        begins_a_word = after[0] in _STOPS or len(lexicon.words(after)[0][0]) > 1
        return 1.5 if begins_a_word else 1
    return 2 if any(start < len(before) < end for _, start, end in lexicon.words(before + after)) else 0


def _times(loop: Loop) -> str:
    whole, rest = divmod(loop.end - loop.start, loop.period)
    return f"{whole} + {rest}" if rest else str(whole)


def _longest_first(found: list[Loop]) -> tuple[Loop, ...]:
    taken: list[Loop] = []
    for loop in sorted(found, key=lambda x: (x.start - x.end, x.period, x.start)):
        if all(loop.end <= other.start or other.end <= loop.start for other in taken):
            taken.append(loop)
    return tuple(sorted(taken))
