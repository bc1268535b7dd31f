"""Encodings: characters that a reader does not see, or that are not what they look like, and text that was decoded wrongly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from html.entities import html5

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.language.mojibake import misread
from cleaner.language.prose import is_han, verbatim
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule
from cleaner.views import code_points

# --- ENC101 ------------------------------------------------------------------------------------------------------


@rule("ENC101", Grade.NONE, level=Level.ERROR, good=["总书记", "𠮷林"], bad={"总书\udce8\udcae": None})
def undecodable_bytes(text: str) -> Iterator[Hit]:
    """Some bytes do not decode.

    They stand in the text as lone surrogates, U+DC80 to U+DCFF, one for each byte. What they were is not known: another
    encoding, or a file that was cut in the middle of a character.
    """
    for start, end in _runs(text, _SURROGATE):
        shown = " ".join(f"{ord(char) & 0xFF:02X}" for char in text[start : min(end, start + 8)])
        yield Hit(start, end, None, Why.of("bytes that do not decode: {}", shown))


# --- ENC102 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC102",
    Grade.SAFE,
    together=True,
    good=[
        "👨\u200d👩\u200d👧一家、☎\ufe0f电话、🏳\ufe0f\u200d🌈",
        "葛\U000e0100城市、辻\ufe00",
        "ئۇيغۇر\u200cچە، می\u200cخواهم",
        "\u202bמשפט\u202c 是希伯来文",
        "ไทย\u200bแลนด์",
        "总　则 100\u00a0亿元",
    ],
    bad={
        "总书\u200b记": "总书记",
        "推动\u200d高质\u00ad量\u2060发展\ufeff。": "推动高质量发展。",
        "第一条\u200e\u202a为了\u202c": "第一条为了",
        "\u200b": "",
    },
)
def invisible_character(text: str) -> Iterator[Hit]:
    """An invisible character stands in the text.

    Zero-width spaces and joiners, soft hyphens, byte order marks inside the text, controls of direction: format characters (category
    Cf) that do nothing in Chinese but break searching and comparing. They stay between emoji and in scripts that need them (Arabic,
    Indic, Thai, Mongolian …), in text that runs from right to left, and the byte order mark stays at the very beginning. Variation
    selectors are no fault: 葛 with one is another glyph.
    """
    sight = _look(text)
    runs = _runs(text, _INVISIBLE)
    if not runs:
        return
    right_to_left = bool((sight & _RIGHT_TO_LEFT).any())
    for start, end in runs:
        around = text[max(0, start - 1) : start] + text[end : end + 1]
        if any(map(_joins, around)):
            continue
        emoji = any(map(_is_emoji, around))
        for i in range(start, end):
            char = text[i]
            needed = emoji and (char in _TAGS or (char in "\u200c\u200d" and len(around) == 2))
            if not (needed or (char == "\ufeff" and i == 0) or (right_to_left and char in _DIRECTIONS)):
                yield Hit(i, i + 1, "", _named(char))


def _is_emoji(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001faff" or "\u2190" <= char <= "\u2bff" or char == "\ufe0f"


def _joins(char: str) -> bool:
    """A letter of the scripts from Hebrew to Mongolian, which shape their letters by their neighbours."""
    return "\u0590" <= char <= "\u18af" or "\ua800" <= char <= "\uabff" or "\ufb1d" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"


@cache
def _named(char: str) -> Why:
    return Why.of("invisible: U+{:04X} {}", ord(char), unicodedata.name(char, "unnamed"))


_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TAGS = frozenset(map(chr, range(0xE0000, 0xE0080)))

# --- ENC103 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC103",
    Grade.SAFE,
    together=True,
    good=["Ⅲ类水质、①②③、㎡、℃、㈠", "二〇二四年", "部首：⼀⼁⼂⼃⼄", "⼈、⼤、⼯、⽅", "“⼈”部的字", "﨑、﨟"],
    bad={
        "⼈⼤代表": "人大代表",
        "⼆、⽬标任务": "二、目标任务",
        "⻓江⻰头企业、⺠⽣": "长江龙头企业、民生",
        "\uf90a融、\uf9d1家": "金融、六家",
    },
)
def look_alike_character(text: str) -> Iterator[Hit]:
    """A character only looks like the one that is meant.

    Kangxi radicals (⼈ U+2F08 for 人) and radicals of the supplement, which PDF text layers give for common characters, and
    compatibility ideographs (U+F90A for 金). Mapped where Unicode maps them one to one, and by data/look-alikes.csv. Ⅲ ① ㎡ ℃ are
    characters of their own; lists of radicals stay.
    """
    sight = _look(text)
    at = np.flatnonzero(sight & _LOOK_ALIKE)
    if not at.size:
        return
    table = _look_alikes()
    listed: dict[tuple[int, int], bool] = {}
    for i in at.tolist():
        if unicodedata.category(text[i]) == "So":
            about = _about(text, i)
            if about not in listed:
                listed[about] = _lists_radicals(text[slice(*about)])
            if listed[about]:
                continue
        yield Hit(i, i + 1, table[text[i]], Why.of("U+{:04X} {} looks like {}", ord(text[i]), text[i], table[text[i]]))


def _about(text: str, i: int) -> tuple[int, int]:
    """The line that holds text[i]; of a long one the stretch about it, the same for neighbours."""
    near = i - i % _NEAR
    start = max(text.rfind("\n", max(0, near - _NEAR), i), text.rfind("\r", max(0, near - _NEAR), i), near - _NEAR - 1) + 1
    end = _LINE_END.search(text, i, near + 2 * _NEAR)
    return start, end.start() if end else near + 2 * _NEAR


def _lists_radicals(line: str) -> bool:
    """Are radicals spoken of as such? They stand alone, or the line speaks of them."""
    return bool(_OF_RADICALS.search(line)) or len(_ALONE.findall(line)) >= 3


_NEAR = 400  # characters
_LINE_END = re.compile(r"[\r\n]")
_OF_RADICALS = re.compile(r"部首|偏旁|康熙|[Rr]adical|[\u2e80-\u2fd5][”’」』》]?部")
_ALONE = re.compile(r"(?<![^\s、，,|/])[\u2e80-\u2fd5](?![^\s、，,|/])")


@cache
def _look_alikes() -> dict[str, str]:
    listed = {row["char"]: row["standard"] for row in lexicon.rows("look-alikes.csv")}
    points = (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
    mapped = {chr(point): unicodedata.normalize("NFKC", chr(point)) for point in points}
    return {char: standard for char, standard in mapped.items() if standard != char and len(standard) == 1} | listed


# --- ENC104 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC104",
    Grade.SAFE,
    good=[
        "保存在C:\\users\\u3000\\报告.docx",
        "请写`&nbsp;`或`\\u3000`",
        "详见http://www.gov.cn/a?x=1&copy=2&lt;=3",
        "R&D投入、AT&T、A&B;",
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
    },
)
def literal_escape(text: str) -> Iterator[Hit]:
    """An escape stands in the text instead of the character it means.

    <U+00A0> as R writes it, &nbsp; and &#12288; as in HTML, \\u3000 and \\xa0 as in program text. A no-break space becomes a common
    one. Safe for spaces and marks; unsafe for < and >, letters, \\n, and in documents that hold HTML tags, where an entity may be
    meant. Code, addresses and paths stay.
    """
    if not any(sign in text for sign in ("<U+", "&", "\\")):
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
        grade = Grade.SAFE if sure and not (tagged and m.lastgroup == "entity") else Grade.UNSAFE
        yield Hit(start, end, new, Why.of("{} stands for {}", m.group(), new if new.strip() else "a space or nothing"), grade)


def _meant(m: re.Match[str]) -> str | None:
    """The text that an escape stands for; None where it stands for none that may be told from the outside."""
    if m.lastgroup == "entity":
        name = m["entity"]
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
_TAG = re.compile(r"</?(?:p|div|span|br|b|i|a|td|tr|table|strong|em|font|li|ul|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPE = re.compile(
    r"<U\+(?P<r>[0-9A-Fa-f]{4,6})>"
    r"|&(?:amp;)*(?P<entity>#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|\\(?P<backslash>u[0-9A-Fa-f]{4}|x[aA]0|r\\n|n)"
)
_ESCAPED = re.compile(r"(?:\\(?:u[0-9A-Fa-f]{4}|x[aA]0|n)|<U\+[0-9A-Fa-f]{4,6}>|&#?\w{2,10};)$")

# --- ENC105 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC105",
    Grade.UNSAFE,
    level=Level.ERROR,
    good=[
        "漓江、漳州、浈江、洮河、涞源",
        "瀍涧、溱洧、濉溪、滹沱河",
        "鎏金、銮驾、鑫鑫",
        "café、São Paulo、naïve、Ångström",
        "Ø20、±5℃、µm、25°C、×3",
        "总书记",
    ],
    bad={
        "鏀垮簻宸ヤ綔鎶ュ憡": "政府工作报告",
        "坚持绉戞妧鍒涙柊，增长3.6%": "坚持科技创新，增长3.6%",
        "鎬讳功璁": None,
        "æ€»ä¹¦è®°": "总书记",
        "å\x8f\x91å±\x95è§\x84å\x88\x92": "发展规划",
        "·¢Õ¹¹æ»®": "发展规划",
    },
)
def mojibake(text: str) -> Iterator[Hit]:
    """Text was decoded with the wrong encoding.

    UTF-8 read as GBK (鎬讳功璁 for 总书记) or as Latin-1 (æ€» for 总), GBK read as Latin-1 (ÖÐ for 中). A run is encoded back and
    decoded rightly; where that gives common Chinese to the last byte it is the fix, and where bytes were lost on the way it is only
    told. Method: ftfy's round trip, extended to GBK.
    """
    for start, end, right, why in misread(text):
        yield Hit(start, end, right, why)


# --- ENC106 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC106",
    Grade.UNSAFE,
    together=True,
    good=["第一条\t为了\f第二页", "总\u3000则\u00a0", "\r\n", "𠮷、㐀"],
    bad={"总书\x00记": "总书记", "总书\x08记": "总书记", "第一条\x0b为了": None, "第一条\ue004为了": None, "第一条\u2028为了\x85": None},
)
def control_character(text: str) -> Iterator[Hit]:
    """A control character or one of private use stands in the text.

    NUL is removed safely; other controls (C0 but tab, line ends and form feed; DEL) unsafely. Only told: line ends that are none
    here (vertical tab, U+0085, U+2028, U+2029), C1 controls, which a wrong decoding leaves, and characters of private use, for
    which another font had a glyph: a figure or a mark may be lost.
    """
    for start, end in _runs(text, _CONTROL):
        for i in range(start, end):
            char = text[i]
            if char in "\x0b\x85\u2028\u2029":
                yield Hit(i, i + 1, None, Why.of("a line end of another kind: U+{:04X}", ord(char)))
            elif char < "\x80":
                yield Hit(i, i + 1, "", Why.of("control character U+{:04X}", ord(char)), Grade.SAFE if char == "\0" else None)
            elif char < "\xa0":
                yield Hit(i, i + 1, None, Why.of("control character U+{:04X}", ord(char)))
            else:
                yield Hit(i, i + 1, None, Why.of("U+{:04X} is of private use: what it showed is not known", ord(char)))


# --- ENC107 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC107",
    Grade.NONE,
    level=Level.ERROR,
    good=["怎么办？？？", "真的吗???", "锟铻", "屯田、屯兵", "烫金", "代号??", "(???)"],
    bad={"总书\ufffd\ufffd": None, "锟斤拷锟斤拷": None, "烫烫烫烫": None, "屯屯屯": None, "坚持????发展": None},
)
def lost_text(text: str) -> Iterator[Hit]:
    """Text is lost: what stands here is what a failed conversion leaves.

    U+FFFD, 锟斤拷 (U+FFFD as UTF-8 read as GBK), 烫烫烫 and 屯屯屯 (memory that was never written), rows of ? between Chinese
    characters. It has to be taken from the source again.
    """
    if not any(sign in text for sign in ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯", "???")):
        return
    for m in _LOST.finditer(text):
        yield Hit(m.start(), m.end(), None, Why.of("text is lost here: {} ×{}", m.group()[0], m.end() - m.start()))


_LOST = re.compile(r"\ufffd+|(?:锟斤拷)+锟?|烫{3,}|屯{3,}|(?<=[\u4e00-\u9fff])\?{3,}(?=[\u4e00-\u9fff])")

# --- What the rules share ----------------------------------------------------------------------------------------

_SURROGATE, _INVISIBLE, _LOOK_ALIKE, _CONTROL, _RIGHT_TO_LEFT = (1 << bit for bit in range(5))


@lru_cache(maxsize=2)
def _look(text: str) -> npt.NDArray[np.uint8]:
    """What kind each character is of."""
    return _kinds()[code_points(text)]


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(0x110000, dtype=np.uint8)
    kinds[0xD800:0xE000] |= _SURROGATE
    for point in (*range(0x00AD, 0x3000), *range(0xFE00, 0x10000), *range(0xE0000, 0xE0080)):
        if unicodedata.category(chr(point)) == "Cf":
            kinds[point] |= _INVISIBLE
    kinds[[ord(char) for char in _look_alikes()]] |= _LOOK_ALIKE
    for start, end in ((0, 9), (0xB, 0xC), (0xE, 0x20), (0x7F, 0xA0), (0x2028, 0x202A), (0xE000, 0xF900), (0xF0000, 0x110000)):
        kinds[start:end] |= _CONTROL
    for start, end in ((0x590, 0x900), (0xFB1D, 0xFE00), (0xFE70, 0xFEFD), (0x10800, 0x11000), (0x1E800, 0x1F000)):
        kinds[start:end] |= _RIGHT_TO_LEFT
    return kinds


def _runs(text: str, kind: int) -> list[tuple[int, int]]:
    """Stretches of characters of a kind: [start, end)."""
    at = np.flatnonzero(_look(text) & kind)
    if not at.size:
        return []
    breaks = np.flatnonzero(np.diff(at) > 1)
    starts = at[np.concatenate(([0], breaks + 1))]
    ends = at[np.concatenate((breaks, [at.size - 1]))] + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
