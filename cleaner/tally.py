"""What a run has come to: counted as results come, told at its end, and summed up for the report."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cleaner import __version__
from cleaner.formats.files import Gathered, Item
from cleaner.formats.piece import Piece
from cleaner.jobs import Done
from cleaner.messages import tell
from cleaner.model import Level
from cleaner.pipeline import Failure, NoMore
from cleaner.settings import Settings

NAMED = 10_000  # documents that the summary names, at least


@dataclass
class Tally:
    """What a run over the files gathered has come to so far."""

    gathered: Gathered
    lang: str
    files: int = 0
    changed: int = 0
    before: int = 0
    after: int = 0
    worst: Level | None = None
    found: Counter[str] = field(default_factory=Counter)
    applied: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Item, str]] = field(default_factory=list)
    rows_left: list[tuple[str, int | None, str]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0
    rows: bool = False  # of tables are among the documents

    def counted(self, results: Iterable[Done | Failure]) -> Iterator[Done]:
        """The results as they come, counted; failures are told at once.

        Raises NoMore."""
        gathered, lang = self.gathered, self.lang
        tell_gathered(gathered, lang)
        self.failed += len(gathered.failed)
        for result in results:
            self.files += 1
            if isinstance(result, Failure):
                if result.last:
                    raise NoMore(result.reason)
                self.failed += 1
                if isinstance(result.thing, Item):
                    self.failures.append((result.thing, result.reason))
                elif isinstance(result.thing, Piece):
                    self.rows_left.append((result.thing.name, result.row, result.reason))
                _tell(tell("not done: {}", lang).format(result.reason))
                continue
            for note in result.notes:
                _tell(f"{result.path}: {tell(note, lang)}")
            self.add(result)
            yield result

    def add(self, done: Done) -> None:
        """One more document."""
        self.changed += done.changed
        self.rows |= done.row["row"] is not None
        self.before += done.row["characters_before"]
        self.after += done.row["characters_after"]
        self.found += done.found
        self.applied += done.applied
        if done.worst is not None:
            self.worst = done.worst if self.worst is None else max(self.worst, done.worst)
        if done.found or done.changed:
            row = {key: done.row[key] for key in ("path", "characters_before", "characters_after", "findings")}
            self.documents.append(row | {"anchor": f"d{done.order}", "applied": done.applied.total()})
            if len(self.documents) >= 2 * NAMED:
                self._least_found_go()

    def _least_found_go(self) -> None:
        """Of millions of documents those with most findings are named; documents.csv has them all."""
        worst = sorted(range(len(self.documents)), key=lambda n: (-self.documents[n]["findings"], n))[:NAMED]
        self.documents = [self.documents[n] for n in sorted(worst)]

    def summary(self, settings: Settings) -> dict[str, Any]:
        """What summary.json and the page say of the run."""
        return {
            "version": __version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join(["cleaner", *sys.argv[1:]]),
            "files": self.files,
            "changed": self.changed,
            **self.skipped(),
            "left_out_files": {reason: asdict(files) for reason, files in self.gathered.left_out.items()},
            "characters_before": self.before,
            "characters_after": self.after,
            "rules": [
                {"code": code, "findings": self.found[code], "applied": self.applied[code]} for code in sorted(self.found | self.applied)
            ],
            "documents": self.documents,
            "settings": asdict(settings),
            "language_data": _language_data(settings.model),
            "left_out": 0,
        }

    def skipped(self) -> dict[str, Any]:
        """What could not be done; what is told without hashing what is known of the language, which is ten megabytes."""
        return {
            "skipped": [
                *({"path": item.name, "reason": reason} for item, reason in self.failures),
                *({"path": path, "row": row, "reason": reason} for path, row, reason in self.rows_left),
            ]
        }

    def told(self) -> str:
        """The run in one line."""
        form = f"{'documents' if self.rows else 'files'}: {{}}, findings: {{}}, mended: {{}} in {{}}, not done: {{}}"
        return tell(form, self.lang).format(self.files, self.found.total(), self.applied.total(), self.changed, self.failed)


def tell_gathered(gathered: Gathered, lang: str) -> None:
    """What is left out, and what could not be looked at."""
    for reason, files in gathered.left_out.items():
        _tell(tell("left out, {}: {} ({})", lang).format(tell(reason, lang), files.count, ", ".join(files.examples)))
    for reason in gathered.failed:
        _tell(tell("not done: {}", lang).format(reason))


def _language_data(models: Sequence[str]) -> str:
    """A hash of the shipped knowledge of the language and of other models, so that a report says what it was made with."""
    from hashlib import sha256
    from importlib.resources import files

    digest = sha256()
    for entry in sorted(files("cleaner").joinpath("data").iterdir(), key=lambda e: e.name):
        if entry.is_file():
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    for name in models:
        digest.update(name.encode() if name == "policy" else Path(name).read_bytes())
    return digest.hexdigest()


def _tell(line: str) -> None:
    click.echo(line, err=True)
