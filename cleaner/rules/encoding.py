"""Encodings: characters that a reader does not see, or that are not what they look like, and text that was decoded wrongly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.language.mojibake import misread
from cleaner.language.private import meant
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
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
_LINE_END = lazily(r"[\r\n]")
_OF_RADICALS = lazily(r"部首|偏旁|康熙|[Rr]adical|[\u2e80-\u2fd5][”’」』》]?部")
_ALONE = lazily(r"(?<![^\s、，,|/])[\u2e80-\u2fd5](?![^\s、，,|/])")


@cache
def _look_alikes() -> dict[str, str]:
    listed = {row["char"]: row["standard"] for row in lexicon.rows("look-alikes.csv")}
    points = (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
    mapped = {chr(point): unicodedata.normalize("NFKC", chr(point)) for point in points}
    return {char: standard for char, standard in mapped.items() if standard != char and len(standard) == 1} | listed


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
    surest=Grade.SAFE,
    together=True,
    good=["第一条\t为了\f第二页", "总\u3000则\u00a0", "\r\n", "𠮷、㐀"],
    bad={
        "请审议。\ue004\n首先报告：\ue004\n第一": "请审议。\n首先报告：\n第一",
        "1\ue010突破技术\n2\ue010建设平台\n3\ue010强化保障": "1.突破技术\n2.建设平台\n3.强化保障",
        "坚持“三\ue5e0导向”的\n坚持“三个导向”的": "坚持“三个导向”的\n坚持“三个导向”的",
        "不低于2\ue0105米": None,
        "总书\x00记": "总书记",
        "总书\x08记": "总书记",
        "第一条\x0b为了": None,
        "第一条\ue004为了": None,
        "第一条\u2028为了\x85": None,
    },
)
def control_character(text: str) -> Iterator[Hit]:
    """A control character or one of private use stands in the text.

    NUL is removed safely; other controls (C0 but tab, line ends and form feed; DEL) unsafely. Only told: line ends that are none
    here (vertical tab, U+0085, U+2028, U+2029) and C1 controls, which a wrong decoding leaves. For a character of private use another
    font had a glyph, a figure or a mark. It is mended where all its places in the text show what it was: the end of a paragraph, the
    point after the numbers of a list, what else stands between the same words; safely where three places agree. Else it is told.
    """
    private: list[tuple[int, int]] = []
    for start, end in _runs(text, _CONTROL):
        for i in range(start, end):
            char = text[i]
            if char in "\x0b\x85\u2028\u2029":
                yield Hit(i, i + 1, None, Why.of("a line end of another kind: U+{:04X}", ord(char)))
            elif char < "\x80":
                yield Hit(i, i + 1, "", Why.of("control character U+{:04X}", ord(char)), Grade.SAFE if char == "\0" else None)
            elif char < "\xa0":
                yield Hit(i, i + 1, None, Why.of("control character U+{:04X}", ord(char)))
            elif private and private[-1][1] == i:
                private[-1] = private[-1][0], i + 1
            else:
                private.append((i, i + 1))
    for first, last, new, why, sure in meant(text, private):
        yield Hit(first, last, new, why, Grade.SAFE if sure else None)


# --- ENC107 ------------------------------------------------------------------------------------------------------


@rule(
    "ENC107",
    Grade.NONE,
    level=Level.ERROR,
    good=["怎么办？？？", "真的吗???", "锟铻", "屯田、屯兵", "烫金", "代号??", "(???)"],
    bad={
        "总书\ufffd\ufffd": None,
        "\ufffdй\ufffd\ufffd\ufffd\ufffd칫\ufffd印发": None,
        "锟斤拷锟斤拷": None,
        "烫烫烫烫": None,
        "屯屯屯": None,
        "坚持????发展": None,
    },
)
def lost_text(text: str) -> Iterator[Hit]:
    """Text is lost: what stands here is what a failed conversion leaves.

    U+FFFD (GBK read as UTF-8 is full of it), 锟斤拷 (U+FFFD as UTF-8 read as GBK), 烫烫烫 and 屯屯屯 (memory that was never
    written), rows of ? between Chinese characters. It has to be taken from the source again.
    """
    if not any(sign in text for sign in ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯", "???")):
        return
    for m in _LOST.finditer(text):
        yield Hit(m.start(), m.end(), None, Why.of("text is lost here: {} ×{}", m.group()[0], m.end() - m.start()))


# Of GBK read as UTF-8 some bytes happen to be a letter of another script: �й�����칫��
_LOST = lazily(
    r"\ufffd+(?:[^\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\s!-~]{1,2}\ufffd+)*|(?:锟斤拷)+锟?|烫{3,}|屯{3,}|(?<=[\u4e00-\u9fff])\?{3,}(?=[\u4e00-\u9fff])"
)

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
