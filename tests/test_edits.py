"""Scripts apply, reverse and compose, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import Mismatch, Trail, apply, choose, compose, minimal, reverse
from cleaner.model import Edit, Finding, Grade, Level, Script, Twin, Why

TEXTS = st.text(alphabet="甲乙,\n", max_size=24)


@st.composite
def scripts(draw: st.DrawFn, text: str) -> Script:
    """Any valid script over a text: spans that do not overlap, insertions that touch nothing."""
    points = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edits = []
    for start, end in zip(points[::2], points[1::2]):
        edits.append(Edit(start, text[start:end], draw(st.text(alphabet="子丑", max_size=3)), "A"))
    return tuple(edits)


@given(st.data(), TEXTS)
def test_a_script_reverses(data: st.DataObject, text: str) -> None:
    script = data.draw(scripts(text))
    assert apply(apply(text, script), reverse(script)) == text


@given(st.data(), TEXTS)
def test_two_scripts_compose_into_one(data: st.DataObject, text: str) -> None:
    first = data.draw(scripts(text))
    middle = apply(text, first)
    second = data.draw(scripts(middle))
    both = compose(text, first, second)
    assert apply(text, both) == apply(middle, second)
    assert apply(apply(text, both), reverse(both)) == text


@given(st.data(), TEXTS)
def test_places_lead_back(data: st.DataObject, text: str) -> None:
    script = data.draw(scripts(text))
    after = apply(text, script)
    trail = Trail(script)
    for start in range(len(after)):
        lo, hi = trail.start(start), trail.end(start + 1)
        untouched = not any(e.start <= lo < e.end or e.start < hi <= e.end for e in script)
        assert 0 <= lo <= hi <= len(text)
        if untouched and hi - lo == 1:
            assert text[lo:hi] == after[start]


@given(TEXTS, TEXTS)
def test_a_minimal_edit_does_the_whole(old: str, new: str) -> None:
    edit = minimal(0, old, new, "A")
    assert (apply(old, (edit,)) if edit else old) == new


def test_an_edit_proves_itself() -> None:
    with pytest.raises(Mismatch, match="at 1"):
        apply("甲乙", (Edit(1, "丙", "", "A"),))


def found(start: int, old: str, new: str, grade: Grade = Grade.SAFE, twin: Twin | None = None) -> Finding:
    edits = () if old == new else (Edit(start, old, new, "A"),)
    return Finding("A", start, start + len(old), edits, grade, Level.WARNING, Why("x"), twin)


def test_an_unapplied_wide_finding_does_not_hide_a_safe_narrow_one() -> None:
    wide, narrow = found(0, "甲乙丙丁", "", Grade.UNSAFE), found(1, "乙", "")
    assert choose([wide, narrow], Grade.SAFE) == (narrow.edits, ())
    assert choose([wide, narrow], Grade.UNSAFE) == (wide.edits, (narrow,))


def test_the_last_copy_is_never_removed() -> None:
    first, second = found(0, "甲乙", ""), found(5, "甲乙", "", twin=Twin(0, 2, 1.0))
    assert choose([first, second], Grade.SAFE)[0] == first.edits


def test_what_the_encoding_cannot_hold_is_not_applied() -> None:
    assert choose([found(0, "a", "𠮷")], Grade.SAFE, lambda new: new.isascii())[0] == ()


def test_two_insertions_at_one_place_do_not_both_happen() -> None:
    one, other = found(3, "", "甲"), found(3, "", "乙")
    assert len(choose([one, other], Grade.SAFE)[0]) == 1
