"""Misprints: where the language is surprised, and what should have stood there.

Four kinds of change are tried: another character (one that sounds or looks like it), one more, one less, two exchanged.
A place is looked at only where the strings about it are unknown; a change is weighed by what it gains in probability
(language.probability), and by evidence of words: what the segmenter makes of the run before and after, how many documents
hold the words and strings that the change makes and those it unmakes. The weights of the evidence (data/misprint-weights.csv)
were fitted on faults made at random in documents that the counts had not seen (language.fit).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from cleaner.language import confusables, lexicon
from cleaner.language.lexicon import ORDER, PHRASE, Language
from cleaner.language.probability import BEFORE, log_probability
from cleaner.language.symbols import FIRST, ROOM, Symbols, symbols
from cleaner.language.table import Hashes, begun, extended, hashes_of, holds

Kind = Literal["wrong", "lost", "added", "swapped"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Codes = npt.NDArray[np.int64]

LEAST = 7.0  # what a change must gain to be weighed at all
DOUBTFUL = -2.4  # the score of a misprint that is worth a note
OFTEN = 2  # times that an unknown pair may stand in a text and still be a misprint, not a name
AROUND = 12  # characters on either side that are cut into words


class Change(NamedTuple):
    """A change that may mend a misprint. at: its place among the symbols. char: the character that it puts there, 0 for none.
    gain: natural logarithm of how much likelier the text becomes. margin: how much more than the next best."""

    kind: Kind
    at: int
    char: int
    gain: float
    margin: float


class Evidence(NamedTuple):
    """What speaks for a change. before, after: the run of characters about it, and as changed; was, becomes: the part that
    changes. values: every piece of evidence as a number, by its name."""

    before: str
    after: str
    was: tuple[int, int]
    becomes: tuple[int, int]
    values: dict[str, float]


class Misprint(NamedTuple):
    """text[start:end] should read `new`. score: how sure that is (log odds, by the weights). good, documents: the longest known
    string that the change makes, and how many documents hold it; bad: what stands there instead."""

    kind: Kind
    start: int
    end: int
    new: str
    score: float
    gain: float
    good: str
    bad: str
    documents: int


@lru_cache(maxsize=4)
def misprints(text: str, models: tuple[str, ...] = ()) -> tuple[Misprint, ...]:
    """The misprints of a text that score DOUBTFUL and more, in order; of those that touch, the surest."""
    language = lexicon.chosen(models)
    read = symbols(text)
    found = [misprint for change in changes(read, language) if (misprint := _weighed(text, read, language, change)).score >= DOUBTFUL]
    found.sort(key=lambda misprint: (-misprint.score, misprint.start))
    apart: list[Misprint] = []
    for misprint in found:
        if all(misprint.end + 1 < other.start or other.end + 1 < misprint.start for other in apart):
            apart.append(misprint)
    return tuple(sorted(apart, key=lambda misprint: misprint.start))


# --- changes ---------------------------------------------------------------------------------------


Tried = tuple[Kind, Codes, Codes]
"""Changes of a kind: their places, and the characters that they put there."""


def changes(read: Symbols, language: Language) -> list[Change]:
    """Of every kind and place the best change that gains LEAST and more."""
    codes = read.codes
    pair, triple = holds(language.pairs, hashes_of(codes, 2)), holds(language.triples, hashes_of(codes, 3))
    rare = _rare(codes, pair)
    odd, middle = _odd(codes, rare, triple), _middle(codes, triple)
    wrong = np.union1d(odd, _framed(codes, middle, language))
    seams = np.union1d(_torn(codes, rare, triple), _gapped(codes, triple, language))
    tried = [_lost(codes, seams, language), _wrong(codes, wrong, language)]
    tried += [_added(codes, middle, language), _swapped(codes, middle, triple, language)]
    if not any(len(at) for _, at, _ in tried):
        return []
    kind = np.concatenate([np.full(len(at), KINDS.index(name)) for name, at, _ in tried])
    at, char = (np.concatenate([part[n] for part in tried]) for n in (1, 2))
    best = _best(kind, at, char, _gains(codes, language, kind, at, char))
    return [change for change in best if not _optional(codes, change, language)]


# No number and no negation is made up or taken away; 一 is half a word more often than a number.
_FACTS = np.array([ord(char) for char in "二三四五六七八九十百千万亿两零半第不未无非没"])
# Words of grammar stand for one another by intent (或 and 和), not by a slip; 的, 地 and 得 are a matter of style guides.
_GRAMMAR = np.array([ord(char) for char in "的地得和或与及并而且在于对向从由以为之其了着过也又就"])


PARTICLES = "的了是在和与等之为中有这及其"


def _rare(codes: Codes, pair: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """int8[n - 1]: 0 for a known pair, 1 for an unknown one, -1 for one that returns in the text: a name or a term of it."""
    strange = np.flatnonzero(~pair)
    keys = (codes[strange] << 16) | codes[strange + 1]
    _, which, often = np.unique(keys, return_inverse=True, return_counts=True)
    rare = np.zeros(len(pair), dtype=np.int8)
    rare[strange] = np.where(often[which] > OFTEN, -1, 1)
    return rare


def _odd(codes: Codes, rare: npt.NDArray[np.int8], triple: npt.NDArray[np.bool_]) -> Codes:
    """Places of Chinese characters in no known string of three, and in a pair with a neighbour that is not known, either."""
    left, right = rare[:-1], rare[1:]
    at = np.flatnonzero((np.maximum(left, right) > 0) & (np.minimum(left, right) >= 0)) + 1
    at = at[(at >= ROOM) & (at < len(codes) - ROOM) & (codes[at] >= FIRST)]
    at = at[~(triple[at - 2] | triple[at - 1] | triple[at])]
    return at[~np.isin(codes[at], _FACTS)]


def _torn(codes: Codes, rare: npt.NDArray[np.int8], triple: npt.NDArray[np.bool_]) -> Codes:
    """Places before which an unknown pair lies, in no known string of three."""
    at = np.flatnonzero(rare > 0) + 1
    at = at[(at >= ROOM) & (at < len(codes) - ROOM)]
    return at[~(triple[at - 2] | triple[at - 1])]


def _middle(codes: Codes, triple: npt.NDArray[np.bool_]) -> Codes:
    """Places of Chinese characters that are unknown between their neighbours."""
    at = np.flatnonzero(~triple[ROOM - 1 : len(codes) - ROOM - 1]) + ROOM
    return at[(codes[at] >= FIRST) & ~np.isin(codes[at], _FACTS)]


def _framed(codes: Codes, middle: Codes, language: Language) -> Codes:
    """... and stand in a frame that is well known."""
    frames = _strings(codes[middle - 2], codes[middle - 1], codes[middle + 1], codes[middle + 2])
    return middle[holds(language.frames, frames)]


def _gapped(codes: Codes, triple: npt.NDArray[np.bool_], language: Language) -> Codes:
    """Places before which a well-known string may lack a character, and where a string of three is unknown."""
    start = np.flatnonzero(holds(language.gaps, hashes_of(codes, ORDER)))
    at = np.unique((start[:, None] + np.arange(1, ORDER)).ravel())
    at = at[(at >= ROOM) & (at < len(codes) - ROOM)]
    torn: Codes = at[~(triple[at - 2] & triple[at - 1])]
    return torn


def _lost(codes: Codes, seams: Codes, language: Language) -> Tried:
    """Places between two Chinese characters, and a character that may have been lost there."""
    seams = seams[(codes[seams - 1] >= FIRST) & (codes[seams] >= FIRST)]
    before = codes[seams - 1] - FIRST
    low, high = language.starts[before].astype(np.int64), language.starts[before + 1].astype(np.int64)
    at = np.repeat(seams, high - low)
    char = language.followers[np.repeat(low, high - low) + _ranks(high - low)].astype(np.int64)
    good = holds(language.pairs, _strings(char, codes[at]))
    at, char = at[good], char[good]
    good = holds(language.triples, _strings(codes[at - 1], char, codes[at])) & (char != codes[at - 1]) & (char != codes[at])
    at, char = at[good], char[good]
    good = ~np.isin(char, _FACTS)
    at, char = at[good], char[good]
    four = language.ngrams.of(_strings(codes[at - 2], codes[at - 1], char, codes[at])) > 0
    four |= language.ngrams.of(_strings(codes[at - 1], char, codes[at], codes[at + 1])) > 0
    return "lost", at[four], char[four]


def _strings(*parts: Codes) -> Hashes:
    """int64[n] each -> uint64[n]: the strings they make, symbol by symbol."""
    found = np.full(len(parts[0]), begun(len(parts)), dtype=np.uint64)
    for part in parts:
        found = extended(found, part)
    return found


def _wrong(codes: Codes, odd: Codes, language: Language) -> Tried:
    """Places, and a character that may have been meant there."""
    each = [_alike(int(code)) for code in codes[odd]]
    at, char = np.repeat(odd, [len(some) for some in each]), np.concatenate([np.zeros(0, dtype=np.int64), *each])
    good = ~np.isin(char, _FACTS) & ~(np.isin(codes[at], _GRAMMAR) & np.isin(char, _GRAMMAR))
    at, char = at[good], char[good]
    good = holds(language.pairs, _strings(codes[at - 1], char))
    at, char = at[good], char[good]
    good = holds(language.pairs, _strings(char, codes[at + 1]))
    at, char = at[good], char[good]
    some = np.zeros(len(at), dtype=np.bool_)
    for three in ((codes[at - 2], codes[at - 1], char), (codes[at - 1], char, codes[at + 1]), (char, codes[at + 1], codes[at + 2])):
        some |= holds(language.triples, _strings(*three))
    return "wrong", at[some], char[some]


@lru_cache(maxsize=10_000)
def _alike(code: int) -> Codes:
    """What may have been meant by a character."""
    char = chr(code)
    return np.array([ord(other) for other in dict.fromkeys(confusables.sound(char) + confusables.shape(char))], dtype=np.int64)


def _added(codes: Codes, middle: Codes, language: Language) -> Tried:
    """Places of characters that may be one too many: a particle, or one like a neighbour. Any other is a word of its own more
    often than a slip (废水膜处理), and a doubled one is no matter of this."""
    before, here, after = codes[middle - 1], codes[middle], codes[middle + 1]
    at = middle[(before != here) & (after != here)]
    at = at[holds(language.triples, _strings(codes[at - 2], codes[at - 1], codes[at + 1]))]
    at = at[holds(language.triples, _strings(codes[at - 1], codes[at + 1], codes[at + 2]))]
    slip = [any(int(codes[place + n]) in _alike(int(codes[place])) for n in (-1, 1)) for place in at]
    at = at[np.isin(codes[at], list(map(ord, PARTICLES))) | np.array(slip, dtype=np.bool_)]
    return "added", at, np.zeros(len(at), dtype=np.int64)


def _swapped(codes: Codes, middle: Codes, triple: npt.NDArray[np.bool_], language: Language) -> Tried:
    """Places of the first of two characters that may stand in the wrong order."""
    at = middle[~triple[middle] & (codes[middle + 1] >= FIRST) & (codes[middle] != codes[middle + 1])]
    at = at[~np.isin(codes[at + 1], _FACTS)]
    at = at[holds(language.triples, _strings(codes[at - 1], codes[at + 1], codes[at]))]
    at = at[holds(language.triples, _strings(codes[at + 1], codes[at], codes[at + 2]))]
    return "swapped", at, np.zeros(len(at), dtype=np.int64)


def _ranks(sizes: Codes) -> Codes:
    """[2, 0, 3] -> [0, 1, 0, 1, 2]"""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)


# Of each kind: which symbols stand about a change, from BEFORE in front of it to BEFORE behind it; HERE: the new character.
_HERE = 0
_AFTER = {
    "wrong": (-4, -3, -2, -1, _HERE, 1, 2, 3, 4),
    "lost": (-4, -3, -2, -1, _HERE, 0, 1, 2, 3),
    "added": (-4, -3, -2, -1, 1, 2, 3, 4),
    "swapped": (-4, -3, -2, -1, 1, 0, 2, 3, 4, 5),
}
_WIDTH = 2 * BEFORE + 2
_READ = np.array([[*_AFTER[kind], *[0] * (_WIDTH - len(_AFTER[kind]))] for kind in KINDS])
_LENGTHS = np.array([len(_AFTER[kind]) - BEFORE for kind in KINDS])
_GONE = np.array([{"wrong": 1, "lost": 0, "added": 1, "swapped": 2}[kind] for kind in KINDS])


def _gains(codes: Codes, language: Language, kind: Codes, at: Codes, char: Codes) -> npt.NDArray[np.float64]:
    """What each change gains."""
    new = codes[at[:, None] + _READ[kind]]
    new[:, BEFORE] = np.where(char > 0, char, new[:, BEFORE])
    stretch, which = np.unique(at * 4 + _GONE[kind], return_inverse=True)
    old = codes[stretch[:, None] // 4 + np.arange(-BEFORE, _WIDTH - BEFORE)]
    lengths = np.concatenate((stretch % 4 + BEFORE, _LENGTHS[kind]))
    scores = log_probability(language, np.concatenate((old, new)), lengths)
    gains: npt.NDArray[np.float64] = scores[len(old) :] - scores[which]
    return gains


def _best(kind: Codes, at: Codes, char: Codes, gain: npt.NDArray[np.float64]) -> Iterator[Change]:
    """Of each place and kind the change that gains most, if it gains LEAST."""
    order = np.lexsort((char, -gain, at, kind))
    kind, at, char, gain = kind[order], at[order], char[order], gain[order]
    place = at * 4 + kind
    for n in np.flatnonzero((np.diff(place, prepend=-1) != 0) & (gain >= LEAST)).tolist():
        rival = n + 1 < len(at) and place[n + 1] == place[n]
        margin = gain[n] - gain[n + 1] if rival else gain[n]
        yield Change(KINDS[kind[n]], int(at[n]), int(char[n]), float(gain[n]), float(margin))


def _optional(codes: Codes, change: Change, language: Language) -> bool:
    """Is it a character that may be there or not (data/optional.csv)? 应 is as right as 应当, 战略 as 战略性; but a suffix belongs to a
    name that is always written with it (工业和信息化厅)."""
    if change.kind != "lost":
        return False
    left, right = ("".join(map(chr, codes[start : start + PHRASE])) for start in (change.at - PHRASE, change.at))
    char = chr(change.char)
    if not _may_be_left_out().search(f"{left}\0{char}\0{right}"):
        return False
    phrases = _about(left + char + right, (PHRASE, PHRASE + 1), PHRASE)
    return char not in SUFFIXES or not any(language.ngrams.documents(phrases))


SUFFIXES = "性化型式级区类部量率法"


@cache
def _may_be_left_out() -> re.Pattern[str]:
    return re.compile("|".join(f"{row['left']}\0{row['char']}\0{row['right']}" for row in lexicon.rows("optional.csv")))


# --- evidence --------------------------------------------------------------------------------------


def evidence(read: Symbols, language: Language, change: Change) -> Evidence:
    """What speaks for a change."""
    codes, at = read.codes, change.at
    low, high = at, at
    while at - low < AROUND and codes[low - 1] >= FIRST:
        low -= 1
    while high - at < AROUND + 1 and codes[high] >= FIRST:
        high += 1
    run = "".join(map(chr, codes[low:high]))
    k = at - low
    if change.kind == "wrong":
        after, was, becomes = run[:k] + chr(change.char) + run[k + 1 :], (k, k + 1), (k, k + 1)
    elif change.kind == "lost":
        after, was, becomes = run[:k] + chr(change.char) + run[k:], (k - 1, k + 1), (k, k + 1)
    elif change.kind == "added":
        after, was, becomes = run[:k] + run[k + 1 :], (k, k + 1), (max(0, k - 1), k + 1)
    else:
        after, was, becomes = run[:k] + run[k + 1] + run[k] + run[k + 2 :], (k, k + 2), (k, k + 2)
    old, new = lexicon.words(run), lexicon.words(after)
    old_here, new_here = _touching(old, was), _touching(new, becomes)
    documents = language.words.documents([*old_here, *new_here])
    old_known, new_known = documents[: len(old_here)], documents[len(old_here) :]
    known = [max(language.ngrams.documents(_about(after, becomes, n)), default=0) for n in (2, 3, 4, 5, PHRASE)]
    stood = [max(language.ngrams.documents(_about(run, was, n)), default=0) for n in (2, 3)]
    alike = confusables.alike(run[k], chr(change.char)) if change.kind == "wrong" else ""
    values = {
        "gain": change.gain,
        "margin": min(change.margin, 10.0),
        "longest word before": float(max(map(len, old_here), default=0)),
        "shortest word after": float(min(map(len, new_here), default=0)),
        "documents of the word before": _log(max((n for n, word in zip(old_known, old_here, strict=True) if len(word) > 1), default=0)),
        "documents of the word after": _log(min((n for n, word in zip(new_known, new_here, strict=True) if len(word) > 1), default=0)),
        "single characters before": float(_singles(old, was)),
        "single characters after": float(_singles(new, becomes)),
        "documents of what was left": _log(_left(language, new, becomes) if change.kind == "lost" else 0),
        "words fewer": float(len(old) - len(new)),
        **{f"documents of {n} after": _log(count) for n, count in zip((2, 3, 4, 5, PHRASE), known, strict=True)},
        **{f"documents of {n} before": _log(count) for n, count in zip((2, 3), stood, strict=True)},
        "documents of the character": _log(int(language.letters[ord(run[k])])),
        "sounds alike": float(alike in ("sound", "both")),
        "looks alike": float(alike in ("shape", "both")),
        "room on the left": float(min(k, 3)),
        "room on the right": float(min(len(run) - k, 4)),
    }
    return Evidence(run, after, was, becomes, values)


def _log(documents: float) -> float:
    return float(np.log1p(documents))


def _touching(words: Sequence[tuple[str, int, int]], part: tuple[int, int]) -> list[str]:
    return [word for word, start, end in words if start < part[1] and end > part[0]]


def _singles(words: Sequence[tuple[str, int, int]], part: tuple[int, int]) -> int:
    """Words of one character within two of the change."""
    return sum(len(word) == 1 for word, start, end in words if start < part[1] + 2 and end > part[0] - 2)


def _left(language: Language, words: Sequence[tuple[str, int, int]], part: tuple[int, int]) -> int:
    """Documents of what stays of a word without the character that was lost: 应 for 应当 and 战略 for 战略性 are right, too."""
    word, start, _ = next(word for word in words if word[2] > part[0])
    k = part[0] - start
    return max(language.words.documents([word[:k] + word[k + 1 :]])) if len(word) > 1 else 0


def _about(run: str, part: tuple[int, int], length: int) -> list[str]:
    """The strings of a length that hold the part of a run."""
    first, last = max(0, part[1] - length), min(part[0], len(run) - length)
    return [run[start : start + length] for start in range(first, last + 1)]


def _weighed(text: str, read: Symbols, language: Language, change: Change) -> Misprint:
    seen = evidence(read, language, change)
    weights = _weights()[change.kind]
    score = weights["base"] + sum(weights[name] * value for name, value in seen.values.items())
    start = int(read.at[change.at])
    end = start + int(_GONE[KINDS.index(change.kind)])
    new = text[start:end][::-1] if change.kind == "swapped" else chr(change.char) if change.char else ""
    return Misprint(change.kind, start, end, new, score, change.gain, *_best_known(seen, language))


def _best_known(seen: Evidence, language: Language) -> tuple[str, str, int]:
    """The longest known string about a change, what stands there instead, and documents of the first."""
    for length in (PHRASE, 5, 4, 3, 2):
        strings = _about(seen.after, seen.becomes, length)
        documents = language.ngrams.documents(strings)
        if any(documents):
            good = strings[documents.index(max(documents))]
            first = max(0, seen.becomes[1] - length) + strings.index(good)
            return good, seen.before[first : first + length + len(seen.before) - len(seen.after)], max(documents)
    return seen.after, seen.before, 0


@cache
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    for row in lexicon.rows("misprint-weights.csv"):
        for kind in KINDS:
            found[kind][row["evidence"]] = float(row[kind])
    return found
