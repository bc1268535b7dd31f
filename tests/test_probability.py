"""How likely a text is, held against the definition of stupid backoff."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.language import lookups, weighed
from cleaner.language.learn import KEPT, learn
from cleaner.language.lexicon import ORDER, Language
from cleaner.language.probability import BEFORE, LOGARITHMS, gain, log_probability, ngram_counts
from cleaner.language.symbols import ROOM, symbols
from cleaner.language.table import hash_of, table

HOME = ("建设建设，体建设体系", "建设体。", "体体建设，建体", "设建设建设", "，建设体设", "建设建体")
OTHERS = ("建设体建设体", "体设体设，", "设设设", "建设建设体", "建")
UNKNOWN = "龘"
SYMBOLS = st.sampled_from([*map(ord, "建设体系,0"), ord(UNKNOWN)])
LETTERS = st.text("建设体，1" + UNKNOWN, max_size=6)


@cache
def counts() -> dict[tuple[int, ...], int]:
    home, others = (
        [symbols(text).codes[ROOM - BEFORE : len(symbols(text).codes) - ROOM + BEFORE].tolist() for text in texts]
        for texts in (HOME, OTHERS)
    )
    return {gram: k for n, bounds in KEPT.items() for gram, k in naive.kept_ngrams(home, others, n, *bounds).items()}


@cache
def language() -> Language:
    """As learnt, but with wide marks: no string of those tried is mistaken for another."""
    learnt = learn(HOME, OTHERS)
    longer = {gram: n for gram, n in counts().items() if len(gram) > 1}
    hashes = np.array([hash_of("".join(map(chr, gram))) for gram in longer], dtype=np.uint64)
    return replace(learnt, ngrams=table(hashes, np.array(list(longer.values())), wide=True))


def total() -> int:
    return sum(n for gram, n in counts().items() if len(gram) == 1)


def test_the_language_has_something_of_every_order() -> None:
    assert {len(gram) for gram in counts()} == set(range(1, ORDER + 1))
    assert language().weight == pytest.approx(math.log(total()))


@given(st.lists(SYMBOLS, min_size=ORDER, max_size=20))
def test_ngram_counts_equal_their_slow_twin(window: list[int]) -> None:
    found = ngram_counts(language(), np.array([window, window[::-1]]))
    assert len(found) == ORDER
    for n, each in enumerate(found, 1):
        for row, codes in zip(each, (window, window[::-1]), strict=True):
            assert row.tolist() == [counts().get(gram, 0) for gram in naive.ngrams(codes, n)]


@given(
    st.integers(1, 8).flatmap(lambda n: st.lists(st.lists(SYMBOLS, min_size=BEFORE + n, max_size=BEFORE + n), min_size=1, max_size=4)),
    st.data(),
)
def test_log_probability_equals_its_slow_twin(windows: list[list[int]], data: st.DataObject) -> None:
    lengths = [data.draw(st.integers(0, len(window) - BEFORE)) for window in windows]
    found = log_probability(language(), np.array(windows), np.array(lengths))
    slow = [naive.log_probability(counts(), total(), window, BEFORE, n) for window, n in zip(windows, lengths, strict=True)]
    assert found.tolist() == pytest.approx(slow)
    tables = lookups.counted(language().ngrams)
    for window, n, value in zip(windows, lengths, slow, strict=True):
        codes = np.array(window[: BEFORE + n])
        assert weighed.likelihood(codes, language().letters, LOGARITHMS, language().weight, tables) == pytest.approx(value)


@given(st.lists(SYMBOLS, min_size=8, max_size=8), st.lists(SYMBOLS, min_size=4, max_size=4), st.integers(0, 4))
def test_what_lies_beyond_the_length_does_not_matter(window: list[int], tail: list[int], length: int) -> None:
    other = window[: BEFORE + length] + tail
    one, two = (log_probability(language(), np.array([some[:8]]), np.array([length])) for some in (window, other))
    assert one.tolist() == pytest.approx(two.tolist())
    assert length or one.tolist() == [0.0]


@given(LETTERS, LETTERS, LETTERS, LETTERS)
def test_a_change_and_its_reverse_cancel(left: str, old: str, right: str, new: str) -> None:
    assert gain(language(), left, old, right, new) == pytest.approx(-gain(language(), left, new, right, old))
    assert gain(language(), left, old, right, old) == 0.0


HAN = st.text("建设体系" + UNKNOWN, max_size=6)


@given(HAN, HAN, HAN, HAN)
def test_a_gain_is_the_difference_of_two_slow_twins(left: str, old: str, right: str, new: str) -> None:
    def scored(text: str) -> float:
        window = [ord(",")] * BEFORE + list(map(ord, text)) + [ord(",")] * BEFORE
        return naive.log_probability(counts(), total(), window, BEFORE, len(window) - BEFORE)

    slow = scored(left + new + right) - scored(left + old + right)
    assert gain(language(), left, old, right, new) == pytest.approx(slow, abs=1e-9)


def test_what_was_learnt_is_likelier() -> None:
    assert gain(language(), "建", "体", "建", "设") > 1
    assert gain(language(), "建", "设", "建", UNKNOWN) < -1


@pytest.mark.parametrize(("old", "new"), [("123456789", "1"), ("，，，，", "，")])
def test_what_is_read_alike_gains_nothing(old: str, new: str) -> None:
    learnt = learn(["，建设1建设，"] * 3)
    assert gain(learnt, "建设", old, "建设", new) == pytest.approx(0.0)
