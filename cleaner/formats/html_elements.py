"""Which elements of a page are open, and whether what they hold is seen: as the HTML Standard's tree construction has it (13.2.6),
as far as it matters for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from html import unescape

from cleaner.formats.html_tokens import ATTRIBUTE, RAW, Token
from cleaner.patterns import lazily


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _named("area base br col embed hr img input link meta param source track wbr frame keygen basefont bgsound command")
_FORMATTING = _named("a b big code em font i nobr s small strike strong tt u")
BLOCKS = _named(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre search section summary ul xmp"
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CELLS = frozenset(("td", "th"))
TABLED = _named("table caption colgroup tbody thead tfoot tr")
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_UNSEEN = frozenset(("template", "select", "datalist", "audio", "video", "canvas", "svg"))
_CLOSE_P = (BLOCKS | {"table"}) - {"br", "body", "html", "optgroup", "option", "legend"}
_SPECIAL = (BLOCKS | TABLED | CELLS | _VOID | RAW | {"applet", "button", "marquee", "object", "select", "template"}) - {"dialog", "option"}
_SCOPE = frozenset(("applet", "caption", "table", "td", "th", "marquee", "object", "template"))
_LISTED = _SPECIAL - {"address", "div", "p"}
_IN_TABLE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("td", "th"), frozenset(("tr", "tbody", "thead", "tfoot", "table", "template"))),
    "tr": frozenset(("tbody", "thead", "tfoot", "table", "template")),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), frozenset(("table", "template"))),
}
"""What stays open when such an element begins."""
_NO_DRAWING = _named(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby"
    " s small span strong strike sub sup table tt u ul var"
)
"""What ends a drawing that was not closed."""
_DEEP = 512  # elements in one another that are told apart; browsers do not tell more
_HIDES, _KEEPS_SPACES = 1, 2
_STYLED = lazily(r"""(?:^|[;\s"'])(?:(display\s*:\s*none)|white-space\s*:\s*(?:pre|break-spaces))""", re.IGNORECASE)


class Elements:
    """hidden, preformatted: how many of those that are open hide what they hold, or keep its spaces."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.flags: list[int] = []
        self.open: Counter[str] = Counter()
        self.hidden = self.preformatted = self.deeper = 0

    def opens(self, token: Token, xml: bool) -> bool:
        """A start tag; is its element seen?"""
        name = token.name
        if self.names and self.implies(name):
            return False
        flags = _HIDES if name in _UNSEEN or (name == "dialog" and "open" not in token.attributes.lower()) else 0
        if name in _PREFORMATTED:
            flags |= _KEEPS_SPACES
        if token.attributes and name not in ("html", "body"):
            flags |= _said(token.attributes)
        seen = not self.hidden and not flags & _HIDES
        ends = name in _VOID or (token.empty and (xml or name == "svg"))
        stray = name in _IN_TABLE and not self.open["table"]
        if ends or stray or name in ("html", "body", "head") or (name in _FORMATTING and not (self.hidden or flags)):
            return seen
        if len(self.names) >= _DEEP:
            self.deeper += 1
            return seen
        self.names.append(name)
        self.flags.append(flags)
        self.open[name] += 1
        self.hidden += flags & _HIDES
        self.preformatted += flags >> 1
        return seen

    def closes(self, name: str) -> bool:
        """An end tag; is it seen?"""
        if name in ("p", "br") and self.open["svg"]:
            self.pop_to(("svg",), _SCOPE)
        seen = not self.hidden
        if self.open[name] or (name in _HEADINGS and any(self.open[heading] for heading in _HEADINGS)):
            self.ends(name)
        elif self.deeper and name not in _FORMATTING:
            self.deeper -= 1
        return seen

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
        elif name in TABLED or name in CELLS:
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
