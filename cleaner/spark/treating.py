"""Documents treated where Spark's workers are: each is read once more, and what has become of it is a row."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cleaner.edits import Carriers
from cleaner.formats.piece import Columns
from cleaner.formats.plain import holds
from cleaner.model import Outcome
from cleaner.pipeline import Across, Failure, Run, row_treated
from cleaner.ready import make_ready
from cleaner.reports import data
from cleaner.rows import RowReader
from cleaner.spark.reading import Batches, arrow, batched, documents, rows_of

TREATED = (
    "order long, path string, row long, encoding string, text string, before long, after long, edits string,"
    " found array<string>, applied array<string>, findings array<string>, fault string"
)
FINDING = (
    "id string, path string, row long, code string, name string, level string, start long, end long, line long, column long,"
    " end_line long, end_column long, text string, edits string, fix string, message string, why string, twin string,"
    " cluster string, fingerprint string"
)


def treating(reader: RowReader, columns: Columns, run: Run, lang: str, much: bool) -> Callable[[Batches], Batches]:
    """ITEM with `said`, a list of {order, said} -> TREATED; where nothing could be done, the fault. much: every worker has so much
    to read that compiled code pays."""
    run = replace(run, holds=holds)

    def treat(batches: Batches) -> Batches:
        if much:
            make_ready(run.settings)

        def rows() -> Iterator[dict[str, Any]]:
            for row in rows_of(batches):
                said: dict[int, list[Across]] = {}
                for one in row["said"] or ():
                    said.setdefault(one["order"], []).append(pickle.loads(one["said"]))
                for some in said.values():
                    some.sort(key=lambda across: across[0])  # in the order of the rules
                for document in documents(row, reader, columns):
                    found = document if isinstance(document, Failure) else row_treated(document, run, said, None)
                    yield _failed(found) if isinstance(found, Failure) else _row(found, lang)

        return batched(rows(), arrow(TREATED), 50)

    return treat


def _row(outcome: Outcome, lang: str) -> dict[str, Any]:
    document, carriers, there = outcome.document, Carriers(outcome.script), data.in_file(outcome)
    return {
        "order": document.order,
        "path": document.path,
        "row": document.row,
        "encoding": document.source.encoding,
        "text": outcome.settled,
        "before": len(document.text),
        "after": len(outcome.settled),
        "edits": data.dumped(data.edits_as_data(there.script)),
        "found": [finding.code for finding in outcome.findings],
        "applied": [finding.code for finding in outcome.findings if carriers.of(finding)],
        "findings": data.jsonl(data.rows(there, lang)).splitlines() if outcome.findings else [],
        "fault": None,
    }


def _failed(failure: Failure) -> dict[str, Any]:
    path = getattr(failure.thing, "name", None)
    empty: dict[str, Any] = {
        "encoding": None,
        "text": None,
        "before": 0,
        "after": 0,
        "edits": "[]",
        "found": [],
        "applied": [],
        "findings": [],
    }
    return {"order": failure.order, "path": path, "row": failure.row, "fault": failure.reason} | empty


def findings(batches: Batches) -> Batches:
    """TREATED -> FINDING."""

    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            for line in row["findings"]:
                finding = json.loads(line)
                yield finding | {"edits": data.dumped(finding["edits"]), "twin": finding["twin"] and data.dumped(finding["twin"])}

    return batched(rows(), arrow(FINDING), 1_000)


def counted(batches: Batches) -> Batches:
    """TREATED -> "what string, code string, number long": how often each rule found something and was followed, summed up."""
    total: Counter[tuple[str, str]] = Counter()
    for row in rows_of(batches):
        total.update(("found", code) for code in row["found"])
        total.update(("applied", code) for code in row["applied"])
        total["documents", ""] += row["fault"] is None
        total["changed", ""] += row["edits"] != "[]"
        total["before", ""] += row["before"]
        total["after", ""] += row["after"]
        total["failed", ""] += row["fault"] is not None
    yield from batched(({"what": what, "code": code, "number": n} for (what, code), n in total.items()), arrow(COUNTED), 10_000)


COUNTED = "what string, code string, number long"
