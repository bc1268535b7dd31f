"""A stretch with its changes drawn into it: nothing in it comes from the text but text, and what it draws is what is done."""

from __future__ import annotations

import re
import time
from functools import partial

import pytest
from drawing import HOSTILE, Drawing
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import apply
from cleaner.model import Edit, Script
from cleaner.reports.diff import OPENING, Highlight, changed, clipped, fine, inline, visible
from cleaner.reports.words import word

TAGS = {"del", "ins", "mark", "span", "details", "summary", "br"}
ATTRIBUTES = {"class", "title", "data-n", "data-times"}


def drawn(text: str, *edits: Edit, lights: tuple[Highlight, ...] = (), lang: str = "zh") -> str:
    """A text with edits, as it is drawn."""
    html = inline(text, 0, len(text), [(edit, "") for edit in sorted(edits)], lights, partial(word, lang))
    return f'<div class="text">{html}</div>'


def lines(text: str) -> str:
    return text.replace("\r\n", "\n")


UNITS = st.sampled_from([*HOSTILE, "甲", "乙丙丁", ",", "，", " ", "　", "\t", "\n", "\r\n", "\n\n", "１", "无锡" * 90, "的" * 20])


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Script, tuple[Highlight, ...]]:
    """Any text with any edits, and highlights anywhere."""
    ends = [0]
    units = draw(st.lists(UNITS, min_size=1, max_size=14))
    for unit in units:
        ends.append(ends[-1] + len(unit))
    text = "".join(units)
    points = sorted(draw(st.sets(st.sampled_from(ends), max_size=8)))
    edits = [Edit(a, text[a:b], draw(st.one_of(st.just(""), UNITS)), "TYP701") for a, b in zip(points[::2], points[1::2])]
    lights = []
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted((draw(st.sampled_from(ends)), draw(st.sampled_from(ends))))
        lights.append(Highlight(start, end, "told"))
    return text, tuple(e for e in edits if e.old != e.new), tuple(sorted(lights))


@given(changes())
def test_what_is_drawn_is_what_is_done(given: tuple[str, Script, tuple[Highlight, ...]]) -> None:
    text, script, lights = given
    drawing = Drawing(drawn(text, *script, lights=lights))
    assert drawing.before == [lines(text)]
    assert drawing.after == [lines(apply(text, script))]


@given(changes())
def test_nothing_but_text_comes_from_the_text(given: tuple[str, Script, tuple[Highlight, ...]]) -> None:
    text, script, lights = given
    html = drawn(text, *script, lights=lights)
    html.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\ud800-\udfff\ue000-\uf8ff]", html)
    for tag, attributes in Drawing(html).elements[1:]:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert all(re.fullmatch(r"[-\w #+.×]*", value or "") for value in attributes.values())


def test_directions_cannot_be_turned() -> None:
    html = drawn("甲\u202e乙", lights=(Highlight(1, 2, "told"),))
    assert '<mark class="told"><span class="seen" title="U+202E RIGHT-TO-LEFT OVERRIDE">U+202E</span></mark>' in html


def test_bytes_that_did_not_decode_have_a_name() -> None:
    assert ">U+DC80</span>" in drawn("坏\udc80字")


# --- characters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" ", ["␣"]),
        ("　", ["□"]),
        ("\t", ["⇥"]),
        ("\r\n", ["⏎"]),
        ("\n", ["⏎"]),
        ("\r", ["␍"]),
        ("\u00a0", ["NBSP"]),
        ("\u200b", ["U+200B"]),
        ("\u2003", ["U+2003"]),
        ("\u3164", ["U+3164"]),
        ("\ufe0f", ["U+FE0F"]),
        ("\U000e0100", ["U+E0100"]),
        ("甲，Ａé①〇𠮷", []),
    ],
)
def test_what_comes_and_goes_is_seen(text: str, tokens: list[str]) -> None:
    assert re.findall(r">([^<]+)</span>", changed(text)) == tokens


@pytest.mark.parametrize("text", ["　　各位代表", "a b", "第一行\n第二行", "1\t2", "甲\u00a0乙"])
def test_what_stays_is_left_to_lay_out_the_text(text: str) -> None:
    assert visible(text) == text


def test_many_of_a_kind_are_one_token() -> None:
    assert changed(" " * 4).count("␣") == 4
    assert changed(" " * 5000).count("␣") == 1
    assert "×5,000" in changed(" " * 5000)


@pytest.mark.parametrize(("old", "new"), [(",", "，"), ("。。", "。"), (" ", ""), ("１２", "12"), ("", "”"), ("(", "（")])
def test_marks_and_widths_are_fine(old: str, new: str) -> None:
    assert fine(Edit(0, old, new, "PUN201"))


@pytest.mark.parametrize(("old", "new"), [("书", ""), ("", "不"), ("\n", ""), ("3", ""), ("。\n", "。"), ("１", "2"), ("，，，，，", "，")])
def test_all_else_is_loud(old: str, new: str) -> None:
    assert not fine(Edit(0, old, new, "PUN201"))


def test_clipped_is_short_and_on_one_line() -> None:
    assert clipped("甲\r\n乙", 9) == "甲  乙"
    assert clipped("甲" * 1_000_000, 9) == "甲" * 9 + "…"


# --- folding --------------------------------------------------------------------------------------------------------


def test_a_long_paragraph_shows_what_matters_and_folds_the_rest() -> None:
    text = "甲乙丙，" * 250 + "总书书记" + "丁戊己，" * 250
    drawing = Drawing(drawn(text, Edit(text.index("书书") + 1, "书", "", "TYP701")))
    assert len(drawing.shown[0]) < 120
    assert "总书书记" in drawing.shown[0]
    assert "954 字" in drawing.seen
    assert drawing.before == [text]


def test_a_deleted_paragraph_keeps_head_and_tail() -> None:
    text = "开头" + "中" * 500 + "结尾"
    drawing = Drawing(drawn(text, Edit(0, text, "", "REP501")))
    assert drawing.shown[0].startswith("开头")
    assert drawing.shown[0].endswith("结尾")
    assert "删去" in drawing.seen
    assert drawing.after == [""]


def test_marks_do_not_drown_a_doubled_character() -> None:
    text = "无锡市,经济," * 60 + "建建设" + "无锡市,经济," * 60
    commas = [Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text)]
    drawing = Drawing(drawn(text, *commas, Edit(text.index("建建"), "建", "", "TYP701"), lang="en"))
    assert "建建设" in drawing.shown[0]
    assert len(drawing.shown[0]) < 150
    assert "marks changed" in drawing.seen
    assert drawing.after[0] == text.replace(",", "，").replace("建建", "建")


@pytest.mark.parametrize("at", range(OPENING - 2, OPENING + 2))
def test_a_fold_does_not_tear_a_line_end(at: int) -> None:
    text = "甲" * at + "\r\n" + "乙," * 100
    drawing = Drawing(drawn(text, *(Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text))))
    assert "处 …" in drawing.seen
    assert drawing.after == [lines(text).replace(",", "，")]


def test_short_stretches_stay_open() -> None:
    text = "无锡市" * 20 + "建建设"
    assert "<details" not in drawn(text, Edit(text.index("建建"), "建", "", "TYP701"))


def test_a_line_of_a_million_characters_is_bounded() -> None:
    text = "甲,乙<i>" * 166_667
    edits = [Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text)]
    began = time.perf_counter()
    html = drawn(text, *edits)
    assert len(html) < 600_000
    assert "未显示" in html
    assert time.perf_counter() - began < 20
    assert len(drawn(text, Edit(6, text[6:], "", "LOOP601"))) < 60_000


@pytest.mark.parametrize(
    ("highlights", "shown"),
    [
        ([(0, 4, "1"), (1, 2, "2")], "[甲][乙2][丙丁1]"),
        ([(0, 2, "1"), (0, 2, "2")], "[甲乙1 2]丙丁"),
        ([(0, 3, "1"), (2, 4, "2")], "[甲乙1][丙丁2]"),
        ([(2, 2, "1")], "甲乙[1]丙丁"),
        ([(4, 4, "1")], "甲乙丙丁[1]"),
        ([], "甲乙丙丁"),
    ],
)
def test_highlights_that_overlap(highlights: list[tuple[int, int, str]], shown: str) -> None:
    lights = [Highlight(start, end, "told", rows) for start, end, rows in highlights]
    html = inline("甲乙丙丁", 0, 4, [], lights, lambda key, *facts: key)
    html = re.sub(r'<mark class="told(?: point)?"(?: data-n="([\d ]+)")?>(.*?)</mark>', lambda m: f"[{m[2]}{m[1] or ''}]", html)
    assert html == shown


def test_a_highlight_goes_on_behind_an_edit() -> None:
    html = inline("甲乙,丙丁", 0, 5, [(Edit(2, ",", "，", "PUN201"), "")], [Highlight(1, 4, "told", "1")], lambda key, *facts: key)
    change = '<del class="fine">,</del><ins class="fine">，</ins>'
    assert html == f'甲<mark class="told">乙</mark>{change}<mark class="told" data-n="1">丙</mark>丁'
