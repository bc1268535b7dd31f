"""What a text says elsewhere: compiled and by numpy, and what is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner.language import lexicon
from cleaner.language.candidates import KINDS, by_numpy
from cleaner.language.compiled_elsewhere import elsewhere as compiled
from cleaner.language.elsewhere import elsewhere
from cleaner.language.symbols import symbols
from cleaner.language.table import hashes_of, holds

OFFICE = "牵头单位是省工业和信息化厅，"
Row = tuple[str, str, str]


def found(text: str) -> list[Row]:
    """What elsewhere finds, as the kind, the text before the place, and the character."""
    read = symbols(text)
    triple = holds(lexicon.shipped().triples, hashes_of(read.codes, 3))
    rows = elsewhere(read.codes, triple).tolist()
    assert sorted(rows) == sorted(compiled(read.codes, lexicon.shipped().triples).tolist())
    return [(KINDS[kind], text[: read.at[at]][-4:], chr(char)) for kind, at, char in rows]


@settings(deadline=None, max_examples=300)
@given(st.text("甲乙丙，", max_size=80))
@example("甲乙丙甲乙丙甲，" * 3)
def test_compiled_is_as_by_numpy(text: str) -> None:
    found(text)


@given(
    st.lists(st.sampled_from(["工业和信息化厅", "工业和信息厅", "工业信息化厅", "省", "，", "等部门负责", "公业和信息化厅"]), max_size=30)
)
@settings(deadline=None)
def test_of_words_as_well(words: list[str]) -> None:
    found("".join(words))


@pytest.mark.parametrize(
    ("slip", "row"),
    [
        ("牵头单位是省工业和信息厅，", ("lost", "和信息", "化")),
        ("牵头单位是省业和信息化厅，", ("lost", "位是省", "工")),
        ("牵头单位是省公业和信息化厅，", ("wrong", "位是省", "工")),
        ("牵头单位是省工业和信息化斤", None),  # nothing follows in either
        ("另有省工业和，", None),
    ],
)
def test_a_slip_is_held_against_every_other_place(slip: str, row: Row | None) -> None:
    rows = [(kind, before[-3:], char) for kind, before, char in found(OFFICE * 3 + slip)]
    assert rows.count(row) == 3 if row else not rows


def test_the_right_form_is_not_what_lacks_a_character() -> None:
    assert {char for _, _, char in found(OFFICE * 3 + OFFICE.replace("化", ""))} == {"化"}


def test_a_change_says_how_many_places_there_are() -> None:
    read = symbols(OFFICE * 5 + OFFICE.replace("化", ""))
    some = by_numpy(read.codes, lexicon.shipped())
    assert [(change.kind, chr(change.char), change.elsewhere) for change in some if change.elsewhere] == [("lost", "化", 5)]


def test_many_places_of_one_string_are_held_against_the_nearest() -> None:
    read = symbols(OFFICE * 500)
    assert len(compiled(read.codes, np.zeros(1 << 10, dtype=np.uint8))) == 0
    assert 0 < len(compiled(symbols(OFFICE * 400 + OFFICE.replace("化", "") + OFFICE * 400).codes, lexicon.shipped().triples)) <= 16
