"""Each kernel against its slow twin, over short alphabets: loops, ties and overlaps come up by themselves."""

from __future__ import annotations

import naive
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaner import kernels

FEW = st.lists(st.integers(0, 2), max_size=40)


@given(FEW, st.integers(1, 5))
def test_equal_ngrams_have_equal_hashes_and_others_differ(codes: list[int], n: int) -> None:
    hashes = kernels.ngram_hashes(np.array(codes, dtype=np.uint32), n).tolist()
    grams = naive.ngrams(codes, n)
    assert len(hashes) == len(grams)
    assert len(set(hashes)) == len(set(grams))
    assert len(set(zip(hashes, grams))) == len(set(grams))


@given(FEW)
def test_previous_equal(values: list[int]) -> None:
    assert kernels.previous_equal(np.array(values, dtype=np.uint64)).tolist() == naive.previous_equal(values)


@given(FEW)
def test_first_equal(values: list[int]) -> None:
    assert kernels.first_equal(np.array(values, dtype=np.uint64)).tolist() == naive.first_equal(values)


@given(FEW)
def test_steady_stretches(values: list[int]) -> None:
    assert kernels.steady_stretches(np.array(values, dtype=np.int64)).tolist() == naive.steady_stretches(values)
