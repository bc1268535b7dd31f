"""Mojibake is told by its round trip; what is no mojibake is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.language.mojibake import misread

COMMON = st.text("政府工作报告发展规划科技创新总书记，。", max_size=20).map(lambda text: "坚持" + text)


@pytest.mark.parametrize(
    ("text", "was", "right"),
    [
        ("坚持绉戞妧鍒涙柊，增长", "绉戞妧鍒涙柊", "科技创新"),
        ("坚持ç§‘æŠ€åˆ›æ–°，增长", "ç§‘æŠ€åˆ›æ–°", "科技创新"),
        ("坚持·¢Õ¹¹æ»®，增长", "·¢Õ¹¹æ»®", "发展规划"),
        ("坚持鎬讳功璁", "鎬讳功璁", None),
        ("坚持绉戞妧鏂癆", "绉戞妧鏂癆", None),  # its last byte and an A are one character of GBK
    ],
)
def test_what_was_misread(text: str, was: str, right: str | None) -> None:
    (seen,) = misread(text)
    assert (text[seen.start : seen.end].removeprefix("坚持"), seen.right) == (was, right)


@pytest.mark.parametrize("text", ["", "总书记", "漓江、漳州、浈江", "café、Ångström", "25°C、±5、×3", "瀍涧𠀀\udc80", "鎏金銮驾"])
def test_what_was_read_rightly(text: str) -> None:
    assert misread(text) == []


@given(COMMON)
def test_utf8_read_as_latin_comes_back(text: str) -> None:
    assert "".join(seen.right or "" for seen in misread(text.encode().decode("latin-1"))) == text
