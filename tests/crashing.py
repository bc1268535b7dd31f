"""Runs of `cleaner clean` that are killed, and what must be there in the end."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

COMMAND = [sys.executable, "-m", "cleaner", "clean", "in", "-o", "out", "--jobs", "2"]
SEEDS = Path(__file__).parent.parent / "seeds"


def corpus(folder: Path, files: int, chance: random.Random) -> None:
    """Texts with faults and repeats, a page, a table of them, and an archive."""
    lines = [line for path in sorted(SEEDS.glob("*.txt")) for line in path.read_text("utf-8").split("\n")]
    texts = []
    for _ in range(files):
        start = chance.randrange(len(lines))
        some = lines[start : start + 40]
        for _ in range(3):
            some.insert(chance.randrange(len(some) + 1), chance.choice(["推进体系建建设,落实。", chance.choice(some)]))
        texts.append("\n".join(some))
    folder.mkdir(parents=True)
    for n, text in enumerate(texts):
        path = folder / f"{n % 7}" / f"{n}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    paragraphs = "".join(f"<p>{line}</p>\n" for line in texts[0].split("\n") if line)
    (folder / "2.html").write_text(f'<html><meta charset="utf-8"><body>{paragraphs}</body></html>', "utf-8", newline="")
    table = "".join(json.dumps({"n": n, "text": text}, ensure_ascii=False) + "\n" for n, text in enumerate(texts[::3]))
    (folder / "3.jsonl").write_text(table, "utf-8", newline="")
    with zipfile.ZipFile(folder / "4.zip", "w") as archive:
        for n, text in enumerate(texts[::5]):
            archive.writestr(zipfile.ZipInfo(f"{n}.txt"), text)


def started(home: Path) -> subprocess.Popen[bytes]:
    """A run in a group of its own."""
    return subprocess.Popen(COMMAND, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def alive(group: int) -> bool:
    """Is there a process left in a group? One that is dead and only waits to be reaped is none."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def end_of(group: int) -> None:
    """Waits until no process is left in a group."""
    deadline = time.monotonic() + 10
    while alive(group):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.02)


def killed(home: Path, after: float, whole_group: bool) -> bool:
    """A run is killed after some seconds, alone or with its workers; False where it had come to its end."""
    run = started(home)
    try:
        run.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        (os.killpg if whole_group else os.kill)(run.pid, signal.SIGKILL)
    _, told = run.communicate()
    end_of(run.pid)
    assert run.returncode in (0, -signal.SIGKILL), told.decode()
    return run.returncode != 0


def finished(home: Path) -> str:
    """A run to its end; what it said."""
    run = started(home)
    _, told = run.communicate()
    assert run.returncode == 0, told.decode()
    return told.decode()


def written(home: Path) -> dict[str, bytes]:
    """All that stands in the folders of a run, but for the times."""
    found = {}
    for path in sorted(home.glob("out*/**/*")):
        if path.is_file():
            found[path.relative_to(home).as_posix()] = path.read_bytes()
    created = json.loads(found["out.report/summary.json"])["created"].encode()
    return {name: content.replace(created, b"TIME") for name, content in found.items()}


def crash(home: Path, files: int, kills: int, seed: int) -> list[str]:
    """Kill a run so many times at random moments; what the last one said, which was let to its end. What is there then is what an
    undisturbed run has written."""
    chance = random.Random(seed)
    for name in ("undisturbed", "disturbed"):
        corpus(home / name / "in", files, random.Random(seed))
    for _ in range(2):
        began = time.monotonic()
        finished(home / "undisturbed")
        takes = time.monotonic() - began
        if takes < 8:
            break  # else kernels were compiled
    ends = times = 0
    while times < kills:
        if killed(home / "disturbed", chance.uniform(0.1, takes), chance.random() < 0.5):
            times += 1
        else:
            ends += 1
            assert ends < 3 * kills
    told = finished(home / "disturbed")
    expected, found = written(home / "undisturbed"), written(home / "disturbed")
    assert found.keys() == expected.keys()
    assert {name for name in found if found[name] != expected[name]} == set()
    return [f"{times} kills, {ends} runs that were quicker, {takes:.1f} s undisturbed", *told.splitlines()]
