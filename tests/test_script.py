"""Traditional characters in simplified text: what is found, and what stays."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.script import traditional_character
from cleaner.views import traditional_to_simplified

SIMPLIFIED = "各级党组织要认真学习贯彻会议精神，{}，为经济发展、保障民生、实现现代化创造条件。"


def mended(text: str) -> str:
    chars = list(text)
    for hit in traditional_character(text):
        if hit.new is not None:
            chars[hit.start] = hit.new
    return "".join(chars)


@pytest.mark.parametrize(
    ("text", "right"),
    [("改革開放", "改革开放"), ("陽羨挑战赛", "阳羡挑战赛"), ("会議强调", "会议强调"), ("农業和农戶", "农业和农户")],
)
def test_residue_is_told_and_mended(text: str, right: str) -> None:
    assert mended(SIMPLIFIED.format(text)) == SIMPLIFIED.format(right)


def test_one_with_several_simplified_forms_is_only_told() -> None:
    text = SIMPLIFIED.format("完成年度计畫")
    assert [(text[hit.start], hit.new) for hit in traditional_character(text)] == [("畫", None)]


@pytest.mark.parametrize(
    "text",
    [
        "著作权、显著、著名",
        "乾隆、乾坤、乾安县",
        "於潜镇、瞭望、瞭解",
        "慰藉、狼藉、覆盖、徵羽、什么、剋扣",
        "毕昇、昇腾、赵孟頫、钱鍾书",
        "二噁英、噁唑",
        "皇后、里程、干部、发展、面条、只有",
    ],
)
def test_characters_that_are_right_in_simplified_text_stay(text: str) -> None:
    assert list(traditional_character(SIMPLIFIED.format(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "中國共產黨第七次全國代表大會，發展經濟，保障供給。",
        SIMPLIFIED.format("如下") * 4 + "\n為人民服務，為國家富強而奮鬥\n" + SIMPLIFIED.format("以上"),
        "發展",
        "",
        "\udc80𠮷",
    ],
)
def test_traditional_text_and_quotations_stay(text: str) -> None:
    assert list(traditional_character(text)) == []


def test_exceptions_are_sorted_unique_and_needed() -> None:
    rows = list(csv.DictReader(files("cleaner").joinpath("data/traditional-kept.csv").read_text("utf-8").splitlines()))
    chars = [row["char"] for row in rows]
    assert chars == sorted(set(chars))
    assert all(row["reason"] for row in rows)
    assert set(chars) <= traditional_to_simplified().keys()


@given(st.text("人民开放開發会議与，\r\n𠮷\udc80a", max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = mended(SIMPLIFIED.format(text))
    assert mended(once) == once
