"""How far `cleaner clean` has come: results of finished files, kept on the disk until a run ends well, so that one that was killed
goes on where it was.

A result is known by all that it depends on, and the cleaned file that belongs to it must stand where it was written, by its
hash. So what a kill, a full disk or a power loss has left is used where it is whole, and made again where it is not."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cleaner import __version__
from cleaner.formats.files import OURS, Item
from cleaner.formats.piece import Piece
from cleaner.formats.plain import digest, settled, swept
from cleaner.jobs import Clean, Done
from cleaner.known import Key, done_as_data, done_from, models, program
from cleaner.pipeline import Across, Failure, Perform, Run
from cleaner.rows import Treated, emptied, item_of

FILE = f"{OURS}progress"
FORMAT = 1
ROOM = ".rewriting-"  # how the folders begin in which tables are put together


class Found(NamedTuple):
    """A result of an earlier run."""

    thing: Item | Piece
    made: Any


@dataclass(frozen=True, slots=True)
class Keeping:
    """Does `perform` where no earlier run has finished that, and keeps what comes of it. It travels to worker processes, and they
    write to one file: a result is one write. known: the places of results there, by their keys."""

    perform: Perform
    path: Path
    out: Path
    base: bytes
    known: Mapping[bytes, int]

    def __call__(self, what: tuple[int, Any, Mapping[int, Sequence[Across]]]) -> Any:
        """What `perform` makes of a thing; or Found."""
        _, thing, _ = what
        if self.known and (made := self._found(what)) is not None:
            return Found(emptied(thing) if isinstance(thing, Piece) else thing, made)
        made = self.perform(what)
        if isinstance(made, Done):
            self._keep(self._key(what, made.sha256), done_as_data(made))
        elif isinstance(made, Treated):
            self._keep(self._key(what, _content(thing)), _treated_as_data(made, thing))
        return made

    def _key(self, what: tuple[int, Any, Mapping[int, Sequence[Across]]], content: str) -> bytes:
        order, thing, said = what
        place = emptied(thing) if isinstance(thing, Piece) else thing
        return Key(self.base, order, place, content, sorted(said.items())).digest

    def _found(self, what: tuple[int, Any, Mapping[int, Sequence[Across]]]) -> Any:
        """The result of an earlier run, None where there is none that can be used."""
        order, thing, _ = what
        with suppress(OSError, ValueError, KeyError, TypeError, zlib.error):
            place = self.known.get(self._key(what, _content(thing)))
            if place is None:
                return None
            with open(self.path, "rb") as file:
                file.seek(place)
                data = json.loads(zlib.decompress(b64decode(file.readline().split(b" ")[1])))
            if isinstance(thing, Piece):
                return _treated(data, thing)
            done = done_from(order, data)
            with open(self.out / thing.placed, "rb") as file:
                return done if done.undo and digest(file) == json.loads(done.undo)["after"] else None
        return None

    def _keep(self, key: bytes, data: Any) -> None:
        """One write, which may be cut: it begins with a line end, so that no other is cut with it. A result that cannot be kept
        will have to be made again."""
        content = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
        line = b"\n" + key.hex().encode() + b" " + b64encode(zlib.compress(content, 1)) + b" .\n"
        with suppress(OSError):
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            try:
                os.write(file, line)
            finally:
                os.close(file)


@dataclass
class Progress:
    """The results that are kept in the folder of a report, for this run and from one that was cut off. out: of cleaned files."""

    report: Path
    out: Path
    known: dict[bytes, int] = field(default_factory=dict)
    found: dict[str, bool] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file that they are in."""
        return self.report / FILE

    def begin(self, items: Iterable[Item]) -> None:
        """Look for what an earlier run has left, and do away with what it has left half done. What follows is known to be
        unfinished by this file, so it is on the disk before anything else is.

        Raises OSError."""
        if self.path.exists():
            self.known = _places(self.path)
            for folder in {self.report, self.out, *((self.out / item.placed).parent for item in items)}:
                swept(folder)
            for left in self.report.glob(f"{ROOM}*"):
                shutil.rmtree(left, ignore_errors=True)
            return
        with open(self.path, "xb") as file:
            os.fsync(file.fileno())
        settled(self.report)

    def keeping(self, run: Run, finish: Clean, keep_bad_bytes: bool) -> Callable[[Perform], Perform]:
        """What is put around the work on each thing."""
        base = Key(FORMAT, __version__, sys.version, program(), *models(run.settings), keep_bad_bytes, os.getcwd())
        settings = replace(run.settings, model=())  # known by their content
        how = settings, run.grade, run.settle, run.holds is not None, run.baseline and run.baseline.digest, finish
        return partial(Keeping, path=self.path, out=self.out, base=base.and_(*how).digest, known=self.known)

    def opened(self, results: Iterable[Any]) -> Iterator[Any]:
        """The results, whoever made them."""
        for result in results:
            if isinstance(result, Found):
                self.found.setdefault(item_of(result.thing).name, True)
                yield result.made
                continue
            piece = result.piece if isinstance(result, Treated) else result.thing if isinstance(result, Failure) else None
            if isinstance(piece, Piece):
                self.found[piece.item.name] = False
            yield result

    @property
    def finished(self) -> int:
        """How many files an earlier run had finished."""
        return sum(self.found.values())

    def end(self) -> None:
        """All is written: it is on the disk to stay before it is called finished.

        Raises OSError."""
        for folder in (self.out, self.report):
            settled(folder)
        self.path.unlink()


def _places(path: Path) -> dict[bytes, int]:
    """Where each whole line begins, by its key."""
    found: dict[bytes, int] = {}
    at = 0
    with open(path, "rb") as lines:
        for line in lines:
            with suppress(ValueError):
                if line.endswith(b" .\n"):
                    found[bytes.fromhex(line[: line.index(b" ")].decode("ascii"))] = at
            at += len(line)
    return found


def _content(thing: Item | Piece) -> str:
    """A hash of what there is in a thing. Raises OSError."""
    if isinstance(thing, Item):
        with open(thing.path, "rb") as file:
            return digest(file)
    rest = repr((thing.texts, thing.ids)).encode() if thing.texts or thing.ids else b""
    return sha256(sha256(thing.content).digest() + rest).hexdigest()


def _treated_as_data(treated: Treated, piece: Piece) -> dict[str, Any]:
    new = treated.new
    return {
        "rows": [(one.order, one.reason, one.row) if isinstance(one, Failure) else (one.order, done_as_data(one)) for one in treated.rows],
        "content": None if new.content == piece.content else _shown(new.content),
        "patches": [(patch.row, patch.start, patch.length, _shown(patch.old)) for patch in new.patches],
        "texts": new.texts,
        "changed": new.changed,
    }


def _treated(data: Mapping[str, Any], piece: Piece) -> Treated:
    from cleaner.formats.cuts import Patch
    from cleaner.formats.tables import Rewritten

    place = emptied(piece)
    rows = tuple(done_from(row[0], row[1]) if len(row) == 2 else Failure(row[0], row[1], place, row[2]) for row in data["rows"])
    content = piece.content if data["content"] is None else _bytes(data["content"])
    patches = tuple(Patch(row, start, length, _bytes(old)) for row, start, length, old in data["patches"])
    texts = data["texts"] and tuple(data["texts"])
    return Treated(place, Rewritten(content, patches, texts, data["changed"]), rows)


def _shown(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(shown: str) -> bytes:
    return shown.encode("utf-8", "surrogateescape")
