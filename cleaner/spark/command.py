"""What `cleaner clean --engine spark` does beside the run: look at what it is given, say and keep what it has come to."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from cleaner import __version__
from cleaner.formats.files import Gathered
from cleaner.formats.piece import Columns
from cleaner.messages import tell
from cleaner.pipeline import Run
from cleaner.reports import console
from cleaner.reports.output import stdout
from cleaner.rows import RowReader
from cleaner.settings import Settings
from cleaner.spark.run import conduct
from cleaner.spark.session import NoSpark, started
from cleaner.tally import tell_gathered
from cleaner.undo import SUMMARY

FINDINGS = "findings.parquet"


def clean(
    gathered: Gathered,
    reader: RowReader,
    columns: Columns,
    run: Run,
    out: Path,
    report: Path,
    lang: str,
    master: str,
    statistics: bool,
) -> int:
    """Its exit code."""
    for folder in (out, report / FINDINGS):
        if folder.exists() and any(folder.iterdir()) and not (folder / "_SUCCESS").exists():
            raise click.UsageError(f"{folder}: is not empty, and not of an earlier run on Spark; Spark writes folders as a whole")
    try:
        session = started(master)
    except NoSpark as error:
        raise click.ClickException(str(error)) from None
    tell_gathered(gathered, lang)
    report.mkdir(parents=True, exist_ok=True)
    (report / SUMMARY).unlink(missing_ok=True)
    run = replace(run, settings=_for_workers(run.settings, gathered))
    came = conduct(session, gathered.items, reader, columns, run, lang, out, report / FINDINGS)
    for fault in came.faults:
        _tell(tell("not done: {}", lang).format(fault))
    failed = came.failed + len(gathered.failed)
    summary = {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["cleaner", *sys.argv[1:]]),
        "documents": came.documents,
        "changed": came.changed,
        "not_done": failed,
        "characters_before": came.before,
        "characters_after": came.after,
        "rules": [{"code": code, "findings": came.found[code], "applied": came.applied[code]} for code in sorted(came.found)],
        "settings": asdict(run.settings),
    }
    (report / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if statistics:
        with stdout() as stream:
            stream.write(console.statistics(came.found, lang).encode())
    form = "documents: {}, findings: {}, mended: {} in {}, not done: {}"
    _tell(tell(form, lang).format(came.documents, came.found.total(), came.applied.total(), came.changed, failed))
    _tell(tell("cleaned files: {}    report: {}", lang).format(out, report / FINDINGS))
    return 2 if failed else 0


def _for_workers(settings: Settings, gathered: Gathered) -> Settings:
    """Settings that mean the same in a process that runs in another folder."""
    models = tuple(name if name == "policy" else str(Path(name).absolute()) for name in settings.model)
    if settings.file is None or all(Path(item.name).is_absolute() for item in gathered.items):
        return replace(settings, model=models)
    return replace(settings, model=models, file=os.path.relpath(settings.file))  # from the same folder as the files' names


def _tell(line: str) -> None:
    click.echo(line, err=True)
