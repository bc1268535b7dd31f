"""What is true of a sample: every pair of texts that is alike, by an exact join; and how much of it a contender found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from benchmarks.contenders import GONE, NGRAM, ROWS, THRESHOLD, Places
from cleaner.views import code_points


class Truth(NamedTuple):
    """shingles: of each text. pairs: int64[p, 2] of all texts that are alike, smaller number first. similarity: of the two.
    keeper: of each text, in the first independent set."""

    texts: list[str]
    shingles: list[set[str]]
    pairs: Places
    similarity: npt.NDArray[np.float64]
    keeper: Places


def truth(texts: list[str]) -> Truth:
    """By prefix filter: two sets of m shingles and more that share THRESHOLD of their union share one of the rarest
    m - ceil(THRESHOLD * m) + 1 of each (Chaudhuri, Ganti and Kaushik 2006, "A primitive operator for similarity joins")."""
    shingles = [{text[i : i + NGRAM] for i in range(len(text) - NGRAM + 1)} for text in texts]
    counts = Counter(gram for grams in shingles for gram in grams)
    having: defaultdict[str, list[int]] = defaultdict(list)
    pairs, similarity = [], []
    for i, grams in enumerate(shingles):
        rarest = sorted(grams, key=lambda gram: (counts[gram], gram))[: len(grams) - ceil(THRESHOLD * len(grams) - 1e-9) + 1]
        for k in sorted({k for gram in rarest for k in having[gram]}):
            share = jaccard(grams, shingles[k])
            if share >= THRESHOLD:
                pairs.append((k, i))
                similarity.append(share)
        for gram in rarest:
            having[gram].append(i)
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Truth(texts, shingles, found, np.array(similarity), _first_independent(len(texts), pairs))


def jaccard(left: set[str], right: set[str]) -> float:
    """Of two sets; 0 where both are empty."""
    common = len(left & right)
    return common / max(1, len(left) + len(right) - common)


def _first_independent(count: int, pairs: Sequence[tuple[int, int]]) -> Places:
    keeper = list(range(count))
    for k, i in pairs:  # by i, and by k for each
        if keeper[i] == i and keeper[k] == k:
            keeper[i] = k
    return np.array(keeper)


class Score(NamedTuple):
    """candidates: pairs that were looked at; none where they are not told. found: share of the pairs alike among them; and of
    those at 0.8 to 0.95. held: share of candidates that are alike. gone: texts taken out. taken: share of what the exact join
    takes out that is taken out. wrong: how many were taken out that are alike to nothing (where keepers are told: not alike to
    theirs)."""

    candidates: int
    found: float
    found_near: float
    held: float
    gone: int
    taken: float
    wrong: int


def score(true: Truth, keeper: Places, candidates: Places, short: tuple[int, int] | None = None) -> Score:
    """short: ours takes out texts of so many characters that are one edit from their keeper, too."""
    count = len(true.texts)
    real = _numbers(true.pairs, count)
    looked = np.isin(real, _numbers(candidates, count))
    near = true.similarity < 0.95
    gone, truly = (np.flatnonzero(k != np.arange(count)) for k in (keeper, true.keeper))
    partners = set(true.pairs.ravel().tolist())
    wrong = 0
    for i in gone.tolist():
        k = int(keeper[i])
        if k == GONE:
            wrong += i not in partners
        elif jaccard(true.shingles[i], true.shingles[k]) < THRESHOLD:
            wrong += not (short and _one_edit(true.texts[i], true.texts[k], short))
    return Score(
        len(candidates),
        _share(looked.sum(), len(real)),
        _share(looked[near].sum(), near.sum()),
        _share(looked.sum(), len(candidates)),
        len(gone),
        _share(np.isin(truly, gone).sum(), len(truly)),
        wrong,
    )


def _numbers(pairs: Places, count: int) -> Places:
    """One number for each pair."""
    numbers: Places = pairs[:, 0] * count + pairs[:, 1]
    return numbers


def _share(part: int | np.integer[npt.NBitBase], whole: int | np.integer[npt.NBitBase]) -> float:
    return int(part) / int(whole) if whole else float("nan")


def _one_edit(left: str, right: str, short: tuple[int, int]) -> bool:
    return short[0] <= min(len(left), len(right)) and max(len(left), len(right)) <= short[1] and Levenshtein.distance(left, right) <= 1


def our_candidates(texts: list[str]) -> Places:
    """int64[p, 2]: the pairs of folded texts, none equal to another, that share a bucket of ours, of bands or of short texts.
    More than are ever looked at: a text is held against keepers only."""
    from cleaner import compiled, groups

    parameters = groups.Parameters()
    assert (parameters.ngram, parameters.rows, parameters.threshold) == (NGRAM, ROWS, THRESHOLD)
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in texts])))
    codes, every = code_points("".join(texts)), np.arange(len(texts))
    signed = groups._signed(codes, offsets, every, parameters, compiled, 1)
    members = groups._members(codes, offsets, every, signed.keys, parameters, None, compiled, 1)
    having: defaultdict[int, list[int]] = defaultdict(list)
    found: set[tuple[int, int]] = set()
    for i in range(len(texts)):
        for bucket in members.buckets[members.starts[i] : members.starts[i + 1]].tolist():
            found.update((k, i) for k in having[bucket] if k != i)
            having[bucket].append(i)
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
