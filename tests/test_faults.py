"""What goes wrong outside of cleaner: files, disks, pipes, signals, names, consoles. Each is told, and nothing is half written."""

from __future__ import annotations

import ast
import ctypes
import errno
import json
import os
import pickle
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Cleaner
from crashing import end_of, started, written

from cleaner import commands, jobs, pipeline
from cleaner.engines import Died
from cleaner.engines.processes import Processes
from cleaner.formats import plain

DIRTY = "(上接第1版)推进体系建建设,落实各项任务。\n"
CLEAN = "推进体系建设，落实各项任务。\n"
RUN = [sys.executable, "-m", "cleaner"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="made with what Linux has")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Nine texts in a folder."""
    (tmp_path / "in").mkdir()
    for n in range(1, 10):
        (tmp_path / "in" / f"{n}.txt").write_text(f"第{n}条\n{DIRTY}", "utf-8")
    return tmp_path


def nothing_half(home: Path) -> None:
    """Whatever stands in the output is whole, and the output of the report is there or is not."""
    for path in home.glob("out/*"):
        assert path.read_text("utf-8").endswith(CLEAN), path
    assert not list(home.glob("out/.*"))


# Files


def bound_by_permissions() -> None:
    """In a child: permissions bind it, though it is root."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # to pass over permissions, to read what it may not: linux/capability.h
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def bound(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that permissions bind."""
    return subprocess.run([*RUN, *arguments], cwd=home, capture_output=True, text=True, preexec_fn=bound_by_permissions, check=False)


@linux
def test_a_file_or_folder_that_may_not_be_read_is_named(home: Path) -> None:
    (home / "in" / "3.txt").chmod(0)
    (home / "in" / "sub").mkdir(mode=0)
    ran = bound(home, "clean", "in", "-o", "out")
    assert ran.returncode == 2
    assert [line for line in ran.stderr.splitlines() if "not done: " in line][:2] == [
        "not done: in/sub/: Permission denied",
        "not done: in/3.txt: Permission denied",
    ]
    assert len(list((home / "out").iterdir())) == 8
    skipped = json.loads((home / "out.report" / "summary.json").read_text("utf-8"))["skipped"]
    assert skipped == [{"path": "in/3.txt", "reason": "in/3.txt: Permission denied"}]


@linux
def test_a_file_that_fails_while_it_is_read_is_named(cleaner: Cleaner, home: Path) -> None:
    ran = cleaner("clean", "/proc/self/mem", "in/1.txt", "-o", "out")
    assert ran.code == 2
    assert ran.err.count("/proc/self/mem: Input/output error") == 1
    assert [path.name for path in (home / "out").iterdir()] == ["1.txt"]


@pytest.mark.parametrize("when", ["gathered_from", "explaining"])
def test_a_file_that_vanishes_is_named_once(cleaner: Cleaner, home: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """After the files are gathered, or when they are held against one another."""
    usual = getattr(commands, when)

    def first(*arguments: object, **options: object) -> object:
        found = usual(*arguments, **options)
        (home / "in" / "3.txt").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(commands, when, first)
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 2
    assert ran.err.count("3.txt") == 1
    assert "not done: in/3.txt: No such file or directory" in ran.err
    assert sorted(path.name for path in (home / "out").iterdir()) == [f"{n}.txt" for n in range(1, 10) if n != 3]


def test_a_file_that_changes_while_it_is_looked_at_is_not_written(cleaner: Cleaner, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One without findings is copied: what is copied is what was looked at."""
    (home / "in" / "3.txt").write_text(CLEAN, "utf-8")
    usual = pipeline.treat

    def slow(document: object, *arguments: object) -> object:
        (home / "in" / "3.txt").write_text(CLEAN * 2, "utf-8")
        return usual(document, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "treat", slow)
    ran = cleaner("clean", "in/3.txt", "-o", "out", "--select", "TYP")
    assert ran.code == 2
    assert "in/3.txt: was changed while it was looked at" in ran.err


@linux
def test_output_that_may_not_be_written_to(home: Path) -> None:
    (home / "locked").mkdir(mode=0o555)
    for out in ("locked", "locked/out"):
        ran = bound(home, "clean", "in", "-o", out, "--report", "report")
        assert ran.returncode == 2
        assert f"error: {out}" in ran.stderr
        assert "Permission denied" in ran.stderr
        assert not list((home / "locked").iterdir())
        assert not list(home.glob("report/*"))
    ran = bound(home, "check", "in", "--format", "jsonl", "--output", "locked/f.jsonl")
    assert ran.returncode == 2
    assert "locked/f.jsonl: Permission denied" in ran.stderr


def test_a_folder_where_a_cleaned_file_should_go_is_named(cleaner: Cleaner, home: Path) -> None:
    (home / "out" / "3.txt").mkdir(parents=True)
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 2
    assert "not done: out/3.txt: Is a directory" in ran.err
    assert len(list((home / "out").glob("*.txt"))) == 9


def test_ten_thousand_files_in_one_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(10_000):
        (tmp_path / "in" / f"{n}.txt").write_text(f"{n}\n", "utf-8")
    ran = subprocess.run([*RUN, "clean", "in", "-o", "out", "--select", "PUN"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{n}.txt" for n in range(10_000)}
    assert len((tmp_path / "out.report" / "undo.jsonl").read_text("utf-8").splitlines()) == 10_000


@pytest.mark.parametrize(
    "name", ["a" * 251 + ".txt", "文" * 83 + "aa.txt", "con.txt", "a\\b.txt", "a:b?.txt", " .txt", "a\n.txt", "-o.txt"]
)
def test_names(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    """As long as a name may be; those that Windows keeps for itself, or reads otherwise."""
    (tmp_path / "in").mkdir()
    try:
        (tmp_path / "in" / name).write_text(DIRTY, "utf-8")
    except OSError:
        pytest.skip("no name on this system")
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()} == {name: CLEAN}
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "back").iterdir()} == {name: DIRTY}
    assert cleaner("check", "in", "--fix").code == 0
    assert (tmp_path / "in" / name).read_text("utf-8") == CLEAN


@linux
def test_a_name_that_is_no_text(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    name = os.fsdecode(b"\xd5\xfe.txt")
    (tmp_path / "in" / name).write_text(DIRTY, "utf-8")
    for jobs_ in ("1", "2"):
        assert cleaner("clean", "in", "-o", "out", "--jobs", jobs_).code == 0
    assert (tmp_path / "out" / name).read_text("utf-8") == CLEAN
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / name).read_text("utf-8") == DIRTY


def test_links_in_a_ring(cleaner: Cleaner, home: Path) -> None:
    (home / "in" / "round").symlink_to(home / "in", target_is_directory=True)
    (home / "in" / "a.txt").symlink_to("b.txt")
    (home / "in" / "b.txt").symlink_to("a.txt")
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 0
    assert len(list((home / "out").rglob("*.txt"))) == 9


def test_a_lone_surrogate_in_a_row(cleaner: Cleaner, tmp_path: Path) -> None:
    rows = [{"text": DIRTY}, {"text": "x"}, {"text": DIRTY}]
    content = "".join(json.dumps(row) + "\n" for row in rows).replace('"x"', '"推进\\ud800建设"')
    (tmp_path / "a.jsonl").write_text(content, "utf-8")
    ran = cleaner("clean", "a.jsonl", "-o", "out")
    assert ran.code == 2
    assert "lone surrogate, \\ud800, at character 2" in ran.err
    lines = (tmp_path / "out" / "a.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["text"] for line in (lines[0], lines[2])] == [CLEAN] * 2
    assert lines[1] == content.splitlines()[1]


# Disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(disk)]
    if sys.platform != "linux" or subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("many", ["1", "2"])
@pytest.mark.parametrize(("texts", "rows"), [(30, 0), (0, 8), (30, 20)])  # of a table: it has no room, or already its parts have none
def test_a_full_disk_ends_the_run_and_with_room_it_goes_on(small_disk: Path, many: str, texts: int, rows: int) -> None:
    (small_disk / "in").symlink_to("../in")
    source = small_disk.parent / "in"
    source.mkdir()
    for n in range(texts):
        (source / f"{n}.txt").write_text(f"第{n}条\n" + DIRTY + CLEAN * 500, "utf-8")
    if rows:
        row = json.dumps({"text": DIRTY + CLEAN * 500}, ensure_ascii=False) + "\n"
        (source / "0.jsonl").write_text(row * rows, "utf-8")
    command = [*RUN, "clean", "in/", "-o", "out", "--jobs", many, "--select", "PUN,TYP"]
    ran = subprocess.run(command, cwd=small_disk, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert re.match("error: (out|0.jsonl|in/0.jsonl).*: No space left on device\n", ran.stderr)
    assert ran.stderr.splitlines()[-1] == "cut off; the same command goes on from here"
    assert len(ran.stderr.splitlines()) == 2
    assert not (small_disk / "out.report" / "summary.json").exists()
    for path in small_disk.glob("out/*.txt"):
        assert path.stat().st_size > 20_000
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    ran = subprocess.run(command, cwd=small_disk, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    resumed = written(small_disk)
    for name in ("out", "out.report"):
        shutil.rmtree(small_disk / name)
    subprocess.run(command, cwd=small_disk, capture_output=True, check=True)
    assert resumed == written(small_disk)


def limited() -> None:
    """In a child: no file may be longer than 4,000 bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))


@linux
def test_a_report_that_cannot_be_written_leaves_the_old_one(home: Path) -> None:
    (home / "f.jsonl").write_bytes(b"old")
    command = [*RUN, "check", "in", "--no-cache", "--format", "jsonl", "--output", "f.jsonl"]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True, preexec_fn=limited, check=False)
    assert ran.returncode == 2
    assert "error: f.jsonl: File too large" in ran.stderr
    assert (home / "f.jsonl").read_bytes() == b"old"
    assert sorted(path.name for path in home.iterdir()) == ["f.jsonl", "in"]


@linux
@pytest.mark.parametrize("arguments", [["--output", "/dev/full"], []])
def test_a_stream_that_takes_nothing_is_told(home: Path, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        command = [*RUN, "check", "in", "--format", "jsonl", *arguments]
        ran = subprocess.run(command, cwd=home, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert f"error: {'/dev/full' if arguments else 'output'}: No space left on device" in ran.stderr


# Processes


def deadly(number: int) -> int:
    """Work that some things kill."""
    if number in (3, 17):
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 8:
        os._exit(7)
    if number == 11:
        raise MemoryError
    return number * number


@pytest.mark.parametrize("engine", [Processes(1, 1), Processes(2, 1), Processes(2, 5), Processes(3, 16)], ids=["1-1", "2-1", "2-5", "3-16"])
def test_a_worker_that_dies_is_replaced_and_what_killed_it_is_named(engine: Processes) -> None:
    made = list(engine.map(deadly, range(40), lambda number, reason: (number, reason)))  # type: ignore[arg-type,return-value]
    told = {
        3: "the process that worked on it was killed by SIGKILL, perhaps for want of memory",
        8: "the process that worked on it ended with exit code 7",
        11: "there is not enough memory for it",
        17: "the process that worked on it was killed by SIGKILL, perhaps for want of memory",
    }
    assert made == [(n, told[n]) if n in told else n * n for n in range(40)]


def test_who_does_not_say_what_stands_for_it_is_told() -> None:
    with pytest.raises(Died, match="SIGKILL"):
        list(Processes(2).map(deadly, range(10)))


def once(path: Path) -> bool:
    """Work that kills the first process which does it."""
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return True


def test_what_a_worker_was_at_when_something_else_killed_it_is_done(tmp_path: Path) -> None:
    assert list(Processes(2, 4).map(once, [tmp_path / f"{n}" for n in range(9)])) == [True] * 9


def refused(number: int) -> Callable[[], int]:
    """Work whose result cannot be sent."""
    return lambda: number


def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Processes(2).map((1).__truediv__, [1, 2, 0, 3]))
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        list(Processes(2).map(refused, range(3)))


def test_a_file_that_kills_its_worker_is_set_aside(cleaner: Cleaner, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every pass, whatever its neighbours are."""
    usual = jobs.read

    def reading(path: Path, **options: bool) -> object:
        if path.name == "5.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return usual(path, **options)

    monkeypatch.setattr(jobs, "read", reading)
    ran = cleaner("clean", "in", "-o", "out", "--jobs", "2")
    assert ran.code == 2
    assert "not done: in/5.txt: the process that worked on it was killed by SIGKILL, perhaps for want of memory" in ran.err
    assert (home / "out" / "5.txt").read_bytes() == (home / "in" / "5.txt").read_bytes()
    assert (home / "out" / "6.txt").read_text("utf-8") == f"第6条\n{CLEAN}"
    summary = json.loads((home / "out.report" / "summary.json").read_text("utf-8"))
    assert (summary["files"], [row["path"] for row in summary["skipped"]]) == (9, ["in/5.txt"])
    assert cleaner("undo", "out.report", "-o", "back").code == 0


def poor() -> None:
    """In a child: 3 GB of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))


@linux
def test_a_file_that_does_not_fit_into_memory_is_set_aside(home: Path) -> None:
    with open(home / "in" / "5.txt", "wb") as file:
        file.truncate(3_500_000_000)  # a hole: it takes no room on the disk
    (home / "cleaner.toml").write_text("longest-document = 4_000_000_000\n")
    command = [*RUN, "check", "in", "--no-cache", "--jobs", "2", "--format", "jsonl"]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True, preexec_fn=poor, check=False)
    assert ran.returncode == 2
    assert "not done: in/5.txt: there is not enough memory for it" in ran.stderr
    assert {json.loads(line)["path"] for line in ran.stdout.splitlines()} == {f"in/{n}.txt" for n in range(1, 10) if n != 5}


def slow(number: int) -> int:
    time.sleep(0.01)
    return number


ENDLESS = """
import time
from cleaner.engines.processes import Processes
results = Processes(2).map(time.sleep, [0, 60, 60])
next(results)
print(flush=True)
time.sleep(60)
"""


@linux
def test_workers_end_in_the_middle_when_their_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, start_new_session=True) as run:
        assert run.stdout
        run.stdout.readline()
        run.kill()
        run.wait()
        end_of(run.pid)


def test_workers_end_when_nobody_wants_more() -> None:
    results = Processes(2, 2).map(slow, range(1000))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    began = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2
    import multiprocessing

    assert multiprocessing.active_children() == []


# Signals and pipes


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code", "whole_group"), [("SIGINT", 130, True), ("SIGINT", 130, False), ("SIGTERM", 143, False)])
def test_a_run_that_is_interrupted_goes_on(tmp_path: Path, name: str, code: int, whole_group: bool) -> None:
    (tmp_path / "in").mkdir()
    for n in range(150):
        (tmp_path / "in" / f"{n}.txt").write_text(f"第{n}条\n{DIRTY}", "utf-8")
    run = started(tmp_path)
    while not (tmp_path / "out" / "5.txt").exists():
        assert run.poll() is None
        time.sleep(0.005)
    (os.killpg if whole_group else os.kill)(run.pid, getattr(signal, name))
    _, told = run.communicate(timeout=20)
    end_of(run.pid)
    assert run.returncode == code, told.decode()
    assert [line for line in told.decode().splitlines() if line][-2:] == ["cut off; the same command goes on from here", "interrupted"]
    nothing_half(tmp_path)
    again = started(tmp_path)
    _, told = again.communicate()
    assert again.returncode == 0
    assert "finished by an earlier run" in told.decode()
    assert len(list((tmp_path / "out").iterdir())) == 150


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("command", ["check in", "check in --format jsonl", "check in --statistics", "rules", "clean - < in/1.txt"])
def test_a_reader_that_has_enough(home: Path, command: str) -> None:
    (home / "in" / "1.txt").write_text("".join(f"推进第{n}项体系建建设,落实。\n" for n in range(4000)), "utf-8")
    shell = f"{sys.executable} -m cleaner {command} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", shell], cwd=home, capture_output=True, text=True, check=False)
    assert ran.stdout in ("0\n", "1\n"), ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Broken" not in ran.stderr


# Clocks


def test_nothing_depends_on_the_time_of_day() -> None:
    """A clock that jumps can change nothing but the date on a report, and which files an index takes for just written."""
    clocks = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    asked = [
        (path.name, node.attr)
        for path in sorted(Path(commands.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in clocks
    ]
    assert asked == [("indexing.py", "time_ns"), ("command.py", "now"), ("tally.py", "now")]


# Consoles


@pytest.mark.parametrize("encoding", ["cp936", "gbk", "big5", "cp1252", "utf-8", "ascii"])
@pytest.mark.parametrize("command", ["check in", "check in --statistics", "rules TYP701", "rules"])
def test_a_console_of_another_encoding(home: Path, encoding: str, command: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = subprocess.run([*RUN, *command.split(), "--lang", "zh"], cwd=home, capture_output=True, env=environment, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    shown = ran.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert ("重复" in shown) == (encoding != "cp1252")
    assert "TYP701" in shown
    assert b"Traceback" not in ran.stderr


def test_findings_for_machines_are_utf_8_on_any_console(home: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp936"}
    ran = subprocess.run([*RUN, "check", "in", "--format", "jsonl"], cwd=home, capture_output=True, env=environment, check=False)
    assert all(json.loads(line)["path"].startswith("in/") for line in ran.stdout.decode("utf-8").splitlines())


def test_the_errors_of_a_full_disk_are_known() -> None:
    assert {errno.ENOSPC, errno.EROFS} <= plain.NO_ROOM
    assert errno.EACCES not in plain.NO_ROOM
