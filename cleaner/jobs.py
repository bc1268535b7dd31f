"""What check and clean do with each file, where the work is done: read it, render it, write it.

These are small picklable objects: they travel to worker processes, and what they give back is text and counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cleaner.baseline import Baseline
from cleaner.edits import Carriers, Trail, reverse
from cleaner.formats.files import Item
from cleaner.formats.pages import is_page
from cleaner.formats.plain import NoRoom, Unreadable, Unwritable, decode, digest, encode, read, replacing, write
from cleaner.gate import Figures, figures
from cleaner.model import Document, Grade, Level, Outcome, Source
from cleaner.pipeline import NoMore, NotDone, Run, treat
from cleaner.reports import data
from cleaner.reports.sinks import parts
from cleaner.undo import PAGE, VERSION, append
from cleaner.views import paragraphs

POINTER = "version https://git-lfs.github.com/spec/"
LONGEST_POINTER = 1024  # bytes, as Git LFS has it


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a file into a document. stdin: the bytes that `-` stands for."""

    keep_bad_bytes: bool = False
    stdin: bytes | None = None

    def __call__(self, order: int, item: Item) -> Document:
        """Raises NotDone."""
        try:
            if item.name == "-":
                text, source = decode(self.stdin or b"", keep_bad_bytes=self.keep_bad_bytes)
            elif is_page(item.below):
                from cleaner.formats import html  # a check of texts does not load it

                return html.document(order, item.name, *html.opened(item.path, self.keep_bad_bytes))
            else:
                text, source = read(item.path, keep_bad_bytes=self.keep_bad_bytes)
        except Unreadable as error:
            reason = str(error)
            raise NotDone(reason if item.name != "-" else f"-: {reason}") from None
        if source.size < LONGEST_POINTER and text.startswith(POINTER):
            raise NotDone(f"{item.name}: a pointer of Git LFS, not the text; `git lfs pull` fetches it")
        return Document(order, item.name, None, text, paragraphs(text), source)


@dataclass(frozen=True, slots=True)
class Done:
    """What is left to know of a document that was treated. parts: format -> its text. sha256: of the bytes that were read.
    known: path and fingerprint of the entries of the baseline that were found again. figures: for the gate."""

    order: int
    path: str
    parts: Mapping[str, str]
    found: Counter[str]
    applied: Counter[str]
    worst: Level | None
    row: Mapping[str, Any]
    changed: bool = False
    undo: str | None = None
    output: bytes | None = None
    notes: tuple[str, ...] = field(default=())
    sha256: str = ""
    known: tuple[tuple[str, str], ...] = ()
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Renders what was found. fix: writes mended files in place, each after its row in the undo file `journal`, and
    reports what is left to mend. baseline: says which of its entries were found. gate: counts what the gate asks for."""

    formats: tuple[str, ...]
    lang: str
    fix: Run | None = None
    journal: Path | None = None
    baseline: Baseline | None = None
    gate: bool = False

    def row(self, outcome: Outcome) -> Done:
        """What is left to know of a row of a table; the table is written as a whole, elsewhere."""
        found = self._looked(outcome)
        if self.fix is None or not outcome.script or outcome.document.origin:
            return found
        return replace(self._looked(_left(outcome, self.fix)), applied=_applied(outcome), changed=True, figures=found.figures)

    def __call__(self, item: Item, outcome: Outcome) -> Done:
        """Raises NotDone."""
        found = replace(self._looked(outcome), sha256=outcome.document.source.sha256)
        if self.fix is None or self.journal is None or not outcome.script or outcome.document.origin:
            return found
        source = outcome.document.source
        content, source = _bytes(outcome, source)
        row = undo_row(item, from_here(item.path), os.path.relpath(item.path, self.journal.parent), content, source, outcome)
        try:
            append(self.journal, row)  # before the file: what is interrupted here can still be taken back
            write(item.path, content, root=item.folder or item.path.parent, mode_of=item.path)
        except (OSError, Unwritable) as error:
            raise NotDone(str(error)) from None
        left = self._looked(_left(outcome, self.fix))
        return replace(left, applied=_applied(outcome), changed=True, figures=found.figures)

    def _looked(self, outcome: Outcome) -> Done:
        done = _done(outcome, self.formats, self.lang)
        if self.baseline and outcome.known:
            document = outcome.document
            _, _, entries = self.baseline.sifted(document.path, document.text, outcome.known)
            done = replace(done, known=tuple((entry.path, entry.fingerprint) for entry in entries))
        return replace(done, figures=figures(outcome)) if self.gate else done


@dataclass(frozen=True, slots=True)
class Clean:
    """Writes the cleaned copy of a file below `out` (None: gives its bytes back), and renders its part of the report that
    goes to the folder `report`."""

    formats: tuple[str, ...]
    lang: str
    out: Path | None
    report: Path | None = None
    encoding: str | None = None

    def row(self, outcome: Outcome) -> Done:
        """As Check.row."""
        return replace(_done(outcome, self.formats, self.lang), applied=_applied(outcome), changed=bool(outcome.script))

    def __call__(self, item: Item, outcome: Outcome) -> Done:
        """Raises NotDone."""
        source = outcome.document.source
        if self.encoding and source.faithful:
            source = source._replace(encoding=self.encoding)
        done = replace(
            _done(outcome, self.formats, self.lang),
            applied=_applied(outcome),
            changed=bool(outcome.script) or source != outcome.document.source,
            sha256=outcome.document.source.sha256,
        )
        if self.out is None or self.report is None:
            return replace(done, output=_bytes(outcome, source)[0])
        return replace(done, undo=_write(outcome, item, self.out, self.report, source))


def _done(outcome: Outcome, formats: tuple[str, ...], lang: str) -> Done:
    notes = () if outcome.document.source.faithful else ("its bytes cannot be given back exactly; it is not rewritten",)
    return Done(
        outcome.document.order,
        outcome.document.path,
        parts(formats, outcome, lang),
        Counter(f.code for f in outcome.findings),
        Counter(),
        max((f.level for f in outcome.findings), default=None),
        data.document_row(outcome),
        notes=notes,
    )


def _applied(outcome: Outcome) -> Counter[str]:
    carriers = Carriers(outcome.script)
    return Counter(f.code for f in outcome.findings if carriers.of(f))


def _left(outcome: Outcome, run: Run) -> Outcome:
    """What is still found in the mended text, with what was said of it against other documents."""
    document, text = outcome.document, outcome.settled
    mended = replace(document, text=text, paragraphs=paragraphs(text))
    forward = Trail(reverse(outcome.script))
    across, carriers = [], Carriers(outcome.script)
    for finding in outcome.findings:
        if finding.twin and finding.twin.path is not None and not carriers.of(finding):
            start = forward.start(finding.start)
            across.append(replace(finding, start=start, end=max(start, forward.end(finding.end))))
    return treat(mended, replace(run, grade=Grade.NONE, settle=False), across)


def _bytes(outcome: Outcome, source: Source) -> tuple[bytes, Source]:
    """The settled text as bytes, and what they are written in: what stood in entities on a page may need UTF-8."""
    try:
        try:
            return encode(outcome.settled, source), source
        except Unwritable:
            if outcome.document.origin is None:
                raise
            source = source._replace(encoding="utf-8")
            return encode(outcome.settled, source), source
    except Unwritable as error:
        raise NotDone(f"{outcome.document.path}: {error}") from None


def _write(outcome: Outcome, item: Item, out: Path, report: Path, source: Source) -> str:
    """Write the settled text below `out`; the undo row. A document without changes is copied byte for byte, but for pages."""
    same = not outcome.script and source == outcome.document.source and outcome.document.origin is None
    target = out / item.placed
    try:
        content, source = (item.path.read_bytes(), source) if same else _bytes(outcome, source)
        if same and hashlib.sha256(content).hexdigest() != source.sha256:
            raise NotDone(f"{item.name}: was changed while it was looked at")
        write(target, content, root=out, mode_of=item.path, sync=False)  # Progress knows what a power loss takes
    except NoRoom as error:
        raise NoMore(str(error)) from None
    except Unwritable as error:
        raise NotDone(str(error)) from None
    except OSError as error:
        raise NotDone(f"{item.name}: {error.strerror or error}") from None
    return undo_row(item, item.below, os.path.relpath(target, report), content, source, outcome)


def undo_row(item: Item, below: str, cleaned: str, content: bytes, written: Source | None, outcome: Outcome | None) -> str:
    """A row of undo.jsonl: what a file was, what was written, and the edits between the two.

    below: where it is given back. cleaned: where it stands, seen from the undo file. written None: its bytes did not
    decode, and were copied as they are."""
    return _row(item, below, cleaned, hashlib.sha256(content).hexdigest(), written, outcome)


def _row(item: Item, below: str, cleaned: str, after: str, written: Source | None, outcome: Outcome | None) -> str:
    source = outcome.document.source if outcome else None
    row = {
        "undo": VERSION,
        "path": item.name,
        "below": below,
        "cleaned": cleaned,
        "before": source.sha256 if source else after,
        "after": after,
        "encoding": source.encoding if source else None,
        "written": written.encoding if written else None,
        "broken": bool(source and source.broken),
        "edits": data.edits_as_data(outcome.script) if outcome else [],
    }
    if outcome and (origin := outcome.document.origin):
        row |= {"undo": PAGE, "placed": item.placed, "read": data.edits_as_data(origin.script)}
    return json.dumps(row) + "\n"


def copy_as_it_is(item: Item, out: Path, report: Path) -> str:
    """A file that could not be read as text goes to the output byte for byte, however large; its undo row. "" where it is gone.

    Raises NotDone."""
    target = out / item.below
    try:
        with open(item.path, "rb") as source:
            source.peek()  # what cannot be read at all is no fault of the copy
            source.seek(0)
            with replacing(target, root=out, mode_of=item.path, sync=False) as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
                copy.seek(0)
                after = digest(copy)
    except NoRoom as error:
        raise NoMore(str(error)) from None
    except Unwritable as error:
        raise NotDone(str(error)) from None
    except OSError:
        return ""  # told when it was to be read
    return _row(item, item.below, os.path.relpath(target, report), after, None, None)


def from_here(path: Path) -> str:
    """A path as seen from the current folder, or as it is where it lies outside."""
    real = path.absolute()
    return str(real.relative_to(Path.cwd())) if real.is_relative_to(Path.cwd()) else str(real)
