"""The sidecar: where each document comes from, as its page says, in a row of json; for `clean --metadata FILE`."""

from __future__ import annotations

from cleaner.edits import Carriers
from cleaner.language.lines import reason_of_credits
from cleaner.language.origin import fields_of
from cleaner.model import Finding, Outcome
from cleaner.reports.data import dumped


def row(outcome: Outcome, lang: str) -> str:
    """path, row, fields: label -> value, and lines: what was taken out, as it stood. A row for every document."""
    document, carriers = outcome.document, Carriers(outcome.script)
    taken = sorted({(f.start, f.end) for f in outcome.findings if _tells(f) and carriers.of(f)})
    lines = [document.text[start:end] for start, end in taken]
    fields: dict[str, str] = {}
    for line in lines:
        fields = fields_of(line) | fields  # what comes first is about the text, what comes last about its page
    return dumped({"path": document.path, "row": document.row, "fields": fields, "lines": lines}) + "\n"


def _tells(finding: Finding) -> bool:
    """Does what was found say where the text comes from, or who edited it?"""
    return finding.code == "LAY405" or (finding.code == "LAY401" and finding.why.form == reason_of_credits())
