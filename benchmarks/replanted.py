"""Text of any size that reads like official documents: their paragraphs, each clause exchanged for another one of the same kind, so
that paragraphs are different and shaped as they were.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SOURCES = ("policy.jsonl.gz", "laws.jsonl.gz")
LONGEST = 20_000  # characters of a document that lends its shape
_CLAUSE = re.compile(r"[^，。；！？\n]*[，。；！？]|[^，。；！？\n]+")
_PAIRS = ("“”", "（）", "《》", "()", "‘’", "[]", "「」", "【】")


def originals(folder: Path) -> list[str]:
    """The documents."""
    found = []
    for name in SOURCES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["text"] for line in lines]
    return found


class Replanting:
    """What new documents are made of: shapes of documents, and clauses by what they end with."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.shapes = [[_CLAUSE.findall(line.strip()) for line in text.splitlines()] for text in texts if len(text) <= LONGEST]
        self.pools: dict[str, list[str]] = {}
        for shape in self.shapes:
            for clauses in shape:
                for clause in clauses[1:]:  # the first one may number its paragraph
                    if (
                        clause[-1] in "，。；！？"
                        and 4 <= len(clause) <= 60
                        and all(clause.count(one) == clause.count(other) for one, other in _PAIRS)
                    ):
                        self.pools.setdefault(clause[-1], []).append(clause)

    def documents(self, seed: int, characters: int) -> Iterator[str]:
        """New documents, until they hold so many characters."""
        chance, left = random.Random(seed), characters
        while left > 0:
            text = "".join(f"{self._line(clauses, chance)}\n" for clauses in chance.choice(self.shapes))
            left -= len(text)
            yield text

    def _line(self, clauses: Sequence[str], chance: random.Random) -> str:
        if len(clauses) < 2:
            return "".join(clauses)
        others = (chance.choice(self.pools[clause[-1]]) if clause[-1] in self.pools else clause for clause in clauses[1:])
        return clauses[0] + "".join(others)


def folder_of(documents: Iterator[str] | Sequence[str], target: Path) -> int:
    """Writes each into a file, a thousand in a folder; how many characters there are."""
    size = 0
    for n, text in enumerate(documents):
        path = target / f"{n // 1000:04}" / f"{n:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        size += len(text)
    return size


def table_of(documents: Iterator[str] | Sequence[str], target: Path) -> int:
    """Writes each as a row of jsonl; how many characters there are."""
    size = 0
    with open(target, "w", encoding="utf-8") as file:
        for text in documents:
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            size += len(text)
    return size
