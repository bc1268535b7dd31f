"""What was decided is made so, and nothing else; what was done can be taken back in part; the original bytes come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import Cleaner

from cleaner.decisions import as_data, parsed
from cleaner.reports.reading import findings, opened

ORIGINALS = {
    "a.txt": "无锡市政府工作报告\n\n" + "各位代表！我们要建建设美好无锡,推动项目项目落地。\n\n" * 2,
    "b.txt": "　　制定实施意见,推动产业发发展。\r\n　　超100亿元以上的项目。\r\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, text in ORIGINALS.items():
        (tmp_path / "in" / name).write_bytes(text.encode("utf-8" if name == "a.txt" else "gb18030"))
    return tmp_path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def decisions(report: Path, answers: Mapping[str, str], notes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page exports, for decisions by id."""
    _, head, documents = opened(report)
    files = {(d["p"], d["r"]): d["h"] for d in documents}
    decided = [
        (one.row, answers[one.row["id"]], (notes or {}).get(one.row["id"], "")) for one in findings(documents) if one.row["id"] in answers
    ]
    assert len(decided) == len(answers)
    return as_data(head["run"], head["report"], files, decided)


def by_hand(text: str, chosen: Iterable[Mapping[str, Any]]) -> str:
    """A text with the edits of findings, from the last to the first."""
    edits = {(e["start"], e["end"], e["new"]) for row in chosen for e in row["edits"]}
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def test_the_page_says_what_findings_jsonl_says(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out").code == 0
    _, head, documents = opened(corpus / "out.report")
    told = rows(corpus / "out.report" / "findings.jsonl")
    assert head["report"] == "out.report"
    seen = list(findings(documents))
    assert [one.row["id"] for one in seen] == [row["id"] for row in told]
    for one, row in zip(seen, told, strict=True):
        assert {key: one.row[key] for key in one.row.keys() & row.keys() - {"text"}} == {
            key: row[key] for key in one.row.keys() & row.keys() - {"text"}
        }
        assert row["text"].startswith(one.row["text"])
        assert (one.line, one.column, one.why[0]) == (row["line"], row["column"], row["why"])


# --- a page of check: the files themselves ---


def test_exactly_the_accepted_edits_are_made_in_place(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("check", "in", "--format", "html", "--output", "page.html").code == 1
    _, head, documents = opened(corpus / "page.html")
    assert head["report"] is None
    seen = [one.row for one in findings(documents) if one.row["edits"]]
    accepted = [row for row in seen if row["code"] in ("TYP701", "TYP702")]
    answers = {row["id"]: "accept" if row in accepted else "reject" for row in seen}
    (corpus / "decisions.json").write_text(json.dumps(decisions(corpus / "page.html", answers)), "utf-8")
    ran = cleaner("apply", "decisions.json")
    assert ran.code == 0, ran.err
    for name, text in ORIGINALS.items():
        encoding = "utf-8" if name == "a.txt" else "gb18030"
        expected = by_hand(text, (row for row in accepted if row["path"].endswith(name)))
        assert (corpus / "in" / name).read_bytes() == expected.encode(encoding)
        assert expected != text
    assert cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back").code == 0
    for name, text in ORIGINALS.items():
        assert (corpus / "back" / "in" / name).read_bytes() == text.encode("utf-8" if name == "a.txt" else "gb18030")
    again = cleaner("apply", "decisions.json")  # the files are others now
    assert again.code == 2
    assert "was changed after it was looked at" in again.err


def test_a_file_that_was_changed_meanwhile_is_left_alone(cleaner: Cleaner, corpus: Path) -> None:
    cleaner("check", "in", "--format", "html", "--output", "page.html")
    _, _, documents = opened(corpus / "page.html")
    answers = {one.row["id"]: "accept" for one in findings(documents)}
    (corpus / "decisions.json").write_text(json.dumps(decisions(corpus / "page.html", answers)), "utf-8")
    (corpus / "in" / "a.txt").write_text("别的", "utf-8")
    assert cleaner("apply", "decisions.json").code == 2
    assert (corpus / "in" / "a.txt").read_text("utf-8") == "别的"
    assert (corpus / "in" / "b.txt").read_bytes() != ORIGINALS["b.txt"].encode("gb18030")


ACCEPTED = {"id": "1.1", "path": "a", "row": None, "decision": "accept", "code": "T", "fingerprint": "", "start": 0, "end": 0, "twin": None}


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        "[]",
        "{}",
        '{"decisions": 2, "report": null, "files": [], "decided": []}',
        '{"decisions": 1, "report": 3, "files": [], "decided": []}',
        '{"decisions": 1, "report": null, "files": [], "decided": [{"id": "1.1", "path": "a", "row": null, "decision": "maybe"}]}',
        json.dumps({"decisions": 1, "report": None, "files": [], "decided": [ACCEPTED | {"edits": [{"start": -1, "end": 0, "new": ""}]}]}),
    ],
)
def test_what_are_no_decisions_is_refused(cleaner: Cleaner, tmp_path: Path, given: str) -> None:
    (tmp_path / "decisions.json").write_text(given, "utf-8")
    ran = cleaner("apply", "decisions.json")
    assert ran.code == 2
    assert "decisions.json: no decisions of a report" in ran.err
    with pytest.raises((ValueError, KeyError, TypeError)):
        parsed(json.loads(given))


def test_what_was_rejected_is_not_told_again(cleaner: Cleaner, corpus: Path) -> None:
    """Also where a document has the same fault twice: the one that was rejected is known, the other told."""
    (corpus / "in" / "a.txt").write_text("他们在市市场等候。\n" * 3 + "我们要建建设美好无锡。\n", "utf-8")
    options = ("--select", "TYP,PUN", "--format", "html", "--output", "page.html")
    assert cleaner("check", "in", *options).code == 1
    seen = [one.row for one in findings(opened(corpus / "page.html")[2])]
    chosen = [row for row in seen if row["code"] in ("TYP701", "TYP707")]
    assert len(chosen) > 1
    notes = {row["id"]: "是原文如此" for row in chosen}
    given = decisions(corpus / "page.html", dict.fromkeys(notes, "reject"), notes)
    (corpus / "decisions.json").write_text(json.dumps(given), "utf-8")
    ran = cleaner("apply", "decisions.json")
    assert ran.code == 0, ran.err
    entries = rows(corpus / ".cleaner_baseline.jsonl")
    assert len(entries) == len(chosen)
    assert {(entry["verdict"], entry["reason"]) for entry in entries} == {("false alarm", "是原文如此")}
    assert not (corpus / ".cleaner_cache" / "undo" / "000001").exists()  # nothing was changed
    cleaner("check", "in", *options, "--baseline", ".cleaner_baseline.jsonl")
    left = {one.row["known_as"] for one in findings(opened(corpus / "page.html")[2])}
    assert left == {row["known_as"] for row in seen} - {row["known_as"] for row in chosen}
    # a second time: its line is replaced, not doubled
    assert cleaner("apply", "decisions.json").code == 0
    assert rows(corpus / ".cleaner_baseline.jsonl") == entries


# --- a report of clean: the cleaned files, and the undo file ---


def test_rejected_fixes_are_taken_back_and_accepted_ones_made(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out", "--select", "TYP,PUN,REP").code == 0
    report = corpus / "out.report"
    told = rows(report / "findings.jsonl")
    applied = [row for row in told if row["fix"] == "safe"]
    rejected = [row for row in applied if row["code"] == "PUN201"]
    accepted = [row for row in told if row["fix"] == "unsafe"]
    answers = {row["id"]: "reject" for row in rejected} | {row["id"]: "accept" for row in accepted}
    (report / "decisions.json").write_text(json.dumps(decisions(report, answers)), "utf-8")
    ran = cleaner("apply", "out.report/decisions.json")
    assert ran.code == 0, ran.err
    kept = [row for row in applied if row not in rejected and row["code"] != "REP501"]
    for name in ORIGINALS:
        encoding = "utf-8" if name == "a.txt" else "gb18030"
        text = (corpus / "out" / name).read_bytes().decode(encoding)
        assert "," in text
        again = next((row for row in applied if row["code"] == "REP501" and row["path"].endswith(name)), None)
        mine = [row for row in [*kept, *accepted] if row["path"].endswith(name) and not (again and row["start"] >= again["start"])]
        assert text == by_hand(ORIGINALS[name], [*mine, again] if again else mine)
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    for name, text in ORIGINALS.items():
        assert (corpus / "back" / name).read_bytes() == text.encode("utf-8" if name == "a.txt" else "gb18030")


def test_decisions_of_another_run_are_not_applied(cleaner: Cleaner, corpus: Path) -> None:
    cleaner("clean", "in", "-o", "out")
    given = decisions(corpus / "out.report", {"1.1": "reject"})
    given["decided"][0]["fingerprint"] = "0" * 16
    (corpus / "decisions.json").write_text(json.dumps(given), "utf-8")
    before = (corpus / "out" / "a.txt").read_bytes()
    ran = cleaner("apply", "decisions.json")
    assert ran.code == 2
    assert "was it made by another run?" in ran.err
    assert (corpus / "out" / "a.txt").read_bytes() == before


# --- undo, in part ---


def test_undo_of_a_rule_in_a_file_leaves_the_rest(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out").code == 0
    ran = cleaner("undo", "out.report", "-o", "restored", "--rule", "TYP701", "--path", "b.txt")
    assert ran.code == 0, ran.err
    assert (corpus / "restored" / "a.txt").read_bytes() == (corpus / "out" / "a.txt").read_bytes()
    cleaned = (corpus / "out" / "b.txt").read_bytes().decode("gb18030")
    assert "产业发展" in cleaned
    assert (corpus / "restored" / "b.txt").read_bytes().decode("gb18030") == cleaned.replace("产业发展", "产业发发展")


def test_undo_by_id_in_any_order_gives_the_same(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out").code == 0
    told = rows(corpus / "out.report" / "findings.jsonl")
    first, second = (next(row["id"] for row in told if row["code"] == code) for code in ("TYP701", "PUN201"))
    assert cleaner("undo", "out.report", "-o", "both", "--id", first, "--id", second).code == 0
    for name in (second, first):  # one after the other, in the cleaned folder itself
        ran = cleaner("undo", "out.report", "-o", "out", "--id", name)
        assert ran.code == 0, ran.err
    for name in ORIGINALS:
        assert (corpus / "out" / name).read_bytes() == (corpus / "both" / name).read_bytes()
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    for name, text in ORIGINALS.items():
        assert (corpus / "back" / name).read_bytes() == text.encode("utf-8" if name == "a.txt" else "gb18030")


def test_everything_taken_back_in_part_is_the_original(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out", "--unsafe-fixes").code == 0
    assert cleaner("undo", "out.report", "-o", "all", "--path", "*").code == 0
    for name, text in ORIGINALS.items():
        assert (corpus / "all" / name).read_bytes() == text.encode("utf-8" if name == "a.txt" else "gb18030")


def test_an_interrupted_change_can_be_taken_back(cleaner: Cleaner, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is on the disk before the file: when the file is not written, the row before it fits."""
    assert cleaner("clean", "in", "-o", "out").code == 0

    def refusing(*_: Any, **__: Any) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr("cleaner.applying.write", refusing)
        assert cleaner("undo", "out.report", "-o", "out", "--rule", "TYP").code == 2
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    for name, text in ORIGINALS.items():
        assert (corpus / "back" / name).read_bytes() == text.encode("utf-8" if name == "a.txt" else "gb18030")


def test_a_report_without_findings_is_undone_as_a_whole_only(cleaner: Cleaner, corpus: Path) -> None:
    assert cleaner("clean", "in", "-o", "out").code == 0
    (corpus / "out.report" / "findings.jsonl").unlink()
    ran = cleaner("undo", "out.report", "-o", "some", "--rule", "TYP")
    assert ran.code == 2
    assert "findings.jsonl" in ran.err
    assert cleaner("undo", "out.report", "-o", "back").code == 0
