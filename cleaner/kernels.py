"""Arrays in, arrays out. Each kernel has a slow twin of the same name in tests/naive.py."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, the multiplier of Fibonacci hashing (Knuth, TAOCP 3, 6.4)


def ngram_hashes(codes: npt.NDArray[np.uint32], n: int) -> npt.NDArray[np.uint64]:
    """uint32[m], n -> uint64[max(0, m - n + 1)]: a hash of each n-gram, by its place. Equal n-grams have equal hashes."""
    count = max(0, len(codes) - n + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for i in range(n):
        hashes *= _ODD
        hashes += codes[i : i + count]
        hashes ^= hashes >> np.uint64(29)
    return hashes


def previous_equal(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """uint64[n] -> int64[n]: for each place the nearest earlier one with the same value, or -1."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    previous = np.full(len(values), -1, dtype=np.int64)
    same = np.flatnonzero(ranked[1:] == ranked[:-1])
    previous[order[same + 1]] = order[same]
    return previous


def first_equal(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """uint64[n] -> int64[n]: for each place the first one with the same value (itself, where it is the first)."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    heads = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1]))) if len(values) else order
    first = np.empty(len(values), dtype=np.int64)
    first[order] = np.repeat(order[heads], np.diff(np.append(heads, len(values))))
    return first


def steady_stretches(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """int64[n] -> int64[k, 2]: the maximal stretches [start, end) of one and the same value."""
    if not len(values):
        return np.empty((0, 2), dtype=np.int64)
    turns = np.flatnonzero(values[1:] != values[:-1]) + 1
    edges = np.concatenate(([0], turns, [len(values)]))
    return np.stack((edges[:-1], edges[1:]), axis=1)
