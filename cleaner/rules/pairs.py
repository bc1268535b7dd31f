"""Marks that come in pairs: quotes and brackets without a partner, and straight quotes round Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from cleaner.language import prose
from cleaner.language.prose import Sight, Spans, is_han, look, verbatim
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule

# --- PUN204 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN204",
    Grade.UNSAFE,
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
    bad={
        "他说：“要落实责任。": None,
        "（试行要落实": None,
        "要落实》责任": None,
        "坚持“三个导向“，落实“一企一策”": "坚持“三个导向”，落实“一企一策”",
        "《办法（试行（》已印发": "《办法（试行）》已印发",
        "“六五’时期": "“六五”时期",
        "坚持“三个导向”。\n落实“三个导向，推动发展": "坚持“三个导向”。\n落实“三个导向”，推动发展",
        "印发《工作方案》。\n依据工作方案》实施": "印发《工作方案》。\n依据《工作方案》实施",
    },
)
def unpaired_mark(text: str) -> Iterator[Hit]:
    """A quote or a bracket has no partner.

    Pairs are sought in the paragraph, then across paragraphs: a quotation may run over several, and opens anew in each
    (GB/T 15834-2011, 4.8.3.4). The marks of a list, 1） 一） a), have no partner and need none. Mended where there is one way: a mark
    that faces the wrong way, if turning it, and no other, pairs all of its kind in the line; a mark of the inner kind that stands for
    an outer one (“六五’); a lost partner, if the same words stand between both elsewhere in the text.
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
    yield from _told(text, sight, sorted(lost))


def _told(text: str, sight: Sight, lost: list[int]) -> Iterator[Hit]:
    """The marks without a partner, with what mends them where there is one way."""
    by_kind: dict[tuple[int, int, str], list[int]] = {}
    for i in lost:
        by_kind.setdefault((*sight.line(i), _kind(text[i])), []).append(i)
    turned: dict[int, int | None] = {}
    for (start, end, kind), places in by_kind.items():
        turned |= dict.fromkeys(places, _turned(text, (start, end), kind, places))
    other = _of_two_kinds(text, sight, lost)
    quoted: Mapping[str, frozenset[str]] = {}
    for i in lost:
        turn = turned[i]
        if i in other:
            if other[i]:
                yield Hit(i, i + 1, other[i], Why.of("{} belongs to another pair", text[i]))
        elif turn is not None:
            if turn == i:
                yield Hit(i, i + 1, _FACING[text[i]], Why.of("{} faces the wrong way", text[i]))
        else:
            quoted = quoted or _quoted(text)
            yield _completed(text, i, quoted) or Hit(i, i + 1, None, Why.of("{} has no partner", text[i]))


def _turned(text: str, line: tuple[int, int], kind: str, lost: Sequence[int]) -> int | None:
    """The one mark that has to be turned for all of a kind in the line to pair; None if there is none, or a choice."""
    if len(lost) % 2 or len(lost) > _FEW:
        return None
    marks = [i for i in range(*line) if text[i] in _FACING and _kind(text[i]) == kind]
    ways = [i for i in lost if _pairs_up([text[k] if k != i else _FACING[text[k]] for k in marks], nested=kind not in "”’")]
    if len(ways) != 1:
        return None
    k = marks.index(ways[0])  # its partner is the next one, or the one before
    start, end = marks[k - 1 : k + 1] if text[ways[0]] in _PARTNER else marks[k : k + 2]
    return ways[0] if end - start <= _LONGEST and not _STOPS.search(text, start, end) else None


def _of_two_kinds(text: str, sight: Sight, lost: Sequence[int]) -> Mapping[int, str]:
    """Of two marks that stand for a pair and are of two kinds (“六五’) the inner one becomes an outer one, where they stand in no other
    pair; "" for the other one of the two."""
    found: dict[int, str] = {}
    for one, two in pairwise(lost):
        kinds = _kind(text[one]) + _kind(text[two])
        opens = text[one] in _PARTNER and text[two] not in _PARTNER
        if (
            not opens
            or kinds not in _LEVELS
            or one in found
            or two - one > _LONGEST
            or any(char in _FACING for char in text[one + 1 : two])
        ):
            continue
        before = text[max(sight.line(one)[0], one - _NEAR) : one]
        marks = [char for char in before if char in _FACING and _kind(char) == _LEVELS[kinds]]
        if _pairs_up(marks, nested=True):
            outer = _LEVELS[kinds]
            found |= {one: "" if _kind(text[one]) == outer else _OPENER[outer], two: "" if _kind(text[two]) == outer else outer}
    return found


def _pairs_up(marks: Sequence[str], *, nested: bool) -> bool:
    depth = 0
    for mark in marks:
        depth += 1 if mark in _PARTNER else -1
        if depth < 0 or (depth > 1 and not nested):
            return False
    return depth == 0


def _quoted(text: str) -> Mapping[str, frozenset[str]]:
    """The kind of a pair -> what stands between such marks in the text."""
    return {kind: frozenset(m[1] for m in pattern.finditer(text)) for kind, pattern in _BETWEEN.items()}


def _completed(text: str, i: int, quoted: Mapping[str, frozenset[str]]) -> Hit | None:
    """The lost partner of text[i], where the same words stand between both elsewhere: the longest such words decide."""
    opens = text[i] in _PARTNER
    words = quoted.get(_kind(text[i]), frozenset())
    beside = (text[i + 1 : i + 1 + n] if opens else text[max(0, i - n) : i] for n in range(_LONGEST, _SHORTEST - 1, -1))
    found = next((some for some in beside if some in words), None)
    if found is None:
        return None
    start, end = (i, i + 1 + len(found)) if opens else (i - len(found), i + 1)
    new = text[i] + found + _PARTNER[text[i]] if opens else _OPENER[text[i]] + found + text[i]
    return Hit(start, end, new, Why.of("{} has no partner; elsewhere {} has both", text[i], found))


def _kind(mark: str) -> str:
    """The mark that closes a mark's pair, of either width."""
    return _CLOSES[_OPENER.get(mark, mark)]


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
_FACING = _PARTNER | _OPENER  # the same mark, turned
_LEVELS = {inner + outer: outer for outer, inner in ("”’", "》〉")} | {outer + inner: outer for outer, inner in ("”’", "》〉")}
_STOPS = lazily("[。；！？]")
_FEW = 6  # lost marks of a kind in a line: where there are more, nobody can say which is wrong
_NEAR = 400  # characters before a pair that tell whether it stands in another
_SHORTEST, _LONGEST = 3, 30  # characters between two marks
_BETWEEN = {closer: lazily(f"{opener}([^{opener}{closer}\\r\\n]{{{_SHORTEST},{_LONGEST}}}){closer}") for opener, closer in ("“”", "《》")}
_LISTED = lazily(
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
def straight_quote(text: str, *, mend: bool = False) -> Iterator[Hit]:
    """A straight quote stands round Chinese text.

    Told where “ or ” in its place makes the quotes of the line pair round Chinese (GB/T 15834-2011, 4.8). Code, data and inches are
    left. With `mend` there is a fix, an unsafe one: a page that sets all its quotes straight may do so on purpose.
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
            for hit in _curl(text, start, done, spans):
                yield hit._replace(grade=Grade.UNSAFE) if mend else hit._replace(new=None)


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
            hits.append(Hit(i, i + 1, "“" if opens else "”", Why.of("a straight quote in Chinese text")))
        opened = i if opens else -1
    if opened < 0:
        yield from hits


_QUOTE = lazily(r"[\"“”]")
_DATA = lazily(r"[{}<>=\\]|\"\s*[:,\]]|[\[,:]\s*\"")
