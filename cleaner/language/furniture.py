"""Page furniture: what in a text belongs to the newspaper or the web page that it was taken from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple

from cleaner.language import lexicon
from cleaner.language.prose import Spans, fences
from cleaner.model import Paragraph
from cleaner.views import paragraphs

LINE_END = re.compile(r"\r\n|\r|\n")


class Mark(NamedTuple):
    """Furniture inside a line. at_edge: it stands at the start or the end of it."""

    start: int
    end: int
    reason: str
    at_edge: bool


class Page(NamedTuple):
    """A text as its lines that hold something; furniture: runs of lines, first and last. doubted: the first lines of those runs
    that may be text about pages (an example of furniture, a list of pages). reasons: why a line is furniture, for those
    in runs. fences: where code stands, which nothing here touches."""

    text: str
    lines: tuple[Paragraph, ...]
    furniture: tuple[tuple[int, int], ...]
    doubted: frozenset[int]
    reasons: dict[int, str]
    marks: tuple[Mark, ...]
    fences: Spans

    def next_start(self, i: int) -> int:
        """Where the line after line i starts."""
        return self.lines[i + 1].start if i + 1 < len(self.lines) else len(self.text)

    def gap(self, i: int) -> tuple[int, int]:
        """How wide the gap after line i is: in line ends, in characters."""
        start, stop = self.lines[i].end, self.next_start(i)
        return 1 if stop - start <= 1 else len(LINE_END.findall(self.text, start, stop)), stop - start


@lru_cache(maxsize=4)
def page_of(text: str) -> Page:
    """Read a text as a page."""
    lines = tuple(p for p in paragraphs(text) if p.end > p.start and not (text[p.end - 1].isspace() and text[p.start : p.end].isspace()))
    code = fences(text)
    marks = tuple(m for m in _marks(text, lines) if not code.hold(m.start))
    named = _named_lines(text, lines, marks)
    if code.spans:
        named = {i: name for i, name in named.items() if not code.hold(lines[i].start)}
    furniture, reasons = _runs(text, lines, named)
    gone = {i for first, last in furniture for i in range(first, last + 1)}
    starts = [line.start for line in lines] if marks else []
    marks = tuple(m for m in marks if bisect_right(starts, m.start) - 1 not in gone)
    doubted = frozenset(run[0] for run in furniture if _is_doubted(text, lines, named, run))
    return Page(text, lines, furniture, doubted, reasons, marks, code)


class Row(NamedTuple):
    """A row of data/furniture.csv. place: what kind of line its pattern is of.

    inline, brackets inside or at the edge of a line; page, a line from paper; folio, a bare 第3页; web, a line from a
    web page; edge, one that is furniture near the head or foot only; end, one with no text after it; menu, words that
    go from a menu; filler, beside a line that goes for the same reason. Patterns name words as <tool>, <menu> and
    <size>; a line of one size is a filler."""

    place: str
    pattern: str
    reason: str


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(Row(**row) for row in lexicon.rows("furniture.csv"))


@cache
def _patterns(place: str) -> tuple[re.Pattern[str], tuple[Row, ...]]:
    """One expression for all rows of a place, and the rows in the order of its groups."""
    rows = tuple(row for row in _rows() if row.place == place)
    listed = place in ("menu", "size", "tool")
    if listed:
        return re.compile(f"({_any_of(place)})"), rows[:1]
    branches = []
    for row in rows:
        pattern = row.pattern
        for name in ("tool", "menu", "size"):
            pattern = pattern.replace(f"<{name}>", f"(?:{_any_of(name)})") if f"<{name}>" in pattern else pattern
        branches.append(f"({pattern})")
    return re.compile("|".join(branches), re.IGNORECASE), rows


def _any_of(place: str) -> str:
    words = sorted((row.pattern for row in _rows() if row.place == place), key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))


def _reason(place: str, line: str) -> str | None:
    """Why a line is furniture of this place."""
    expression, rows = _patterns(place)
    found = expression.fullmatch(line)
    return rows[(found.lastindex or 1) - 1].reason if found else None


# Patterns are written once for all widths: spaces gone, full-width forms as their ASCII, one form for dashes and arrows.
_SQUEEZE: dict[int, str | int | None] = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_SQUEEZE |= dict.fromkeys(map(ord, " \t\u3000\u00a0\u2002\u2003\u2009\ufeff\u200b"), None)
_SQUEEZE |= dict.fromkeys(map(ord, "—–─―－−‐‑﹣"), "-") | dict.fromkeys(map(ord, "»›→▸＞"), ">")
_SQUEEZE |= dict.fromkeys(map(ord, "【〔［〖"), "[") | dict.fromkeys(map(ord, "】〕］〗"), "]")
_SQUEEZE |= dict.fromkeys(map(ord, "｜│丨"), "|") | dict.fromkeys(map(ord, "•・∙"), "·") | {ord("∶"): ":", ord("～"): "~"}


def squeezed(line: str) -> str:
    """A line as the patterns are written: without spaces, narrow, in small letters."""
    return line.translate(_SQUEEZE).lower()


_BRACKETED = re.compile(r"[△▲▶►★☆◆■●※]?[(（\[【〔［]([^()（）\[\]【】〔〕［］\r\n。；]{2,30})[)）\]】〕］]")
_OF_A_MARK = re.compile(r"[版页面]|字[号体]|打印|关闭|窗口|收藏|返回|分享")
_QUOTES = '“"「『‘'


def _marks(text: str, lines: Sequence[Paragraph]) -> Iterator[Mark]:
    """Furniture in brackets, wherever it stands; what is quoted is spoken of, and stays."""
    found = [
        (mark.start(), mark.end(), reason)
        for mark in _BRACKETED.finditer(text)
        if _OF_A_MARK.search(mark[1]) and (reason := _reason("inline", squeezed(mark[0]))) is not None
    ]
    starts = [line.start for line in lines] if found else []
    for i, group in groupby(found, key=lambda mark: bisect_right(starts, mark[0]) - 1):
        marks = list(group)
        start, end, _ = lines[i]
        while marks and not text[start : marks[0][0]].strip():  # at the start of the line, and the space after it
            first, last, reason = marks.pop(0)
            start = after_indent(text, last)
            yield Mark(first, start, reason, True)
        while marks and not text[marks[-1][1] : end].strip():  # at its end, and the space before it
            first, last, reason = marks.pop()
            yield Mark(start + len(text[start:first].rstrip()), end, reason, True)
            end = start + len(text[start:first].rstrip())
        for first, last, reason in marks:
            if text[first - 1] not in _QUOTES:
                yield Mark(first, last, reason, False)


class Name(NamedTuple):
    """What a line looks like: its place among the furniture, and why. words: the words of a menu it holds."""

    place: str
    reason: str
    words: frozenset[str] = frozenset()


_LONGEST = 100  # characters of a line of furniture
_ENDS_A_SENTENCE = frozenset("。；！？，、;")


def _named_lines(text: str, lines: Sequence[Paragraph], marks: Sequence[Mark]) -> dict[int, Name]:
    """The lines that look like furniture, and as what."""
    named = {}
    for i, (start, end, _) in enumerate(lines):
        if end - start <= _LONGEST and text[end - 1] not in _ENDS_A_SENTENCE and (name := _name(squeezed(text[start:end]))):
            named[i] = name
    for i, (bare, reason) in _without(text, lines, marks).items():
        if i not in named and (name := _name(squeezed(bare)) if bare else Name("page", reason)):
            named[i] = name
    for i in range(1, len(lines)):  # 首页 > 要闻, one to a line: what follows the arrow is part of the trail
        if i - 2 in named and i - 1 in named and i not in named and squeezed(text[lines[i - 1].start : lines[i - 1].end]) == ">":
            start, end, _ = lines[i]
            if end - start <= 12 and text[end - 1] not in _ENDS_A_SENTENCE:
                named[i] = Name("filler", named[i - 2].reason)
    return named


class Bare(NamedTuple):
    """A line without its marks, and the reason of the first of them."""

    text: str
    reason: str


def _without(text: str, lines: Sequence[Paragraph], marks: Sequence[Mark]) -> dict[int, Bare]:
    """The lines that bear marks, without them."""
    starts = [line.start for line in lines] if marks else []
    bare = {}
    for i, group in groupby(marks, key=lambda mark: bisect_right(starts, mark.start) - 1):
        line, reason = text[lines[i].start : lines[i].end], ""
        for mark in sorted(group, reverse=True):
            line, reason = line[: mark.start - lines[i].start] + line[mark.end - lines[i].start :], mark.reason
        bare[i] = Bare(line.strip(), reason)
    return bare


def _name(squeezed: str) -> Name | None:
    for place in ("page", "folio", "web", "edge", "end"):
        if reason := _reason(place, squeezed):
            return Name(place, reason)
    if words := _words_of_a_menu(squeezed):
        return Name("menu", _patterns("menu")[1][0].reason, words)
    if not squeezed.strip("[]|>×"):
        return Name("menu", _patterns("menu")[1][0].reason)
    if (reason := _reason("filler", squeezed)) or (reason := _reason("size", squeezed)):
        return Name("filler", reason)
    return None


def _words_of_a_menu(squeezed: str) -> frozenset[str]:
    """The words of a line that holds nothing else; none where it does."""
    word = _patterns("menu")[0]
    rest = word.sub("", squeezed)
    return frozenset(word.findall(squeezed)) if not rest.strip("[]()|×") else frozenset()


_NEAR = 1000  # characters of text between a line and the head or foot of its page


def _runs(text: str, lines: Sequence[Paragraph], named: dict[int, Name]) -> tuple[tuple[tuple[int, int], ...], dict[int, str]]:
    """The lines that are furniture, in runs, and why each is.

    How near the head a line stands is counted in characters of what is certainly text, so that neither removing furniture nor
    joining paragraphs changes the answer."""
    if not named:
        return (), {}
    sizes = [0 if i in named else sum(map(len, text[line.start : line.end].split())) for i, line in enumerate(lines)]
    before = [0, *accumulate(sizes)]
    runs: list[tuple[int, int]] = []
    reasons: dict[int, str] = {}
    for run in _adjacent(sorted(named)):
        names = [named[i] for i in run]
        above, below = before[run[0]], before[-1] - before[run[-1] + 1]
        near = min(above, below) <= _NEAR
        certain = [n.place in ("page", "folio", "web") or (n.place == "edge" and near) or (n.place == "end" and below == 0) for n in names]
        vouching = {n.reason for sure, n in zip(certain, names) if sure and n.place not in ("page", "folio")}
        words = frozenset().union(*(n.words for n in names))
        menu = bool(vouching) or (near and len(words) >= 3)
        goes = [
            sure or len(n.words) >= 3 or (menu and n.place == "menu") or (n.reason in vouching and n.place == "filler")
            for sure, n in zip(certain, names)
        ]
        for part in _adjacent([i for i, gone in zip(run, goes) if gone]):
            runs.append((part[0], part[-1]))
            reasons |= {i: named[i].reason for i in part}
    return tuple(runs), reasons


_PAGE = 200  # characters of running text on a page
_SENTENCE = 25  # characters of a line that a page's end may break
_FIGURES = re.compile(r"\d+")
_SPEAKS_OF_PAGES = re.compile(
    r"如下|例如|示例|样例|样式|字样|版式|导航|页[面脚眉尾]|网页|底部|按钮|(?:格式|标[注明示]|显示|网站)[^。；]*[:：]\s*$"
)


def _is_doubted(text: str, lines: Sequence[Paragraph], named: dict[int, Name], run: tuple[int, int]) -> bool:
    """May a run of furniture be an example of it, or a list of pages?

    So is what follows a line of text that speaks of pages (样式如下：), and page numbers that nothing vouches for: no other
    furniture beside them, no neighbour in the count a page away, no sentence broken around them."""
    first, last = run
    places = {named[i].place for i in range(first, last + 1)}
    before = text[lines[first - 1].start : lines[first - 1].end] if first else ""
    if places - {"page", "folio"}:
        return _SPEAKS_OF_PAGES.search(before) is not None
    return places == {"folio"} and not (
        (first == last and _counts_on(text, lines, named, first)) or _breaks_a_sentence(text, lines, before, last)
    )


def _counts_on(text: str, lines: Sequence[Paragraph], named: dict[int, Name], i: int) -> bool:
    """Does the number of the page before stand before a page of running text, or that of the page after behind one?"""
    number = _folio(text, lines[i])
    for step in (-1, 1):
        size, k, marked = 0, i + step, False
        while 0 <= k < len(lines) and (k not in named or named[k].place != "folio"):
            size += lines[k].end - lines[k].start
            marked = marked or text[lines[k].end - 1] in _ENDS_A_SENTENCE
            k += step
        if 0 <= k < len(lines) and size >= _PAGE and marked and _folio(text, lines[k]) == number + step:
            return True
    return False


def _folio(text: str, line: Paragraph) -> int:
    """The number of a page; -9 where it is not written in figures."""
    figures = _FIGURES.search(text, line.start, line.end)
    return int(figures[0]) if figures else -9


def _breaks_a_sentence(text: str, lines: Sequence[Paragraph], before: str, last: int) -> bool:
    after = text[lines[last + 1].start : lines[last + 1].end].strip() if last + 1 < len(lines) else ""
    before = before.strip()
    unfinished = len(before) >= _SENTENCE and (before[-1] in "，、" or "\u4e00" <= before[-1] <= "\u9fff")
    return unfinished and any(mark in before for mark in "，、。；") and after[-1:] in _ENDS_A_SENTENCE and len(after) > 1


def _adjacent(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Cut ascending numbers where one is left out."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def after_indent(text: str, start: int) -> int:
    """Where the text of a line begins that starts here."""
    while start < len(text) and text[start] in _SPACES:
        start += 1
    return start


_SPACES = " \t\u3000\u00a0\u2002\u2003\f"
