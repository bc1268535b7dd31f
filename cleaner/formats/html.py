"""Pages of HTML: the text that a reader of the page sees, as a script over the page, so that every place leads back.

A block is a line, a row of a table is one, too, its cells parted by a tab; where a cell holds several lines (a table that only
lays out a page), each cell begins a line. Spaces are collapsed as a browser does; of a line end between two Chinese characters
nothing is left (CSS Text 3, 4.1.3). What is not shown is left out: scripts, styles, comments, the title, what is hidden by an
attribute (`hidden`, `display:none`), menus of choices.
"""

from __future__ import annotations

import html.entities
import unicodedata
from functools import lru_cache
from html import unescape
from pathlib import Path

from cleaner.edits import apply
from cleaner.formats import plain
from cleaner.formats.html_elements import BLOCKS, CELLS, TABLED, Elements
from cleaner.formats.html_encoding import said
from cleaner.formats.html_tokens import CLOSE, OPEN, PLAIN, TEXT, Token, tokens
from cleaner.model import Document, Edit, Origin, Script, Source
from cleaner.patterns import lazily
from cleaner.views import paragraphs

CODE = "HTML"
"""Stands in the place of a rule in the edits that make a text of a page."""


def opened(path: Path, keep_bad_bytes: bool) -> tuple[str, Source]:
    """A page, decoded: in what its mark, its head or its bytes say. Raises Unreadable."""
    return plain.read(path, keep_bad_bytes=keep_bad_bytes, said=said)


def document(order: int, name: str, page: str, source: Source) -> Document:
    """The document that a page is."""
    script = read(page, name.lower().endswith(".xhtml"))
    text = apply(page, script)
    return Document(order, name, None, text, paragraphs(text), source, Origin(page, script))


def read(page: str, xml: bool = False) -> Script:
    """The script that makes its text of a page."""
    reading = _Reading(page)
    for token in tokens(page, xml):
        if token.kind == TEXT:
            reading.text(token.start, token.end)
        elif token.kind == OPEN:
            reading.opens(token, xml)
        elif token.kind == CLOSE:
            reading.closes(token.name)
        elif token.kind == PLAIN:
            reading.plain(token.start, token.end)
    return reading.script()


_SPACES = " \t\n\f\r"
_BITS = lazily(r"[ \t\n\f\r]++|[\u00a0\u2002\u2003\u2009\u3000]++|&(?:#[0-9]++;?+|#[xX][0-9a-fA-F]++;?+|[A-Za-z][A-Za-z0-9]{0,31}+;?+)")
_PRE_BITS = lazily(r"[\r\n]++|&(?:#[0-9]++;?+|#[xX][0-9a-fA-F]++;?+|[A-Za-z][A-Za-z0-9]{0,31}+;?+)")
_PLAIN_BITS = lazily(r"[\r\n]++|[^\r\n]++")

_NOTHING, _SPACE, _CELL, _LINE = range(4)


class _Row:
    """A row of a table, as far as it is read. parts: edits that part its cells."""

    __slots__ = ("broken", "outer", "parts", "spoken")

    def __init__(self, outer: _Row | None) -> None:
        self.outer, self.parts = outer, list[int]()
        self.spoken = self.broken = False


class _Reading:
    """A page, read up to some place. `at`: where what was kept of it ends."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.edits: list[Edit] = []
        self.at = int(page.startswith("\ufeff"))
        self.begun = False
        self.pending, self.turned = _NOTHING, False  # what parts what follows from what was kept; is a line end of the page in it?
        self.before = ""  # the last character that was kept
        self.soft: list[tuple[int, bool, int, int, str | None]] = []  # spaces that count where something follows in their line
        self.fresh = False  # nothing stands in this cell yet
        self.row: _Row | None = None
        self.rows: list[_Row | None] = []
        self.elements = Elements()
        self.hidden = self.preformatted = 0  # how many of the elements that are open hide what they hold, or keep its spaces

    def script(self) -> Script:
        """The script, when all is read."""
        old, new = self.page[self.at :], "\n" if self.begun else ""
        if old != new:
            self.edits.append(Edit(self.at, old, new, CODE))
        return tuple(self.edits)

    # --- text ---

    def text(self, start: int, end: int) -> None:
        """Text with entities."""
        if self.hidden:
            return
        page = self.page
        done = start
        for bit in (_PRE_BITS if self.preformatted else _BITS).finditer(page, start, end):
            lo, hi = bit.span()
            if lo > done:
                self.run(done, lo)
            char = page[lo]
            done = hi
            if char == "&":
                new, size = _entity(bit[0])
                done = lo + size
                if size:
                    self.entity(lo, done, new)
                if done < hi:
                    self.run(done, hi)
                    done = hi
            elif char in _SPACES:
                self.space(bit[0])
            else:
                self.soften(lo, hi, None)
        if done < end:
            self.run(done, end)

    def plain(self, start: int, end: int) -> None:
        """Text without entities."""
        if self.hidden:
            return
        for bit in _PLAIN_BITS.finditer(self.page, start, end):
            if bit[0].isspace() and (not self.preformatted or bit[0][0] in "\r\n"):
                self.space(bit[0])
            else:
                self.run(*bit.span())

    def run(self, start: int, end: int) -> None:
        """Characters that stay as they are."""
        if self.preformatted and self.page[start:end].isspace():
            self.soften(start, end, None)
            return
        if self.soft:
            self.harden()
        if self.pending or start != self.at or not self.begun:
            self.part(start, self.page[start])
        self.at = end
        self.before = self.page[end - 1]
        self.fresh = False

    def entity(self, start: int, end: int, new: str) -> None:
        """An entity, and what it stands for."""
        if not new:
            return
        if new in _SPACES:
            self.space(new)
        elif new in "\u00a0\u2002\u2003\u2009\u3000":
            self.soften(start, end, new)
        else:
            if self.soft:
                self.harden()
            self.put(start, end, new)
            self.fresh = False

    def put(self, start: int, end: int, new: str) -> None:
        """Something else in the place of what stands there."""
        if self.pending or start != self.at or not self.begun:
            self.part(start, new[0])
        self.edits.append(Edit(start, self.page[start:end], new, CODE))
        self.at, self.before = end, new[-1]

    def space(self, spaces: str) -> None:
        """Spaces that are one, or none."""
        if self.preformatted and ("\n" in spaces or "\r" in spaces):
            self.breaks()
        elif self.pending == _NOTHING:
            self.pending, self.turned = _SPACE, "\n" in spaces or "\r" in spaces
        elif self.pending == _SPACE:
            self.turned = self.turned or "\n" in spaces or "\r" in spaces

    def soften(self, start: int, end: int, new: str | None) -> None:
        """Spaces that stay, if anything follows in their line."""
        self.soft.append((self.pending, self.turned, start, end, new))
        self.pending = _NOTHING

    def harden(self) -> None:
        """Something followed."""
        after = self.pending, self.turned
        for pending, turned, start, end, new in self.soft:
            self.pending, self.turned = pending, turned
            if new is None:
                if self.pending or start != self.at or not self.begun:
                    self.part(start, self.page[start])
                self.at, self.before = end, self.page[end - 1]
            else:
                self.put(start, end, new)
        self.soft = []
        self.pending, self.turned = after

    def part(self, start: int, char: str) -> None:
        """What parts what was kept from what begins at `start`, with this character."""
        pending, self.pending = self.pending, _NOTHING
        new = ("", " ", "\t", "\n")[pending]
        if not self.begun:
            new, pending, self.begun = "", _LINE, True
        elif pending == _SPACE and self.turned and _wide(self.before) and _wide(char):
            new = ""
        if pending == _LINE:
            self.broken()
        elif pending == _CELL and self.row and self.row.broken:
            new = "\n"
        elif pending == _CELL and self.row:
            self.row.parts.append(len(self.edits))
        row = self.row
        while row and not row.spoken:
            row.spoken, row = True, row.outer
        old = self.page[self.at : start]
        if old != new:
            self.edits.append(Edit(self.at, old, new, CODE))

    def broken(self) -> None:
        """A line ends in rows in which something stands: each of their cells begins a line."""
        row = self.row
        while row and not row.broken:
            if row.spoken:
                row.broken = True
                for n in row.parts:
                    self.edits[n] = self.edits[n]._replace(new="\n")
            row = row.outer

    def breaks(self) -> None:
        """A line ends here, if anything stands in it. The first block in a cell breaks nothing."""
        if not self.fresh:
            self.pending = _LINE
            self.soft = []

    # --- tags ---

    def opens(self, token: Token, xml: bool) -> None:
        """A start tag."""
        if self.elements.opens(token, xml):
            self.lays_out(token.name)
        self.hidden, self.preformatted = self.elements.hidden, self.elements.preformatted

    def lays_out(self, name: str) -> None:
        """What a start tag does to lines."""
        if name in BLOCKS:
            self.breaks()
        elif name in CELLS:
            if self.row is None or (self.rows and self.row is self.rows[-1]):
                self.row = _Row(self.row)
            self.soft = []
            self.pending, self.fresh = (_CELL, True) if self.row.spoken else (_LINE, False)
        elif name in TABLED:
            self.fresh = False
            self.breaks()
            if name == "table":
                self.rows.append(self.row)
            elif name == "tr":
                self.row = _Row(self.rows[-1] if self.rows else None)

    def closes(self, name: str) -> None:
        """An end tag."""
        shown = self.elements.closes(name)
        self.hidden, self.preformatted = self.elements.hidden, self.elements.preformatted
        if not shown:
            return
        if name in BLOCKS:
            self.breaks()
        elif name in TABLED:
            self.fresh = False
            self.breaks()
            if name == "table" and self.rows:
                self.row = self.rows.pop()
            elif name == "tr":
                self.row = self.rows[-1] if self.rows else None


@lru_cache(maxsize=1024)
def _entity(written: str) -> tuple[str, int]:
    """What an entity stands for, and how much of what was written is the entity; 0 where it is none."""
    if written[1] == "#":
        return unescape(written), len(written)
    for end in range(len(written), 2, -1):  # without its semicolon, the longest name
        if new := html.entities.html5.get(written[1:end]):
            return new, end
    return "", 0


def _wide(char: str) -> bool:
    """Is a line end beside it none in the text?"""
    return unicodedata.east_asian_width(char) in "WF" and not "\uac00" <= char <= "\ud7a3"
