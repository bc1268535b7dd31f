"""How much text `cleaner clean` treats in a second, with all families of rules, and what memory it takes.

    python -m benchmarks.throughput --data DIR [--planting PLANT.py] [--sizes 16,64,256,1000] [--data-juicer PYTHON] [--peers]

DIR holds policy.jsonl.gz and laws.jsonl.gz. Times are seconds of user and system of all processes: a machine that others use, too,
changes those least.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Taken, python, taken
from benchmarks.replanted import SOURCES, Replanting, folder_of, originals, table_of
from benchmarks.report import machine, row
from benchmarks.whole_peers import PEERS

RESULTS = Path(__file__).parent / "results"
FILES = 100  # megabytes: larger texts are measured as a table only
FAMILIES = ("ENC", "PUN", "SCR", "LAY", "REP", "LOOP", "TYP")


class Measured(NamedTuple):
    """A run: what was given, how many documents and characters that is, and what it took."""

    name: str
    documents: int
    characters: int
    taken: Taken


def main() -> None:
    """Measures, and writes a report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--planting", type=Path, help="a script that plants faults: PLANT.py CLEAN.jsonl OUT --docs N")
    parser.add_argument("--sizes", default="16,64,256,1000", help="megabytes of replanted text")
    parser.add_argument("--data-juicer", type=Path, help="a Python that has it")
    parser.add_argument("--peers", action="store_true", help="others, too, on the smallest size")
    parser.add_argument("--room", type=Path, help="where texts are written while it runs (5 GB for 1000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        bench(given, Path(folder))


def bench(given: argparse.Namespace, folder: Path) -> None:
    """Everything, in a folder that goes."""
    texts = originals(given.data)
    runs: list[Measured] = []
    folder_of(texts, folder / "clean")
    cleaned(folder, "clean")  # compiled code is made, and kept
    runs.append(Measured("clean: policy and laws", len(texts), sum(map(len, texts)), cleaned(folder, "clean")))
    if given.planting:
        runs.append(planted(given, folder))
    families = by_family(texts[::10])
    stages = by_stage(texts[::10])
    replanting = Replanting(texts)
    curve: dict[str, list[Measured]] = {"folder": [], "jsonl": []}
    sizes = [int(size) for size in given.sizes.split(",")]
    for size in sizes:
        characters = round(size * 1e6 / 2.87)  # bytes of UTF-8 a character of such text
        for kind, write, name in (("folder", folder_of, "many"), ("jsonl", table_of, "many.jsonl")):
            if kind == "folder" and size > FILES:
                continue
            written = write(replanting.documents(size, characters), folder / name)
            curve[kind].append(Measured(str(size), 0, written, cleaned(folder, name)))
            print(kind, size, curve[kind][-1].taken, flush=True)
            _gone(folder / name)
    peers = {}
    if given.peers:
        table_of(replanting.documents(sizes[0], round(sizes[0] * 1e6 / 2.87)), folder / "peers.jsonl")
        for name in PEERS:
            other = given.data_juicer if name == "data-juicer" else sys.executable
            if other:
                peers[name] = taken([str(other), "-m", "benchmarks.whole_peers", name, str(folder / "peers.jsonl")], folder, _paths())
                print(name, peers[name], flush=True)
    now = datetime.now(UTC)
    picture = RESULTS / f"{now:%Y-%m-%d}-throughput.png"
    plot(curve, picture)
    (RESULTS / f"{now:%Y-%m-%d}-throughput.md").write_text(report(now, runs, families, stages, curve, peers, picture.name), "utf-8")


def cleaned(folder: Path, name: str, *options: str) -> Taken:
    """The whole command on a file or folder."""
    found = taken(python("-m", "cleaner", "clean", folder / name, "-o", folder / "out", *options), folder, _paths())
    _gone(folder / "out")
    _gone(folder / "out.report")
    return found


def _paths() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parent.parent)}


def _gone(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def planted(given: argparse.Namespace, folder: Path) -> Measured:
    """Documents in which faults were planted."""
    source = given.data / SOURCES[0]
    subprocess.run([sys.executable, given.planting, source, folder / "planted", "--docs", "700"], check=True, capture_output=True)
    files = list((folder / "planted" / "raw").glob("*.txt"))
    characters = sum(len(path.read_text("utf-8")) for path in files)
    return Measured("planted: policy", len(files), characters, cleaned(folder, "planted/raw"))


def by_family(texts: Sequence[str]) -> Mapping[str, float]:
    """Seconds that the rules of each family take for a million characters, each family by itself; "all" for all in one go."""
    from cleaner.pipeline import look
    from cleaner.settings import Settings

    found = {}
    for family in ("all", *FAMILIES):
        settings = Settings(select=() if family == "all" else (family,))
        found[family] = _seconds(texts, lambda text, settings=settings: look("a.txt", text, settings))
    return found


def by_stage(texts: Sequence[str]) -> Mapping[str, float]:
    """Seconds of the other stages for a million characters."""
    from cleaner.formats.plain import decode
    from cleaner.model import Document, Source
    from cleaner.sketches import sketch
    from cleaner.views import paragraphs

    def sketched(text: str) -> object:
        return sketch(Document(0, "a.txt", None, text, paragraphs(text), Source("utf-8", "", 0)))

    return {"reading": _seconds(texts, lambda text: decode(text.encode())), "sketching": _seconds(texts, sketched)}


def _seconds(texts: Sequence[str], work: object) -> float:
    for text in texts:  # compiled code is loaded, and preferred
        work(text)  # type: ignore[operator]
    began = time.process_time()
    for text in texts:
        work(text)  # type: ignore[operator]
    return (time.process_time() - began) / sum(map(len, texts)) * 1e6


def report(
    now: datetime,
    runs: Iterable[Measured],
    families: Mapping[str, float],
    stages: Mapping[str, float],
    curve: Mapping[str, Sequence[Measured]],
    peers: Mapping[str, Taken],
    picture: str,
) -> str:
    """As markdown."""
    whole = row("text", "documents", "million characters", "CPU s", "million characters a CPU second", "wall s", "memory MB", "own MB")
    whole += row(*["---"] * 8) + "".join(_run(run) for run in runs)
    profile = row("what", "CPU s for a million characters") + row("---", "---")
    profile += "".join(row(name, f"{seconds:.3f}") for name, seconds in {**stages, **families}.items())
    grown = row("MB of UTF-8", "as", "million characters", "CPU s", "million characters a CPU second", "wall s", "memory MB", "own MB")
    grown += row(*["---"] * 8) + "".join(
        row(run.name, kind, f"{run.characters / 1e6:.1f}", *_took(run)) for kind, some in curve.items() for run in some
    )
    others = ""
    if peers:
        size = curve["jsonl"][0]
        others = "\n## Beside others\n\n" + OTHERS.format(size.name)
        others += row("who", "CPU s", "wall s", "memory MB", "") + row(*["---"] * 5)
        others += row("policy-cleaner, all of `clean`", f"{size.taken.cpu:.0f}", f"{size.taken.wall:.0f}", f"{size.taken.memory:.0f}", "")
        for name, one in peers.items():
            others += row(PEERS[name].title, f"{one.cpu:.0f}", f"{one.wall:.0f}", f"{one.memory:.0f}", one.failed or PEERS[name].does)
    return f"""# Throughput, {now:%Y-%m-%d}

`python -m benchmarks.throughput`, {machine()}.

{HOW}
{whole}
## Where it goes

Rules of each family by themselves, in one process, on every tenth document; what families share (folding, paragraphs) is counted
for each. `clean` looks once more at what it changed.

{profile}
## Time and memory against size

![Time and memory against size]({picture})

{grown}{others}"""


HOW = """`cleaner clean` with all families and its report, whole processes from their start, two workers. CPU: user and system of all
processes; the machine was used by others meanwhile, which lengthens both, wall most. Memory: the most that all processes held
together, shared pages counted once; own: without mapped files (the language model, libraries).
"""
OTHERS = """Replanted text, {} MB as jsonl. None of the others does the same work: what each did is said.

"""


def _run(run: Measured) -> str:
    return row(run.name, f"{run.documents:,}", f"{run.characters / 1e6:.1f}", *_took(run))


def _took(run: Measured) -> list[str]:
    took = run.taken
    return [
        f"{took.cpu:.1f}",
        f"{run.characters / took.cpu / 1e6:.2f}" if not took.failed else took.failed,
        f"{took.wall:.1f}",
        f"{took.memory:.0f}",
        f"{took.own:.0f}",
    ]


def plot(curve: Mapping[str, Sequence[Measured]], target: Path) -> None:
    """Seconds and memory against size."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for kind, some in curve.items():
        sizes = [int(run.name) for run in some]
        left.plot(sizes, [run.taken.cpu for run in some], marker="o", label=kind)
        right.plot(sizes, [run.taken.memory for run in some], marker="o", label=kind)
    left.set(xscale="log", yscale="log", xlabel="MB of text", ylabel="seconds of CPU", title="Time")
    right.set(xscale="log", ylim=(0, 1600), xlabel="MB of text", ylabel="MB of all processes", title="Memory")
    right.axhline(1500, color="grey", linestyle=":", label="the bound that was set")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(target, dpi=110)


if __name__ == "__main__":
    main()
