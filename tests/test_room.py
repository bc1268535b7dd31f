"""What grows: the same in memory and in files."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import kernels
from cleaner import room as module
from cleaner.room import Column, Notes, Room, Strings, parted


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 24)
    monkeypatch.setattr(module, "FEW", 2)


NUMBERS = st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=9)


@given(NUMBERS, st.sampled_from([0, 30, 1000]), st.integers(1, 2), st.data())
def test_a_column_gives_back_what_was_added(some: list[list[int]], size: int, width: int, data: st.DataObject) -> None:
    column = Column(Room(size), np.int32, width)
    for rows in some:
        column.extend(np.repeat(np.array(rows, dtype=np.int32)[:, None], width, axis=1))
    whole = [number for rows in some for number in rows]
    first = column.whole() if width == 1 else column.whole()[:, 1]
    assert len(column) == len(whole)
    assert first.tolist() == whole
    assert sum(map(len, column.blocks())) == len(whole)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    assert column.part(start, end).reshape(-1, width)[:, 0].tolist() == whole[start:end]
    places = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=9)) if whole else []
    assert column.at(np.array(places, dtype=np.int64)).reshape(-1, width)[:, 0].tolist() == [whole[place] for place in places]
    assert (column.file is None) or size < 1000


@given(st.lists(st.binary(max_size=40), max_size=30), st.sampled_from([0, 1000]))
def test_strings_are_numbered_as_they_come(some: list[bytes], size: int) -> None:
    strings = Strings(Room(size))
    for n, string in enumerate(some):
        assert strings.add(string) == n
        assert strings[n] == string
    assert list(strings) == some


@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=20)), max_size=30), st.sampled_from([0, 1000]))
def test_notes_stand_under_their_numbers(some: list[tuple[int, str]], size: int) -> None:
    notes = Notes[str](Room(size))
    expected: dict[int, list[str]] = {}
    for number, note in some:
        notes.add(number, note)
        expected.setdefault(number, []).append(note)
    assert dict(notes) == expected
    assert bool(notes) == bool(expected)
    assert 7 not in notes


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=40), st.sampled_from([0, 1 << 20]))
def test_what_is_equal_comes_together(some: list[tuple[int, bool]], size: int) -> None:
    column = Column(Room(size), np.uint64)
    column.extend(np.array([number for number, _ in some], dtype=np.uint64))
    chosen = np.array([wanted for _, wanted in some], dtype=bool)
    seen: dict[int, int] = {}
    places: list[int] = []
    for n, (at, values) in enumerate(parted(column.blocks, chosen, Room(size))):
        assert at.tolist() == sorted(at.tolist())
        assert column.at(at).tolist() == values.tolist()
        places += at.tolist()
        for value in values.tolist():
            assert seen.setdefault(value, n) == n
    assert sorted(places) == np.flatnonzero(chosen).tolist()


PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)


@given(PAIRS, PAIRS)
def test_joined_parts_are_named_for_their_first(some: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    labels = np.arange(10)
    for pairs in (some, more):
        one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        kernels.joined(labels, one, other)
    expected = list(range(10))
    for _ in range(10):
        for i, k in some + more:
            expected[i] = expected[k] = min(expected[i], expected[k])
    assert labels.tolist() == expected
