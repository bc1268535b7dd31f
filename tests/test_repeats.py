"""Repeats: blocks and paragraphs that stand once more; what rightly stands twice; documents held against one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import apply, choose
from cleaner.model import Finding, Grade
from cleaner.pipeline import PASSES, findings_of
from cleaner.rules.repeats import contained_paragraph, repeated_block, repeated_paragraph
from cleaner.rules.rule import declared

LONG = "制定实施强化企业科技创新主体地位行动方案，支持企业深度融入、精准切入新一轮科技革命和产业变革，努力以颠覆性技术催生新产业。"
OTHER = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性金融风险的底线，促进金融业平稳健康有序发展。"
THIRD = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"


def found(text: str) -> list[Finding]:
    return [f for sees in (repeated_paragraph, repeated_block) for f in findings_of(declared(sees), text, {})]


def mended(text: str, grade: Grade = Grade.SAFE) -> str:
    return apply(text, choose(found(text), grade)[0])


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"{LONG}\n{OTHER}\n{LONG}\n", f"{LONG}\n{OTHER}\n"),
        (f"{LONG}\n\n{OTHER}\n\n{LONG}", f"{LONG}\n\n{OTHER}"),
        (f"{LONG}\r\n{LONG}\r\n{LONG}\r\n", f"{LONG}\r\n"),
        (f"{LONG}\n{LONG.replace('，', ',')}\n{OTHER}", f"{LONG}\n{OTHER}"),
        (f"　　{LONG}\n{OTHER}\n{LONG} \n", f"　　{LONG}\n{OTHER}\n"),
        # a block goes with its heading and its short last line, though those alone would stay
        (
            f"一、总体要求\n{LONG}\n{OTHER}\n特此通知。\n一、总体要求\n{LONG}\n{OTHER}\n特此通知。\n",
            f"一、总体要求\n{LONG}\n{OTHER}\n特此通知。\n",
        ),
        # under a heading, but not alone there
        (f"一、变更登记\n{LONG}\n二、注销登记\n{OTHER}\n{LONG}\n", f"一、变更登记\n{LONG}\n二、注销登记\n{OTHER}\n"),
        # under a heading, and not all that stands there: its parts follow
        (
            f"一、总体要求\n{LONG}\n四、重点任务\n{LONG}\n（一）加强领导\n{THIRD}\n",
            f"一、总体要求\n{LONG}\n四、重点任务\n（一）加强领导\n{THIRD}\n",
        ),
        # it points at what stands before it, and says much of its own
        (f"上述目标，{LONG}{OTHER}\n{THIRD}\n上述目标，{LONG}{OTHER}\n", f"上述目标，{LONG}{OTHER}\n{THIRD}\n"),
        # three times over
        (f"{LONG}\n{OTHER}\n" * 3, f"{LONG}\n{OTHER}\n"),
    ],
)
def test_the_first_copy_stays(text: str, cleaned: str) -> None:
    assert mended(text) == cleaned
    assert mended(cleaned, Grade.UNSAFE) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        f"各位代表！\n{LONG}\n各位代表！\n{OTHER}\n",
        f"一、总体要求\n{LONG}\n二、重点任务\n（一）申请书；\n{OTHER}\n（一）申请书；\n",
        f"{LONG}\n{LONG.replace('方案', '2023年方案')}\n",
        f"第一条　{OTHER}\n第二条　依照规定。\n{LONG}\n第三条　国家实行登记制度。\n{LONG}\n第四条　依法登记。\n",
        (
            "三十五、将刑法第二百五十三条修改为：\n“单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。”\n"
            "三十六、将刑法第二百二十六条修改为：\n“单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。”\n"
            "本修正案自公布之日起施行。\n"
        ),
        f"上述目标，{LONG}\n{OTHER}\n上述目标，{LONG}\n",  # a clause that points at what stands before it
        f"问：退役军人可以申请吗？\n答：{LONG}\n问：残疾人可以申请吗？\n答：{LONG}\n",
        f"一、变更登记\n{LONG}\n二、注销登记\n{LONG}\n三、备案\n{OTHER}\n",
        f"张某某的判决：\n{LONG}\n李某某的判决：\n{LONG}",
        f"对信用等级评定为A+级的企业，{LONG}\n对信用等级评定为A级的企业，{LONG}\n",
        "",
        "\n\n\n",
    ],
)
def test_what_rightly_stands_twice_stays(text: str) -> None:
    assert mended(text, Grade.UNSAFE) == text


def test_a_numbered_article_does_not_stand_twice() -> None:
    article = f"第二条　{LONG}"
    text = f"第一条　{OTHER}\n{article}\n第三条　{THIRD}\n{article}\n"
    assert mended(text) == f"第一条　{OTHER}\n{article}\n第三条　{THIRD}\n"


PARAGRAPHS = st.lists(st.sampled_from([LONG, OTHER, THIRD, "各位代表！", "一、总体要求", ""]), max_size=12)


@given(PARAGRAPHS, st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans())
def test_every_distinct_paragraph_is_still_there_and_twins_stand(lines: list[str], end: str, last: bool) -> None:
    text = end.join(lines) + (end if last else "")
    script, _ = choose(found(text), Grade.UNSAFE)
    after = apply(text, script)
    assert set(after.splitlines()) - {""} == set(lines) - {""}
    for finding in found(text):
        assert finding.twin is not None
        assert text[finding.twin.start : finding.twin.end].split()[0] in after
    for _ in range(PASSES):  # what follows at once may do so only when something between has gone
        after = mended(after, Grade.UNSAFE)
    assert mended(after, Grade.UNSAFE) == after
    assert set(after.splitlines()) - {""} == set(lines) - {""}


def test_a_contained_paragraph_is_told_with_its_twin() -> None:
    text = f"（一）强化创新。{LONG}{OTHER}\n{THIRD}\n{LONG}\n"
    (hit,) = contained_paragraph(text)
    assert text[hit.start : hit.end] == LONG
    assert hit.new is None
    assert hit.twin is not None
    assert text[hit.twin.start : hit.twin.end].startswith("（一）")
