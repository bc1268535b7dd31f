"""Running heads and bare page numbers: what returns from page to page, where sentences break around it."""

from __future__ import annotations

import pytest

from cleaner.language.furniture import page_of

TEXT = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任，完善配套政策，优化营商环境。" * 4
CUT, REST = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任，完善配套政", "策，优化营商环境。"
HEAD = "某市国民经济和社会发展规划纲要"


def goes(text: str) -> list[str]:
    page = page_of(text)
    return [text[page.lines[i].start : page.lines[i].end] for i in sorted(page.reasons)]


def pages(*middles: str) -> str:
    return TEXT + "\n" + "".join(f"{CUT}\n{middle}\n{REST}\n{TEXT}\n" for middle in middles)


def test_bare_numbers_that_count_on_through_sentences() -> None:
    assert goes(pages("3", "4", "6")) == ["3", "4", "6"]


def test_a_running_head_with_the_number_of_its_page() -> None:
    assert goes(pages(f"{HEAD}  3", f"{HEAD}  4", f"{HEAD}  5")) == [f"{HEAD}  {n}" for n in (3, 4, 5)]


def test_the_title_stays_where_its_running_heads_go() -> None:
    text = HEAD + "\n" + pages(HEAD, HEAD, HEAD)
    assert goes(text) == [HEAD] * 3
    assert HEAD not in goes(HEAD + "\n" + TEXT)


def test_a_head_beside_its_page_number() -> None:
    text = "".join(f"{TEXT}\n- {n} -\n{HEAD}\n" for n in range(3, 7)) + TEXT
    assert goes(text) == [x for n in range(3, 7) for x in (f"- {n} -", HEAD)]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{n}\n{TEXT}\n" for n in range(1, 6)),  # headings that are numbers
        "".join(f"{n}\n{CUT}\n{REST}\n" for n in range(2019, 2024)) + TEXT,  # years
        "".join(f"主要任务\n{TEXT}\n" for _ in range(4)),  # a heading under every chapter
        "".join(f"（一）工作目标\n{TEXT}\n" for _ in range(4)),
        "".join(f"各位代表：\n{TEXT}\n" for _ in range(4)),
        "序号\n1\n2\n3\n4\n5\n",
        pages("3"),  # one number alone
        pages("9", "3", "1"),
    ],
)
def test_what_returns_without_breaking_a_sentence_stays(text: str) -> None:
    assert goes(text) == []
