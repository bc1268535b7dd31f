"""What check and clean do with tables and archives: they are read in pieces, the rows of a piece are treated like documents,
and the pieces are put together again, with the way back.
"""

from __future__ import annotations

import json
import os
import shutil
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.formats.files import Item
from cleaner.formats.kinds import kind_of
from cleaner.formats.piece import Bad, Columns, Piece
from cleaner.formats.plain import NO_ROOM, NoRoom, Unreadable, Unwritable
from cleaner.jobs import Check, Clean, Done, Reader, from_here
from cleaner.model import Document, Outcome
from cleaner.pipeline import Failure, NotDone
from cleaner.undo import TABLE

if TYPE_CHECKING:  # what reads and writes them is loaded when there is one: a check of texts must not wait for it
    from cleaner.formats.rewriting import Rewriting, WayBack
    from cleaner.formats.tables import Rewritten

Thing = Item | Piece
Numbered = tuple[int, Thing]


@dataclass(slots=True)
class Lake:
    """What the documents of a run are read from: files, and pieces of tables and archives."""

    items: Sequence[Item]
    columns: Columns
    firsts: list[int] = field(default_factory=list)  # of each item, the order of its first document; known after the first time

    def __iter__(self) -> Iterator[tuple[int, Thing]]:
        order, firsts = 0, []
        for item in self.items:
            firsts.append(order)
            for piece in self._of(item):
                yield order, piece
                order += getattr(piece, "documents", 1)
        self.firsts = firsts

    def some(self, orders: Collection[int]) -> Iterator[tuple[int, Thing]]:
        """Those that hold the documents of these orders. A table is gone through again, up to the last of them."""
        wanted: dict[int, list[int]] = {}
        for order in sorted(orders):
            wanted.setdefault(bisect_right(self.firsts, order) - 1, []).append(order)
        for n, some in wanted.items():
            order, left = self.firsts[n], some
            for piece in self._of(self.items[n]):
                after = order + getattr(piece, "documents", 1)
                if left[0] < after:
                    yield order, piece
                    left = [one for one in left if one >= after]
                    if not left:
                        break
                order = after

    def _of(self, item: Item) -> Iterator[Thing]:
        if is_plain(item):
            return iter((item,))
        from cleaner.formats.tables import pieces

        return pieces(item, self.columns)


def things_of(items: Sequence[Item], columns: Columns) -> Sequence[Item] | Lake:
    """What is read of these files."""
    return items if all(map(is_plain, items)) else Lake(items, columns)


def item_of(thing: Thing) -> Item:
    """The file that a thing is, or is a piece of."""
    return thing if isinstance(thing, Item) else thing.item


def is_plain(item: Item) -> bool:
    """Is it a file of plain text, one document?"""
    return item.name == "-" or kind_of(item.below) is None


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads a file into a document, and a piece into several."""

    plain: Reader

    def __call__(self, order: int, thing: Thing) -> Document | Iterator[Document | Failure]:
        """Raises NotDone."""
        return self.plain(order, thing) if isinstance(thing, Item) else self._rows(order, thing)

    def _rows(self, order: int, piece: Piece) -> Iterator[Document | Failure]:
        from cleaner.formats.tables import documents

        try:
            for one in documents(order, piece, self.plain.keep_bad_bytes):
                if isinstance(one, Bad):
                    yield Failure(order + one.row - piece.row, one.reason, emptied(piece), one.row)
                else:
                    yield one
        except Unreadable as error:
            if piece.fault is None and piece.kind in ("plain", "page", "docx") and piece.name != piece.item.name:
                yield Failure(order, str(error), emptied(piece), 0)  # a member: the others go on
            else:
                raise NotDone(str(error)) from None


def emptied(piece: Piece) -> Piece:
    """A piece without what it held, to travel light."""
    return piece._replace(content=b"", texts=(), ids=())


class Treated(NamedTuple):
    """A piece that was treated, without what it held; what became of it, and of its rows."""

    piece: Piece
    new: Rewritten
    rows: tuple[Done | Failure, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """Finishes a file as `plain` does, and a piece row by row. rewrite: its new bytes are wanted."""

    plain: Check | Clean
    rewrite: bool

    def __call__(self, thing: Thing, treated: Any) -> Done | Treated:
        """Raises NotDone."""
        if isinstance(thing, Item):
            return self.plain(thing, treated)
        from cleaner.formats.tables import Rewritten, rewritten

        new = Rewritten(b"")
        if self.rewrite:
            outcomes = {one.document.row: one for one in treated if isinstance(one, Outcome)}
            try:
                new = rewritten(thing, outcomes, texts_of_pages=isinstance(self.plain, Clean))
            except Unwritable as error:
                failed = Failure(0, str(error), emptied(thing), 0)
                return Treated(emptied(thing), Rewritten(thing.content), (failed,))
        done = tuple(self.plain.row(one) if isinstance(one, Outcome) else one for one in treated)
        return Treated(emptied(thing), new, done)


@dataclass(slots=True)
class Writing:
    """Puts the pieces together again, file by file. out: where cleaned copies go; None: files are mended in place.

    report: the folder of the undo file. undo: takes its rows. Where nothing is to be written, `report` is None."""

    items: Sequence[Item]
    out: Path | None
    report: Path | None
    undo: Callable[[str], object]
    open: Rewriting | None = None
    failed: set[str] = field(default_factory=set)
    mended: list[str] = field(default_factory=list)
    rows: int = 0  # of the undo file

    def flattened(self, results: Iterable[Done | Treated | Failure]) -> Iterator[Done | Failure]:
        """The results of files and rows as they come; what cannot be written is a failure."""
        todo = iter([item for item in self.items if not is_plain(item)])
        now = next(todo, None)
        try:
            for result in results:
                piece = result.piece if isinstance(result, Treated) else result.thing if isinstance(result, Failure) else None
                if not isinstance(piece, Piece):
                    yield result  # type: ignore[misc]
                    continue
                while now and now.name != piece.item.name:
                    yield from self._end(now)
                    now = next(todo, None)
                if isinstance(result, Failure):
                    yield self._refused(piece.item, result.order, result.reason)
                elif isinstance(result, Treated):
                    yield from result.rows
                    yield from self._add(result)
            while now:
                yield from self._end(now)
                now = next(todo, None)
        finally:
            if self.open:
                self.open.close()

    def _refused(self, item: Item, order: int, reason: str, last: bool = False) -> Failure:
        """Nothing of this file is written."""
        self.failed.add(item.name)
        if self.open:
            self.open.close()
            self.open = None
        return Failure(order, reason, item, last=last)

    def _add(self, result: Treated) -> Iterator[Failure]:
        item = result.piece.item
        if self.report is None or item.name in self.failed:
            return
        from cleaner.formats.rewriting import Rewriting

        try:
            if self.open is None:
                self.open = Rewriting(item, self.report)
            self.open.add(result.piece, result.new)
        except OSError as error:
            yield self._refused(item, 0, f"{item.name}: {error.strerror or error}", error.errno in NO_ROOM)

    def _end(self, item: Item) -> Iterator[Failure]:
        """All of a file has come back."""
        if self.report is None or item.name in self.failed:
            return
        from cleaner.formats.archives import BROKEN
        from cleaner.formats.rewriting import Rewriting

        writing = self.open or Rewriting(item, self.report)
        self.open = None
        try:
            if self.out:
                target, root = self.out / item.below, self.out
            else:
                target, root = item.path, item.folder or item.path.parent
                if not writing.changed:
                    return
            self._finish(writing, item, target, root, self.report)
        except (Unwritable, Unreadable) as error:
            yield self._refused(item, 0, str(error), isinstance(error, NoRoom))
        except BROKEN as error:
            reason = f"{item.name}: {getattr(error, 'strerror', None) or error}"
            yield self._refused(item, 0, reason, isinstance(error, OSError) and error.errno in NO_ROOM)
        finally:
            writing.close()

    def _finish(self, writing: Rewriting, item: Item, target: Path, root: Path, report: Path) -> None:
        below = item.below if self.out else from_here(item.path)
        journal = None if self.out else lambda back: self._record(back, item, below, target, report)
        back = writing.finish(target, root, journal)
        if self.out:
            self._record(back, item, below, target, report)

    def _record(self, back: WayBack, item: Item, below: str, target: Path, report: Path) -> None:
        """The undo rows of a file, and the original where it must be kept."""
        original = None
        if back.original:
            kept = report / ORIGINALS / str(Path(below).relative_to(Path(below).anchor))
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(item.path, kept)
            original = os.path.relpath(kept, report)
        row = {
            "undo": TABLE,
            "path": item.name,
            "below": below,
            "cleaned": os.path.relpath(target, report),
            "before": back.before,
            "after": back.after,
            "original": original,
            "patches": back.number,
        }
        self.undo(json.dumps(row) + "\n")
        for lines in iter(lambda: list(islice(back.patches, AT_ONCE)) if back.number else [], []):
            self.undo(b"".join(lines).decode())
        self.rows += 1 + back.number
        if back.changed:
            self.mended.append(item.name)


ORIGINALS = "originals"  # folder of a report
AT_ONCE = 1_000  # rows of an undo file written in one go
