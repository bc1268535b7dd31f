"""Findings as those who read a change are told them: ranked, the first few shown and the rest counted.

A part is a line of json for each finding; an output keeps the best of them as they come."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaner.model import Finding, Outcome, named
from cleaner.reports.console import plain
from cleaner.reports.data import dumped, in_file, rows
from cleaner.reports.output import Sink
from cleaner.reports.spots import Spots, place

LEVELS = ("error", "warning", "note")
_LONGEST = 120  # characters of the fault that are quoted


def part(outcome: Outcome, lang: str) -> str:
    """The findings of a document, a line each."""
    return "".join(dumped(row) + "\n" for row in told(outcome, lang))


def told(outcome: Outcome, lang: str) -> Iterator[dict[str, Any]]:
    """What is told of each finding."""
    text, there = outcome.document.text, in_file(outcome)
    spots, path = Spots(there.document.text), place(named(outcome.document.path, outcome.document.row))
    for row, finding, led in zip(rows(there, lang), outcome.findings, there.findings, strict=True):
        yield {
            **{key: row[key] for key in ("code", "name", "level", "fix", "message", "why", "fingerprint", "cluster")},
            "path": path.path,
            "uri": path.uri,
            "spot": spots.shown(led.start, led.end),
            "text": shortened(text[finding.start : finding.end]),
            "new": _new(text, finding),
            "twin": row["twin"] and place(named(row["twin"]["path"], row["twin"]["row"])).path,
        }


def shortened(text: str) -> str:
    """A text on one line, its middle left out where it is long."""
    text = text if len(text) <= _LONGEST else text[: _LONGEST // 2] + "…" + text[-_LONGEST // 2 :]
    return plain(text.strip())


def _new(text: str, finding: Finding) -> str | None:
    """What the place would read, where that can be said in a few words; "" where it would go."""
    if len(finding.edits) != 1:
        return None
    (edit,) = finding.edits
    if finding.start > edit.start or edit.end > finding.end or finding.end - finding.start > _LONGEST:
        return None
    return plain(text[finding.start : edit.start] + edit.new + text[edit.end : finding.end])


def sentence(row: Mapping[str, Any]) -> str:
    """A finding in one sentence, quoting what it is about: columns are shown wrong by some viewers, a quotation never is."""
    new = "" if row["new"] is None else f" → 「{row['new']}」"
    twin = f" → {row['twin']}" if row["twin"] and row["twin"] != row["path"] else ""
    return f"{row['message']} ({row['why']}){twin}: 「{row['text']}」{new}"


class Best(Sink):
    """An output that shows the first findings of each level, and counts the rest."""

    kept = 10  # of each level

    def __init__(self, path: Path | None, lang: str) -> None:
        super().__init__(path, lang)
        self.levels: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.rows: dict[str, list[tuple[int, str]]] = {level: [] for level in LEVELS}

    def add(self, part: str) -> None:
        """The next document's findings. Those with a fix come before those without, else it is the order of reading."""
        for line in filter(None, part.split("\n")):
            row = json.loads(line)
            self.levels[row["level"]] += 1
            self.codes[row["code"]] += 1
            rank = (self.levels.total(), line) if row["fix"] != "none" else (self.levels.total() + UNFIXED, line)
            heap = self.rows[row["level"]]
            (heapq.heappush if len(heap) < self.kept else heapq.heappushpop)(heap, (-rank[0], line))

    def best(self, level: str) -> list[dict[str, Any]]:
        """The findings of a level that are shown, the first in reading order."""
        return [json.loads(line) for _, line in sorted(self.rows[level], reverse=True)]


UNFIXED = 1 << 40  # more than there are findings
