"""The command line as its users meet it: exit codes, outputs, and what happens to bad input. Golden files hold the output."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner import jobs, pipeline
from cleaner.formats import plain
from cleaner.model import Finding
from cleaner.reports.data import COLUMNS
from cleaner.settings import Settings

CASES = sorted((Path(__file__).parent / "golden").iterdir())
DIRTY = "(上接第1版)推进体系建建设,落实各项任务。\n"
CLEAN = "推进体系建设，落实各项任务。\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, cleaner: Cleaner, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """A case is a folder: command, in/ (what it is run on), output (exit code, stdout and stderr)."""
    if (case / "in").is_dir():
        for path in (case / "in").iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    ran = cleaner(*(case / "command").read_text("utf-8").split())
    output = f"exit {ran.code}\n--- stdout\n{ran.out}--- stderr\n{ran.err}"
    if pytestconfig.getoption("--golden"):
        (case / "output").write_text(output, "utf-8")
    assert output == (case / "output").read_text("utf-8")


def test_check_finds_and_does_not_write(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    before = sorted(tmp_path.rglob("*"))
    ran = cleaner("check", "a.txt", "--no-cache")
    assert ran.code == 1
    assert "a.txt:1:" in ran.out
    assert (tmp_path / "a.txt").read_text("utf-8") == DIRTY
    assert sorted(tmp_path.rglob("*")) == before


def test_check_of_clean_text_is_0(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    ran = cleaner("check", "a.txt")
    assert (ran.code, ran.out) == (0, "")


def test_fail_on(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("发布机构：市政府办公室\n来源：人民日报\n" + CLEAN, "utf-8")
    assert cleaner("check", "a.txt").code == 0
    assert cleaner("check", "a.txt", "--fail-on", "note").code == 1
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    assert cleaner("check", "a.txt", "--fail-on", "never").code == 0


def test_jsonl_keeps_the_contract(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY * 2, "utf-8")
    rows = [json.loads(line) for line in cleaner("check", "a.txt", "--format", "jsonl").out.splitlines()]
    assert rows
    assert all(tuple(row) == COLUMNS for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
    text = (DIRTY * 2).encode().decode()
    for row in rows:
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["fix"] in ("safe", "unsafe", "none")
        assert bool(row["edits"]) == (row["fix"] != "none")
    assert json.loads(cleaner("check", "a.txt", "--format", "json").out) == rows
    table = list(csv.DictReader(io.StringIO(cleaner("check", "a.txt", "--format", "csv").out)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]


def test_fingerprints_outlive_moves_and_renames(cleaner: Cleaner, tmp_path: Path) -> None:
    def prints(name: str, text: str) -> set[str]:
        (tmp_path / name).write_text(text, "utf-8")
        return {json.loads(line)["fingerprint"] for line in cleaner("check", name, "--format", "jsonl", "--select", "TYP").out.splitlines()}

    first = prints("a.txt", f"各地要抓好落实，见到成效。\n{DIRTY}各地要抓好落实，见到成效。\n")
    assert first
    assert prints("b.txt", f"总则\n附则\n各地要抓好落实，见到成效。\n\n　{DIRTY}各地要抓好落实，见到成效。\n") == first


def test_several_formats_each_with_its_file(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    options = ["--format", "jsonl", "--output", "f.jsonl", "--format", "html", "--output", "f.html", "--format", "text"]
    ran = cleaner("check", "a.txt", *options)
    assert ran.code == 1
    assert "TYP701" in ran.out
    assert "TYP701" in (tmp_path / "f.jsonl").read_text("utf-8")
    assert "TYP701" in (tmp_path / "f.html").read_text("utf-8")
    assert cleaner("check", "a.txt", "--format", "json", "--format", "csv").code == 2


def test_fix_mends_in_place_and_can_be_taken_back(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "b.txt").write_text(CLEAN, "utf-8")
    ran = cleaner("check", "a.txt", "b.txt", "--fix")
    assert ran.code == 0
    assert "a.txt" in ran.err
    assert "b.txt: " not in ran.err
    assert (tmp_path / "a.txt").read_text("utf-8") == CLEAN
    assert cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.txt").read_text("utf-8") == DIRTY
    assert (tmp_path / ".cleaner_cache" / ".gitignore").read_text("utf-8") == "*\n"


@pytest.mark.parametrize("named", ["in", "in/a.txt", "absolute"])
def test_a_fix_can_be_taken_back_however_the_files_were_named(cleaner: Cleaner, tmp_path: Path, named: str) -> None:
    for folder in ("in", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(DIRTY, "utf-8")
    arguments = [tmp_path / "in"] if named == "absolute" else [named]
    assert cleaner("check", *arguments, "other", "--fix").code == 0
    assert (tmp_path / "other" / "a.txt").read_text("utf-8") == CLEAN
    assert cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back").code == 0
    for folder in ("in", "other"):
        assert (tmp_path / "back" / folder / "a.txt").read_text("utf-8") == DIRTY


def test_an_interrupted_fix_can_be_taken_back(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The undo row is on the disk before the file is touched."""
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(DIRTY, "utf-8")
    writes = []

    def interrupted(path: Path, *arguments: object, **options: object) -> None:
        writes.append(path)
        if len(writes) == 2:
            raise KeyboardInterrupt
        plain.write(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "write", interrupted)
    assert cleaner("check", ".", "--fix").code == 130
    ran = cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back")
    assert ran.code == 2
    assert "did not come to its end" in ran.err
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "back").iterdir()} == {"a.txt": DIRTY, "b.txt": DIRTY}


def test_a_fix_that_could_not_be_written_leaves_a_whole_undo_file(
    cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DIRTY, "utf-8")

    def refused(path: Path, *arguments: object, **options: object) -> None:
        if path.name == "b.txt":
            raise plain.Unwritable("b.txt: no room")
        plain.write(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "write", refused)
    ran = cleaner("check", ".", "--fix")
    assert ran.code == 2
    assert "no room" in ran.err
    assert cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back").code == 0
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "back").iterdir()} == {"a.txt": DIRTY, "b.txt": DIRTY}


def test_an_interrupted_clean_is_told_by_undo(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the report of an earlier run to its end stands there."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DIRTY, "utf-8")
    assert cleaner("clean", "a.txt", "b.txt", "-o", "out").code == 0

    def interrupted(path: Path, *arguments: object, **options: object) -> None:
        if path.name == "b.txt":
            raise KeyboardInterrupt
        plain.write(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "write", interrupted)
    assert cleaner("clean", "a.txt", "b.txt", "-o", "out").code == 130
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "did not come to its end" in ran.err
    assert (tmp_path / "back" / "a.txt").read_text("utf-8") == DIRTY


def test_a_fix_that_mends_nothing_leaves_nothing(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    assert cleaner("check", "a.txt", "--fix").code == 0
    assert list((tmp_path / ".cleaner_cache" / "undo").iterdir()) == []


def test_no_output_goes_where_an_input_is(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    assert cleaner("check", "a.txt", "--format", "jsonl", "--output", "./a.txt").code == 2
    assert cleaner("check", "a.txt", "--format", "jsonl", "--output", "x", "--format", "csv", "--output", "x").code == 2
    assert (tmp_path / "a.txt").read_text("utf-8") == DIRTY


def test_an_undo_file_that_was_cut_is_told(cleaner: Cleaner, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DIRTY, "utf-8")
    cleaner("clean", "a.txt", "b.txt", "-o", "out")
    undo = tmp_path / "out.report" / "undo.jsonl"
    undo.write_text(undo.read_text("utf-8").splitlines(keepends=True)[0], "utf-8")
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "it was cut" in ran.err
    assert (tmp_path / "back" / "a.txt").read_text("utf-8") == DIRTY


def test_undo_does_not_write_over_what_it_reads(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("clean", "a.txt", "-o", "out")
    assert cleaner("undo", "out.report", "-o", "out").code == 2
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == CLEAN


def alive(group: int) -> bool:
    """Is there a process left in a group?"""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("signal_name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_the_run_and_its_workers(tmp_path: Path, signal_name: str, code: int) -> None:
    (tmp_path / "in").mkdir()
    for n in range(3000):
        (tmp_path / "in" / f"{n}.txt").write_text(DIRTY * 20, "utf-8")
    command = [sys.executable, "-m", "cleaner", "clean", "in", "-o", "out", "--jobs", "2"]
    run = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "out" / "5.txt").exists():
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(getattr(signal, signal_name))
    assert run.wait(20) == code
    deadline = time.monotonic() + 10
    while alive(run.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(run.pid)
    assert len(list((tmp_path / "out").iterdir())) < 3000
    assert not list((tmp_path / "out").glob(".*"))
    assert all(path.read_text("utf-8").startswith("推进体系建设，") for path in (tmp_path / "out").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a pipe can be set on Linux only")
def test_a_reader_that_goes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY * 5000, "utf-8")
    reader, writer = os.pipe()
    fcntl.fcntl(writer, 1031, 4096)  # F_SETPIPE_SZ: else all of the output may fit
    run = subprocess.Popen([sys.executable, "-m", "cleaner", "check", "a.txt"], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert os.read(reader, 100)
    os.close(reader)
    _, told = run.communicate(timeout=60)
    assert (run.returncode, told) == (0, b"")


def test_the_report_goes_beside_the_current_folder(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert cleaner("clean", "../a.txt", "-o", ".").code == 0
    assert (tmp_path / "work.report" / "index.html").exists()


def test_one_faulty_document_does_not_end_the_run(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DIRTY, "utf-8")
    look = pipeline.look

    def faulty(path: str, text: str, settings: Settings) -> list[Finding]:
        return look(path, text, settings) if path == "b.txt" else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(pipeline, "look", faulty)
    ran = cleaner("check", "a.txt", "b.txt")
    assert ran.code == 2
    assert "a.txt" in ran.err
    assert "ZeroDivisionError" in ran.err
    assert "b.txt:1" in ran.out


def test_settings_see_paths_from_their_own_folder(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "cleaner.toml").write_text('[per-file-ignores]\n"in/a.txt" = ["PUN", "LAY", "TYP"]', "utf-8")
    assert cleaner("check", "in").code == 0
    assert cleaner("check", tmp_path / "in").code == 0
    monkeypatch.chdir(tmp_path / "in")
    assert cleaner("check", ".").code == 0


def test_diff_shows_what_fix_would_do(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("check", "a.txt", "--diff")
    assert ran.code == 1
    assert f"-{DIRTY}+{CLEAN}" in ran.out
    assert (tmp_path / "a.txt").read_text("utf-8") == DIRTY


def test_clean_writes_the_whole_corpus_and_a_report(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_bytes(DIRTY.encode("gb18030"))
    (tmp_path / "in" / "deep" / "b.md").write_text(CLEAN, "utf-8")
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF")
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 0
    assert "c.pdf" in ran.err
    assert (tmp_path / "out" / "a.txt").read_bytes() == CLEAN.encode("gb18030")
    assert (tmp_path / "out" / "deep" / "b.md").read_text("utf-8") == CLEAN
    report = tmp_path / "out.report"
    assert {p.name for p in report.iterdir()} == {
        "index.html",
        "findings.jsonl",
        "findings.csv",
        "documents.csv",
        "summary.json",
        "undo.jsonl",
    }
    summary = json.loads((report / "summary.json").read_text("utf-8"))
    assert (summary["files"], summary["changed"]) == (2, 1)
    assert len((report / "undo.jsonl").read_text("utf-8").splitlines()) == 2
    assert len(list(csv.reader(io.StringIO((report / "documents.csv").read_text("utf-8-sig"))))) == 3


def test_clean_in_another_encoding(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, encoding in (("a", "gb18030"), ("b", "utf-16"), ("c", "utf-8-sig")):
        (tmp_path / "in" / f"{name}.txt").write_bytes(DIRTY.encode(encoding))
    (tmp_path / "in" / "d.txt").write_bytes(CLEAN.encode("gb18030"))
    assert cleaner("clean", "in", "-o", "out", "--encoding", "utf-8").code == 0
    assert {(tmp_path / "out" / f"{n}.txt").read_text("utf-8-sig") for n in "abcd"} == {CLEAN}
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    for path in (tmp_path / "in").iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()


def test_standard_input(tmp_path: Path) -> None:
    def piped(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "cleaner", *arguments]
        return subprocess.run(command, input=DIRTY.encode("gb18030"), capture_output=True, check=False, cwd=tmp_path)

    checked = piped("check", "-", "--format", "jsonl", "--lang", "zh")
    assert checked.returncode == 1
    assert {json.loads(line)["path"] for line in checked.stdout.decode().splitlines()} == {"-"}
    assert piped("clean", "-").stdout == CLEAN.encode("gb18030")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02\x00\xff" * 50, "a.txt"),
        ("推进总书记建设落实".encode()[:4] + "体系建设，落实各项任务。".encode() * 9, "UTF-8"),
    ],
    ids=["binary", "broken UTF-8"],
)
def test_what_does_not_decode_is_named_and_not_rewritten(cleaner: Cleaner, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(content)
    (tmp_path / "in" / "b.txt").write_text(DIRTY, "utf-8")
    checked = cleaner("check", "in")
    assert checked.code == 2
    assert words in checked.err
    assert "b.txt:1" in checked.out
    assert cleaner("clean", "in", "-o", "out").code == 2
    assert (tmp_path / "out" / "a.txt").read_bytes() == content
    assert (tmp_path / "out" / "b.txt").read_text("utf-8") == CLEAN
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.txt").read_bytes() == content


def test_bad_bytes_are_kept_when_asked(cleaner: Cleaner, tmp_path: Path) -> None:
    content = DIRTY.encode() * 9 + b"\xe6\x80" + DIRTY.encode()
    (tmp_path / "a.txt").write_bytes(content)
    assert cleaner("clean", "a.txt", "-o", "out").code == 2
    assert cleaner("clean", "a.txt", "-o", "out", "--keep-bad-bytes").code == 0
    cleaned = (tmp_path / "out" / "a.txt").read_bytes()
    assert b"\xe6\x80" in cleaned
    assert "建建设".encode() not in cleaned
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.txt").read_bytes() == content


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "none.txt"],
        ["check", "a.txt", "--select", "XYZ"],
        ["check", "a.txt", "--no-such-option"],
        ["check"],
        ["clean", "a.txt"],
        ["clean", "in", "-o", "in"],
        ["clean", "in", "-o", "in/out"],
        ["clean", "in/deep", "-o", "in"],
        ["clean", "in", "copy", "-o", "out"],
        ["check", "a.txt", "--config", "none.toml"],
        ["undo", "none", "-o", "back"],
        ["rules", "XYZ701"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_2_and_says_why(cleaner: Cleaner, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    for folder in ("in/deep", "copy"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "in" / "a.txt").write_text(DIRTY, "utf-8")
    ran = cleaner(*arguments)
    assert ran.code == 2
    assert len(ran.err) > 10
    assert "Traceback" not in ran.err
    assert (tmp_path / "in" / "a.txt").read_text("utf-8") == DIRTY
    assert not (tmp_path / "out").exists()


def test_undo_refuses_a_file_that_was_changed_meanwhile(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text(DIRTY, "utf-8")
    cleaner("clean", "in", "-o", "out")
    (tmp_path / "out" / "a.txt").write_text("changed", "utf-8")
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "a.txt" in ran.err
    assert not (tmp_path / "back" / "a.txt").exists()
    assert (tmp_path / "back" / "b.txt").read_text("utf-8") == DIRTY


def test_out_and_report_can_be_moved(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("clean", "a.txt", "-o", "out")
    (tmp_path / "new").mkdir()
    os.rename(tmp_path / "out", tmp_path / "new" / "out")
    os.rename(tmp_path / "out.report", tmp_path / "new" / "out.report")
    assert cleaner("undo", "new/out.report", "-o", "back").code == 0
    os.rename(tmp_path / "new" / "out", tmp_path / "elsewhere")
    assert cleaner("undo", "new/out.report", "-o", "back").code == 2
    assert cleaner("undo", "new/out.report", "-o", "back", "--cleaned", "elsewhere").code == 0


@pytest.mark.parametrize("row", ["nonsense", "{}", '{"undo": 99, "out": "x"}', "", "[]"])
def test_an_undo_file_that_is_none(cleaner: Cleaner, tmp_path: Path, row: str) -> None:
    (tmp_path / "undo.jsonl").write_text(row + "\n", "utf-8")
    ran = cleaner("undo", "undo.jsonl", "-o", "back")
    assert ran.code == 2
    assert "undo.jsonl" in ran.err


def test_an_undo_row_cannot_write_elsewhere(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("clean", "a.txt", "-o", "out")
    undo = tmp_path / "out.report" / "undo.jsonl"
    undo.write_text(undo.read_text("utf-8").replace('"below": "a.txt"', '"below": "../a.txt"'), "utf-8")
    assert cleaner("undo", "out.report", "-o", "back").code == 2
    assert (tmp_path / "a.txt").read_text("utf-8") == DIRTY


def test_permissions_are_kept(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "a.txt").chmod(0o640)
    cleaner("clean", "a.txt", "-o", "out")
    assert stat.S_IMODE((tmp_path / "out" / "a.txt").stat().st_mode) == 0o640


def test_csv_cells_are_no_formulas(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("=cmd推进体系建建设,落实各项任务,抓好落实\n", "utf-8")
    out = cleaner("check", "a.txt", "--format", "csv").out
    cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_edit_the_encoding_cannot_hold_is_told_and_not_applied(cleaner: Cleaner, tmp_path: Path) -> None:
    text = "推進體系建設,落實各項任務,加強領導,全面發展經濟社會。\n"
    (tmp_path / "a.txt").write_bytes(text.encode("big5"))
    assert cleaner("clean", "a.txt", "-o", "out").code == 0
    (tmp_path / "out" / "a.txt").read_bytes().decode("big5")
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.txt").read_bytes() == text.encode("big5")


def test_statistics(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("check", "a.txt", "--statistics")
    assert ran.code == 1
    assert "1  TYP701" in ran.out


def test_the_same_findings_for_any_number_of_jobs_and_any_order(cleaner: Cleaner, tmp_path: Path) -> None:
    for n in range(30):
        (tmp_path / f"a{n}.txt").write_text(
            DIRTY * (n % 3) + CLEAN + f"全面加强第{n % 5}项金融监管，有效治理恶性拖欠账款和逃废债等行为。\n", "utf-8"
        )
    names = [f"a{n}.txt" for n in range(30)]
    outs = {cleaner("check", *order, "--format", "jsonl", "--jobs", jobs).out for order in (names, names[::-1]) for jobs in (1, 2, 7)}
    assert len(outs) == 1
    paths = [json.loads(line)["path"] for line in outs.pop().splitlines()]
    assert paths == sorted(paths, key=lambda p: int(p[1:-4]))


def test_every_rule_can_be_asked_for(cleaner: Cleaner) -> None:
    listed = cleaner("rules")
    assert listed.code == 0
    for line in listed.out.splitlines():
        ran = cleaner("rules", line.split()[0], "--lang", "zh")
        assert ran.code == 0
        assert line.split()[1] in ran.out


def test_every_command_has_help_and_an_example(cleaner: Cleaner) -> None:
    for name in ("check", "clean", "undo", "rules"):
        ran = cleaner(name, "--help")
        assert ran.code == 0
        assert f"cleaner {name}" in ran.out
