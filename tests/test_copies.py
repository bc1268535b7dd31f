"""Which paragraphs stand earlier in a text: nearly, cut into other lines, in part; and what is alike and must stay."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mending import mended as by_rule

from cleaner.copies import alike, copies
from cleaner.edits import apply, choose
from cleaner.model import Finding, Grade
from cleaner.passages import passages
from cleaner.pipeline import findings_of
from cleaner.rules import RULES
from cleaner.rules.repeats import nearly_repeated_paragraph, repeated_block, repeated_passage, template_pair

LONG = "制定实施强化企业科技创新主体地位行动方案，支持企业深度融入、精准切入新一轮科技革命和产业变革，努力以颠覆性技术催生新产业。"
OTHER = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性金融风险的底线，促进金融业平稳健康有序发展。"
THIRD = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"
WORKS = (LONG, OTHER, THIRD)
YEAR = "{}年，生产总值{}亿元、增长{}%，收入{}亿元、增长{}%，就业{}人，人均收入{}元、增长{}%。"
REPEATS = [rule for rule in RULES if rule.code.startswith("REP") and not rule.across]


def found(text: str) -> list[Finding]:
    return [finding for rule in REPEATS for finding in findings_of(rule, text, {})]


def mended(text: str, grade: Grade = Grade.SAFE) -> str:
    return apply(text, choose(found(text), grade)[0])


def misread(text: str, *places: int) -> str:
    """As a poor scan gives it: characters lost."""
    return "".join(char for i, char in enumerate(text) if i not in places)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        # the first copy stays, whichever is the better one
        (f"{LONG}\n{OTHER}\n{misread(LONG, 20)}\n", f"{LONG}\n{OTHER}\n"),
        (f"{misread(LONG, 20)}\n{OTHER}\n{LONG}\n", f"{misread(LONG, 20)}\n{OTHER}\n"),
        (f"{LONG}\n{OTHER}\n{misread(LONG, 20)}\n{misread(OTHER, 9)}\n{THIRD}", f"{LONG}\n{OTHER}\n{THIRD}"),
        # a heading beside a near repeat goes with it
        (f"一、总体要求\n{LONG}\n{OTHER}\n一、总体要求\n{misread(LONG, 20)}\n", f"一、总体要求\n{LONG}\n{OTHER}\n"),
        # three copies, each misread at another place
        (f"{LONG}\n{misread(LONG, 20)}\n{OTHER}\n{misread(LONG, 40)}\n", f"{LONG}\n{OTHER}\n"),
        # a text of articles: the number is part of what is said
        (
            f"第一条　{OTHER}\n第二条　{LONG}\n第三条　{THIRD}\n第二条　{misread(LONG, 20)}\n",
            f"第一条　{OTHER}\n第二条　{LONG}\n第三条　{THIRD}\n",
        ),
    ],
)
def test_near_repeats_go(text: str, cleaned: str) -> None:
    assert mended(text) == cleaned
    assert mended(cleaned, Grade.UNSAFE) == cleaned


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (f"2022年，{LONG}", f"2023年，{LONG}"),
        (f"增长3.6%。{LONG}", f"增长3.8%。{LONG}"),
        (f"无锡市要{LONG}", f"苏州市要{LONG}"),
        (f"市教育局{LONG}", f"市民政局{LONG}"),
        (f"不得{LONG}", f"必须{LONG}"),
        (f"第三条　{LONG}", f"第五条　{LONG}"),
        (f"国办发〔2023〕12号：{LONG}", f"国办发〔2023〕13号：{LONG}"),
        (f"（一）{LONG}", f"（二）{LONG}"),
    ],
)
def test_a_pair_that_differs_in_a_fact_stays_and_is_told(left: str, right: str) -> None:
    for text in (f"{left}\n{OTHER}\n{right}\n", f"{right}\n{left}\n"):
        assert mended(text, Grade.UNSAFE) == text
        (pair,) = alike(text, 25)
        assert pair.fact is not None
        assert [hit.new for hit in template_pair(text)] == [None]


@pytest.mark.parametrize(("was", "is_"), [("努力", "继续努力"), ("努力以", "努力地用")])
def test_words_that_say_nothing_are_an_unsafe_fix(was: str, is_: str) -> None:
    text = f"{LONG}\n{OTHER}\n{LONG.replace(was, is_)}\n"
    assert mended(text) == text
    assert by_rule(nearly_repeated_paragraph, text, Grade.UNSAFE) == f"{LONG}\n{OTHER}\n"


def test_words_that_say_more_stay() -> None:
    text = f"{LONG}\n{OTHER}\n{LONG.replace('支持企业', '支持各类骨干企业')}\n"
    assert mended(text, Grade.UNSAFE) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
@pytest.mark.parametrize(
    ("first", "again"),
    [
        ([LONG, OTHER], [LONG + OTHER]),  # joined
        ([LONG + OTHER], [LONG, OTHER]),  # split between sentences
        ([LONG + OTHER], [(LONG + OTHER)[:50], (LONG + OTHER)[50:]]),  # split inside one
        ([LONG, OTHER + THIRD], [LONG + OTHER, THIRD]),  # cut elsewhere
        ([LONG + OTHER + THIRD], [(LONG + OTHER + THIRD)[i : i + 30] for i in range(0, len(LONG + OTHER + THIRD), 30)]),
        (["一、总体要求", LONG, "二、工作", OTHER], ["一、总体要求" + LONG, "二、工作" + OTHER]),
    ],
)
def test_the_same_text_in_other_lines_goes(first: list[str], again: list[str], end: str) -> None:
    kept = end.join(["市政府工作报告", *first, "各位代表！"]) + end
    text = kept + end.join([*again, "谢谢大家。"]) + end
    assert mended(text) == kept + "谢谢大家。" + end
    assert mended(mended(text), Grade.UNSAFE) == mended(text)
    (copy,) = (copy for copy in copies(text, 25) if copy.recut)
    assert copy.last - copy.first + 1 == len(again)


def test_a_page_that_holds_its_report_six_times_keeps_it_once() -> None:
    report = ["政府工作报告", LONG, "一、回顾", OTHER, "二、任务", THIRD + LONG[:30] + "。"]
    whole = "".join(report)
    pages = ["\n".join(whole[i : i + width] for i in range(0, len(whole), width)) for width in (len(whole), 40, 57, 100, 33)]
    text = "\n".join(["\n".join(report), *pages]) + "\n"
    assert mended(text) == "\n".join(report) + "\n"


def test_a_report_that_also_stands_on_one_line_stays_once() -> None:
    line = f"1959年政府工作报告　{OTHER}{LONG}{THIRD}{LONG[:20]}。{OTHER[:30]}。谢谢大家。"
    again = [f"　　{OTHER}", LONG, f"{THIRD}{LONG[:20]}。", f"{OTHER[:30]}。"]
    text = "\n".join([line, "（鼓掌）", *again, "完"]) + "\n"
    assert mended(text) == f"{line}\n（鼓掌）\n完\n"
    short = f"1959年政府工作报告　{OTHER}{LONG}谢谢大家。\n{OTHER}\n{LONG}\n完\n"  # two sentences may be quoted
    assert mended(short) == short
    # the other way round, the line comes after its paragraphs: passage by passage, when asked
    text = "\n".join([*again, "（鼓掌）", f"{line}（鼓掌）{THIRD}{OTHER}"]) + "\n"
    assert mended(text) == text
    assert mended(text, Grade.UNSAFE).count(LONG) == 1 < text.count(LONG)


def test_sentences_inside_a_paragraph_go_when_asked() -> None:
    text = f"{LONG}{OTHER}\n{THIRD}{LONG}{OTHER}\n"
    assert mended(text) == text
    assert mended(text, Grade.UNSAFE) == f"{LONG}{OTHER}\n{THIRD}\n"
    (part,) = passages(text, 12)
    assert text[part.start : part.end] == LONG + OTHER
    assert text[slice(*part.twin)] in LONG + OTHER
    # a paragraph that is all of it goes with its line
    text = f"{THIRD}{LONG}{OTHER}{THIRD[:20]}。\n各位代表！\n{LONG}{OTHER}\n{THIRD[20:]}\n"
    assert by_rule(repeated_passage, text, Grade.UNSAFE) == f"{THIRD}{LONG}{OTHER}{THIRD[:20]}。\n各位代表！\n{THIRD[20:]}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{THIRD}依法追究刑事责任。\n{OTHER}依法追究刑事责任。\n",  # one short sentence
        f"第一条　{THIRD}{LONG}\n第二条　依法处理。\n第三条　{OTHER}{LONG}\n",  # a statute says it in every chapter
        f"{LONG}\n{OTHER}{LONG[:40]}\n",  # no whole sentence
        # what two years have in common belongs to both
        (
            f"{YEAR.format(2022, 12580, 3.6, 1180, 5.1, 164, 71200, 4.8)}{LONG}{OTHER}\n{THIRD}\n"
            f"{YEAR.format(2019, 11852, 6.7, 1036, 2.4, 159, 61915, 8.3)}{LONG}{OTHER}\n"
        ),
        # ... also where the earlier one was joined to the next line
        f"{LONG}{OTHER}到2020年，服务体系基本建成，规模超过3万亿元。{THIRD}{THIRD}\n{LONG}{OTHER}到3020年，服务体系基本建成，规模超过3万亿元。\n",
    ],
)
def test_passages_that_stay(text: str) -> None:
    assert by_rule(repeated_passage, text, Grade.UNSAFE) == text


@given(
    st.lists(st.tuples(st.sampled_from(WORKS), st.sets(st.integers(0, 40), max_size=2)), min_size=1, max_size=6),
    st.sampled_from([Grade.SAFE, Grade.UNSAFE]),
)
def test_no_text_goes_without_one_that_stays_and_is_alike(parts: list[tuple[str, set[int]]], grade: Grade) -> None:
    text = "\n".join(misread(work, *places) for work, places in parts) + "\n"
    after = mended(text, grade)
    assert {work[-12:] for work, _ in parts} == {work[-12:] for work in WORKS if work[-12:] in after}
    assert set(after.splitlines()) <= set(text.splitlines())
    assert mended(after, grade) == after


@given(st.lists(st.integers(1, 60), max_size=12), st.sampled_from(["\n", "\r\n"]))
@example([1, 1, 57, 59, 1], "\n")
def test_however_it_is_cut_no_sentence_is_lost(cuts: list[int], end: str) -> None:
    whole = "".join(WORKS)
    pieces, at = [], 0
    for size in [*cuts, len(whole)]:
        pieces.append(whole[at : at + size])
        at += size
    text = end.join([*WORKS, *(piece for piece in pieces if piece)]) + end
    for grade in (Grade.SAFE, Grade.UNSAFE):
        after = mended(text, grade)
        assert after.startswith(end.join(WORKS))
        left = iter(pieces)  # what stays of the copy is as it was, and in its order
        assert all(line in left for line in after.split(end)[len(WORKS) :] if line)


def test_a_block_of_many_paragraphs_is_one_finding() -> None:
    text = "\n".join([*WORKS, *WORKS]) + "\n"
    (hit,) = repeated_block(text)
    assert text[hit.start : hit.end] == "\n".join(WORKS)
