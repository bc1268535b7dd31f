"""What `cleaner baseline` does: write down what is known, keep it as the files are, and ask which of it are faults."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cleaner.baseline import FALSE, FAULT, NAME, SHOWN, BadBaseline, Baseline, Entry, loaded, seen_from, written
from cleaner.checking import stale_entries
from cleaner.commands import as_it_pays, gathered_from, say
from cleaner.fingerprints import numbered
from cleaner.formats.files import Gathered, less_own
from cleaner.formats.kinds import READ
from cleaner.formats.piece import Columns
from cleaner.formats.plain import holds, write
from cleaner.messages import tell, title
from cleaner.model import Outcome
from cleaner.pipeline import Failure, Run, Treated, conduct
from cleaner.rows import RowReader, Thing, things_of
from cleaner.settings import Settings
from cleaner.sketches import Keep
from cleaner.tally import tell_gathered
from cleaner.views import folded_text

Found = tuple[Gathered, list[Entry], int]


class Given(TypedDict):
    """What is looked at, and how, as the command line has it."""

    paths: Sequence[str]
    jobs: int
    keep_bad_bytes: bool
    keep: Keep
    column: str
    id: str | None


def create(*, baseline: Path | None, settings: Settings, lang: str, **given: Unpack[Given]) -> int:
    """`cleaner baseline create`; its exit code."""
    path = _path(baseline, settings)
    if path.exists():
        raise click.ClickException(f"{path}: is there already; `cleaner baseline update PATH...` adds what is new")
    _, entries, failed = _found(path, settings, lang, **given)
    _write(path, entries)
    say(tell("{}: entries: {}", lang).format(path, len(entries)))
    return 2 if failed else 0


def update(*, baseline: Path | None, settings: Settings, lang: str, **given: Unpack[Given]) -> int:
    """`cleaner baseline update`; its exit code."""
    path = _path(baseline, settings)
    known = _loaded(path)
    _, entries, failed = _found(path, settings, lang, **given)
    held = {(entry.path, entry.fingerprint): entry for entry in known.entries}
    moved = {entry.fingerprint: entry for entry in known.entries if entry.path in known.gone}
    added, replaced = 0, set[Entry]()
    for entry in entries:
        if (entry.path, entry.fingerprint) in held:
            continue
        old = moved.get(entry.fingerprint)
        if old:
            replaced.add(old)
        else:
            added += 1
        held[entry.path, entry.fingerprint] = entry._replace(verdict=old.verdict, reason=old.reason) if old else entry
    kept = [entry for entry in held.values() if entry not in replaced]
    _write(path, kept)
    say(tell("{}: entries: {}, added: {}, moved: {}", lang).format(path, len(kept), added, len(replaced)))
    return 2 if failed else 0


def prune(*, baseline: Path | None, settings: Settings, lang: str, **given: Unpack[Given]) -> int:
    """`cleaner baseline prune`; its exit code."""
    path = _path(baseline, settings)
    known = _loaded(path)
    gathered, entries, failed = _found(path, settings, lang, **given)
    if failed:
        say(tell("nothing is removed: not all files could be looked at", lang))
        return 2
    here = {(entry.path, entry.fingerprint) for entry in entries}
    names = {name for _, name in here - {(entry.path, entry.fingerprint) for entry in known.entries}}  # of what has moved
    found = here | {(entry.path, entry.fingerprint) for entry in known.entries if entry.path in known.gone and entry.fingerprint in names}
    stale = set(stale_entries(known, gathered, given["paths"], settings, found))
    _write(path, (entry for entry in known.entries if entry not in stale))
    say(tell("{}: entries: {}, removed: {}", lang).format(path, len(known.entries) - len(stale), len(stale)))
    return 0


def audit(baseline: Path | None, settings: Settings, lang: str) -> int:
    """`cleaner baseline audit`; its exit code. What was answered is kept, however it ends."""
    path = _path(baseline, settings)
    entries = list(_loaded(path).entries)
    try:
        for n, entry in enumerate(entries):
            if entry.verdict is not None:
                continue
            click.echo(f"{entry.path}  {entry.code} {title(entry.code, lang)}\n    {entry.text}")
            answer = _answer(lang)
            if answer == "q":
                break
            if answer != "s":
                entries[n] = entry._replace(verdict=FAULT if answer == "y" else FALSE)
    finally:
        _write(path, entries)
    for code in sorted({entry.code for entry in entries}):
        faults, false = (sum(e.code == code and e.verdict == verdict for e in entries) for verdict in (FAULT, FALSE))
        if faults or false:
            form = "{}: {} % right ({} of {})"
            click.echo(tell(form, lang).format(code, round(100 * faults / (faults + false)), faults, faults + false))
    return 0


def _answer(lang: str) -> str:
    """y, n, s or q; the end of the input is q."""
    while True:
        click.echo(tell("a fault? y: yes, n: no, s: skip, q: enough ", lang), nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            return "q"
        if line.strip().lower() in ("y", "n", "s", "q"):
            return line.strip().lower()


def _path(path: Path | None, settings: Settings) -> Path:
    return path or Path(settings.baseline or NAME)


def _loaded(path: Path) -> Baseline:
    try:
        return loaded(path)
    except BadBaseline as error:
        raise click.ClickException(str(error)) from None


def _write(path: Path, entries: Iterable[Entry]) -> None:
    write(path, written(entries).encode("utf-8", "surrogatepass"), root=path.parent)


def _found(path: Path, settings: Settings, lang: str, **given: Unpack[Given]) -> Found:
    """What is found now, as entries; how much could not be done."""
    gathered, reader = gathered_from(given["paths"], settings, lang, given["keep_bad_bytes"], READ)
    gathered = less_own(gathered, [path])
    tell_gathered(gathered, lang)
    failed, entries = len(gathered.failed), list[Entry]()
    run = Run(settings, holds=holds, keep=given["keep"])
    things = things_of(gathered.items, Columns(given["column"], given["id"]))
    finish, engine = _Entries(os.path.realpath(path.parent)), as_it_pays(gathered, given["jobs"], settings)
    for made in conduct(things, RowReader(reader), run, finish, engine):
        for one in (made,) if isinstance(made, Failure) else made:
            if isinstance(one, Failure):
                failed += 1
                say(tell("not done: {}", lang).format(one.reason))
            else:
                entries.append(one)
    return gathered, entries, failed


class _Entries:
    """The findings of a document as entries, where the work is done; rows that could not be done as they are."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, thing: Thing, treated: Treated) -> list[Entry | Failure]:
        found: list[Entry | Failure] = []
        for one in [treated] if isinstance(treated, Outcome) else treated:
            if isinstance(one, Failure):
                found.append(one)
            else:
                found += self._of(one)
        return found

    def _of(self, outcome: Outcome) -> Iterator[Entry]:
        text, path = outcome.document.text, seen_from(self.folder, outcome.document.path)
        for finding, name in zip(outcome.findings, numbered(text, outcome.findings)):
            yield Entry(path, finding.code, name, folded_text(text[finding.start : finding.end])[:SHOWN])
