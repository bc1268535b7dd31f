"""From a report's undo file back to the original bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.edits import Mismatch, apply, reverse
from cleaner.formats.plain import Unwritable, write
from cleaner.model import Edit, Script

FILE = "undo.jsonl"
KEYS = frozenset({"undo", "path", "below", "cleaned", "before", "after", "encoding", "written", "broken", "edits"})
SUMMARY = "summary.json"
VERSION = 1


class BadUndo(ValueError):  # noqa: N818
    """The undo file cannot be used, or a file cannot be given back; the message says which and why."""


def append(path: Path, row: str) -> None:
    """A row more, on the disk when this returns. Processes may append to one file at a time: a row is one write."""
    content = row.encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        while content:
            content = content[os.write(file, content) :]
        os.fsync(file)
    finally:
        os.close(file)


def close(path: Path) -> int:
    """Say beside an undo file that its run came to its end, with how many rows: one that is cut later is known for it."""
    with open(path, "rb") as lines:
        rows = sum(1 for _ in lines)
    (path.parent / SUMMARY).write_text(json.dumps({"undo_rows": rows}) + "\n", "utf-8")
    return rows


def restore(report: Path, target: Path, cleaned: Path | None = None) -> Iterator[tuple[str, str | None]]:
    """Give back every file of a report below `target`: its name, and None or why it was refused.

    cleaned: the folder of the cleaned files, where it has moved. Each file is checked by hash, before and after. Raises
    BadUndo where the undo file cannot be read or was cut, after what it holds was given back."""
    for stands in standing(report, cleaned):
        try:
            if isinstance(stands, BadUndo):
                raise stands
            if stands.path.resolve() == (target / stands.below).resolve():
                raise BadUndo(f"{target / stands.below}: the cleaned file stands there; give another folder")
            write(target / stands.below, stands.original(), root=target, mode_of=stands.path)
        except (BadUndo, Unwritable) as error:
            yield stands.name if isinstance(stands, Stands) else "", str(error)
        else:
            yield stands.name, None


class Stands(NamedTuple):
    """A cleaned file and its way back. name: as the run was given it; below: where it is given back; row: of the undo file."""

    name: str
    below: str
    path: Path
    row: Mapping[str, Any]

    def original(self) -> bytes:
        """The original bytes. Raises BadUndo."""
        return _original(self.path, self.row)

    @property
    def script(self) -> Script:
        """What was done to it."""
        return tuple(Edit(*edit) for edit in self.row["edits"])


def standing(report: Path, cleaned: Path | None = None) -> Iterator[Stands | BadUndo]:
    """The cleaned files of a report, each with the row of the undo file that fits it; or why one cannot be given back.

    A file that was worked on again has several rows: the last that leads from what it is now. Raises BadUndo where the undo
    file cannot be read or was cut, after what it holds."""
    path = report / FILE if report.is_dir() else report
    places: dict[str, list[int]] = {}
    rows = 0
    fault: BadUndo | None = None
    try:
        with open(path, "rb") as lines:
            at = 0
            for rows, line in enumerate(lines, start=1):
                try:
                    places.setdefault(str(_row(_text(line), path, rows)["below"]), []).append(at)
                except BadUndo as error:
                    fault = error
                    break
                at += len(line)
            for offsets in places.values():
                found = []
                for offset in offsets:
                    lines.seek(offset)
                    found.append(json.loads(lines.readline()))
                yield _fitting(found, path.parent, cleaned)
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    if fault:
        raise fault
    told = _rows_of(path.parent / SUMMARY)
    if told is None or rows < told:
        raise BadUndo(f"{path}: it was cut, or the run did not come to its end; the {rows} files in it were looked after")


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _fitting(rows: Sequence[Mapping[str, Any]], home: Path, cleaned: Path | None) -> Stands | BadUndo:
    """Of the rows of one file, the last that leads from what the file is now."""
    try:
        below = _below(rows[0]["below"])
        if any(row["path"] != rows[0]["path"] for row in rows):
            raise BadUndo(f"{below}: two rows would give one file")
    except BadUndo as error:
        return error
    path = cleaned / below if cleaned else home / rows[0]["cleaned"]
    last = rows[-1]
    if len(rows) > 1:
        with suppress(OSError):
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            last = next((row for row in reversed(rows) if row["after"] == found), last)
    return Stands(str(last["path"]), below, path, last)


def _rows_of(path: Path) -> int | None:
    try:
        return int(json.loads(path.read_text("utf-8"))["undo_rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        version = row["undo"]
        if version == VERSION and not row.keys() >= KEYS:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadUndo(f"{path}:{number}: no row of an undo file; those before it were looked after") from None
    if version != VERSION:
        raise BadUndo(f"{path}:{number}: of version {version}; this cleaner reads version {VERSION}")
    return row


def _below(below: str) -> str:
    """Where a row's file is given back: below the target. What stood outside the folder goes by its whole path."""
    below = str(Path(below).relative_to(Path(below).anchor))
    parts = Path(below).parts
    if ".." in parts or not parts:
        raise BadUndo(f"{below}: leads out of the folder")
    return below


def _original(path: Path, row: Mapping[str, Any]) -> bytes:
    """The original bytes of a cleaned file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    found = hashlib.sha256(content).hexdigest()
    if found == row["before"] != row["after"]:
        return content  # the run was interrupted before it came to this file
    if found != row["after"]:
        raise BadUndo(f"{path}: was changed after it was cleaned")
    if row["encoding"] is not None and (row["edits"] or row["written"] != row["encoding"]):
        errors = "surrogateescape" if row["broken"] else "strict"
        try:
            script = reverse(tuple(Edit(*edit) for edit in row["edits"]))
            content = apply(content.decode(row["written"], errors), script).encode(row["encoding"], errors)
        except (Mismatch, UnicodeError, TypeError, LookupError) as error:
            raise BadUndo(f"{path}: the undo file does not fit it: {error}") from None
    if hashlib.sha256(content).hexdigest() != row["before"]:
        raise BadUndo(f"{path}: the undo file does not lead back to the original")
    return content
