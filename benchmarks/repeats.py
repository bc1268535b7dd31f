"""From one list of paragraphs to verified groups of near-duplicates: ours against libraries and pipelines of MinHash.

    python benchmarks/speed.py repeats [--data ../shared/data]

Each contender has a process of its own (measure.py). Writes a dated report and a plot to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks import exact, paragraphs
from benchmarks.contenders import Places
from benchmarks.measure import ALL
from benchmarks.measured import LARGEST, LINES, PLANTED, QUARTER, SAMPLE, SIZES, Corpus, Found, Measured, Results
from benchmarks.report import plot, report, revision
from cleaner.groups import Parameters

HERE = Path(__file__).parent
RUNS = 3
FEW = {"datasketch": 100_000}  # paragraphs that are enough to draw its line; more would take minutes


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of policy.jsonl.gz and laws.jsonl.gz")
    parser.add_argument("--only", nargs="*", choices=ALL, default=[*ALL], metavar="NAME", help=f"of {', '.join(ALL)}")
    parser.add_argument("--most", type=int, help="take no more paragraphs than this (for a try)")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    args = parser.parse_args(arguments)
    state = revision()  # now: it may have moved on when all is measured
    documents = paragraphs.documents(args.data)
    if args.most:
        documents = [paragraphs.sample(documents, args.most)]
    with tempfile.TemporaryDirectory() as folder:
        results = _results(documents, args.only, Path(folder))
    now = datetime.now(UTC)
    args.output.mkdir(exist_ok=True, parents=True)
    picture = args.output / f"{now:%Y-%m-%d}-repeats.png"
    plot(results, picture)
    text = report(results, now, picture, state, f" --most {args.most}" if args.most else "")
    picture.with_suffix(".md").write_text(text, "utf-8")
    print(text)


def _results(documents: list[list[str]], names: Sequence[str], folder: Path) -> Results:
    results = Results({}, {}, {}, Found({}, {}), {}, {})
    everything = [paragraph for document in documents for paragraph in document]

    def corpus(name: str, texts: Sequence[str]) -> Corpus:
        results.corpora[name] = _corpus(name, texts, folder)
        return results.corpora[name]

    whole = corpus("whole", everything)
    for name in [*(name for name in names if ALL[name].given != "first"), "ours"]:  # again at the end: is the machine the same?
        for threads in ALL[name].threads:
            _time(results, name, whole, threads)
    shuffled = paragraphs.sample(documents, len(everything))
    for size in SIZES:
        if size > 4 * len(everything):
            continue
        part = corpus(f"{size:,}", paragraphs.replanted(shuffled, size))
        for name in (name for name in LINES if name in names and size <= FEW.get(name, size)):
            for threads in ALL[name].threads if name == "ours" else (1,):
                _time(results, name, part, threads)
        for file in part.files.values():
            file.unlink()
    if LARGEST in results.corpora:  # a quarter of it, of the same kind: with as many planted ones for each that is not
        quarter = corpus(QUARTER, paragraphs.replanted(shuffled[: len(shuffled) // 4], SIZES[-1] // 4))
        for threads in ALL["ours"].threads:
            _time(results, "ours", quarter, threads)
    for label, texts in (("as they are", shuffled[:SAMPLE]), ("planted noise", paragraphs.noisy(everything, SAMPLE))):
        _score(results, names, corpus(label, texts), folder)
    _plant(results, names, corpus("insertions", paragraphs.inserted(everything, PLANTED)), folder)
    return results


def _corpus(name: str, texts: Sequence[str], folder: Path) -> Corpus:
    distinct = paragraphs.distinct(texts)
    kinds = {"raw": texts, "folded": distinct.texts, "first": [texts[i] for i in distinct.first]}
    files = {kind: paragraphs.write(folder / f"{name} {kind}", some) for kind, some in kinds.items()}
    return Corpus(name, files, np.array(distinct.of), np.array(distinct.first), sum(map(len, texts)))


def _time(results: Results, name: str, corpus: Corpus, threads: int, runs: int = RUNS) -> None:
    done = _measured(results, name, corpus, threads, runs)
    if done is None:
        return
    before = results.times.get((corpus.name, name, threads))
    if before:
        done = done._replace(seconds=before.seconds + done.seconds, peak=max(before.peak, done.peak))
    results.times[corpus.name, name, threads] = done
    print(f"{corpus.name}: {ALL[name].title}, {threads} threads: {done.median:.2f} s", file=sys.stderr, flush=True)


def _measured(results: Results, name: str, corpus: Corpus, threads: int, runs: int, pairs: Path | None = None) -> Measured | None:
    """In a process of its own that has no more threads than it is given."""
    if name in results.missing:
        return None
    command = [sys.executable, "-m", "benchmarks.measure", "--contender", name, "--threads", str(threads), "--runs", str(runs)]
    command += ["--paragraphs", str(corpus.files[ALL[name].given]), *(("--pairs", str(pairs)) if pairs else ())]
    command += ["--alone"] if corpus.name == "whole" else []
    limits = dict.fromkeys(("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), str(threads))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent, env=os.environ | limits)
    if done.returncode:
        results.missing[name] = f"failed: {(done.stderr.strip().splitlines() or ['no word why'])[-1]}"
        return None
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if "missing" in told:
        results.missing[name] = f"not installed: {told['missing']}"
        return None
    results.versions[ALL[name].package] = told["version"]
    return Measured(told["seconds"], told["alone"], told["peak"], told["whole"], told["warm"])


def _score(results: Results, names: Sequence[str], corpus: Corpus, folder: Path) -> None:
    """What each contender finds of the pairs of the exact join."""
    true = results.truths[corpus.name] = exact.truth(paragraphs.read(corpus.files["folded"]))
    scores = results.found.scores[corpus.name] = {}

    def score(name: str, keeper: Places, candidates: Places) -> None:
        if name == "ours":
            candidates = exact.our_candidates(true.texts)
        scores[name] = exact.score(true, keeper, candidates, Parameters().short if name == "ours" else None)

    _each(results, names, corpus, folder, score)


def _plant(results: Results, names: Sequence[str], corpus: Corpus, folder: Path) -> None:
    """How many copies with one character more are found."""
    left, right = corpus.of[: len(corpus.of) // 2], corpus.of[len(corpus.of) // 2 :]

    def share(name: str, keeper: Places, _: Places) -> None:
        gone = keeper != np.arange(len(keeper))
        results.found.planted[name] = float((gone[left] | gone[right]).mean())

    _each(results, [name for name in names if name.startswith(("ours", "rensa"))], corpus, folder, share)


def _each(results: Results, names: Sequence[str], corpus: Corpus, folder: Path, take: Callable[[str, Places, Places], None]) -> None:
    """Keepers and candidates of each contender, both of distinct texts."""
    for name in names:
        threads = max(ALL[name].threads) if ALL[name].given == "first" else 1
        done = _measured(results, name, corpus, threads, 1, folder / "pairs.npz")
        if done is None:
            continue
        results.times[corpus.name, name, threads] = done
        told = np.load(folder / "pairs.npz")
        keeper = told["keeper"]
        if ALL[name].given == "raw":
            keeper = corpus.of[keeper[corpus.starts]]
        take(name, keeper, told["candidates"])
