"""What a line must hold to fit a pattern of furniture: the column `needs` of data/furniture.csv.

    python -m cleaner.language.needed

Most lines hold nothing of the kind, and no pattern is tried on them. Of what a pattern asks for, the rarest is taken: by how many
of the documents that the shipped model was learnt from hold it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from math import inf
from pathlib import Path
from typing import Any

from cleaner.language import lexicon
from cleaner.language.lines import Row, expanded

DATA = Path(__file__).parents[1] / "data" / "furniture.csv"
COLUMNS = ("place", "pattern", "reason", "needs")
WORDS = ("tool", "menu", "site", "size")  # rows that are no patterns, but words of them
_SETS = 3  # of characters that are asked for
_MOST = 60  # characters: of more of them one stands in many a line
_LETTER, _MARK = 500, 5_000  # documents: Latin letters are rare in short lines; a colon or a bracket stands in every other one


def main() -> None:
    """Write the column anew."""
    rows = table()
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row[: len(COLUMNS)] for row in rows)


def table() -> list[Row]:
    """All rows, with the column as it should be."""
    rows = [Row(**row) for row in lexicon.rows(DATA.name)]
    return [row._replace(needs=needs(row)) for row in rows]


def needs(row: Row) -> str:
    """Characters of which every line that fits a row's pattern holds one, and others of which it holds one, too, with spaces between
    them, the rarest first; "" where there are none."""
    if row.place in WORDS:
        return ""
    parser: Any = re._parser  # type: ignore[attr-defined]  # what `re` makes of a pattern; it has no public name
    found = dict.fromkeys(need for need in _of_each(parser.parse(expanded(row.pattern))) if need)
    return " ".join("".join(sorted(need)) for need in sorted(found, key=lambda need: (_common(need), sorted(need)))[:_SETS])


Need = frozenset[str] | None
"""Characters of which one must be there; None where nothing must."""


def _of_each(parts: Iterable[tuple[Any, Any]]) -> list[Need]:
    """Of parts that follow one another."""
    return [_of(kind, what) for kind, what in parts]


def _of_all(parts: Iterable[tuple[Any, Any]]) -> Need:
    """The one of them that is seldom met."""
    return min(_of_each(parts), key=_common, default=None)


def _of(kind: object, what: Any) -> Need:
    match str(kind):
        case "LITERAL":
            return frozenset(chr(what))
        case "IN":
            return _of_set(what)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_all(what[2]) if what[0] else None
        case "SUBPATTERN":
            return _of_all(what[3])
        case "ATOMIC_GROUP":
            return _of_all(what)
        case "BRANCH":
            each = [_of_all(branch) for branch in what[1]]
            return None if None in each else _few(char for need in each for char in need or ())
    return None


def _of_set(members: Iterable[tuple[Any, Any]]) -> Need:
    chars = [_members(str(kind), what) for kind, what in members]
    return None if None in chars else _few(char for some in chars for char in some or ())


def _members(kind: str, what: Any) -> Iterator[str] | None:
    if kind == "LITERAL":
        return iter(chr(what))
    return map(chr, range(what[0], what[1] + 1)) if kind == "RANGE" else None  # no figures, which are of many scripts, no "all but"


def _few(chars: Iterable[str]) -> Need:
    found = frozenset(chars)
    return found if len(found) <= _MOST else None


def _common(need: Need) -> float:
    """In how many documents one of them stands, at most."""
    if need is None:
        return inf
    letters = lexicon.shipped().letters
    return sum(int(letters[ord(char)]) if char >= "\u3400" else _LETTER if char.isalnum() else _MARK for char in need)


if __name__ == "__main__":
    main()
