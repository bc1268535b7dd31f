"""Scripts: traditional characters left over in simplified text, what careless conversion leaves, and conversion when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from cleaner.language import lexicon
from cleaner.language.conversion import Change, changes
from cleaner.language.probability import gain
from cleaner.language.scripts import TRADITIONAL, is_passage, kinds, script_of, simplified_forms
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule
from cleaner.views import Tables, among, in_a_row

# --- SCR301 ------------------------------------------------------------------------------------------------------


@rule(
    "SCR301",
    Grade.UNSAFE,
    together=True,
    good=[
        "著作权、显著、慰藉、覆盖、乾隆、乾安县、於潜镇、瞭望、宫商角徵羽、什么",
        "“鲲鹏+昇腾”生态创新中心，赵孟頫、李勣，二噁英排放，大阪",
        "中國共產黨第七次全國代表大會，發展經濟，保障供給。",
        "这个时代为发展经济、保障供给、实现国家现代化创造了条件。\n為人民服務，為國家富強而奮鬥。\n各级党组织要认真贯彻落实会议精神。",
        "發展",
        "各级党组织要为经济发展创造条件，编纂丛书，由张某著，原著、专著、遗著显著增多，效果卓著。",
    ],
    bad={
        "学习贯彻会议精神，随着改革開放的深入，为实现现代化创造条件。": "学习贯彻会议精神，随着改革开放的深入，为实现现代化创造条件。",
        "各级党组织要为经济发展创造条件，举办陽羡越野挑战赛。": "各级党组织要为经济发展创造条件，举办阳羡越野挑战赛。",
        "随著改革开放的深入，关於经济发展的意见已徵求各级党组织的看法。": "随着改革开放的深入，关于经济发展的意见已征求各级党组织的看法。",
        "各级党组织要为经济发展创造条件，完成年度计畫，推动现代化。": None,
    },
)
def traditional_character(text: str, *, script: str = "", model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A traditional character stands in simplified text.

    The text's script is judged first: it is simplified where at most one in ten of the characters that tell the scripts apart is
    traditional. So is each line: a line in traditional script is a quotation and stays. Characters that are right in simplified
    text (著 乾 於 瞭 覆, those of names and of chemistry) are not counted: 著 is mended where the language model knows 着 there far
    better (随著, but 显著 著作 stay), the others in the words of data/residue.csv. One with several simplified forms is only told.
    The fix is unsafe because a name may want its old form. Tables: OpenCC's TSCharacters; GB 2312 and Big5 tell which script a
    character belongs to; exceptions in data/traditional-kept.csv.
    """
    if script not in ("", "simplified"):
        return
    seen = kinds(text)
    traditional = np.flatnonzero(seen & TRADITIONAL).tolist()
    words = list(_residue_words(text, model))
    if not (traditional or words) or script_of(seen) != "simplified":
        return
    table = simplified_forms()
    quoted: dict[tuple[int, int], bool] = {}
    for i, new in (*((i, table[text[i]]) for i in traditional), *words):
        start, end = line = _line(text, i)
        if line not in quoted:
            quoted[line] = is_passage(seen[start:end])
        if not quoted[line]:
            yield Hit(i, i + 1, new, Why.of("{} is traditional, the text is simplified", text[i]))


def _residue_words(text: str, model: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Characters that are right in some words of simplified text and stand in others: their places, and what they should be."""
    if not any(char in text for char in _DOUBTFUL):
        return
    language = lexicon.chosen(model)
    words = _residue()
    for i in in_a_row(text, _residues()):
        if right := words.get(text[i : i + 2]):
            yield next((i + k, new) for k, (old, new) in enumerate(zip(text[i : i + 2], right, strict=True)) if old != new)
    for m in _PARTICLE.finditer(text):
        left, after = text[max(0, m.start() - 6) : m.start()], text[m.end() : m.end() + 6]
        if gain(language, left, "著", after, "着") >= _WELL_KNOWN:
            yield m.start(), "着"


def _line(text: str, i: int) -> tuple[int, int]:
    start = max(text.rfind("\n", 0, i), text.rfind("\r", 0, i)) + 1
    end = _LINE_END.search(text, i)
    return start, end.start() if end else len(text)


_DOUBTFUL = "著乾麽於徵瞭藉"
_WELL_KNOWN = 8.0
# 著 outside the words that are written with it
_PARTICLE = lazily(r"著(?<![显编专原名巨论土昭卓遗译合拙新旧所执]著)(?![名作述称录书者于有])")
_LINE_END = lazily(r"[\r\n]")


@cache
def _residue() -> dict[str, str]:
    return {row["wrong"]: row["right"] for row in lexicon.rows("residue.csv")}


@cache
def _residues() -> Tables:
    """Of what characters the words are made, the first and the second."""
    return among(*zip(*_residue(), strict=True))


# --- SCR302 ------------------------------------------------------------------------------------------------------


@rule(
    "SCR302",
    Grade.SAFE,
    together=True,
    good=[
        "坚持稳中求进工作总基调，推动经济社会高质量发展。",
        "乾隆、乾安县、於潜镇、瞭望、显著",
        "各级党组织要为经济发展创造条件，举办陽羡越野挑战赛，颠覆、覆盖。",
    ],
    bad={
        "中國共產黨第七次全國代表大會，發展經濟，保障供給。": "中国共产党第七次全国代表大会，发展经济，保障供给。",
        "乾隆年間的瞭望塔，據瞭解已經修復，後來頭髮都乾了。": "乾隆年间的瞭望塔，据了解已经修复，后来头发都干了。",
    },
)
def other_script(text: str, *, script: str = "") -> Iterator[Hit]:
    """The text is in another script than the one that is asked for.

    Asked for by `--script`: simplified, traditional, tw or hk (traditional with the forms of characters that are standard in Taiwan
    or Hong Kong). Without it nothing is converted. The script of the text is judged first: what is in the right one already stays as
    it is, and in simplified text only lines in traditional script are converted. Words as well as characters are known (瞭望
    but 了解, 乾隆 but 干部): the dictionaries and the result are OpenCC's.
    """
    if not script:
        return
    start = end = -1
    new = ""
    why = Why.of("converted to the script that is asked for: {}", script)
    for change in _changes(text, script):
        if change.start == end:
            end, new = change.end, new + change.new
            continue
        if start >= 0:
            yield Hit(start, end, new, why)
        start, end, new = change
    if start >= 0:
        yield Hit(start, end, new, why)


SCRIPTS = ("simplified", "traditional", "tw", "hk")
_FROM_SIMPLIFIED = {"traditional": "s2t", "tw": "s2tw", "hk": "s2hk"}
_FROM_TRADITIONAL = {"tw": "t2tw", "hk": "t2hk"}


def _changes(text: str, script: str) -> Iterator[Change]:
    seen = kinds(text)
    found = script_of(seen)
    if script != "simplified":
        config = (_FROM_TRADITIONAL if found == "traditional" else _FROM_SIMPLIFIED).get(script)
        yield from changes(text, config) if config else ()
    elif found == "traditional":
        yield from changes(text, "t2s")
    else:  # 乾安县 in a simplified line stays
        lines: dict[tuple[int, int], bool] = {}
        for change in changes(text, "t2s"):
            start, end = line = _line(text, change.start)
            if line not in lines:
                here = seen[start:end]
                lines[line] = is_passage(here) if found == "simplified" else script_of(here) in ("traditional", "mixed")
            if lines[line]:
                yield change


# --- SCR303 ------------------------------------------------------------------------------------------------------


@rule(
    "SCR303",
    Grade.NONE,
    level=Level.WARNING,
    good=[
        "显著提高、著名的企业、著作权、乾安县、乾隆、瞭望塔、颠覆、覆盖率",
        "天气转冷，他明显着凉了。",
        "他穿着名牌服装，跟着作战部队前进",
        "若干县人民政府、若干安县籍人士、实干隆兴",
        "为了望得更远、一目了然、反复、征收",
        "皇后、公里、制度、里程碑",
    ],
    bad={
        "人民生活水平显着提高。": None,
        "吉林省干安县、干隆年间": None,
        "宫商角征羽": None,
        "森林防火了望塔": None,
        "着作权登记": None,
    },
)
def careless_conversion(text: str, *, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A word was spoilt by careless conversion between the scripts.

    A converter that goes by single characters makes 显着 of 显著, 干安县 of 乾安县, 皇後 of 皇后. Such words are listed in
    data/misconverted.csv; where the same characters may stand side by side by chance (明显着凉), the language model is asked.
    """
    words = _misconverted()
    for i in in_a_row(text, _beginnings()):
        m = _misconversions().match(text, i)
        if not m:
            continue
        wrong, right = m.group(), words[m.group()]
        before, after = text[max(0, i - 6) : i], text[m.end() : m.end() + 6]
        if before and before[-1] in _TO_THE_LEFT.get(wrong[0], ""):
            continue
        if "着" in wrong and gain(lexicon.chosen(model), before, wrong, after, right) < _WELL_KNOWN:
            continue
        yield Hit(m.start(), m.end(), None, Why.of("{} is {}, spoilt by conversion between the scripts", wrong, right))


# What makes another word of the first character: 若干|县, 实干|隆兴, 为了|望塔
_TO_THE_LEFT = {"干": "若实苦骨才能主树肯精巧大", "了": "为除罢到", "着": "穿跟随沿带本"}


@cache
def _misconverted() -> dict[str, str]:
    return {row["wrong"]: row["right"] for row in lexicon.rows("misconverted.csv")}


@cache
def _misconversions() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _misconverted())))


@cache
def _beginnings() -> Tables:
    """The characters that the words begin with, the first and the second."""
    return among(*zip(*(word[:2] for word in _misconverted()), strict=True))
