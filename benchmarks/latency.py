"""How long a hook waits: whole processes, from their start to their end, medians of ten.

    python -m benchmarks.latency --data DIR

DIR holds policy.jsonl.gz and laws.jsonl.gz. One changed file of 20 kB without a cache, as a hook checks it; and 2,000 unchanged files
of which the cache knows the results.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.replanted import folder_of, originals
from benchmarks.report import machine, revision, row

RESULTS = Path(__file__).parent / "results"
TIMES = 10
SIZE = 20_000  # bytes of the one file
FILES = 2_000


def main() -> None:
    """Measures, and writes a report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    texts = originals(parser.parse_args().data)
    table = row("what", "wanted", "median s", "range s") + row(*["---"] * 4)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(["git", "init", "--quiet"], cwd=work, check=True)
        long = next(text for text in texts if len(text.encode()) > SIZE)
        (work / "one.txt").write_bytes(long.encode()[:SIZE].decode("utf-8", "ignore").encode())
        folder_of(texts[:FILES], work / "many")
        python, ours = [sys.executable, "-c", "pass"], [sys.executable, "-m", "cleaner", "check"]
        table += _row("python -c pass", "", _seconds(python, work))
        table += _row("cleaner check --no-cache, one file of 20 kB", "0.5", _seconds([*ours, "--no-cache", "one.txt"], work))
        table += _row("cleaner check --fix, the same once it is mended", "", _seconds([*ours, "--fix", "--no-cache", "one.txt"], work))
        table += _row(f"cleaner check, {FILES:,} unchanged files", "1.0", _seconds([*ours, "many"], work))
    now = datetime.now(UTC)
    (RESULTS / f"{now:%Y-%m-%d}-latency.md").write_text(REPORT.format(now, revision(), machine(), table), "utf-8")


def _seconds(command: Sequence[str], work: Path) -> list[float]:
    """Of each run, after one that is not counted: what is compiled is kept, and the cache is filled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    found = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, check=False)
        found.append(time.perf_counter() - began)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr.decode())
    return found[1:]


def _row(what: str, wanted: str, seconds: Sequence[float]) -> str:
    return row(what, wanted, f"{median(seconds):.2f}", f"{min(seconds):.2f} to {max(seconds):.2f}")


REPORT = """# How long a hook waits, {:%Y-%m-%d}

`python -m benchmarks.latency`, revision {}, {}.

Whole processes, from their start to their end, output read by another process. Medians of ten runs after one that is not counted.

{}"""


if __name__ == "__main__":
    main()
