"""Speed of the command, timed as whole processes on the documents of seeds/; or of finding repeats, against others.

    python benchmarks/speed.py [command] [--repeat 5] [--files 1000]
    python benchmarks/speed.py repeats [--data ../shared/data]

Writes a dated table to benchmarks/results/: what was run, median and range of the times, characters a second, peak memory.
For repeats, see repeats.py.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

from cleaner import __version__

HERE = Path(__file__).parent
SEED = next((HERE.parent / "seeds").glob("*.txt"))


class Case(NamedTuple):
    """A command, what it works on, and how many characters that is."""

    name: str
    command: Callable[[Path], list[str]]
    characters: int


class Timed(NamedTuple):
    """Seconds of each run."""

    case: Case
    seconds: list[float]


def cases(work: Path, files: int) -> list[Case]:
    """Dense with half-width marks (the seed again and again), the same without a fault, and one file."""
    text = SEED.read_text("utf-8")
    cleaned = subprocess.run(["cleaner", "clean", "-"], input=SEED.read_bytes(), capture_output=True, check=True).stdout.decode()
    for folder, content in (("dense", text), ("cleaned", cleaned)):
        (work / folder).mkdir()
        for n in range(files):
            # a number in each makes the texts differ, so that nothing is remembered from the file before
            (work / folder / f"{n}.txt").write_text(content + f"\n\n附件{n}：略。\n", "utf-8")
    one = work / "one.txt"
    one.write_text(text, "utf-8")
    families = ["--select", "ENC,PUN,LAY,LOOP,TYP"]

    def check(path: Path, *options: str) -> Callable[[Path], list[str]]:
        return lambda out: ["check", str(path), "--format", "jsonl", "--output", str(out / "findings.jsonl"), *options]

    return [
        Case(f"check, {files} files dense with faults, without REP and SCR", check(work / "dense", *families), files * len(text)),
        Case("the same in one process", check(work / "dense", *families, "--jobs", "1"), files * len(text)),
        Case(f"check, {files} files dense with faults, all rules", check(work / "dense"), files * len(text)),
        Case(f"check, {files} files cleaned before, all rules", check(work / "cleaned"), files * len(cleaned)),
        Case(
            f"clean, {files} files dense with faults", lambda out: ["clean", str(work / "dense"), "-o", str(out / "out")], files * len(text)
        ),
        Case(f"check, one file of {one.stat().st_size // 1000} kB", check(one), len(text)),
    ]


def timed(case: Case, repeat: int) -> Timed:
    """The case, run so many times after one that is not counted."""
    seconds = []
    for _ in range(repeat + 1):
        with tempfile.TemporaryDirectory() as out:
            start = time.perf_counter()
            done = subprocess.run(["cleaner", *case.command(Path(out))], capture_output=True, check=False)
            seconds.append(time.perf_counter() - start)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr.decode())
    return Timed(case, seconds[1:])


def table(results: list[Timed]) -> str:
    """The results as a markdown table."""
    lines = ["| what | median s | range s | million characters a second |", "|---|---|---|---|"]
    for case, seconds in results:
        rate = case.characters / median(seconds) / 1e6
        lines.append(f"| {case.name} | {median(seconds):.2f} | {min(seconds):.2f} to {max(seconds):.2f} | {rate:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Runs what the first word says."""
    word, *rest = sys.argv[1:] or ["command"]
    if word == "repeats":
        sys.path.insert(0, str(HERE.parent))  # a script sees its own folder only
        from benchmarks.repeats import main as repeats

        repeats(rest)
    else:
        command(rest if word == "command" else sys.argv[1:])


def command(arguments: list[str]) -> None:
    """Runs every case and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--files", type=int, default=1000)
    args = parser.parse_args(arguments)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    work = Path(tempfile.mkdtemp())
    try:
        results = [timed(case, args.repeat) for case in cases(work, args.files)]
    finally:
        shutil.rmtree(work)
    now = datetime.now(UTC)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    body = (
        f"# Speed, {now:%Y-%m-%d}\n\nVersion {__version__}, {machine}.\n"
        f"`python benchmarks/speed.py --repeat {args.repeat} --files {args.files}`. "
        f"Whole processes, interpreter start included, one run before not counted. "
        f"Peak memory of any process: {peak} MB.\n\n{table(results)}"
    )
    target = HERE / "results" / f"{now:%Y-%m-%d}-speed.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(body, "utf-8")
    print(body)


if __name__ == "__main__":
    main()
