"""A table or an archive, written anew: piece by piece as they come back from where they were treated, all or nothing.

Beside what is written stands the way back: for tables of text the bytes that were changed and where; for what is
compressed, or has no bytes of its own for a row, the original file.
"""

from __future__ import annotations

import io
import json
import pickle
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, NamedTuple

from cleaner.formats import archives, columns
from cleaner.formats.files import Item
from cleaner.formats.kinds import Kind, kind_of
from cleaner.formats.pages import as_text
from cleaner.formats.piece import Piece
from cleaner.formats.plain import digest, replacing
from cleaner.formats.streams import compressing
from cleaner.formats.tables import Rewritten


class WayBack(NamedTuple):
    """before, after: sha256 of the file. original: it must be kept whole. patches: lines of json, `number` of them."""

    before: str
    after: str
    changed: bool
    original: bool
    number: int
    patches: IO[bytes]


class Rewriting:
    """Writes the file that an item becomes. Nothing stands in its place before `finish`."""

    def __init__(self, item: Item, room: Path) -> None:
        """room: a folder where there is as much room as the file takes, for what comes before it stands in its place."""
        self.item = item
        self.kind = kind_of(item.below) or Kind("plain")
        self.stack = ExitStack()
        self.room = Path(self.stack.enter_context(TemporaryDirectory(prefix=".rewriting-", dir=room)))
        self.patches: IO[bytes] = self.stack.enter_context(TemporaryFile(dir=room))  # noqa: SIM115
        self.count = self.size = 0
        self.changed: set[int] = set()  # members
        self.member: int | None = None
        self.column = ""
        self.out: IO[bytes] | None = None
        self.kinds: dict[int, tuple[str, str]] = {}  # of members: how each is read, and its name

    def add(self, piece: Piece, new: Rewritten) -> None:
        """The next piece, in order."""
        if piece.member != self.member or self.out is None:
            self._turn_to(piece)
        assert self.out
        if new.changed:
            self.changed.add(piece.member)
        if piece.kind == "columns":
            pickle.dump(new.texts, self.out)
            return
        for patch in new.patches:
            row = {"row": patch.row, "start": self.size + patch.start, "length": patch.length, "old": _shown(patch.old)}
            self.patches.write(json.dumps(row).encode() + b"\n")
        self.count += len(new.patches)
        self.size += len(new.content)
        self.out.write(new.content)

    def _turn_to(self, piece: Piece) -> None:
        self._end_member()
        self.member, self.column = piece.member, piece.columns.text
        self.out = open(self.room / f"{piece.member}", "wb")  # noqa: SIM115
        self.kinds[piece.member] = (piece.kind, piece.name)

    def _end_member(self) -> None:
        if self.out:
            self.out.close()
            self.out = None
            if self.member not in self.changed:
                (self.room / f"{self.member}").unlink()

    def finish(self, target: Path, root: Path, before_that: Callable[[WayBack], None] | None = None) -> WayBack:
        """Put the file in its place, with the permissions of the original; one without changes is copied. before_that: is
        called when all is written, and nothing stands in its place yet.

        Raises Unwritable."""
        self._end_member()
        before = _hash(self.item.path)
        packed = bool(self.kind.packed) or self.kind.name not in ("jsonl", "csv")
        with replacing(target, root=root, mode_of=self.item.path) as file:
            self._write(file)
            file.flush()
            self.patches.seek(0)
            changed = bool(self.changed)
            file.seek(0)
            after = digest(file)
            back = WayBack(before, after, changed, changed and packed, 0 if packed else self.count, self.patches)
            if before_that:
                before_that(back)
        return back

    def _write(self, file: IO[bytes]) -> None:
        if not self.changed:
            with open(self.item.path, "rb") as old:
                shutil.copyfileobj(old, file, 1 << 20)
        elif self.kind.name == "columns":
            columns.write(self.item.path, file, self.item.name, self.column, self._texts(self.room / "0"))
        elif self.kind.name == "archive":
            archives.write(self.item.path, file, self._content, self._renamed().get)
        else:
            with open(self.room / "0", "rb") as new, compressing(file, self.kind.packed, self.item.path) as stream:
                shutil.copyfileobj(new, stream, 1 << 20)

    def _texts(self, path: Path) -> Iterator[Sequence[str | None] | None]:
        with open(path, "rb") as spool:
            while True:
                try:
                    yield pickle.load(spool)
                except EOFError:
                    return

    def _content(self, member: int) -> Path | None:
        """The file that holds the new content of a member."""
        if member not in self.changed:
            return None
        path = self.room / f"{member}"
        kind, name = self.kinds[member]
        if kind == "columns":
            original = next(m for m in archives.members(self.item.path) if m.number == member)
            with original.open() as stream, open(self.room / f"{member}.new", "wb") as out:
                columns.write(io.BytesIO(stream.read()), out, name, self.column, self._texts(path))
            return self.room / f"{member}.new"
        return path

    def _renamed(self) -> dict[int, str]:
        """The new names of members that were pages and are texts."""
        pages = {member for member in self.changed if self.kinds[member][0] == "page"}
        names = {m.number: m.name for m in archives.members(self.item.path)} if pages else {}
        taken, renamed = set(names.values()), dict[int, str]()
        for number in sorted(pages):
            renamed[number] = as_text(names[number], taken)
            taken.add(renamed[number])
        return renamed

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # what the disk has no room for goes anyway
            if self.out:
                self.out.close()
        with suppress(OSError):
            self.stack.close()


def _shown(old: bytes) -> str:
    """Bytes as a string that gives them back, readable where they are UTF-8."""
    return old.decode("utf-8", "surrogateescape")


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return digest(file)
