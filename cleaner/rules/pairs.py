"""Marks that come in pairs: quotes and brackets without a partner, and straight quotes round Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from cleaner.language import prose
from cleaner.language.prose import Sight, Spans, is_han, look, verbatim
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule

# --- PUN204 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN204",
    Grade.NONE,
    level=Level.NOTE,
    good=[
        "“一企一策”（试行）",
        "他说：“第一，要落实。\n“第二，要见效。”",
        "修改为：“第一条 为了发展。\n“第二条 本办法自发布之日起施行。”",
        "1）制定方案\n一）落实责任\na)检查",
        "《关于印发〈办法（试行）〉的通知》",
        "it’s 5’ long",
        "他指出（会上\n所说）。",
    ],
    bad={"他说：“要落实责任。": None, "（试行要落实": None, "要落实》责任": None},
)
def unpaired_mark(text: str) -> Iterator[Hit]:
    """A quote or a bracket has no partner.

    Pairs are sought in the paragraph, then across paragraphs: a quotation may run over several, and opens anew in each
    (GB/T 15834-2011, 4.8.3.4). The marks of a list, 1） 一） a), have no partner and need none.
    """
    sight = look(text)
    at = sight.where(prose.PAIR)
    if not at.size:
        return
    breaks = sight.breaks
    lines = np.searchsorted(breaks, at).tolist()
    spans = verbatim(text)
    straight = '"' in text
    waiting: _Openers = {}  # of earlier lines
    lost: list[int] = []
    opened: _Openers = {}
    closed: list[int] = []  # closers of this line that found no opener in it
    line = -1
    for i, number in zip(at.tolist(), lines, strict=True):
        if number != line:
            _carry(text, waiting, opened, closed, lost)
            opened, closed, line = {}, [], number
        char = text[i]
        if (spans.spans and spans.hold(i)) or (straight and char in "“”" and _straight(text, sight, i)):
            continue
        if char in _PARTNER:
            kind = _CLOSES[char]
            if char in "“‘" and waiting.get(kind) and _at_head(text, i) and waiting[kind][-1] == max(w[-1] for w in waiting.values() if w):
                del waiting[kind][-1]  # the quotation goes on
            opened.setdefault(kind, []).append(i)
            continue
        if mates := opened.get(_CLOSES[_OPENER[char]]):
            del mates[-1]
        elif not (char in ")）" and _LISTED.search(text, max(0, i - 8), i)) and not (char == "’" and text[i - 1 : i].isascii()):
            closed.append(i)
    _carry(text, waiting, opened, closed, lost)
    lost += [i for places in waiting.values() for i in places]
    for i in sorted(lost):
        yield Hit(i, i + 1, None, Why.of("{} has no partner", text[i]))


_Openers = dict[str, list[int]]  # the mark that closes them -> where they stand, ascending


def _straight(text: str, sight: Sight, i: int) -> bool:
    """Does the line hold straight quotes, too? PUN206 speaks of those."""
    start, end = sight.line(i)
    return '"' in text[start:end]


def _carry(text: str, waiting: _Openers, opened: _Openers, closed: list[int], lost: list[int]) -> None:
    """Pair what a line left over with what earlier lines left over."""
    for i in closed:
        if mates := waiting.get(_CLOSES[_OPENER[text[i]]]):
            del mates[-1]
        else:
            lost.append(i)
    for kind, places in opened.items():
        waiting.setdefault(kind, []).extend(places)


def _at_head(text: str, i: int) -> bool:
    while i > 0 and text[i - 1] in " \t　\ufeff":
        i -= 1
    return i == 0 or text[i - 1] in "\r\n"


_PARTNER = {pair[0]: pair[1] for pair in ("“”", "‘’", "（）", "()", "《》", "〈〉", "【】", "〔〕", "「」", "『』")}
_OPENER = {closer: opener for opener, closer in _PARTNER.items()}
_CLOSES = _PARTNER | {"(": "）"}  # a bracket of either width closes the other: PUN201 mends that
_LISTED = re.compile(
    r"(?:^|[\s　。；，、：;,:（(“])(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}|[①-⑳])$"  # 1） 一）
    r"|(?:^|[^A-Za-z])[A-Za-z]$|(?<=[条款项和及至])[0-9]{1,2}$"  # 第三条b）和c）
)

# --- PUN206 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN206",
    Grade.NONE,
    level=Level.NOTE,
    together=True,
    good=[
        '{"标题": "工作报告"}',
        '<p class="正文">工作报告</p>',
        '屏幕为5"，共10台',
        "“一网通办”、‘一件事’",
        'He said "hello".',
        '["无锡", "苏州"]',
    ],
    bad={
        '实施"一企一策"行动': None,
        '以“揭榜挂帅"“赛马制"等方式': None,
        '打造“绿色门槛"制度': None,
    },
)
def straight_quote(text: str) -> Iterator[Hit]:
    """A straight quote stands round Chinese text.

    Told where “ or ” in its place would make the quotes of the line pair round Chinese. Code, data and inches are left.
    """
    if '"' not in text:
        return
    sight = look(text)
    spans = verbatim(text)
    done = -1
    for i in np.flatnonzero(sight.codes == ord('"')).tolist():
        if i < done:
            continue
        start, done = sight.line(i)
        if not _DATA.search(text, start, done):
            yield from _curl(text, start, done, spans)


def _curl(text: str, start: int, end: int, spans: Spans) -> Iterator[Hit]:
    hits: list[Hit] = []
    opened = -1
    for m in _QUOTE.finditer(text, start, end):
        i = m.start()
        if spans.hold(i):
            return
        opens = m.group() == "“" or (m.group() == '"' and opened < 0)
        if opens == (opened >= 0) or (not opens and not any(map(is_han, text[opened:i]))):
            return  # the line cannot be read as pairs
        if m.group() == '"':
            hits.append(Hit(i, i + 1, None, Why.of("a straight quote in Chinese text")))
        opened = i if opens else -1
    if opened < 0:
        yield from hits


_QUOTE = re.compile(r"[\"“”]")
_DATA = re.compile(r"[{}<>=\\]|\"\s*[:,\]]|[\[,:]\s*\"")
