"""Doublings: where a character stands twice, and whether it should.

A doubling is judged in three steps. Words: where both copies belong to words (公安局|局长) or to one (人人), it is right;
a copy that belongs to none is an orphan (总|书|书记). Exceptions: what official prose rightly doubles, by families
(language.right_doublings). Evidence: is the text without the copy a phrase that many documents hold, and does any
document hold the doubling (lexicon)? Only what is common single and unknown doubled is mended unasked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from cleaner.language import lexicon
from cleaner.language.elsewhere import most_often
from cleaner.language.lexicon import Language
from cleaner.language.occurrences import times
from cleaner.language.probability import gain
from cleaner.language.right_doublings import CHARACTERS, copied, excepted, neighbours, run
from cleaner.language.symbols import symbols
from cleaner.model import Grade, Hit, Why
from cleaner.patterns import lazily
from cleaner.views import Codes, Reader, code_points, simplified

# How many documents must hold the single form, and how many where doublings like it are known. In all 22 million characters of
# policy and law that leaves three safe fixes, all of true misprints (十五日日内).
SOME, SURE = 3, 10
HERE = 2  # ... or how often it must stand in the document itself, where the doubling stands once

WIDTH = 4  # characters of the phrases that are looked up


def characters(text: str, allowing: tuple[str, ...] = CHARACTERS, language: Language | None = None) -> Iterator[Hit]:
    """Doubled characters that should stand once, but for the families named in `allowing`."""
    known = language or lexicon.shipped()
    for seen, attested in (_quickly if _reader().reads(len(text)) else _attested)(text, known):
        # Two copies that documents hold are right, whatever else is said of them: most are told from that alone.
        hit = _seat(text, seen)
        if not hit and not (attested.is_right and seen.copies == 2):
            hit = _judge_character(text, seen, attested, allowing, known)
        if hit:
            yield hit


class _Attested(NamedTuple):
    """How many documents hold a doubled character with its neighbour on the left, on the right, and on both sides."""

    left: int
    right: int
    both: int

    @property
    def is_right(self) -> bool:
        return bool(self.both or (self.left and self.right))


@cache
def _reader() -> Reader:
    return Reader()


def _quickly(text: str, language: Language) -> list[tuple[_Character, _Attested]]:
    """As `_attested`, compiled, and without those that are right by that alone: for who reads many characters."""
    from cleaner.language import compiled_doublings, lookups

    read = symbols(text)
    found = compiled_doublings.doubled(read.codes, lookups.counted(language.doublings)).tolist()
    starts = read.at[[row[0] for row in found]].tolist()
    if any(text[start : start + row[1]] != chr(read.codes[row[0]]) * row[1] for start, row in zip(starts, found, strict=True)):
        return _attested(text, language)  # 國国 is doubled to the one, and not to the other
    some = ((start, copies, _Attested(*known)) for start, (_, copies, *known) in zip(starts, found, strict=True))
    return [
        (_Character.read(text, start, copies), known)
        for start, copies, known in some
        if copies == 3 or (copies == 2 and (text[start] == "市" or not known.is_right))
    ]


def _attested(text: str, language: Language) -> list[tuple[_Character, _Attested]]:
    """The doubled characters of a text, each with what is known of its neighbours: looked up all at once."""
    seen = [_Character.read(text, start, copies) for start, copies in _characters(code_points(text))]
    if not seen:
        return []
    found = language.doublings.documents([form for one in seen for form in one.plain.doublings()])
    return [(one, _Attested(*found[3 * n : 3 * n + 3])) for n, one in enumerate(seen)]


def _characters(codes: Codes) -> Iterator[tuple[int, int]]:
    """Where a Chinese character stands 2 or 3 times: start and copies."""
    at = np.flatnonzero(codes[1:] == codes[:-1])
    at = at[(codes[at] >= 0x4E00) & (codes[at] <= 0x9FFF)]
    start = previous = -2
    for place in (*at.tolist(), -2):
        if place != previous + 1:
            if start >= 0 and previous - start < 2:
                yield start, previous - start + 2
            start = place
        previous = place


# --- a doubled character ---------------------------------------------------------------------------


class _Character(NamedTuple):
    """A character that stands several times, and up to two Chinese characters on either side ("" where there is none)."""

    start: int
    copies: int
    char: str
    before: str
    after: str

    @classmethod
    def read(cls, text: str, start: int, copies: int) -> _Character:
        return cls(start, copies, text[start], *neighbours(text, start, start + copies))

    @property
    def plain(self) -> _Character:
        """The same in simplified script: the counts are of that."""
        return self._replace(char=simplified(self.char), before=simplified(self.before), after=simplified(self.after))

    @property
    def seam(self) -> int:
        return self.start + 1

    @property
    def end(self) -> int:
        return self.start + self.copies

    def forms(self, copies: int) -> list[str]:
        """The character, so many times, with three neighbours that stand on both sides of it."""
        if not (self.before and self.after):
            return []
        wide = self.before + self.char * copies + self.after
        length = copies + WIDTH - 1
        return list(dict.fromkeys(form for form in (wide[:length], wide[-length:]) if len(form) == length))

    def doublings(self) -> tuple[str, str, str]:
        """The character twice with its neighbour on the left, on the right, and on both sides."""
        left, right, pair = self.before[-1:], self.after[:1], self.char * 2
        return left and left + pair, right and pair + right, left and right and left + pair + right

    def hit(self, why: Why, grade: Grade) -> Hit:
        return Hit(self.start, self.end, self.char, why, grade)


# A city and its organs: 无锡市 + 人民政府. What may stand before 市人民政府 with a 市 of its own is a kind of city (设区的市), never a
# city's name. 0 of 22 million characters hold 市市人民政府.
_SEAT = lazily("(?<![各每本全该我两区的辖级])市市(?=人民政府|人民代表大会|人大常委会|人民法院|人民检察院)")


def _seat(text: str, seen: _Character) -> Hit | None:
    if seen.copies == 2 and seen.char == "市" and _SEAT.match(text, seen.start):
        return seen.hit(Why.of("after the name of a city {} stands once", seen.char), Grade.SAFE)
    return None


# What deleting a copy must gain (natural logarithm) to be told against the words: where both copies belong to words of their
# own (支持|持有 gains 15.7, 外宾|宾馆 12.7), and where they are one word (慢慢|性病 19.6; 谆谆 17.9 is right).
BETWEEN, WITHIN = 13.0, 18.5
RETURNS = 3  # times that a doubling stands in a text and is a term of it: 巡游车|车辆
NEAR = 6  # characters on either side that the gain is reckoned with


def _judge_character(text: str, seen: _Character, attested: _Attested, allowing: tuple[str, ...], language: Language) -> Hit | None:
    held = excepted(text, seen.seam, allowing)
    if held == "always" or _paired(text, seen):
        return None
    if held == "twice":
        why = Why.of("{} stands {} times running", seen.char, seen.copies)
        return seen.hit(why, Grade.UNSAFE)._replace(new=seen.char * 2) if seen.copies > 2 else None
    plain = seen.plain
    if seen.copies > 2 and (held or attested.is_right or lexicon.is_word(plain.char * 2)):  # one copy or two: a guess
        return seen.hit(Why.of("{} stands {} times running", seen.char, seen.copies), Grade.NONE)._replace(new=None)
    if attested.is_right:
        return None
    strange = not (attested.left or attested.right)
    orphan = _orphan(text, seen)
    if not orphan:  # both copies belong to words: 支持|持有, 合议庭|庭审
        against = _against_words(text, seen, language) or _against_text(text, seen)
        return against if seen.copies == 2 and held != "told" else None
    single, doubled = plain.forms(1), plain.forms(seen.copies)
    named = held == "told" and _begins_a_name(text, seen)
    if held == "told":
        held = ""
    known = language.ngrams.documents(single)
    documents = max(known, default=0)
    if documents >= SOME and (strange or documents >= SURE):
        best = known.index(documents)
        sure = not held and plain == seen and not copied(text, seen.start, seen.end, seen.char)
        why = Why.of("{} stands in {} of {} documents, {} in none", single[best], documents, language.size, doubled[best])
        return seen.hit(why, Grade.SAFE if sure else Grade.UNSAFE)
    if _returns(text, seen):
        return None
    if held:
        against = _against_words(text, seen, language) or _against_text(text, seen)
        return against if held == "weakly" and seen.copies == 2 else None
    for form, wrong in zip(seen.forms(1), seen.forms(seen.copies), strict=True):
        here = times(text, form) if strange else 0
        if here >= HERE and times(text, wrong) == 1:
            sure = not copied(text, seen.start, seen.end, seen.char)
            return seen.hit(Why.of("{} stands {} times here", form, here), Grade.SAFE if sure else Grade.UNSAFE)
    told = seen.hit(Why.of("one {} belongs to no word: {}", seen.char, orphan), Grade.UNSAFE)
    return told._replace(new=None, grade=Grade.NONE) if named else told


def _returns(text: str, seen: _Character) -> bool:
    _, _, both = seen.doublings()
    return bool(both) and times(text, both) >= RETURNS


def _against_words(text: str, seen: _Character, language: Language) -> Hit | None:
    """A doubling that words account for, where the text is so much likelier without the copy that they do by chance."""
    plain = simplified(text[max(0, seen.start - NEAR) : seen.end + NEAR])
    at = min(NEAR, seen.start)
    single = plain[:at] + plain[at + 1 :]
    documents = language.ngrams.documents(forms := [single[k : k + WIDTH] for k in range(max(0, at - WIDTH + 1), at + 1)])
    if max(documents) < SOME:
        return None
    one_word = any(start < at + 1 < end for _, start, end in lexicon.words(plain))
    gained = gain(language, plain[:at], plain[at : at + 2], plain[at + 2 :], plain[at])
    if gained < (WITHIN if one_word else BETWEEN):
        return None
    best = documents.index(max(documents))
    doubled = forms[best].replace(plain[at], plain[at] * 2, 1)
    return seen.hit(
        Why.of("{} stands in {} of {} documents, {} in none", forms[best], documents[best], language.size, doubled), Grade.UNSAFE
    )


def _against_text(text: str, seen: _Character) -> Hit | None:
    """A doubling that words account for, where the text says the same without the copy elsewhere, and never so again."""
    left, right = seen.before[-1:], seen.after[:1]
    if left + seen.char + right not in text or times(text, left + seen.char * seen.copies + right) > 1:
        return None
    form, here = most_often(text, seen.start, seen.end, seen.char)
    return seen.hit(Why.of("{} stands {} times here", form, here), Grade.UNSAFE) if here >= HERE else None


def _begins_a_name(text: str, seen: _Character) -> bool:
    """May the doubled character be the end of a personal name (吴小莉莉)? Then its surname begins a word, and its second copy
    does not (创创新)."""
    if seen.after and lexicon.is_word(seen.char + seen.after[0]):
        return False
    low, high = run(text, seen.start, seen.end)
    starts = {low + start for _, start, _ in lexicon.words(text[low:high])}
    surnames = [place for place in (seen.start - 1, seen.start - 2) if place in starts]
    return any(excepted(text[place : seen.end + 8], seen.seam - place, ("name",)) == "told" for place in surnames)


def _paired(text: str, seen: _Character) -> bool:
    """Two doublings side by side, 认认真真 and 上上下下, are a figure of speech; so is a series of them: 歇歇脚、喝喝水."""
    if any(len(pair) == 2 and pair[0] == pair[1] for pair in (seen.before, seen.after)):
        return True
    return bool(_IN_SERIES.match(text, seen.start) or _SERIES_BEFORE.search(text, max(0, seen.start - 4), seen.start))


_IN_SERIES = lazily(r"(.)\1[\u4e00-\u9fff][、，](.)\2[\u4e00-\u9fff]")
_SERIES_BEFORE = lazily(r"(.)\1[\u4e00-\u9fff][、，]$")


def _orphan(text: str, seen: _Character) -> str:
    """The words about a doubled character where one copy of it is no part of a word ("" where both are)."""
    low, high = run(text, seen.start, seen.end)
    words = lexicon.words(simplified(text[low:high]))
    first = next(word for word in words if word[2] > seen.start - low)
    second = next(word for word in words if word[2] > seen.seam - low)
    if first == second:
        alone = seen.copies > 2 or (_figure(text, seen) and len(first[0]) == 2)
        if not alone:
            return ""
    elif len(first[0]) > 1 and len(second[0]) > 1:
        return ""
    return "|".join(text[low + start : low + end] for _, start, end in words if end > seen.start - low - 2 and start < seen.end - low + 2)


# After a figure a measure word does not stand twice (25家家企业, 15日日召开) unless the second begins a word (2014年年底).
_FIGURES = frozenset("0123456789０１２３４５６７８９%％")


def _figure(text: str, seen: _Character) -> bool:
    if seen.start == 0 or text[seen.start - 1] not in _FIGURES:
        return False
    return not any(lexicon.is_word((seen.char + seen.after)[:n]) for n in (2, 3) if len(seen.after) > n - 2)
