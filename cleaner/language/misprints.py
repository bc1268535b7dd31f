"""Misprints: where the language is surprised, and what should have stood there.

The changes of language.candidates are weighed by evidence of words: what the segmenter makes of the run before and after, how
many documents hold the words and strings that the change makes and those it unmakes. The weights of the evidence
(data/misprint-weights.csv) were fitted on faults made at random in documents that the counts had not seen (language.fit).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import log1p
from typing import NamedTuple

from cleaner.language import confusables, lexicon, omissions
from cleaner.language.candidates import AROUND, GONE, KINDS, LEAST, OFTEN, Change, Gains, Kind, search
from cleaner.language.lexicon import PHRASE, Language
from cleaner.language.occurrences import times
from cleaner.language.symbols import BRACKET, FIRST, Symbols, symbols

Part = tuple[int, int]
# What a change gains that is told: of 23,000 faults that were found so, one in a thousand of its kind gained less. Other changes of
# these kinds are many, and need no look.
_SURE: Gains = (10.5, LEAST[1], 13.8, LEAST[3])
DOUBTFUL = -3.0  # the score of a misprint that is worth a note


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
    string that the change makes, and how many documents hold it; bad: what stands there instead. fives: how many strings of five
    that the change makes are known."""

    kind: Kind
    start: int
    end: int
    new: str
    score: float
    gain: float
    good: str
    bad: str
    documents: int
    elsewhere: int = 0
    fives: int = 0


@lru_cache(maxsize=4)
def misprints(text: str, models: tuple[str, ...] = (), least: float = DOUBTFUL) -> tuple[Misprint, ...]:
    """The misprints of a text that score `least` and more, in order; of those that touch, the surest."""
    language = lexicon.chosen(models)
    read = symbols(text)
    gains = _SURE if least >= 0 else LEAST
    likely = [change for change in search(models)(read, gains) if _may_score(least, read, language, change)]
    found = [misprint for change in likely if (misprint := _weighed(text, read, language, change, least)) and misprint.score >= least]
    found.sort(key=lambda misprint: (-misprint.score, misprint.start))
    apart: list[Misprint] = []
    for misprint in found:
        if all(misprint.end + 1 < other.start or other.end + 1 < misprint.start for other in apart):
            apart.append(misprint)
    return tuple(sorted(apart, key=lambda misprint: misprint.start))


# --- evidence --------------------------------------------------------------------------------------


def evidence(read: Symbols, language: Language, change: Change) -> Evidence:
    """What speaks for a change."""
    written = run, after, was, becomes, k = _written(read, change)
    old, new = _placed(lexicon.cut(run)), _placed(lexicon.cut(after))
    old_here, new_here = _touching(old, was), _touching(new, becomes)
    old_known, new_known = _word_documents(language, old_here, new_here)
    strings = change.documents or documents_about(language, *written)
    values = {
        "longest word before": float(max(map(len, old_here), default=0)),
        "shortest word after": float(min(map(len, new_here), default=0)),
        "documents of the word before": _log(old_known),
        "documents of the word after": _log(new_known),
        "single characters before": float(_singles(old, was)),
        "single characters after": float(_singles(new, becomes)),
        "documents of what was left": _log(_left(language, new, becomes) if change.kind == "lost" else 0),
        "words fewer": float(len(old) - len(new)),
        **{name: _log(count) for name, count in zip(_STRINGS, strings, strict=True)},
        **dict(zip(omissions.NAMES, _omitted(language, after, becomes[0], change), strict=True)),
        **_plain(language, run, k, change),
    }
    return Evidence(run, after, was, becomes, values)


def is_free(language: Language, change: Change, seen: Evidence) -> bool:
    """Is what a change would put there free by style: 应 and 应当?"""
    k = seen.becomes[0]
    return change.kind == "lost" and omissions.held(language, seen.after[:k], seen.after[k], seen.after[k + 1 :]) == "always"


def _plain(language: Language, run: str, k: int, change: Change) -> dict[str, float]:
    """What is known without words and strings. k: the place of the change in its run."""
    alike = confusables.alike(run[k], chr(change.char)) if change.kind == "wrong" else ""
    return {
        "gain": change.gain,
        "margin": min(change.margin, 10.0),
        "documents of the character": _log(int(language.letters[ord(run[k])])),
        "sounds alike": float(alike in ("sound", "both")),
        "looks alike": float(alike in ("shape", "both")),
        "stands elsewhere": float(change.elsewhere > 0),
        "times elsewhere": _log(change.elsewhere),
        "room on the left": float(min(k, 3)),
        "room on the right": float(min(len(run) - k, 4)),
    }


def _omitted(language: Language, after: str, k: int, change: Change) -> tuple[float, ...]:
    """What says that the text may do without the character that it lacks."""
    if change.kind != "lost":
        return _NOT_OMITTED
    left, char, right = after[:k], after[k], after[k + 1 :]
    listed = omissions.held(language, left, char, right) != ""
    return float(listed), *omissions.shares(change.left_out or omissions.counts(language, left, char, right))


_NOT_OMITTED = (0.0,) * len(omissions.NAMES)
_STRINGS = (*(f"documents of {n} after" for n in (2, 3, 4, 5, PHRASE)), "documents of 2 before", "documents of 3 before")


def documents_about(language: Language, before: str, after: str, was: Part, becomes: Part, k: int) -> tuple[int, ...]:
    """The most documents that hold a string about a change, as in Change."""
    wanted = [*(_about(after, becomes, n) for n in (2, 3, 4, 5, PHRASE)), *(_about(before, was, n) for n in (2, 3))]
    found = iter(language.ngrams.documents([string for strings in wanted for string in strings]))
    return tuple(max((next(found) for _ in strings), default=0) for strings in wanted)


def _log(documents: float) -> float:
    return log1p(documents)


class _Written(NamedTuple):
    """The run of characters about a change, and as changed; the part that changes in both; the place of the change."""

    before: str
    after: str
    was: Part
    becomes: Part
    k: int


def _written(read: Symbols, change: Change) -> _Written:
    first = max(0, change.at - AROUND)
    near = read.codes[first : change.at + AROUND + 1].astype("<u4").tobytes().decode("utf-32-le")
    left, right = near[: change.at - first], near[change.at - first :]
    k = _RUN.match(left[::-1]).end()  # type: ignore[union-attr]  # it matches the empty string
    run = left[len(left) - k :] + right[: _RUN.match(right).end()]  # type: ignore[union-attr]
    if change.kind == "wrong":
        return _Written(run, run[:k] + chr(change.char) + run[k + 1 :], (k, k + 1), (k, k + 1), k)
    if change.kind == "lost":
        return _Written(run, run[:k] + chr(change.char) + run[k:], (k - 1, k + 1), (k, k + 1), k)
    if change.kind == "added":
        return _Written(run, run[:k] + run[k + 1 :], (k, k + 1), (max(0, k - 1), k + 1), k)
    return _Written(run, run[:k] + run[k + 1] + run[k] + run[k + 2 :], (k, k + 2), (k, k + 2), k)


_RUN = re.compile(f"[{chr(FIRST)}-\uffff]*")


def _placed(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Words with their starts and ends, as lexicon.words gives them at five times the cost."""
    ends = list(accumulate(map(len, words)))
    return list(zip(words, [0, *ends], ends, strict=False))


def _touching(words: Sequence[tuple[str, int, int]], part: Part) -> list[str]:
    return [word for word, start, end in words if start < part[1] and end > part[0]]


def _word_documents(language: Language, old: list[str], new: list[str]) -> tuple[int, int]:
    """The most documents that hold one of the old words of more than one character, and the fewest that hold one of the new."""
    old, new = [word for word in old if len(word) > 1], [word for word in new if len(word) > 1]
    documents = language.words.documents([*old, *new]) if old or new else []
    return max(documents[: len(old)], default=0), min(documents[len(old) :], default=0)


def _singles(words: Sequence[tuple[str, int, int]], part: Part) -> int:
    """Words of one character within two of the change."""
    return sum(len(word) == 1 for word, start, end in words if start < part[1] + 2 and end > part[0] - 2)


def _left(language: Language, words: Sequence[tuple[str, int, int]], part: Part) -> int:
    """Documents of what stays of a word without the character that was lost: 应 for 应当 and 战略 for 战略性 are right, too."""
    word, start, _ = next(word for word in words if word[2] > part[0])
    k = part[0] - start
    return max(language.words.documents([word[:k] + word[k + 1 :]])) if len(word) > 1 else 0


def _about(run: str, part: tuple[int, int], length: int) -> list[str]:
    """The strings of a length that hold the part of a run."""
    first, last = max(0, part[1] - length), min(part[0], len(run) - length)
    return [run[start : start + length] for start in range(first, last + 1)]


# --- judgement -------------------------------------------------------------------------------------


def _may_score(least: float, read: Symbols, language: Language, change: Change) -> bool:
    """May the evidence for a change come to a score? By words as they are cut, and of the few that come to it so, by how many
    documents hold them: nearly all changes in right text are passed over by that, at a third of what the evidence costs."""
    run, after, was, becomes, k = _written(read, change)
    weigh = _bounds(change.kind)
    score = weigh.base + weigh.gain * change.gain + weigh.margin * min(change.margin, 10.0)
    if change.elsewhere:
        score += weigh.elsewhere + weigh.times * log1p(change.elsewhere)
    score += weigh.character * log1p(int(language.letters[ord(run[k])])) + weigh.left * min(k, 3) + weigh.right * min(len(run) - k, 4)
    if change.documents is None:
        score += weigh.unseen
    else:
        for weight, count in zip(weigh.strings, change.documents, strict=True):
            score += weight * log1p(count)
    old, new = lexicon.cut(run), lexicon.cut(after)
    (longest, _, singly), (_, shortest, single) = _cut(old, was), _cut(new, becomes)
    score += weigh.longest * longest + weigh.shortest * shortest + weigh.singly * singly + weigh.single * single
    score += weigh.fewer * (len(old) - len(new))
    if change.kind == "lost":
        listed, *weights = weigh.omitted
        if change.left_out:  # the list is looked up last: it costs most
            score += sum(weight * value for weight, value in zip(weights, omissions.shares(change.left_out), strict=True))
            if score + max(0.0, listed) <= least - _ROUNDING:
                return False
            score += listed * (omissions.held(language, after[:k], after[k], after[k + 1 :]) != "")
        else:
            for weight, value in zip(weigh.omitted, _omitted(language, after, k, change), strict=True):
                score += weight * value
    if score <= least - _ROUNDING:
        return False
    old_known, new_known = _word_documents(language, _touching(_placed(old), was), _touching(_placed(new), becomes))
    return score - weigh.words + weigh.old_known * log1p(old_known) + weigh.new_known * log1p(new_known) > least - _ROUNDING


class _Bounds(NamedTuple):
    """The weights of what is known of a change before words are looked up, and of those that touch it. base: with the most that all
    else can add; words: the most that words before and after can; unseen: the most that `strings` can."""

    base: float
    words: float
    old_known: float
    new_known: float
    gain: float
    margin: float
    elsewhere: float
    times: float
    character: float
    left: float
    right: float
    strings: tuple[float, ...]
    unseen: float
    omitted: tuple[float, ...]
    longest: float
    shortest: float
    singly: float
    single: float
    fewer: float


@cache
def _bounds(kind: Kind) -> _Bounds:
    of = _weights()[kind]
    most = log1p(0xFFFF)
    return _Bounds(
        base=of["base"]
        + sum(max(0.0, of[name]) * most for name in _OF_WORDS)
        + sum(max(0.0, of[f"{way} alike"]) for way in ("sounds", "looks")),
        words=sum(max(0.0, of[name]) * most for name in _OF_WORDS[:2]),
        old_known=of[_OF_WORDS[0]],
        new_known=of[_OF_WORDS[1]],
        gain=of["gain"],
        margin=of["margin"],
        elsewhere=of["stands elsewhere"],
        times=of["times elsewhere"],
        character=of["documents of the character"],
        left=of["room on the left"],
        right=of["room on the right"],
        strings=tuple(of[name] for name in _STRINGS),
        unseen=sum(max(0.0, of[name]) * most for name in _STRINGS),
        omitted=tuple(of[name] for name in omissions.NAMES),
        longest=of["longest word before"],
        shortest=of["shortest word after"],
        singly=of["single characters before"],
        single=of["single characters after"],
        fewer=of["words fewer"],
    )


_OF_WORDS = ("documents of the word before", "documents of the word after", "documents of what was left")
_ROUNDING = 1e-6  # what sums in another order may differ by


def _cut(words: Sequence[str], part: Part) -> tuple[int, int, int]:
    """The length of the longest and the shortest word that touches a part of a run, and the words of one character within two of it."""
    sizes, singles = [], 0
    start = 0
    for word in words:
        size = len(word)
        end = start + size
        if start >= part[1] + 2:
            break
        if start < part[1] + 2 and end > part[0] - 2:
            singles += size == 1
            if start < part[1] and end > part[0]:
                sizes.append(size)
        start = end
    return max(sizes, default=0), min(sizes, default=0), singles


# Provinces by one character: 驻琼部队 is no misprint of 驻京部队, 和美湘村 a play on words. Those that are common characters besides
# (川, 青, 新, 云, 贵) are left out.
_PROVINCES = frozenset("京津沪渝冀豫湘皖鲁浙赣鄂桂晋蒙陕闽粤黔滇琼陇")
_OTHERS = frozenset(map(frozenset, ("他她", "他它", "她它", "粘黏")))  # one is as right as the other, by meaning or by custom
_SET = 15  # documents of a string of five that is as good as a set phrase
_SLOGAN = 3  # characters between two marks that are one by style: 优结构、提质量、强基础
_COINED = 8  # characters in quotation marks that are a word of somebody's own
_SIDE = 4  # characters on either side by which two places of a string are told apart


def _meant(text: str, read: Symbols, language: Language, change: Change, seen: Evidence) -> bool:
    """Does something speak for it that the text was meant as it stands? A province's character, a word coined in quotation marks,
    three characters between marks, a string that returns in other company; or neither a word nor a set phrase explains the change."""
    codes, at = read.codes, change.at
    set_phrase = seen.values[f"documents of {PHRASE} after"]
    if change.kind == "wrong":
        written, meant = chr(codes[at]), chr(change.char)
        if {written, meant} in _OTHERS or (written in _PROVINCES and not set_phrase):
            return True
    low, high = at - seen.becomes[0], at - seen.becomes[0] + len(seen.before)
    if len(seen.before) <= _COINED and codes[low - 1] == BRACKET == codes[high]:
        return True
    explained = (
        set_phrase or change.elsewhere or seen.values["documents of 5 after"] >= _log(_SET) or seen.values["shortest word after"] > 1
    )
    if change.kind in ("wrong", "swapped") and not explained:
        return True
    if change.kind == "lost" and (len(seen.before) <= _SLOGAN or is_free(language, change, seen)):
        return True
    if change.elsewhere > OFTEN:  # what it should be stands there more often than what returns can
        return False
    start, end = int(read.at[at - 1]), int(read.at[min(at + 2, len(read.at) - 1)])
    return end - start > 2 and times(text, text[start:end]) > 1 and _returns(text, start, end)


def _returns(text: str, start: int, end: int) -> bool:
    """Does text[start:end] stand elsewhere, with another text before it and behind, or more often than OFTEN? A paragraph that is
    there twice with its misprint tells nothing."""
    string, often = text[start:end], 0
    sides = text[max(0, start - _SIDE) : start], text[end : end + _SIDE]
    place = text.find(string)
    while place >= 0 and often <= OFTEN:
        often += 1
        if sides[0] != text[max(0, place - _SIDE) : place] and sides[1] != text[place + len(string) : place + len(string) + _SIDE]:
            return True
        place = text.find(string, place + 1)
    return often > OFTEN


def _weighed(text: str, read: Symbols, language: Language, change: Change, least: float) -> Misprint | None:
    seen = evidence(read, language, change)
    weights = _weights()[change.kind]
    score = weights["base"] + sum(weights[name] * value for name, value in seen.values.items())
    if score < least or _meant(text, read, language, change, seen):
        return None
    start = int(read.at[change.at])
    end = start + int(GONE[KINDS.index(change.kind)])
    new = text[start:end][::-1] if change.kind == "swapped" else chr(change.char) if change.char else ""
    fives = sum(n > 0 for n in language.ngrams.documents(_about(seen.after, seen.becomes, 5)))
    return Misprint(change.kind, start, end, new, score, change.gain, *_best_known(seen, language), change.elsewhere, fives)


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
