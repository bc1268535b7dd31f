"""Characters that may be there or not: 应 is as right as 应当, 战略 as 战略性; but 中国 is not 中.

Two things speak for it: a list of what style leaves free (data/optional.csv), and how many strings of the corpus stand there
with the character and without it, by its neighbours (Language.omissions).
"""

from __future__ import annotations

import re
from functools import cache
from math import log
from typing import Literal

from cleaner.language import lexicon
from cleaner.language.lexicon import PHRASE, Language

NAMES = ("may be left out", "share left out", "share left out behind the left", "share left out before the right")
STANDS, LEFT_OUT = "\x01", "\x02"  # beside a character or a pair: strings with it, and those of them that stand without it, too

_USUAL = 0.06  # of all strings: 34,000 of 568,000
_PRIOR = 8  # strings that a pair must have for its share to weigh as much as that of the character


Held = Literal["always", "often", ""]


Counts = tuple[int, ...]
"""How many strings stand with a character and how many of them without it, too; the same behind what is left of it, and before
what is right of it."""


def evidence(language: Language, left: str, char: str, right: str) -> tuple[float, ...]:
    """What says that a text may do without a character between two strings, by NAMES: 1.0 if the list does, and the logarithms
    of shares of strings."""
    return float(held(language, left, char, right) != ""), *shares(counts(language, left, char, right))


def counts(language: Language, left: str, char: str, right: str) -> Counts:
    """What is counted of a character between two strings."""
    behind, before = left[-1:] + char, char + right[:1]
    wanted = (char + STANDS, char + LEFT_OUT, behind + STANDS, behind + LEFT_OUT, STANDS + before, LEFT_OUT + before)
    every, without, *pairs = language.omissions.documents(wanted)
    # of a pair that is never left out only the documents are known
    one, two = (stands or n for stands, n in zip(pairs[::2], language.ngrams.documents([behind, before]), strict=True))
    return every, without, one, pairs[1], two, pairs[3]


def shares(counts: Counts) -> tuple[float, float, float]:
    """The logarithms of the shares that are left out, by NAMES."""
    every, without, one, of_one, two, of_two = counts
    share = (without + _USUAL * _PRIOR) / (every + _PRIOR)
    return log(share), log((of_one + share * _PRIOR) / (one + _PRIOR)), log((of_two + share * _PRIOR) / (two + _PRIOR))


def held(language: Language, left: str, char: str, right: str) -> Held:
    """How the list holds it: "always" for words of grammar that are as right with one character as with two, "often" for what short
    forms leave out, which evidence may overrule. A suffix belongs to a name that is always written with it (工业和信息化厅)."""
    left, right = left[-PHRASE:], right[:PHRASE]
    gap = f"{left}\0{char}\0{right}"
    listed = _listed()
    if listed["always"].search(gap):
        return "always"
    suffix = listed["weakly"].search(gap)
    if suffix:
        whole, k = left + char + right, len(left)
        phrases = [whole[n : n + PHRASE] for n in range(max(0, k - PHRASE + 1), min(k, len(whole) - PHRASE) + 1)]
        suffix = None if any(language.ngrams.documents(phrases)) else suffix
    return "often" if suffix or listed["often"].search(gap) else ""


@cache
def _listed() -> dict[str, re.Pattern[str]]:
    """What is held in each way: patterns over text with the character between two marks."""
    rows: dict[str, list[str]] = {"always": [], "often": [], "weakly": []}
    for row in lexicon.rows("optional.csv"):
        rows[row["holds"]].append(f"{row['left']}\0{row['char']}\0{row['right']}")
    return {holds: re.compile("|".join(some)) for holds, some in rows.items()}
