"""Which half-width marks stand in Chinese."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cleaner.language.prose import verbatim
from cleaner.language.width import HalfWidth, half_width_in_chinese

PIECES = [*",;:!?().，。（）\"' \n人民发展3%aB", "，", "`a,b`", "http://a.cn/b,c", "坚持稳中求进,推动发展。", "\udc80", "\ufeff"]


def test_marks_come_in_order_with_what_is_meant() -> None:
    assert half_width_in_chinese("(一)推动发展, 落实责任;") == [
        HalfWidth(0, 1, "（"),
        HalfWidth(2, 3, "）"),
        HalfWidth(7, 9, "，"),
        HalfWidth(13, 14, "；"),
    ]


def test_nothing_in_latin_text_and_none_in_chinese_marks() -> None:
    assert half_width_in_chinese("Think globally, act locally!") == []
    assert half_width_in_chinese("（一）推动发展，落实责任；") == []


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_marks_are_half_width_apart_and_no_code(text: str) -> None:
    marks = half_width_in_chinese(text)
    full = dict(zip(",;:!?().", "，；：！？（）。", strict=True))
    for start, end, mark in marks:
        assert full[text[start]] == mark
        assert text[start + 1 : end] in ("", " ")
    assert all(one.end <= two.start for one, two in pairwise(marks))
    assert not any(verbatim(text).hold(mark.start) for mark in marks)
