"""Each kernel against its slow twin, over short alphabets: loops, ties and overlaps come up by themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any

import naive
import numpy as np
import numpy.typing as npt
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from cleaner import compiled, kernels, views

FEW = st.lists(st.integers(0, 2), max_size=40)
TEXTS = st.lists(st.text("甲乙丙", max_size=12), max_size=12)
BOTH = pytest.mark.parametrize("ways", [kernels, compiled], ids=lambda module: module.__name__)


def joined(texts: list[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    codes = np.array([ord(char) for text in texts for char in text], dtype=np.uint32)
    return codes, np.cumsum([0, *map(len, texts)])


@given(FEW, st.integers(1, 5))
def test_equal_ngrams_have_equal_hashes_and_others_differ(codes: list[int], n: int) -> None:
    hashes = kernels.ngram_hashes(np.array(codes, dtype=np.uint32), n).tolist()
    grams = naive.ngrams(codes, n)
    assert len(hashes) == len(grams)
    assert len(set(hashes)) == len(set(grams))
    assert len(set(zip(hashes, grams))) == len(set(grams))


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**64 - 1)), max_size=60))
def test_recurring(values: list[int]) -> None:
    """Small numbers share one slot of the table; large ones are spread."""
    assert kernels.recurring(np.array(values, dtype=np.uint64)).tolist() == naive.recurring(values)


@given(st.text(alphabet="甲乙", max_size=40), st.integers(0, 4))
def test_doubled_hashes(text: str, times: int) -> None:
    codes = [ord(char) for char in text]
    hashes = kernels.doubled_hashes(np.array(codes, dtype=np.uint32), times).tolist()
    grams = naive.ngrams(codes, 2**times)
    assert len(hashes) == len(grams)
    assert [[a == b for b in hashes] for a in hashes] == [[a == b for b in grams] for a in grams]


@given(FEW)
def test_previous_equal(values: list[int]) -> None:
    assert kernels.previous_equal(np.array(values, dtype=np.uint64)).tolist() == naive.previous_equal(values)


@given(FEW)
def test_first_equal(values: list[int]) -> None:
    assert kernels.first_equal(np.array(values, dtype=np.uint64)).tolist() == naive.first_equal(values)


@BOTH
@given(texts=TEXTS)
def test_content_hashes_are_equal_for_equal_texts_alone(ways: ModuleType, texts: list[str]) -> None:
    hashes = ways.content_hashes(*joined(texts))
    assert naive.first_equal_rows(hashes.tolist()) == naive.first_equal(texts)
    assert (hashes == kernels.content_hashes(*joined(texts))).all()


@BOTH
@given(values=FEW)
def test_first_equal_rows(ways: ModuleType, values: list[int]) -> None:
    rows = np.array([(value, value % 2) for value in values], dtype=np.uint64).reshape(-1, 2)
    assert ways.first_equal_rows(rows).tolist() == naive.first_equal_rows(rows.tolist())


@BOTH
@given(values=FEW)
def test_buckets(ways: ModuleType, values: list[int]) -> None:
    numbers, count = ways.buckets(np.array(values, dtype=np.uint64))
    assert numbers.tolist() == naive.buckets(values)
    assert count == len(set(numbers.tolist()) - {-1})


@BOTH
@given(values=FEW)
def test_grouped(ways: ModuleType, values: list[int]) -> None:
    places, starts = ways.grouped(np.array(values, dtype=np.int32), np.arange(len(values), dtype=np.int32), 3)
    assert places.tolist() == sorted(range(len(values)), key=lambda place: values[place])
    assert starts.tolist() == [sum(value < own for value in values) for own in range(4)]


@given(TEXTS, st.sets(st.sampled_from("甲乙丙")))
def test_subsequence_hashes_know_only_what_is_marked(texts: list[str], marked: set[str]) -> None:
    codes, offsets = joined(texts)
    hashes = kernels.subsequence_hashes(codes, offsets, np.isin(codes, [ord(char) for char in marked]))
    left = ["".join(char for char in text if char in marked) for text in texts]
    assert naive.first_equal(hashes.tolist()) == naive.first_equal(left)


@BOTH
@given(texts=TEXTS)
def test_deletion_keys_are_shared_by_texts_within_one_edit(ways: ModuleType, texts: list[str]) -> None:
    codes, offsets = joined(texts)
    keys = ways.deletion_keys(codes, offsets, np.arange(len(texts)))
    own = [set(part.tolist()) for part in np.split(keys, (offsets[1:] + np.arange(1, len(texts) + 1))[:-1])] if texts else []
    for i, left in enumerate(texts):
        for k, right in enumerate(texts):
            if left and right and naive.within_one_edit(left, right):
                assert own[i] & own[k], (left, right)
    whole = kernels.content_hashes(codes, offsets)[:, 0]
    assert all(int(hash_) in keys_ for hash_, keys_ in zip(whole, own))


@given(st.text("甲乙丙", max_size=8), st.text("甲乙丙", max_size=8))
def test_within_one_edit(left: str, right: str) -> None:
    codes, offsets = joined([left, right])
    assert compiled.within_one_edit(codes, 0, offsets[1], offsets[1], offsets[2], 0, 99) == naive.within_one_edit(left, right)


@BOTH
@given(texts=TEXTS, count=st.sampled_from([5, 16]), seed=st.integers(0, 3))
def test_signatures_are_those_of_datasketch(ways: ModuleType, texts: list[str], count: int, seed: int) -> None:
    codes, offsets = joined(texts)
    signatures = ways.signatures(codes, offsets, np.arange(len(texts)), 3, kernels.permutations(count, seed))
    assert signatures.shape == (len(texts), count)
    for i, signature in enumerate(signatures):
        hashes = kernels.ngram_hashes(codes[offsets[i] : offsets[i + 1]], 3) >> np.uint64(32)
        oracle = MinHash(count, seed, hashfunc=lambda value: value, scheme="affine32")
        oracle.update_batch(hashes.tolist())
        assert signature.tolist() == oracle.hashvalues.tolist()


@BOTH
def test_band_keys_are_equal_where_all_values_of_a_band_are(ways: ModuleType) -> None:
    signatures = np.random.default_rng(0).integers(0, 2, (200, 12), dtype=np.uint32)
    keys = ways.band_keys(signatures, 4)
    assert keys.shape == (200, 3)
    for band in range(3):
        assert naive.first_equal(keys[:, band].tolist()) == naive.first_equal(list(map(tuple, signatures[:, 4 * band : 4 * band + 4])))
    assert (keys == kernels.band_keys(signatures, 4)).all()


def test_the_upper_half_of_a_hash_depends_on_every_part() -> None:
    """What is kept of hashes is their upper half: it must not forget the last of what was hashed."""
    codes = np.array([[ord("甲"), ord("乙"), 0x4E00 + last] for last in range(2_000)], dtype=np.uint32)
    assert len({int(kernels.ngram_hashes(gram, 3)[0] >> np.uint64(32)) for gram in codes}) == 2_000
    keys = kernels.band_keys(np.array([(1, 2, 3, last) for last in range(2_000)], dtype=np.uint32), 4)
    assert len(set((keys >> np.uint64(32)).ravel().tolist())) == 2_000


@given(st.lists(st.text("甲１3.%，-　A", max_size=8), max_size=8))
def test_texts_are_folded_each_for_itself(texts: list[str]) -> None:
    for way in (False, True):
        codes, offsets = views.fold_texts(texts, compiled=way)
        assert [codes[a:b].tolist() for a, b in pairwise(offsets)] == [views.fold(text).codes.tolist() for text in texts]


def test_compiled_code_needs_no_place_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: bool) -> Callable[[Any], Any]:
        def make(function: Any) -> Any:
            if "cache" in options:
                raise RuntimeError("cannot cache function: no locator available for file")
            return ("compiled anew", function)

        return make

    monkeypatch.setattr(compiled.numba, "njit", refuse)
    assert compiled.compiled(len) == ("compiled anew", len)


@given(st.lists(st.integers(-5, 5)))
def test_distinct_values_are_those_of_unique(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    assert kernels.distinct(array).tolist() == np.unique(array).tolist()
