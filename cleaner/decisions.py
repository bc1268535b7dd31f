"""decisions.json: what a reader of a report accepted and rejected, with the edits, so that it can be applied by itself.

    {"decisions": 1, "run", "report", "files": [{"path", "row", "encoding", "sha256"}],
     "decided": [{"id", "path", "row", "code", "fingerprint", "known_as", "text", "decision", "note", "start", "end", "edits", "twin"}]}

decision: "accept", "reject" or "later". report: the folder of the report, null where nothing but the page was written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.model import Edit, Finding, Grade, Level, Twin, Why
from cleaner.revision import Key

VERSION = 1
ANSWERS = ("accept", "reject", "later")


class BadDecisions(ValueError):  # noqa: N818
    """A file of decisions that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on one finding. row: the finding as data, with what reports say of it."""

    id: str
    key: Key
    decision: str
    note: str
    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The rule's code."""
        return str(self.row["code"])

    @property
    def known_as(self) -> str:
        """The finding's name in a baseline, told apart from its likes in the document."""
        return str(self.row.get("known_as") or self.row["fingerprint"])

    @property
    def fingerprint(self) -> str:
        """The finding's name that outlives moves."""
        return str(self.row["fingerprint"])


@dataclass(frozen=True, slots=True)
class Decisions:
    """All of them. files: the hash of each file as it was read. report: where the report is, if there is more than a page."""

    report: str | None
    files: Mapping[Key, str]
    decided: tuple[Decided, ...]

    def answers(self, decision: str) -> list[Decided]:
        """Those of one kind."""
        return [one for one in self.decided if one.decision == decision]


def read(path: Path) -> Decisions:
    """The decisions of a file. Raises BadDecisions."""
    try:
        return parsed(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise BadDecisions(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDecisions(f"{path}: no decisions of a report ({error})") from None


def parsed(given: Any) -> Decisions:
    """Decisions from their json. Raises ValueError, KeyError or TypeError where it is none."""
    if given["decisions"] != VERSION:
        raise ValueError(f"version {given['decisions']}; this cleaner reads version {VERSION}")
    report = given["report"]
    if not (report is None or isinstance(report, str)):
        raise ValueError("report")
    files = {_key(row): str(row["sha256"]) for row in given["files"]}
    decided = tuple(_decided(row) for row in given["decided"])
    return Decisions(report, files, decided)


def _decided(row: Mapping[str, Any]) -> Decided:
    if row["decision"] not in ANSWERS:
        raise ValueError(f"decision {row['decision']!r}")
    for name in ("id", "code", "fingerprint"):
        if not isinstance(row[name], str):
            raise ValueError(name)
    finding_of("", row)  # it has the form of a finding
    return Decided(row["id"], _key(row), row["decision"], str(row.get("note") or ""), row)


def _key(row: Mapping[str, Any]) -> Key:
    path, number = row["path"], row["row"]
    if not isinstance(path, str) or not (number is None or isinstance(number, int)):
        raise ValueError("path or row")
    return path, number


def finding_of(text: str, row: Mapping[str, Any]) -> Finding:
    """A finding from its row in findings.jsonl or decisions.json, in the text it was found in.

    Only what changes texts is taken from it: its edits, its twin, its cluster."""
    edits = []
    for edit in row["edits"]:
        start, end, new = int(edit["start"]), int(edit["end"]), edit["new"]
        if not 0 <= start <= end or not isinstance(new, str):
            raise ValueError("an edit that is none")
        edits.append(Edit(start, text[start:end], new, row["code"]))
    twin = row["twin"]
    at = twin and Twin(int(twin["start"]), int(twin["end"]), float(twin.get("similarity", 1)), *_elsewhere(row, twin))
    grade = Grade.UNSAFE if edits else Grade.NONE
    return Finding(row["code"], int(row["start"]), int(row["end"]), tuple(edits), grade, Level.WARNING, Why(""), at or None)


def _elsewhere(row: Mapping[str, Any], twin: Mapping[str, Any]) -> Key | tuple[None, None]:
    """A twin's document, where it is another one."""
    return (None, None) if (twin["path"], twin["row"]) == (row["path"], row["row"]) else (twin["path"], twin["row"])


def write(path: Path, given: Mapping[str, Any]) -> None:
    """Write decisions down, as a whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(given, ensure_ascii=True, indent=1) + "\n", "utf-8")
    os.replace(beside, path)


def as_data(
    run: str, report: str | None, files: Mapping[Key, str], decided: Iterable[tuple[Mapping[str, Any], str, str]]
) -> dict[str, Any]:
    """decisions.json for findings as data, each with its decision and a note."""
    keys = ("id", "path", "row", "code", "fingerprint", "known_as", "text", "start", "end", "edits", "twin")
    return {
        "decisions": VERSION,
        "run": run,
        "report": report,
        "files": [{"path": path, "row": row, "sha256": sha256} for (path, row), sha256 in files.items()],
        "decided": [{key: row[key] for key in keys} | {"decision": decision, "note": note} for row, decision, note in decided],
    }
