"""One contender on one list of paragraphs, in a process of its own; what it took is printed as json.

python -m benchmarks.measure --contender gaoya --paragraphs FILE [--threads 1] [--runs 3] [--pairs FILE.npz]
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from benchmarks import contenders, paragraphs, pipelines
from benchmarks.contenders import Candidates, Contender, Places

ALL = {
    contender.name: contender
    for contender in (
        Contender("ours", "policy-cleaner", "policy-cleaner", groups=contenders.ours, given="raw"),
        Contender("datasketch", "datasketch, its hash function", "datasketch", candidates=contenders.datasketch, threads=(1,)),
        Contender("datasketch-xxh32", "datasketch, hashing by xxh32", "datasketch", candidates=contenders.datasketch_xxh32, threads=(1,)),
        Contender("rensa", "rensa, RMinHash", "rensa", candidates=contenders.rensa),
        Contender("rensa-flagged", "rensa, RMinHash, digests first", "rensa", candidates=contenders.rensa_flagged),
        Contender("rensa-deduplicator", "rensa, RMinHashDeduplicator", "rensa", groups=contenders.rensa_deduplicator, threads=(1,)),
        Contender("rensa-rho", "rensa, rho", "rensa", groups=contenders.rensa_rho, threads=(1,)),
        Contender("fastsketchlsh", "FastSketchLSH, tokens", "FastSketchLSH", candidates=contenders.fastsketchlsh, threads=(1,)),
        Contender("fastsketchlsh-csr", "FastSketchLSH, arrays of numpy", "FastSketchLSH", candidates=contenders.fastsketchlsh_csr),
        Contender("gaoya", "gaoya", "gaoya", candidates=contenders.gaoya),
        *(
            Contender(name, title, name.removesuffix("-16x5"), groups=groups, given="first", threads=threads)
            for name, title, groups, threads in (
                ("text-dedup", "text-dedup", pipelines.text_dedup, (2,)),
                ("text-dedup-16x5", "text-dedup, short ones kept, 16 bands of 5", pipelines.text_dedup_kept_short, (2,)),
                ("datatrove", "datatrove, Chinese", pipelines.datatrove, (1,)),
                ("datatrove-16x5", "datatrove, 3-grams of characters, 16 buckets of 5", pipelines.datatrove_characters, (1,)),
            )
        ),
    )
}

WARM = 3_000_000  # characters: more than MANY, from which on ours takes its compiled kernels
PATIENCE = 10.0  # seconds: what takes longer is run once


def main() -> None:
    """Warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contender", choices=ALL, required=True)
    parser.add_argument("--paragraphs", type=Path, required=True, help="one a line")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pairs", type=Path, help="where keepers and candidates go")
    parser.add_argument("--alone", action="store_true", help="time the way to the candidates, too")
    args = parser.parse_args()
    contender = ALL[args.contender]
    try:
        stated = version(contender.package)
        texts = paragraphs.read(args.paragraphs)
        seconds_warm = _warm(contender, texts, args.threads)
    except (PackageNotFoundError, ImportError) as missing:
        print(json.dumps({"missing": str(missing)}))
        return
    seconds, peak, found = _measured(contender, texts, args.threads, args.runs)
    alone = _to_candidates(contender, texts, args.threads) if args.alone else None
    if args.pairs:
        np.savez(args.pairs, keeper=found, candidates=_candidates(contender, texts, args.threads))
    whole = contender.name.startswith("text-dedup")  # works in processes of its own: theirs, all of it
    if whole:
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"version": stated, "seconds": seconds, "alone": alone, "warm": seconds_warm, "peak": peak, "whole": whole}))


def _warm(contender: Contender, texts: list[str], threads: int) -> float:
    """Once over a few hundred texts, so that everything is imported; over some millions of characters where that compiles."""
    start = time.perf_counter()
    few = texts[:300]
    if contender.name == "ours":
        few = few * (1 + WARM // max(1, sum(map(len, few))))
    if not contender.name.startswith("text-dedup"):
        _run(contender, few, threads)
    else:
        import datasets  # noqa: F401
    return time.perf_counter() - start


def _measured(contender: Contender, texts: list[str], threads: int, runs: int) -> tuple[list[float], int, Places]:
    """Seconds of each run; of the first, how far memory rose above what the texts and the loaded code take."""
    seconds: list[float] = []
    peak = 0
    while len(seconds) < runs and sum(seconds) < PATIENCE:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what was freed before must not hide what is taken now
        before = _status("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        start = time.perf_counter()
        found = _run(contender, texts, threads)
        seconds.append(time.perf_counter() - start)
        peak = peak or _status("VmHWM") - before
    return seconds, peak, found


def _run(contender: Contender, texts: list[str], threads: int) -> Places:
    if contender.groups:
        return contender.groups(texts, threads)
    assert contender.candidates
    return contenders.verified(texts, contender.candidates(texts, threads))


def _to_candidates(contender: Contender, texts: list[str], threads: int) -> float | None:
    """Seconds of one more run that verifies nothing: what the library itself takes."""
    if not contender.candidates:
        return None
    start = time.perf_counter()
    for _ in contender.candidates(texts, threads):
        pass
    return time.perf_counter() - start


def _candidates(contender: Contender, texts: list[str], threads: int) -> Places:
    """int64[p, 2]: the pairs that are looked at, smaller number first; none where they are not told."""
    if not contender.candidates:
        return np.empty((0, 2), dtype=np.int64)
    return np.array(sorted(set(_pairs(contender.candidates(texts, threads)))), dtype=np.int64).reshape(-1, 2)


def _pairs(candidates: Candidates) -> Iterator[tuple[int, int]]:
    for i, found in enumerate(candidates):
        for k in found:
            if k != i:
                yield min(i, k), max(i, k)


def _status(name: str) -> int:
    """Bytes, from what the kernel says of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # some millions of objects are not taken apart one by one
