"""Where the lines of a paragraph go on, on a page that broke them all by its width."""

from __future__ import annotations

import pytest

from cleaner.language.furniture import page_of
from cleaner.language.wrapped import turns, visible, width_of

PROSE = (
    "今年以来，全市上下坚持以习近平新时代中国特色社会主义思想为指导，统筹推进疫情防控和经济社会发展各项工作，经济运行总体平稳，"
    "社会大局保持稳定，各方面工作都取得了新的成绩，为完成全年目标任务打下了坚实基础。在看到成绩的同时，也要清醒认识存在的问题和困难，"
    "产业结构还不够优化，科技创新能力还不够强，民生领域还有不少短板，政府职能转变还不到位，这些都需要采取有力措施加以解决。"
)


def wrapped(text: str, width: int = 24) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width)) + "\n"


def joined(text: str) -> str:
    for turn in sorted(turns(page_of(text)), reverse=True):
        text = text[: turn.start] + turn.new + text[turn.end :]
    return text


def test_wrapped_paragraphs_become_whole_ones() -> None:
    text = wrapped(PROSE) * 4
    assert width_of(page_of(text)) == 24
    assert joined(text) == (PROSE + "\n") * 4
    assert list(turns(page_of(joined(text)))) == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(end: str) -> None:
    assert joined((wrapped(PROSE) * 4).replace("\n", end)) == (PROSE + end) * 4


@pytest.mark.parametrize(
    "line",
    [
        "毛泽东",
        "一月十四日",
        "（一）完善政策体系",
        "二、主要目标",
        "注 释",
        "特此通知。",
        "2024年1月18日",
        "春眠不觉晓",
        "单位|数量|备注",
        "1. 通用标准",
    ],
)
def test_what_is_no_running_text_stays_a_line(line: str) -> None:
    page = wrapped(PROSE)
    assert joined(page * 2 + line + "\n" + page * 2) == (PROSE + "\n") * 2 + line + "\n" + (PROSE + "\n") * 2


def test_a_full_line_is_not_joined_to_an_item() -> None:
    text = wrapped(PROSE)[:-1].rsplit("\n", 1)[0] + "\n（一）完善政策体系\n"
    assert "\n（一）完善政策体系\n" in joined(text * 4)


def test_page_numbers_between_two_halves_go_with_the_seam() -> None:
    lines = wrapped(PROSE).split("\n")
    text = "\n".join([*lines[:3], "- 3 -", *lines[3:]])
    assert joined(text * 4) == (PROSE + "\n") * 4


def test_indents_begin_paragraphs() -> None:
    text = "".join("　　" + wrapped(PROSE[: 24 * 6 - 1]) for _ in range(5))
    assert joined(text) == ("　　" + PROSE[: 24 * 6 - 1] + "\n") * 5


def test_english_words_are_kept_apart() -> None:
    lines = wrapped(PROSE).split("\n")
    text = "\n".join([*lines[:3], "各方面采用人工智能国际标准以及有关 deep", "learning 等技术，推动产业发展，各项工作取得新进展。"]) + "\n"
    assert "deep learning" in joined(text + wrapped(PROSE) * 4)


@pytest.mark.parametrize(
    "text",
    [
        (PROSE + "\n") * 20,  # whole paragraphs
        "".join(f"{name}人民政府、{name}人民检察院和{name}监察委员会\n" for name in ("某某市", "甲乙县", "丙丁区") * 10),  # a list
        "春眠不觉晓处处闻啼鸟\n夜来风雨声花落知多少\n" * 20,  # verse
        wrapped(PROSE),  # too little to tell a width by
        "```\n" + wrapped(PROSE) * 4 + "```\n",
        "",
    ],
)
def test_what_is_not_wrapped_stays(text: str) -> None:
    assert joined(text) == text


def test_width_counts_narrow_characters_half() -> None:
    assert visible("甲乙丙") == 3
    assert visible("甲12乙") == 3
    assert visible("") == 0
