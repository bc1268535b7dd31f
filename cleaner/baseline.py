"""Findings that are known already: a file of one finding a line, sorted, so that two of them merge.

A finding is known by its fingerprint and the path of its file, seen from the folder of the baseline. A file that has moved is known
by its content: a fingerprint whose own file is gone holds wherever it turns up. The same fault in another file is new."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cleaner.fingerprints import fingerprint, numbered
from cleaner.model import Finding

NAME = ".cleaner_baseline.jsonl"
FAULT, FALSE = "fault", "false alarm"
SHOWN = 40  # characters of a finding's text that its line quotes


class BadBaseline(Exception):  # noqa: N818
    """A baseline that cannot be used; the message names the file and the line."""


class Entry(NamedTuple):
    """A finding that is known. text: the beginning of what it is about, folded, for those who read the file. verdict: of an audit."""

    path: str
    code: str
    fingerprint: str
    text: str
    verdict: str | None = None
    reason: str | None = None

    def line(self) -> str:
        """As it is written."""
        values = {name: value for name, value in self._asdict().items() if value is not None}
        return json.dumps(values, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Baseline:
    """The entries of a file. file: where that is. folder: what their paths are seen from. gone: of those paths, what is there no more."""

    folder: str
    entries: tuple[Entry, ...]
    gone: frozenset[str]
    file: Path | None = None

    @cached_property
    def digest(self) -> str:
        """A name for all that it knows."""
        known = sorted((entry.path, entry.fingerprint) for entry in self.entries)
        return sha256(repr((known, sorted(self.gone), self.folder)).encode("utf-8", "backslashreplace")).hexdigest()

    @cached_property
    def _of(self) -> dict[str, dict[str, Entry]]:
        """Path -> fingerprint -> entry; the moved ones under ""."""
        found: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            found.setdefault("" if entry.path in self.gone else entry.path, {})[entry.fingerprint] = entry
        return found

    def sifted(self, path: str, text: str, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding], list[Entry]]:
        """The findings of a file that are new, those that are known, and the entries that know them."""
        own, moved = self._of.get(self.seen(path), {}), self._of.get("", {})
        if not own and not moved:
            return list(findings), [], []
        new, known, entries = [], [], []
        for finding, name in zip(findings, numbered(text, findings)):
            entry = own.get(name) or moved.get(name)
            if entry:
                known.append(finding)
                entries.append(entry)
            else:
                new.append(finding)
        return new, known, entries

    def knows(self, path: str, text: str, finding: Finding) -> bool:
        """Is a finding known, in whatever place of the file?"""
        name = fingerprint(text, finding)
        return any(name in self._of.get(where, ()) for where in (self.seen(path), ""))

    def seen(self, path: str) -> str:
        """A path as the baseline sees it."""
        return seen_from(self.folder, path)


def seen_from(folder: str, path: str) -> str:
    """A path of a file as seen from a folder, with /; links in its own name stay."""
    parent, name = os.path.split(os.path.abspath(path))
    return os.path.relpath(os.path.join(os.path.realpath(parent), name), folder).replace(os.sep, "/")


def loaded(path: Path) -> Baseline:
    """Raises BadBaseline."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadBaseline(f"{path}: {reason}; `cleaner baseline create PATH... --baseline {path}` makes one") from None
    entries = tuple(_entry(line, path, n) for n, line in enumerate(lines, start=1) if line.strip())
    folder = os.path.realpath(path.parent)
    gone = frozenset(name for name in {entry.path for entry in entries} if not _stands(folder, name))
    return Baseline(folder, entries, gone, path)


def _stands(folder: str, name: str) -> bool:
    """Is there such a file, or one that it is a row or a member of?"""
    path = os.path.join(folder, name)
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return path == os.path.join(folder, name) or os.path.isfile(path)


def _entry(line: str, path: Path, number: int) -> Entry:
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError):
        hint = "; two versions were merged, keep the lines of both" if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else ""
        raise BadBaseline(f"{path}:{number}: is no entry of a baseline{hint}") from None
    return entry


def written(entries: Iterable[Entry]) -> str:
    """Entries as a file: sorted, each once; of two that differ in their verdict only, the one with a verdict."""
    best: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        key = entry.path, entry.code, entry.fingerprint
        if key not in best or (best[key].verdict is None and entry.verdict):
            best[key] = entry
    return "".join(best[key].line() for key in sorted(best))
