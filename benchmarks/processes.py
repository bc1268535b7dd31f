"""What a command takes: seconds of all its processes, and the most memory that they hold together."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """cpu: seconds of user and system, of all processes. wall: seconds. memory, own: megabytes; what is shared by processes is
    counted once (PSS), and without what the files hold that they map. failed: how it ended, where it did not end well."""

    cpu: float
    wall: float
    memory: float
    own: float
    failed: str = ""


def taken(command: Sequence[str], cwd: Path, environment: dict[str, str] | None = None) -> Taken:
    """Run a command to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(cwd / "said.txt", "w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(command, cwd=cwd, stdout=said, stderr=said, env={**os.environ, **(environment or {})})
        memory = own = 0.0
        while process.poll() is None:
            held = [_held(pid) for pid in _tree(process.pid)]
            memory, own = max(memory, sum(one for one, _ in held)), max(own, sum(other for _, other in held))
            time.sleep(0.2)
        said.seek(0)
        last = (said.read().strip().splitlines() or [""])[-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(cpu, time.perf_counter() - began, memory, own, "" if process.returncode == 0 else last or str(process.returncode))


def python(*arguments: object) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *map(str, arguments)]


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    except OSError:  # it has just ended
        pass
    return found


def _held(pid: int) -> tuple[float, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss")}
    return sizes.get("Pss:", 0.0), sizes.get("Pss_Anon:", 0.0)
