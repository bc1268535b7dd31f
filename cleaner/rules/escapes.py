"""Escapes of other programs that stand in the text instead of the characters they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.entities import html5

from cleaner.language.prose import is_han, verbatim
from cleaner.model import Grade, Hit, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule

# --- ENC104 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC104",
    Grade.SAFE,
    good=[
        "保存在C:\\users\\u3000\\报告.docx",
        "请写`&nbsp;`或`\\u3000`",
        "详见http://www.gov.cn/a?x=1&copy=2&lt;=3",
        "R&D投入、AT&T、A&B;",
        "详见http://www.gov.cn/a?x=1&nbsp=2",
        "表a_x0001_b",
        "U+3000是全角空格",
        "re.sub('\\u3000', '')",
    ],
    bad={
        "<U+00A0>当前位置<U+3000>首页": " 当前位置　首页",
        "一、总体要求&nbsp;&nbsp;指导思想": "一、总体要求  指导思想",
        "&ldquo;一带一路&rdquo;&mdash;&mdash;建设": "“一带一路”——建设",
        "&#12288;&#x3000;各位代表&amp;#12288;：": "　　各位代表　：",
        "\\u3000\\u3000各位代表：\\xa0现在": "　　各位代表： 现在",
        "请予审议。\\n各位代表": "请予审议。\n各位代表",
        "规模&lt;100亿元": "规模<100亿元",
        "<U+7F81>縻": "羁縻",
        "&nbsp&nbsp各位代表_x000D_\n": "  各位代表\n",
    },
)
def literal_escape(text: str) -> Iterator[Hit]:
    """An escape stands in the text instead of the character it means.

    <U+00A0> as R writes it, &nbsp; and &#12288; as in HTML, \\u3000 and \\xa0 as in program text, _x000D_ as in Excel. A no-break
    space becomes a common one. Safe for spaces and marks; unsafe for < and >, letters, \\n, and in documents that hold HTML tags,
    where an entity may be meant. Code, addresses and paths stay.
    """
    if not any(sign in text for sign in ("<U+", "&", "\\", "_x00")):
        return
    spans = verbatim(text)
    tagged = _TAG.search(text) is not None
    line_end = "\r\n" if "\r\n" in text else "\n"
    for m in _ESCAPE.finditer(text):
        start, end = m.span()
        if m.lastgroup == "backslash" and not _in_chinese(text, start, end):
            continue
        if m.lastgroup != "r" and spans.hold(start):
            continue
        new = line_end if m["backslash"] in _LINE_ENDS else _meant(m)
        if new is None:
            continue
        sure = all(char == " " or unicodedata.category(char)[0] in "PZ" for char in new) and new != '"'
        grade = Grade.SAFE if sure and not (tagged and m.lastgroup in ("entity", "bare")) else Grade.UNSAFE
        yield Hit(start, end, new, Why.of("{} stands for {}", m.group(), new if new.strip() else "a space or nothing"), grade)


def _meant(m: re.Match[str]) -> str | None:
    """The text that an escape stands for; None where it stands for none that may be told from the outside."""
    if m.lastgroup == "cell":
        return "" if m["cell"] == "000D" else _shown(int(m["cell"], 16))
    if m.lastgroup in ("entity", "bare"):
        name = m["entity"] or m["bare"]
        if name[0] == "#":
            point = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
            return _shown(point)
        found = html5.get(name + ";", "")
        return _shown(ord(found)) if len(found) == 1 else None
    if m.lastgroup == "r":
        return _shown(int(m["r"], 16))
    return _shown(int(m["backslash"][1:], 16))


def _shown(point: int) -> str | None:
    """The character; common spaces for no-break and narrow ones, nothing for those that are not seen."""
    if point < 0x20 or 0x7F <= point < 0xA0 or 0xD800 <= point < 0xE000 or point > 0x10FFFF or point == 0xFFFD:
        return None
    char = chr(point)
    if point == 0x3000:
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    return None if category[0] in "CZ" or char in "&\\" else char


def _in_chinese(text: str, start: int, end: int) -> bool:
    """Chinese or another escape on one side, and no Latin word, quote or path on either."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    follows = bool(_ESCAPED.search(text, max(0, start - 12), start))
    if before in _OF_CODE or after in _OF_CODE[1:] or (after.isascii() and after.isalpha()):
        return False
    if not follows and before.isascii() and before.isalnum():
        return False
    return follows or bool(_ESCAPE.match(text, end)) or any(is_han(char) or char in _CHINESE_MARKS for char in (before, after) if char)


_OF_CODE = tuple("\\:/'\"`")
_CHINESE_MARKS = "，。、；：！？“”（）《》　"
_LINE_ENDS = ("n", r"r\n")
_TAG = lazily(r"</?(?:p|div|span|br|b|i|a|td|tr|table|strong|em|font|li|ul|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPE = lazily(
    r"<U\+(?P<r>[0-9A-Fa-f]{4,6})>"
    r"|&(?:amp;)*(?P<entity>#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|&(?P<bare>nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|mdash|hellip|middot)(?![A-Za-z0-9;=_])"
    r"|_x(?P<cell>[0-9A-F]{4})_"
    r"|\\(?P<backslash>u[0-9A-Fa-f]{4}|x[aA]0|r\\n|n)"
)
_ESCAPED = lazily(r"(?:\\(?:u[0-9A-Fa-f]{4}|x[aA]0|n)|<U\+[0-9A-Fa-f]{4,6}>|&#?\w{2,10};)$")
