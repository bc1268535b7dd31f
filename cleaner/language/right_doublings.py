"""What is rightly doubled, and what is about a doubling: its neighbours, its run of characters, its copies elsewhere.

The families of right doublings are rows of cleaner/data/doublings.csv.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cleaner.language import lexicon
from cleaner.language.occurrences import times
from cleaner.views import simplified

CHARACTERS = ("adverb", "affix", "each", "head", "name", "numeral", "plan", "prefix", "quote", "seat", "suffix", "verb")
WORDS = ("compound", "word")

BESIDE = 5  # characters on either side that tell a copy of the sentence from a phrase that recurs
AROUND = 14  # characters of a run that are cut into words on either side of a doubling

_SEAM = "\0"
_HOLDS = ("always", "weakly", "twice", "told")


def excepted(text: str, seam: int, families: tuple[str, ...]) -> str:
    """How a family of right doublings holds at this seam: "always", "weakly" (evidence may overrule it), "twice" (but three
    copies are two), "told" (with no evidence it is only told), or ""."""
    return _held(simplified(text[max(0, seam - 12) : seam] + _SEAM + text[seam : seam + 8]), families)


@lru_cache(maxsize=1024)
def _held(window: str, families: tuple[str, ...]) -> str:
    return next((holds for holds, pattern in _exceptions(families) if pattern.search(window)), "")


@cache
def _exceptions(families: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Of each strength, one pattern over text with the seam marked."""
    rows = [row for row in lexicon.rows("doublings.csv") if row["family"] in families]
    by = {holds: [f"(?:{row['left']}){_SEAM}(?:{row['right']})" for row in rows if row["holds"] == holds] for holds in _HOLDS}
    return tuple((holds, re.compile("|".join(patterns))) for holds, patterns in by.items() if patterns)


# --- what is about a doubling ---------------------------------------------------------------------


def neighbours(text: str, start: int, end: int) -> tuple[str, str]:
    """Up to two Chinese characters that touch text[start:end] on the left, and on the right."""
    left, right = _han(text, start - 1), _han(text, end)
    return left and _han(text, start - 2) + left, right and right + _han(text, end + 1)


def _han(text: str, at: int) -> str:
    return text[at] if 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff" else ""


def run(text: str, start: int, end: int) -> tuple[int, int]:
    """The run of Chinese characters about a place, cut off at AROUND characters."""
    low, high = start, end
    while start - low < AROUND and _han(text, low - 1):
        low -= 1
    while high - end < AROUND and _han(text, high):
        high += 1
    return low, high


def copied(text: str, start: int, end: int, single: str) -> bool:
    """The same sentence stands elsewhere in the text without the doubling: two copies differ, and it is for a person to say
    how the one that stays should read."""
    sentence = text[max(0, start - BESIDE) : start] + single + text[end : end + BESIDE]
    if start < BESIDE or len(text) - end < BESIDE:  # a part of the sentence, which stands in the doubling itself
        return text.find(sentence, 0, start) >= 0 or text.find(sentence, end) >= 0
    return times(text, sentence) > 0
