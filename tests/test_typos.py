"""Typing faults: what is told, what is mended, and, as long, what is left alone."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.edits import apply, minimal
from cleaner.language import doubled_words, occurrences, right_doublings
from cleaner.language.misprints import Misprint
from cleaner.model import Grade, Hit
from cleaner.rules import RULES as REGISTERED
from cleaner.rules import typos
from cleaner.rules.rule import declared

RULES = tuple(rule.sees for rule in REGISTERED if rule.code.startswith("TYP"))
SEED = Path(__file__).parents[1] / "seeds" / "wuxi-2024-government-work-report.txt"
PAGE = "各地要加强领导。\r\n{}\r\n本办法自发布之日起施行。\r\n"


def hits(text: str, grade: Grade = Grade.NONE) -> list[tuple[str, Hit]]:
    found = [(declared(sees), hit) for sees in RULES for hit in sees(text)]
    graded = [(rule.code, hit if hit.grade is not None else hit._replace(grade=rule.grade)) for rule, hit in found]
    return [(code, hit) for code, hit in graded if hit.grade >= grade]


def cleaned(text: str, grade: Grade, rules: tuple = RULES) -> str:
    edits = []
    for code, hit in sorted(hits(text, grade), key=lambda pair: pair[1].start):
        if hit.new is not None and code in {declared(sees).code for sees in rules}:
            edit = minimal(hit.start, text[hit.start : hit.end], hit.new, code)
            if edit and (not edits or edit.start >= edits[-1].end):
                edits.append(edit)
    return apply(text, tuple(edits))


@pytest.mark.parametrize("sees", RULES, ids=lambda sees: sees.__name__)
@pytest.mark.parametrize("page", ["{}", PAGE], ids=["bare", "amid"])
def test_examples(sees, page):
    rule = declared(sees)
    for good in rule.good:
        assert not list(sees(page.format(good))), good
    for bad, right in rule.bad:
        text = page.format(bad)
        assert list(sees(text)), bad
        after = cleaned(text, Grade.UNSAFE, (sees,))
        assert after == page.format(bad if right is None else right)
        assert cleaned(after, Grade.UNSAFE, (sees,)) == after


SAFE = {
    "总书书记": "总书记",
    "无锡市市人民政府": "无锡市人民政府",
    "体系建建设": "体系建设",
    "重大项目项目完成": "重大项目完成",
}


def test_seed_is_mended_where_it_is_sure():
    text = SEED.read_text(encoding="utf-8")
    after = cleaned(text, Grade.SAFE)
    for wrong, right in SAFE.items():
        assert wrong in text
        assert wrong not in after
        assert after.count(right) == text.count(right) + text.count(wrong)
    assert "研服服务" in after
    every = cleaned(text, Grade.UNSAFE)
    assert "”利用项目38个" in every
    assert [text[h.start : h.end] for code, h in hits(text) if code == "TYP707"] == ["超100亿元以上"]


def test_seed_is_left_alone_elsewhere():
    text = SEED.read_text(encoding="utf-8")
    told = {text[h.start - 3 : h.end + 3] for _, h in hits(text)}
    assert len(told) == 7, told
    for right in ("青海海东", "中国国际", "各位代表", "一把手"):
        assert not any(right in span for span in told)


MENDED = [
    ("引领现代化产业体系建建设，", "引领现代化产业体系建设，"),
    ("推进新一代信息息技术应用", "推进新一代信息技术应用"),
    ("进一一步深化改革开放", "进一步深化改革开放"),
    ("持续改善生生态环境质量", "持续改善生态环境质量"),
    ("推进人工智能人工智能应用", "推进人工智能应用"),
    ("贯彻落实贯彻落实党中央决策部署", "贯彻落实党中央决策部署"),
    ("《中华人民共共和国环境保护法》", "《中华人民共和国环境保护法》"),
]

TOLD = [
    "在森林草原防灭火上上下工夫",
    "共有25家家控排企业",
    "会议于15日日召开",
    "“一对一”研服服务全覆盖",
]

LEFT = [
    "一幕幕、一桩桩、一张张",
    "认认真真解决问题，上上下下齐心协力",
    "全国上上下下，各行各业",
    "2014年年底前，博鳌亚洲论坛2025年年会",
    "水利部部长、生态环境部部务会议",
    "荆荆高铁建成运营，龙龙铁路武平至梅州段开工",
    "行业赋能能力和锂电电芯",
    "健全全链条创新体系",
    "安全全过程管理",
    "李莎莎",
    "责任编辑：李莎莎",
    "英国早在一八八○年，二〇一一年",
    "事事有回音、件件有着落",
    "长得壮壮的，练得棒棒的",
    "吨税税目税率表",
    "再生水水质标准",
    "面额股股票的发行价格",
    "公路路缘石",
    "省级、市级、县级",
    "端端协同、端云协同",
    "一天一天好起来，一年一年地增加",
    "一家一家地对接，一个节点一个节点推进",
    "省人民政府政府采购监督管理部门",
    "建制的市的市区内",
    "之战连战连胜",
    "保护总量不能减少，保护区内",
    "哈哈哈",
    "主要要以生产的好坏作标准",
    "因贫因病返贫",
    "他既使用水泥又使用木材",
    "123123、aabb、——",
]


@pytest.mark.parametrize("page", ["{}", PAGE], ids=["bare", "amid"])
@pytest.mark.parametrize(("wrong", "right"), MENDED)
def test_mended_unasked(wrong, right, page):
    assert cleaned(page.format(wrong), Grade.SAFE) == page.format(right)


@pytest.mark.parametrize("text", TOLD)
def test_told_and_not_mended_unasked(text):
    assert hits(text)
    assert cleaned(text, Grade.SAFE) == text


@pytest.mark.parametrize("text", LEFT)
def test_left(text):
    assert hits(text) == []


def test_which_copy_goes_does_not_matter():
    (hit,) = typos.doubled_character("体系建建设")
    text = "体系建建设"
    edit = minimal(hit.start, text[hit.start : hit.end], hit.new, "TYP701")
    assert edit.start == hit.start + 1  # the second copy
    assert text[: edit.start - 1] + text[edit.end - 1 :] == apply(text, (edit,))


def test_more_copies_of_a_word_are_a_loop():
    assert not list(typos.doubled_word("重大项目项目项目完成投资"))
    assert list(typos.doubled_word("重大项目项目完成投资"))
    assert not list(typos.doubled_character("重大项项项项目"))


def test_a_cut_word_is_told_once():
    """甲乙丙甲乙丙甲 can be told as 甲乙丙 twice or 乙丙甲 twice."""
    assert len(list(typos.doubled_word("全面推进高质量高质量高"))) <= 1


def test_what_the_document_itself_shows():
    alone = "龘靐齉齉爩的办法。"
    (hit,) = typos.doubled_character(alone)
    assert hit.grade is Grade.UNSAFE
    hits_here = list(typos.doubled_character(alone + "龘靐齉爩的。" * 3))
    assert [(h.grade, str(h.why)) for h in hits_here] == [(Grade.SAFE, "龘靐齉爩 stands 3 times here")]


def test_what_stands_somewhere_is_not_mended_unasked():
    """The counts hold 制定制定 (a misprint or not): told, no more. Of 费品品 and 品品类 they hold both halves: left."""
    assert [hit.grade for hit in typos.doubled_word("有利于科学制定制定环境保护")] == [Grade.UNSAFE]
    assert not list(typos.doubled_character("费品品类"))


@pytest.mark.parametrize(
    "text", ["財政司司長出席", "保安局局長及律政司司長發言", "庭院裡僅僅開花", "政策刚刚出台", "僅僅對於少數投機者不利"]
)
def test_what_is_right_in_either_script_stays(text):
    assert hits(text) == []


@pytest.mark.parametrize(
    "text", ["记者吴小莉莉报道", "运动员孙杨杨出席", "扎西扎西说", "尼玛尼玛是村干部", "庭院深深深几许", "让三百六十行行行人才辈出"]
)
def test_what_may_be_right_is_only_told(text):
    assert [(hit.new, hit.grade) for _, hit in hits(text)] == [(None, Grade.NONE)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("政策刚刚刚出台", "政策刚刚出台"),
        ("推动高质量发展的的的举措", "推动高质量发展的举措"),
        ("工程建建设", "工程建设"),
        ("科技创新合作大会和中韩创创新大赛", "科技创新合作大会和中韩创新大赛"),
        ("總書書記發言", "總書記發言"),
    ],
)
def test_what_is_doubled_beside_those_is_mended(text, right):
    assert cleaned(text, Grade.UNSAFE) == right


def test_traditional_script_is_not_mended_unasked():
    assert cleaned("習近平總書書記", Grade.SAFE) == "習近平總書書記"
    assert cleaned("习近平总书书记", Grade.SAFE) == "习近平总书记"


def test_a_long_text_is_searched_as_a_short_one_is(monkeypatch):
    text = "龘靐齉齉爩的办法。" + "龘靐齉爩的。" * 3 + "习近平总书书记。" + "习近平总书记。" * 2 + "体系建建设"
    short = hits(text)
    assert len(short) == 3
    monkeypatch.setattr(occurrences, "_LONG", 0)
    occurrences.times.cache_clear()
    assert hits(text) == short
    occurrences.times.cache_clear()


def test_families_can_be_switched_off():
    text = "博鳌亚洲论坛2025年年会"
    assert not list(typos.doubled_character(text))
    assert list(typos.doubled_character(text, allowing=()))
    assert not list(typos.doubled_word("这件事大家商量商量再办"))
    assert list(typos.doubled_word("这件事大家商量商量再办", allowing=[]))


def test_misprints_between_words_are_left_and_within_told():
    assert [(h.new, h.grade) for h in typos.misprinted_character("解决间题")] == [("问题", Grade.UNSAFE)]
    assert not list(typos.misprinted_character("实际操作时间题材不限"))


def rows(name):
    with files("cleaner").joinpath("data", name).open("r", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("kind", "elsewhere", "fives", "good", "documents", "needed"),
    [
        ("lost", 0, 2, "推进乡村振兴", 90, 1.8),
        ("lost", 0, 1, "推进乡村振兴", 90, 3.5),
        ("lost", 0, 2, "全面推进乡村振兴", 5, 0.8),
        ("lost", 0, 2, "全面推进乡村振兴", 4, 1.8),
        ("lost", 1, 0, "乡村振兴", 90, 1.4),
        ("lost", 2, 0, "乡村振兴", 90, 1.2),
        ("wrong", 0, 0, "乡村振兴", 90, 2.8),
        ("wrong", 1, 5, "乡村振兴", 90, 3.8),
        ("wrong", 2, 5, "乡村振兴", 90, 2.8),
    ],
)
def test_what_is_about_a_misprint_says_how_sure_it_must_be(kind, elsewhere, fives, good, documents, needed, monkeypatch):
    def told(score: float) -> list[Hit]:
        found = Misprint(kind, 4, 4 + (kind == "wrong"), "村", score, 10.0, good, "推进乡振兴", documents, elsewhere, fives)
        monkeypatch.setattr(typos, "misprints", lambda text, models, least: (found,) if score >= least else ())
        rule = typos.lost_character if kind == "lost" else typos.misprinted_character
        return list(rule("全面推进乡振兴战略。"))

    assert told(needed)
    assert not told(needed - 0.01)


def test_misprints_are_sorted_unique_and_do_not_undo_each_other():
    table = rows("misprints.csv")
    wrong = [row["wrong"] for row in table]
    assert wrong == sorted(set(wrong))
    assert all(row["fix"] in ("safe", "unsafe") and row["reason"] for row in table)
    for row in table:
        assert not any(form in row["right"] for form in wrong), row
        assert cleaned(row["wrong"], Grade.UNSAFE, (typos.misprinted_character,)) == row["right"]


def test_exceptions_are_sorted_unique_and_compile():
    table = rows("doublings.csv")
    keys = [(row["family"], row["left"], row["right"]) for row in table]
    assert keys == sorted(set(keys))
    assert {row["family"] for row in table} == {*right_doublings.CHARACTERS, *right_doublings.WORDS}
    for row in table:
        assert row["holds"] in ("always", "weakly", "twice", "told")
        assert row["reason"]
        re.compile(row["left"] + row["right"])


TEXTS = st.text("建设项目书记市年日的人一二5。\r\n　\ufeff\udc80𠀀龘", max_size=40)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_read_and_settles(text):
    for grade in (Grade.SAFE, Grade.UNSAFE):
        now, seen = text, {text}
        for _ in range(20):
            for _, hit in hits(now):
                assert 0 <= hit.start < hit.end <= len(now)
                assert hit.new != now[hit.start : hit.end]
            after = cleaned(now, grade)
            if after == now:
                break
            assert after not in seen, "two fixes undo one another"
            seen.add(after)
            now = after
        else:
            pytest.fail("does not settle")


@settings(max_examples=200, deadline=None)
@given(st.text("甲乙丙", max_size=24))
def test_stretches_equal_their_slow_twin(text):
    """All maximal stretches that repeat with a shift of `width`, hold two copies and no more, and no shorter unit."""
    codes = doubled_words.code_points(text)
    assert doubled_words._quickly(codes) == list(doubled_words._stretches(codes))
    for width in (2, 3, 4):
        slow = []
        at = 0
        while at < len(text) - width:
            length = 0
            while at + length + width < len(text) and text[at + length] == text[at + length + width]:
                length += 1
            unit = text[at : at + width]
            shorter = any(width % k == 0 and unit == unit[:k] * (width // k) for k in range(1, width))
            if width <= length < 2 * width and not shorter:
                slow.append((at, at + length - width))
            at += max(1, length)
        assert list(doubled_words.stretches(codes, width)) == slow


def test_two_copies_of_a_sentence_that_differ_are_left_to_a_person() -> None:
    doubled, single = "加快推进产业体系建建设，落实任务。", "加快推进产业体系建设，落实任务。"
    (alone,) = typos.doubled_character(doubled)
    assert alone.grade is Grade.SAFE
    (beside,) = typos.doubled_character(f"{doubled}\n{single}")
    assert beside.grade is Grade.UNSAFE
