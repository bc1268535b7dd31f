"""What is remembered gives what would be worked out, and nothing rests on it."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Cleaner, Ran

from cleaner import known as keys
from cleaner import memory
from cleaner.cache import Cache

DIRTY = "推进体系建建设，落实各项任务。\n"
CLEAN = "推进体系建设，落实各项任务。\n"
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"
WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。\n"
STORE = Path(".cleaner_cache/results.sqlite")


def known(ran: Ran) -> int:
    """How many files were not looked at again."""
    (line,) = [line for line in ran.err.splitlines() if line.startswith("from earlier runs")]
    return int(line.split()[3])


def same(cleaner: Cleaner, *options: object) -> Ran:
    """A check with what is remembered, which must be as without."""
    ran = cleaner("check", *options, "-v")
    without = cleaner("check", *options, "--no-cache")
    assert (ran.code, ran.out) == (without.code, without.out)
    return ran


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "sarif", "github", "gitlab", "junit", "markdown", "diff"])
def test_what_is_remembered_is_what_would_come(cleaner: Cleaner, tmp_path: Path, form: str) -> None:
    (tmp_path / "a.txt").write_text(f"{DIRTY}一\n{PLAN}二\n{WORK}", "utf-8")
    (tmp_path / "b.txt").write_text(f"三\n{PLAN}四\n{WORK}{CLEAN}", "utf-8")
    assert known(same(cleaner, ".", "--format", form)) == 0
    assert known(same(cleaner, ".", "--format", form)) == 2
    (tmp_path / "0.txt").write_text(f"零\n{PLAN}五\n", "utf-8")  # comes first: what was said of the others is so no more
    assert known(same(cleaner, ".", "--format", form)) == 0
    (tmp_path / "z.txt").write_text(DIRTY, "utf-8")
    assert known(same(cleaner, ".", "--format", form)) == 3


def test_every_change_counts(cleaner: Cleaner, tmp_path: Path) -> None:
    """Contents, names, settings and options: each makes a difference."""
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    same(cleaner, "a.txt")
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    assert known(same(cleaner, "a.txt")) == 0
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    assert known(same(cleaner, "a.txt")) == 1
    for options in (["--select", "TYP"], ["--show-moot"], ["--diff"], ["--keep-bad-bytes"], ["--sensitive"]):
        assert known(same(cleaner, "a.txt", *options)) == 0, options
    (tmp_path / "cleaner.toml").write_text('per-file-ignores = {"a.txt" = ["TYP"]}\n', "utf-8")
    ran = same(cleaner, "a.txt")
    assert (known(ran), ran.code) == (0, 0)
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert same(cleaner, "b.txt").code == 1


def test_another_program_remembers_nothing(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    same(cleaner, "a.txt")
    monkeypatch.setattr(memory, "_program", lambda cache: "another")
    assert known(same(cleaner, "a.txt")) == 0


def test_the_program_is_known_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "house"
    (home / "data").mkdir(parents=True)
    (home / "a.py").write_text("1\n")
    (home / "data" / "model").write_bytes(b"1")
    monkeypatch.setattr(keys, "__file__", str(home / "known.py"))
    cache = Cache(tmp_path / ".cleaner_cache" / "results.sqlite")
    first = memory._program(cache)
    assert memory._program(cache) == first
    os.utime(home / "data" / "model", (1, 1))
    assert memory._program(cache) == first
    (home / "data" / "model").write_bytes(b"2")
    assert memory._program(cache) != first


def test_the_cache_ignores_itself_and_can_be_left_alone(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    monkeypatch.setenv("CLEANER_NO_CACHE", "1")
    cleaner("check", "a.txt")
    assert not (tmp_path / ".cleaner_cache").exists()
    monkeypatch.delenv("CLEANER_NO_CACHE")
    cleaner("check", "a.txt")
    assert (tmp_path / ".cleaner_cache" / ".gitignore").read_text("utf-8") == "*\n"


@pytest.mark.parametrize("harm", ["no database", "cut", "torn value", "bad value", "no table", "a folder"])
def test_damage_is_survived(cleaner: Cleaner, tmp_path: Path, harm: str) -> None:
    for n in range(30):
        (tmp_path / f"{n}.txt").write_text(f"第{n}号\n{DIRTY}{PLAN}", "utf-8")
    same(cleaner, ".")
    if harm == "no database":
        STORE.write_bytes(b"nonsense" * 1000)
    elif harm == "cut":
        STORE.write_bytes(STORE.read_bytes()[:5000])
    elif harm == "a folder":
        STORE.unlink()
        STORE.mkdir()
    else:
        with sqlite3.connect(STORE) as connection:
            if harm == "torn value":
                connection.execute("UPDATE result SET value = substr(value, 1, length(value) - 9)")
            elif harm == "bad value":
                from zlib import compress

                connection.execute("UPDATE result SET value = ?", [compress(b'{"odd": 1}')])
            else:
                connection.execute("DROP TABLE result")
        connection.close()
    assert same(cleaner, ".").code == 1
    assert known(same(cleaner, ".")) == (0 if harm == "a folder" else 30)


def test_a_folder_that_cannot_be_written_is_no_hindrance(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / ".cleaner_cache").write_text("a file is in the way")
    assert known(same(cleaner, "a.txt")) == 0


def test_runs_side_by_side(tmp_path: Path) -> None:
    """Eight runs at a time over one cache: none fails, none says anything else."""
    for n in range(40):
        (tmp_path / f"{n}.txt").write_text(f"第{n}号\n{DIRTY}", "utf-8")
    command = [sys.executable, "-m", "cleaner", "check", ".", "--select", "TYP701,PUN"]
    running = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    said = [process.communicate() for process in running]
    assert {process.returncode for process in running} == {1}
    assert len(set(said)) == 1


def test_an_interrupted_run_keeps_what_it_has(cleaner: Cleaner, tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(f"第{n}号\n{DIRTY}", "utf-8")
    (tmp_path / "3.txt").write_bytes(b"\xff\xd8\xff\xe0")
    assert cleaner("check", ".").code == 2
    assert known(cleaner("check", ".", "-v")) == 4  # the one that failed is tried again


def test_fix_does_not_rest_on_it(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    cleaner("check", "a.txt")
    assert cleaner("check", "a.txt", "--fix").code == 0
    assert (tmp_path / "a.txt").read_text("utf-8") == CLEAN


LIGHT = {"pandas", "numba", "llvmlite", "pyarrow", "datasketch", "scipy", "charset_normalizer", "jsonschema", "multiprocessing"}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a check has loaded at its end."""
    code = "import sys\nfrom cleaner import cli\ncli.run(sys.argv[1:])\nprint(*sorted(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return set(ran.stderr.splitlines()[-1].split())


def test_what_is_not_needed_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("各地要抓好落实，见到成效。\n", "utf-8")
    first = loaded(tmp_path, "check", "a.txt")
    tops = {name.split(".")[0] for name in first}
    assert not LIGHT & tops
    assert "rjieba" not in tops  # nothing in it asks for a word
    assert not {f"cleaner.reports.{name}" for name in ("page", "sarif", "junit", "gitlab", "markdown", "github")} & first
    again = loaded(tmp_path, "check", "a.txt")
    assert not LIGHT & {name.split(".")[0] for name in again}
    assert len(again) < 520, len(again)  # what is known already needs no model either


def policy(seed: int, size: int) -> str:
    """Text of about so many bytes, no two alike."""
    chance = random.Random(seed)
    parts = [PLAN, WORK, CLEAN]
    text = ""
    while len(text.encode()) < size:
        text += (
            f"第{chance.randrange(10_000)}项 "
            + "".join(chance.choice("各地要抓好落实推进建设完善体系") for _ in range(60))
            + chance.choice(parts)
        )
    return text


@pytest.mark.hooks
def test_latency(tmp_path: Path) -> None:
    """Whole processes; the limits are those of a free machine, with room for a busy one."""
    for n in range(2_000):
        (tmp_path / f"{n}.txt").write_text(policy(n, 2_000), "utf-8")
    command = [sys.executable, "-m", "cleaner", "check", "."]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    began = time.perf_counter()
    ran = subprocess.run([*command, "-v"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert time.perf_counter() - began < 5
    assert "from earlier runs: 2000 of 2000" in ran.stderr


def test_values_come_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / ".cleaner_cache" / "results.sqlite")
    assert cache.get([b"1"]) == {}
    rows = {str(n).encode(): json.dumps(n).encode() for n in range(1_500)}
    cache.put(rows)
    assert cache.get(rows) == rows
    assert cache.get([b"none"]) == {}
