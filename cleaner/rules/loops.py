"""LOOP: a stretch that repeats itself, as language models, speech recognisers and careless copying leave it.

A loop is a run (cleaner.runs): from its first to its last periodic character, the broken-off last copy included. Here it is
told whether a run is a fault; what stays of it is told in rules.remains.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.language.facts import differing_fact
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
from cleaner.rules.remains import BY_CHANCE, ENDS, clause_at, cut, cut_drift
from cleaner.rules.rule import rule
from cleaner.runs import Drift, Run, drifts, runs
from cleaner.views import HAN, Folded, fold

_SENTENCE = lazily(r"[,.;!?。]")


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
    sentences (审议通过该议案。) and units of less than 4 characters, or of 4 that stand only three times; what is called out (万岁！)
    is only told. Cells of a table and blanks of a form, which white space keeps apart, are no loop. In 22 million characters of
    official text this finds nothing.
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
        "坚持问题导向，着力解决群众反映强烈的突出问题；坚持目标导向，着力解决群众反映强烈的突出问题。",
        "专精特新“小巨人”企业：专精特新“小巨人”企业是专精特新企业中的佼佼者。",
        "《排污许可证核发技术规范——汞冶炼》《排污许可证核发技术规范——镁冶炼》《排污许可证核发技术规范——镍冶炼》。",
        "包3：申明函（北京和碳环境有限公司）包4：申明函（北京卡本能源有限公司）包4：申明函（北京卡本能源有限公司）包5：申明函（北京科吉环境有限公司）",
    ],
    bad={
        "推进改革。支持企业参与创新孵化器建设，支持企亚参与创新孵化器建设，支持企业参与创新孵器建设，推动落地。": "推进改革。"
        "支持企业参与创新孵化器建设，推动落地。",
        "支持企亚参与创新孵化器建设，支持企业参与创新孵化器建设，支持企业参与创新孵化器建设，推动落地。": "支持企业参与"
        "创新孵化器建设，推动落地。",
        "健全废旧资源回收体系，构建绿色制造体系，健全废旧资源回收收体系，构建绿色制造体系，健全废旧资源回收体系，构建绿制造体系，"
        "健全废旧资源加快转型。": "健全废旧资源回收体系，构建绿色制造体系，加快转型。",
    },
)
def drifting_loop(text: str) -> Iterator[Hit]:
    """A stretch repeats itself with slips: a character wrong, lost or doubled here and there; one copy stays.

    Successive copies of a unit of 12 characters and more are aligned with one another. What stays is a copy that stands in the
    text: the one nearest to all others, the first of equals. Copies that differ in a figure, a negation, a name or a word that
    tells are no loop (第一产业…；第二产业…); where at least three agree, one that differs in such a thing is taken for a slip.
    A term and its explanation (“小巨人”企业：“小巨人”企业是…) are no loop. In 22 million characters of official text this finds
    one stretch: a sentence that stands twice.
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
    by_end = {loop.end: loop for loop in (*drifting(text), *loops(text))}  # where both end at one place, the exact one
    for loop in sorted(by_end.values()):
        if _breaks_off(view, loop):
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
        short_sentence = last in ENDS and loop.period < 12 and (loop.first == loop.until - loop.period or before in ENDS)
        return Grade.SAFE if loop.period + loop.copies >= 8 and loop.period >= 4 and not short_sentence else Grade.UNSAFE
    return Grade.SAFE if loop.whole and loop.period >= certain else Grade.UNSAFE


def _times(loop: Loop) -> str:
    return f"{loop.copies} + {loop.rest}" if loop.rest else str(loop.copies)


def _breaks_off(view: Folded, loop: Loop) -> bool:
    """The loop ends its paragraph, and what stays of it does not end a sentence."""
    behind = loop.end if loop.resumes < loop.end else loop.until
    return loop.end == loop.last and view.text(behind - 1, behind) not in ENDS


def _view(text: str) -> Folded:
    """Marks count: “…科学发展观。科学发展观是…” is no loop, since only one of the two ends a sentence."""
    return fold(text, marks=True)


# --- which runs are loops --------------------------------------------------------------------------


@lru_cache(maxsize=4)
def loops(text: str) -> tuple[Loop, ...]:
    """Every exact loop of a text, in order; of those that overlap the longest."""
    view = _view(text)
    found: set[Loop] = set()
    for run in (_own(text, view, run) for run in runs(text)):
        line, first = (run.first, run.last), (run.start, run.start + run.period)
        copies, rest = divmod(run.end - run.start, run.period)
        whole = any(all(clause_at(view, at + n, line) for at in first) for n in range(min(rest, 3) + 1))
        if _is_fault(view.text(*first), copies, whole) and not _kept_apart(text, view, run):
            left = cut(view, first, run.end, rest, line)
            found.add(Loop(run.start, run.end, run.period, copies, rest, run.start, left.until, left.resumes, whole, *line))
    return _longest_first(found)


def _own(text: str, view: Folded, run: Run) -> Run:
    """A run without what only agrees folded at its ends: a 、 before it, where a ， stands between its copies."""
    start, end, period = run.start, run.end, run.period
    if "、" not in text[int(view.at[start]) : int(view.at[end - 1]) + 1]:
        return run

    def differ(place: int) -> bool:
        pair = {text[int(view.at[place])], text[int(view.at[place + period])]}
        return "、" in pair and len(pair) == 2

    near = min(BY_CHANCE, (end - start - period) // 2)
    start = max((start + n + 1 for n in range(near) if differ(start + n)), default=start)
    end = min((end - n - 1 for n in range(near) if differ(end - period - 1 - n)), default=end)
    return run._replace(start=start, end=end) if end - start >= 2 * period else run


@lru_cache(maxsize=4)
def drifting(text: str) -> tuple[Loop, ...]:
    """Every drifting loop of a text, in order; of those that overlap the longest. None that is nothing but an exact one."""
    view = _view(text)
    found: set[Loop] = set()
    exact = loops(text)
    starts = [loop.start for loop in exact]
    for drift in drifts(text):
        start, end, line = drift.edges[0], drift.end, (drift.first, drift.last)
        before = exact[bisect_left(starts, start + BY_CHANCE + 1) - 1] if exact else None  # the last that may begin with it
        is_exact = before and before.start - BY_CHANCE <= start and end <= before.end + BY_CHANCE // 2
        if is_exact or (best := _best_supported(view, drift)) is None:
            continue
        copies = len(drift.copies)
        stays, until = drift.copies[best]
        whole = all(clause_at(view, at, line) for at in drift.edges[:2])
        explained = copies == 2 and view.text(until - 1, until) == ":"  # “小巨人”企业：“小巨人”企业是…
        if _is_fault(view.text(stays, until), copies, whole) and not explained:
            left = cut_drift(view, (stays, until), drift)
            rest = left.end - drift.edges[-1]
            found.add(Loop(start, left.end, until - stays, copies, rest, stays, left.until, left.resumes, whole, *line))
    return _longest_first(found)


def _best_supported(view: Folded, drift: Drift) -> int | None:
    """The copy that is nearest to all others, the first of equals; None where copies are not alike, or tell different things."""
    units = [view.text(*copy) for copy in drift.copies[:_JUDGED]]
    from rapidfuzz.distance import Levenshtein  # loaded where something loops

    distances = [[Levenshtein.distance(one, other) for other in units] for one in units]
    best = min(range(len(units)), key=lambda k: (sum(distances[k]), k))
    if max(distances[best]) > _SLIPS * len(units[best]) or _is_series(units, best):
        return None
    agree = sum(_tell_the_same(units[best], other) for other in units)
    if len(units) > 2:
        return best if agree > 2 else None
    tail, held = view.text(drift.edges[-1], drift.end), view.text(drift.edges[-2], drift.back[0])
    return best if agree == 2 and _tell_the_same(held, tail) else None


_JUDGED = 40  # copies: what those have told, a thousand more will not change
_SLIPS = 0.2  # of a unit's characters, at most: a tenth in either of two copies


def _tell_the_same(one: str, other: str) -> bool:
    return differing_fact(_MARKS.sub("", one), _MARKS.sub("", other)) is None


_MARKS = lazily(r"[^\w%‰]")  # the facts guard reads texts without them


def _is_series(units: list[str], best: int) -> bool:
    """Does nearly every copy read differently at one and the same place? Each says what is its own: …汞冶炼》《…镁冶炼》《…镍冶炼》."""
    from rapidfuzz.distance import Levenshtein

    readings: dict[int, set[str]] = {}
    for other in units:
        for change in Levenshtein.opcodes(units[best], other):
            if change.tag != "equal":
                readings.setdefault(change.src_start, set()).add(other[change.dest_start : change.dest_end])
    return any(len(found) >= 2 and len(found) * 4 >= (len(units) - 1) * 3 for found in readings.values())


def _is_fault(unit: str, copies: int, whole: bool) -> bool:
    """Enough copies of something that is Chinese text, and no row of characters, figures or signs.

    Two copies that are no whole clauses are a fault only when long: 公共卫生服务体系、医疗服务体系、医疗保障体系."""
    han = HAN.findall(unit)
    if len(han) * 2 < len(unit) or len(set(han)) < min(3, len(unit)):
        return False
    return copies >= 3 or len(unit) >= (5 if whole else 30)


def _kept_apart(text: str, view: Folded, run: Run) -> bool:
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
        at = bisect_left(taken, loop)
        if all(loop.end <= other.start or other.end <= loop.start for other in taken[max(0, at - 1) : at + 1]):
            taken.insert(at, loop)
    return tuple(taken)
