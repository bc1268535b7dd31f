"""Text that is broken at the end of every line, as scans and PDF give it: where the lines of one paragraph go on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from cleaner.language.furniture import Page, after_indent
from cleaner.language.seams import BEGINS_ANEW, TABULAR
from cleaner.language.words import word_across
from cleaner.patterns import lazily


class Turn(NamedTuple):
    """text[start:end] stands between two lines of one paragraph, furniture included, and should be `new`. width: of a full line."""

    start: int
    end: int
    new: str
    width: int


_LEAST = 10  # characters of a line that may be full
_MANY = 12  # full lines without an end mark: fewer are no evidence of a width
_SHARE = 0.4  # of the lines that are long enough
_FULL = 0.78  # of the width: lines of a scan vary by the marks in them
_NARROW, _WIDE = 12, 60  # characters of a line on paper
_ENDED = frozenset("。！？：；…!?:;|")
_CLOSED = lazily(r"[。！？…][”’）)》」』]+$")
_NUMERAL = "[一二三四五六七八九十百]"
_ITEM = lazily(
    rf"[（(]{_NUMERAL}{{1,3}}[）)]|{_NUMERAL}{{1,3}}[、.．]|第(?:{_NUMERAL}|\d){{1,5}}[条章节编款部]|[（(\[【〔]?\d{{1,3}}(?:[.．](?!\d)|[、）)\]】〕])"
    r"|[#*•●■◆①-⑳㈠-㈩>|]|[-+] |[-—]\s?\d|注\s*释|附\s*件|附\s*录|目\s*录|[图表]\s?\d|专栏\s?\d|各位|同志们|抄送|主题词"
)


def turns(page: Page) -> Iterator[Turn]:
    """Where a line goes on in the next one. None on a page that is not wrapped."""
    width = width_of(page)
    if not width:
        return
    text = page.text
    found = list(_turns(page, width))
    asked = found[:: max(1, len(found) // _ASKED)]
    cut = sum(word_across(text[max(0, turn.start - 10) : turn.start], text[turn.end : turn.end + 10]) is not None for turn in asked)
    if cut >= _CUT * len(asked):  # the width of a page cuts words; lines of a list hold whole ones
        yield from found


_ASKED = 60  # turns that are looked at for words they cut
_CUT = 0.15  # of them: in wrapped text it is a third


def _turns(page: Page, width: int) -> Iterator[Turn]:
    text, lines = page.text, page.lines
    headed = _indents(page)
    for i, j in pairwise(i for i in range(len(lines)) if i not in page.reasons):
        (start, end, _), (begin, stop, _) = lines[i], lines[j]
        first, second = text[start:end].strip(), text[begin:stop].strip()
        blank = _blank_lines(text, end, begin)
        if (
            visible(first) >= _FULL * width
            and first[-1] not in _ENDED
            and not _CLOSED.search(first)
            and blank <= (j > i + 1)
            and not (headed and after_indent(text, begin) > begin)
            and not page.fences.hold(start)
            and not any(pattern.match(second) for pattern in (_ITEM, BEGINS_ANEW))
            and not any(TABULAR.search(line) for line in (first, second))
            and first[0] not in "#*>|"
        ):
            where = start + len(text[start:end].rstrip()), after_indent(text, begin)
            apart = first[-1].isascii() and second[0].isascii() and (first[-1].isalpha() or second[0].isalpha())
            yield Turn(*where, " " if apart else "", width)


def width_of(page: Page) -> int:
    """The width of the page, in characters: nearly as long as it are most lines that end without a mark. 0 where none is."""
    if len(page.lines) < _MANY:
        return 0
    text = page.text
    long = [line for i, line in enumerate(page.lines) if line.end - line.start >= _LEAST and i not in page.reasons]
    going_on = [line for line in long if text[line.end - 1] not in _ENDED]
    if len(going_on) < _MANY or len(going_on) < 0.3 * len(long):
        return 0
    open_ = sorted(visible(text[line.start : line.end].strip()) for line in going_on)
    width = open_[int(0.8 * len(open_))]
    full = len(open_) - bisect_left(open_, _FULL * width)
    over = len(open_) - bisect_left(open_, 1.25 * width)
    return width if _NARROW <= width <= _WIDE and full >= max(_MANY, _SHARE * len(long)) and over <= 0.05 * len(open_) else 0


def visible(line: str) -> int:
    """How wide a line is, in Chinese characters: what is not wide is half of one."""
    narrow = len(line.encode("ascii", "ignore"))
    return len(line) - narrow // 2


def _indents(page: Page) -> bool:
    """Do its paragraphs begin with an indent? Some lines do, and fewer than half."""
    indented = sum(after_indent(page.text, line.start) > line.start for line in page.lines)
    return 0.03 * len(page.lines) <= indented <= 0.5 * len(page.lines)


def _blank_lines(text: str, start: int, end: int) -> bool:
    """Is there a blank line between?"""
    return len(text[start:end].replace("\r\n", "\n").replace("\r", "\n").split("\n")) > 2
