"""Which of many paragraphs are nearly the same: settled some at a time, as in one go."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import corpus
from cleaner.nearly import Aside, Near, Wanted, nearly
from cleaner.room import Column, Room

BASE = "国家实行统一的市场准入负面清单制度清单以外各类主体依法平等进入"
SHORT = st.tuples(st.integers(12, 14), st.lists(st.tuples(st.integers(0, 13), st.sampled_from("甲乙丙丁戊己庚")), max_size=2))


def written(size: int, changes: list[tuple[int, str]]) -> str:
    text = list(BASE[:size])
    for at, char in changes:
        text[at : at + (char < "乙")] = char
    return "".join(text)


def settled(texts: list[str], kinds: list[int], room: Room) -> Near:
    wanted = Wanted(np.arange(len(texts))[::-1], np.zeros(len(texts), dtype=np.int64))
    aside = Aside(wanted, lambda asked: (((order, 0), texts[len(texts) - 1 - order]) for order in asked), room)
    return nearly(aside, np.array(kinds, dtype=np.uint64), lambda i, k, here, there: None, lambda one, other: len(one) == len(other), room)


@settings(max_examples=300)
@given(st.lists(st.tuples(SHORT, st.integers(0, 1)), max_size=12))
def test_short_texts_within_an_edit_are_settled_together(some: list[tuple[tuple[int, list[tuple[int, str]]], int]]) -> None:
    texts = list(dict.fromkeys(written(*how) for how, _ in some))
    kinds = [kind for _, kind in some][: len(texts)]
    held, spilled = (settled(texts, kinds, room) for room in (Room(), Room(0)))
    assert spilled.keeper.tolist() == held.keeper.tolist()
    assert spilled.similarity.tolist() == held.similarity.tolist()
    assert spilled.sure.tolist() == held.sure.tolist()
    assert dict(spilled.rejected) == dict(held.rejected)


def test_what_is_wanted_is_known_by_order_and_number() -> None:
    wanted = Wanted(np.array([5, 5, 2, 9]), np.array([1, 4, 0, 3]))
    assert dict(wanted) == {2: [0], 5: [1, 4], 9: [3]}
    assert [wanted.place(*place) for place in ((5, 1), (5, 4), (2, 0), (9, 3))] == [0, 1, 2, 3]
    assert 4 not in wanted


@given(st.lists(st.lists(st.tuples(st.integers(3, 5), st.integers(0, 2)), max_size=6), max_size=5))
def test_the_first_of_those_that_agree_most(chunks: list[list[tuple[int, int]]]) -> None:
    """Values are chosen so that 3 and 4 agree with 0 and 1 alike, and 5 with 2 most."""
    values = Column(Room(), np.uint32, 2)
    values.extend(np.array([[1, 2], [1, 3], [4, 4], [1, 9], [1, 8], [4, 4]], dtype=np.uint32))
    best, most = np.full(6, -1, dtype=np.int64), np.zeros(6, dtype=np.int64)
    for chunk in chunks:
        corpus._keep_best(
            np.array([i for i, _ in chunk], dtype=np.int64), np.array([k for _, k in chunk], dtype=np.int64), values, best, most
        )
    rows = values.whole().tolist()
    for i in (3, 4, 5):
        agree = {k: sum(a == b for a, b in zip(rows[i], rows[k])) for chunk in chunks for n, k in chunk if n == i}
        expected = min((k for k in agree if agree[k]), key=lambda k: (-agree[k], k), default=-1)
        assert best[i] == expected
