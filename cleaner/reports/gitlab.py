"""The code quality report of GitLab: an array of findings, each with a fingerprint of its own."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from cleaner.model import Outcome
from cleaner.reports.data import JsonSink, dumped
from cleaner.reports.told import sentence, told

SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def part(outcome: Outcome, lang: str) -> str:
    """The findings of a document as items of a json array."""
    seen: Counter[str] = Counter()
    items = []
    for row in told(outcome, lang):
        seen[row["fingerprint"]] += 1  # GitLab drops a second one of the same fingerprint
        name = "\0".join((row["path"], row["fingerprint"], str(seen[row["fingerprint"]])))
        line, _, end_line, _ = row["spot"]
        items.append(
            {
                "description": f"{row['code']}: {sentence(row)}",  # the name of the check is not shown
                "check_name": row["code"],
                "fingerprint": blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest(),
                "severity": SEVERITY[row["level"]],
                "location": {"path": row["path"], "lines": {"begin": line, "end": end_line}},
            }
        )
    return ",\n".join(map(dumped, items))


class GitlabSink(JsonSink):
    """One array."""
