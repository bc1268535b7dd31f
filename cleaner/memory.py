"""What a check remembers of files that it has seen before: their sketches, what was said of them together, their results.

A result depends on the bytes of its file and its name, on the rules (this program, its data, the models), the settings, the
options, and on what was said of it against the others. All that is in its key; nothing is ever out of date, only unused."""

from __future__ import annotations

import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaner import __version__
from cleaner.cache import FORMAT, Cache
from cleaner.formats.files import Item
from cleaner.jobs import Check, Done, Reader
from cleaner.known import Key, done_as_data, done_from, models, program, program_files
from cleaner.language.margins import Margins
from cleaner.model import Grade, Hit, Level, Twin, Why
from cleaner.pipeline import Across, Failure, Numbered, Run
from cleaner.sketches import Sketch

NUMBERED = {"json", "jsonl", "csv", "html"}  # formats that show the place of a file in the run


class Memory:
    """What is remembered of the files of a run, of plain text all of them. It reads each of them once, to know it by its content."""

    def __init__(self, cache: Cache, items: Sequence[Item], reader: Reader, run: Run, finish: Check) -> None:
        self.cache = cache
        self.names = [item.name for item in items]
        self.contents = [_content(item) for item in items]
        base = Key(FORMAT, __version__, sys.version, _program(cache), reader.keep_bad_bytes, os.getcwd())
        self.of_texts = base.and_(*models(run.settings))
        rules = [(rule.code, run.settings.options(rule.code)) for rule in run.settings.chosen() if rule.across]
        self.of_all = self.of_texts.and_(run.keep, rules)
        how = run.settings, run.grade, run.settle, run.moot, run.baseline and run.baseline.digest, finish.formats, finish.lang, finish.gate
        self.of_results = self.of_texts.and_(*how)
        self.numbered = not NUMBERED.isdisjoint(finish.formats)
        self.known = 0
        self.waiting: dict[bytes, bytes] = {}

    def sketches(
        self, numbered: Sequence[Numbered[Item]], make: Callable[[Iterable[Numbered[Item]]], Iterator[Sketch | None]]
    ) -> list[Sketch | None]:
        """Those of the files, remembered or made."""
        keys = {order: self.of_texts.and_("sketch", self.names[order], self.contents[order]).digest for order, _ in numbered}
        held = self.cache.get(key for order, key in keys.items() if self.contents[order])
        found: dict[int, Sketch | None] = {}
        for order, key in keys.items():
            if key in held:
                with suppress(ValueError, KeyError, TypeError):
                    found[order] = _sketch(order, held[key])
        fresh = [(order, item) for order, item in numbered if order not in found]
        for (order, _), made in zip(fresh, make(fresh) if fresh else ()):
            found[order] = made
            if made and self.contents[order]:
                self._keep(keys[order], _sketch_as_data(made))
        return [found[order] for order, _ in numbered]

    def related(self) -> dict[int, list[Across]] | None:
        """What the corpus rules said of these very files."""
        key = self._together()
        held = self.cache.get([key]) if key else {}
        with suppress(ValueError, KeyError, TypeError):
            return {int(order): [(code, _hits(hits)) for code, hits in said] for order, said in json.loads(held[key or b""]).items()}
        return None

    def keep_related(self, related: Mapping[int, Sequence[Across]]) -> None:
        """Remember what the corpus rules said."""
        if key := self._together():
            with suppress(TypeError):
                self._keep(key, _said(related))

    def results(
        self,
        what: Iterable[tuple[int, Item, Mapping[int, Sequence[Across]]]],
        make: Callable[[Iterable[tuple[int, Item, Mapping[int, Sequence[Across]]]]], Iterator[Done | Failure]],
    ) -> Iterator[Done | Failure]:
        """Those of the files in their order, remembered or made. What was read with other bytes than were looked at is not kept."""
        asked = list(what)
        keys = {order: self._key(order, said.get(order, ())) for order, _, said in asked}
        held = self.cache.get(key for key in keys.values() if key)
        found: dict[int, Done] = {}
        for order, key in keys.items():
            if key in held:
                with suppress(ValueError, KeyError, TypeError):
                    found[order] = done_from(order, json.loads(held.pop(key)))
        self.known = len(found)
        fresh = [one for one in asked if one[0] not in found]
        making = make(fresh) if fresh else iter(())
        try:
            for order, _, _ in asked:
                if order in found:
                    yield found.pop(order)
                    continue
                made = next(making)
                if (key := keys[order]) and isinstance(made, Done) and made.sha256 == self.contents[order]:
                    self._keep(key, json.dumps(done_as_data(made)).encode())
                yield made
        finally:
            self._flush()

    def _together(self) -> bytes | None:
        files = list(zip(self.names, self.contents))
        return self.of_all.and_("related", *files).digest if all(self.contents) else None

    def _key(self, order: int, said: Sequence[Across]) -> bytes | None:
        if not self.contents[order]:
            return None
        parts = "result", self.names[order], self.contents[order], order if self.numbered else None
        with suppress(TypeError):
            return self.of_results.and_(*parts, _said({0: said})).digest
        return None

    def _keep(self, key: bytes, value: bytes) -> None:
        self.waiting[key] = value
        if len(self.waiting) >= 1_000:
            self._flush()

    def _flush(self) -> None:
        if self.waiting:
            self.cache.put(self.waiting)
            self.waiting = {}


def _content(item: Item) -> str | None:
    """The hash of a file, None where it cannot be read."""
    try:
        with open(item.path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return None


def _program(cache: Cache) -> str:
    """A hash of this program and its data. To read it all takes longer than a hook may: it is known by sizes and times."""
    stats = [(str(path), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in program_files()]
    key = Key("program", stats).digest
    if known := cache.get([key]).get(key):
        return known.decode("ascii", "replace")
    digest = program()
    cache.put({key: digest.encode()})
    return digest


_ARRAYS: dict[str, npt.DTypeLike] = {"values": np.uint32, "spans": np.int32, "hashes": np.uint64, "keys": np.uint64, "kinds": np.uint64}
_MARGINS: dict[str, npt.DTypeLike] = {"spans": np.int32, "hashes": np.uint64, "beside": np.bool_}


def _sketch_as_data(sketch: Sketch) -> bytes:
    data: dict[str, Any] = sketch._asdict() | {"whole": sketch.whole.hex()}
    margins = {name: _array_as_data(getattr(sketch.margins, name)) for name in _MARGINS}
    return json.dumps(data | {name: _array_as_data(data[name]) for name in _ARRAYS} | {"margins": margins}).encode()


def _sketch(order: int, held: bytes) -> Sketch:
    data = json.loads(held)
    arrays = {name: _array(kind, *data[name]) for name, kind in _ARRAYS.items()}
    margins = Margins(**{name: _array(kind, *data["margins"][name]) for name, kind in _MARGINS.items()})
    return Sketch(**data | arrays | {"whole": bytes.fromhex(data["whole"]), "order": order, "margins": margins})


def _array_as_data(array: npt.NDArray[Any]) -> tuple[tuple[int, ...], str]:
    return array.shape, b64encode(array.tobytes()).decode("ascii")


def _array(kind: npt.DTypeLike, shape: Sequence[int], content: str) -> npt.NDArray[Any]:
    return np.frombuffer(b64decode(content), dtype=kind).reshape(shape)


def _said(related: Mapping[int, Sequence[Across]]) -> bytes:
    data = {
        order: [(code, [hit._replace(why=_why_as_data(hit.why)) for hit in hits]) for code, hits in said] for order, said in related.items()
    }
    return json.dumps(data).encode()


def _why_as_data(why: Why) -> Any:
    return {"form": why.form, "facts": [_why_as_data(fact) if isinstance(fact, Why) else fact for fact in why.facts]}


def _why(data: Mapping[str, Any]) -> Why:
    return Why(data["form"], tuple(_why(fact) if isinstance(fact, dict) else fact for fact in data["facts"]))


def _hits(data: Iterable[Sequence[Any]]) -> tuple[Hit, ...]:
    found = []
    for values in data:
        hit = Hit(*values)
        found.append(
            hit._replace(
                why=_why(values[3]),
                grade=None if hit.grade is None else Grade(hit.grade),
                level=None if hit.level is None else Level(hit.level),
                twin=hit.twin and Twin(*hit.twin),
                cut=hit.cut and (hit.cut[0], hit.cut[1]),
            )
        )
    return tuple(found)
