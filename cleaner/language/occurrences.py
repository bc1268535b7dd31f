"""How often a string stands in a text."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleaner.views import code_points

_LONG = 20_000  # characters: a search through as many costs less than to sort them


@lru_cache(maxsize=1024)
def times(text: str, string: str) -> int:
    """How often a string stands in a text. Many are asked for of a long text, so it is sorted once for each length."""
    if len(text) < _LONG:
        return text.count(string)
    wanted = 0
    for char in string:
        wanted = (wanted * _FACTOR + ord(char)) & 0xFFFF_FFFF_FFFF_FFFF
    first, last = np.uint64(wanted), np.uint64(min(wanted + 1, 0xFFFF_FFFF_FFFF_FFFF))
    return int(np.diff(np.searchsorted(_hashes(text, len(string)), (first, last)))[0])


_FACTOR = 0x9E3779B97F4A7C15


@lru_cache(maxsize=4)
def _hashes(text: str, length: int) -> npt.NDArray[np.uint64]:
    """uint64[len(text) - length + 1], ascending: a hash of every stretch of a length."""
    codes = code_points(text).astype(np.uint64)
    found = np.zeros(max(0, len(codes) - length + 1), dtype=np.uint64)
    for k in range(length):
        found = found * np.uint64(_FACTOR) + codes[k : k + len(found)]
    found.sort()
    return found
