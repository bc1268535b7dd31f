"""How the weights of evidence for misprints are fitted.

    python -m cleaner.language.fit POLICY.jsonl.gz LAWS.jsonl.gz

A fifth of the documents is kept from a language, faults are made in them at random, and for every kind of change a
logistic regression tells the changes that undo one from those that spoil right text. Weights go to
data/misprint-weights.csv, rounded to three decimals, so that the same documents give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cleaner.language import confusables
from cleaner.language.candidates import KINDS, PARTICLES, Kind, changes
from cleaner.language.learn import learn, read
from cleaner.language.lexicon import Language
from cleaner.language.misprints import evidence, is_free
from cleaner.language.symbols import FIRST, symbols

FOLDS = 5
LENGTH = 20_000  # characters of a document that are used
SHARES = {"wrong": 4, "lost": 3, "added": 2, "swapped": 2}
ROUNDS = 3  # times that faults are made in a text, each time others
APART = (30, 160)  # characters from one fault to the next
BESIDE = 6  # a change so near to a fault is no evidence against changes in right text
PENALTY = 1.0
HEAVY = 3.0  # of a change that spoils right text against one that mends


class Sample(NamedTuple):
    """Changes of one kind: names of their evidence, values: float64[n, k], right: bool[n], clean: bool[n], whether the text
    about it was left as it was."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    clean: npt.NDArray[np.bool_]


def fold(identity: str) -> int:
    """Which fold a document belongs to."""
    return crc32(identity.encode()) % FOLDS


def fit(sample: Sample) -> dict[str, float]:
    """Weights of a logistic regression with an L2 penalty, by Newton's method; "base" is the constant."""
    mean, spread = sample.values.mean(axis=0), sample.values.std(axis=0) + 1e-9
    x = np.column_stack((np.ones(len(sample.values)), (sample.values - mean) / spread))
    y, importance = sample.right.astype(np.float64), np.where(sample.right, 1.0, np.where(sample.clean, HEAVY * ROUNDS, 0.5))
    ridge = np.full(x.shape[1], PENALTY)
    ridge[0] = 0.0
    w = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (importance * (y - p)) - ridge * w
        hessian = (x * (importance * p * (1 - p))[:, None]).T @ x + np.diag(ridge + 1e-6)
        step = np.linalg.solve(hessian, gradient)
        w += step
        if np.abs(step).max() < 1e-9:
            break
    weights = w[1:] / spread
    return {"base": float(w[0] - (weights * mean).sum())} | dict(zip(sample.names, map(float, weights), strict=True))


def samples(texts: Sequence[str], language: Language, seed: int = 1) -> dict[Kind, Sample]:
    """Changes in texts as they are, and in texts with faults made in them."""
    dice = random.Random(seed)
    rows: dict[Kind, list[tuple[dict[str, float], bool, bool]]] = {kind: [] for kind in KINDS}
    for text in texts:
        text = text[:LENGTH]
        for kind, _, values in _seen(text, language):
            rows[kind].append((values, False, True))
        for _ in range(ROUNDS):
            broken, faults = spoilt(text, dice)
            near = np.array([fault.start for fault in faults], dtype=np.int64)
            undone = {(fault.kind, fault.start, fault.char) for fault in faults}
            for kind, place, values in _seen(broken, language):
                right = (kind, *place) in undone
                if right or not np.any(np.abs(near - place[0]) <= BESIDE):
                    rows[kind].append((values, right, False))
    return {
        kind: Sample(
            tuple(some[0][0]),
            np.array([list(values.values()) for values, _, _ in some]),
            np.array([right for _, right, _ in some]),
            np.array([clean for _, _, clean in some]),
        )
        for kind, some in rows.items()
        if some
    }


def _seen(text: str, language: Language) -> Iterator[tuple[Kind, tuple[int, int], dict[str, float]]]:
    view = symbols(text)
    for change in changes(view, language):
        seen = evidence(view, language, change)
        if not is_free(language, change, seen):
            yield change.kind, (int(view.at[change.at]), change.char), seen.values


class Fault(NamedTuple):
    """A fault that was made: what kind of change mends it, at which character, and the character it puts there (0: none)."""

    kind: Kind
    start: int
    char: int


def spoilt(text: str, dice: random.Random) -> tuple[str, list[Fault]]:
    """A text with a fault every hundred characters or so."""
    out: list[str] = []
    faults: list[Fault] = []
    at, k, due = 0, 0, dice.randint(*APART)
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    while k < len(text):
        piece, taken = text[k], 1
        if k >= due and 3 < k < len(text) - 3 and all(_han(text[k + n]) for n in (-1, 0, 1)):
            due = k + dice.randint(*APART)
            kind = dice.choice(kinds)
            char, after = text[k], text[k + 1]
            others = confusables.sound(char)[:30] if dice.random() < 0.6 else confusables.shape(char)
            if kind == "wrong" and others:
                piece = dice.choice(others)
                faults.append(Fault("wrong", at, ord(char)))
            elif kind == "lost" and char not in (text[k - 1], after):
                piece = ""
                faults.append(Fault("lost", at, ord(char)))
            elif kind == "added":
                piece = (dice.choice(confusables.sound(char) or char) if dice.random() < 0.6 else dice.choice(PARTICLES)) + char
                faults.append(Fault("added", at, 0))
            elif kind == "swapped" and char != after:
                piece, taken = after + char, 2
                faults.append(Fault("swapped", at, 0))
        out.append(piece)
        at, k = at + len(piece), k + taken
    return "".join(out), faults


def _han(char: str) -> bool:
    return FIRST <= ord(char) <= 0x9FFF


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+", help="the home domain first")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parents[1] / "data" / "misprint-weights.csv")
    args = parser.parse_args()
    home, *others = ([(row["id"], row["text"]) for row in read(path)] for path in args.corpora)
    every = [row for rows in others for row in rows]
    language = learn(*([text for name, text in rows if fold(name)] for rows in (home, every)))
    texts = [text for name, text in home if not fold(name)] + [text for name, text in every[: len(home)] if not fold(name)]
    weights = {kind: fit(sample) for kind, sample in samples(texts, language).items()}
    if len(weights) < len(KINDS):
        raise SystemExit("there is too little text to fit weights on")
    with args.output.open("w", encoding="utf-8", newline="") as out:
        writer: Any = csv.writer(out, lineterminator="\n")
        writer.writerow(("evidence", *KINDS))
        writer.writerows((name, *(f"{weights[kind][name]:.3f}" for kind in KINDS)) for name in weights["wrong"])


if __name__ == "__main__":
    main()
