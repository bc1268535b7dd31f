"""From a report's undo file back to the original bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from cleaner.edits import Mismatch, apply, reverse
from cleaner.formats.plain import Unwritable, digest, replacing, write
from cleaner.model import Edit

FILE = "undo.jsonl"
KEYS = frozenset({"undo", "path", "below", "cleaned", "before", "after", "encoding", "written", "broken", "edits"})
SUMMARY = "summary.json"
VERSION = 1
TABLE = 2
"""The version of a row that stands for a table or an archive: its patches are the rows after it, or its original is kept."""
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
    path = report / FILE if report.is_dir() else report
    given: set[str] = set()
    rows = _Counted(iter(()))
    try:
        with open(path, encoding="utf-8") as lines:
            rows = _Counted(lines)
            for line in rows:
                row = _row(line, path, rows.number)
                patches = islice(rows, row["patches"] if row["undo"] == TABLE else 0)
                try:
                    below = _below(row["below"], given)
                    stands = cleaned / row["below"] if cleaned else path.parent / row["cleaned"]
                    if stands.resolve() == (target / below).resolve():
                        raise BadUndo(f"{target / below}: the cleaned file stands there; give another folder")
                    if row["undo"] == TABLE:
                        patched = (_patch(one, path, rows.number) for one in patches)
                        _give_back(stands, row, path, patched, target / below, target)
                    else:
                        write(target / below, _original(stands, row), root=target, mode_of=stands)
                except (BadUndo, Unwritable) as error:
                    yield str(row["path"]), str(error)
                else:
                    yield str(row["path"]), None
                deque(patches, maxlen=0)  # those of a file that was refused
    except OSError as error:
        raise BadUndo(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadUndo(f"{path}: not an undo file") from None
    if rows.number != _rows_of(path.parent / SUMMARY):
        raise BadUndo(f"{path}: it was cut, or the run did not come to its end; the {rows.number} rows in it were looked after")


@dataclass
class _Counted:
    """Lines as they are read, and how many that were."""

    lines: Iterator[str]
    number: int = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.number += 1
        return line


def _rows_of(path: Path) -> int | None:
    try:
        return int(json.loads(path.read_text("utf-8"))["undo_rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        version = row["undo"]
        if (version == VERSION and not row.keys() >= KEYS) or (version == TABLE and not row.keys() >= TABLE_KEYS):
            raise ValueError
        if version == TABLE and not 0 <= int(row["patches"]) == row["patches"]:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadUndo(f"{path}:{number}: no row of an undo file; those before it were looked after") from None
    if version not in (VERSION, TABLE):
        raise BadUndo(f"{path}:{number}: of version {version}; this cleaner reads versions {VERSION} and {TABLE}")
    return row


def _below(below: str, given: set[str]) -> str:
    """Where a row's file is given back: below the target, and once. What stood outside the folder goes by its whole path."""
    below = str(Path(below).relative_to(Path(below).anchor))
    parts = Path(below).parts
    if ".." in parts or not parts:
        raise BadUndo(f"{below}: leads out of the folder")
    if below in given:
        raise BadUndo(f"{below}: two rows would give one file")
    given.add(below)
    return below


def _give_back(cleaned: Path, row: dict[str, Any], undo: Path, patches: Iterable[_Patch], target: Path, root: Path) -> None:
    """The original of a table or an archive, written a stretch at a time, and checked before it stands."""
    source = undo.parent / row["original"] if row["original"] else cleaned
    if row["original"] and not source.resolve().is_relative_to(undo.parent.resolve()):
        raise BadUndo(f"{undo}: {row['original']}: leads out of the report")
    try:
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


def _patch(line: str, undo: Path, number: int) -> _Patch:
    try:
        patch = json.loads(line)
        return _Patch(int(patch["start"]), int(patch["length"]), patch["old"].encode("utf-8", "surrogateescape"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadUndo(f"{undo}:{number}: no row of an undo file") from None


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


def _original(path: Path, row: dict[str, Any]) -> bytes:
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
