"""Paragraphs tile a text; folding leads back to it and keeps what changes a figure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import views
from cleaner.views import Lines, fold, folded_text, paragraphs

TEXTS = st.text(alphabet="甲乙,，1２.% 　\n\r\u2028\ufeff\ud800羨", max_size=30)


@given(TEXTS)
def test_paragraphs_tile_the_text(text: str) -> None:
    tiles = paragraphs(text)
    assert "".join(text[p.start : p.stop] for p in tiles) == text
    assert all(p.start <= p.end <= p.stop for p in tiles)
    assert all(not re.search(r"[\r\n]", text[p.start : p.end]) for p in tiles)
    assert all(text[p.start : p.end].strip() for p in tiles[1:-1])


@given(TEXTS, st.booleans())
def test_folding_leads_back(text: str, marks: bool) -> None:
    view = fold(text, marks)
    places = view.at.tolist()
    assert places == sorted(set(places))
    assert places[-1] == len(text)
    for n in range(len(view.codes)):
        start, end = view.span(n, n + 1)
        assert end - start == 1
        assert folded_text(text[start:end]) in ("", view.text(n, n + 1))


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text()
    assert fold(once).text() == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("建设，发展。", "建设发展"),
        ("（一）羨慕", "一羡慕"),
        ("２０２３ 年", "2023年"),
        ("ＡＢ", "AB"),
        ("建\u200b设", "建设"),
        ("\ufeff建设", "建设"),
    ],
)
def test_what_folds_together(one: str, other: str) -> None:
    assert folded_text(one) == folded_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.6%", "36%"),
        ("1-3月", "13月"),
        ("-3%", "3%"),
        ("±3", "3"),
        ("10、20", "1020"),
        ("3%", "3‰"),
        ("A+级", "A级"),
        ("A-级", "A级"),
        ("阳性(+)", "阳性(-)"),
        ("结果（-）", "结果"),
        ("C++", "C"),
        ("Ⅲ类", "III类"),
        ("①", "1"),
        ("㎡", "m2"),
    ],
)
def test_what_stays_apart(one: str, other: str) -> None:
    assert folded_text(one) != folded_text(other)


def test_lines_end_at_line_ends_only() -> None:
    lines = Lines("甲\r\n乙\u2028\x0c丙\r丁\n")
    assert [lines.place(i) for i in (0, 2, 3, 6, 8, 10)] == [(1, 1), (1, 3), (2, 1), (2, 4), (3, 1), (4, 1)]


@settings(deadline=None)
@given(st.text("甲門１3.%，-－～~　A(）+\u200b\n\U00020000\ud800", max_size=40), st.booleans())
def test_compiled_folding_is_that_of_numpy(text: str, marks: bool) -> None:
    quick, slow = views.compiled_fold(text, marks), views.fold_by_numpy(text, marks)
    assert quick.codes.tolist() == slow.codes.tolist()
    assert quick.at.tolist() == slow.at.tolist()


def test_who_reads_much_is_told_when_it_pays() -> None:
    reader = views.Reader()
    assert not reader.reads(views.MANY - 1)
    assert reader.reads(1)
    assert reader.reads(0)
