"""What a line looks like: its place among the furniture of a page, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from cleaner.language import lexicon

PLACES = ("page", "folio", "web", "credit", "edge", "within", "end", "filler")
"""What kinds of patterns there are for whole lines, in the order in which they are asked.

page, a line from paper; folio, a bare 第3页; web, a line from a web page; credit, who edited the page; edge, furniture near the head
or foot, or where it interrupts running text; within, where it interrupts running text, or beside certain furniture; end,
with no text after it; filler, beside a line that goes for the same reason."""


class Name(NamedTuple):
    """What a line looks like: its place among the furniture, and why. words: the words of a menu it holds."""

    place: str
    reason: str
    words: frozenset[str] = frozenset()


class Row(NamedTuple):
    """A row of data/furniture.csv. place: what kind of line its pattern is of: one of PLACES, or

    inline, brackets inside or at the edge of a line; menu, words that go from a menu; site, names of the parts of a web
    site; size, tool, more words. Patterns name words as <tool>, <menu>, <site> and <size>; a line of one size is a filler.
    needs: characters of which a line that fits holds one, and others, after a space, of which it holds one, too
    (language/needed.py); "": of this nothing is known. only: all characters of which a line that fits is made; "": of any."""

    place: str
    pattern: str
    reason: str
    needs: str = ""
    only: str = ""


def name_of(squeezed: str) -> Name | None:
    """What a line looks like that is written as the patterns are."""
    if not squeezed.strip("[]()|>×"):
        return Name("menu", _reason_of("menu"))
    row = _whole_lines().fitting(squeezed)
    if row is None:
        return None
    if row.place in ("menu", "site"):
        words = frozenset(_word().findall(squeezed))
        return Name(row.place, row.reason, words)
    return Name("filler" if row.place == "size" else row.place, row.reason)


def inline_reason(squeezed: str) -> str | None:
    """Why what stands in brackets is furniture, inside a line."""
    row = _inline().fitting(squeezed)
    return row and row.reason


@cache
def reason_of_credits() -> str:
    """Why lines that name editors are furniture."""
    return _reason_of("credit")


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(Row(**row) for row in lexicon.rows("furniture.csv"))


def _reason_of(place: str) -> str:
    return next(row.reason for row in _rows() if row.place == place)


class _Forms:
    """What a line may be, in the order in which that is asked. Few lines hold what a pattern needs: the others are not asked, and
    a pattern is compiled when it is."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self.patterns: dict[int, re.Pattern[str]] = {}
        self.always = [n for n, row in enumerate(self.rows) if not row.needs]
        self.needing: dict[str, list[int]] = {}
        self.besides = [row.needs.split(" ")[1:] for row in self.rows]
        self.only = [frozenset(row.only) for row in self.rows]
        for n, row in enumerate(self.rows):
            for char in row.needs.partition(" ")[0]:
                self.needing.setdefault(char, []).append(n)

    def fitting(self, squeezed: str) -> Row | None:
        """The first that all of a line fits."""
        held = set(squeezed)
        may = {n for char in held for n in self.needing.get(char, ())}
        for n in sorted(may.union(self.always)):
            may_fit = not any(map(held.isdisjoint, self.besides[n])) and (not self.only[n] or held <= self.only[n])
            if may_fit and self._pattern(n).fullmatch(squeezed):
                return self.rows[n]
        return None

    def _pattern(self, n: int) -> re.Pattern[str]:
        if n not in self.patterns:
            self.patterns[n] = re.compile(expanded(self.rows[n].pattern))
        return self.patterns[n]


@cache
def _whole_lines() -> _Forms:
    """Everything that a line can be."""
    rows = [row for place in PLACES for row in _rows() if row.place == place]
    rows.insert(
        next(i for i, row in enumerate(rows) if row.place == "end"),
        _of_words(r"[\[\]()|×:]*(?:(?:<tool>|<menu>)[\[\]()|×:]*)++", "menu", "tool"),
    )
    rows.append(_of_words(r"[\[\]()|×·/]*(?:(?:<tool>|<menu>|<site>)[\[\]()|×·/:]*)++", "site", "menu", "tool"))
    rows.append(_of_words("<size>", "size"))
    return _Forms(rows)


def _of_words(pattern: str, *places: str) -> Row:
    """A line of words, and of marks between them."""
    words = [row.pattern for row in _rows() if row.place in places]
    return Row(places[0], pattern, _reason_of(places[0]), "".join({word[0] for word in words}), "".join({*"".join(words), *"[]()|×·/:"}))


@cache
def _inline() -> _Forms:
    return _Forms(row for row in _rows() if row.place == "inline")


def expanded(pattern: str) -> str:
    """A pattern with the words that it names."""
    for name in ("tool", "menu", "site", "size"):
        pattern = pattern.replace(f"<{name}>", f"(?:{_any_of(name)})") if f"<{name}>" in pattern else pattern
    return pattern


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"{_any_of('tool', 'menu', 'site')}")


@cache
def _any_of(*places: str) -> str:
    words = sorted({row.pattern for row in _rows() if row.place in places}, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))


# Patterns are written once for all widths: spaces gone, full-width forms as their ASCII, one form for dashes and arrows.
_SQUEEZE: dict[int, str | int | None] = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_SQUEEZE |= dict.fromkeys(map(ord, " \t\u3000\u00a0\u2002\u2003\u2009\ufeff\u200b"), None)
_SQUEEZE |= dict.fromkeys(map(ord, "—–─―－−‐‑﹣"), "-") | dict.fromkeys(map(ord, "»›→▸＞》"), ">") | dict.fromkeys(map(ord, "«‹←《"), "<")
_SQUEEZE |= dict.fromkeys(map(ord, "【〔［〖"), "[") | dict.fromkeys(map(ord, "】〕］〗"), "]")
_SQUEEZE |= dict.fromkeys(map(ord, "｜│丨"), "|") | dict.fromkeys(map(ord, "•・∙"), "·") | {ord("∶"): ":", ord("～"): "~"}


def squeezed(line: str) -> str:
    """A line as the patterns are written: without spaces, narrow, in small letters."""
    return line.translate(_SQUEEZE).lower()
