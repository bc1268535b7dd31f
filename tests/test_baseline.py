"""What is known is not told again; what is new is, wherever else it stands already."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
from conftest import Cleaner

DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。\n"
OTHER = "要认认真研究解决重点难点问题，加快补齐短板。\n"
FILE = ".cleaner_baseline.jsonl"
ONLY = ("--select", "TYP701,TYP702")
WITH = (*ONLY, "--baseline", FILE)


def lines(tmp_path: Path) -> list[str]:
    return (tmp_path / FILE).read_text("utf-8").splitlines()


def test_what_is_known_is_not_told(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    assert cleaner("baseline", "create", ".", *ONLY).code == 0
    (row,) = map(json.loads, lines(tmp_path))
    assert set(row) == {"path", "code", "fingerprint", "text"}  # no line numbers, counts or times
    ran = cleaner("check", ".", *WITH)
    assert (ran.code, ran.out) == (0, "")
    (tmp_path / "a.txt").write_text(OTHER + DIRTY + OTHER, "utf-8")
    ran = cleaner("check", ".", *WITH)
    assert ran.code == 1
    assert "建建" not in ran.out
    (tmp_path / "a.txt").write_text(DIRTY + "各项工作要求抓抓好。\n" + DIRTY, "utf-8")
    assert "a.txt:3:" in cleaner("check", ".", *WITH).out  # the same fault once more is new


@pytest.mark.parametrize(
    "text",
    [
        DIRTY.replace("，", "，\n"),
        "　　" + DIRTY.replace("\n", "\r\n"),
        DIRTY.replace("，", ","),
        OTHER.replace("认认", "认") + DIRTY,
    ],
)
def test_new_lines_change_nothing(cleaner: Cleaner, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(f"总则第一条是关于总体要求的规定。\n{DIRTY}附则最后一条是关于施行日期的规定。\n", "utf-8")
    cleaner("baseline", "create", ".", "--select", "TYP701")
    before = lines(tmp_path)
    (tmp_path / "a.txt").write_bytes(f"总则第一条是关于总体要求的规定。\n{text}附则最后一条是关于施行日期的规定。\n".encode())
    assert cleaner("check", ".", "--select", "TYP701", "--baseline", FILE).code == 0
    cleaner("baseline", "update", ".", "--select", "TYP701")
    assert lines(tmp_path) == before


def test_a_moved_file_is_known_and_a_copy_is_not(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    (tmp_path / "b.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("check", ".", *WITH)
    assert (ran.code, "b.txt" in ran.out, "a.txt" in ran.out) == (1, True, False)
    (tmp_path / "a.txt").unlink()
    assert cleaner("check", ".", *WITH).code == 0
    assert "moved: 1" in cleaner("baseline", "update", ".", *ONLY).err
    assert [json.loads(line)["path"] for line in lines(tmp_path)] == ["b.txt"]


def test_stale_entries_are_told_and_pruned(cleaner: Cleaner, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"{name}\n{DIRTY}", "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    (tmp_path / "a.txt").write_text(DIRTY.replace("建建", "建"), "utf-8")
    (tmp_path / "b.txt").unlink()
    assert "stale: 2" in cleaner("check", ".", *WITH).err
    assert "stale" not in cleaner("check", "c.txt", *WITH).err  # nothing was looked at that could be
    assert "stale" not in cleaner("check", ".", "--select", "PUN", "--baseline", FILE).err
    assert "removed: 2" in cleaner("baseline", "prune", ".", *ONLY).err
    assert len(lines(tmp_path)) == 1
    assert cleaner("check", ".", *WITH).code == 0


def test_what_is_known_is_not_mended(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    (tmp_path / "a.txt").write_text(DIRTY + OTHER.replace("认认", "认") + "我们要建设设好城市。\n", "utf-8")
    cleaner("check", ".", *WITH, "--fix", "--unsafe-fixes")
    text = (tmp_path / "a.txt").read_text("utf-8")
    assert "建建设" in text


def test_what_is_known_stays_whatever_is_mended_beside_it(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("(上接第1版)推进体系建建设,落实各项任务。\n第一条说明。\n", "utf-8")
    cleaner("baseline", "create", ".", "--select", "TYP701")
    cleaner("clean", "a.txt", "--baseline", FILE, "-o", "kept")
    assert (tmp_path / "kept" / "a.txt").read_text("utf-8") == "推进体系建建设，落实各项任务。\n第一条说明。\n"
    cleaner("check", ".", "--baseline", FILE, "--fix")
    assert (tmp_path / "a.txt").read_text("utf-8") == "推进体系建建设，落实各项任务。\n第一条说明。\n"


def test_what_is_known_stays_in_cleaned_copies(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    assert "stale" not in cleaner("clean", "a.txt", *WITH, "--unsafe-fixes", "-o", "kept").err
    assert "建建设" in (tmp_path / "kept" / "a.txt").read_text("utf-8")
    cleaner("clean", "a.txt", *ONLY, "--unsafe-fixes", "-o", "mended")
    assert "建建设" not in (tmp_path / "mended" / "a.txt").read_text("utf-8")
    (tmp_path / "cleaner.toml").write_text(f'baseline = "{FILE}"\n', "utf-8")  # what a review has rejected is there
    cleaner("clean", "a.txt", *ONLY, "--unsafe-fixes", "-o", "set")
    assert "建建设" in (tmp_path / "set" / "a.txt").read_text("utf-8")


def test_two_versions_merge(cleaner: Cleaner, tmp_path: Path) -> None:
    """Two branches that each know something more: git merges them line by line, whichever way."""

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for n in range(10, 30):
        (tmp_path / f"{n}.txt").write_text(f"第{n}号\n{DIRTY}", "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    git("add", "-A")
    git("commit", "-qm", "1")
    for branch, name in (("left", "11.txt"), ("right", "25.txt")):
        git("checkout", "-q", "-b", branch, "main")
        with open(tmp_path / name, "a", encoding="utf-8") as file:
            file.write(OTHER)
        cleaner("baseline", "update", ".", *ONLY)
        git("commit", "-qam", branch)
    git("merge", "-q", "left")
    assert cleaner("check", ".", *WITH).code == 0
    assert lines(tmp_path) == sorted(lines(tmp_path))


def test_audit_asks_and_states_precision(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        (tmp_path / f"{n}.txt").write_text(f"第{n}号\n{DIRTY}", "utf-8")
    cleaner("baseline", "create", ".", "--select", "TYP701")
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nwhat\nn\ns\n"))
    assert "TYP701: 50 % right (1 of 2)" in cleaner("baseline", "audit").out
    assert [json.loads(line).get("verdict") for line in lines(tmp_path)] == ["fault", "false alarm", None, None]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\ny\n"))
    assert "TYP701: 75 % right (3 of 4)" in cleaner("baseline", "audit").out
    cleaner("baseline", "update", ".", "--select", "TYP701")
    assert sum("verdict" in line for line in lines(tmp_path)) == 4


@pytest.mark.parametrize("content", ["nonsense\n", '{"path": "a"}\n', "<<<<<<< HEAD\n", "[1]\n"])
def test_a_bad_baseline_is_an_error_that_names_the_line(cleaner: Cleaner, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / FILE).write_text("\n" + content, "utf-8")
    ran = cleaner("check", ".", *WITH)
    assert ran.code == 2
    assert f"{FILE}:2:" in ran.err
    assert cleaner("check", ".", "--baseline", "none").code == 2
    assert cleaner("baseline", "create", ".").code == 2  # it is there already


def test_sarif_tells_what_is_known_as_suppressed(cleaner: Cleaner, tmp_path: Path) -> None:
    from test_formats import valid

    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("baseline", "create", ".", *ONLY)
    (tmp_path / "a.txt").write_text(DIRTY + OTHER, "utf-8")
    run = valid(json.loads(cleaner("check", ".", *WITH, "--format", "sarif").out))
    states = [(result["baselineState"], bool(result["suppressions"])) for result in run["results"]]
    assert states == [("new", False), ("unchanged", True)]


def test_the_settings_can_name_it(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "cleaner.toml").write_text('baseline = "known.jsonl"\nselect = ["TYP701"]\n', "utf-8")
    assert cleaner("baseline", "create", ".").code == 0
    assert (tmp_path / "known.jsonl").exists()
    assert cleaner("check", ".").code == 0


MARKED = "<!-- cleaner: allow TYP701 原文如此 -->\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MARKED + DIRTY, 0),
        (MARKED + "\n" + DIRTY + DIRTY, 0),
        (MARKED + DIRTY + "\n" + DIRTY, 1),
        (DIRTY + "\n" + MARKED, 1),
        (DIRTY.strip() + " " + MARKED + DIRTY, 2),
        (MARKED.strip() + DIRTY + DIRTY, 1),
        (MARKED.replace("701", "702") + DIRTY, 1),
        (MARKED.replace("TYP701", "TYP,PUN201") + DIRTY, 0),
    ],
)
def test_markdown_allows_in_a_comment(cleaner: Cleaner, tmp_path: Path, text: str, told: int) -> None:
    (tmp_path / "a.md").write_text(text, "utf-8")
    assert cleaner("check", "a.md", "--select", "TYP701").out.count("TYP701 ") == told
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert cleaner("check", "a.txt", "--select", "TYP701").out.count("TYP701 ") == text.count("建建")


def test_a_comment_with_an_unknown_code_is_an_error_that_names_the_place(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 标题\n\n<!-- cleaner: allow TPY701 原文如此 -->\n" + DIRTY, "utf-8")
    ran = cleaner("check", "a.md")
    assert ran.code == 2
    assert "a.md:3: no rule has the code 'TPY701'; did you mean 'TYP701'?" in ran.err


@pytest.mark.parametrize(("context", "code"), [("推进体系建建设", 0), ("推进城市建建设", 1), ("建建", 0)])
def test_allow_with_a_context(cleaner: Cleaner, tmp_path: Path, context: str, code: int) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (row,) = [json.loads(line) for line in cleaner("check", "a.txt", "--select", "TYP701", "--format", "jsonl").out.splitlines()]
    context = context.replace("建建设", row["text"]) if row["text"] != "建建" else context
    allow = f'[[allow]]\ntext = "{row["text"]}"\ncontext = "{context}"\nreason = "a test"\n'
    (tmp_path / "cleaner.toml").write_text(allow, "utf-8")
    assert cleaner("check", "a.txt", "--select", "TYP701").code == code


def test_a_context_must_hold_the_text(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "cleaner.toml").write_text('[[allow]]\ntext = "建建"\ncontext = "别的"\n', "utf-8")
    assert cleaner("check", "a.txt").code == 2
