"""A run of `clean` that was cut off goes on where it was, and comes to what an undisturbed one comes to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Cleaner
from crashing import COMMAND, corpus, crash, end_of, written

from cleaner import jobs
from cleaner.formats import plain
from cleaner.lock import lock

TEXT = "(上接第1版)推进体系建建设,落实各项任务。\n各级政府要认真做好第{}项工作，确保取得实效。\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Seven texts in a folder, with faults and repeats."""
    for n in range(1, 8):
        path = tmp_path / "in" / f"{n % 2}" / f"{n}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(n // 2), "utf-8")
    return tmp_path


def expected(cleaner: Cleaner, home: Path, *options: str) -> dict[str, bytes]:
    """What an undisturbed run writes; nothing of it stays."""
    assert cleaner("clean", "in", "-o", "out", *options).code == 0
    found = written(home)
    for name in ("out", "out.report"):
        shutil.rmtree(home / name)
    return found


@contextmanager
def cut_off_after(number: int) -> Iterator[list[str]]:
    """Ends a run in this process as an interrupt does, when so many files are written. Gives the names of those that are."""
    names: list[str] = []

    def counted(path: Path, *arguments: object, **options: object) -> None:
        if len(names) == number:
            raise KeyboardInterrupt
        plain.write(path, *arguments, **options)  # type: ignore[arg-type]
        names.append(path.name)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(jobs, "write", counted)
        yield names


def cut_off(cleaner: Cleaner, number: int, *options: str) -> None:
    with cut_off_after(number):
        ran = cleaner("clean", "in", "-o", "out", *options)
    assert ran.code == 130
    assert "the same command goes on from here" in ran.err or "用同样的命令再次运行" in ran.err


@pytest.mark.parametrize("options", [[], ["--metadata", "m.jsonl", "--lang", "zh"], ["--encoding", "utf-8", "--across"]])
def test_what_is_finished_is_not_done_again(cleaner: Cleaner, home: Path, options: list[str]) -> None:
    whole = expected(cleaner, home, *options)
    cut_off(cleaner, 3, *options)
    assert not (home / "out.report" / "summary.json").exists()
    with cut_off_after(100) as names:
        ran = cleaner("clean", "in", "-o", "out", *options)
    assert ran.code == 0
    assert len(names) == 4
    assert "3" in next(line for line in ran.err.splitlines() if "earlier run" in line or "中断的运行" in line)
    assert written(home) == whole


def test_a_run_may_be_cut_off_again_and_again(cleaner: Cleaner, home: Path) -> None:
    whole = expected(cleaner, home)
    for _ in range(3):
        cut_off(cleaner, 2)
    with cut_off_after(100) as names:
        assert cleaner("clean", "in", "-o", "out").code == 0
    assert len(names) == 1
    assert written(home) == whole


def test_a_run_that_ended_well_leaves_nothing_to_go_on_from(cleaner: Cleaner, home: Path) -> None:
    cleaner("clean", "in", "-o", "out")
    with cut_off_after(100) as names:
        ran = cleaner("clean", "in", "-o", "out")
    assert len(names) == 7
    assert "earlier run" not in ran.err


def test_what_has_changed_meanwhile_is_done_again(cleaner: Cleaner, home: Path) -> None:
    """A file is known by its content and its place among the others, not by its name."""
    cut_off(cleaner, 5)
    first, gone = home / "in" / "0" / "2.txt", home / "in" / "1" / "7.txt"
    first.write_text("推进体系建建设。\n", "utf-8")
    gone.unlink()
    with cut_off_after(100) as names:
        assert cleaner("clean", "in", "-o", "out").code == 0
    assert "2.txt" in names
    resumed = written(home)
    assert resumed == expected(cleaner, home)


@pytest.mark.parametrize("options", [["--select", "PUN"], ["--lang", "zh"], ["--unsafe-fixes"], ["--profile", "web"]])
def test_other_arguments_take_nothing_of_it(cleaner: Cleaner, home: Path, options: list[str]) -> None:
    whole = expected(cleaner, home, *options)
    cut_off(cleaner, 5)
    with cut_off_after(100) as names:
        assert cleaner("clean", "in", "-o", "out", *options).code == 0
    assert len(names) == 7
    assert written(home) == whole


def test_another_program_takes_nothing_of_it(cleaner: Cleaner, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(cleaner, 5)
    monkeypatch.setattr("cleaner.progress.program", lambda: "another")
    with cut_off_after(100) as names:
        cleaner("clean", "in", "-o", "out")
    assert len(names) == 7


@pytest.mark.parametrize("left", [b"", b"\0\0\0"])
def test_a_cleaned_file_that_a_power_loss_took_is_written_again(cleaner: Cleaner, home: Path, left: bytes) -> None:
    """Its name was on the disk, its content was not."""
    whole = expected(cleaner, home)
    cut_off(cleaner, 5)
    (home / "out" / "0" / "2.txt").write_bytes(left)
    with cut_off_after(100) as names:
        assert cleaner("clean", "in", "-o", "out").code == 0
    assert (len(names), names[0]) == (3, "2.txt")
    assert written(home) == whole


@pytest.mark.parametrize("cut", [0, 1, 700, 1500, -1, -5, -200])
def test_a_journal_that_was_cut_or_damaged_is_used_as_far_as_it_is_whole(cleaner: Cleaner, home: Path, cut: int) -> None:
    whole = expected(cleaner, home)
    cut_off(cleaner, 5)
    journal = home / "out.report" / ".cleaner_progress"
    content = journal.read_bytes()
    journal.write_bytes(content[:cut] + b"\0" * (7 if cut > 1 else 0))
    cut_off(cleaner, 1)
    damaged = bytearray(journal.read_bytes())
    for place in range(50, len(damaged), 1500):
        damaged[place] ^= 1
    journal.write_bytes(damaged)
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert written(home) == whole


def test_a_result_that_was_cut_takes_none_with_it(cleaner: Cleaner, home: Path) -> None:
    cut_off(cleaner, 5)
    journal = home / "out.report" / ".cleaner_progress"
    journal.write_bytes(journal.read_bytes()[:-5])
    cut_off(cleaner, 1)  # the fifth, once more
    with cut_off_after(100) as names:
        assert cleaner("clean", "in", "-o", "out").code == 0
    assert len(names) == 2


def test_what_writing_has_left_is_swept_away(cleaner: Cleaner, home: Path) -> None:
    whole = expected(cleaner, home)
    cut_off(cleaner, 2)
    (home / "out" / "0" / ".cleaner_0123456789abcdef.tmp").write_bytes(b"half")
    (home / "out.report" / ".cleaner_0123456789abcdef.tmp").write_bytes(b"half")
    (home / "out.report" / ".rewriting-x").mkdir()
    (home / "out.report" / ".rewriting-x" / "0").write_bytes(b"half")
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert written(home) == whole


def test_pieces_of_tables_and_archives_are_not_done_again(cleaner: Cleaner, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"text": TEXT.format(n), "n": n} for n in range(60)]
    (home / "in" / "8.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (home / "in" / "9.csv").write_text("n,text\n" + "".join(f'{n},"{TEXT.format(n)}"\n' for n in range(30)), "utf-8")
    with zipfile.ZipFile(home / "in" / "10.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), TEXT)
        archive.writestr(zipfile.ZipInfo("b.txt"), b"\xff\xfe\xfd")
    for module in ("lines", "delimited"):
        monkeypatch.setattr(f"cleaner.formats.{module}.BATCH", 1_000)
    assert cleaner("clean", "in", "-o", "out").code == 2  # b.txt
    whole = written(home)
    for name in ("out", "out.report"):
        shutil.rmtree(home / name)
    finish, done = jobs.Clean.row, []

    def counted(self: jobs.Clean, outcome: object) -> jobs.Done:
        if len(done) == 50:
            raise KeyboardInterrupt
        done.append(outcome)
        return finish(self, outcome)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as within:
        within.setattr(jobs.Clean, "row", counted)
        assert cleaner("clean", "in", "-o", "out").code == 130
    done.clear()
    with pytest.MonkeyPatch.context() as within:
        within.setattr(jobs.Clean, "row", lambda self, outcome: done.append(outcome) or finish(self, outcome))
        ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 2
    assert len(done) < 60  # of 91
    assert "finished by an earlier run that was cut off: 7 of 10 files" in ran.err
    assert written(home) == whole


HOLD = """
import sys, time; from pathlib import Path; from cleaner.lock import lock
with lock(Path(sys.argv[1])): print(flush=True); time.sleep(60)
"""


@pytest.mark.parametrize("folder", ["out", "out.report"])
def test_two_runs_do_not_write_into_one_output(cleaner: Cleaner, home: Path, folder: str) -> None:
    """The lock is gone with its process, however that ends."""
    (home / folder).mkdir()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home / folder)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline()
        ran = cleaner("clean", "in", "-o", "out")
        assert ran.code == 2
        assert f"{folder}: another run of cleaner writes there" in ran.err
        assert [path.name for path in (home / folder).iterdir()] == [".cleaner_lock"]
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert not list(home.glob("out*/**/.cleaner_*"))


HOLD_AND_FORK = """
import os, sys, time; from pathlib import Path; from cleaner.lock import lock
with lock(Path(sys.argv[1])):
    child = os.fork()
    if child: print(child, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="nothing is forked there")
def test_who_was_forked_holds_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD_AND_FORK, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        child = int(holder.stdout.readline())
        holder.kill()
        holder.wait()
        with lock(tmp_path):
            os.kill(child, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers end when they have finished what they are at")
def test_workers_end_with_their_parent_and_hold_no_lock(tmp_path: Path) -> None:
    import random

    corpus(tmp_path / "in", 150, random.Random(3))
    run = subprocess.Popen(COMMAND, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    while not list(tmp_path.glob("out/*/*.txt")):
        assert run.poll() is None
    run.send_signal(signal.SIGSTOP)  # it holds its locks, and its workers go on
    again = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, check=False)
    assert again.returncode == 2
    assert b"another run of cleaner writes there" in again.stderr
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    end_of(run.pid)
    assert subprocess.run([*COMMAND, "--select", "PUN"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert not list(tmp_path.glob("out*/**/.*"))


def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    crash(tmp_path, files=16, kills=2, seed=7)


@pytest.mark.crash
def test_a_run_that_is_killed_30_times_goes_on(tmp_path: Path) -> None:
    print("\n".join(crash(tmp_path, files=60, kills=30, seed=1)))
