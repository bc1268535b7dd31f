"""Doubled characters as they are found: compiled and by numpy."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner.compiled_places import any_in_a_row as quickly
from cleaner.language import doublings, lexicon
from cleaner.views import Tables, _in_a_row_by_numpy, _in_a_row_quickly, among, code_points, rows_of

LETTERS = "局长市人政府刚建设國国，1\n𠀀"


@settings(deadline=None, max_examples=300)
@given(st.text(LETTERS, max_size=60))
@example("公安局局长、无锡市市人民政府、刚刚刚出台、國国國國")
@example("府府")
def test_compiled_doublings_are_those_of_numpy(text: str) -> None:
    known = lexicon.shipped()
    some = dict(doublings._quickly(text, known))
    every = dict(doublings._attested(text, known))
    assert some.items() <= every.items()
    assert all(seen.copies == 2 and seen.char != "市" and attested.is_right for seen, attested in every.items() - some.items())


@settings(deadline=None, max_examples=200)
@given(st.text(LETTERS + "\ufeff", max_size=60))
@example("")
@example("局")
def test_places_in_a_row_are_found_by_both(text: str) -> None:
    every = (among("局市"), among("局市政", "长人1"), among("市", "人", "政，"))
    rows = rows_of(every)
    found = quickly(code_points(text), rows.bits, rows.begin, rows.sizes).tolist()
    assert sorted(found) == sorted(place for tables in every for place in _in_a_row_by_numpy(text, tables))
    for tables in every:
        quick = _in_a_row_quickly(text, tables)
        assert quick == _in_a_row_by_numpy(text, tables)
        assert quick == [n for n in range(len(text)) if len(text) - n >= len(tables.rows) and _stands(text, n, tables)]


def _stands(text: str, at: int, tables: Tables) -> bool:
    return all(ord(text[at + k]) < 0xFFFF and bool(row[ord(text[at + k])]) for k, row in enumerate(tables.rows))
