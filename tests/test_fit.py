"""How the weights of evidence are fitted: faults that are made and undone, and a regression."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.language import fit as module
from cleaner.language import lexicon
from cleaner.language.candidates import KINDS, changes
from cleaner.language.fit import APART, FOLDS, SHARES, Fault, Sample, fit, fold, samples, spoilt
from cleaner.language.symbols import FIRST, LAST, symbols

SENTENCES = [row["word"] for row in lexicon.rows("policy-words.csv")][::7]
PROSE = st.lists(st.sampled_from([*SENTENCES, "建设", "局局", "，", "。\n", "2024年", "一", "國", "𠀀", "\ud800"]), max_size=200).map(
    "".join
)


def made(seed: int, size: int = 600, noise: float = 0.0) -> Sample:
    """Changes of which the first evidence says yes, the second no and the third nothing."""
    dice = np.random.default_rng(seed)
    right = dice.random(size) < 0.4
    values = np.column_stack((right * 2.0, right * -3.0, dice.normal(size=size))) + dice.normal(scale=noise + 1e-3, size=(size, 3))
    return Sample(("for", "against", "noise"), values, right, ~right)


def chance(weights: dict[str, float], sample: Sample) -> np.ndarray:
    score = weights["base"] + sum(weights[name] * sample.values[:, k] for k, name in enumerate(sample.names))
    return 1 / (1 + np.exp(-score))


# --- the regression ----------------------------------------------------------------------------------


@given(st.integers(0, 2**32))
def test_what_separates_has_the_right_sign(seed: int) -> None:
    sample = made(seed)
    weights = fit(sample)
    assert list(weights) == ["base", "for", "against", "noise"]
    assert weights["for"] > 0.5
    assert weights["against"] < -0.5
    assert abs(weights["noise"]) < 0.5
    assert ((chance(weights, sample) > 0.5) == sample.right).all()


def test_the_same_changes_give_the_same_weights() -> None:
    assert fit(made(1, noise=1.0)) == fit(made(1, noise=1.0))
    assert fit(made(1, noise=1.0)) != fit(made(2, noise=1.0))


def test_the_order_and_the_scale_of_evidence_do_not_matter() -> None:
    sample = made(3, noise=1.0)
    weights = fit(sample)
    turned = fit(sample._replace(names=sample.names[::-1], values=sample.values[:, ::-1]))
    assert turned == pytest.approx(weights)
    stretched = fit(sample._replace(values=sample.values * [10.0, 1.0, 1.0] + [0.0, 5.0, 0.0]))
    assert stretched["for"] == pytest.approx(weights["for"] / 10, rel=1e-4)
    assert stretched["base"] == pytest.approx(weights["base"] - 5 * weights["against"], rel=1e-4)


def test_evidence_that_never_changes_says_nothing() -> None:
    sample = made(4, noise=1.0)
    constant = sample._replace(values=np.column_stack((sample.values[:, :2], np.zeros(len(sample.values)))))
    assert fit(constant)["noise"] == 0.0


def test_without_evidence_the_chance_is_that_of_the_weighed_shares() -> None:
    """Three heavy ones that spoil clean text against six that mend: 6 / (6 + 3 · HEAVY · ROUNDS); beside a fault they weigh half."""
    right = np.array([True] * 6 + [False] * 3)
    clean = ~right
    for clean, heavy in ((~right, module.HEAVY * module.ROUNDS), (np.zeros(9, dtype=bool), 0.5)):
        weights = fit(Sample(("none",), np.zeros((9, 1)), right, clean))
        assert weights["base"] == pytest.approx(math.log(6 / (3 * heavy)), rel=1e-4)


# --- faults ------------------------------------------------------------------------------------------


def undone(text: str, faults: list[Fault]) -> str:
    chars = list(text)
    for fault in reversed(faults):
        at = fault.start
        if fault.kind == "wrong":
            chars[at] = chr(fault.char)
        elif fault.kind == "lost":
            chars.insert(at, chr(fault.char))
        elif fault.kind == "added":
            del chars[at]
        else:
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
    return "".join(chars)


@given(PROSE, st.integers(0, 2**32))
def test_faults_undo_exactly(text: str, seed: int) -> None:
    broken, faults = spoilt(text, random.Random(seed))
    assert undone(broken, faults) == text
    assert (broken == text) is (not faults)
    assert all((fault.char > 0) is (fault.kind in ("wrong", "lost")) for fault in faults)


@given(PROSE, st.integers(0, 2**32))
def test_faults_are_apart_and_amid_chinese_characters(text: str, seed: int) -> None:
    broken, faults = spoilt(text, random.Random(seed))
    starts = [0, *(fault.start for fault in faults)]
    assert all(b - a >= APART[0] - 1 for a, b in itertools.pairwise(starts))
    for fault in faults:
        assert all(FIRST <= ord(char) <= LAST for char in broken[fault.start - 1 : fault.start + 1])
    assert spoilt(text, random.Random(seed)) == (broken, faults)


def test_faults_of_every_kind_are_made() -> None:
    text = "，".join(SENTENCES * 40)
    broken, faults = spoilt(text, random.Random(2))
    seen = Counter(fault.kind for fault in faults)
    assert set(seen) == set(SHARES) == set(KINDS)
    assert len(faults) > len(text) / APART[1] / 2
    assert undone(broken, faults) == text


@pytest.mark.parametrize("text", ["", "建设", "，" * 500, "a" * 500, "建，" * 300, "\ud800" * 500])
def test_where_there_is_no_prose_no_fault_is_made(text: str) -> None:
    assert spoilt(text, random.Random(1)) == (text, [])


# --- folds and samples -------------------------------------------------------------------------------


def test_folds_are_stable_and_all_are_used() -> None:
    assert [fold(name) for name in ("", "a", "国务院", "policy-1", "policy-2")] == [0, 2, 0, 4, 0]
    sizes = Counter(fold(f"document {n}") for n in range(1000))
    assert set(sizes) == set(range(FOLDS))
    assert min(sizes.values()) > 150


def test_samples_tell_changes_that_mend_from_those_that_spoil(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")[:6000]
    found = samples([text], lexicon.shipped(), seed=3)
    assert set(found) == set(KINDS)
    names = [row["evidence"] for row in lexicon.rows("misprint-weights.csv")]
    for kind, sample in found.items():
        assert ["base", *sample.names] == names, kind
        assert sample.values.shape == (len(sample.right), len(sample.names))
        assert not (sample.right & sample.clean).any()
        gain = sample.values[:, sample.names.index("gain")]
        assert sample.right.any()
        assert gain[sample.right].mean() > gain[~sample.right].max(initial=0.0) / 2
    assert sum(int(sample.clean.sum()) for sample in found.values()) == len(changes(symbols(text), lexicon.shipped())) > 0


def test_where_no_change_is_found_the_sample_is_empty() -> None:
    assert all(len(sample.right) == 0 for sample in samples(["加强领导。"], lexicon.shipped()).values())
