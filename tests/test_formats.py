"""What other tools read of a check: SARIF, annotations, code quality, JUnit, comments, patches."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import xml.etree.ElementTree as Tree
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from conftest import Cleaner

from cleaner.model import Document, Edit, Finding, Grade, Level, Outcome, Source, Twin, Why
from cleaner.reports import github, junit, markdown, sarif
from cleaner.reports.spots import Spots
from cleaner.reports.told import part as told

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
DIRTY = "推进体系建建设，落实各项任务。\n"
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"
BEYOND = "𠮷野家😀推进体系建建设，落实各项任务。\n"


@cache
def validator() -> Any:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


def valid(log: dict[str, Any]) -> dict[str, Any]:
    """The run of a log that keeps to the schema."""
    assert [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator().iter_errors(log)] == []
    (run,) = log["runs"]
    return dict(run)


def outcome(text: str, *findings: Finding, path: str = "a.txt", order: int = 0) -> Outcome:
    return Outcome(Document(order, path, None, text, (), Source("utf-8", "0" * 64, len(text))), findings, (), (), text)


def finding(start: int, end: int, code: str = "TYP701", level: Level = Level.WARNING, **more: Any) -> Finding:
    return Finding(code, start, end, more.pop("edits", ()), more.pop("grade", Grade.NONE), level, Why.of("{} places", 2), **more)


def log_of(parts: list[str], path: Path, summary: dict[str, Any] | None = None) -> dict[str, Any]:
    sink = sarif.SarifSink(path, "en")
    for one in parts:
        sink.add(one)
    sink.finish(summary or {})
    sink.close()
    return dict(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sarif_of_the_seed_keeps_to_the_schema(cleaner: Cleaner, tmp_path: Path, seed: Path, lang: str) -> None:
    (tmp_path / "无锡 报告.txt").write_bytes(seed.read_bytes())
    ran = cleaner("check", "无锡 报告.txt", "--format", "sarif", "--output", "o.sarif", "--format", "jsonl", "--lang", lang)
    run = valid(json.loads((tmp_path / "o.sarif").read_text("utf-8")))
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert len(run["results"]) == len(rows) - sum(len(r.get("relatedLocations", ())) > 1 for r in run["results"])
    assert run["columnKind"] == "utf16CodeUnits"
    for result in run["results"]:
        (location,) = result["locations"]
        assert unquote(location["physicalLocation"]["artifactLocation"]["uri"]) == "无锡 报告.txt"
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert {"startLine", "startColumn", "endLine", "endColumn"} <= set(location["physicalLocation"]["region"])
    assert all(rule["help"]["markdown"] and rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert [a["encoding"] for a in run["artifacts"]] == ["utf-8"]
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def applied(text: str, replacements: list[dict[str, Any]]) -> str:
    """A text after a fix of SARIF, worked out from lines and UTF-16 columns alone."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]

    def at(line: int, column: int) -> int:
        of = lines[line - 1] if line <= len(lines) else ""
        units = of.removeprefix("\ufeff").encode("utf-16-le")[: 2 * (column - 1)]
        return starts[line - 1] + of.startswith("\ufeff") + len(units.decode("utf-16-le"))

    for change in reversed(replacements):
        region = change["deletedRegion"]
        start, end = at(region["startLine"], region["startColumn"]), at(region["endLine"], region["endColumn"])
        text = text[:start] + change["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize("before", ["", "\ufeff", "𠮷\r\n😀\r", "\ufeff𠮷😀"])
def test_a_fix_of_sarif_applies_by_utf16_columns(cleaner: Cleaner, tmp_path: Path, before: str) -> None:
    text = before + BEYOND
    (tmp_path / "a.txt").write_bytes(text.encode())
    run = valid(json.loads(cleaner("check", "a.txt", "--format", "sarif", "--select", "TYP701").out))
    (result,) = run["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert applied(text, change["replacements"]) == text.replace("建建设", "建设")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"] in ("建建", "建建设")


def test_columns_are_each_in_their_unit(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BEYOND, "utf-8")
    at = BEYOND.index("建建")
    (row,) = [json.loads(line) for line in cleaner("check", "a.txt", "--format", "jsonl", "--select", "TYP701").out.splitlines()]
    assert row["column"] == at + 1
    (line,) = cleaner("check", "a.txt", "--format", "github", "--select", "TYP701").out.splitlines()
    assert f"col={at + 3}," in line  # two characters before it are two units each
    ran = cleaner("check", "a.txt", "--format", "junit", "--select", "TYP701")
    assert next(Tree.fromstring(ran.out).iter("testcase")).get("column") == str(at + 3)


def test_spots_leave_the_line_end_out() -> None:
    text = "甲乙\r\n丙\n"
    assert Spots(text).shown(0, 4) == (1, 1, 1, 3)
    assert Spots(text).exact(0, 4) == (1, 1, 2, 1)
    assert Spots("\n\n").shown(0, 2) == (1, 1, 3, 1)


def test_a_cluster_is_one_result(cleaner: Cleaner, tmp_path: Path) -> None:
    for name in "甲乙丙丁":
        (tmp_path / f"{name}.txt").write_text(f"{name}市通知\n{PLAN}{name}市完\n", "utf-8")
    run = valid(json.loads(cleaner("check", ".", "--format", "sarif", "--select", "REP", "--across").out))
    (result,) = run["results"]
    assert len(result["relatedLocations"]) == 3  # the one that stays, and the two more that do not
    assert len(result["fixes"][0]["artifactChanges"]) == 3
    assert result["partialFingerprints"]["cleanerCluster/v1"].startswith("REP505/")
    assert "](1)" in result["message"]["text"]


def test_a_member_more_does_not_rename_a_cluster(cleaner: Cleaner, tmp_path: Path) -> None:
    def names() -> set[str]:
        run = valid(json.loads(cleaner("check", ".", "--format", "sarif", "--select", "REP").out))
        return {result["partialFingerprints"]["cleanerCluster/v1"] for result in run["results"]}

    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"{name}市通知\n{PLAN}{name}市完\n", "utf-8")
    before = names()
    (tmp_path / "0.txt").write_text(f"九市通知\n{PLAN}九市完\n", "utf-8")
    assert names() == before


def test_sarif_of_30_000_findings_is_cut_and_says_so(tmp_path: Path) -> None:
    text = DIRTY * 30_000
    places = [len(DIRTY) * n + DIRTY.index("建建") for n in range(30_000)]
    some = [
        finding(at, at + 2, level=Level.ERROR if n % 10 == 0 else Level.NOTE, edits=(Edit(at, "建", "", "TYP701"),), grade=Grade.SAFE)
        for n, at in enumerate(places)
    ]
    path = tmp_path / "o.sarif"
    run = valid(log_of([sarif.part(outcome(text, *some), "en")], path))
    assert len(run["results"]) == sarif.RESULTS
    assert sum(result["level"] == "error" for result in run["results"]) == 3_000  # none of the gravest is left out
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "5000" in note["message"]["text"]
    assert run["properties"]["leftOut"] == 5_000
    assert len(gzip.compress(path.read_bytes())) < 10_000_000


def test_sarif_is_cut_to_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "PACKED", 210_000)
    text = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(40_000))
    path = tmp_path / "o.sarif"
    run = valid(log_of([sarif.part(outcome(text, *(finding(n * 100, n * 100 + 90) for n in range(400))), "en")], path))
    assert 0 < len(run["results"]) < 400
    assert run["properties"]["leftOut"] == 400 - len(run["results"])
    assert len(gzip.compress(path.read_bytes())) < 210_000


def test_members_of_a_crowd_are_cut(tmp_path: Path) -> None:
    parts = [
        sarif.part(outcome(PLAN, finding(0, 9, "REP505", cluster="R1", twin=Twin(0, 9, 1.0, "0.txt")), path=f"{n}.txt", order=n), "en")
        for n in range(1, 200)
    ]
    run = valid(log_of(parts, tmp_path / "o.sarif"))
    (result,) = run["results"]
    assert len(result["relatedLocations"]) == sarif.RELATED
    assert [place["id"] for place in result["relatedLocations"]] == list(range(1, sarif.RELATED + 1))


def test_what_was_not_checked_stands_in_the_log(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xd8\xff\xe0 no text")
    ran = cleaner("check", "a.txt", "--format", "sarif")
    assert ran.code == 2
    (invocation,) = valid(json.loads(ran.out))["invocations"]
    assert not invocation["executionSuccessful"]
    assert "a.txt" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_text_is_no_link_in_a_message(tmp_path: Path) -> None:
    text = "[点我](http://x) {0} \\ 正正文"
    run = valid(log_of([sarif.part(outcome(text, finding(0, len(text))), "en")], tmp_path / "o.sarif"))
    assert "\\[点我\\](http://x) {{0}} \\\\" in run["results"][0]["message"]["text"]


def test_annotations_are_escaped_and_keep_to_one_line() -> None:
    text = "甲%,:\r\n乙乙\n"
    (row,) = (json.loads(line) for line in told(outcome(text, finding(0, 7), path="a,b:c%.txt"), "en").splitlines())
    line = github.annotation(row)
    assert line.count("\n") == 1
    assert "file=a%2Cb%3Ac%25.txt,line=1,endLine=2,title=" in line  # no columns on several lines
    assert "甲%25,:" in line
    one = github.annotation(next(json.loads(line) for line in told(outcome(text, finding(6, 8)), "en").splitlines()))
    assert "line=2,endLine=2,col=1,endColumn=3," in one


def test_ten_annotations_of_each_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    text = DIRTY * 60
    levels = [Level.WARNING] * 25 + [Level.NOTE] * 10 + [Level.ERROR] * 12
    sink = github.GithubSink(tmp_path / "o", "en")
    sink.add(told(outcome(text, *(finding(n * len(DIRTY) + 4, n * len(DIRTY) + 6, level=level) for n, level in enumerate(levels))), "en"))
    sink.finish({})
    sink.close()
    lines = (tmp_path / "o").read_text("utf-8").splitlines()
    counts = [sum(line.startswith(f"::{kind} ") for line in lines) for kind in ("error", "warning", "notice")]
    assert counts == [10, 10, 10]
    assert [line for line in lines if "more are not shown" in line] == [
        "::error title=cleaner::3 more are not shown here; see the summary",
        "::warning title=cleaner::16 more are not shown here; see the summary",
    ]
    assert lines[0].startswith("::error")
    said = summary.read_text("utf-8")
    assert said.startswith("before\n")
    assert "errors: 12, warnings: 25, notes: 10" in said


@pytest.mark.parametrize(("budget", "shown"), [(markdown.COMMENT, 200), (5_000, 20)])
def test_a_report_keeps_to_its_budget_and_counts_the_rest(tmp_path: Path, budget: int, shown: int) -> None:
    sink = markdown.MarkdownSink(tmp_path / "o", "zh")
    text = "建建" + "设" * 118
    for n in range(300):
        sink.add(told(outcome(text, finding(0, 120), path=f"第{n}号.txt", order=n), "zh"))
    said = markdown.report({}, sink, "zh", budget)
    sink.close()
    assert len(said.encode()) <= budget
    rows = sum("TYP701 警告" in line for line in said.splitlines())
    assert 0 < rows <= shown
    assert f"另有 {300 - rows} 项" in said


def test_markdown_of_hostile_text_is_text(tmp_path: Path) -> None:
    text = "|<script>alert(1)</script>` @admin [x](javascript:1) ![](y) **b**"
    sink = markdown.MarkdownSink(tmp_path / "o", "en")
    sink.add(told(outcome(text, finding(0, len(text)), path="a|b.txt"), "en"))
    sink.finish({})
    sink.close()
    (row,) = [line for line in (tmp_path / "o").read_text("utf-8").splitlines() if "TYP701 warning" in line]
    assert row.count("|") == 4
    assert not re.search(r"<(?!/?(code|br)>)", row)
    assert not set("`@[]*!") & set(row.replace("&#33;", ""))
    assert text in unescape(row.split("</code>", 1)[1])


def test_gitlab_gives_every_finding_a_fingerprint_of_its_own(cleaner: Cleaner, tmp_path: Path) -> None:
    def prints(text: str) -> list[str]:
        (tmp_path / "a.txt").write_text(text, "utf-8")
        items = json.loads(cleaner("check", "a.txt", "--format", "gitlab", "--select", "TYP701").out)
        assert all(item["location"]["path"] == "a.txt" and item["check_name"] in item["description"] for item in items)
        assert all(item["severity"] in ("info", "minor", "major", "critical", "blocker") for item in items)
        return [item["fingerprint"] for item in items]

    first = prints(DIRTY * 3)
    assert len(set(first)) == 3
    assert prints("要认认真研究。\n" + DIRTY * 3)[-1] == first[-1]  # another finding before them changes nothing
    (tmp_path / "a.txt").write_text("很好。\n", "utf-8")
    assert json.loads(cleaner("check", "a.txt", "--format", "gitlab").out) == []


def test_junit_holds_what_xml_can_hold(cleaner: Cleaner, tmp_path: Path) -> None:
    read = junit.part(outcome("甲\x0c\x00\ud800<&\"'", finding(0, 8), path='a"<.txt'), "en")
    suite = Tree.fromstring(read)
    assert suite.get("tests") == suite.get("failures") == "1"
    (tmp_path / "a.txt").write_text("很好。\n", "utf-8")
    (case,) = Tree.fromstring(cleaner("check", "a.txt", "--format", "junit").out).iter("testcase")
    assert len(case) == 0


FILES = {
    "a.txt": DIRTY.encode(),
    "中文 名字.txt": (DIRTY * 3).encode(),
    "crlf.txt": DIRTY.replace("\n", "\r\n").encode() * 2,
    "cr.txt": DIRTY.replace("\n", "\r").encode() * 2,
    "no end.txt": DIRTY.rstrip().encode(),
    'quo"te\\.txt': DIRTY.encode(),
    "gb.txt": (DIRTY * 4).encode("gb18030"),
    "bom.txt": b"\xef\xbb\xbf" + DIRTY.encode(),
    "utf16.txt": (DIRTY * 2).encode("utf-16"),
    "deep/夹/a.txt": DIRTY.encode(),
}


@pytest.mark.parametrize("here", [".", "deep"])
def test_git_applies_the_diff(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    subprocess.run(["git", "init", "-q"], check=True, cwd=tmp_path)
    monkeypatch.chdir(tmp_path / here)
    patch = tmp_path / "o.patch"
    assert cleaner("check", ".", "--format", "diff", "--output", patch).code == 1
    subprocess.run(["git", "apply", "--check", str(patch)], check=True)
    subprocess.run(["git", "apply", str(patch)], check=True)
    mended = {name: (tmp_path / name).read_bytes() for name in FILES}
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    cleaner("check", ".", "--fix")
    assert mended == {name: (tmp_path / name).read_bytes() for name in FILES}
    assert any(mended[name] != data for name, data in FILES.items())


def test_several_formats_in_one_run(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    names = ("sarif", "github", "gitlab", "junit", "markdown", "json", "jsonl", "csv", "html", "diff")
    options = [word for name in names for word in ("--format", name, "--output", f"out/o.{name}")]
    ran = cleaner("check", "a.txt", *options, "--format", "text")
    assert ran.code == 1
    assert "TYP701" in ran.out
    assert all("建建" in (tmp_path / "out" / f"o.{name}").read_text("utf-8") for name in names)
