"""What quality.py measures of ours: alarms on clean text, planted faults, labelled misprints.

All goes through what users have: cleaner.pipeline.look under settings, and the command with a cleaner.toml.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.quality_models import Page
from benchmarks.quality_true import misprinted
from cleaner.language.misprints import Misprint, misprints
from cleaner.model import Edit, Finding, Grade
from cleaner.pipeline import look
from cleaner.rules import RULES
from cleaner.settings import Settings

ROOT = Path(__file__).parent.parent
HAN = re.compile("[\u4e00-\u9fff]")
FAMILIES = ("TYP", "LOOP")
SENSITIVE = tuple(rule.code for rule in RULES if "sensitive" in rule.options)
CONTEXT = 24  # characters on either side of a finding, where it is written out
NARROW = 30  # characters of a finding without a fix that can be said to point at a place


class Clean(NamedTuple):
    """size: Chinese characters of each corpus. found: findings by corpus, code and grade; true: those of them that point at what is
    misprinted there (quality_true). notes: what `sensitive` finds, by corpus
    and code. scores: of all changes that are weighed as misprints, by corpus. pace: characters a second, by default."""

    size: dict[str, int]
    found: Counter[tuple[str, str, Grade]]
    true: Counter[tuple[str, str, Grade]]
    notes: Counter[tuple[str, str]]
    scores: dict[str, list[float]]
    pace: float


class Labelled(NamedTuple):
    """Misprints of known sentences. told: findings, right: those that point at a wrong character. gold: wrong characters, found:
    those pointed at, mended: those that the fixes put right."""

    told: int
    right: int
    gold: int
    found: int
    mended: int

    @property
    def precision(self) -> float:
        """Share of findings that are right."""
        return self.right / self.told if self.told else float("nan")

    @property
    def recall(self) -> float:
        """Share of wrong characters that are found."""
        return self.found / self.gold


class Point(NamedTuple):
    """What holds for a threshold."""

    threshold: float
    precision: float
    recall: float


class Known(NamedTuple):
    """A misprint of a printed document: how many copies of the document hold it, in how many it is reported by default and with
    `sensitive`, and by which rules."""

    wrong: str
    right: str
    copies: int
    told: int
    noted: int
    codes: tuple[str, ...]


def options(model: Path, sensitive: bool = False) -> dict[str, dict[str, Any]]:
    """Options of every rule that asks a language."""
    values = {"model": (str(model),), "sensitive": sensitive}
    every = {rule.code: {name: value for name, value in values.items() if name in rule.options} for rule in RULES}
    return {code: some for code, some in every.items() if some}


def settings(model: Path, select: Sequence[str] = FAMILIES, sensitive: bool = False) -> Settings:
    """Settings with a model."""
    return Settings(select=tuple(select), rules=tuple((code, tuple(some.items())) for code, some in options(model, sensitive).items()))


# --- clean text ------------------------------------------------------------------------------------


def clean(every: Sequence[Page], model: Callable[[Page], Path], folder: Path) -> Clean:
    """What is found in text that is taken to be right, each finding written out as a line of folder/clean.jsonl."""
    done = Clean({}, Counter(), Counter(), Counter(), {}, 0.0)
    seconds = 0.0
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "clean.jsonl").open("w", encoding="utf-8") as out:
        for page in every:
            path, text, corpus = model(page), page.text, page.corpus
            begun = time.perf_counter()
            found = look(page.name, text, settings(path))
            seconds += time.perf_counter() - begun
            sure = {(f.code, f.start) for f in found}
            noted = [f for f in look(page.name, text, settings(path, SENSITIVE, True)) if (f.code, f.start) not in sure]
            done.size[corpus] = done.size.get(corpus, 0) + len(HAN.findall(text))
            done.found.update((corpus, f.code, f.grade) for f in found)
            done.true.update((corpus, f.code, f.grade) for f in found if misprinted(text, f.start, f.end))
            done.notes.update((corpus, f.code) for f in noted)
            done.scores.setdefault(corpus, []).extend(m.score for m in misprints(text, (str(path),)))
            for f, asked in (*((f, False) for f in found), *((f, True) for f in noted)):
                out.write(json.dumps(_told(page, f, asked), ensure_ascii=False) + "\n")
    return done._replace(pace=sum(len(page.text) for page in every) / seconds)


def _told(page: Page, f: Finding, asked: bool) -> dict[str, Any]:
    text = page.text
    return {
        "corpus": page.corpus,
        "document": page.name,
        "fold": page.fold,
        "code": f.code,
        "grade": f.grade.name,
        "sensitive": asked,
        "true": misprinted(text, f.start, f.end),
        "start": f.start,
        "before": text[max(0, f.start - CONTEXT) : f.start],
        "text": text[f.start : f.end],
        "after": text[f.end : f.end + CONTEXT],
        "edits": [(e.old, e.new) for e in f.edits],
        "why": str(f.why),
    }


# --- planted faults --------------------------------------------------------------------------------


class Planted(NamedTuple):
    """figures: of score.py, by kind, and "lost" for sentences, of several seeds together. failed: seed -> why there are none."""

    figures: dict[str, dict[str, float]]
    failed: dict[int, str]


def planted(planter: Path, documents: Path, model: Path, seeds: Sequence[int], folder: Path) -> Planted:
    """What score.py, which lies beside the planter, has to say of faults planted in folder/SEED."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for code, some in options(model).items():
        lines += [f"[rules.{code}]", *(f"{name} = {json.dumps(value)}" for name, value in some.items())]
    (folder / "cleaner.toml").write_text("\n".join(lines), "utf-8")
    known: list[dict[str, dict[str, float]]] = []
    failed: dict[int, str] = {}
    for seed in seeds:
        place, figures = folder / str(seed), folder / f"{seed}.json"
        _run([str(planter), str(documents), str(place), "--seed", str(seed)], folder)
        command = [str(planter.with_name("score.py")), str(place), "--keep", str(folder / f"cleaned-{seed}"), "--json", str(figures)]
        done = _run([*command, "--cleaner", f"{sys.executable} -m cleaner"], folder)
        if figures.exists():
            known.append(json.loads(figures.read_text("utf-8")))
        else:  # a fault of the cleaner itself, to be told and not to be lost
            failed[seed] = next((line for line in done.splitlines() if line.startswith("not done")), done[-300:])
    return Planted(_together(known), failed)


def _run(command: Sequence[str], folder: Path) -> str:
    """In the folder, whose cleaner.toml holds there; with the package as it stands here. What it complains of."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, check=False).stderr


def _together(known: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Shares of several seeds, weighted by what was planted; of sentences lost the mean."""
    whole: dict[str, dict[str, float]] = {}
    for kind in sorted({kind for figures in known for kind in figures}):
        some = [figures[kind] for figures in known if kind in figures]
        weights = [figures.get("planted", 1.0) for figures in some]
        shares = {name for figures in some for name in figures} - {"planted"}
        whole[kind] = {
            name: sum(w * f.get(name, 0.0) for w, f in zip(weights, some, strict=True)) / sum(weights) for name in sorted(shares)
        }
        whole[kind]["planted"] = sum(weights)
    return whole


# --- labelled misprints ----------------------------------------------------------------------------

Pairs = Sequence[tuple[str, str]]


def pairs(path: Path) -> list[tuple[str, str]]:
    """Sentences, wrong and right, of equal length."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [(row[0], row[1]) for row in rows if len(row) == 2 and len(row[0]) == len(row[1])]


def labelled(sentences: Pairs, model: Path, sensitive: bool) -> Labelled:
    """How ours does on sentences with misprints."""
    chosen = settings(model, sensitive=sensitive)
    return tally(sentences, ([(_places(f), f.edits) for f in look("", wrong, chosen)] for wrong, _ in sentences))


def tally(sentences: Pairs, told: Iterable[Iterable[tuple[set[int], Sequence[Edit]]]]) -> Labelled:
    """What findings are worth: of each sentence the places that each points at, and its edits."""
    count = Counter[str]()
    for (wrong, right), findings in zip(sentences, told, strict=True):
        gold = {k for k, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b}
        found: set[int] = set()
        mended: set[int] = set()
        for places, edits in findings:
            count["told"] += 1
            count["right"] += bool(places & gold)
            found |= places & gold
            mended |= {e.start + k for e in edits if len(e.old) == len(e.new) for k, new in enumerate(e.new) if new == right[e.start + k]}
        count.update(gold=len(gold), found=len(found), mended=len(mended & found))
    return Labelled(*(count[name] for name in Labelled._fields))


def _places(f: Finding) -> set[int]:
    """What a finding points at: what its fix takes away, else all it shows."""
    gone = {k for e in f.edits for k in range(e.start, e.end)}
    return gone or set(range(f.start, max(f.end, f.start + 1)))


def curve(sentences: Pairs, model: Path) -> list[Point]:
    """Precision and recall for every threshold of the score, the highest first."""
    scored: list[tuple[float, int, frozenset[int]]] = []
    gold: list[set[int]] = []
    for n, (wrong, right) in enumerate(sentences):
        gold.append({k for k, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b})
        scored += [(m.score, n, frozenset(_standing(m))) for m in misprints(wrong, (str(model),))]
    every, found, right_ones = sum(map(len, gold)), 0, 0
    points = []
    for told, (score, n, places) in enumerate(sorted(scored, key=lambda row: -row[0]), 1):
        right_ones += bool(places & gold[n])
        found += len(places & gold[n])
        points.append(Point(score, right_ones / told, found / every))
    return points


def _standing(m: Misprint) -> range:
    """Places of a misprint; of a lost character its neighbours."""
    return range(m.start, m.end) if m.end > m.start else range(m.start - 1, m.start + 1)


# --- misprints of printed documents ----------------------------------------------------------------


def documented(path: Path, every: Sequence[Page], model: Callable[[Page], Path]) -> list[Known]:
    """Misprints that stand in the documents of policy, and whether any rule points at them."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    known = []
    for wrong, right in ((row[0].replace("⏎", "\n"), row[1]) for row in rows):
        holders = [page for page in every if page.corpus == "policy" and wrong in page.text]
        told = [_pointing(page, wrong, right, model(page), sensitive=False) for page in holders]
        noted = [_pointing(page, wrong, right, model(page), sensitive=True) for page in holders]
        if holders:
            codes = tuple(sorted({code for some in (told if any(told) else noted) for code in some}))
            known.append(Known(wrong, right, len(holders), sum(map(bool, told)), sum(map(bool, noted)), codes))
    return known


def _pointing(page: Page, wrong: str, right: str, model: Path, sensitive: bool) -> set[str]:
    """Codes of what points at the fault in a page, or at a character beside it."""
    same = _common(wrong, right)
    behind = _common(wrong[same:][::-1], right[same:][::-1])
    at = page.text.index(wrong)
    near = set(range(at + same - 1, at + len(wrong) - behind + 1))
    found = look(page.name, page.text, settings(model, (), sensitive))
    return {f.code for f in found if (f.edits or f.end - f.start <= NARROW) and _places(f) & near}


def _common(one: str, other: str) -> int:
    """With how many equal characters two strings begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
