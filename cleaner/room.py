"""What grows with a corpus: held in memory as long as there is room for it, in temporary files from then on."""

from __future__ import annotations

import os
import pickle
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[Any]

BLOCK = 1 << 16  # bytes that are written and read in one go, about
FEW = 1_000  # rows that are always worked on together
MEGABYTES = 256  # for what grows, unless the settings say otherwise


class Room:
    """How many bytes of what grows may stand in memory; shared by all that grows in a run. Temporary files go where Python puts
    them (TMPDIR), and are gone with the run, however it ends."""

    def __init__(self, size: int = MEGABYTES << 20) -> None:
        self.size = self.left = size

    def take(self, size: int) -> bool:
        """Is there room for so many bytes more? Then it is taken."""
        if size > self.left:
            return False
        self.left -= size
        return True

    def rows(self, each: int) -> int:
        """How many rows of so many bytes are worked on at a time."""
        return max(FEW, self.size // (4 * each))


def give_back() -> None:
    """What is no longer held goes back to the system, where the C library (glibc) keeps it: processes that are started from this one
    would have their share of it."""
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)


class Column:
    """Rows of one kind, one behind the other: they are added at the end, and read in order or by their places."""

    def __init__(self, room: Room, kind: npt.DTypeLike, width: int = 1) -> None:
        self.room, self.kind, self.width = room, np.dtype(kind), width
        self.bytes = self.kind.itemsize * width  # of a row
        self.block = max(1, BLOCK // self.bytes)  # rows
        self.full: list[Rows] = []  # blocks in memory
        self.waiting: list[Rows] = []  # less than a block
        self.waits = self.blocks_done = 0
        self.file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self.blocks_done * self.block + self.waits

    def extend(self, rows: Rows) -> None:
        """More rows: [n] or [n, width]."""
        if not len(rows):
            return
        self.waiting.append(np.asarray(rows, dtype=self.kind).reshape(len(rows), self.width))
        self.waits += len(rows)
        if self.waits >= self.block:
            some = np.concatenate(self.waiting)
            whole = len(some) - len(some) % self.block
            for at in range(0, whole, self.block):
                self._put(some[at : at + self.block])
            self.waiting, self.waits = [some[whole:].copy()], len(some) - whole

    def _put(self, block: Rows) -> None:
        self.blocks_done += 1
        if self.file is None and self.room.take(block.nbytes):
            self.full.append(block.copy())
            return
        if self.file is None:  # what is in memory follows: a column stands in one place
            self.file = TemporaryFile(prefix="cleaner-")  # noqa: SIM115  (goes with the column)
            for earlier in self.full:
                self.file.write(earlier.tobytes())
                self.room.left += earlier.nbytes
            self.full = []
        self.file.write(block.tobytes())
        self.file.flush()

    def blocks(self) -> Iterator[Rows]:
        """All rows, in order, `block` of them at a time."""
        for n in range(self.blocks_done):
            yield self._shaped(self.full[n] if self.file is None else self._read(n * self.block, (n + 1) * self.block))
        if self.waits:
            yield self._shaped(self._tail())

    def whole(self) -> Rows:
        """All rows, in memory."""
        return np.concatenate([*self.blocks(), self._shaped(np.empty((0, self.width), dtype=self.kind))])

    def part(self, start: int, end: int) -> Rows:
        """Rows [start, end)."""
        done = self.blocks_done * self.block
        found = []
        if start < min(end, done) and self.file is not None:
            found.append(self._read(start, min(end, done)))
        elif start < min(end, done):
            some = range(start // self.block, (min(end, done) - 1) // self.block + 1)
            found += [self.full[n][max(0, start - n * self.block) : end - n * self.block] for n in some]
        if end > done:
            found.append(self._tail()[max(0, start - done) : end - done])
        return self._shaped(found[0] if len(found) == 1 else np.concatenate([*found, np.empty((0, self.width), dtype=self.kind)]))

    def at(self, places: npt.NDArray[Any]) -> Rows:
        """The rows at these places, in their order."""
        found = np.empty((len(places), self.width), dtype=self.kind)
        blocks = places // self.block
        order = np.argsort(blocks, kind="stable")
        edges = np.flatnonzero(np.diff(blocks[order], prepend=-1, append=-1))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist()):
            some = order[start:end]
            first = int(blocks[some[0]]) * self.block
            found[some] = self.part(first, min(first + self.block, len(self))).reshape(-1, self.width)[places[some] - first]
        return self._shaped(found)

    def _tail(self) -> Rows:
        if len(self.waiting) > 1:
            self.waiting = [np.concatenate(self.waiting)]
        return self.waiting[0] if self.waiting else np.empty((0, self.width), dtype=self.kind)

    def _read(self, start: int, end: int) -> Rows:
        assert self.file is not None
        content = _pread(self.file, (end - start) * self.bytes, start * self.bytes)
        return np.frombuffer(content, dtype=self.kind).reshape(-1, self.width)

    def _shaped(self, rows: Rows) -> Rows:
        return rows[:, 0] if self.width == 1 else rows


def _pread(file: IO[bytes], size: int, at: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), size, at)
    file.seek(at)  # Windows
    content = file.read(size)
    file.seek(0, os.SEEK_END)
    return content


class Strings(Sequence[bytes]):
    """Strings of bytes, numbered as they are added."""

    def __init__(self, room: Room) -> None:
        self.ends = Column(room, np.int64)
        self.content = Column(room, np.uint8)
        self.size = 0
        self.waiting: list[bytes] = []
        self.sizes: list[int] = []

    def add(self, string: bytes) -> int:
        """One more; its number."""
        self.waiting.append(string)
        self.size += len(string)
        self.sizes.append(self.size)
        if len(self.sizes) >= 256:
            self._settle()
        return len(self) - 1

    def _settle(self) -> None:
        self.content.extend(np.frombuffer(b"".join(self.waiting), dtype=np.uint8))
        self.ends.extend(np.array(self.sizes, dtype=np.int64))
        self.waiting, self.sizes = [], []

    def __len__(self) -> int:
        return len(self.ends) + len(self.sizes)

    def __getitem__(self, n: Any) -> Any:
        if not isinstance(n, int):
            raise TypeError("strings are asked for one by one")
        if not 0 <= n < len(self):
            raise IndexError(n)
        if self.sizes:
            self._settle()
        start, end = (0, *self.ends.part(0, 1).tolist()) if n == 0 else self.ends.part(n - 1, n + 1).tolist()
        return self.content.part(start, end).tobytes()


Note = TypeVar("Note")


class Notes(Mapping[int, list[Note]], Generic[Note]):
    """What is said of documents: under the number of each what was added, in that order."""

    def __init__(self, room: Room) -> None:
        self.numbers, self.said = Column(room, np.int64), Strings(room)
        self.ranked: tuple[Rows, Rows] | None = None

    def add(self, number: int, note: Note) -> None:
        """One more."""
        self.numbers.extend(np.array([number]))
        self.said.add(pickle.dumps(note, pickle.HIGHEST_PROTOCOL))
        self.ranked = None

    def _ranked(self) -> tuple[Rows, Rows]:
        """The numbers, ascending, and which note it is."""
        if self.ranked is None:
            numbers = self.numbers.whole()
            order = np.argsort(numbers, kind="stable")
            self.ranked = numbers[order], order
        return self.ranked

    def __len__(self) -> int:
        return len(np.unique(self._ranked()[0]))

    def __bool__(self) -> bool:
        return len(self.numbers) > 0

    def __iter__(self) -> Iterator[int]:
        return iter(np.unique(self._ranked()[0]).tolist())

    def __contains__(self, number: object) -> bool:
        numbers, _ = self._ranked()
        at = bisect_left(numbers, number)
        return at < len(numbers) and bool(numbers[at] == number)

    def __getitem__(self, number: int) -> list[Note]:
        numbers, which = self._ranked()
        some = which[bisect_left(numbers, number) : bisect_right(numbers, number)]
        if not len(some):
            raise KeyError(number)
        return [pickle.loads(self.said[n]) for n in some.tolist()]


def parted(blocks: Callable[[], Iterable[Rows]], chosen: npt.NDArray[np.bool_], room: Room) -> Iterator[tuple[Rows, Rows]]:
    """uint64[n] or uint64[n, k] by blocks, bool[n] -> int64[m], uint64[m]: the places of those chosen, ascending, and what stands
    there; as many at a time as there is room for, and what is equal together."""
    number = 1 + int(np.count_nonzero(chosen)) // room.rows(SORTED)
    for part in range(number):
        places, found, at = [], [], 0
        for block in blocks():
            mask = chosen[at : at + len(block)]
            if number > 1:
                keys = block if block.ndim == 1 else block[:, 0]
                mask = mask & ((keys * _MIX >> np.uint64(33)) % np.uint64(number) == np.uint64(part))
            some = np.flatnonzero(mask)
            places.append(some + at)
            found.append(block[some])
            at += len(block)
        if places:
            yield np.concatenate(places), np.concatenate(found)


SORTED = 64  # bytes that it takes to sort a row, with its place
_MIX = np.uint64(0x9E3779B97F4A7C15)
