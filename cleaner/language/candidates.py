"""Candidates: the changes that may mend a misprint, at the places where the language is surprised.

Four kinds of change are tried: another character (one that sounds or looks like it), one more, one less, two exchanged.
A place is looked at only where the strings about it are unknown; a change is weighed by what it gains in probability
(language.probability), and by whether the text says so elsewhere (language.elsewhere).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from cleaner.kernels import distinct
from cleaner.language import confusables, lexicon, omissions
from cleaner.language.elsewhere import elsewhere
from cleaner.language.facts import FIGURES_AND_NEGATIONS
from cleaner.language.lexicon import IN_GAPS, ORDER, Language
from cleaner.language.probability import BEFORE, LOGARITHMS, log_probability
from cleaner.language.symbols import FIRST, ROOM, Symbols
from cleaner.language.table import Hashes, begun, extended, hashes_of, holds
from cleaner.views import Reader

Kind = Literal["wrong", "lost", "added", "swapped"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LOST = KINDS.index("lost")
Codes = npt.NDArray[np.int64]

Gains = tuple[float, float, float, float]
LEAST: Gains = (7.0, 7.0, 7.0, 7.0)  # what a change of each kind must gain to be weighed at all
OFTEN = 2  # times that an unknown pair may stand in a text and still be a misprint, not a name
# What other places of the text add to what a change gains, by how many they are: it stands in for the counts that the language
# lacks of what this text is about.
WORTH = np.concatenate(([0.0], 3.0 + 2.0 * np.log1p(np.arange(1, 64))))
AROUND = 12  # characters on either side that are looked at


class Change(NamedTuple):
    """A change that may mend a misprint. at: its place among the symbols. char: the character that it puts there, 0 for none.
    gain: natural logarithm of how much likelier the text becomes. margin: how much more than the next best. documents: the
    most that hold a string of 2, 3, 4, 5 and PHRASE characters about the place as changed, and of 2 and 3 as it stands;
    where they were looked up on the way. elsewhere: how many other places of the text read as the change would have this one.
    left_out: of a lost character, omissions.Counts, where they were looked up."""

    kind: Kind
    at: int
    char: int
    gain: float
    margin: float
    documents: tuple[int, ...] | None = None
    elsewhere: int = 0
    left_out: omissions.Counts | None = None


def changes(read: Symbols, language: Language, least: Gains = LEAST) -> list[Change]:
    """Of every kind and place the best change that gains so much and more."""
    return by_numpy(read.codes, language, least)


@cache
def search(models: tuple[str, ...]) -> Search:
    """The search for changes by some models; one that lasts as long as the process."""
    return Search(lexicon.chosen(models))


class Search:
    """`changes`, by numpy at first; who reads many characters has it compiled. What is found is the same."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.reader = Reader()
        self.compiled: Compiled | None = None

    def __call__(self, read: Symbols, least: Gains = LEAST) -> list[Change]:
        """The changes in a text."""
        if self.reader.reads(len(read.codes)) and self.compiled is None:
            self.compiled = Compiled(self.language)
        return self.compiled(read.codes, least) if self.compiled else changes(read, self.language, least)


def by_numpy(codes: Codes, language: Language, least: Gains = LEAST) -> list[Change]:
    """Of every kind and place the best change, in their order."""
    pair, triple = holds(language.pairs, hashes_of(codes, 2)), holds(language.triples, hashes_of(codes, 3))
    rare = _rare(codes, pair)
    odd, middle = _odd(codes, rare, triple), _middle(codes, triple)
    wrong = distinct(np.concatenate((odd, _framed(codes, middle, language))))
    seams = distinct(np.concatenate((_torn(codes, rare, triple), _gapped(codes, triple, language))))
    tried = [_lost(codes, seams, language), _wrong(codes, wrong, language)]
    tried += [_added(codes, middle, language), _swapped(codes, middle, triple, language)]
    rows = [np.column_stack((np.full(len(at), KINDS.index(name)), at, char)) for name, at, char in tried]
    every, times = joined(np.concatenate(rows), elsewhere(codes, triple), codes)
    if not len(every):
        return []
    return list(_best(every, times, _gains(codes, language, *every.T), np.array(least)))


# --- what is tried ----------------------------------------------------------------------------------


Tried = tuple[Kind, Codes, Codes]
"""Changes of a kind: their places, and the characters that they put there."""


def _flags(codes: Codes) -> npt.NDArray[np.bool_]:
    """bool[65536]: is it one of them?"""
    flags = np.zeros(1 << 16, dtype=np.bool_)
    flags[codes] = True
    return flags


# No number and no negation is made up or taken away; but 一 is half a word more often than a number.
_FACTS = np.array(sorted(ord(char) for char in (FIGURES_AND_NEGATIONS | {"半", "第"}) - {"一"} if char >= "\u4e00"))
# Words of grammar stand for one another by intent (或 and 和), not by a slip; 的, 地 and 得 are a matter of style guides.
_GRAMMAR = np.array([ord(char) for char in "的地得和或与及并而且在于对向从由以为之其了着过也又就"])
PARTICLES = "的了是在和与等之为中有这及其"
_FACT, _OF_GRAMMAR, _PARTICLE = _flags(_FACTS), _flags(_GRAMMAR), _flags(np.array(list(map(ord, PARTICLES))))


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
    return at[~_FACT[codes[at]]]


def _torn(codes: Codes, rare: npt.NDArray[np.int8], triple: npt.NDArray[np.bool_]) -> Codes:
    """Places before which an unknown pair lies, in no known string of three."""
    at = np.flatnonzero(rare > 0) + 1
    at = at[(at >= ROOM) & (at < len(codes) - ROOM)]
    return at[~(triple[at - 2] | triple[at - 1])]


def _middle(codes: Codes, triple: npt.NDArray[np.bool_]) -> Codes:
    """Places of Chinese characters that are unknown between their neighbours."""
    at = np.flatnonzero(~triple[ROOM - 1 : len(codes) - ROOM - 1]) + ROOM
    return at[(codes[at] >= FIRST) & ~_FACT[codes[at]]]


def _framed(codes: Codes, middle: Codes, language: Language) -> Codes:
    """... and stand in a frame that is well known."""
    frames = _strings(codes[middle - 2], codes[middle - 1], codes[middle + 1], codes[middle + 2])
    return middle[holds(language.frames, frames)]


def _gapped(codes: Codes, triple: npt.NDArray[np.bool_], language: Language) -> Codes:
    """Places before which a well-known string may lack a character; between known strings of three, two of them: a filter may be wrong."""
    start = np.flatnonzero(holds(language.gaps, hashes_of(codes, ORDER), IN_GAPS))
    at, lacking = np.unique((start[:, None] + np.arange(1, ORDER)).ravel(), return_counts=True)
    at, lacking = at[inside := (at >= ROOM) & (at < len(codes) - ROOM)], lacking[inside]
    gapped: Codes = at[lacking > (triple[at - 2] & triple[at - 1])]
    return gapped


def _lost(codes: Codes, seams: Codes, language: Language) -> Tried:
    """Places between two Chinese characters, and a character that may have been lost there."""
    seams = seams[(codes[seams - 1] >= FIRST) & (codes[seams] >= FIRST)]
    pairs, which = np.unique((codes[seams - 1] << 16) | codes[seams], return_inverse=True)
    pair, new = _between(pairs >> 16, pairs & 0xFFFF, language)
    sizes = np.bincount(pair, minlength=len(pairs))
    first, sizes = (np.cumsum(sizes) - sizes)[which], sizes[which]
    at, char = np.repeat(seams, sizes), new[np.repeat(first, sizes) + _ranks(sizes)]
    four = language.ngrams.of(_strings(codes[at - 2], codes[at - 1], char, codes[at])) > 0
    four |= language.ngrams.of(_strings(codes[at - 1], char, codes[at], codes[at + 1])) > 0
    return "lost", at[four], char[four]


def _between(one: Codes, two: Codes, language: Language) -> tuple[Codes, Codes]:
    """int64[n] each: pairs of characters -> int64[k], int64[k]: which of the pairs, and a character that may stand in the middle of it.
    A pair that returns all over a text is looked up once: 的 has thousands of followers."""
    low, high = language.starts[one - FIRST].astype(np.int64), language.starts[one - FIRST + 1].astype(np.int64)
    pair = np.repeat(np.arange(len(one)), high - low)
    char = language.followers[np.repeat(low, high - low) + _ranks(high - low)].astype(np.int64)
    good = holds(language.pairs, _strings(char, two[pair]))
    pair, char = pair[good], char[good]
    good = holds(language.triples, _strings(one[pair], char, two[pair])) & (char != one[pair]) & (char != two[pair]) & ~_FACT[char]
    return pair[good], char[good]


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
    good = ~_FACT[char] & ~(_OF_GRAMMAR[codes[at]] & _OF_GRAMMAR[char])
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
    at = at[_PARTICLE[codes[at]] | np.array(slip, dtype=np.bool_)]
    return "added", at, np.zeros(len(at), dtype=np.int64)


def _swapped(codes: Codes, middle: Codes, triple: npt.NDArray[np.bool_], language: Language) -> Tried:
    """Places of the first of two characters that may stand in the wrong order."""
    at = middle[~triple[middle] & (codes[middle + 1] >= FIRST) & (codes[middle] != codes[middle + 1])]
    at = at[~_FACT[codes[at + 1]]]
    at = at[holds(language.triples, _strings(codes[at - 1], codes[at + 1], codes[at]))]
    at = at[holds(language.triples, _strings(codes[at + 1], codes[at], codes[at + 2]))]
    return "swapped", at, np.zeros(len(at), dtype=np.int64)


def joined(tried: Codes, found: Codes, codes: Codes) -> tuple[Codes, Codes]:
    """int64[n, 3], int64[k, 3], kind, place and character of each -> int64[m, 3], int64[m]: changes that are tried, and those that
    the text has elsewhere as far as they may be slips; those of one kind and place one after another, and how many other places
    there are for each."""
    times = Counter(row for row in map(tuple, found.tolist()) if _may_be_slip(codes, *row))
    if not times:
        return tried, np.zeros(len(tried), dtype=np.int64)
    rows = np.concatenate((tried, np.array(list(times), dtype=np.int64)))
    counts = np.concatenate((np.zeros(len(tried), dtype=np.int64), list(times.values())))
    order = np.lexsort((counts, *rows.T[::-1]))
    rows, counts = rows[order], counts[order]
    last = np.append(np.any(rows[1:] != rows[:-1], axis=1), True)  # of those that are tried anyway, the one that is counted
    return rows[last], counts[last]


def _may_be_slip(codes: Codes, kind: int, at: int, char: int) -> bool:
    if _FACT[char]:
        return False
    here = int(codes[at])
    if KINDS[kind] == "lost":
        return char not in (here, codes[at - 1])
    return char in _others(here) and not _FACT[here] and not (_OF_GRAMMAR[here] and _OF_GRAMMAR[char])


@lru_cache(maxsize=10_000)
def _others(code: int) -> frozenset[int]:
    return frozenset(_alike(code).tolist())


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
GONE = np.array([{"wrong": 1, "lost": 0, "added": 1, "swapped": 2}[kind] for kind in KINDS])


def _gains(codes: Codes, language: Language, kind: Codes, at: Codes, char: Codes) -> npt.NDArray[np.float64]:
    """What each change gains."""
    new = codes[at[:, None] + _READ[kind]]
    new[:, BEFORE] = np.where(char > 0, char, new[:, BEFORE])
    stretch, which = np.unique(at * 4 + GONE[kind], return_inverse=True)
    old = codes[stretch[:, None] // 4 + np.arange(-BEFORE, _WIDTH - BEFORE)]
    lengths = np.concatenate((stretch % 4 + BEFORE, _LENGTHS[kind]))
    scores = log_probability(language, np.concatenate((old, new)), lengths)
    gains: npt.NDArray[np.float64] = scores[len(old) :] - scores[which]
    return gains


def _best(tried: Codes, times: Codes, gain: npt.NDArray[np.float64], least: npt.NDArray[np.float64]) -> Iterator[Change]:
    """Of each place and kind the change that is worth most, if that is enough for its kind."""
    worth = gain + WORTH[np.minimum(times, len(WORTH) - 1)]
    kind, at, char = tried.T
    order = np.lexsort((char, -worth, at, kind))
    place = (at * 4 + kind)[order]
    worth = worth[order]
    for n in np.flatnonzero((np.diff(place, prepend=-1) != 0) & (worth >= least[kind[order]])).tolist():
        rival = n + 1 < len(order) and place[n + 1] == place[n]
        margin = worth[n] - worth[n + 1] if rival else worth[n]
        k = order[n]
        yield Change(KINDS[kind[k]], int(at[k]), int(char[k]), float(gain[k]), float(margin), None, int(times[k]))


# --- compiled ---------------------------------------------------------------------------------------


class Compiled:
    """The same, compiled. What characters are alike is gathered as they come up."""

    def __init__(self, language: Language) -> None:
        from cleaner.language import compiled_elsewhere, lookups, scanned, weighed

        self.scanned, self.weighed, self.elsewhere, self.language = scanned, weighed, compiled_elsewhere.elsewhere, language
        self.tables, self.left_out = lookups.counted(language.ngrams), lookups.counted(language.omissions)
        self.followers = scanned.followed(language.followers, language.starts)
        self.facts, self.grammar, self.particles = _FACT, _OF_GRAMMAR, _PARTICLE
        self.alike = np.zeros(0, dtype=np.uint16)
        self.edges = np.full((1 << 16, 2), -1, dtype=np.int64)

    def __call__(self, codes: Codes, least: Gains = LEAST) -> list[Change]:
        """Of every kind and place the best change, in their order."""
        known, scanned, weighed = self.language, self.scanned, self.weighed
        where, new = scanned.places(codes, known.pairs, known.triples, known.frames, known.gaps, self.facts, self.edges, OFTEN)
        if new:
            self._gather(codes[np.concatenate((where[0], where[2]))])
        characters = (self.alike, self.edges, self.facts, self.grammar, self.particles)
        tried = scanned.tried(codes, where, known.pairs, known.triples, self.followers, *characters, self.tables)
        found = self.elsewhere(codes, known.triples)
        if len(found):
            found, new = scanned.slips(codes, found, self.alike, self.edges, self.facts, self.grammar)
            if new:
                self._gather(codes[found[:, 1]])
                found, _ = scanned.slips(codes, found, self.alike, self.edges, self.facts, self.grammar)
        tried, times = scanned.together(tried, found)
        chosen, gains = weighed.best(codes, tried, times, WORTH, np.array(least), known.letters, LOGARITHMS, known.weight, self.tables)
        documents = weighed.known(codes, chosen, AROUND, self.tables, self.left_out)
        each = zip(chosen.tolist(), gains.tolist(), documents.tolist(), strict=True)
        return [
            Change(KINDS[kind], at, char, gain, margin, tuple(some[:7]), others, tuple(some[7:]) if kind == LOST else None)
            for (kind, at, char, others), (gain, margin), some in each
        ]

    def _gather(self, codes: Codes) -> None:
        """What may have been meant by these characters, for those not seen before."""
        new = distinct(codes[self.edges[codes, 0] < 0])
        each = [_alike(code) for code in new.tolist()]
        ends = len(self.alike) + np.cumsum([len(some) for some in each])
        self.edges[new, 0], self.edges[new, 1] = ends - [len(some) for some in each], ends
        self.alike = np.concatenate([self.alike, *(some.astype(np.uint16) for some in each)])
