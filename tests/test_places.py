"""What is sought only where it can begin or end is all that there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules import amounts, typos
from cleaner.views import any_in_a_row


@given(st.text("超过约近至少10亿元左右以上下内之\n不", max_size=16))
def test_bounds_are_those_of_the_pattern(text: str) -> None:
    assert [(hit.start, hit.end) for hit in amounts.redundant_bound(text)] == [m.span() for m in amounts._BOUNDS.finditer(text)]


@given(st.lists(st.sampled_from(sorted(typos._misprints().of)).flatmap(lambda form: st.sampled_from([form, form[:2], form[1:]]))))
def test_no_listed_misprint_is_passed_over(forms: list[str]) -> None:
    text, known = "".join(forms), typos._misprints()
    places = set(any_in_a_row(text, known.rows))
    assert {start for start in range(len(text)) if text.startswith(tuple(known.of), start)} <= places
    assert all(form in known.beginning[form[:2]] for form in known.of)
