"""A text as the language model reads it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import symbols as ways
from cleaner.language.symbols import BRACKET, FIRST, LAST, LETTERS, MARK, NUMBER, OTHER, ROOM, symbols
from cleaner.views import traditional_to_simplified

TEXTS = st.text('建设國国，。 \n1２%aéの（“"+㐀𠀀\ud800\udc80\ue000', max_size=30)


def inner(text: str) -> list[int]:
    return symbols(text).codes[ROOM:-ROOM].tolist()


def places(text: str) -> list[int]:
    return symbols(text).at[ROOM:-ROOM].tolist()


@given(TEXTS)
def test_symbols_tile_the_text(text: str) -> None:
    read, at = inner(text), places(text)
    assert len(read) == len(at)
    assert at[:1] == [0] * bool(text)
    for code, (start, end) in zip(read, itertools.pairwise([*at, len(text)]), strict=True):
        assert start < end
        assert {one for char in text[start:end] for one in inner(char)} == {code}
        assert end == start + 1 or code < FIRST


@given(TEXTS)
def test_no_sign_follows_itself(text: str) -> None:
    assert all(a != b or a >= FIRST for a, b in itertools.pairwise(inner(text)))


@given(TEXTS)
def test_marks_stand_on_both_sides(text: str) -> None:
    read = symbols(text)
    assert read.codes[:ROOM].tolist() == read.codes[-ROOM:].tolist() == [MARK] * ROOM
    assert read.at[:ROOM].tolist() == [0] * ROOM
    assert read.at[-ROOM:].tolist() == [len(text)] * ROOM


@given(TEXTS, TEXTS)
def test_a_text_is_read_as_its_parts_are(left: str, right: str) -> None:
    """Between two Chinese characters nothing depends on what stands elsewhere."""
    assert inner(f"{left}国建{right}") == [*inner(f"{left}国"), *inner(f"建{right}")]


def test_of_the_empty_text_there_are_marks_only() -> None:
    read = symbols("")
    assert read.codes.tolist() == [MARK] * 2 * ROOM
    assert read.at.tolist() == [0] * 2 * ROOM


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("，。、；：！？—…·,;!-", MARK),
        (" \t\r\n\u3000\ufeff\u200b\x00", MARK),
        ("0123456789０９〇①²%％.．", NUMBER),
        ("azAZａＺéяのカ々", LETTERS),
        ("()（）[]【】《》〈〉“”‘’「」\"'", BRACKET),
        ("+=<>￥$㐀㐁\ue000가Ⅲ", OTHER),
        ("\ud800\udbff\udc00\udfff", OTHER),
    ],
)
def test_signs(text: str, sign: int) -> None:
    assert inner(text) == [sign]
    for char in text:
        assert inner(f"建{char}设") == [ord("建"), sign, ord("设")]


@pytest.mark.parametrize("text", ["𠀀", "😀", "𠀀𠀁😀", "\U0010ffff"])
def test_astral_characters_are_one_sign_and_one_place_each(text: str) -> None:
    read = inner(f"建{text}设")
    assert len(read) == 3
    assert read[1] < FIRST
    assert places(f"建{text}设") == [0, 1, 1 + len(text)]


def test_a_rare_character_of_another_plane_is_no_mark() -> None:
    assert inner("𠀀") == inner("㐀") == [OTHER]


CHAINED = "薴"


def test_every_chinese_character_is_itself_or_its_simplified_form() -> None:
    changed = traditional_to_simplified()
    for point in range(FIRST, LAST + 1):
        simplified = changed.get(chr(point), chr(point))
        if chr(point) not in CHAINED:
            assert inner(chr(point)) == [ord(simplified) if FIRST <= ord(simplified) <= LAST else OTHER]


@pytest.mark.parametrize("char", CHAINED)
def test_a_character_is_simplified_once(char: str) -> None:
    assert inner(char) == [ord(traditional_to_simplified()[char])]


@pytest.mark.parametrize(
    ("traditional", "simplified"), [("財政司司長", "财政司司长"), ("習近平總書記", "习近平总书记"), ("國務院：１２％", "国务院:5")]
)
def test_traditional_script_is_read_as_simplified(traditional: str, simplified: str) -> None:
    assert inner(traditional) == inner(simplified)
    assert places(traditional)[:3] == [0, 1, 2]


def test_the_same_character_twice_is_two_symbols() -> None:
    assert inner("局局國国") == [ord("局"), ord("局"), ord("国"), ord("国")]
    for point in (FIRST, ord("人"), LAST):
        assert inner(chr(point) * 3) == [point] * 3


@pytest.mark.parametrize(("text", "read"), [("增长5.2%。", "增长0,"), ("（第1—3条）", "(第0,0条("), ("A+级，B级", "A?级,A级")])
def test_readings(text: str, read: str) -> None:
    assert "".join(map(chr, inner(text))) == read


@settings(deadline=None)
@given(st.text("甲門12.aA，。（“\n\U00020000\ud800〇", max_size=40))
def test_compiled_symbols_are_those_of_numpy(text: str) -> None:
    for one, other in zip(ways.compiled(text), ways.by_numpy(text), strict=True):
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()
