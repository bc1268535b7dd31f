"""Pages of HTML: the text that a reader of the page sees, as a script over the page, so that every place leads back.

A block is a line, a row of a table is one, too, its cells parted by a tab; where a cell holds several lines (a table that only
lays out a page), each cell begins a line. Spaces are collapsed as a browser does; of a line end between two Chinese characters
nothing is left (CSS Text 3, 4.1.3). What is not shown is left out: scripts, styles, comments, the title, what is hidden by an
attribute (`hidden`, `display:none`), menus of choices.
"""

from __future__ import annotations

import html.entities
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from html import unescape

from cleaner.edits import apply
from cleaner.formats.html_tokens import ATTRIBUTE, CLOSE, OPEN, PLAIN, RAW, TEXT, Token, tokens
from cleaner.model import Document, Edit, Origin, Script, Source
from cleaner.views import paragraphs

CODE = "HTML"
"""Stands in the place of a rule in the edits that make a text of a page."""


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


_VOID = frozenset("area base br col embed hr img input link meta param source track wbr frame keygen basefont bgsound command".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre search section summary ul xmp".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("td", "th"))
_TABLED = frozenset("table caption colgroup tbody thead tfoot tr".split())
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_UNSEEN = frozenset(("template", "select", "datalist", "audio", "video", "canvas", "svg"))
_CLOSE_P = (_BLOCKS | {"table"}) - {"br", "body", "html", "optgroup", "option", "legend"}
_SPECIAL = (_BLOCKS | _TABLED | _CELLS | _VOID | RAW | {"applet", "button", "marquee", "object", "select", "template"}) - {"dialog", "option"}
_SCOPE = frozenset(("applet", "caption", "table", "td", "th", "marquee", "object", "template"))
_LISTED = _SPECIAL - {"address", "div", "p"}
_IN_TABLE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("td", "th"), frozenset(("tr", "tbody", "thead", "tfoot", "table", "template"))),
    "tr": frozenset(("tbody", "thead", "tfoot", "table", "template")),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), frozenset(("table", "template"))),
}
"""What stays open when such an element begins."""
_NO_DRAWING = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby"
    " s small span strong strike sub sup table tt u ul var".split()
)
"""What ends a drawing that was not closed."""
_DEEP = 512  # elements in one another that are told apart; browsers do not tell more

_SPACES = " \t\n\f\r"
_BITS = re.compile(r"[ \t\n\f\r]++|[\u00a0\u2002\u2003\u2009\u3000]++|&(?:#[0-9]++;?+|#[xX][0-9a-fA-F]++;?+|[A-Za-z][A-Za-z0-9]{0,31}+;?+)")
_PRE_BITS = re.compile(r"[\r\n]++|&(?:#[0-9]++;?+|#[xX][0-9a-fA-F]++;?+|[A-Za-z][A-Za-z0-9]{0,31}+;?+)")
_PLAIN_BITS = re.compile(r"[\r\n]++|[^\r\n]++")
_STYLED = re.compile(r"""(?:^|[;\s"'])(?:(display\s*:\s*none)|white-space\s*:\s*(?:pre|break-spaces))""", re.IGNORECASE)

_NOTHING, _SPACE, _CELL, _LINE = range(4)
_HIDES, _KEEPS_SPACES = 1, 2


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
        self.names: list[str] = []  # of the elements that are open, and what each of them does
        self.flags: list[int] = []
        self.open: Counter[str] = Counter()
        self.hidden = self.preformatted = self.deeper = 0

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
        name = token.name
        if self.names and self.implies(name):
            return
        flags = _HIDES if name in _UNSEEN or (name == "dialog" and "open" not in token.attributes.lower()) else 0
        if name in _PREFORMATTED:
            flags |= _KEEPS_SPACES
        if token.attributes and name not in ("html", "body"):
            flags |= _said(token.attributes)
        ends = name in _VOID or (token.empty and (xml or name == "svg"))
        if not self.hidden and not flags & _HIDES:
            self.lays_out(name)
        stray = name in _IN_TABLE and not self.open["table"]
        if ends or stray or name in ("html", "body", "head") or (name in _FORMATTING and not (self.hidden or flags)):
            return
        if len(self.names) >= _DEEP:
            self.deeper += 1
            return
        self.names.append(name)
        self.flags.append(flags)
        self.open[name] += 1
        self.hidden += flags & _HIDES
        self.preformatted += flags >> 1

    def lays_out(self, name: str) -> None:
        """What a start tag does to lines."""
        if name in _BLOCKS:
            self.breaks()
        elif name in _CELLS:
            if self.row is None or (self.rows and self.row is self.rows[-1]):
                self.row = _Row(self.row)
            self.soft = []
            self.pending, self.fresh = (_CELL, True) if self.row.spoken else (_LINE, False)
        elif name in _TABLED:
            self.fresh = False
            self.breaks()
            if name == "table":
                self.rows.append(self.row)
            elif name == "tr":
                self.row = _Row(self.rows[-1] if self.rows else None)

    def closes(self, name: str) -> None:
        """An end tag."""
        if name in ("p", "br") and self.open["svg"]:
            self.pop_to(("svg",), _SCOPE)
        unseen = self.hidden
        if self.open[name] or (name in _HEADINGS and any(self.open[heading] for heading in _HEADINGS)):
            self.ends(name)
        elif self.deeper and name not in _FORMATTING:
            self.deeper -= 1
        if unseen:
            return
        if name in _BLOCKS:
            self.breaks()
        elif name in _TABLED:
            self.fresh = False
            self.breaks()
            if name == "table" and self.rows:
                self.row = self.rows.pop()
            elif name == "tr":
                self.row = self.rows[-1] if self.rows else None

    # --- which elements are open ---

    def implies(self, name: str) -> bool:
        """What a start tag ends; is that all it does?"""
        if name == "form" and self.open["form"]:
            return True
        if name in _NO_DRAWING and self.open["svg"]:
            self.pop_to(("svg",), _SCOPE)
        if name in _CLOSE_P and self.open["p"]:
            self.pop_to(("p",), _SCOPE | {"button"})
        if name == "li" and self.open["li"]:
            self.pop_to(("li",), _LISTED)
        elif name in ("dd", "dt") and (self.open["dd"] or self.open["dt"]):
            self.pop_to(("dd", "dt"), _LISTED)
        elif name in _HEADINGS and self.names and self.names[-1] in _HEADINGS:
            self.pop(len(self.names) - 1)
        elif name in _IN_TABLE and self.open["table"]:
            stays = _IN_TABLE[name]
            keep = next((n for n in range(len(self.names) - 1, -1, -1) if self.names[n] in stays), -1)
            self.pop(keep + 1)
        elif name == "button" and self.open["button"]:
            self.pop_to(("button",), _SCOPE)
        elif name in ("select", "input", "textarea") and self.open["select"]:
            self.pop_to(("select",), _SCOPE)
            return name == "select"
        return False

    def ends(self, name: str) -> None:
        """What an end tag ends."""
        if name in _HEADINGS:
            self.pop_to(_HEADINGS, _SCOPE)
        elif name in _FORMATTING:
            self.takes_out(name)
        elif name in _TABLED or name in _CELLS:
            self.pop_to((name,), frozenset(("table", "template")))
        elif name in ("p", "li"):
            self.pop_to((name,), _SCOPE | ({"button"} if name == "p" else {"ol", "ul"}))
        else:
            self.pop_to((name,), _SCOPE if name in _SPECIAL else _SPECIAL)

    def pop_to(self, names: Collection[str], barrier: frozenset[str]) -> None:
        """End the innermost element of these names, and what is in it; not beyond a barrier."""
        for n in range(len(self.names) - 1, -1, -1):
            if self.names[n] in names:
                self.pop(n)
                return
            if self.names[n] in barrier:
                return

    def pop(self, n: int) -> None:
        """End all elements from the nth on."""
        for name, flags in zip(self.names[n:], self.flags[n:]):
            self.open[name] -= 1
            self.hidden -= flags & _HIDES
            self.preformatted -= flags >> 1
        del self.names[n:], self.flags[n:]

    def takes_out(self, name: str) -> None:
        """End one element that may overlap with others."""
        for n in range(len(self.names) - 1, -1, -1):
            if self.names[n] == name:
                self.open[name] -= 1
                self.hidden -= self.flags[n] & _HIDES
                self.preformatted -= self.flags[n] >> 1
                del self.names[n], self.flags[n]
                return
            if self.names[n] in _SCOPE:
                return


def _said(attributes: str) -> int:
    """What the attributes of an element do: hide it, keep its spaces."""
    small = attributes.lower()
    if "hidden" not in small and "style" not in small:
        return 0
    flags = 0
    for name, value in ATTRIBUTE.findall(small):
        if name == "hidden":
            flags |= _HIDES
        elif name == "style":
            for hides in _STYLED.findall(unescape(value)):
                flags |= _HIDES if hides else _KEEPS_SPACES
    return flags


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
