"""Which lines of a page are furniture, and which stretches of a line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import lexicon, needed
from cleaner.language.furniture import after_indent, page_of
from cleaner.language.lines import Row, expanded, squeezed

ROWS = [Row(**row) for row in lexicon.rows("furniture.csv")]
BODY = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。"


def furniture(text: str) -> list[str]:
    page = page_of(text)
    return [text[page.lines[i].start : page.lines[i].end] for first, last in page.furniture for i in range(first, last + 1)]


def test_lines_are_those_that_hold_something() -> None:
    text = "\n　\n甲\r\n \t\r\n乙\r丙 \n\n"
    assert [text[line.start : line.end] for line in page_of(text).lines] == ["甲", "乙", "丙 "]


@pytest.mark.parametrize(
    ("text", "goes"),
    [
        (f"{BODY}\n- 3 -\n{BODY}", ["- 3 -"]),
        (f"当前位置：\n首页\n>\n要闻\n{BODY}", ["当前位置：", "首页", ">", "要闻"]),
        (f"{BODY}\n（下转第3版）\n（上接第1版）\n{BODY}", ["（下转第3版）", "（上接第1版）"]),
        (f"打印\n{BODY}", []),
        (f"某市工作报告\n各位代表：\n{BODY}\n打印本页\n某市工作报告\n各位代表：{BODY}", ["打印本页", "某市工作报告", f"各位代表：{BODY}"]),
        (f"{BODY}\n打印本页\n{BODY}", ["打印本页"]),
        (f"某市工作报告\n{BODY}\n打印本页\n附件：{BODY}", ["打印本页"]),
        (f"```\n- 3 -\n```\n{BODY}", []),
        (f"{BODY}（下转第3版）", []),
        ("", []),
    ],
)
def test_lines_of_furniture(text: str, goes: list[str]) -> None:
    assert furniture(text) == goes
    page = page_of(text)
    assert sorted(page.reasons) == [i for first, last in page.furniture for i in range(first, last + 1)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (f"　　（上接第1版） {BODY}", [("（上接第1版） ", True)]),
        (f"{BODY} （下转第3版）\n", [(" （下转第3版）", True)]),
        ("制定（下转第3版）计划。", [("（下转第3版）", False)]),
        ("标有“（下转第3版）”的。", []),
        ("制定计划（见第3版）。", []),
        ("（下转第3版）", []),  # the line goes
    ],
)
def test_marks_inside_a_line(text: str, marks: list[tuple[str, bool]]) -> None:
    assert [(text[mark.start : mark.end], mark.at_edge) for mark in page_of(text).marks] == marks


def test_the_gap_after_a_line() -> None:
    page = page_of("甲\n乙\r\n\r\n丙\n　\n丁\n")
    assert [page.gap(i) for i in range(4)] == [(1, 1), (2, 4), (2, 3), (1, 1)]
    assert page.next_start(3) == len(page.text)


@pytest.mark.parametrize(
    ("line", "narrow"),
    [("【字　号：大】", "[字号:大]"), ("— １２ —", "-12-"), ("首页 » 要闻", "首页>要闻"), ("Ⅲ类①", "ⅲ类①"), ("甲。", "甲。")],
)
def test_patterns_are_written_once_for_all_widths(line: str, narrow: str) -> None:
    assert squeezed(line) == narrow


def test_after_the_indent() -> None:
    assert after_indent("　　 甲", 0) == 3
    assert after_indent("甲", 0) == 0
    assert after_indent("　", 0) == 1


LINE = st.sampled_from([BODY, "- 3 -", "打印", "（上接第1版）", "```", "首页", ">", "　", "（上接第1版）" + BODY, BODY + "（下转第3版）"])


@given(st.lists(LINE, max_size=10), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_marks_stand_on_lines_that_stay(lines: list[str], end: str) -> None:
    page = page_of(end.join(lines))
    stays = [line for i, line in enumerate(page.lines) if i not in page.reasons]
    assert all(any(line.start <= mark.start < mark.end <= line.end for line in stays) for mark in page.marks)
    assert not any(page.fences.hold(page.lines[i].start) for i in page.reasons)


def test_long_lines_of_almost_furniture_are_quick() -> None:
    line = "【字号：" + "大 中 小 " * 20 + "。"
    lines = [line, "1" * 90 + "页", "[" * 95, "首页" * 45, "打印本页" * 20 + "甲", "分享到：" + "微信" * 40 + "甲", ">" * 90 + "正"]
    assert not any("甲" in gone for gone in furniture("\n".join(lines * 300)))


def test_patterns_are_unique_and_say_why() -> None:
    rows = lexicon.rows("furniture.csv")
    assert all(row["place"] and row["pattern"] and row["reason"] for row in rows)
    assert len({(row["place"], row["pattern"]) for row in rows}) == len(rows)


def test_what_patterns_need_is_written_down() -> None:
    assert needed.table() == ROWS, "python -m cleaner.language.needed"


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("一?第\\d页", "第 页"),
        ("(?:打|闭)+本页", "打闭 本 页"),
        ("[甲乙]?(?:丙|丁戊)", "丙戊"),
        ("(?:版权|\\d)所?", ""),
        ("[^。]{2,9}", ""),
        ("[0-9a-c]{32}:?", "0123456789abc"),
        ("中(?=文)", "中"),
    ],
)
def test_a_line_that_fits_holds_what_is_needed(pattern: str, needs: str) -> None:
    assert sorted(needed.needs(Row("web", pattern, "")).split()) == sorted(needs.split())


DRAWN = [row for row in ROWS if row.place not in needed.WORDS and "(?=" not in row.pattern]  # hypothesis does not look ahead


@pytest.mark.parametrize("row", DRAWN, ids=lambda row: row.pattern[:40])
@given(data=st.data())
@settings(max_examples=5)
def test_no_line_is_passed_over(row: Row, data: st.DataObject) -> None:
    line = data.draw(st.from_regex(re.compile(expanded(row.pattern)), fullmatch=True))
    assert not any(map(set(line).isdisjoint, row.needs.split()))
