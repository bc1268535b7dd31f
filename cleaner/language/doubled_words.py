"""Doubled words: 重大项目项目. Two copies of a word of two to four characters, of which one should stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from cleaner.language import lexicon
from cleaner.language.doublings import NEAR, SURE, WIDTH
from cleaner.language.lexicon import Language
from cleaner.language.probability import gain
from cleaner.language.right_doublings import WORDS, copied, excepted, neighbours, run
from cleaner.model import Grade, Hit, Why
from cleaner.views import Codes, Reader, code_points

KNOWN = 5  # documents that hold the single form
# What deleting a copy must gain (natural logarithm): of a word that begins a longer one (科技|科技厅), and of one that a family
# excuses (产业|产业链 9.7, 规定|规定的 9.1).
LONGER, EXCUSED = 8.0, 9.5


def words(text: str, allowing: tuple[str, ...] = WORDS, language: Language | None = None) -> Iterator[Hit]:
    """Doubled words of two to four characters that should stand once, but for the families named in `allowing`."""
    for width, first, last in (_quickly if _reader().reads(len(text)) else _stretches)(code_points(text)):
        hit = _judge_word(text, first, last, width, allowing, language or lexicon.shipped())
        if hit:
            yield hit


@cache
def _reader() -> Reader:
    return Reader()


def _quickly(codes: Codes) -> list[tuple[int, int, int]]:
    from cleaner.language.compiled_doublings import copies

    return sorted(map(tuple, copies(codes).tolist()))


def _stretches(codes: Codes) -> Iterator[tuple[int, int, int]]:
    return ((width, first, last) for width in (2, 3, 4) for first, last in stretches(codes, width))


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


def _judge_word(text: str, first: int, last: int, width: int, allowing: tuple[str, ...], language: Language) -> Hit | None:
    low, high = run(text, first, last + 2 * width)
    words = [(low + start, low + end) for _, start, end in lexicon.words(text[low:high])]
    start = next((start for start in range(first, last + 1) if _whole(words, start, width)), None)
    seen = _Word.read(text, first if start is None else start, width)
    held = excepted(text, seen.start + width, allowing)
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
    again = copied(text, seen.start, seen.start + 2 * width, seen.word)
    return seen.hit(_known(form, least, seen, language), Grade.UNSAFE if again else Grade.SAFE)


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
        before, after = neighbours(text, start, start + 2 * width)
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
