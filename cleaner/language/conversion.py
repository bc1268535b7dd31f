"""One script of Chinese into another, word for word as OpenCC does it.

The dictionaries and the order in which they are asked are those of opencc-python-reimplemented (its config/*.json); the result is
equal to what that library gives. It is not called: it looks at every stretch of every length, at 0.4 million characters a second.
Here only pieces that hold a character which some dictionary changes are looked at, those that begin no phrase go through one
table, and in the others phrases are sought where one begins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.patterns import lazily
from cleaner.views import code_points


class Change(NamedTuple):
    """text[start:end] becomes `new`."""

    start: int
    end: int
    new: str


def changes(text: str, config: str) -> Iterator[Change]:
    """What a conversion (t2s, s2t, s2tw, s2hk, t2tw, t2hk) changes in a text, in order."""
    way = _way(config)
    at = np.flatnonzero(way.changed[code_points(text)]).tolist()
    done = 0
    for i in at:
        if i < done:
            continue
        start, done = _piece(text, i)
        old = text[start:done]
        new = old
        for step in way.steps:
            new = _stepped(new, step)
        if new != old:
            yield from _differences(old, new, start)


def converted(text: str, config: str) -> str:
    """A text after a conversion."""
    parts: list[str] = []
    done = 0
    for start, end, new in changes(text, config):
        parts += text[done:start], new
        done = end
    return "".join((*parts, text[done:]))


class _Step(NamedTuple):
    """characters: what single ones become. phrases: what longer strings become, with the dictionary's rank; lengths: of the phrases
    that begin with a character, the longest first."""

    characters: Mapping[int, str]
    phrases: Mapping[str, tuple[int, str]]
    lengths: Mapping[str, tuple[int, ...]]


class _Way(NamedTuple):
    """changed: bool[0x110000], is it a character by which one sees that something may change?"""

    steps: tuple[_Step, ...]
    changed: npt.NDArray[np.bool_]


def _stepped(piece: str, step: _Step) -> str:
    """The dictionaries of a step one after the other, in each the longest phrases first, of equal ones the leftmost."""
    starts = ((i, length) for i, char in enumerate(piece) for length in step.lengths.get(char, ()) if i + length <= len(piece))
    seen = ((i, length, step.phrases.get(piece[i : i + length])) for i, length in starts)
    found = [(entry[0], -length, i, entry[1]) for i, length, entry in seen if entry]
    if not found:
        return piece.translate(step.characters)
    taken: list[tuple[int, int, str]] = []
    free = [True] * len(piece)
    for _, minus, i, new in sorted(found):
        if all(free[i : i - minus]):
            free[i : i - minus] = [False] * -minus
            taken.append((i, i - minus, new))
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(taken):
        parts += piece[done:start].translate(step.characters), new
        done = end
    return "".join((*parts, piece[done:].translate(step.characters)))


def _differences(old: str, new: str, at: int) -> Iterator[Change]:
    if len(old) == len(new):
        yield from (Change(at + i, at + i + 1, b) for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
        return
    for tag, start, end, lo, hi in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Change(at + start, at + end, new[lo:hi])


def _piece(text: str, i: int) -> tuple[int, int]:
    """The stretch about text[i] between two of the marks that OpenCC parts texts at: no phrase goes across one."""
    start = i
    while start and text[start - 1] not in _PARTS and not text[start - 1].isspace():
        start -= 1
    end = _NEXT_PART.search(text, i)
    return start, end.start() if end else len(text)


_PARTS = frozenset(
    "-,.?!*　，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼"
)
_NEXT_PART = lazily(f"[\\s{re.escape(''.join(sorted(_PARTS)))}]")


@cache
def _way(config: str) -> _Way:
    chain = json.loads(files("opencc").joinpath(f"config/{config}.json").read_text("utf-8"))["conversion_chain"]
    steps = tuple(_step(link["dict"]) for link in chain)
    changed = np.zeros(0x110000, dtype=np.bool_)
    for step in steps:
        changed[[point for point, new in step.characters.items() if new != chr(point)]] = True
    for step in steps:  # a phrase in which nothing else would be changed is seen by what it changes: 瞭解, 沈船
        for phrase, (_, new) in step.phrases.items():
            if new != phrase and not changed[[ord(char) for char in phrase]].any():
                changed[ord(next((old for old, char in zip(phrase, new, strict=False) if old != char), phrase[0]))] = True
    return _Way(steps, changed)


def _step(listed: Mapping[str, Any]) -> _Step:
    names = [entry["file"] for entry in listed.get("dicts", (listed,))]
    characters: dict[int, str] = {}
    phrases: dict[str, tuple[int, str]] = {}
    lengths: dict[str, set[int]] = {}
    for rank, name in enumerate(names):
        for old, new in _dictionary(name).items():
            if len(old) == 1:
                characters.setdefault(ord(old), new)
            elif old not in phrases:
                phrases[old] = (rank, new)
                lengths.setdefault(old[0], set()).add(len(old))
    return _Step(characters, phrases, {char: tuple(sorted(some, reverse=True)) for char, some in lengths.items()})


@cache
def _dictionary(name: str) -> Mapping[str, str]:
    """String -> the first of what it may become."""
    rows = files("opencc").joinpath(f"dictionary/{name}").read_text("utf-8").split("\n")
    pairs = (row.strip().split("\t") for row in rows if row.strip())
    return {old: values.split(" ")[0] for old, values in pairs}
