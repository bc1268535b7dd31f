"""Short lines at the head and foot of pages that return on other pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.language.margins import margins

BODY = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。\n"


def shown(text: str) -> list[tuple[str, bool]]:
    found = margins(text)
    return [(text[start:end], beside) for (start, end, _), beside in zip(found.spans.tolist(), found.beside.tolist())]


def test_lines_of_the_site_stand_beside_furniture() -> None:
    assert shown(f"云南要闻\n打印本页\n{BODY * 80}掌上某市\n") == [("云南要闻", True), ("掌上某市", False)]


@pytest.mark.parametrize(
    "line",
    [
        "政府工作报告",
        "某市人民政府",
        "2024年1月18日",
        "（一）总体要求",
        "省长　王某某",
        "各位代表",
        "来源：某报",
        "打印本页",
        "第一章 总则",
        "加强领导，",
        "12",
    ],
)
def test_what_belongs_to_the_paper_is_no_margin(line: str) -> None:
    assert shown(f"{line}\n{BODY * 80}{line}\n") == []


def test_the_same_line_at_the_other_end_is_another() -> None:
    head, foot = margins(f"云南要闻\n{BODY * 80}"), margins(f"{BODY * 80}云南要闻\n")
    assert head.hashes.tolist() != foot.hashes.tolist()
    assert margins(f"ＡＢ要闻\n{BODY}").hashes[0] in margins(f"AB要闻\n{BODY}").hashes


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("profile", "stays"), [("policy", True), ("web", False)])
def test_a_line_of_many_pages_goes_when_asked(cleaner: Cleaner, tmp_path: Path, jobs: int, profile: str, stays: bool) -> None:
    (tmp_path / "in").mkdir()
    for n in range(6):
        (tmp_path / "in" / f"{n}.txt").write_text(f"云南要闻\n打印本页\n第{n}号：{BODY}", "utf-8")
    assert cleaner("clean", "in", "-o", "out", "--jobs", jobs, "--engine", "processes", "--profile", profile).code == 0
    for n in range(6):
        assert (tmp_path / "out" / f"{n}.txt").read_text("utf-8") == "云南要闻\n" * stays + f"第{n}号：{BODY}"
