"""Text of any size that reads like official documents: their shapes, paragraph by paragraph, filled with sentences that are made of
the head of one and the rest of another, so that paragraphs are different.
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
_SENTENCE = re.compile(r"[^。！？\n]{8,120}[。！？]")
_CLAUSE = re.compile(r"[^，；]*[，；]|[^，；]+")
_PAIRS = ("“”", "（）", "《》", "()", "‘’", "[]", "「」", "【】")


def originals(folder: Path) -> list[str]:
    """The documents."""
    found = []
    for name in SOURCES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["text"] for line in lines]
    return found


class Replanting:
    """What new documents are made of: shapes of documents, the number of sentences of each line (0: a line that stays as it is), and
    sentences, clause by clause."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.shapes: list[list[tuple[int, str]]] = []
        self.sentences: list[list[str]] = []
        for text in texts:
            if len(text) <= LONGEST:
                self.shapes.append([self._take(line.strip()) for line in text.splitlines()])

    def _take(self, line: str) -> tuple[int, str]:
        every = [_CLAUSE.findall(sentence) for sentence in _SENTENCE.findall(line)]
        self.sentences += [
            clauses for clauses in every if all(clause.count(one) == clause.count(other) for clause in clauses for one, other in _PAIRS)
        ]
        return len(every), line

    def documents(self, seed: int, characters: int) -> Iterator[str]:
        """New documents, until they hold so many characters."""
        chance, left = random.Random(seed), characters
        while left > 0:
            text = "".join(f"{self._line(count, line, chance)}\n" for count, line in chance.choice(self.shapes))
            left -= len(text)
            yield text

    def _line(self, count: int, line: str, chance: random.Random) -> str:
        return "".join(self._sentence(chance) for _ in range(count)) if count else line

    def _sentence(self, chance: random.Random) -> str:
        head, rest = chance.choice(self.sentences), chance.choice(self.sentences)
        return "".join((*head[: chance.randrange(1, max(2, len(head)))], *rest[chance.randrange(len(rest)) :]))


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
