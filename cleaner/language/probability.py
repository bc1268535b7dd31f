"""How likely a text is, from counts of its n-grams by stupid backoff (Brants et al., "Large Language Models in Machine
Translation", 2007): the longest n-gram that was counted decides, each step down costs a factor of 0.4.

Counts are of documents. So these are scores, not probabilities that sum to one; differences between two readings of a
place are what they are for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaner.language.lexicon import ORDER, Language
from cleaner.language.symbols import ROOM, symbols
from cleaner.language.table import begun, extended
from cleaner.views import MANY, Reader

Windows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

BEFORE = ORDER - 1  # symbols on either side that a change has an effect on
_BACKOFF = float(np.log(0.4))
LOGARITHMS = np.log(np.maximum(np.arange(0x10000), 0.5))  # below 0 for what was never counted


def log_probability(language: Language, windows: Windows, lengths: Windows) -> Scores:
    """int64[n, w], symbols; int64[n] -> float64[n]: natural logarithm of how likely so many of them are from place BEFORE on,
    given those before."""
    counts = ngram_counts(language, windows)
    logs = [LOGARITHMS[count] for count in counts]
    each = np.maximum(logs[0][:, BEFORE:], 0.0) + (BEFORE * _BACKOFF - language.weight)
    for n in range(2, ORDER + 1):
        start = BEFORE + 1 - n
        longer, shorter = logs[n - 1][:, start:], logs[n - 2][:, start : start + each.shape[1]]
        each = np.where(longer >= 0, longer - shorter + (ORDER - n) * _BACKOFF, each)
    each[np.arange(each.shape[1]) >= lengths[:, None]] = 0.0
    return np.asarray(each.sum(axis=1))


def ngram_counts(language: Language, windows: Windows) -> list[npt.NDArray[Any]]:
    """int64[n, w] -> for each order k from 1 on uint16[n, w - k + 1]: in how many documents each k-gram stands.

    What holds an n-gram holds its parts, so longer ones are looked up only where both parts are known."""
    counts = [language.letters[windows]]
    for n in range(2, ORDER + 1):
        shorter = counts[-1]
        alive = (shorter[:, :-1] > 0) & (shorter[:, 1:] > 0)
        found = np.zeros(alive.shape, dtype=np.uint16)
        row, start = np.nonzero(alive)
        hashes = np.full(len(row), begun(n), dtype=np.uint64)
        for k in range(n):
            hashes = extended(hashes, windows[row, start + k])
        found[row, start] = language.ngrams.of(hashes)
        counts.append(found)
    return counts


_WORTH = MANY // 100  # characters that take as long to read as a gain to reckon by numpy


@cache
def _reader() -> Reader:
    return Reader()


def gain(language: Language, left: str, old: str, right: str, new: str) -> float:
    """How much likelier a text becomes where `new` stands for `old` between left and right: natural logarithm of the ratio."""
    codes = [symbols.__wrapped__(left + middle + right).codes for middle in (old, new)]
    codes = [some[ROOM - BEFORE : len(some) - ROOM + BEFORE] for some in codes]
    if _reader().reads(_WORTH):
        from cleaner.language import lookups, weighed

        tables = lookups.counted(language.ngrams)
        likely = [weighed.likelihood(some, language.letters, LOGARITHMS, language.weight, tables) for some in codes]
        return float(likely[1] - likely[0])
    lengths = np.array([len(some) - BEFORE for some in codes])
    windows = np.zeros((2, int(lengths.max()) + BEFORE), dtype=np.int64)
    for row, some, length in zip(windows, codes, lengths, strict=True):
        row[: length + BEFORE] = some[: length + BEFORE]
    before, after = log_probability(language, windows, lengths)
    return float(after - before)
