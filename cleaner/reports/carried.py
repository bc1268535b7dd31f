"""What the page carries of a document, as one line of json: its findings, the edits made, and the text they speak of.

    p path, r row, e encoding, h sha256 of the file, n and m characters before and after, d doubts, k how many are moot
    t [start, line, text, needed]: stretches of the text, ascending; needed: a finding speaks of it
    s [start, size, new]: the edits that were made, or would be
    w [english, chinese]: reasons
    f [id, code, level, fix, state, start, end, line, column, places in s, own edits or 0, place in w, twin or 0, cluster or 0,
       fingerprint, numbered where a document has it twice]
    an edit of its own is [start, end, new], a twin [path or 0, row or 0, start, end, similarity]

s and f are carried as columns, which pack better; `opened` gives them back as rows.

Positions are code points of the original, as in every other report; of a page of HTML, of the text that was read from it, with
the lines and columns of the page. The browser makes its own of them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cleaner.edits import Carriers
from cleaner.fingerprints import numbered
from cleaner.messages import say
from cleaner.model import Finding, Grade, Outcome, Twin
from cleaner.reports.data import GRADES, dumped, places_of

WHOLE = 200_000  # characters: of a longer document only what findings speak of is carried
PIECE = 4_000  # a paragraph is carried in pieces of so many characters, so that a line of a megabyte is a page's worth
HEAD, TAIL = 6_000, 2_000  # of a longer finding only its two ends are needed
AROUND = 200  # characters beside a finding that must be there

STATES = ("applied", "would", "unsafe", "safe", "told")


def carried(outcome: Outcome, lang: str) -> str:
    """A document's line; empty where nothing was found. It holds both languages, whichever is asked for."""
    if not outcome.findings:
        return ""
    document = _Carrying(outcome).document()
    return line_of(document)


def line_of(document: Mapping[str, Any]) -> str:
    """A document as it is carried: its line."""
    return dumped({**document, "s": list(zip(*document["s"])), "f": list(zip(*document["f"]))}) + "\n"


def opened(line: str) -> dict[str, Any]:
    """A document from its line. Raises ValueError."""
    document: dict[str, Any] = json.loads(line)
    for key in "sf":
        document[key] = [list(row) for row in zip(*document[key], strict=True)]
    return document


class _Carrying:
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.text = outcome.document.text
        self.lines = places_of(outcome.document)
        self.carriers = Carriers(outcome.script)
        self.would = self.text == outcome.settled  # only looked at: the script is what safe fixes would do
        self.reasons: dict[tuple[str, str], int] = {}

    def document(self) -> dict[str, Any]:
        document, script = self.outcome.document, self.outcome.script
        names = numbered(self.text, self.outcome.findings)
        findings = [self.finding(n, finding, name) for n, (finding, name) in enumerate(zip(self.outcome.findings, names), start=1)]
        doubts = [name for name, doubtful in (("broken", document.source.broken), ("unfaithful", not document.source.faithful)) if doubtful]
        return {
            "p": document.path,
            "r": document.row,
            "e": document.source.encoding,
            "h": document.source.sha256,
            "n": len(self.text),
            "m": len(self.outcome.settled),
            "d": doubts,
            "k": len(self.outcome.moot),
            "t": list(self.stretches()),
            "s": [[edit.start, len(edit.old), edit.new] for edit in script],
            "w": [list(pair) for pair in self.reasons],
            "f": findings,
        }

    def finding(self, number: int, finding: Finding, name: str) -> list[Any]:
        script, carriers = self.outcome.script, self.carriers.of(finding)
        line, column = self.lines.place(finding.start)
        reason = say(finding.why, "en"), say(finding.why, "zh")
        same = [tuple(script[i]) for i in carriers] == [tuple(edit) for edit in finding.edits]
        return [
            f"{self.outcome.document.order + 1}.{number}",
            finding.code,
            int(finding.level),
            GRADES[finding.grade],
            STATES.index(self.state(finding, carriers)),
            finding.start,
            finding.end,
            line,
            column,
            carriers,
            0 if same else [[edit.start, edit.end, edit.new] for edit in finding.edits],
            self.reasons.setdefault(reason, len(self.reasons)),
            (finding.twin and _twin(finding.twin)) or 0,
            finding.cluster or 0,
            name,
        ]

    def state(self, finding: Finding, carriers: list[int]) -> str:
        if carriers:
            return "would" if self.would else "applied"
        if not finding.edits:
            return "told"
        return "safe" if finding.grade is Grade.SAFE else "unsafe"

    def stretches(self) -> Iterator[list[Any]]:
        needed = _joined(self.needed())
        starts = [start for start, _ in needed]
        whole = len(self.text) <= WHOLE
        for start, end in self.pieces():
            i = bisect_right(starts, end) - 1  # the last that begins here or before
            speaks = i >= 0 and needed[i][1] >= start
            if whole or speaks:
                yield [start, self.lines.place(start)[0], self.text[start:end], int(speaks)]

    def needed(self) -> Iterator[tuple[int, int]]:
        """What findings, edits and twins here speak of."""
        spans: list[tuple[int, int]] = [(edit.start, edit.end) for edit in self.outcome.script]
        for finding in self.outcome.findings:
            spans.append((finding.start, finding.end))
            if finding.twin and finding.twin.path is None:
                spans.append((finding.twin.start, finding.twin.end))
        for start, end in spans:
            if end - start > HEAD + TAIL:
                yield start - AROUND, start + HEAD
                yield end - TAIL, end + AROUND
            else:
                yield start - AROUND, end + AROUND

    def pieces(self) -> Iterator[tuple[int, int]]:
        """The paragraphs with the line ends after them, the long ones in pieces."""
        at = 0
        for paragraph in self.outcome.document.paragraphs:
            while paragraph.stop - at > PIECE * 2:
                yield at, at + PIECE
                at += PIECE
            yield at, paragraph.stop
            at = paragraph.stop


def _twin(twin: Twin) -> list[Any]:
    return [twin.path or 0, 0 if twin.row is None else twin.row, twin.start, twin.end, round(twin.similarity, 4)]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
