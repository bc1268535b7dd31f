"""The first document: a real transcript that has every fault this project exists for."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from cleaner.api import Cleaner
from cleaner.model import Finding, Grade, Outcome
from cleaner.views import HAN, Lines

SEED = Path(__file__).parent.parent / "seeds" / "wuxi-2024-government-work-report.txt"
TEXT = SEED.read_text("utf-8")


@pytest.fixture(scope="module")
def safe() -> Outcome:
    return Cleaner().clean(TEXT)


@pytest.fixture(scope="module")
def every() -> Outcome:
    return Cleaner().clean(TEXT, unsafe_fixes=True)


def at(outcome: Outcome, line: int, letters: str) -> list[Finding]:
    lines = Lines(TEXT)
    return [f for f in outcome.findings if f.code.startswith(letters) and lines.place(f.start)[0] <= line <= lines.place(f.end)[0]]


def test_the_seed_is_as_it_came() -> None:
    assert hashlib.sha256(SEED.read_bytes()).hexdigest() == "0ae005c112e6d9dc9a34a18591c292b69ce7db53ba3d7ba6cc9a1c4ee55ffe5c"


def test_line_5_continued_from_page_1_goes(safe: Outcome) -> None:
    assert "上接第1版" not in safe.settled
    assert "\n制定落实19个重点产业发展三年行动计划，" in safe.settled


def test_lines_11_and_13_a_page_break_in_a_sentence(safe: Outcome, every: Outcome) -> None:
    assert at(safe, 11, "LAY")
    assert "停车便民\n\n惠民十项措施" in safe.settled
    assert "创新推出机动车停车便民惠民十项措施，1003个停车场" in every.settled


def test_line_15_a_word_is_doubled(safe: Outcome, every: Outcome) -> None:
    assert any("利用利用" in TEXT[f.start : f.end] for f in at(safe, 15, "TYP"))
    assert "“百宅百院”利用项目38个" in every.settled


def test_line_21_doubled_characters_in_titles(safe: Outcome) -> None:
    assert "习近平总书记掌舵领航" in safe.settled
    assert "我代表无锡市人民政府，" in safe.settled
    assert "书书" not in safe.settled
    assert "市市" not in safe.settled


def test_lines_25_and_27_the_closing_section_again(safe: Outcome) -> None:
    assert safe.settled.count("回望过去一年，有爬坡之艰") == 1
    assert safe.settled.count("我们清醒认识到，国际环境的复杂性") == 1
    for line, twin_line in ((25, 21), (27, 23)):
        (finding,) = at(safe, line, "REP")
        assert finding.grade is Grade.SAFE
        assert finding.twin is not None
        lines = Lines(TEXT)
        assert lines.place(finding.twin.start)[0] <= twin_line <= lines.place(finding.twin.end)[0]


def test_line_35_a_word_doubled_and_a_bound_given_twice(safe: Outcome) -> None:
    assert "市重大项目完成投资1450亿元" in safe.settled
    assert any(TEXT[f.start : f.end].startswith("超100亿元以上") for f in at(safe, 35, "TYP"))
    assert "超100亿元以上8个" in safe.settled


def test_line_39_a_doubled_character_is_told(safe: Outcome) -> None:
    assert any(finding.start < TEXT.index("研服服务") + 4 and finding.end > TEXT.index("研服服务") for finding in at(safe, 39, "TYP"))


def test_lines_41_and_45_construction_is_doubled(safe: Outcome) -> None:
    assert "建建设" not in safe.settled
    assert safe.settled.count("引领现代化产业体系建设，") == 2


def test_line_43_one_copy_of_the_loop_stays(safe: Outcome) -> None:
    assert safe.settled.count("支持国有资本") == 1
    assert safe.settled.count("努力以颠覆性技术和前沿技术催生新产业") == 1
    assert any(f.code == "LOOP603" for f in at(safe, 43, "LOOP"))
    assert any(f.code == "LOOP601" and f.grade is Grade.SAFE for f in at(safe, 43, "LOOP"))


def test_lines_45_and_47_a_paragraph_again_and_contained(safe: Outcome) -> None:
    assert safe.settled.count("坚持创新驱动。坚持创新驱动，") == 1
    assert any(f.code == "REP501" and f.grade is Grade.SAFE for f in at(safe, 47, "REP"))
    contained = [f for f in at(safe, 45, "REP") if f.code == "REP503"]
    assert contained
    assert contained[0].twin is not None
    assert Lines(TEXT).place(contained[0].twin.start)[0] == 41
    assert any(f.code == "REP504" for f in at(safe, 45, "REP"))


def test_marks_become_full_width_and_figures_stay(safe: Outcome) -> None:
    assert not re.search(r"(?<=[\u4e00-\u9fff”%）])[,;:!?](?=[\u4e00-\u9fff“（])", safe.settled)
    for kept in ("26.6亿美元", "41.8%、51.8%，", "15+N", "Ⅲ类水质", "P3实验室", "K11购物艺术中心", "6.0版"):
        assert kept in safe.settled
    assert not re.search(r"[(),;!?]", safe.settled)


@pytest.mark.parametrize("kept", ["青海海东", "中国国际", "各位代表！", "一把手", "Ⅲ类", "15+N", "“链主”"])
def test_what_is_right_stays(safe: Outcome, every: Outcome, kept: str) -> None:
    assert kept in safe.settled
    assert kept in every.settled


def test_no_figure_is_lost_and_no_space_comes_in(every: Outcome) -> None:
    gone = [edit for edit in every.script if re.search(r"\d", edit.old)]
    assert all("上接第1版" in edit.old or edit.code.startswith(("REP", "LOOP")) for edit in gone)
    assert " " not in every.settled


def test_every_sentence_is_still_there(every: Outcome) -> None:
    def sentences(text: str) -> set[str]:
        parts = ("".join(HAN.findall(s)) for s in re.split(r"[。！？；!?;\n]", text))
        return {s for s in parts if len(s) >= 12}

    wrong = (
        "总书书记",
        "市市人民政府",
        "项目项目",
        "建建设",
        "利用利用",
        "停车便民",
        "惠民十项措施",
        "上接第",
        "招引落地科技型企业和产业变革",
        "研服服务",
        "阳羨",
    )
    kept = "".join(HAN.findall(every.settled))
    assert [s for s in sentences(TEXT) if s not in kept and not any(w in s for w in wrong)] == []


def test_cleaning_twice_is_cleaning_once(safe: Outcome, every: Outcome) -> None:
    again = Cleaner().clean(safe.settled)
    assert again.settled == safe.settled
    assert not [f for f in again.findings if f.edits and f.grade is Grade.SAFE]
    assert Cleaner().clean(every.settled, unsafe_fixes=True).settled == every.settled


def test_the_command_says_so(cleaner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert cleaner("check", SEED.parent).code == 1
    done = cleaner("clean", SEED.parent, "-o", "out")
    assert done.code == 0
    lines = cleaner("check", "out", "--format", "jsonl").out.splitlines()
    assert [row for row in map(json.loads, lines) if row["fix"] == "safe"] == []
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / SEED.name).read_bytes() == SEED.read_bytes()
