"""Which script a text is written in: simplified or traditional."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.views import code_points, traditional_to_simplified

TRADITIONAL, SIMPLIFIED = 1, 2
RESIDUE = 9  # simplified characters for each traditional one: so many make a text simplified
PASSAGE = 4  # traditional characters that make a line a quotation, if simplified ones do not outnumber them

Script = Literal["simplified", "traditional", "mixed", "neither"]


def kinds(text: str) -> npt.NDArray[np.uint8]:
    """uint8[len(text)]: TRADITIONAL where a character is never right in simplified text, SIMPLIFIED where never in traditional."""
    return _kinds()[code_points(text)]


def script_of(seen: npt.NDArray[np.uint8]) -> Script:
    """The script of a stretch, by what `kinds` says of its characters. Simplified: at most one in ten of those that tell the scripts
    apart is traditional."""
    traditional, simplified = int(np.count_nonzero(seen & TRADITIONAL)), int(np.count_nonzero(seen & SIMPLIFIED))
    if not traditional + simplified:
        return "neither"
    if traditional * RESIDUE <= simplified:
        return "simplified"
    return "traditional" if traditional > simplified else "mixed"


def is_passage(seen: npt.NDArray[np.uint8]) -> bool:
    """Is a line of simplified text a quotation in traditional script?"""
    traditional = int(np.count_nonzero(seen & TRADITIONAL))
    return traditional >= PASSAGE and traditional > int(np.count_nonzero(seen & SIMPLIFIED))


@cache
def simplified_forms() -> dict[str, str | None]:
    """Traditional characters that are never right in simplified text -> their simplified form; None where there are several."""
    kept = {row["char"] for row in lexicon.rows("traditional-kept.csv")}
    gb2312 = _repertoire("gb2312")
    return {
        old: None if old in _SEVERAL else new
        for old, new in traditional_to_simplified().items()
        if old not in kept and old not in gb2312 and new in gb2312
    }


# Of the characters with several simplified forms in TSCharacters, those whose forms are all in daily use
_SEVERAL = frozenset("畫鍊託諮")


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x110000, dtype=np.uint8)
    table[[ord(char) for char in simplified_forms()]] = TRADITIONAL
    table[[ord(char) for char in set(traditional_to_simplified().values()) - _repertoire("big5")]] = SIMPLIFIED
    return table


def _repertoire(encoding: str) -> frozenset[str]:
    """The characters of an encoding of two bytes."""
    return frozenset(
        bytes(byte for one in range(0x81, 0xFF) for two in range(0x40, 0xFF) for byte in (one, two)).decode(encoding, "ignore")
    )
