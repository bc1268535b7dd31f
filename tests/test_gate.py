"""The gate for drops: what is counted, and what is let through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.gate import Drop, Figures, Limits, _apart, ratio

DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。\n"
CLEAN = DIRTY.replace("建建", "建")
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"
WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。\n"


@pytest.fixture
def drop(cleaner: Cleaner, tmp_path: Path) -> Path:
    """A corpus with its index, and a drop of one new text, one that repeats the corpus, one that repeats the drop."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "old.txt").write_text(f"旧\n{PLAN}", "utf-8")
    assert cleaner("index", "build", "corpus", "-o", "c.sqlite").code == 0
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "1.txt").write_text(f"甲\n{WORK}", "utf-8")
    (drop / "2.txt").write_text(f"乙\n{PLAN}", "utf-8")
    (drop / "3.txt").write_bytes(f"丙\n{WORK}".encode("gb18030"))
    return drop


def test_figures_of_a_drop(cleaner: Cleaner, drop: Path) -> None:
    ran = cleaner("check", drop.name, "--index", "c.sqlite", "--max-repeat-ratio", "0.9", "--max-error-rate", "3/10000")
    solid = len(WORK) * 2 + len(PLAN) + 3 - 3
    lines = dict(line.split(": ", 1) for line in ran.err.splitlines() if ": " in line)
    assert lines["characters"] == str(solid)
    assert lines["repeats of the corpus"] == f"{100 * (len(PLAN) - 1) / solid:.1f} %"
    assert lines["repeats within the drop"] == f"{100 * (len(WORK) - 1) / solid:.1f} %"
    assert lines["new text"] == f"{100 * (1 - (len(PLAN) + len(WORK) - 2) / solid):.1f} %"
    assert lines["faults for every 10,000 characters"] == "0.00"
    assert lines["encodings"] == "utf-8 2, gb18030 1"
    assert ran.code == 0


@pytest.mark.parametrize(("limit", "code"), [("0.7", 0), ("70%", 0), ("0.5", 1), ("0", 1), ("1/3", 1)])
def test_a_drop_that_repeats_too_much(cleaner: Cleaner, drop: Path, limit: str, code: int) -> None:
    ran = cleaner("check", drop.name, "--index", "c.sqlite", "--max-repeat-ratio", limit)
    assert ran.code == code
    assert ("too much repeats" in ran.err) == bool(code)


@pytest.mark.parametrize(("limit", "code"), [("1/10", 0), ("3/10000", 1), ("0", 1)])
def test_a_drop_with_too_many_faults(cleaner: Cleaner, drop: Path, limit: str, code: int) -> None:
    (drop / "4.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("check", drop.name, "--max-error-rate", limit, "--fail-on", "never", "--select", "TYP")
    assert ran.code == code
    assert "(TYP " in ran.err


def test_new_findings_are_those_in_text_that_stands_nowhere_else(cleaner: Cleaner, tmp_path: Path) -> None:
    faulty = PLAN.replace("风险的底线", "风险的底底线")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "old.txt").write_text(f"旧\n{faulty}", "utf-8")
    cleaner("index", "build", "corpus", "-o", "c.sqlite")
    (tmp_path / "drop.txt").write_text(f"新\n{faulty}", "utf-8")
    options = ("--index", "c.sqlite", "--select", "TYP,REP", "--fail-on")
    assert cleaner("check", "drop.txt", *options, "warning").code == 1
    assert cleaner("check", "drop.txt", *options, "new-findings").code == 0
    (tmp_path / "drop.txt").write_text(f"新\n{faulty}{DIRTY}", "utf-8")
    assert cleaner("check", "drop.txt", *options, "new-findings").code == 1
    cleaner("baseline", "create", "drop.txt", "--select", "TYP,REP")
    assert cleaner("check", "drop.txt", *options, "new-findings", "--baseline", ".cleaner_baseline.jsonl").code == 0


def test_figures_stand_in_the_comment_and_in_the_summary(
    cleaner: Cleaner, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "s.md"))
    cleaner("check", drop.name, "--index", "c.sqlite", "--format", "markdown", "--output", "o.md", "--format", "github")
    for name in ("o.md", "s.md"):
        assert "| repeats of the corpus | " in (tmp_path / name).read_text("utf-8")


def test_what_cannot_be_read_is_2_whatever_the_limits(cleaner: Cleaner, drop: Path) -> None:
    (drop / "4.txt").write_bytes(b"\xff\xd8\xff\xe0")
    assert cleaner("check", drop.name, "--max-repeat-ratio", "0", "--fail-on", "never").code == 2
    assert cleaner("check", drop.name, "--index", "none.sqlite", "--max-repeat-ratio", "0").code == 2


def test_figures_are_remembered(cleaner: Cleaner, drop: Path) -> None:
    command = ("check", drop.name, "--index", "c.sqlite", "--max-repeat-ratio", "0.9", "--format", "jsonl")
    first, second = cleaner(*command), cleaner(*command)
    assert (first.code, first.out, first.err) == (second.code, second.out, second.err)
    assert all(json.loads(line)["code"].startswith("REP") for line in second.out.splitlines())


@pytest.mark.parametrize(("word", "share"), [("0.05", 0.05), ("5%", 0.05), ("3/10000", 0.0003), ("1", 1.0), ("0", 0.0), (" 2.5% ", 0.025)])
def test_a_ratio(word: str, share: float) -> None:
    assert ratio(word) == pytest.approx(share)


@pytest.mark.parametrize("word", ["", "five", "5", "-1", "1/0", "3/2", "1.5", "200%", "1e3", "0.1/3/4"])
def test_no_ratio(cleaner: Cleaner, tmp_path: Path, word: str) -> None:
    with pytest.raises(ValueError):
        ratio(word)
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    assert cleaner("check", "a.txt", f"--max-error-rate={word}").code == 2


@pytest.mark.parametrize(
    ("spans", "counted"),
    [
        ([(0, 4, ""), (2, 6, "")], {"": 6}),
        ([(0, 10, ""), (2, 4, "c")], {"": 8, "c": 2}),
        ([(0, 4, "c"), (0, 4, "")], {"c": 4}),
        ([(0, 4, "c"), (2, 6, "c"), (5, 8, "")], {"c": 6, "": 2}),
        ([(1, 3, "c"), (5, 7, "c"), (0, 9, "")], {"c": 4, "": 5}),
    ],
)
def test_a_character_counts_once(spans: list[tuple[int, int, str]], counted: dict[str, int]) -> None:
    found: dict[str, int] = {}
    for characters, path in _apart("甲" * 12, spans):
        found[path] = found.get(path, 0) + characters
    assert {path: count for path, count in found.items() if count} == counted


def test_an_empty_drop_keeps_every_limit() -> None:
    drop = Drop(set())
    assert Limits(0.0, 0.0).broken(drop, "en") == []
    drop.add(Figures(0, (), {}, 0), "utf-8")
    assert Limits(0.0, 0.0).broken(drop, "en") == []
