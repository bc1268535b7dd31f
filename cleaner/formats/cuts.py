"""Changes of bytes: what stands where in a stretch of a file, and what it becomes; and the way back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.model import Script


class Cut(NamedTuple):
    """data[start:start+len(old)] is `old` and becomes `new`. row: in which row that is."""

    row: int
    start: int
    old: bytes
    new: bytes


class Patch(NamedTuple):
    """The way back: `length` bytes from `start` on, counted in what was written, were `old`."""

    row: int
    start: int
    length: int
    old: bytes


def carried_out(content: bytes, cuts: Iterable[Cut]) -> tuple[bytes, list[Patch]]:
    """The bytes after the cuts (in ascending order, none into another), and the way back.

    Raises ValueError where a cut does not find what it expects."""
    parts: list[bytes] = []
    patches: list[Patch] = []
    done = size = 0
    for cut in cuts:
        if cut.start < done or content[cut.start : cut.start + len(cut.old)] != cut.old:
            raise ValueError(f"row {cut.row}: {cut.old!r} does not stand at byte {cut.start}")
        parts += (content[done : cut.start], cut.new)
        size += cut.start - done
        patches.append(Patch(cut.row, size, len(cut.new), cut.old))
        size += len(cut.new)
        done = cut.start + len(cut.old)
    parts.append(content[done:])
    return b"".join(parts), patches


def in_escaped(
    row: int, at: int, raw: str, script: Script, escapes: re.Pattern[str], escaped: Callable[[str], str], encoding: str
) -> list[Cut]:
    """A script for a text as cuts of the escaped form in which it stands: `raw`, at byte `at`.

    escapes: what stands for one character of the text; all else stands for itself. escaped: a new text, so written."""
    places = _places(raw, escapes, [place for edit in script for place in (edit.start, edit.end)])
    cuts: list[Cut] = []
    done = 0
    for edit, start, end in zip(script, places[::2], places[1::2]):
        at += len(raw[done:start].encode(encoding))
        old = raw[start:end].encode(encoding)
        cuts.append(Cut(row, at, old, escaped(edit.new).encode(encoding)))
        at, done = at + len(old), end
    return cuts


def _places(raw: str, escapes: re.Pattern[str], places: Sequence[int]) -> list[int]:
    """Where places of a text are in its escaped form."""
    found = [(m.start(), m.end() - m.start() - 1) for m in escapes.finditer(raw)]
    longer = [0, *accumulate(more for _, more in found)]
    starts = [start - before for (start, _), before in zip(found, longer)]  # in the text
    return [place + longer[bisect_left(starts, place)] for place in places]
