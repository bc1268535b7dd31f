"""Loops: every run of the right kind is found; one copy stays, cut at the right seam."""

from __future__ import annotations

import naive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mending import mended

from cleaner import runs as stretches
from cleaner.model import Grade
from cleaner.rules.loops import drifting, drifting_loop, looped_text, loops, lost_behind_loop
from cleaner.runs import drifts, runs
from cleaner.views import fold

CLAUSE = "支持国有资本、龙头企业参与创新孵化器建设，"


@given(st.text(alphabet="甲乙丙", max_size=30), st.text(alphabet="甲乙丙丁", min_size=5, max_size=9), st.integers(2, 5), st.integers(0, 8))
def test_what_is_called_a_loop_is_a_run(before: str, unit: str, copies: int, rest: int) -> None:
    text = before + unit * copies + unit[: rest % len(unit)] + "戊己"
    runs = naive.runs(text, 2)
    for loop in loops(text):
        assert (loop.start, loop.end, loop.period) in runs
        assert loop.start <= loop.stays < loop.until <= loop.resumes <= loop.end


@given(st.text(alphabet="甲乙丙丁戊己庚辛", min_size=6, max_size=14).filter(lambda u: len(set(u)) > 3), st.integers(3, 6))
def test_a_unit_that_stands_three_times_is_found(unit: str, copies: int) -> None:
    text = "子丑寅卯。" + unit * copies + "。辰巳午未"
    assert any(loop.start <= 5 and loop.end >= 5 + len(unit) * copies for loop in loops(text))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"推进改革。{CLAUSE * 3}推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        (f"推进改革。{CLAUSE * 3}支持国有资本、龙推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        (f"{CLAUSE}{CLAUSE} {CLAUSE}推动落地。", f"{CLAUSE}推动落地。"),
        ("加快培育新质生产力加快培育新质生产力加快培育新质生产力，推动落地。", "加快培育新质生产力，推动落地。"),
        # the loop was left in its last copy: the word 能力 runs across the seam
        ("全面提升服务能，全面提升服务能，全面提升服务能，全面提升服务能力。", "全面提升服务能，全面提升服务能力。"),
        # a loop that begins in the middle of a word: 活动
        (f"宣传活{'廊，打造沿江产业示范区，开展宣传活' * 3}动。", "宣传活廊，打造沿江产业示范区，开展宣传活动。"),
    ],
)
def test_one_copy_stays(text: str, cleaned: str) -> None:
    assert mended(looped_text, text) == cleaned
    assert mended(looped_text, cleaned, Grade.UNSAFE) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "人人参与、人人尽责、人人享有。",
        "12345678，12345678，12345678，12345678。",
        "|---|---|---|---|---|---|",
        "第一产业增加值3亿元，增长5%；第二产业增加值3亿元，增长6%；第三产业增加值3亿元，增长7%。",
        "第一条 坚持党的领导。\n第二条 坚持党的领导。\n第三条 坚持党的领导。",
    ],
)
def test_what_is_no_loop_stays(text: str) -> None:
    assert mended(looped_text, text, Grade.UNSAFE) == text


def test_two_copies_are_mended_when_they_are_whole_clauses() -> None:
    assert mended(looped_text, f"一是抓改革。{CLAUSE * 2}推动落地。") == f"一是抓改革。{CLAUSE}推动落地。"
    short = "一是抓改革。推进改革，推进改革，推动落地。"
    assert mended(looped_text, short) == short


SLIPPED = (
    "支持国有资本、龙头企亚参与创新孵化器建设，",
    "支持国有资、龙头企业参与创新孵化器建设，",
    "支持国有资本、龙头企业参与创新孵化化器建设，",
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"推进改革。{CLAUSE}{SLIPPED[0]}推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        (f"推进改革。{CLAUSE}{''.join(SLIPPED)}推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        # the copy that all others are nearest to stays, wherever it stands
        (f"推进改革。{SLIPPED[0]}{CLAUSE}{SLIPPED[1]}推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        # the last copy breaks off, the slip in it included
        (f"推进改革。{CLAUSE}{SLIPPED[0]}{SLIPPED[1]}支持国有资、龙头企业推动落地。", f"推进改革。{CLAUSE}推动落地。"),
        # one copy of four has another figure: a slip as well
        (
            "开展十项专项整治行动，提升服务水平，" * 3 + "开展一项专项整治行动，提升服务水平，推动落地。",
            "开展十项专项整治行动，提升服务水平，推动落地。",
        ),
    ],
)
def test_a_drifting_loop_leaves_one_copy(text: str, cleaned: str) -> None:
    assert mended(drifting_loop, text, Grade.UNSAFE) == cleaned
    assert mended(drifting_loop, text) == text
    assert mended(drifting_loop, cleaned, Grade.UNSAFE) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "第一产业增加值3亿元，增长5%；第二产业增加值3亿元，增长6%；第三产业增加值3亿元，增长7%。",
        "基础设施项目完成投资763亿元，占年度计划的28%；产业项目完成投资450亿元，占年度计划的69%；民生项目完成投资12亿元，占年度计划的7%。",
        "坚持以人民为中心，不断增强人民群众获得感；坚持以发展为中心，不断增强人民群众获得感。",
        "对符合条件的企业给予一次性补助，不超过十万元；对不符合条件的企业给予一次性补助，不超过十万元。",
        "县级以上人民政府教育行政部门负责学校安全管理工作，县级以上人民政府公安机关负责学校安全管理工作。",
        "同意南京市人民政府关于调整行政区划的请示，同意南通市人民政府关于调整行政区划的请示。",
        f"{CLAUSE * 3}推动落地。",  # exact: another rule's
    ],
)
def test_what_differs_in_a_fact_is_no_drift(text: str) -> None:
    assert mended(drifting_loop, text, Grade.UNSAFE) == text
    assert not drifting(text)


@given(st.text(alphabet="甲乙丙丁戊己庚辛壬癸子丑", min_size=26, max_size=50).filter(lambda u: len(set(u)) > 8), st.data())
def test_a_drift_is_cut_where_its_copies_meet(unit: str, data: st.DataObject) -> None:
    """One slip in the middle of each later copy: the walk steps over it, and copies begin where they were put."""
    copies = []
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(10, len(unit) - 10))
        copies.append(unit[:at] + data.draw(st.sampled_from(["", "寅", unit[at] * 2])) + unit[at + 1 :])
    text = f"卯辰{unit}{''.join(copies)}巳午"
    found = [drift for drift in drifts(text) if drift.edges[0] == 2]
    for drift in found:
        assert drift.end >= len(text) - 4
        assert all(0 <= at < drift.end for at in (*drift.edges[:-1], *drift.back))
        assert list(drift.edges) == sorted(drift.edges)


@given(st.text(alphabet="甲乙丙\n", max_size=60))
def test_runs_stay_in_their_line(text: str) -> None:
    folded = fold(text, marks=True).text()
    known = naive.runs(folded, 1)  # of a row of one character too
    for run in runs(text):
        assert folded[run.start : run.end - run.period] == folded[run.start + run.period : run.end]
        assert run.first <= run.start < run.end <= run.last
        assert any(run.start >= start and run.end <= end and run.period % period == 0 for start, end, period in known)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["甲", "乙", "丙丁，", "戊己庚辛壬癸子丑", "\n", "\r", "3\n4", " "]), max_size=40).map("".join))
def test_compiled_runs_are_those_of_numpy(text: str) -> None:
    quick, slow = stretches.compiled(text), stretches.by_numpy(text)
    assert sorted(set(quick.runs)) == sorted(set(slow.runs))
    assert quick.edges == slow.edges
    for one, other in zip(quick[1:4], slow[1:4], strict=True):
        assert list(one) == list(other)


def test_text_lost_behind_a_drifting_loop_is_told() -> None:
    (hit,) = lost_behind_loop(f"{CLAUSE}{SLIPPED[0]}{CLAUSE}支持国有资本")
    assert str(hit.why).endswith("孵化器建设，”")


def test_what_stands_behind_a_loop_keeps_its_own_marks() -> None:
    """Folded, 、 and ， are one: what agrees with the loop by chance is not taken from it."""
    assert (
        mended(looped_text, f"构建平台、{'支持骨干企业，打造标杆企业，' * 3}搭建平台。")
        == "构建平台、支持骨干企业，打造标杆企业，搭建平台。"
    )


def test_lost_text_is_told_at_what_stays() -> None:
    text = f"{CLAUSE * 3}支持国有资本"
    (hit,) = lost_behind_loop(text)
    assert text[hit.start : hit.end].endswith("建设，")
    assert list(lost_behind_loop(f"{CLAUSE * 3}推动落地。")) == []


def test_a_paragraph_that_breaks_off_keeps_its_end_mark() -> None:
    """Else the next paragraph would seem to go on where the text is missing."""
    body = "和产业变革，催生新产业。支持国有资本参与建设，招引落地科技型企业"
    assert (
        mended(looped_text, f"深度融入科技革命{body * 3}和产业变革，催生新产业。\n坚持创新驱动。")
        == f"深度融入科技革命{body}。\n坚持创新驱动。"
    )


def test_bytes_that_do_not_decode_are_looped_like_any_text() -> None:
    assert mended(looped_text, "加强领导\udce5\udc8a加强领导\udce5\udc8a加强领导\udce5\udc8a落实责任。") == "加强领导\udce5\udc8a落实责任。"


def test_a_loop_of_a_hundred_thousand_copies_is_found_at_once() -> None:
    assert mended(looped_text, CLAUSE * 100_000 + "推动落地。") == CLAUSE + "推动落地。"


def test_a_drifting_loop_of_ten_thousand_copies_is_found_at_once() -> None:
    copies = "".join((CLAUSE * 3, SLIPPED[0], CLAUSE, SLIPPED[1]))
    assert mended(drifting_loop, f"{copies * 2_000}推动落地。", Grade.UNSAFE) == f"{CLAUSE}推动落地。"


def test_copies_with_their_own_ends_at_the_end_of_a_paragraph_lose_nothing() -> None:
    text = f"推进改革。{CLAUSE}{SLIPPED[0]}{CLAUSE[:-1]}。"
    assert mended(drifting_loop, text, Grade.UNSAFE) == f"推进改革。{CLAUSE[:-1]}。"


def test_a_list_that_names_one_of_its_items_twice_keeps_the_next() -> None:
    names = ("3", "和碳环境技术"), ("4", "卡本能源咨询"), ("4", "卡本能源咨询"), ("5", "科吉环境技术发展")
    text = " ".join(f"合同包{number}：中小企业或残疾人福利单位申明函（北京{name}有限公司）pdf" for number, name in names)
    assert not drifting(text)
