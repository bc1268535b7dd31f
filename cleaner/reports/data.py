"""Findings as data: json, jsonl, csv; a row a file; the undo row."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol

from cleaner.corpus import Corpus, Refused
from cleaner.fingerprints import fingerprint
from cleaner.messages import say, title
from cleaner.model import Document, Edit, Finding, Grade, Outcome
from cleaner.reports.output import Sink
from cleaner.rules import RULES
from cleaner.views import Lines

GRADES = {Grade.SAFE: "safe", Grade.UNSAFE: "unsafe", Grade.NONE: "none"}

COLUMNS = (
    *("id", "path", "row", "code", "name", "level", "start", "end", "line", "column", "end_line", "end_column"),
    *("text", "edits", "fix", "message", "why", "twin", "cluster", "fingerprint"),
)
DOCUMENT_COLUMNS = ("path", "row", "encoding", "characters_before", "characters_after", "findings", "applied")
FAMILIES = ("ENC", "PUN", "SCR", "LAY", "REP", "LOOP", "TYP")


def rows(outcome: Outcome, lang: str) -> list[dict[str, Any]]:
    """The findings of a document, one a row, in reading order; the keys are COLUMNS."""
    outcome = in_file(outcome)
    document = outcome.document
    lines = Lines(document.text)
    return [
        {"id": f"{document.order + 1}.{n}"} | _row(document, finding, lines, lang) for n, finding in enumerate(outcome.findings, start=1)
    ]


def in_file(outcome: Outcome) -> Outcome:
    """An outcome told at the places of the file: of the page, where the text was read from one."""
    if outcome.document.origin is None:
        return outcome
    from cleaner.reports.places import on_page  # a check of texts does not load it

    return on_page(outcome)


def places_of(document: Document) -> Placing:
    """Lines and columns in the file, of positions in the text."""
    if document.origin is None:
        return Lines(document.text)
    from cleaner.reports.places import Places

    return Places(document.origin)


class Placing(Protocol):
    """What knows lines and columns."""

    def place(self, at: int) -> tuple[int, int]:
        """Of a position."""
        ...


def _row(document: Document, finding: Finding, lines: Lines, lang: str) -> dict[str, Any]:
    line, column = lines.place(finding.start)
    end_line, end_column = lines.place(finding.end)
    twin = finding.twin
    return {
        "path": document.path,
        "row": document.row,
        "code": finding.code,
        "name": rule_name(finding.code),
        "level": finding.level.name.lower(),
        "start": finding.start,
        "end": finding.end,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "text": document.text[finding.start : finding.end],
        "edits": [{"start": e.start, "end": e.end, "new": e.new} for e in finding.edits],
        "fix": GRADES[finding.grade],
        "message": title(finding.code, lang),
        "why": say(finding.why, lang),
        "twin": twin
        and {
            "path": twin.path or document.path,
            "row": document.row if twin.path is None else twin.row,
            "start": twin.start,
            "end": twin.end,
            "similarity": twin.similarity,
        },
        "cluster": finding.cluster,
        "fingerprint": fingerprint(document.text, finding),
    }


@cache
def rule_name(code: str) -> str:
    """A rule's name, by its code."""
    return next(rule.name for rule in RULES if rule.code == code)


def jsonl(found: Iterable[Mapping[str, Any]]) -> str:
    """Rows of findings, one a line."""
    return "".join(dumped(row) + "\n" for row in found)


def json_items(found: Iterable[Mapping[str, Any]]) -> str:
    """Rows of findings as items of a json array."""
    return ",\n".join(map(dumped, found))


class JsonSink(Sink):
    """One array of findings."""

    head, between, foot = "[\n", ",\n", "\n]\n"


def csv_rows(found: Iterable[Mapping[str, Any]]) -> str:
    """Rows of findings as csv lines, safe to open in a spreadsheet."""
    return csv_lines([[row[column] for column in COLUMNS] for row in found])


def csv_lines(cells: list[list[Any]]) -> str:
    """Rows as csv lines."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in cells:
        writer.writerow([_cell(value) for value in row])
    return stream.getvalue().encode("utf-8", "backslashreplace").decode("utf-8")


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        value = dumped(value)
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


class CsvSink(Sink):
    """A table with a head. In a file it begins with a BOM: without one, spreadsheets take Chinese for something else."""

    head = csv_lines([list(COLUMNS)])
    mark = "\ufeff"


class DocumentSink(Sink):
    """The table of documents."""

    head = csv_lines([[*DOCUMENT_COLUMNS, *FAMILIES]])
    mark = "\ufeff"


def dumped(value: object) -> str:
    """json on one line; readable, but for text that UTF-8 cannot hold (bytes that did not decode)."""
    line = _encode(value)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return line


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps would make one anew each time


def refused_row(corpus: Corpus, refused: Refused) -> dict[str, Any]:
    """Two paragraphs that are alike and no repeat, as data."""
    places = []
    for place in (refused.this, refused.other):
        sketch = corpus.sketches[place.document]
        start, end, _ = sketch.spans[place.paragraph].tolist()
        places.append({"path": sketch.path, "row": sketch.row, "start": start, "end": end})
    return places[0] | {"other": places[1], "reason": refused.reason, "here": refused.here, "there": refused.there}


def document_row(outcome: Outcome) -> dict[str, Any]:
    """What documents.csv says of a document, but for how many findings were applied; findings are counted by family."""
    families = Counter(family(f.code) for f in outcome.findings)
    return {
        "path": outcome.document.path,
        "row": outcome.document.row,
        "encoding": outcome.document.source.encoding,
        "characters_before": len(outcome.document.text),
        "characters_after": len(outcome.settled),
        "findings": len(outcome.findings),
        "applied": 0,
    } | {name: families.get(name, 0) for name in FAMILIES}


def family(code: str) -> str:
    """The letters of a code."""
    return code.rstrip("0123456789")


def edits_as_data(script: tuple[Edit, ...]) -> list[list[Any]]:
    """A script for the undo file: [start, old, new, code] an edit."""
    return [list(edit) for edit in script]
