"""Annotations of GitHub Actions, and the summary of a step.

GitHub shows 10 errors, 10 warnings and 10 notices of a step and drops the rest without a word, so the rest is counted in the
last one of each; the summary, where a workflow has a place for it, says more."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cleaner.messages import tell
from cleaner.reports import markdown
from cleaner.reports.told import LEVELS, Best, sentence

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
SHOWN = 10  # of each level
SUMMARY = 900_000  # bytes; above 1,024 kB the whole summary is refused, and a step may write more than ours


class GithubSink(Best):
    """Annotations, the gravest first; beside them the summary, in the file that GITHUB_STEP_SUMMARY names."""

    kept = markdown.SHOWN

    def last(self, summary: Mapping[str, Any]) -> None:
        """All is known: say it."""
        for level in LEVELS:
            rows = self.best(level)
            shown = rows if self.levels[level] <= SHOWN else rows[: SHOWN - 1]
            for row in shown:
                self.write(annotation(row))
            if left := self.levels[level] - len(shown):
                more = tell("{} more are not shown here; see the summary", self.lang).format(left)
                self.write(f"::{COMMANDS[level]} title=cleaner::{_data(more)}\n")
        if path := os.environ.get("GITHUB_STEP_SUMMARY"):
            said = markdown.report(summary, self, self.lang, SUMMARY)
            with open(path, "ab") as file:
                file.write(said.encode("utf-8", "backslashreplace"))


def annotation(row: Mapping[str, Any]) -> str:
    """A finding as a workflow command. Columns only where it is on one line: else GitHub drops the annotation."""
    line, column, end_line, end_column = row["spot"]
    where = {"file": row["path"], "line": line, "endLine": end_line}
    if line == end_line:
        where |= {"col": column, "endColumn": end_column}
    where["title"] = f"{row['code']} {row['name']}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
    return f"::{COMMANDS[row['level']]} {properties}::{_data(sentence(row))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
