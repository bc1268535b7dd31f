"""Misprints: what is told, what is left alone, and what no change may ever do."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import candidates as module
from cleaner.language import lexicon
from cleaner.language import misprints as judgement
from cleaner.language.candidates import KINDS, LEAST, WORTH, Change, changes
from cleaner.language.lexicon import shipped
from cleaner.language.misprints import DOUBTFUL, Misprint, evidence, misprints
from cleaner.language.symbols import FIRST, ROOM, Symbols, symbols
from cleaner.rules.typos import _TOLD
from cleaner.views import simplified

FACTS = set(map(chr, module._FACTS))
LENGTHS = {"wrong": 1, "lost": 0, "added": 1, "swapped": 2}
PAGE = "各地要加强领导。\r\n{}\r\n本办法自发布之日起施行。\r\n"


def told(text: str) -> list[Misprint]:
    return [found for found in misprints(text) if found.score >= _TOLD[found.kind]]


def mended(text: str) -> str:
    for found in reversed(told(text)):
        text = text[: found.start] + found.new + text[found.end :]
    return text


# --- what is told, and what is left ------------------------------------------------------------------

TOLD = {
    "持旭推进乡村振兴": "持续推进乡村振兴",
    "大力培育发展大数局产业": "大力培育发展大数据产业",
    "中华人民共合国": "中华人民共和国",
    "解决突出间题": "解决突出问题",
    "市攻府办公室": "市政府办公室",
    "深入开展扫黑险恶专项斗争": "深入开展扫黑除恶专项斗争",
    "优化营商环竟": "优化营商环境",
    "加强基层治理体系和治理能力现代话建设": "加强基层治理体系和治理能力现代化建设",
    "认真贯彻落买国务院决策部署": "认真贯彻落实国务院决策部署",
    "人民代表大会常务委贡会": "人民代表大会常务委员会",
    "深入实施创新驱动发展战咯": "深入实施创新驱动发展战略",
    "推进以县城为重要载体的城真化建设": "推进以县城为重要载体的城镇化建设",
    "以习近平新时代中国特社会主义思想为指导": "以习近平新时代中国特色社会主义思想为指导",
    "建立安全产责任制": "建立安全生产责任制",
    "人力资源和社保障厅": "人力资源和社会保障厅",
    "坚持稳中求工作总基调": "坚持稳中求进工作总基调",
    "深化供给侧结构性革": "深化供给侧结构性改革",
    "建健设现代化产业体系": "建设现代化产业体系",
    "加快构新建发展格局": "加快构建新发展格局",
    "促进高量质发展": "促进高质量发展",
    "坚持以人民为心中": "坚持以人民为中心",
    "统筹推进疫情防控和经社济会发展": "统筹推进疫情防控和经济社会发展",
    "生态环保境护": "生态环境保护",
}

LEFT = [
    "防止捉襟见肘",
    "谆谆教导，铭记在心",
    "未雨绸缪、防患未然",
    "踔厉奋发、笃行不怠",
    "筚路蓝缕、栉风沐雨",
    "全省经济平稳运行，全市项目加快建设，全区面貌焕然一新",
    "推进改革，推动发展",
    "守牢安全底线，兜牢民生底线",
    "“十四五”圆满收官，“十五五”谋篇布局",
    "村民会议或村民小组会议，或者村民代表会议",
    "县级人民政府应依法处理，应当及时公告",
    "处三千以上五万元以下罚款",
    "安徽省六安市金寨县",
    "江苏省无锡市滨湖区蠡园街道",
    "新疆维吾尔自治区喀什地区疏勒县",
    "贵州省黔东南苗族侗族自治州雷山县",
    "“一带一路”沿线国家厄瓜多尔、乌兹别克斯坦",
    "王昱珩、欧阳娜娜出席",
    "一件一件抓落实，一年接着一年干",
    "稳就业、稳金融、稳外贸",
    "坚持两手抓、两手都要硬",
    "积极稳妥推进碳达峰碳中和",
    "米口径球面射电望远镜",
    "聚丙烯酰胺、邻苯二甲酸酯",
    "有机废水膜处理回用技术",
    "行政主管部门应当据情采取措施",
    "重大问题需进一步研究的",
    "財政司司長、保安局局長",
    "龘靐齉爩的办法",
    "",
]


@pytest.mark.parametrize("page", ["{}", PAGE], ids=["bare", "amid"])
@pytest.mark.parametrize(("wrong", "right"), TOLD.items())
def test_told(wrong: str, right: str, page: str) -> None:
    assert mended(page.format(wrong)) == page.format(right)
    assert told(page.format(right)) == []


@pytest.mark.parametrize("page", ["{}", PAGE], ids=["bare", "amid"])
@pytest.mark.parametrize("text", LEFT)
def test_left(text: str, page: str) -> None:
    assert told(page.format(text)) == []


def test_why_a_misprint_is_told() -> None:
    (found,) = misprints("大力培育发展大数局产业")
    assert (found.kind, found.start, found.end, found.new) == ("wrong", 8, 9, "据")
    assert found.good in "大力培育发展大数据产业"
    assert found.bad in "大力培育发展大数局产业"
    assert shipped().ngrams.documents([found.good, found.bad]) == [found.documents, 0]
    assert found.documents > 0


@pytest.mark.parametrize("wrong", ["持旭推进乡村振兴", "优化营商环竟", "市攻府办公室", "中华人民共合国"])
def test_what_returns_is_a_name(wrong: str) -> None:
    page = f"{wrong}。"
    assert [len(told(page * times)) for times in (1, 2)] == [1, 2]
    assert told(page * 3) == told(page * 4) == []


@pytest.mark.parametrize("wrong", ["大力培育发展大数局产业", "深入开展扫黑险恶专项斗争"])
def test_what_returns_in_a_known_frame_is_a_name(wrong: str) -> None:
    assert told(f"{wrong}。" * 3) == []


# --- what holds for any text -------------------------------------------------------------------------

PIECES = st.sampled_from([*TOLD, *TOLD.values(), *LEFT])
CHARS = st.text("中国建设体系推进人民发展不二万三的了國發，。\r\n1（𠀀㐀\ud800龘", max_size=6)
MIXED = st.lists(st.one_of(PIECES, CHARS), max_size=5).map("".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Official prose from which a few characters are cut, or where others stand in their place."""
    text = draw(MIXED)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(CHARS)[:2] + text[at + draw(st.integers(0, 2)) :]
    return text


@settings(max_examples=250)
@given(damaged())
def test_misprints_of_any_text_stay_inside_it_and_apart(text: str) -> None:
    found = misprints(text)
    for one in found:
        assert 0 <= one.start <= one.end <= len(text)
        assert one.end - one.start == LENGTHS[one.kind]
        assert one.score >= DOUBTFUL
        assert one.new != text[one.start : one.end]
        assert simplified(one.bad) in simplified(text)
    assert all(a.end + 1 < b.start for a, b in itertools.pairwise(found))


@settings(max_examples=250)
@given(damaged())
def test_changes_are_of_chinese_characters_as_they_were_read(text: str) -> None:
    read = symbols(text)
    for change in changes(read, shipped()):
        assert ROOM <= change.at < len(read.codes) - ROOM
        start, gone = int(read.at[change.at]), LENGTHS[change.kind]
        here = text[start - 1 : start + 1] if change.kind == "lost" else text[start : start + gone]
        seen = read.codes[change.at - (change.kind == "lost") :][: len(here)].tolist()
        assert [int(symbols(char).codes[ROOM]) for char in here] == seen
        assert min(seen) >= FIRST
        assert (change.char >= FIRST) is (change.kind in ("wrong", "lost"))
        assert change.gain + WORTH[change.elsewhere] >= LEAST[KINDS.index(change.kind)]
        assert change.margin >= 0


@settings(max_examples=250)
@given(damaged())
def test_no_change_touches_a_figure_or_a_negation(text: str) -> None:
    read = symbols(text)
    for change in changes(read, shipped()):
        assert not concerns_a_fact(read, change)


@pytest.mark.parametrize("char", sorted(FACTS))
@pytest.mark.parametrize(
    "text", ["深入实施创新驱动发展{}略", "促进高{}量发展", "建立安全{}产责任制", "人力资源和社{}保障厅", "促进高量{}发展"]
)
def test_a_figure_or_a_negation_is_left_even_where_another_would_fit(text: str, char: str) -> None:
    spoilt = text.format(char)
    at = text.index("{")
    assert not any(found.start <= at < found.end for found in misprints(spoilt))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("wrong", "任何单位和个人不得排法占用土地"),
        ("wrong", "捕断提高人民生活水平"),
        ("wrong", "万元以上司万元以下"),
        ("wrong", "陵项规定精神"),
        ("lost", "任何单位和个人得非法占用土地"),
        ("lost", "农村一三产业融合发展"),
        ("lost", "全国人民代表大会三次会议"),
        ("lost", "万元以上万元以下"),
        ("swapped", "坚两持个确立、两个维护"),
        ("swapped", "任何单位和个不人得非法占用土地"),
        ("swapped", "断不提高人民生活水平"),
        ("swapped", "方千百计促进居民增收"),
    ],
)
def test_only_the_list_keeps_a_figure_or_a_negation_from_being_moved_or_put_in(
    kind: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = symbols(f"。{text}。")
    assert kind not in {change.kind for change in changes(read, shipped()) if concerns_a_fact(read, change)}
    monkeypatch.setattr(module, "_FACT", np.zeros(1 << 16, dtype=np.bool_))
    assert kind in {change.kind for change in changes(read, shipped()) if concerns_a_fact(read, change)}


def concerns_a_fact(read: Symbols, change: Change) -> bool:
    gone = read.codes[change.at : change.at + LENGTHS[change.kind]].tolist()
    return not FACTS.isdisjoint(map(chr, [*gone, change.char]))


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([*TOLD]), min_size=1, max_size=4, unique=True),
    st.sampled_from(["。", "，\n", "，\ud800，", "，（1）。"]),
)
def test_what_stands_elsewhere_moves_a_misprint_and_no_more(pieces: list[str], between: str) -> None:
    apart = f"{between}本法规定{between}"
    at, expected = 0, []
    for piece in pieces:
        expected += [(found.kind, found.start + at, found.new) for found in told(apart + piece + apart)]
        at += len(apart + piece)
    assert len(expected) >= len(pieces) > 0
    assert [(found.kind, found.start, found.new) for found in told(apart + "".join(piece + apart for piece in pieces))] == expected


@pytest.mark.xfail(strict=True, reason="a sign of another plane is rarer than any mark: the change gains less beside it")
def test_a_sign_of_another_plane_beside_a_misprint_is_no_hindrance() -> None:
    assert told("优化营商环竟𠀀。")


@pytest.mark.parametrize(
    ("spans", "stay"),
    [
        ([(5, 6, 3.0), (5, 6, 4.0)], [1]),
        ([(5, 7, 4.0), (6, 7, 3.0)], [0]),
        ([(5, 6, 3.0), (6, 7, 4.0)], [1]),  # side by side
        ([(5, 6, 4.0), (7, 8, 3.0)], [0]),  # one character lies between
        ([(5, 6, 3.0), (8, 9, 4.0)], [0, 1]),
        ([(5, 6, 3.0), (7, 7, 4.0), (9, 10, 5.0)], [1, 2]),
        ([(5, 6, 4.0), (5, 6, 4.0 + DOUBTFUL - 4.1)], [0]),
        ([(5, 6, DOUBTFUL - 0.1)], []),
        ([(5, 6, DOUBTFUL)], [0]),
    ],
)
def test_of_those_that_touch_the_surest_is_returned(
    spans: list[tuple[int, int, float]], stay: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [Misprint("wrong", start, end, "据", score, 10.0, "", "", 1) for start, end, score in spans]
    monkeypatch.setattr(judgement, "search", lambda models: lambda read, gains: range(len(every)))
    monkeypatch.setattr(judgement, "_may_score", lambda *given: True)
    monkeypatch.setattr(judgement, "_weighed", lambda text, read, language, n, least: every[n])
    assert misprints.__wrapped__("建设" * 10) == tuple(every[n] for n in stay)


def test_traditional_script_is_judged_as_simplified() -> None:
    (plain,), (traditional,) = misprints("市攻府办公室"), misprints("市攻府辦公室")
    assert plain == traditional


def test_a_text_without_a_misprint_costs_no_segmenter(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(run: str) -> None:
        raise AssertionError(f"{run} is cut into words")

    monkeypatch.setattr(lexicon, "cut", refused)
    assert misprints.__wrapped__("全面推进乡村振兴，加快农业农村现代化。") == ()
    with pytest.raises(AssertionError, match="大数局"):
        misprints.__wrapped__("大力培育发展大数局产业")


# --- the tables --------------------------------------------------------------------------------------


def test_weights_have_every_evidence_and_every_kind_and_no_other() -> None:
    rows = lexicon.rows("misprint-weights.csv")
    read = symbols("大力培育发展大数局产业，人力资源和社保障厅，建健设现代化产业体系，促进高量质发展")
    found = {change.kind: evidence(read, shipped(), change).values for change in changes(read, shipped())}
    assert set(found) == set(KINDS)
    assert all(list(row) == ["evidence", *KINDS] for row in rows)
    for values in found.values():
        assert {row["evidence"] for row in rows} == {"base", *values}
    for row in rows:
        assert all(re.fullmatch(r"-?\d+\.\d{3}", row[kind]) for kind in KINDS)
