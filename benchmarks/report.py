"""The report of repeats.py: what was wanted and measured, tables, and a plot."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime
from math import isnan
from pathlib import Path

from benchmarks.measure import ALL
from benchmarks.measured import LARGEST, LINES, PLANTED, QUARTER, SIZES, Results
from cleaner.views import MANY

HOW = """Every contender works in a process of its own, on texts that are loaded before, after a warm-up that is not timed (imports,
compiled code). Times go from strings to groups, n-grams included: median of three runs, or of those begun within 10 s; for ours, of
two such processes, before and after all others. *To candidates* is one more run that verifies nothing. Peak memory is what the
process rises above its state after the warm-up, texts loaded. All use 3-grams of characters and 80 permutations in 16 bands of 5
(FastSketchLSH needs a power of two: 64 values in 16 bands of 4).

- Ours gets the paragraphs raw; it folds them and takes equal ones together inside its timer.
- Peers get them folded already, equal ones taken out, both outside their timers. They say which texts share a bucket; what is
  looked at is then verified as ours is, each text against the keepers before it, by exact Jaccard similarity of sets (Python's)
  from 0.8 on, inside their timers. Of the ways that a library documents, the fastest that keeps its full MinHash was taken, and
  where it has a way of its own to pass n-grams as arrays, that one, too.
- datasketch: `MinHash.bulk`, an insertion session, one query a text. rensa: `from_token_sets`, `insert_many`, `query_all`;
  "digests first" makes one matrix of digests and then sketches only of the texts that its index flags. Its
  `RMinHashDeduplicator` verifies nothing exactly: it holds estimates against the threshold. gaoya: `MinHashStringIndex` of
  characters, bulk insertion and queries; it sets candidates aside by an estimate below 0.6.
- text-dedup and datatrove are pipelines from files to files; each paragraph is a record. They do not verify and join by chains
  (union-find), so their speed is not that of the same work; text-dedup's time includes the start of its command."""


def report(results: Results, now: datetime, picture: Path, state: str, options: str = "") -> str:
    """As markdown. state: the revision that was measured."""
    whole = results.corpora["whole"]
    versions = ", ".join(f"{package} {version}" for package, version in results.versions.items())
    missing = "".join(f"\n- {ALL[name].title}: {why}" for name, why in results.missing.items())
    return f"""# Near-duplicate paragraphs, {now:%Y-%m-%d}

`python benchmarks/speed.py repeats{options}`, revision {state}, {machine()}.
{versions}.{f"{chr(10)}{chr(10)}Without:{missing}" if missing else ""}

{len(whole.of):,} paragraphs of {whole.characters / 1e6:.1f} million characters, {len(whole.starts):,} of them distinct when folded:
policy.jsonl.gz and laws.jsonl.gz, split at line ends, from 20 characters on.

{_wanted(results)}
## How it is measured

{HOW}

## All paragraphs, to groups

{_times(results)}
{_warm(results)}

## Time against size

![Seconds against paragraphs]({picture.name})

Whole documents in random order; beyond {len(whole.of):,} paragraphs the same ones with one or two characters swapped, so that at 1,000,000
most have near-duplicates, and are more than four times the work of 250,000 ("of the same kind" in the table above: as many planted
ones for each that is not). Median seconds with one thread, if not said otherwise. Below {MANY:,} folded characters
ours works in numpy, without its compiled kernels.

{_sizes(results)}
## What is found

Against the exact join: every pair with Jaccard similarity of 0.8 and more. *Pairs found* are those among the candidates, before
verification; for ours, those that share a bucket. *Taken out* is the share found of the texts that the first independent set of
the exact join takes out. *Wrongly out*: taken out, but not alike to the keeper or, where none is told, to any text (ours takes out
texts of 12 to 32 characters that are one edit from their keeper, too, which is checked). Two texts of one pair may rightly be in
different groups, each with a keeper of its own.

{_found(results)}
## One character inserted

{PLANTED:,} distinct paragraphs of 100 characters and more, and each with one character inserted: how many of the copies are found.
rensa's rho path (128 values, 8 bands, as its README has it) samples places of a text and is no contender:

{_planted(results)}"""


def revision() -> str:
    """Of ours, with a mark where files were changed since."""
    done = subprocess.run(["git", "describe", "--always", "--dirty=, changed since"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine() -> str:
    models = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"Python {platform.python_version()}, {models[0] if models else platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def _median(results: Results, corpus: str, name: str, threads: int) -> float:
    measured = results.times.get((corpus, name, threads))
    return measured.median if measured else float("nan")


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def _number(value: float, form: str, unit: str = "") -> str:
    return "–" if isnan(value) else f"{value:{form}}{unit}"


def _wanted(results: Results) -> str:
    """The measures that were set, and what was seen."""
    one, two = (_median(results, "whole", "ours", threads) for threads in (1, 2))
    table = row("wanted", "seen with one thread", "with two") + row("---", "---", "---")

    def ratio(name: str, wanted: str, threads: tuple[int, int]) -> str:
        seen = [_median(results, "whole", name, t) / ours for t, ours in zip(threads, (one, two), strict=True)]
        return row(f"{wanted} {ALL[name].title}", *(_number(value, ".1f", "×") for value in seen))

    table += ratio("datasketch", "100× as fast as", (1, 1)) + ratio("datasketch-xxh32", "(100×)", (1, 1))
    table += ratio("rensa", "8× as fast as", (1, 2)) + ratio("rensa-flagged", "(8×)", (1, 2))
    for small, large in (("75,000", "300,000"), (QUARTER, LARGEST)):
        seen = [_median(results, large, "ours", threads) / _median(results, small, "ours", threads) for threads in (1, 2)]
        table += row(f"at most 4.6× the time for 4× the paragraphs: {small} to {large}", *(_number(value, ".2f", "×") for value in seen))
    distinct = len(results.corpora["whole"].starts)
    peaks = [results.times["whole", "ours", threads].peak / distinct for threads in (1, 2)] if one == one else []
    table += row("at most 600 bytes a distinct paragraph beyond the texts", *(f"{peak:.0f}" for peak in peaks))
    for sample, scores in results.found.scores.items():
        if "ours" in scores:
            table += row(
                f"0.995 of pairs and of texts taken out, {sample}", f"{scores['ours'].found:.4f}, {scores['ours'].taken:.4f}", "the same"
            )
    return f"{table}\ndatasketch has one thread; in the last column it is held against two of ours.\n"


def _times(results: Results) -> str:
    table = row("", "threads", "median s", "range s", "to candidates s", "ours is, with as many threads", "peak MB beyond the texts")
    table += row(*["---"] * 7)
    for (corpus, name, threads), measured in results.times.items():
        if corpus == "whole":
            ratio = measured.median / _median(results, "whole", "ours", threads)
            told = "" if ALL[name].candidates or name == "ours" else " (not verified)"
            spread = f"{min(measured.seconds):.2f} to {max(measured.seconds):.2f}"
            times = "–" if name == "ours" else f"{_number(ratio, '.1f')}× as fast"
            alone = f"{measured.alone:.2f}" if measured.alone else "–"
            table += row(ALL[name].title + told, threads, f"{measured.median:.2f}", spread, alone, times, f"{measured.peak / 1e6:.0f}")
    return table


def _warm(results: Results) -> str:
    measured = results.times.get(("whole", "ours", 1))
    return f"Ours takes {measured.warm:.2f} s more in a new process for numba, tables and compiled code from disk." if measured else ""


def _sizes(results: Results) -> str:
    sizes = [f"{size:,}" for size in SIZES if f"{size:,}" in results.corpora]
    table = row("", *sizes) + row(*["---"] * (1 + len(sizes)))
    for name, threads in (("ours", 2), *((name, 1) for name in LINES)):
        seconds = [_median(results, size, name, threads) for size in sizes]
        if not all(map(isnan, seconds)):
            table += row(ALL[name].title + (", 2 threads" if threads == 2 else ""), *(_number(value, ".2f") for value in seconds))
    return table


def _found(results: Results) -> str:
    tables = []
    for sample, scores in results.found.scores.items():
        true, corpus = results.truths[sample], results.corpora[sample]
        gone = int((true.keeper != range(len(true.texts))).sum())
        near = int((true.similarity < 0.95).sum())
        text = f"**{sample}**: {len(corpus.of):,} paragraphs, {len(true.texts):,} distinct; {len(true.pairs):,} pairs alike, "
        text += f"{near:,} of them below 0.95; the exact join takes out {gone:,} texts.\n\n"
        text += row("", "candidates", "pairs found", "below 0.95", "candidates alike", "texts out", "taken out", "wrongly out", "s")
        text += row(*["---"] * 9)
        for name, score in scores.items():
            pairs = [_number(value, form) for value, form in ((score.found, ".4f"), (score.found_near, ".4f"), (score.held, ".1%"))]
            pairs = [f"{score.candidates:,}", *pairs] if score.candidates else ["not told", "–", "–", "–"]
            seconds = next(_median(results, sample, name, threads) for threads in (1, 2) if (sample, name, threads) in results.times)
            text += row(ALL[name].title, *pairs, f"{score.gone:,}", f"{score.taken:.4f}", f"{score.wrong:,}", f"{seconds:.2f}")
        tables.append(text)
    return "\n".join(tables) + WHY


WHY = """
text-dedup as it is takes records with less than 5 words, between marks, for too short and leaves them out of what it writes,
with no word on it; told to keep them it makes 5-grams of clauses, which one character spoils. datatrove's Chinese shingles are
5 words by jieba, with every figure made 0; with 3-grams of characters the same folding and the chains join what is not alike.
Both write records out and say not what a record was a repeat of, nor how alike the two are.
"""


def _planted(results: Results) -> str:
    table = row("", "copies found") + row("---", "---")
    return table + "".join(row(ALL[name].title, f"{share:.1%}") for name, share in results.found.planted.items())


def plot(results: Results, target: Path) -> None:
    """Seconds against paragraphs, one line a contender."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5.5), layout="constrained")
    for name, threads in (("ours", 2), *((name, 1) for name in LINES)):
        points = [(size, _median(results, f"{size:,}", name, threads)) for size in SIZES]
        points = [(size, seconds) for size, seconds in points if not isnan(seconds)]
        if points:
            ours = {"color": "black", "linewidth": 2.5, "linestyle": "--" if threads == 2 else "-"} if name == "ours" else {}
            axes.plot(*zip(*points, strict=True), marker="o", label=f"{ALL[name].title}{', 2 threads' if threads == 2 else ''}", **ours)
    axes.set(xscale="log", yscale="log", xlabel="paragraphs", ylabel="seconds, from strings to verified groups")
    axes.grid(which="both", alpha=0.25)
    axes.legend(fontsize="small")
    figure.savefig(target, dpi=110)
