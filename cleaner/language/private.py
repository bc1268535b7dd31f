"""Characters of private use: another font showed something for them. The text itself may tell what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleaner.model import Why
from cleaner.patterns import lazily


class Meant(NamedTuple):
    """text[start:end], characters of private use, stands for `new`; None: it is not known for what. sure: several places agree."""

    start: int
    end: int
    new: str | None
    why: Why
    sure: bool = False


def meant(text: str, runs: Sequence[tuple[int, int]]) -> Iterator[Meant]:
    """What the characters of private use at [start, end) stand for, as far as every place of the same one agrees."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end in runs:
        for k in range(start, end):
            if text[k] != text[start]:  # several different ones side by side: each may be anything
                places.setdefault(text[start:end], []).append((start, end))
                break
        else:
            places.setdefault(text[start], []).append((start, end))
    for char, all_ in places.items():
        found = _reading(text, all_) if len(char) == 1 else None
        for n, (start, end) in enumerate(all_):
            if found is None:
                for k in range(start, end):
                    yield Meant(k, k + 1, None, Why.of("U+{:04X} is of private use: what it showed is not known", ord(text[k])))
            else:
                new, shown = found[n]
                yield Meant(
                    start, end, new, Why.of("U+{:04X} shows {} here, by its places in the text", ord(char), shown), len(all_) >= AGREED
                )


AGREED = 3  # places that agree


def _reading(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str]] | None:
    """For each place what stands there, and how to say it."""
    return _end_of_line(text, places) or _point(text, places) or _same_words(text, places)


def _end_of_line(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str]] | None:
    """A mark of a paragraph's end, or a space there: after a full stop or a colon, and before the end of the line or an indent."""
    readings = []
    for start, end in places:
        before, after = text[start - 1 : start], text[end : end + 2]
        if before not in _ENDS or not before:
            return None
        if not after or after[0] in "\r\n":
            readings.append(("", "the end of a paragraph"))
        elif after == "　　":
            readings.append(("\r\n" if "\r\n" in text else "\n", "the end of a paragraph"))
        else:
            return None
    return readings


def _point(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str]] | None:
    """A point after the number of an entry, if the numbers go on from place to place."""
    numbers = []
    for start, end in places:
        m = _NUMBER.search(text, max(0, start - 8), start)
        if not m or end - start > 1 or text[end : end + 1].isdigit():
            return None
        numbers.append(int(m[1]))
    follow = sum(b == a + 1 for a, b in pairwise(numbers))
    return [(".", ".")] * len(places) if len(numbers) >= AGREED and follow >= AGREED - 1 else None


def _same_words(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str]] | None:
    """What stands elsewhere between the same characters on either side, if it is the same for all places that have such a twin."""
    seen = set()
    for start, end in places:
        left, right = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
        if end - start > 1 or len(left) < _BESIDE or len(right) < _BESIDE:
            return None
        pattern = re.compile(re.escape(left) + "([^\\s\ue000-\uf8ff])" + re.escape(right))
        seen |= {m[1] for m in pattern.finditer(text)}
    return [(char, char) for char in seen] * len(places) if len(seen) == 1 else None


_ENDS = "。！？；：!?;:”）"
_NUMBER = lazily(r"(?:^|[\r\n])[ 　]*([0-9]{1,2})$")
_BESIDE = 3  # characters on either side
