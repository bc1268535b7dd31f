"""Doublings: where a character or a word stands twice, and whether it should.

A doubling is judged in three steps. Words: where both copies belong to words (公安局|局长) or to one (人人), it is right;
a copy that belongs to none is an orphan (总|书|书记). Exceptions: what official prose rightly doubles, by families
(cleaner/data/doublings.csv). Evidence: is the text without the copy a phrase that many documents hold, and does any
document hold the doubling (lexicon)? Only what is common single and unknown doubled is mended unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.language import lexicon
from cleaner.language.lexicon import Language
from cleaner.language.occurrences import times
from cleaner.language.probability import gain
from cleaner.model import Grade, Hit, Why
from cleaner.views import Codes, code_points, simplified

# How many documents must hold the single form: of a character, of a word, and where doublings like it are known. In all
# 22 million characters of policy and law that leaves three safe fixes, all of true misprints (十五日日内).
SOME, KNOWN, SURE = 3, 5, 10
BESIDE = 5  # characters on either side that tell a copy of the sentence from a phrase that recurs
HERE = 2  # ... or how often it must stand in the document itself, where the doubling stands once

# The families of data/doublings.csv.
CHARACTERS = ("adverb", "affix", "each", "head", "name", "numeral", "plan", "prefix", "quote", "seat", "suffix", "verb")
WORDS = ("compound", "word")

WIDTH = 4  # characters of the phrases that are looked up
AROUND = 14  # characters of a run that are cut into words on either side of a doubling


def characters(text: str, allowing: tuple[str, ...] = CHARACTERS, language: Language | None = None) -> Iterator[Hit]:
    """Doubled characters that should stand once, but for the families named in `allowing`."""
    known = language or lexicon.shipped()
    for seen, attested in _attested(text, known):
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


def _attested(text: str, language: Language) -> list[tuple[_Character, _Attested]]:
    """The doubled characters of a text, each with what is known of its neighbours: looked up all at once."""
    seen = [_Character.read(text, start, copies) for start, copies in _characters(code_points(text))]
    if not seen:
        return []
    found = language.doublings.documents([form for one in seen for form in one.plain.doublings()])
    return [(one, _Attested(*found[3 * n : 3 * n + 3])) for n, one in enumerate(seen)]


def words(text: str, allowing: tuple[str, ...] = WORDS, language: Language | None = None) -> Iterator[Hit]:
    """Doubled words of two to four characters that should stand once, but for the families named in `allowing`."""
    codes = code_points(text)
    for width in (2, 3, 4):
        for first, last in stretches(codes, width):
            hit = _judge_word(text, first, last, width, allowing, language or lexicon.shipped())
            if hit:
                yield hit


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


def stretches(codes: Codes, width: int) -> Iterator[tuple[int, int]]:
    """Where two copies (no more) of `width` Chinese characters stand: the first and the last place they can be said to
    begin. In 甲乙丙甲乙丙甲 that is 0 and 1: one deletion, told in two ways."""
    at = np.flatnonzero(codes[width:] == codes[:-width])
    at = at[(codes[at] >= 0x4E00) & (codes[at] <= 0x9FFF)]
    if at.size < width:
        return
    begin = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    length = np.diff(begin, append=at.size)
    for i in np.flatnonzero((length >= width) & (length < 2 * width)).tolist():
        first = int(at[begin[i]])
        unit = codes[first : first + width]
        if not any(width % k == 0 and np.array_equal(unit[:-k], unit[k:]) for k in range(1, width)):  # no shorter unit in it
            yield first, first + int(length[i]) - width


def _han(text: str, at: int) -> str:
    return text[at] if 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff" else ""


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
        return cls(start, copies, text[start], *_neighbours(text, start, start + copies))

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


def _neighbours(text: str, start: int, end: int) -> tuple[str, str]:
    """Up to two Chinese characters that touch text[start:end] on the left, and on the right."""
    left, right = _han(text, start - 1), _han(text, end)
    return left and _han(text, start - 2) + left, right and right + _han(text, end + 1)


# A city and its organs: 无锡市 + 人民政府. What may stand before 市人民政府 with a 市 of its own is a kind of city (设区的市), never a
# city's name. 0 of 22 million characters hold 市市人民政府.
_SEAT = re.compile("(?<![各每本全该我两区的辖级])市市(?=人民政府|人民代表大会|人大常委会|人民法院|人民检察院)")


def _seat(text: str, seen: _Character) -> Hit | None:
    if seen.copies == 2 and seen.char == "市" and _SEAT.match(text, seen.start):
        return seen.hit(Why.of("after the name of a city {} stands once", seen.char), Grade.SAFE)
    return None


# What deleting a copy must gain (natural logarithm) to be told against the words: where both copies belong to words of their
# own (支持|持有 gains 15.7, 外宾|宾馆 12.7), where they are one word (慢慢|性病 19.6; 谆谆 17.9 is right), of a doubled word that
# begins a longer one (科技|科技厅), and of one that a family excuses (产业|产业链 9.7, 规定|规定的 9.1).
BETWEEN, WITHIN, LONGER, EXCUSED = 13.0, 18.5, 8.0, 9.5
RETURNS = 3  # times that a doubling stands in a text and is a term of it: 巡游车|车辆
NEAR = 6  # characters on either side that the gain is reckoned with


def _judge_character(text: str, seen: _Character, attested: _Attested, allowing: tuple[str, ...], language: Language) -> Hit | None:
    held = _excepted(text, seen.seam, allowing)
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
        return _against_words(text, seen, language) if seen.copies == 2 and held != "told" else None
    single, doubled = plain.forms(1), plain.forms(seen.copies)
    named = held == "told" and _begins_a_name(text, seen)
    if held == "told":
        held = ""
    known = language.ngrams.documents(single)
    documents = max(known, default=0)
    if documents >= SOME and (strange or documents >= SURE):
        best = known.index(documents)
        sure = not held and plain == seen and not _copied(text, seen.start, seen.end, seen.char)
        why = Why.of("{} stands in {} of {} documents, {} in none", single[best], documents, language.size, doubled[best])
        return seen.hit(why, Grade.SAFE if sure else Grade.UNSAFE)
    if _returns(text, seen):
        return None
    if held:
        return _against_words(text, seen, language) if held == "weakly" and seen.copies == 2 else None
    for form, wrong in zip(seen.forms(1), seen.forms(seen.copies), strict=True):
        here = times(text, form) if strange else 0
        if here >= HERE and times(text, wrong) == 1:
            sure = not _copied(text, seen.start, seen.end, seen.char)
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


def _begins_a_name(text: str, seen: _Character) -> bool:
    """May the doubled character be the end of a personal name (吴小莉莉)? Then its surname begins a word, and its second copy
    does not (创创新)."""
    if seen.after and lexicon.is_word(seen.char + seen.after[0]):
        return False
    low, high = run(text, seen.start, seen.end)
    starts = {low + start for _, start, _ in lexicon.words(text[low:high])}
    surnames = [place for place in (seen.start - 1, seen.start - 2) if place in starts]
    return any(_excepted(text[place : seen.end + 8], seen.seam - place, ("name",)) == "told" for place in surnames)


def _copied(text: str, start: int, end: int, single: str) -> bool:
    """The same sentence stands elsewhere in the text without the doubling: two copies differ, and it is for a person to say
    how the one that stays should read."""
    sentence = text[max(0, start - BESIDE) : start] + single + text[end : end + BESIDE]
    if start < BESIDE or len(text) - end < BESIDE:  # a part of the sentence, which stands in the doubling itself
        return text.find(sentence, 0, start) >= 0 or text.find(sentence, end) >= 0
    return times(text, sentence) > 0


def _paired(text: str, seen: _Character) -> bool:
    """Two doublings side by side, 认认真真 and 上上下下, are a figure of speech."""
    return any(len(pair) == 2 and pair[0] == pair[1] for pair in (seen.before, seen.after))


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


def run(text: str, start: int, end: int) -> tuple[int, int]:
    """The run of Chinese characters about a place, cut off at AROUND characters."""
    low, high = start, end
    while start - low < AROUND and _han(text, low - 1):
        low -= 1
    while high - end < AROUND and _han(text, high):
        high += 1
    return low, high


# --- a doubled word --------------------------------------------------------------------------------


def _judge_word(text: str, first: int, last: int, width: int, allowing: tuple[str, ...], language: Language) -> Hit | None:
    low, high = run(text, first, last + 2 * width)
    words = [(low + start, low + end) for _, start, end in lexicon.words(text[low:high])]
    start = next((start for start in range(first, last + 1) if _whole(words, start, width)), None)
    seen = _Word.read(text, first if start is None else start, width)
    held = _excepted(text, seen.start + width, allowing)
    if held == "told":
        return seen.hit(Why.of("{} stands twice", seen.word), Grade.NONE)._replace(new=None) if start is not None else None
    if held == "always" and width == 3 and lexicon.is_word(seen.word):  # 一体化一体化 is no 一个一个
        held = ""
    if held and (start is not None or held == "always"):
        return None
    twice = language.doublings.documents((seen.across,))[0]
    if start is not None and twice and not {(start, start + width), (start + width, start + 2 * width)} <= set(words):
        return None
    natural, middle, left, right = language.ngrams.documents((seen.across, seen.middle, seen.left, seen.right))
    doubtful = bool(twice or natural)
    form, least = (seen.middle, middle) if middle >= min(left, right) else (f"{seen.left}, {seen.right}", min(left, right))
    if start is None:  # the second copy begins a longer word, but the word before it is known so well that it need not
        known = least >= SURE and not doubtful and not held
        if known or (not twice and _likelier(text, words, range(first, last + 1), width, language, bool(held))):
            why = _known(form, least, seen, language) if least else Why.of("{} stands twice", seen.word)
            return seen.hit(why, Grade.UNSAFE)
        return None
    if least < KNOWN and (width > 2 or not (seen.before and seen.after)):
        form, least = (seen.left, left) if left >= right else (seen.right, right)
        least = least if least >= SURE else 0
    if doubtful or least < KNOWN:
        return seen.hit(Why.of("{} stands twice", seen.word), Grade.UNSAFE)
    copied = _copied(text, seen.start, seen.start + 2 * width, seen.word)
    return seen.hit(_known(form, least, seen, language), Grade.UNSAFE if copied else Grade.SAFE)


def _likelier(text: str, words: list[tuple[int, int]], starts: range, width: int, language: Language, excused: bool) -> bool:
    """Is the text much likelier without the copy, where the first copy is whole words and not the end of one (资产阶级|阶级斗争)?"""
    starting = {start for start, _ in words}
    for start in starts:
        word = text[start : start + width]
        if start not in starting or any(len(part) == 1 for part, _, _ in lexicon.words(word)):
            continue
        before, after = text[max(0, start - NEAR) : start], text[start + 2 * width : start + 2 * width + NEAR]
        if gain(language, before, word * 2, after, word) >= (EXCUSED if excused else LONGER):
            return True
    return False


def _known(form: str, documents: int, seen: _Word, language: Language) -> Why:
    return Why.of("{} stands in {} of {} documents, {} in none", form, documents, language.size, seen.word * 2)


class _Word(NamedTuple):
    """A doubled word and its neighbours ("" where they are not Chinese).

    left, right, middle: four characters that hold the word (or its end) with neighbours on that side, or on both;
    across: the four characters about the seam."""

    start: int
    word: str
    before: str
    after: str
    left: str
    right: str
    middle: str
    across: str

    @classmethod
    def read(cls, text: str, start: int, width: int) -> _Word:
        word = text[start : start + width]
        before, after = _neighbours(text, start, start + 2 * width)
        left, right = (before + word)[-WIDTH:], (word + after)[:WIDTH]
        middle = before[-1:] + word + after[:1]
        left, right, middle = (form if len(form) == WIDTH else "" for form in (left, right, middle))
        return cls(start, word, before, after, left, right, middle if width == 2 else "", word[-2:] + word[:2])

    def hit(self, why: Why, grade: Grade) -> Hit:
        return Hit(self.start, self.start + 2 * len(self.word), self.word, why, grade)


def _whole(words: list[tuple[int, int]], start: int, width: int) -> bool:
    """Is the second copy whole words, and the first too, or the second one word?"""
    bounds = {place for word in words for place in word}
    seam, end = start + width, start + 2 * width
    return seam in bounds and end in bounds and (start in bounds or (seam, end) in words)


# --- what is rightly doubled -----------------------------------------------------------------------


_SEAM = "\0"
_HOLDS = ("always", "weakly", "twice", "told")


def _excepted(text: str, seam: int, families: tuple[str, ...]) -> str:
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
