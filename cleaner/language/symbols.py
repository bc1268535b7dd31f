"""A text as the language model reads it: Chinese characters, and everything between them as one of a few signs.

Numbers are one sign whatever they say, so are letters of other scripts, marks, and brackets with quotation marks: what
matters for a character is its neighbours, and which sum stands there is no matter of language. Traditional characters
are read as simplified ones.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.views import Reader, code_points, traditional_to_simplified

Symbol = npt.NDArray[np.int64]

MARK, NUMBER, LETTERS, BRACKET, OTHER = (ord(sign) for sign in ",0A(?")
FIRST, LAST = 0x4E00, 0x9FFF  # the Chinese characters that are counted
ROOM = 8  # marks before and after a text, so that no window leaves it


class Symbols(NamedTuple):
    """codes: int64[n], with ROOM marks on either side. at: int64[n], where each stands in the text."""

    codes: Symbol
    at: Symbol


@lru_cache(maxsize=2)
def symbols(text: str) -> Symbols:
    """A text as symbols; what follows one another of the same kind between Chinese characters is one symbol."""
    return compiled(text) if _reader().reads(len(text)) else by_numpy(text)


@cache
def _reader() -> Reader:
    return Reader()


def compiled(text: str) -> Symbols:
    """The same, compiled: for who reads many characters."""
    from cleaner.language import scanned

    return Symbols(*scanned.symbols(code_points(text), _small_table(), MARK))


@cache
def _small_table() -> npt.NDArray[np.uint16]:
    return _table().astype(np.uint16)


def by_numpy(text: str) -> Symbols:
    """The same by numpy, for few."""
    read = _table()[np.minimum(code_points(text), 0xFFFF)]
    keep = (read != np.concatenate((read[:1] ^ 1, read[:-1]))) | (read >= FIRST)
    at = np.flatnonzero(keep)
    marks = np.full(ROOM, MARK, dtype=np.int64)
    places = (np.zeros(ROOM, dtype=np.int64), at, np.full(ROOM, len(text), dtype=np.int64))
    return Symbols(np.concatenate((marks, read[at], marks)), np.concatenate(places))


@cache
def _table() -> Symbol:
    """int64[65536]: the symbol of every character of the basic plane; others are read as its last one, which is none."""
    read = np.full(0x10000, OTHER, dtype=np.int64)
    read[FIRST : LAST + 1] = np.arange(FIRST, LAST + 1)
    points = (*range(0x3400), *range(0xFE00, 0x10000))
    categories = map(unicodedata.category, map(chr, points))
    read[points,] = [_SIGNS.get(category) or _SIGNS.get(category[0], OTHER) for category in categories]
    read[[point for point in points if chr(point).isdigit() or chr(point) in "〇.．%％"]] = NUMBER
    read[[ord(char) for char in "\"'"]] = BRACKET
    for traditional, simplified in traditional_to_simplified().items():
        if traditional < "\uffff":
            read[ord(traditional)] = ord(simplified) if "\u4e00" <= simplified <= "\u9fff" else OTHER
    read[0xFFFF] = OTHER  # what lies beyond the basic plane
    return read


_SIGNS = {"P": MARK, "Z": MARK, "C": MARK, "L": LETTERS} | dict.fromkeys(("Ps", "Pe", "Pi", "Pf"), BRACKET)
