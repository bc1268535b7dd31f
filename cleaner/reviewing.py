"""The command `cleaner review`: on a page in the browser, or in the terminal; decisions are written as they are made."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import click

from cleaner.decisions import BadDecisions, as_data, write
from cleaner.messages import tell
from cleaner.reports.reading import BadPage, findings, opened
from cleaner.reports.words import word
from cleaner.serving import Server, kept
from cleaner.terminal import Reading

FILE = "decisions.json"


def review(report: Path, terminal: bool, port: int, show: bool, lang: str) -> int:
    """`cleaner review`; its exit code."""
    try:
        page, head, documents = opened(report)
        decisions = page.with_name(FILE)
        before = kept(decisions)
    except (BadPage, BadDecisions) as error:
        _tell(f"error: {error}")
        return 2
    if terminal:
        seen = list(findings(documents))
        if not seen:
            _tell(word(lang, "nothing"))
            return 0
        decided, notes = before["decisions"], before["notes"]
        files = {(document["p"], document["r"]): document["h"] for document in documents}

        def save() -> None:
            rows = ((one.row, decided[one.row["id"]], notes.get(one.row["id"], "")) for one in seen if one.row["id"] in decided)
            write(decisions, as_data(head["run"], head["report"], files, rows))

        Reading(seen, decided, lang, save).read(_keys(), _asked, click.echo)
        if decided:
            _tell(tell("decisions are in {}; to make them so: cleaner apply {}", lang).format(decisions, decisions))
        return 0
    with Server(page, decisions, port) as server:
        click.echo(server.address)
        _tell(tell("decisions go to {}; Ctrl-C ends the review", lang).format(decisions))
        if show:
            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            _tell(tell("decisions are in {}; to make them so: cleaner apply {}", lang).format(decisions, decisions))
    return 0


def _keys() -> Iterator[str]:
    """Keys as they are pressed; from a file or a pipe, its characters."""
    stdin = sys.stdin
    while True:
        try:
            key = click.getchar() if stdin.isatty() else stdin.read(1)
        except (KeyboardInterrupt, EOFError):
            return
        if not key:
            return
        yield key


def _asked(what: str) -> str:
    stdin = sys.stdin
    return click.prompt(what, default="", show_default=False) if stdin.isatty() else stdin.readline().strip()


def _tell(line: str) -> None:
    click.echo(line, err=True)
