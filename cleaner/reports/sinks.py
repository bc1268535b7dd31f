"""Which formats there are: how each shows one document, and the output that it goes to.

A format is loaded when it is asked for: a hook that prints text must not wait for the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cleaner.model import Outcome
from cleaner.reports.output import Sink, TextSink

FORMATS = ("text", "json", "jsonl", "csv", "html", "sarif", "github", "gitlab", "junit", "markdown", "diff")


def parts(formats: Sequence[str], outcome: Outcome, lang: str) -> dict[str, str]:
    """How each format shows one document. What several of them show is worked out once."""
    shared: list[dict[str, Any]] | None = None
    made: dict[str, str] = {}
    for name in formats:
        if name in _OF_ROWS:
            from cleaner.reports import data

            shared = data.rows(outcome, lang) if shared is None else shared
            made[name] = {"json": data.json_items, "jsonl": data.jsonl, "csv": data.csv_rows}[name](shared)
        else:
            made[name] = _part(name, outcome, lang)
    return made


_OF_ROWS = ("json", "jsonl", "csv")


def _part(name: str, outcome: Outcome, lang: str) -> str:
    match name:
        case "text":
            from cleaner.reports import console

            return console.part(outcome, lang)
        case "html":
            from cleaner.reports import carried

            return carried.carried(outcome, lang)
        case "sarif":
            from cleaner.reports import sarif

            return sarif.part(outcome, lang)
        case "gitlab":
            from cleaner.reports import gitlab

            return gitlab.part(outcome, lang)
        case "junit":
            from cleaner.reports import junit

            return junit.part(outcome, lang)
        case "github" | "markdown":
            from cleaner.reports import told

            return told.part(outcome, lang)
        case "diff":
            from cleaner.reports import diffs

            return diffs.part(outcome, lang)
        case "metadata":
            from cleaner.reports import sidecar

            return sidecar.row(outcome, lang)
    raise ValueError(name)


def sink(name: str, path: Path | None, lang: str, report: Path | None = None, apart: bool = False) -> Sink:
    """An output of a format. report, apart: of a page (see PageSink)."""
    match name:
        case "json" | "csv":
            from cleaner.reports import data

            return (data.JsonSink if name == "json" else data.CsvSink)(path, lang)
        case "html":
            from cleaner.reports import paged

            return paged.PageSink(path, lang, report, apart)
        case "sarif":
            from cleaner.reports import sarif

            return sarif.SarifSink(path, lang)
        case "gitlab":
            from cleaner.reports import gitlab

            return gitlab.GitlabSink(path, lang)
        case "junit":
            from cleaner.reports import junit

            return junit.JunitSink(path, lang)
        case "github":
            from cleaner.reports import github

            return github.GithubSink(path, lang)
        case "markdown":
            from cleaner.reports import markdown

            return markdown.MarkdownSink(path, lang)
        case "diff":
            from cleaner.reports import diffs

            return diffs.DiffSink(path, lang)
    return (TextSink if name == "text" else Sink)(path, lang)
