"""Where what was found in a text stands in the page that the text was read from, and the way there and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cleaner.edits import Trail, compose, reverse
from cleaner.fingerprints import fingerprint
from cleaner.model import Edit, Finding, Origin, Outcome, Script
from cleaner.views import Lines


class Places:
    """Lines and columns on a page."""

    def __init__(self, origin: Origin) -> None:
        self.trail, self.lines = Trail(origin.script), Lines(origin.page)

    def place(self, at: int) -> tuple[int, int]:
        """Of a position in the text that was read from it."""
        return self.lines.place(self.trail.start(at))


def on_page(outcome: Outcome) -> Outcome:
    """An outcome told at the places of the page that its text was read from.

    Findings keep the fingerprints that they have in the text. The places of twins in other documents are those in their texts."""
    document = outcome.document
    assert document.origin
    leading = _Leading(document.text, document.origin)
    script = compose(document.origin.page, document.origin.script, outcome.script)
    return replace(
        outcome,
        document=replace(document, text=document.origin.page, origin=None),
        findings=tuple(leading.finding(f) for f in outcome.findings),
        known=tuple(leading.finding(f) for f in outcome.known),
        moot=tuple(leading.finding(f) for f in outcome.moot),
        script=script,
    )


class _Leading:
    def __init__(self, text: str, origin: Origin) -> None:
        self.text, self.page = text, origin.page
        self.trail = Trail(origin.script)

    def finding(self, finding: Finding) -> Finding:
        start, end = self.span(finding.start, finding.end)
        twin = finding.twin
        if twin and twin.path is None:
            first, last = self.span(twin.start, twin.end)
            twin = twin._replace(start=first, end=last)
        edits = tuple(self.edit(edit) for edit in finding.edits)
        return replace(finding, start=start, end=end, edits=edits, twin=twin, name=fingerprint(self.text, finding))

    def span(self, start: int, end: int) -> tuple[int, int]:
        first = self.trail.start(start)
        return first, max(first, self.trail.end(end))

    def edit(self, edit: Edit) -> Edit:
        """What replaces a part of what stands for something on the page replaces the whole, and keeps the other part."""
        start, end = self.span(edit.start, edit.end)
        trail, head, tail = self.trail, "", ""
        n = bisect_right(trail.ends, edit.start)
        if n < len(trail.starts) and trail.starts[n] < edit.start:
            head = self.text[trail.starts[n] : edit.start]
        n = bisect_left(trail.starts, edit.end) - 1
        if n >= 0 and trail.ends[n] > edit.end:
            tail = self.text[edit.end : trail.ends[n]]
        return Edit(start, self.page[start:end], head + edit.new + tail, edit.code)


def in_texts(rows: Iterable[Mapping[str, Any]], read: Script) -> list[dict[str, Any]]:
    """Findings as data, told at the places of a page: told at those of the text that `read` makes of it."""
    trail = Trail(reverse(read))

    def span(of: Mapping[str, Any]) -> dict[str, Any]:
        start = trail.start(of["start"])
        return {**of, "start": start, "end": max(start, trail.end(of["end"]))}

    return [
        span(row)
        | {
            "edits": [span(edit) for edit in row["edits"]],
            "twin": span(row["twin"]) if row["twin"] and row["twin"]["path"] == row["path"] else row["twin"],
        }
        for row in rows
    ]
