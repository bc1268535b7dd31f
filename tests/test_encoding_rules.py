"""Undecodable bytes, invisible and look-alike characters, escapes, mojibake, controls, lost text: what is found, and what stays."""

from __future__ import annotations

import csv
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mending import mended

from cleaner.model import Grade
from cleaner.pipeline import PASSES
from cleaner.rules.encoding import (
    control_character,
    invisible_character,
    look_alike_character,
    lost_text,
    mojibake,
    undecodable_bytes,
)
from cleaner.rules.escapes import literal_escape
from cleaner.rules.rule import Sees, declared

RULES = [undecodable_bytes, invisible_character, look_alike_character, literal_escape, mojibake, control_character, lost_text]


def test_bytes_that_do_not_decode_are_told_run_by_run() -> None:
    text = "总书记\udce4\udcb8甲\udcff".encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    hits = list(undecodable_bytes(text))
    assert [(hit.start, hit.end, hit.new) for hit in hits] == [(3, 5, None), (6, 7, None)]
    assert str(hits[0].why) == "bytes that do not decode: E4 B8"
    assert declared(undecodable_bytes).level.name == "ERROR"


INVISIBLE_GOES = {
    **{f"总书{char}记": "总书记" for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202a\u2066\u180e"},
    "增长3\u200b.6%": "增长3.6%",
    "AI\u200d技术": "AI技术",
    "\ufeff\ufeff甲": "\ufeff甲",
    "甲\n\ufeff乙": "甲\n乙",
    "甲\n\u200b\n乙": "甲\n\n乙",
    "甲\u200b\u200d\u2060乙": "甲乙",
}
INVISIBLE_STAYS = [
    "\ufeff政府工作报告",
    "👨\u200d👩\u200d👧",
    "🏳\ufe0f\u200d🌈",
    "❤\ufe0f",
    "葛\U000e0100城市",
    "می\u200cخواهم",
    "क\u200dष",
    "ไทย\u200bแลนด์",
    "甲\u202bשלום\u202c乙",
    "总　则\u00a0",
]


@pytest.mark.parametrize(("text", "right"), INVISIBLE_GOES.items())
def test_invisible_characters_go(text: str, right: str) -> None:
    assert mended(invisible_character, text) == right


@pytest.mark.parametrize("text", INVISIBLE_STAYS)
def test_invisible_characters_that_do_something_stay(text: str) -> None:
    assert list(invisible_character(text)) == []


@pytest.mark.parametrize("point", range(0x2F00, 0x2FD6))
def test_every_kangxi_radical_becomes_its_ideograph(point: int) -> None:
    ideograph = unicodedata.normalize("NFKC", chr(point))
    assert mended(look_alike_character, f"的{chr(point)}的") == f"的{ideograph}的"


@pytest.mark.parametrize(("text", "right"), [("⻓期", "长期"), ("⺠主", "民主"), ("\uf90a融", "金融"), ("\U0002f800", "丽")])
def test_look_alikes(text: str, right: str) -> None:
    assert mended(look_alike_character, text) == right.replace("丽", unicodedata.normalize("NFC", "\U0002f800"))


@pytest.mark.parametrize("text", ["Ⅲ类", "①②", "㎡", "⼈、⼤、⽅", "部首⼈", "“⼈”部", "﨑", "⿰亻尔", "㇐"])
def test_characters_of_their_own_stay(text: str) -> None:
    assert list(look_alike_character(text)) == []


def test_the_list_of_look_alikes_is_sorted_unique_and_stands_for_common_characters() -> None:
    rows = list(csv.DictReader(files("cleaner").joinpath("data/look-alikes.csv").read_text("utf-8").splitlines()))
    chars = [row["char"] for row in rows]
    assert chars == sorted(set(chars))
    assert all("\u2e80" <= char <= "\u2eff" for char in chars)
    assert all("\u4e00" <= row["standard"] <= "\u9fff" and row["reason"] for row in rows)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("<U+00A0>首页", " 首页"),
        ("总<U+200D>则", "总则"),
        ("甲&nbsp;乙", "甲 乙"),
        ("&ldquo;甲&rdquo;", "“甲”"),
        ("甲&#12288;乙", "甲　乙"),
        ("甲&#x3000;乙", "甲　乙"),
        ("甲&amp;nbsp;乙", "甲 乙"),
        ("\\u3000\\u3000甲", "　　甲"),
        ("甲\\xa0乙", "甲 乙"),
    ],
)
def test_escapes_of_spaces_and_marks_are_safe(text: str, right: str) -> None:
    assert mended(literal_escape, text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("不足&lt;3%&gt;", "不足<3%>"),
        ("甲。\\n乙", "甲。\n乙"),
        ("甲。\\n乙\r\n丙", "甲。\r\n乙\r\n丙"),
        ("<U+7F81>縻", "羁縻"),
        ("<p>甲&nbsp;乙</p>", "<p>甲 乙</p>"),
    ],
)
def test_other_escapes_are_unsafe(text: str, right: str) -> None:
    assert mended(literal_escape, text) == text
    assert mended(literal_escape, text, Grade.UNSAFE) == right


@pytest.mark.parametrize(
    "text",
    [
        "C:\\users\\u3000\\报告",
        "`&nbsp;`",
        "```\n甲\\u3000乙\n```",
        "http://a.cn/?x=1&lt;=2",
        "AT&T、A&B;",
        "'\\u3000'",
        "\\nabla的",
        "&Tab;甲",
        "&#0;&#xD800;&#9999999;",
        "&unknown;",
    ],
)
def test_escapes_in_code_and_paths_stay(text: str) -> None:
    assert mended(literal_escape, text, Grade.UNSAFE) == text


@pytest.mark.parametrize("right", ["政府工作报告", "科技创新", "人民政府", "，推动高质量发展，科技创新"])
@pytest.mark.parametrize("wrong", ["gb18030", "latin-1", "cp1252"])
def test_utf8_read_wrongly_comes_back(right: str, wrong: str) -> None:
    try:
        text = right.encode().decode(wrong)
    except UnicodeDecodeError:
        pytest.skip("bytes are lost")
    assert mended(mojibake, f"坚持 {text} 3.6%", Grade.UNSAFE) == f"坚持 {right} 3.6%"
    assert mended(mojibake, text) == text


def test_two_kinds_of_mojibake_in_one_text_come_back_in_order() -> None:
    assert mended(mojibake, "å·¥ä½\x9cÕþ¸®¹¤×÷鏀垮簻宸ヤ綔", Grade.UNSAFE) == "工作政府工作政府工作"


def test_gbk_read_as_latin_comes_back() -> None:
    assert mended(mojibake, "政府工作报告".encode("gbk").decode("latin-1"), Grade.UNSAFE) == "政府工作报告"


@pytest.mark.parametrize("right", ["总书记", "高质量发展", "坚持改革开放，总书记强调"])
def test_mojibake_that_lost_bytes_is_told(right: str) -> None:
    text = right.encode().decode("gb18030", "ignore")
    hits = list(mojibake(text))
    assert hits
    assert hits[-1].new is None
    assert any("书" in str(hit.why) or "高" in str(hit.why) or "改" in str(hit.why) for hit in hits)


@pytest.mark.parametrize(
    "text",
    [
        "漓江、漳州、浈江、洮河、涞源、瀍涧、溱洧、濉溪、滹沱河、湟水、潼关、澧县、濮阳",
        "纡尊降贵、绮丽、缥缈、缱绻、玳瑁、琥珀、璀璨、琉璃、瑕疵",
        "椰枣、榫卯、樟脑、橄榄、檀香、栀子、栾树",
        "café à la crème, São Paulo, Ångström, naïve façade",
        "°C ± × ÷ § ¶ · µ",
    ],
)
def test_rare_characters_are_no_mojibake(text: str) -> None:
    assert list(mojibake(text)) == []


@pytest.mark.parametrize(
    ("text", "safe", "every"),
    [
        ("甲\x00乙", "甲乙", "甲乙"),
        ("甲\x08乙", "甲\x08乙", "甲乙"),
        ("甲\x7f乙", "甲\x7f乙", "甲乙"),
        ("甲\x0b乙\x85丙\u2028丁", "甲\x0b乙\x85丙\u2028丁", "甲\x0b乙\x85丙\u2028丁"),
        ("甲\ue004乙", "甲\ue004乙", "甲\ue004乙"),
        ("甲\t乙\r\n丙\f丁", "甲\t乙\r\n丙\f丁", "甲\t乙\r\n丙\f丁"),
    ],
)
def test_control_characters(text: str, safe: str, every: str) -> None:
    assert mended(control_character, text) == safe
    assert mended(control_character, text, Grade.UNSAFE) == every


@pytest.mark.parametrize("text", ["甲\x0b乙", "甲\x85乙", "甲\u2029乙", "甲\ue010乙", "甲\x9f乙", "\U000f0000"])
def test_controls_that_may_stand_for_something_are_told(text: str) -> None:
    assert [hit.new for hit in control_character(text)] == [None]


@pytest.mark.parametrize("text", ["甲\ufffd乙", "锟斤拷", "锟斤拷锟斤拷锟", "烫烫烫", "屯屯屯屯", "坚持????发展"])
def test_lost_text_is_told_once(text: str) -> None:
    assert [hit.new for hit in lost_text(text)] == [None]


@pytest.mark.parametrize("text", ["真的吗？？？", "好吗???", "锟铻", "滚烫烫", "屯田", "???"])
def test_other_text_is_not_lost(text: str) -> None:
    assert list(lost_text(text)) == []


UNSEEN = ["\u200b", "\u200d", "\ufeff", "\u202a", "👨", "\ufe0f", "م", "⼈", "⻓", "、", "\x00", "\x0b", "\ue004", "\udc80", "\ufffd"]
ESCAPES = ["&nbsp;", "&amp;", "&lt;", "<U+3000>", "\\u3000", "\\n", "鏀垮簻", "宸ヤ綔", "å·¥ä½", "ÕþÖÎ", "锟斤拷", "`"]
PIECES = [*"人民发展，。 \n\rA1&;<>\\un", *UNSEEN, *ESCAPES]


@pytest.mark.parametrize("sees", RULES)
@pytest.mark.parametrize("grade", [Grade.SAFE, Grade.UNSAFE])
def test_a_rule_comes_to_rest(sees: Sees, grade: Grade) -> None:
    @given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
    @example(";\0\ue004")  # what the control character stood before is seen once that has gone
    @settings(max_examples=200, deadline=None)
    def holds(text: str) -> None:
        assert all(0 <= hit.start < hit.end <= len(text) for hit in sees(text))
        for _ in range(PASSES - 1):
            text = mended(sees, text, grade)
        assert mended(sees, text, grade) == text

    holds()
