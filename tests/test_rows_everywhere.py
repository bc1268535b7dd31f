"""What goes by files goes by rows: baselines, the gate, formats for machines, the cache, and taking back."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.decisions import as_data
from cleaner.reports.reading import findings, opened

DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。"
OTHER = "会议强调，要加强组织领导，完善工作机制，压实工作责责任，形成工作合力，抓好督促检查。"
CLEAN = "会议指出，今年以来经济运行总体平稳，各项工作取得了新的进展，成绩来之不易，应当珍惜。"
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
KNOWN = ".cleaner_baseline.jsonl"
TYP = ("--select", "TYP701")


def table(path: Path, *texts: str) -> None:
    rows = [json.dumps({"id": f"n{n}", "text": text}, ensure_ascii=False) + "\n" for n, text in enumerate(texts)]
    path.write_text("".join(rows), "utf-8")


@pytest.mark.parametrize("named", [(), ("--id", "id")], ids=["by number", "by name"])
def test_a_baseline_knows_rows(cleaner: Cleaner, tmp_path: Path, named: tuple[str, ...]) -> None:
    table(tmp_path / "a.jsonl", DIRTY, CLEAN)
    (tmp_path / "b.txt").write_text(CLEAN, "utf-8")
    assert cleaner("baseline", "create", ".", *TYP, *named).code == 0
    assert len((tmp_path / KNOWN).read_text("utf-8").splitlines()) == 1
    check = ("check", ".", *TYP, *named, "--baseline", KNOWN)
    ran = cleaner(*check)
    assert (ran.code, ran.out) == (0, "")
    assert "stale" not in ran.err

    table(tmp_path / "a.jsonl", DIRTY, CLEAN, OTHER)
    ran = cleaner(*check)
    assert ran.code == 1
    assert "责责" in ran.out
    assert "建建" not in ran.out

    (tmp_path / "b.txt").write_text(DIRTY, "utf-8")  # the same fault in another file is new: the table stands
    assert "b.txt:1" in cleaner(*check).out

    (tmp_path / "b.txt").write_text(CLEAN, "utf-8")
    table(tmp_path / "a.jsonl", CLEAN)
    assert "entries of the baseline that are stale: 1" in cleaner(*check).err
    cleaner("baseline", "prune", ".", *TYP, *named)
    assert (tmp_path / KNOWN).read_text("utf-8") == ""


def test_a_row_that_cannot_be_read_stops_no_baseline(cleaner: Cleaner, tmp_path: Path) -> None:
    table(tmp_path / "a.jsonl", DIRTY)
    with open(tmp_path / "a.jsonl", "a", encoding="utf-8") as file:
        file.write("{bad\n")
    ran = cleaner("baseline", "create", "a.jsonl", *TYP)
    assert ran.code == 2
    assert "line 2: bad JSON" in ran.err
    assert len((tmp_path / KNOWN).read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("named", [(), ("--id", "id")], ids=["by number", "by name"])
def test_rows_repeat_within_the_drop(cleaner: Cleaner, tmp_path: Path, named: tuple[str, ...]) -> None:
    """One that stands in an earlier row stands in the drop, and not in a corpus."""
    texts = f"一\n{PLAN}\n二", f"三\n{PLAN}\n四"
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.txt").write_text(text, "utf-8")
    table(tmp_path / "a.jsonl", *texts)

    def figures(*paths: str) -> list[str]:
        ran = cleaner("check", *paths, "--max-repeat-ratio", "0.1", *named)
        assert ran.code == 1
        return [line for line in ran.err.splitlines() if line.startswith(("characters", "new text", "repeats", "too much"))]

    assert figures("a.jsonl") == figures("0.txt", "1.txt")


def test_formats_for_machines_name_the_row(cleaner: Cleaner, tmp_path: Path) -> None:
    """And offer no fix for a place in the file that is not the place in the text."""
    table(tmp_path / "a.jsonl", CLEAN, DIRTY)
    (tmp_path / "b.txt").write_text(DIRTY, "utf-8")
    files = {name: tmp_path / f"out.{name}" for name in ("sarif", "gitlab", "junit", "github", "markdown", "diff")}
    options = [part for name, path in files.items() for part in ("--format", name, "--output", path.name)]
    assert cleaner("check", "a.jsonl", "b.txt", *TYP, "--unsafe-fixes", *options).code == 1
    (run,) = json.loads(files["sarif"].read_text("utf-8"))["runs"]
    row, text = run["results"]
    assert row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.jsonl%5B1%5D"
    assert "fixes" not in row
    assert text["fixes"]
    assert "hashes" not in run["artifacts"][0]
    assert json.loads(files["gitlab"].read_text("utf-8"))[0]["location"]["path"] == "a.jsonl[1]"
    assert {suite.get("name") for suite in ET.parse(files["junit"]).getroot()} == {"a.jsonl[1]", "b.txt"}
    assert "file=a.jsonl[1],line=1" in files["github"].read_text("utf-8")
    assert "a.jsonl&#91;1&#93;:1" in files["markdown"].read_text("utf-8")
    assert "--- a/a.jsonl[1]" in files["diff"].read_text("utf-8")


def test_the_cache_leaves_tables_alone(cleaner: Cleaner, tmp_path: Path) -> None:
    """A run with a table is worked out anew, and tells what it would without a cache."""
    table(tmp_path / "a.jsonl", DIRTY, PLAN)
    (tmp_path / "b.txt").write_text(f"{DIRTY}\n{PLAN}", "utf-8")
    for _ in range(2):
        ran = cleaner("check", ".", "--format", "jsonl")
        without = cleaner("check", ".", "--format", "jsonl", "--no-cache")
        assert (ran.code, ran.out) == (without.code, without.out)
    assert not (tmp_path / ".cleaner_cache" / "results.sqlite").exists()


def test_what_a_run_writes_is_none_of_its_texts(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    options = ("--format", "jsonl", "--output", "found.jsonl", "--baseline", "known.jsonl")
    cleaner("baseline", "create", ".", "--select", "LOOP", "--baseline", "known.jsonl")
    first = cleaner("check", ".", *TYP, *options)
    found = (tmp_path / "found.jsonl").read_bytes()
    again = cleaner("check", ".", *TYP, *options)
    assert (again.code, (tmp_path / "found.jsonl").read_bytes()) == (first.code, found) == (1, found)
    assert "files: 1" in again.err


def test_a_table_is_taken_back_as_a_whole(cleaner: Cleaner, tmp_path: Path) -> None:
    table(tmp_path / "a.jsonl", DIRTY)
    (tmp_path / "b.txt").write_text(OTHER, "utf-8")
    before = (tmp_path / "a.jsonl").read_bytes()
    cleaner("clean", "a.jsonl", "b.txt", "-o", "out", "--unsafe-fixes")
    cleaned = (tmp_path / "out" / "a.jsonl").read_bytes()
    assert cleaned != before

    ran = cleaner("undo", "out.report", "-o", "some", "--rule", "TYP701")
    assert ran.code == 2
    assert "it stands in a table, an archive or a Word file; those are undone as a whole" in ran.err
    assert (tmp_path / "some" / "a.jsonl").read_bytes() == cleaned
    assert (tmp_path / "some" / "b.txt").read_text("utf-8") == OTHER

    assert cleaner("undo", "out.report", "-o", "some-texts", "--path", "b.txt").code == 0
    assert cleaner("undo", "out.report", "-o", "all").code == 0
    assert (tmp_path / "all" / "a.jsonl").read_bytes() == before
    assert (tmp_path / "all" / "b.txt").read_text("utf-8") == OTHER


def decided(page: Path, path: Path, decision: str) -> None:
    """What a page exports where everything on it is decided alike."""
    _, head, documents = opened(page)
    files = {(document["p"], document["r"]): document["h"] for document in documents}
    rows = [(one.row, decision, "") for one in findings(documents)]
    path.write_text(json.dumps(as_data(head["run"], head["report"], files, rows)), "utf-8")


def test_decisions_on_rows_are_refused_with_the_reason(cleaner: Cleaner, tmp_path: Path) -> None:
    """In place, and in a report; those on texts beside them are followed."""
    table(tmp_path / "a.jsonl", DIRTY)
    (tmp_path / "b.txt").write_text(DIRTY, "utf-8")
    before = (tmp_path / "a.jsonl").read_bytes()
    why = "it stands in a table, an archive or a Word file; those are undone as a whole"

    cleaner("clean", "a.jsonl", "b.txt", "-o", "out", *TYP)
    cleaned = (tmp_path / "out" / "a.jsonl").read_bytes()
    decided(tmp_path / "out.report", tmp_path / "back.json", "reject")
    ran = cleaner("apply", "back.json", "--report", "out.report")
    assert (ran.code, ran.err.count(why)) == (2, 1)
    assert (tmp_path / "out" / "a.jsonl").read_bytes() == cleaned != before
    assert (tmp_path / "out" / "b.txt").read_text("utf-8") == DIRTY

    cleaner("check", "a.jsonl", "b.txt", *TYP, "--format", "html", "--output", "page.html")
    decided(tmp_path / "page.html", tmp_path / "decisions.json", "accept")
    ran = cleaner("apply", "decisions.json")
    assert (ran.code, ran.err.count(why)) == (2, 1)
    assert (tmp_path / "a.jsonl").read_bytes() == before
    assert "体系建设" in (tmp_path / "b.txt").read_text("utf-8")


def test_metadata_of_rows(cleaner: Cleaner, tmp_path: Path) -> None:
    table(tmp_path / "a.jsonl", f"来源：新华社\n{CLEAN}", CLEAN)
    assert cleaner("clean", "a.jsonl", "-o", "out", "--metadata", "origin.jsonl").code == 0
    rows = [json.loads(line) for line in (tmp_path / "origin.jsonl").read_text("utf-8").splitlines()]
    assert [(row["path"], row["row"], row["fields"]) for row in rows] == [("a.jsonl", 0, {"来源": "新华社"}), ("a.jsonl", 1, {})]
