"""Which half-width marks stand in Chinese text, and which full-width ones are meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.language.prose import (
    BRACKET,
    CLAUSE_END,
    CLOSE,
    HALF,
    HAN,
    LETTER,
    NO_HEADING,
    PASSED_LEFT,
    PASSED_RIGHT,
    Sight,
    Spans,
    data_rows,
    is_han,
    look,
    verbatim,
)
from cleaner.patterns import lazily


class HalfWidth(NamedTuple):
    """text[start:end], a half-width mark and the space that came with it, stands for the mark `full`."""

    start: int
    end: int
    full: str


def half_width_in_chinese(text: str) -> list[HalfWidth]:
    """The half-width marks of a text that belong to Chinese, in order. Those of figures, Latin words, code and data do not."""
    sight = look(text)
    if not (sight.kinds & (HALF | BRACKET)).any() and "." not in text:
        return []
    chinese = _Chinese(text, sight)
    return sorted((*chinese.marks(), *chinese.brackets(), *chinese.full_stops()))


class _Chinese:
    """Decides which half-width marks of a text belong to Chinese."""

    def __init__(self, text: str, sight: Sight) -> None:
        self.text = text
        self.sight = sight
        self.weights: dict[int, bool] = {}
        self.rows = data_rows(text)
        self.spans = verbatim(text)

    def marks(self) -> Iterator[HalfWidth]:
        text = self.text
        at = self.sight.where(HALF)
        han = (self.sight.kinds & HAN) != 0
        padded = np.concatenate((han, [False]))
        between = han[at - 1] & padded[at + 1] & (at > 0)
        left, right = self._bases(self.words_left, at, -1), self._bases(self.words_right, at + 1, 0)
        entities = {m.end() - 1 for m in _ENTITY.finditer(text)} if "&" in text else ()
        for i, plain, before, after in zip(at.tolist(), between.tolist(), left, right, strict=True):
            if self.rows.hold(i) or self.spans.hold(i) or i in entities:
                continue
            if plain or self._belongs(i, before, after):
                end = i + 1
                if text[end : end + 1] == " " and is_han(text[i - 1 : i]) and is_han(text[end + 1 : end + 2]):
                    end += 1  # the space that follows a mark in Latin text came with it
                yield HalfWidth(i, end, _FULL[text[i]])

    def _belongs(self, i: int, left: str, right: str) -> bool:
        """left, right: the characters that decide what stands on either side of it."""
        text, mark = self.text, self.text[i]
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        if not left or left in _CODE or right in _CODE or (mark == "?" and (after in _RUNS_ON or not _asks(before))):
            return False
        if (mark == "!" and after in ("[", "=")) or (mark == ":" and (after in (":", "=") or before == ":")):
            return False
        if before in _STRAIGHT and not (is_han(after) or after in _OPENS):
            return False  # "a": 1, data and no prose
        if before.isascii() and before.isalnum() and text[i + 1 : i + 3].lstrip()[:1] in _STRAIGHT:
            return False  # 1, "a": likewise
        if _chinese(left):
            return not (right.isascii() and right.isalpha()) or self._speaks(i)
        if _chinese(right):
            return self._speaks(i)
        if not right:  # 增长3.6%;
            return mark not in "!?" and (left.isalnum()) and self._speaks(i)
        return before in ("%", "％") and mark in ",;" and self._speaks(i)

    def brackets(self) -> Iterator[HalfWidth]:
        text = self.text
        lines: list[tuple[int, int, list[tuple[int, int]]]] = []
        done = -1
        for i in self.sight.where(BRACKET).tolist():
            if i >= done:
                start, done = self.sight.line(i)
                lines.append((start, done, list(self._pairs(start, done))))
        left = iter(self._bases(self.words_left, [one for _, _, pairs in lines for one, _ in pairs], -1))
        right = iter(self._bases(self.words_right, [two + 1 for _, _, pairs in lines for _, two in pairs], 0))
        for start, done, pairs in lines:
            formulas = self._formulas(pairs, start, done)
            for one, two in pairs:
                around = _chinese(next(left)) | _chinese(next(right))
                if not formulas.hold(one) and self._pair_belongs(one, two, around):
                    yield from (HalfWidth(k, k + 1, _FULL[text[k]]) for k in (one, two) if text[k] in "()")
            head = _HEAD.match(text, start, done)
            if head and not self.rows.hold(start):
                yield HalfWidth(head.end() - 1, head.end(), "）")

    def _pairs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        opened: list[int] = []
        for m in _ROUND.finditer(self.text, start, end):
            i = m.start()
            if self.spans.hold(i) or self.rows.hold(i):
                continue
            if self.text[i] in "(（":
                opened.append(i)
            elif opened:
                yield opened.pop(), i

    def _formulas(self, pairs: Sequence[tuple[int, int]], start: int, end: int) -> Spans:
        """The clauses of a line in which a sign of arithmetic touches a bracket: there all brackets keep their width."""
        if not any(self._touches(one, two, _ARITHMETIC) for one, two in pairs):
            return Spans(())
        edges = [start, *(m.end() for m in CLAUSE_END.finditer(self.text, start, end)), end]
        clauses = {bisect_right(edges, one) for one, two in pairs if self._touches(one, two, _ARITHMETIC)}
        return Spans(tuple((edges[k - 1], edges[k]) for k in sorted(clauses)))

    def _touches(self, one: int, two: int, signs: tuple[str, ...]) -> bool:
        return self.text[one - 1 : one] in signs or self.text[two + 1 : two + 2] in signs

    def _pair_belongs(self, one: int, two: int, around: bool) -> bool:
        """around: Chinese stands before or after the brackets."""
        text = self.text
        if (text[one] == "(") != (text[two] == ")"):
            return self._speaks(one)
        if text[one] == "（":
            return False
        before, after = text[one - 1 : one], text[two + 1 : two + 2]
        if self._touches(one, two, _OPERATORS):
            return False
        if self.han[one] < self.han[two]:
            return around or self._speaks(one)
        if (
            _EMPTY.match(text, one + 1, two + 1)
            or _RANGE.match(text, one + 1, two + 1)
            or (before.isascii() and before.isalnum())
            or (after.isascii() and after.isalnum())
        ):
            return False
        return around and self._speaks(one)

    def _bases(self, words: npt.NDArray[np.int64], at: npt.ArrayLike, step: int) -> list[str]:
        """For each place the character that decides what stands before it (step -1) or from it on (step 0); "" at the edge of a line."""
        text = self.text
        bases = []
        for k in (np.searchsorted(words, at) + step).tolist():
            char = text[words[k]] if 0 <= k < len(words) else ""
            bases.append("" if char in ("\r", "\n") else char)
        return bases

    @cached_property
    def words_left(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero((self.sight.kinds & PASSED_LEFT) == 0)

    @cached_property
    def words_right(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero((self.sight.kinds & PASSED_RIGHT) == 0)

    @cached_property
    def han(self) -> npt.NDArray[np.int64]:
        """How many Chinese characters stand before each place."""
        return np.cumsum((self.sight.kinds & HAN) != 0)

    def full_stops(self) -> Iterator[HalfWidth]:
        if "." not in self.text:
            return
        text, kinds = self.text, self.sight.kinds
        dots = np.flatnonzero(self.sight.codes == ord("."))
        for i in dots[(dots > 0) & ((kinds[dots - 1] & (HAN | CLOSE)) != 0)].tolist():
            start, end = self.sight.line(i)
            if not _LINE_ENDS.match(text, i + 1, end) or self.spans.hold(i) or not is_han(text[i - 1].strip("”’）)") or text[i - 2]):
                continue
            if self.sight.han(start, i) >= NO_HEADING and CLAUSE_END.search(text, start, i):
                yield HalfWidth(i, i + 1, "。")

    def _speaks(self, i: int) -> bool:
        """Does the line speak Chinese? A Chinese word is two characters, a Latin one about five letters."""
        start, end = self.sight.line(i)
        if start not in self.weights:
            letter = (self.sight.kinds[start:end] & LETTER) != 0
            for one, two in self.spans.within(start, end):
                letter[max(0, one - start) : max(0, two - start)] = False  # an address is no word
            self.weights[start] = 2 * self.sight.han(start, end) >= max(1, int(np.count_nonzero(letter)))
        return self.weights[start]


_FULL = dict(zip(",;:!?()", "，；：！？（）", strict=True))
_ROUND = lazily(r"[()（）]")
_HEAD = lazily(r"[ \t　\ufeff]*[一二三四五六七八九十]{1,3}(\))(?=[ \t　]*[\u4e00-\u9fff“《])")
_OPERATORS = tuple("=+-*/×÷<>^_\\＝＋")
_ARITHMETIC = tuple("=+*/×÷＝＋")
_EMPTY = lazily(r"\s*\)")
_RANGE = lazily(r"\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+\)")  # (A1:B2)
_LINE_ENDS = lazily(r"[ \t　]*$")
_RUNS_ON = tuple("?，。、；")  # after a question mark that stands for a character that was not read
_OPENS = tuple("“‘《（(")
_STRAIGHT = ('"', "'")
_CODE = tuple("<>|{}[\\=#_`~^$@&/")
_MARKS_OF_CHINESE = frozenset("、《》〈〉【】「」『』〔〕—…·～￥")


def _asks(before: str) -> bool:
    """May a question end here? In a scan, ? also stands for a mark that was not read: (2 ?选择重点试验."""
    return is_han(before) or before in _ENDS_QUESTION or (before.isascii() and before.isalpha())


_ENDS_QUESTION = tuple("”’》）)\"'%％!！")


def _chinese(char: str) -> bool:
    return is_han(char) or char in _MARKS_OF_CHINESE


_ENTITY = lazily(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")
