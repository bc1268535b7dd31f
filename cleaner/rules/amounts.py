"""Faults in figures: bounds given twice, units that stand twice, letters read for figures, years that lost their zeros."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cleaner.model import Grade, Hit, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule
from cleaner.views import Tables, among, in_a_row


@rule(
    "TYP707",
    Grade.NONE,
    good=[
        "超过100亿元",
        "100亿元以上",
        "其中超50亿元15个、超100亿元8个",
        "节约能源10%左右",
        "最近10年左右",
        "为超2.5万名65岁及以上失能老年人服务",
        "推动超过2万家规模以上工业企业上云",
        "至少一个县级以上医院",
        "至少2名中级职称以上人员",
        "优良天数比率达到72％以上",
        "投资达到4900亿元左右",
        "不超过三个月",
    ],
    bad={
        "超100亿元以上8个": None,
        "超过三个月以上": None,
        "约500家左右": None,
        "达到10%左右以上": None,
        "最多5人以下": None,
        "不少于20名以上": None,
        "近30万人左右": None,
    },
)
def redundant_bound(text: str) -> Iterator[Hit]:
    """A bound is given twice.

    Finds an amount with a bound before and after it: 超…以上, 约…左右, 最多…以下, and two after it: 左右以上. Only tells: which
    of the two was meant, the text does not say. Leaves bounds that belong to different things (超过2万家|规模以上).
    """
    done = 0
    for place in in_a_row(text, _bound_ends()):
        if place < max(done, 1) or text[place : place + 2] not in _ENDS or not _BEFORE_END.match(text, place - 1):
            continue
        # No amount goes over the end of a line: the pattern need only be sought in those that hold the end of a bound.
        start, done = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        done = len(text) if done < 0 else done
        for m in _BOUNDS.finditer(text, start, done):
            yield Hit(m.start(), m.end(), None, Why.of("{} and {} say it twice", *(bound for bound in m.groups() if bound)))


@cache
def _bound_ends() -> Tables:
    return among(*([end[n] for end in _ENDS] for n in (0, 1)))


@rule(
    "TYP708",
    Grade.UNSAFE,
    good=[
        "长10l的水箱、30L柴油",
        "H1N1流感、CO2排放、G20峰会",
        "1O和I是字母",
        "O型血、A4纸、B2B平台",
        "一九八八年，二〇〇八年",
        "第二八年级学生",
        "东风二一号、二八自行车",
        "增长10%%乙醇汽油的说法见注",
        "单位：万元、亿元；亿元、万元",
        "第八年、前二三年",
        "一二年级学生",
    ],
    bad={
        "投资25l亿元": "投资251亿元",
        "增加１O万吨": "增加１0万吨",
        "2O23年": "2023年",
        "甲型HlN1流感": "甲型H1N1流感",
        "二八年奥运会以后": None,
        "一九九年以来": None,
        "达到10亿元亿元": "达到10亿元",
        "增长5%%以上": "增长5%以上",
    },
)
def misread_figure(text: str) -> Iterator[Hit]:
    """A figure is misread.

    Finds a letter where a figure should stand (25l亿元, 2O23年, HlN1), a unit that stands twice behind its sum (10亿元亿元,
    5%%), and years in Chinese figures that lost some (二八年 for 二〇〇八年), which are only told. Leaves letters that are units
    or names (10L, CO2, G20), and 一九八八年.
    """
    letters, units, years = _beginnings()
    for place in in_a_row(text, letters):
        if m := _LETTER.match(text, place + 1):
            figure = _FIGURE[m[0]]
            yield Hit(m.start(), m.end(), figure, Why.of("the letter {} stands for the figure {}", m[0], figure))
    for place in in_a_row(text, units):
        if m := _UNIT_TWICE.match(text, place + 1):
            yield Hit(m.start(), m.end(), m[1], Why.of("the unit {} stands twice", m[1]))
    for place in in_a_row(text, years):
        if m := _YEAR.match(text, place):
            yield Hit(m.start(), m.end(), None, Why.of("a year of {} figures: one or two were lost", len(m[1])), Grade.NONE)


@cache
def _beginnings() -> tuple[Tables, Tables, Tables]:
    """The first two characters of a letter behind a figure, a unit behind one, and a year."""
    figures = "0123456789０１２３４５６７８９"
    return (
        among(figures + "H", _FIGURE),
        among(figures, "万亿元千吨公平个%％"),
        among("一二", "〇○零一二三四五六七八九"),
    )


_NUMERAL = "0-9０-９〇零一二三四五六七八九十百千万亿两"
_FURTHER = f"{_NUMERAL}点余多.．,/分之%％"
_UNIT = "元个家人名户项件次辆台套所张条座处倍成度吨斤克米里亩顷年月日天周时岁株头只艘架篇册间床位平方公立千瓦万亿点小美港欧毫厘英钟"
_AMOUNT = f"[{_NUMERAL}][{_FURTHER}]*[{_UNIT}]{{0,6}}"
_ENDS = ("以上", "以下", "以内", "之内", "左右", "上下")  # of every bound that stands behind an amount
_BEFORE_END = lazily(f"[{_FURTHER}{_UNIT}右下]")
_BOUNDS = lazily(
    "(?=[超突高多大不至最未近约接左上])(?:"  # so that other places are passed over quickly
    f"((?<!赶)超过?|突破|高于|多于|大于|不少于|不低于|不小于|至少|最少|最低){_AMOUNT}(?<![及或])(以上)"
    f"|(不超过|不多于|不高于|不大于|至多|最多|最高|不满|未满|不足){_AMOUNT}(?<![及或])(以下|以内|之内)"
    f"|((?<![附最靠邻临相贴远新])近|(?<![节合公契条违签特预集])约|接近|超过?|至少|不足|不超过|不少于){_AMOUNT}(左右|上下)"
    "|(左右|上下)(以上|以下|以内))"
)
_FIGURE = {"l": "1", "I": "1", "O": "0", "o": "0"}
# Between a figure and a unit or another figure; or in the name of a virus.
_LETTER = lazily(
    "(?<=[0-9０-９])[lIOo](?=[0-9０-９]*(?:[万亿千百余多]{0,3}[元吨个人户项家年月日倍辆台套所亩米]|[0-9０-９.．]*[%％]))"
    "|(?<=H)[lI](?=N[0-9])"
)
_UNIT_TWICE = lazily(r"([万亿]?元|[万亿千]?吨|公里|公顷|万亩|平方米|千瓦|个百分点|[%％])\1(?![0-9０-９A-Za-z乙])")
# 二八年 and 一九九年, but neither 第二八年级 nor a span of years (一二年): the first figure is a century's.
_YEAR = lazily("(?<![第前后近约这那每一二三四五六七八九十百千〇零○])(二[〇○零]?[一二三四五六七八九]|一九[一二三四五六七八九])年(?![级代])")
