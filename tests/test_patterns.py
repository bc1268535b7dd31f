"""Patterns that are compiled when they are first used are as those that are compiled at once."""

from __future__ import annotations

import re

import pytest

from cleaner.patterns import lazily


def test_it_is_a_pattern() -> None:
    lazy, compiled = lazily(r"(第)\d+(?P<what>条)", re.MULTILINE), re.compile(r"(第)\d+(?P<what>条)", re.MULTILINE)
    text = "第1条 第22条"
    assert lazy.pattern == compiled.pattern
    assert [m.span() for m in lazy.finditer(text)] == [m.span() for m in compiled.finditer(text)]
    assert (found := lazy.match(text, 4))
    assert found["what"] == "条"
    assert (lazy.flags, lazy.groups, lazy.groupindex) == (compiled.flags, compiled.groups, compiled.groupindex)
    assert lazy.sub("款", text) == compiled.sub("款", text) == "款 款"


def test_bytes_too() -> None:
    assert lazily(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_what_is_wrong_is_raised_at_its_use() -> None:
    lazy = lazily("(")
    with pytest.raises(re.error):
        lazy.search("甲")
