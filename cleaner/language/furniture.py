"""Page furniture: what in a text belongs to the newspaper or the web page that it was taken from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from cleaner.language.lines import Name, inline_reason, name_of, squeezed
from cleaner.language.prose import Spans, fences, front_matter
from cleaner.language.running import heads
from cleaner.language.standing import ENDS_A_SENTENCE, LONGEST, following, is_doubted, runs
from cleaner.model import Paragraph
from cleaner.patterns import lazily
from cleaner.views import Tables, among, in_a_row, paragraphs

LINE_END = lazily(r"\r\n|\r|\n")


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

    def cut(self, first: int, last: int) -> tuple[int, int]:
        """What goes with lines first to last, so that their neighbours keep the wider of the two gaps."""
        if first > 0 and (last + 1 == len(self.lines) or self.gap(last) > self.gap(first - 1)):
            return self.lines[first - 1].end, self.lines[last].end
        return self.lines[first].start, self.next_start(last)


@lru_cache(maxsize=4)
def page_of(text: str) -> Page:
    """Read a text as a page."""
    lines = _lines(text)
    code = Spans((*front_matter(text).spans, *fences(text).spans))
    marks = tuple(m for m in _marks(text, lines) if not code.hold(m.start))
    named = _named_lines(text, lines, marks)
    if code.spans:
        named = {i: name for i, name in named.items() if not code.hold(lines[i].start)}
    furniture, reasons = runs(text, lines, named)
    gone = {i for first, last in furniture for i in range(first, last + 1)}
    starts = [line.start for line in lines] if marks else []
    marks = tuple(m for m in marks if bisect_right(starts, m.start) - 1 not in gone)
    doubted = frozenset(run[0] for run in furniture if is_doubted(text, lines, named, run))
    return Page(text, lines, furniture, doubted, reasons, marks, code)


def _lines(text: str) -> tuple[Paragraph, ...]:
    """Only the first and the last paragraph can be blank."""
    lines = paragraphs(text)
    first = bool(lines) and not text[lines[0].start : lines[0].end].strip()
    last = len(lines) > first and not text[lines[-1].start : lines[-1].end].strip()
    return lines[first : len(lines) - last] if first or last else lines


_BULLETS = "△▲▶►★☆◆■●※"
_BRACKETED = lazily("[" + _BULLETS + r"]?[(（\[【〔［]([^()（）\[\]【】〔〕［］\r\n。；]{2,30})[)）\]】〕］]")
_OF_A_MARK = lazily(r"[版页面]|字[号体]|打印|关闭|窗口|收藏|返回|分享")


@cache
def _opens() -> Tables:
    """A bracket, and what stands first in it where it is furniture: most brackets are text, and need no look."""
    return among("(（[【〔［", "紧续上下接转选阅浏文正字打关加收设返回网我无一分保 \t\u3000\u00a0\u2002\u2003")


_QUOTES = '“"「『‘'


def _marks(text: str, lines: Sequence[Paragraph]) -> Iterator[Mark]:
    """Furniture in brackets, wherever it stands; what is quoted is spoken of, and stays."""
    found = [
        (mark.start(), mark.end(), reason)
        for place in in_a_row(text, _opens())
        if (mark := _BRACKETED.match(text, place - (place > 0 and text[place - 1] in _BULLETS)))
        and _OF_A_MARK.search(mark[1])
        and (reason := inline_reason(squeezed(mark[0]))) is not None
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


def _named_lines(text: str, lines: Sequence[Paragraph], marks: Sequence[Mark]) -> dict[int, Name]:
    """The lines that look like furniture, and as what."""
    open_ = [i for i, (start, end, _) in enumerate(lines) if end - start <= LONGEST and text[end - 1] not in ENDS_A_SENTENCE]
    named = {}
    for i in open_:
        start, end, _ = lines[i]
        if text[start] == "|" and text[end - 1] == "|" and end > start + 1:  # a row of a table
            continue
        if not _ITEM.match(text, start) and (name := _name_of(text[start:end])):
            named[i] = name
    for i, (bare, reason) in _without(text, lines, marks).items():
        if i not in named and (name := _name_of(bare) if bare else Name("page", reason)):
            named[i] = name
    named |= following(text, lines, named)
    return named | heads(text, lines, [i for i in open_ if i not in named], named)


@lru_cache(maxsize=1 << 14)
def _name_of(line: str) -> Name | None:
    return name_of(squeezed(line))


_ITEM = lazily(r"[ \t\u3000\u00a0]*+(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十百千零0-9]{1,6}[条章节编款]|——)")


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


def after_indent(text: str, start: int) -> int:
    """Where the text of a line begins that starts here."""
    while start < len(text) and text[start] in _SPACES:
        start += 1
    return start


_SPACES = " \t\u3000\u00a0\u2002\u2003\f"
