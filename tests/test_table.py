"""Counts of strings in little room, held against a dictionary."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import table as tables
from cleaner.language.table import LINE, SLOTS, Joined, Table, begun, bits, extended, hash_of, hashes_of, holds, table

STRING = st.text("建设体系局长人的𠀀\udc80,0A", min_size=1, max_size=6)
COUNTED = st.dictionaries(STRING, st.integers(1, 0xFFFF), max_size=80)


def dice(seed: int, size: int) -> np.ndarray:
    """uint64[size]: distinct hashes."""
    found = np.unique(np.random.default_rng(seed).integers(0, 2**64, size + 10, dtype=np.uint64))
    return np.random.default_rng(seed).permutation(found)[:size]


def of(counted: dict[str, int], wide: bool) -> Table:
    hashes = np.array([hash_of(string) for string in counted], dtype=np.uint64)
    return table(hashes, np.array(list(counted.values()), dtype=np.int64), wide=wide)


def near(found: int, counted: int, share: float) -> bool:
    return found == counted if counted <= 100 else abs(found - counted) <= share * counted


@given(COUNTED)
def test_what_was_counted_is_found_with_its_count(counted: dict[str, int]) -> None:
    found = of(counted, wide=True).documents(list(counted))
    assert all(near(n, counted[string], 0.044) for string, n in zip(counted, found, strict=True))


@given(COUNTED)
def test_narrow_marks_lose_nothing_and_only_like_marks_are_mixed_up(counted: dict[str, int]) -> None:
    marks = [max(1, hash_of(string) & 0xFFFF) for string in counted]
    for string, mark, n in zip(counted, marks, of(counted, wide=False).documents(list(counted)), strict=True):
        assert n > 0
        assert marks.count(mark) > 1 or near(n, counted[string], 0.044)


@pytest.mark.parametrize("wide", [False, True])
def test_every_count_up_to_a_hundred_is_exact_and_none_is_told_as_less_than_a_hundred_beyond(wide: bool) -> None:
    counted = {f"第{n}": n for n in (*range(1, 101), 5_000, 65_534, 65_535, 65_536, 1_000_000)}
    found = dict(zip(counted, of(counted, wide).documents(list(counted)), strict=True))
    assert all(found[f"第{n}"] == n for n in range(1, 101))
    assert all(found[f"第{n}"] >= 100 for n in (5_000, 65_534))
    assert found["第65535"] == found["第65536"] == found["第1000000"] == 65_535


def test_counts_above_a_hundred_are_within_two_percent_or_so() -> None:
    every = np.arange(101, 60_000)
    hashes = dice(1, len(every))
    found = table(hashes, every, wide=True).of(hashes).astype(np.int64)
    assert np.all(np.abs(found - every) <= 0.025 * every)


@given(COUNTED, st.randoms(use_true_random=False), st.booleans())
def test_the_same_counts_in_any_order_give_the_same_bytes(counted: dict[str, int], random, wide: bool) -> None:
    shuffled = random.sample(list(counted.items()), len(counted))
    one, two = of(counted, wide), of(dict(shuffled), wide)
    assert one.marks.tobytes() == two.marks.tobytes()
    assert one.counts.tobytes() == two.counts.tobytes()


@pytest.mark.parametrize("size", [0, 1, 7, 8, 1000, 50_000])
@pytest.mark.parametrize("wide", [False, True])
def test_a_table_is_filled_to_92_percent(size: int, wide: bool) -> None:
    hashes = dice(size, size)
    filled = table(hashes, np.full(size, 7), wide=wide)
    assert filled.size == size
    assert filled.marks.shape == filled.counts.shape == (-(-size * 100 // (SLOTS * 92)), SLOTS)
    assert filled.of(hashes).tolist() == [7] * size
    assert filled.marks.itemsize == (4 if wide else 2)


def test_absent_strings_are_seldom_taken_for_counted_ones_and_never_by_wide_marks() -> None:
    every = dice(11, 150_000)
    counted, absent = every[:50_000], every[50_000:]
    ones = np.ones(len(counted), dtype=np.int64)
    found = int(np.count_nonzero(table(counted, ones).of(absent)))
    assert 0 < found < len(absent) / 2000
    assert not table(counted, ones, wide=True).of(absent).any()


def test_a_full_table_is_refused_and_not_returned_with_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MOVES", 100)
    same = (np.arange(1, 3 * SLOTS, dtype=np.uint64)) << np.uint64(1)  # all of them in bucket 0
    with pytest.raises(ValueError, match="no place"):
        table(same, np.ones(len(same), dtype=np.int64))


@given(st.text("建,0\ud800𠀀龘", min_size=1, max_size=9), st.integers(1, 9))
def test_a_hash_is_the_same_however_it_is_made(text: str, length: int) -> None:
    codes = np.array([ord(char) for char in text])
    slow = [hash_of(text[i : i + length]) for i in range(len(text) - length + 1)]
    assert hashes_of(codes, length).tolist() == slow
    for i, whole in enumerate(slow):
        step = np.array([begun(length)], dtype=np.uint64)
        for code in codes[i : i + length]:
            step = extended(step, np.array([code]))
        assert step.tolist() == [whole]


def test_hashes_differ_where_strings_do() -> None:
    letters = "建设体系"
    every = ["".join((a, b, c)[:n]) for n in (1, 2, 3) for a in letters for b in letters for c in letters]
    assert len({hash_of(string) for string in every}) == len(set(every)) == 4 + 16 + 64


def test_the_example_of_a_hash() -> None:
    assert doctest.testmod(tables).failed == 0
    assert doctest.testmod(tables).attempted > 0


@given(COUNTED, COUNTED)
def test_joined_tables_add(left: dict[str, int], right: dict[str, int]) -> None:
    one, two = of(left, True), of(right, True)
    both = Joined((one, two))
    strings = [*left, *right, "", "龘龘"]
    added = [min(65_535, sum(pair)) for pair in zip(one.documents(strings), two.documents(strings), strict=True)]
    assert both.documents(strings) == added
    known = [string for string in strings if string]
    hashes = np.array([hash_of(string) for string in known], dtype=np.uint64)
    assert both.of(hashes).tolist() == [n for n, string in zip(added, strings, strict=True) if string]
    assert Joined((both, one)).documents(strings)[-2:] == [0, 0]


@pytest.mark.parametrize("counted", [{}, {"建设": 3}])
def test_the_empty_string_and_no_string_at_all(counted: dict[str, int]) -> None:
    assert of(counted, False).documents([""]) == [0]
    assert of(counted, False).documents([]) == []
    assert of(counted, False).of(np.zeros(0, dtype=np.uint64)).tolist() == []


def test_the_empty_string_is_in_no_table_even_where_its_hash_is() -> None:
    assert table(np.array([hash_of("")], dtype=np.uint64), np.array([5])).documents([""]) == [0]


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(0, 2000), st.integers(9, 16), st.integers(1, 4))
def test_a_filter_holds_what_was_put_in(seed: int, size: int, power: int, each: int) -> None:
    hashes = dice(seed, size)
    found = bits(hashes, 1 << power, each)
    assert found.dtype == np.uint8
    assert len(found) == (1 << power) // 8
    assert holds(found, hashes, each).all()
    assert np.unpackbits(found).sum() <= each * size
    for hash in hashes[:3]:  # a line of memory is enough
        places = np.flatnonzero(np.unpackbits(bits(hash[None], 1 << power, each)))
        assert places.max() // LINE == places.min() // LINE


def test_more_bits_each_let_less_by() -> None:
    every = dice(4, 102_400)
    let_by = [holds(bits(every[:2_400], 1 << 16, each), every[2_400:], each).mean() for each in (1, 2, 3)]
    assert let_by[0] > 4 * let_by[1] > 8 * let_by[2]


def test_a_filter_holds_little_else() -> None:
    every = dice(3, 102_400)
    found = bits(every[:2_400], 1 << 16)  # 7 % of its bits, as in the model that ships
    assert np.unpackbits(found).mean() < 0.075
    assert 0 < holds(found, every[2_400:]).mean() < 1 / 180
    assert not holds(bits(every[:0], LINE), every).any()
    assert holds(found, every[:0]).shape == (0,)
