"""Characters of private use: what the text itself tells of them, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.encoding import control_character


def mended(text: str) -> str:
    for hit in sorted(control_character(text), reverse=True):
        if hit.new is not None:
            text = text[: hit.start] + hit.new + text[hit.end :]
    return text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("请审议。\ue004\r\n首先", "请审议。\r\n首先"),
        ("请审议。\ue5f9\ue5f9\n首先", "请审议。\n首先"),
        ("请审议。\ue004　　首先报告。\ue004　　第一", "请审议。\n　　首先报告。\n　　第一"),
        ("1\ue010甲\n2\ue010乙\n3\ue010丙", "1.甲\n2.乙\n3.丙"),
        ("坚持“三\ue5e0导向”，坚持“三个导向”", "坚持“三个导向”，坚持“三个导向”"),
    ],
)
def test_what_the_text_tells_is_mended(text: str, right: str) -> None:
    assert mended(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "不低于2\ue0105米，不低于3\ue0101米",  # 2.5, or 2-5
        "为了\ue004保障",
        "请审议。\ue004\n为了\ue004保障",  # one place disagrees
        "1\ue010甲\n7\ue010乙\n3\ue010丙",
        "“三\ue5e0导向”“三个导向”“三大导向”",  # two ways
        "\ue004\ue005\n",
    ],
)
def test_what_it_does_not_tell_stays(text: str) -> None:
    assert mended(text) == text
    assert list(control_character(text))


@given(st.text("。甲乙1\n　\ue004\ue010", max_size=16))
def test_every_one_is_told_once(text: str) -> None:
    spoken = [i for hit in control_character(text) for i in range(hit.start, hit.end) if text[i] in "\ue004\ue010"]
    assert spoken == sorted(set(spoken)) or len(spoken) == len(set(spoken))
    assert {i for i, char in enumerate(text) if char in "\ue004\ue010"} == set(spoken)
