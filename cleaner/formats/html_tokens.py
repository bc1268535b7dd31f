"""The tokens of an HTML page, each with its place: text, tags, and nothing of what no reader sees.

As the HTML Standard's tokenizer has them (section 13.2.5). The one in the standard library gives no ends of tags, differs from
one patch release to the next, and is quadratic in old ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.patterns import lazily

TEXT, PLAIN, OPEN, CLOSE = range(4)
"""Kinds: text, text without entities, start tag, end tag."""


class Token(NamedTuple):
    """page[start:end]. name: of a tag, in small letters. attributes: as they stand. empty: the tag ends in />."""

    kind: int
    start: int
    end: int
    name: str = ""
    attributes: str = ""
    empty: bool = False


def tokens(page: str, xml: bool = False) -> Iterator[Token]:
    """What stands in a page, in order. Comments, declarations, and what scripts, styles and their like hold are left out.

    xml: the page is read as XML, where /> ends every element and CDATA is text. One quotation mark in a tag that is never closed
    again ends with the tag; a browser would show nothing of what follows."""
    at, end = int(page.startswith("\ufeff")), len(page)
    while at < end:
        less = page.find("<", at)
        if less < 0:
            yield Token(TEXT, at, end)
            return
        if less > at:
            yield Token(TEXT, at, less)
        tag = _TAG.match(page, less)
        if tag is None:
            at, text = _other(page, less, xml)
            if text:
                yield text
            continue
        at = tag.end()
        closing, name, attributes, slash = tag.groups()
        name = name.lower()
        if closing:
            yield Token(CLOSE, less, at, name)
            continue
        empty = slash.endswith("/")
        yield Token(OPEN, less, at, name, attributes, empty)
        if name not in RAW or (xml and empty):
            continue
        stop, after = _raw(page, at, name)
        if name in _SHOWN_RAW and stop > at:
            yield Token(PLAIN, at, stop)
        if stop < after:
            yield Token(CLOSE, stop, after, name)
        at = after


RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"})
"""What they hold is no markup, up to their own end tag."""
_SHOWN_RAW = frozenset({"xmp", "plaintext"})

_SPACE = r"[\t\n\f\r ]"
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTE = rf"(?:[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE})?+)"
ATTRIBUTE = lazily(rf"([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+({_VALUE}))?+")
"""An attribute: its name, and its value with the marks around it."""
_TAG = lazily(rf"<(/?)([A-Za-z][^\t\n\f\r />]*+)({_ATTRIBUTE}*+)([\t\n\f\r /]*+)>")
_COMMENT = lazily(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)


def _other(page: str, less: int, xml: bool) -> tuple[int, Token | None]:
    """What begins with < and is no whole tag: where it ends, and the text that it is or holds."""
    after = page[less + 1 : less + 3]
    if after[:1].isascii() and after[:1].isalpha():
        return len(page), None  # a tag that the page ends in
    if after[:1] == "/":
        if len(after) == 1:
            return less + 2, Token(TEXT, less, less + 2)
        if after[1].isascii() and after[1].isalpha():
            return len(page), None
        return _past(page, ">", less + 2), None
    if after[:1] not in ("!", "?") or not after:
        return less + 1, Token(TEXT, less, less + 1)
    if page.startswith("<!--", less):
        comment = _COMMENT.match(page, less)
        return (comment.end() if comment else len(page)), None
    if xml and page.startswith("<![CDATA[", less):
        stop = page.find("]]>", less)
        stop = len(page) if stop < 0 else stop
        return min(stop + 3, len(page)), Token(PLAIN, less + 9, stop) if stop > less + 9 else None
    return _past(page, ">", less + 1), None


def _past(page: str, mark: str, at: int) -> int:
    found = page.find(mark, at)
    return len(page) if found < 0 else found + len(mark)


def _raw(page: str, at: int, name: str) -> tuple[int, int]:
    """Where the content of such an element ends, and where its end tag does."""
    if name == "plaintext":
        return len(page), len(page)
    stop = _end_of_script(page, at) if name == "script" else None
    if stop is None:
        found = _end_of(name).search(page, at)
        stop = found.start() if found else -1
    if stop < 0:
        return len(page), len(page)
    tag = _TAG.match(page, stop)
    return stop, tag.end() if tag else len(page)


def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)


def _end_of_script(page: str, at: int) -> int | None:
    """Where a script ends that speaks of scripts in a comment of old (<!-- ... <script>); None: where its first end tag stands."""
    escaped = twice = False
    place = at
    while mark := _IN_SCRIPT.search(page, place):
        place = mark.end()
        word = mark[0].lower()
        if word == "<!--":
            if not escaped:
                escaped, place = True, mark.start() + 2  # <!--> opens and closes
        elif word == "-->":
            escaped = twice = False
        elif word == "<script":
            twice = twice or escaped
        elif twice:
            twice = False
        else:
            return mark.start()
    return -1


_IN_SCRIPT = lazily(r"<!--|-->|</?script(?=[\t\n\f\r />])", re.IGNORECASE)
