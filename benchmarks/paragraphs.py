"""The paragraphs that contenders are given: whole corpora, samples of whole documents, planted near-duplicates.

All choices are seeded: the same corpus files give the same paragraphs on every machine.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from cleaner.views import fold_texts

CORPORA = ("policy.jsonl.gz", "laws.jsonl.gz")
LEAST = 20  # characters: shorter lines are headings, names and dates
SEED = 20251125


def documents(folder: Path) -> list[list[str]]:
    """The paragraphs of each document of the corpora."""
    missing = [name for name in CORPORA if not (folder / name).is_file()]
    if missing:
        sys.exit(f"{' and '.join(missing)} not found in {folder}: say where the corpora are with --data FOLDER")
    found = []
    for name in CORPORA:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            found += [[line for line in json.loads(document)["text"].split("\n") if len(line) >= LEAST] for document in lines]
    return found


def sample(of: Sequence[Sequence[str]], count: int) -> list[str]:
    """Whole documents in a seeded random order until there are `count` paragraphs: single paragraphs drawn at random would
    seldom have their repeats with them."""
    order = random.Random(SEED).sample(range(len(of)), len(of))
    found: list[str] = []
    for document in order:
        if len(found) >= count:
            break
        found += of[document]
    return found[:count]


def noisy(texts: Sequence[str], count: int) -> list[str]:
    """Four of each paragraph, one as it was and three with noise in 1 to 4 % of their characters, in random order: many pairs
    of Jaccard similarity 0.8 to 0.95, where candidates are easily missed."""
    chance = random.Random(SEED)
    originals = list(dict.fromkeys(text for text in texts if len(text) >= 40))
    originals = chance.sample(originals, min(len(originals), count // 4))
    found = []
    for text in originals:
        found += [text, *(_wrong(text, chance, max(1, round(len(text) * chance.uniform(0.01, 0.04)))) for _ in range(3))]
    chance.shuffle(found)
    return found


def replanted(texts: Sequence[str], count: int) -> list[str]:
    """The paragraphs, and again each with one or two characters swapped at random places, until there are `count`: a larger
    corpus of the same kind, in which no planted paragraph is equal to another."""
    chance = random.Random(SEED)
    found = list(texts[:count])
    while len(found) < count:
        text = texts[len(found) % len(texts)]
        found.append(_swapped(text, chance, chance.choice((1, 2))))
    return found


def inserted(texts: Sequence[str], count: int) -> list[str]:
    """`count` distinct paragraphs of 100 characters or more, and after them each with one character added."""
    chance = random.Random(SEED)
    originals = list(dict.fromkeys(text for text in texts if len(text) >= 100))[:count]
    places = [chance.randrange(len(text)) for text in originals]
    return originals + [text[:at] + chance.choice(_OTHER) + text[at:] for text, at in zip(originals, places, strict=True)]


def _swapped(text: str, chance: random.Random, count: int) -> str:
    characters = list(text)
    for at in chance.sample(range(len(text)), count):
        characters[at] = chance.choice(_OTHER)
    return "".join(characters)


def _wrong(text: str, chance: random.Random, count: int) -> str:
    """`count` characters swapped, lost, doubled or joined by another."""
    characters = list(text)
    for at in chance.sample(range(len(text)), count):
        other = chance.choice(_OTHER)
        characters[at] = chance.choice((other, "", characters[at] * 2, characters[at] + other))
    return "".join(characters)


_OTHER = [chr(code) for code in range(0x4E00, 0x9FA6)]


class Distinct(NamedTuple):
    """texts: the distinct folded texts, in their order. first: of each, the place of the first paragraph that has it.
    of: for each paragraph which of them it has."""

    texts: list[str]
    first: list[int]
    of: list[int]


def distinct(texts: Sequence[str]) -> Distinct:
    """What peers are given: folded as ours folds, equal ones taken out."""
    codes, offsets = fold_texts(texts, compiled=True)
    joined, places = codes.tobytes().decode("utf-32-le", "surrogatepass"), offsets.tolist()
    found: dict[str, int] = {}
    first, of = [], []
    for i, (start, end) in enumerate(zip(places, places[1:])):  # noqa: RUF007
        number = found.setdefault(joined[start:end], len(found))
        if number == len(first):
            first.append(i)
        of.append(number)
    return Distinct(list(found), first, of)


def write(path: Path, texts: Iterable[str]) -> Path:
    """One paragraph a line."""
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        lines.writelines(f"{text}\n" for text in texts)
    return path


def read(path: Path) -> list[str]:
    """As written; nothing but the texts stays in memory."""
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        return [line[:-1] for line in lines]
