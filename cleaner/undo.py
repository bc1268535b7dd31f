"""From a report's undo file back to the original bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from cleaner.edits import Mismatch, apply, reverse
from cleaner.formats.plain import Unwritable, digest, replacing, write
from cleaner.model import Edit, Script

FILE = "undo.jsonl"
KEYS = frozenset({"undo", "path", "below", "cleaned", "before", "after", "encoding", "written", "broken", "edits"})
SUMMARY = "summary.json"
VERSION = 1
TABLE = 2
"""The version of a row that stands for a table or an archive: its patches are the rows after it, or its original is kept."""
PAGE = 3
"""The version of a row whose text was read from a page: `read` makes the text of the page, `edits` begin there. placed: the place
of the cleaned text, where `below` is that of the page."""
TABLE_KEYS = frozenset({"undo", "path", "below", "cleaned", "before", "after", "original", "patches"})


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
            if stands.whole:
                _give_back(stands, target / stands.below, target)
            else:
                write(target / stands.below, stands.original(), root=target, mode_of=stands.path)
        except (BadUndo, Unwritable) as error:
            yield stands.name if isinstance(stands, Stands) else "", str(error)
        else:
            yield stands.name, None


class Stands(NamedTuple):
    """A cleaned file and its way back. name: as the run was given it; below: where it is given back; row: of the undo file, its
    number there, and the byte where the rows after it begin."""

    name: str
    below: str
    path: Path
    row: Mapping[str, Any]
    undo: Path
    number: int
    after: int

    @property
    def whole(self) -> bool:
        """Is it a table, an archive or a Word file, whose way back is none of edits in one text?"""
        return bool(self.row["undo"] == TABLE)

    def original(self) -> bytes:
        """The original bytes. Raises BadUndo."""
        return _original(self.path, self.row)

    @property
    def placed(self) -> str:
        """Where it stands in the folder of the cleaned files."""
        return _below(self.row["placed"]) if self.row["undo"] == PAGE else self.below

    @property
    def script(self) -> Script:
        """What was done to it."""
        return tuple(Edit(*edit) for edit in self.row["edits"])

    @property
    def read(self) -> Script:
        """What made its text of a page; nothing where it was a text."""
        return _read(self.row)


def standing(report: Path, cleaned: Path | None = None) -> Iterator[Stands | BadUndo]:
    """The cleaned files of a report, each with the row of the undo file that fits it; or why one cannot be given back.

    A file that was worked on again has several rows: the last that leads from what it is now. Raises BadUndo where the undo
    file cannot be read or was cut, after what it holds."""
    path = report / FILE if report.is_dir() else report
    places: dict[str, list[tuple[int, int]]] = {}
    number = 0
    fault: BadUndo | None = None
    try:
        with open(path, "rb") as lines:
            at = 0
            for line in lines:
                number += 1
                try:
                    row = _row(_text(line), path, number)
                except BadUndo as error:
                    fault = error
                    break
                places.setdefault(str(row["below"]), []).append((at, number))
                at += len(line)
                for patch in islice(lines, row["patches"] if row["undo"] == TABLE else 0):
                    number += 1
                    at += len(patch)
            for found in places.values():
                yield _fitting([_place(lines, *place) for place in found], path, cleaned)
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    if fault:
        raise fault
    told = _rows_of(path.parent / SUMMARY)
    if told is None or number < told:
        raise BadUndo(f"{path}: it was cut, or the run did not come to its end; the {number} rows in it were looked after")


class _Place(NamedTuple):
    """A row of the undo file, its number, and the byte where the rows after it begin."""

    row: Mapping[str, Any]
    number: int
    after: int


def _place(lines: IO[bytes], at: int, number: int) -> _Place:
    lines.seek(at)
    row = json.loads(lines.readline())
    return _Place(row, number, lines.tell())


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _fitting(places: Sequence[_Place], undo: Path, cleaned: Path | None) -> Stands | BadUndo:
    """Of the rows of one file, the last that leads from what the file is now."""
    rows = [place.row for place in places]
    try:
        below = _below(rows[0]["below"])
        if any(row["path"] != rows[0]["path"] for row in rows):
            raise BadUndo(f"{below}: two rows would give one file")
        path = cleaned / _below(rows[0].get("placed", below)) if cleaned else undo.parent / rows[0]["cleaned"]
    except BadUndo as error:
        return error
    last = places[-1]
    if len(rows) > 1:
        with suppress(OSError):
            found = _hash(path)
            last = next((place for place in reversed(places) if place.row["after"] == found), last)
    return Stands(str(last.row["path"]), below, path, last.row, undo, last.number, last.after)


def _rows_of(path: Path) -> int | None:
    try:
        return int(json.loads(path.read_text("utf-8"))["undo_rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        version = row["undo"]
        if not row.keys() >= _KEYS.get(version, set()):
            raise ValueError
        if version == TABLE and not 0 <= int(row["patches"]) == row["patches"]:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadUndo(f"{path}:{number}: no row of an undo file; those before it were looked after") from None
    if version not in _KEYS:
        raise BadUndo(f"{path}:{number}: of version {version}; this cleaner reads versions {VERSION} to {PAGE}")
    return row


_KEYS = {VERSION: KEYS, TABLE: TABLE_KEYS, PAGE: KEYS | {"placed", "read"}}


def _below(below: str) -> str:
    """Where a row's file is given back: below the target. What stood outside the folder goes by its whole path."""
    below = str(Path(below).relative_to(Path(below).anchor))
    parts = Path(below).parts
    if ".." in parts or not parts:
        raise BadUndo(f"{below}: leads out of the folder")
    return below


def _give_back(stands: Stands, target: Path, root: Path) -> None:
    """The original of a table or an archive, written a stretch at a time, and checked before it stands."""
    row, cleaned, home = stands.row, stands.path, stands.undo.parent
    source = home / row["original"] if row["original"] else cleaned
    if row["original"] and not source.resolve().is_relative_to(home.resolve()):
        raise BadUndo(f"{stands.undo}: {row['original']}: leads out of the report")
    try:
        with open(stands.undo, "rb") as lines:
            patches: Iterable[_Patch] = _patches(lines, stands)
            found = _hash(cleaned)
            if found == row["before"]:
                source, patches = cleaned, ()  # without changes, or the run was interrupted before it came to this file
            elif found != row["after"]:
                raise BadUndo(f"{cleaned}: was changed after it was cleaned")
            with open(source, "rb") as old, replacing(target, root=root, mode_of=cleaned) as new:
                for patch in patches:
                    _copied(old, new, patch.start - old.tell())
                    old.seek(patch.length, os.SEEK_CUR)
                    new.write(patch.old)
                _copied(old, new, None)
                new.seek(0)
                if digest(new) != row["before"]:
                    raise BadUndo(f"{cleaned}: the undo file does not lead back to the original")
    except OSError as error:
        raise BadUndo(f"{error.filename or cleaned}: {error.strerror}") from None


class _Patch(NamedTuple):
    """`length` bytes from `start` on were `old`."""

    start: int
    length: int
    old: bytes


def _patches(lines: IO[bytes], stands: Stands) -> Iterator[_Patch]:
    """Those of a table, read as they are needed."""
    lines.seek(stands.after)
    for number, line in enumerate(islice(lines, stands.row["patches"]), start=stands.number + 1):
        try:
            patch = json.loads(line)
            yield _Patch(int(patch["start"]), int(patch["length"]), patch["old"].encode("utf-8", "surrogateescape"))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadUndo(f"{stands.undo}:{number}: no row of an undo file") from None


def _copied(source: IO[bytes], target: IO[bytes], size: int | None) -> None:
    """Copy so many bytes, or all that follow."""
    if size is not None and size < 0:
        raise BadUndo("patches out of order")
    while size is None or size > 0:
        block = source.read(1 << 20 if size is None else min(size, 1 << 20))
        if not block:
            return
        target.write(block)
        size = None if size is None else size - len(block)


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return digest(file)


def _read(row: Mapping[str, Any]) -> Script:
    return tuple(Edit(*edit) for edit in row["read"]) if row["undo"] == PAGE else ()


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
    if row["encoding"] is not None and (row["edits"] or row["written"] != row["encoding"] or row["undo"] == PAGE):
        errors = "surrogateescape" if row["broken"] else "strict"
        try:
            script = reverse(tuple(Edit(*edit) for edit in row["edits"]))
            text = apply(apply(content.decode(row["written"], errors), script), reverse(_read(row)))
            content = text.encode(row["encoding"], errors)
        except (Mismatch, UnicodeError, TypeError, LookupError) as error:
            raise BadUndo(f"{path}: the undo file does not fit it: {error}") from None
    if hashlib.sha256(content).hexdigest() != row["before"]:
        raise BadUndo(f"{path}: the undo file does not lead back to the original")
    return content
