"""The commands of those who decide: apply what was decided on a report's page, take back some of what was done."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

import click

from cleaner.applying import Applied, apply_in_place, apply_to_report, selected, take_back
from cleaner.baseline import FALSE, SHOWN, BadBaseline, Entry, loaded, seen_from, written
from cleaner.checking import close_journal, new_journal
from cleaner.decisions import BadDecisions, Decided, Decisions, read
from cleaner.formats.plain import write
from cleaner.messages import say, tell
from cleaner.model import Why
from cleaner.undo import FILE, BadUndo
from cleaner.views import folded_text


def apply(decisions: Path, report: Path | None, cleaned: Path | None, baseline: Path, lang: str) -> int:
    """`cleaner apply`; its exit code."""
    try:
        given = read(decisions)
        known = loaded(baseline).entries if baseline.exists() else ()
        report = report or _report_of(decisions, given)
        if report is None:
            journal = new_journal()
            done = apply_in_place(given, journal)
            close_journal(journal, lang)
        else:
            done = apply_to_report(given, report, cleaned)
    except (BadDecisions, BadUndo, BadBaseline) as error:
        _tell(f"error: {error}")
        return 2
    rejected = [one for one in given.answers("reject") if one.id not in done.refused]
    if rejected:
        _remember(rejected, known, baseline)
        _tell(tell("rejected findings are in the baseline {}", lang).format(baseline))
    _told(done, lang)
    form = "accepted: {}, rejected: {}, for later: {}; files written: {}"
    _tell(tell(form, lang).format(len(given.answers("accept")), len(rejected), len(given.answers("later")), len(done.written)))
    return 2 if done.failed or done.refused else 0


def _remember(rejected: Iterable[Decided], known: Iterable[Entry], baseline: Path) -> None:
    """Rejected findings go into the baseline, as false alarms with their reasons."""
    folder = os.path.realpath(baseline.parent)
    entries = []
    for one in rejected:
        begins = folded_text(str(one.row.get("text", "")))[:SHOWN]
        entries.append(Entry(seen_from(folder, one.key[0]), one.code, one.known_as, begins, FALSE, one.note or None))
    mine = {(entry.path, entry.fingerprint) for entry in entries}
    kept = (entry for entry in known if (entry.path, entry.fingerprint) not in mine)
    write(baseline, written([*entries, *kept]).encode("utf-8", "surrogatepass"), root=baseline.parent)


def _report_of(decisions: Path, given: Decisions) -> Path | None:
    """Where the report is: beside the decisions, or where the page said it is; None where there is only a page."""
    if given.report is None:
        return None
    beside = decisions.resolve().parent
    places = [beside, Path(given.report)]
    found = next((place for place in places if (place / FILE).exists()), None)
    if found is None:
        raise BadUndo(f"{given.report}: the report is not there; say where it is with --report")
    return found


def undo_some(
    report: Path, out: Path, cleaned: Path | None, codes: Collection[str], paths: Collection[str], ids: Collection[str], lang: str
) -> int:
    """`cleaner undo` of some findings; its exit code."""
    try:
        done = take_back(report, selected(codes, paths, ids), out, cleaned)
    except BadUndo as error:
        _tell(f"error: {error}")
        return 2
    _told(done, lang)
    _tell(tell("files in which something was taken back: {}", lang).format(len(done.written)))
    return 2 if done.failed or done.refused else 0


def _told(done: Applied, lang: str) -> None:
    """What was not done as asked."""
    for name, reason in _in_order(done.refused):
        _tell(tell("not done: {}", lang).format(f"{name}: {say(reason, lang)}"))
    for name, reason in _in_order(done.along):
        _tell(tell("taken back as well: {}", lang).format(f"{name}: {say(reason, lang)}"))
    for failure in done.failed:
        _tell(tell("not done: {}", lang).format(failure))


def _in_order(reasons: dict[str, Why]) -> Iterable[tuple[str, Why]]:
    return sorted(reasons.items(), key=lambda one: [int(part) if part.isdigit() else 0 for part in one[0].split(".")])


def _tell(line: str) -> None:
    click.echo(line, err=True)
