"""What stands earlier in a text, in two ways."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.copies import shared_by_python, shared_compiled, tiles
from cleaner.stretches import SHINGLE, Stretches, by_numpy, compiled

BITS = st.sampled_from(
    ["甲乙丙丁戊己庚辛壬癸子丑寅", "甲乙丙丁", "天地玄黄宇宙洪荒日月盈昃辰宿列张", "甲", "\n", "3.6%", "乙丙丁戊己庚辛壬癸子丑寅卯辰巳午"]
)
LONG = "".join(chr(0x4E00 + 37 * n) for n in range(150))
PARTS = st.tuples(st.integers(0, 140), st.integers(30, 150)).map(lambda span: LONG[span[0] : span[0] + span[1]])
TEXTS = st.lists(st.one_of(BITS, PARTS, st.text("甲乙\n", max_size=3)), max_size=40).map("".join)


@settings(max_examples=400)
@given(st.one_of(TEXTS, st.tuples(TEXTS, st.integers(2, 4)).map(lambda pair: pair[0] * pair[1])))
def test_two_ways_to_find_what_stands_earlier(text: str) -> None:
    quick, slow = compiled(text), by_numpy(text)
    assert quick.longest.tolist() == slow.longest.tolist()
    assert quick.met.tolist() == slow.met.tolist()
    every = tiles(text)
    for one, two in zip(shared_compiled(every, slow.met), shared_by_python(every, slow.met), strict=True):
        assert one.tolist() == two.tolist()


def test_a_stretch_is_as_long_as_it_can_be() -> None:
    text = "全面加强金融监管，有效治理恶性拖欠账款，牢牢守住底线。"
    found = by_numpy(f"{text}\n另起一行。\n{text}\n尾")
    size = sum(char not in "，。" for char in text)
    assert [(end - start, source) for start, end, source in found.longest.tolist()] == [(size, 0)]
    assert isinstance(found, Stretches)
    assert found.met.dtype == np.int64
    assert size >= SHINGLE
