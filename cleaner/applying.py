"""What was decided, made so: accepted edits are made, rejected ones taken back; and selective undo, which is the same.

Every file is checked by its hash first; the undo file follows with a row of its own before each file is written, so that the
original bytes come back whatever happened in between.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cleaner.decisions import Decided, Decisions, finding_of
from cleaner.edits import apply
from cleaner.formats.files import Files
from cleaner.formats.pages import is_page
from cleaner.formats.plain import Unreadable, Unwritable, encode, read, write
from cleaner.jobs import from_here
from cleaner.model import Script, Source, Why
from cleaner.reports.data import edits_as_data
from cleaner.reports.places import in_texts
from cleaner.revision import Key, Standing, revised
from cleaner.undo import FILE, SUMMARY, VERSION, BadUndo, Stands, append, standing

FINDINGS = "findings.jsonl"


@dataclass
class Applied:
    """What was done: files that were written; findings that were not done as asked, with the reason."""

    written: list[str] = field(default_factory=list)
    refused: dict[str, Why] = field(default_factory=dict)
    along: dict[str, Why] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


Wanted = Callable[[Mapping[str, Any], Stands], bool]
"""Of a finding as data, and the file it was found in: is it meant?"""


def selected(codes: Collection[str], paths: Collection[str], ids: Collection[str]) -> Wanted:
    """Findings by rule (a code or its letters), by path (as the run was given it, or below its folder; or a pattern), by id;
    of several kinds all must hold."""

    def wanted(row: Mapping[str, Any], stands: Stands) -> bool:
        code, names = str(row["code"]), (stands.name, stands.below)
        return (
            (not codes or code in codes or code.rstrip("0123456789") in codes)
            and (not ids or row["id"] in ids)
            and (not paths or any(name == path or fnmatchcase(name, path) for path in paths for name in names))
        )

    return wanted


def take_back(report: Path, wanted: Wanted, target: Path, cleaned: Path | None) -> Applied:
    """Give the files of a report below `target`, with some findings taken back. In the folder of the cleaned files themselves
    the undo file follows. Raises BadUndo."""
    work = _Report(report, cleaned)
    back = {str(row["id"]) for key, rows in work.findings() for row in rows if wanted(row, work.files[key])}
    made = work.revise(back, set(), target)
    made.refused |= {str(row["id"]): WHOLE for stands, row in work.in_wholes() if wanted(row, stands)}
    return made


def apply_to_report(decisions: Decisions, report: Path, cleaned: Path | None = None) -> Applied:
    """Make the cleaned files of a report what was decided. Raises BadUndo."""
    work = _Report(report, cleaned)
    known = {str(row["id"]): row for _, rows in work.findings() for row in rows}
    wholes = {str(row["id"]) for _, row in work.in_wholes()}
    done = Applied()
    for one in decisions.decided:
        row = known.get(one.id)
        if one.id in wholes:
            done.refused[one.id] = WHOLE
        elif row is None or row["fingerprint"] != one.fingerprint:
            done.refused[one.id] = ANOTHER
    back = {one.id for one in decisions.answers("reject")} - done.refused.keys()
    add = {one.id for one in decisions.answers("accept")} - done.refused.keys()
    made = work.revise(back, add, None)
    made.refused |= done.refused
    return made


ANOTHER = Why("the report does not hold it; was it made by another run?")
WHOLE = Why("it stands in a table, an archive or a Word file; those are undone as a whole")

OF_PAGE = Why("it stands in a page of HTML, which is not changed in place; `cleaner clean` writes its text")


def apply_in_place(decisions: Decisions, journal: Path) -> Applied:
    """Make the accepted edits in the files that were looked at; the undo file `journal` gets a row for each."""
    done = Applied()
    documents: dict[Key, Standing] = {}
    sources: dict[Key, Source] = {}
    by_file: dict[Key, list[Decided]] = {}
    for one in decisions.answers("accept"):
        by_file.setdefault(one.key, []).append(one)
    for key, ones in by_file.items():
        if key[1] is not None or not decisions.files.get(key):
            done.refused |= {one.id: WHOLE for one in ones}
            continue
        if is_page(key[0]):
            done.refused |= {one.id: OF_PAGE for one in ones}
            continue
        try:
            text, source = read(Path(key[0]), keep_bad_bytes=True)
            if source.sha256 != decisions.files[key]:
                raise Unreadable(f"{key[0]}: was changed after it was looked at")
            if not source.faithful:
                raise Unreadable(f"{key[0]}: its bytes cannot be given back exactly; it is not rewritten")
        except Unreadable as error:
            done.failed.append(str(error))
            continue
        documents[key] = Standing(text, (), {one.id: finding_of(text, one.row) for one in ones})
        sources[key] = source
    revision = revised(documents, (), {name for standing in documents.values() for name in standing.findings})
    done.refused |= revision.refused
    for key, script in revision.scripts.items():
        path = Path(key[0])
        if not script:
            continue
        try:
            row, content = _rewritten(documents[key].text, script, sources[key], sources[key])
            places = {"path": key[0], "below": from_here(path), "cleaned": os.path.relpath(path, journal.parent)}
            append(journal, json.dumps(places | row) + "\n")  # before the file: what is interrupted here can still be taken back
            write(path, content, root=path.parent, mode_of=path)
        except (Unwritable, OSError) as error:
            done.failed.append(f"{path}: {error}")
        else:
            done.written.append(key[0])
    return done


class _Report:
    """A report's folder: its undo file and its findings."""

    def __init__(self, report: Path, cleaned: Path | None) -> None:
        self.home = report if report.is_dir() else report.parent
        self.journal = self.home / FILE if report.is_dir() else report
        self.files: dict[Key, Stands] = {}
        self.wholes: dict[str, Stands] = {}
        self.failed: list[str] = []
        for stands in standing(report, cleaned):
            if isinstance(stands, BadUndo):
                self.failed.append(str(stands))
            elif stands.whole:
                self.wholes[stands.name] = stands
            else:
                self.files[stands.name, None] = stands

    def findings(self) -> Iterator[tuple[Key, list[Mapping[str, Any]]]]:
        """The findings of each file of plain text, in the order of the report. Raises BadUndo."""
        return ((key, rows) for key, rows in self._of_documents() if key in self.files)

    def in_wholes(self) -> Iterator[tuple[Stands, Mapping[str, Any]]]:
        """The findings in tables, archives and Word files. Raises BadUndo."""
        names = Files(self.wholes)
        for (path, _), rows in self._of_documents() if self.wholes else ():
            if name := names.of(path):
                yield from ((self.wholes[name], row) for row in rows)

    def _of_documents(self) -> Iterator[tuple[Key, list[Mapping[str, Any]]]]:
        key: Key | None = None
        rows: list[Mapping[str, Any]] = []
        path = self.home / FINDINGS
        try:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    now = (row["path"], row["row"])
                    if now != key:
                        if key and rows:
                            yield key, rows
                        key, rows = now, []
                    rows.append(row)
        except OSError as error:
            raise BadUndo(f"{path}: {error.strerror}; without it only the whole can be undone") from None
        except (ValueError, KeyError, TypeError):
            raise BadUndo(f"{path}: no findings of a report") from None
        if key and rows:
            yield key, rows

    def revise(self, back: Collection[str], add: Collection[str], target: Path | None) -> Applied:
        """Write the files anew, with some findings taken back and others made: below `target` all of them, else where they
        stand those that change. Raises BadUndo."""
        done = Applied(failed=list(self.failed))
        documents: dict[Key, Standing] = {}
        sources: dict[Key, tuple[Source, Source]] = {}
        touched = {key for key, rows in self.findings() if any(row["id"] in back or row["id"] in add for row in rows)}
        paths = {path for path, _ in touched}
        for key, rows in self.findings():
            if key not in touched and not any(row["twin"] and row["twin"]["path"] in paths for row in rows):
                continue
            stands = self.files[key]
            try:
                text, *of = self.opened(stands)
            except BadUndo as error:
                done.failed.append(str(error))
                continue
            sources[key] = of[0], of[1]
            told = in_texts(rows, stands.read) if stands.read else rows
            documents[key] = Standing(text, stands.script, {str(row["id"]): finding_of(text, row) for row in told})
        revision = revised(documents, back, add)
        done.refused, done.along = revision.refused, revision.along
        for key, stands in self.files.items():
            script = revision.scripts.get(key)
            if script is None or script == stands.script:
                self.copy(stands, target, done)
            else:
                self.rewrite(stands, target, documents[key].text, script, sources[key], done)
        for stands in self.wholes.values():
            self.copy(stands, target, done)
        self.count()
        return done

    def opened(self, stands: Stands) -> tuple[str, Source, Source]:
        """A file's original text (of a page, the one read from it), what it was written in, and the cleaned file. Raises BadUndo."""
        row, content = stands.row, stands.original()
        if row["encoding"] is None:
            raise BadUndo(f"{stands.path}: its bytes are no text")
        errors = "surrogateescape" if row["broken"] else "strict"
        source = Source(row["encoding"], row["before"], len(content), broken=row["broken"])
        text = apply(content.decode(row["encoding"], errors), stands.read)
        return text, source, source._replace(encoding=row["written"])

    def rewrite(
        self, stands: Stands, target: Path | None, text: str, script: Script, sources: tuple[Source, Source], done: Applied
    ) -> None:
        """A file with another script, where it stands (the undo file first) or below `target`."""
        there = stands.path if target is None else target / stands.placed
        try:
            row, content = _rewritten(text, script, *sources)
            if there.resolve() == stands.path.resolve():
                append(self.journal, json.dumps({**stands.row, **row, "undo": stands.row["undo"]}) + "\n")
            write(there, content, root=target or there.parent, mode_of=stands.path)
        except (Unwritable, OSError) as error:
            done.failed.append(f"{there}: {error}")
        else:
            done.written.append(stands.name)

    def copy(self, stands: Stands, target: Path | None, done: Applied) -> None:
        """A file as it is, if it goes elsewhere."""
        if target is None or (target / stands.placed).resolve() == stands.path.resolve():
            return
        try:
            write(target / stands.placed, stands.path.read_bytes(), root=target, mode_of=stands.path)
        except (Unwritable, OSError) as error:
            done.failed.append(f"{target / stands.placed}: {error}")

    def count(self) -> None:
        """Say in the summary how many rows the undo file has now."""
        path = self.home / SUMMARY
        summary = json.loads(path.read_text("utf-8"))
        with open(self.journal, "rb") as lines:
            summary["undo_rows"] = sum(1 for _ in lines)
        path.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8", "backslashreplace")


def _rewritten(text: str, script: Script, source: Source, written: Source) -> tuple[dict[str, Any], bytes]:
    """A text with a script: what the undo row says of it, and its bytes. Raises Unwritable."""
    content = encode(apply(text, script), written)
    row = {
        "undo": VERSION,
        "before": source.sha256,
        "after": hashlib.sha256(content).hexdigest(),
        "encoding": source.encoding,
        "written": written.encoding,
        "broken": source.broken,
        "edits": edits_as_data(script),
    }
    return row, content
