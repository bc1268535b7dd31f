"""What is measured, and what came of it: the nouns of repeats.py and report.py."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.contenders import Places
from benchmarks.exact import Score, Truth

SIZES = (10_000, 75_000, 100_000, 250_000, 300_000, 1_000_000)
LARGEST, QUARTER = f"{SIZES[-1]:,}", f"{SIZES[-1] // 4:,} of the same kind"
SAMPLE, PLANTED = 20_000, 1_000
# who is timed on all sizes, with one thread; the rest on the whole and on the samples only
LINES = ("ours", "datasketch", "rensa", "fastsketchlsh-csr", "gaoya")


class Corpus(NamedTuple):
    """One list of paragraphs, as files: raw, folded without equal ones, and the first raw one of each of those. of: which of the
    folded each paragraph has; starts: which paragraph each of the folded has first."""

    name: str
    files: dict[str, Path]
    of: Places
    starts: Places
    characters: int


class Measured(NamedTuple):
    """What a contender took for a corpus, from all its processes. alone: seconds to the candidates, in a run of its own. peak:
    bytes beyond the texts. whole: of all the processes it started, texts and code included. warm: seconds of the warm-up."""

    seconds: list[float]
    alone: float | None
    peak: int
    whole: bool
    warm: float

    @property
    def median(self) -> float:
        """Seconds."""
        return median(self.seconds)


class Found(NamedTuple):
    """By name: scores on each sample, and the share of planted insertions that were found."""

    scores: dict[str, dict[str, Score]]
    planted: dict[str, float]


class Results(NamedTuple):
    """Everything that is reported. times: by corpus, contender and threads."""

    corpora: dict[str, Corpus]
    times: dict[tuple[str, str, int], Measured]
    truths: dict[str, Truth]
    found: Found
    versions: dict[str, str]
    missing: dict[str, str]
