"""What is prose and what is not: kinds of characters, and the stretches that stay letter for letter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.patterns import lazily
from cleaner.views import code_points

NO_HEADING = 20  # Chinese characters: a line that holds as many, and marks, is no heading
CLAUSE_END = lazily(r"[，、；：,;。！？!?]")

# --- kinds of characters -----------------------------------------------------------------------------------------

# Marks that have two widths, round brackets, Chinese characters, spaces, full-width letters and figures, marks that part clauses, quotes
# and brackets in pairs, Latin letters, what may stand between a sentence and its full stop, what is passed over in looking for the word
# that stands before a mark, or after it.
HALF, BRACKET, HAN, SPACE, WIDE, STOP, PAIR, LETTER, CLOSE, PASSED_LEFT, PASSED_RIGHT = (1 << bit for bit in range(11))
_ASTRAL = "\U00020000"


def is_han(char: str) -> bool:
    """One Chinese character, 〇 included."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇" or "\uf900" <= char <= "\ufaff" or char >= _ASTRAL


class Sight(NamedTuple):
    """A text as arrays. codes, kinds: one for each character; breaks: where \\r or \\n stand; stops: the same, as a list, in which one
    place is found ten times as fast."""

    codes: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint16]
    breaks: npt.NDArray[np.int64]
    stops: list[int]

    def where(self, kind: int) -> npt.NDArray[np.int64]:
        """Where characters of a kind stand."""
        return np.flatnonzero(self.kinds & kind)

    def line(self, i: int) -> tuple[int, int]:
        """The line that holds text[i], without its end."""
        k = bisect_left(self.stops, i)
        start = self.stops[k - 1] + 1 if k else 0
        return start, self.stops[k] if k < len(self.stops) else len(self.codes)

    def han(self, start: int, end: int) -> int:
        """How many Chinese characters text[start:end] holds."""
        return int(np.count_nonzero(self.kinds[start:end] & HAN))


@lru_cache(maxsize=2)
def look(text: str) -> Sight:
    """A text as the arrays that tell kinds of characters and lines."""
    codes = code_points(text)
    breaks = np.flatnonzero((codes == 10) | (codes == 13))
    return Sight(codes, _kinds()[codes], breaks, breaks.tolist())


@cache
def _kinds() -> npt.NDArray[np.uint16]:
    kinds = np.zeros(0x110000, dtype=np.uint16)
    members = (
        (HALF, ",;:!?"),
        (BRACKET, "()"),
        (SPACE, " "),
        (STOP, "，。、；："),
        (PAIR, "“”‘’（）()《》〈〉【】〔〕「」『』"),
        (CLOSE, "”’）)"),
        # Both widths alike, so that mending one mark decides no other.
        (PASSED_LEFT, "”’\"')）]］%％‰℃*,;:!?，；：！？ \t　"),
        (PASSED_RIGHT, "“‘\"'(（[［*,;:!?，；：！？)）”’ \t　"),
    )
    for kind, chars in members:
        for char in chars:
            kinds[ord(char)] |= kind
    for kind, ranges in (
        (HAN, ((0x4E00, 0xA000), (0x3400, 0x4DC0), (0x3007, 0x3008), (0xF900, 0xFB00), (0x20000, 0x110000))),
        (WIDE, ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))),
        (LETTER, ((0x41, 0x5B), (0x61, 0x7B))),
    ):
        for start, end in ranges:
            kinds[start:end] |= kind
    kinds[0xFF0E] |= WIDE
    return kinds


# --- what stays letter for letter --------------------------------------------------------------------------------


class Spans(NamedTuple):
    """Stretches of a text, in order and apart."""

    spans: tuple[tuple[int, int], ...]

    def hold(self, i: int) -> bool:
        """Does text[i] lie in one of them?"""
        k = bisect_right(self.spans, (i, 1 << 62)) - 1 if self.spans else -1
        return k >= 0 and i < self.spans[k][1]

    def within(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Those that touch [start, end)."""
        lo = max(0, bisect_right(self.spans, (start, 1 << 62)) - 1)
        return self.spans[lo : bisect_right(self.spans, (end, 0))]


@lru_cache(maxsize=2)
def verbatim(text: str) -> Spans:
    """What is not prose and stays letter for letter: code, addresses, paths, tags, links, front matter."""
    found = [m.span() for sign, pattern in _VERBATIM if sign in text for m in pattern.finditer(text, 0, _last(sign, text))]
    apart: list[tuple[int, int]] = []
    for start, end in sorted((*found, *fences(text).spans, *_credentials(text))):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return Spans(tuple(apart))


def _credentials(text: str) -> Iterator[tuple[int, int]]:
    """The stretch round a password that is given away: every mark in it may be part of it. 密码 without one is prose."""
    if not any(word in text for word in ("密码", "口令")):
        return
    for m in _PASSWORD.finditer(text):
        lo, hi = max(0, m.start() - _REACH), m.end() + _REACH
        ends = [i for mark in "。\r\n" if (i := text.find(mark, m.end(), hi)) >= 0]
        start = max(text.rfind(mark, lo, m.start()) for mark in "。\r\n") + 1
        stretch = (max(lo, start), min(ends, default=min(hi, len(text))))
        if _CODE_GIVEN.search(text, *stretch):
            yield stretch


_PASSWORD = lazily("密码|口令")
_REACH = 120  # characters of a sentence on either side that are looked at
_CODE_GIVEN = lazily(r"(?<![A-Za-z0-9/-])(?=[A-Za-z0-9]*[@#$&*_]?\d)(?=\d*[A-Za-z])[A-Za-z0-9][A-Za-z0-9@#$&*_]{4,}")


def _last(sign: str, text: str) -> int:
    """Where the last of what a sign opens may end: what is opened after that is never closed, and need not be searched."""
    return text.rfind("-->") + 3 if sign == "<!--" else len(text)


_MAIL = "[A-Za-z0-9._%+-]"
_STATEMENT = r"[^\r\n，。；]"

# Every pattern looks at each character a bounded number of times, wherever it starts.
_VERBATIM = tuple(
    (sign, lazily(pattern, re.DOTALL))
    for sign, pattern in (
        ("---", r"\A\ufeff?---[ \t]*[\r\n]+[A-Za-z_#][^\r\n]*:.*?[\r\n]---(?=[ \t]*(?:[\r\n]|\Z))"),  # front matter
        ("```", r"```.*?```"),
        ("`", r"(?<!`)`[^`\r\n]+`(?!`)"),
        ("<!--", r"<!--.*?-->"),
        ("<", r"</?[A-Za-z][^<>\r\n]*>|<U\+[0-9A-Fa-f]+>"),
        ("://", r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[!-;=?-~]*[A-Za-z0-9/#=&_~-]"),
        ("www.", r"www\.[!-;=?-~]*[A-Za-z0-9/#=&_~-]"),
        ("@", rf"(?<!{_MAIL})(?<!{_MAIL};){_MAIL}++(?:;{_MAIL}++)*+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
        ("](", r"\]\((?:[^()\r\n]|\([^()\r\n]*\))*\)"),
        ("]:", r"(?<![^\r\n])\[[^\]\r\n]+\]:[^\r\n]*"),  # where a link leads
        ("|", r"(?<![^\r\n])[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+(?![^\r\n])"),  # the rule of a table
        (":\\", r"(?<![A-Za-z])[A-Za-z]:\\[^\s，。；“”<>|\"]*"),
        (
            "(",
            r"[a-z_](?<![A-Za-z0-9_.][a-z_])[a-z0-9_.]*+\((?=[^(),\r\n]*,)(?:[^()\r\n，。；]|\([^()\r\n，。；]*\))*+\)",
        ),  # a call: f(甲,乙)
        ("|", r"\((?=[^()|\r\n]*\|)[^()\r\n]*+\)[?*+]?"),  # a choice: (甲|乙)?
        ("$", r"(?<!\\)\$(?=[^\s\d$])(?=[^$\r\n，。；、！？]*[=\\^_])[^$\r\n，。；、！？]++(?<!\s)\$(?!\d)"),  # a formula: $x=(甲,乙)$
        ("SELECT ", rf"(?<![A-Za-z])SELECT\s{_STATEMENT}{{0,300}}?\sFROM\s{_STATEMENT}*"),
        ("INSERT ", rf"(?<![A-Za-z])INSERT INTO\s{_STATEMENT}*"),
        ("UPDATE ", rf"(?<![A-Za-z])UPDATE\s{_STATEMENT}{{0,100}}?\sSET\s{_STATEMENT}*"),
        ("CREATE ", rf"(?<![A-Za-z])CREATE TABLE\s{_STATEMENT}*"),
    )
)


@lru_cache(maxsize=2)
def fences(text: str) -> Spans:
    """Where fenced code stands, from the line that opens it to the end of the line that closes it; a fence that is never
    closed runs to the end."""
    return Spans(tuple(_fenced(text)) if "```" in text or "~~~" in text else ())


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence[1] == opened[1]:
            yield opened.start(), fence.end()
            opened = None
    if opened:
        yield opened.start(), len(text)


def front_matter(text: str) -> Spans:
    """The lines between --- and --- at the head of a text, that say what it is."""
    found = _FRONT_MATTER.match(text) if text.startswith(("---", "\ufeff---")) else None
    return Spans((found.span(),) if found else ())


_FRONT_MATTER = lazily(r"\ufeff?---[ \t]*[\r\n]+[A-Za-z_#][^\r\n]*:.*?[\r\n]---(?=[ \t]*(?:[\r\n]|\Z))", re.DOTALL)


@lru_cache(maxsize=2)
def is_markdown(text: str) -> bool:
    """Does the text hold headings, lists, quotations, links or emphasis as Markdown writes them?"""
    return any(sign in text for sign in "#-*+>`~]|") and _MARKDOWN.search(text) is not None


_MARKDOWN = lazily(r"(?<![^\r\n])(?:#{1,6} |[-*+] |> |```|~~~|\|[ :]?-)|\]\(|\*\*[^*\r\n]+\*\*")

# Of ``` no other may follow in the line: that is code inside a line.
_FENCE = lazily(r"(?:^|(?<=[\r\n]))[ ]{0,3}(```(?=`*[^`\r\n]*(?:[\r\n]|\Z))|~~~)[^\r\n]*")


def data_rows(text: str) -> Spans:
    """Lines that are rows of comma-separated data: neighbours with equally many commas. With no mark of a sentence in them, three
    with short fields, or two with a field that is a bare figure or empty; with such marks, three of which all but the
    first, which is their header, have a bare figure in the same field."""
    if "," not in text:
        return Spans(())
    plain = (row for block in _blocks(text, _ROW) for row in _rows_of(block))
    columned = (row for block in _blocks(text, _ANY_ROW) for row in _columned(block))
    return Spans(tuple(sorted({*plain, *columned})))


def _blocks(text: str, row: re.Pattern[str]) -> Iterator[list[re.Match[str]]]:
    """Neighbouring rows with equally many commas."""
    block: list[re.Match[str]] = []
    for m in row.finditer(text):
        if block and (m.group().count(",") != block[-1].group().count(",") or text[block[-1].end() : m.start()].strip("\r\n")):
            yield block
            block = []
        block.append(m)
    yield block


def _rows_of(block: list[re.Match[str]]) -> list[tuple[int, int]]:
    figures = any(_BARE.search(m.group()) for m in block)
    short = all(len(field.strip()) <= _FIELD for m in block for field in m.group().split(","))
    return [m.span() for m in block] if (figures and len(block) >= 2) or (short and len(block) >= 3) else []


def _columned(block: list[re.Match[str]]) -> list[tuple[int, int]]:
    if len(block) < 3:
        return []
    columns = zip(*(m.group().split(",") for m in block[1:]), strict=True)
    return [m.span() for m in block] if any(all(map(_FIGURE.fullmatch, column)) for column in columns) else []


_ROW = lazily(r"(?<![^\r\n])[^\r\n，。；：！？、“”,]*,[^\r\n，。；：！？、“”,]*,[^\r\n，。；：！？、“”]*(?![^\r\n])")
_ANY_ROW = lazily(r"(?<![^\r\n])[^\r\n,]*,[^\r\n,]*,[^\r\n]*")
_FIELD = 8  # characters: broken lines of a scan have longer clauses
_BARE = lazily(r"(?:^|,)\s*[-+]?[0-9.]*%?\s*(?:,|$)")
_FIGURE = lazily(r"\s*[-+]?[0-9][0-9.]*%?\s*")
