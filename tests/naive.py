"""Slow twins of the kernels: the same names, short enough to be seen to be right."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def ngrams(codes: Sequence[int], n: int) -> list[tuple[int, ...]]:
    return [tuple(codes[i : i + n]) for i in range(len(codes) - n + 1)]


def previous_equal(values: Sequence[object]) -> list[int]:
    return [max((j for j in range(i) if values[j] == values[i]), default=-1) for i in range(len(values))]


def first_equal(values: Sequence[object]) -> list[int]:
    return [next(j for j in range(i + 1) if values[j] == values[i]) for i in range(len(values))]


def steady_stretches(values: Sequence[object]) -> list[list[int]]:
    edges = [i for i in range(len(values) + 1) if i in (0, len(values)) or values[i] != values[i - 1]]
    return [[a, b] for a, b in itertools.pairwise(edges)]


def runs(text: str, least: int) -> set[tuple[int, int, int]]:
    """Every maximal (start, end, period) with period >= least and at least two copies, of primitive period."""
    found = set()
    for period in range(least, len(text) // 2 + 1):
        start = 0
        while start + 2 * period <= len(text):
            end = start + period
            while end < len(text) and text[end] == text[end - period]:
                end += 1
            if end - start >= 2 * period and not (start and text[start - 1] == text[start - 1 + period]):
                unit = text[start : start + period]
                if not any(period % p == 0 and unit == unit[:p] * (period // p) for p in range(1, period)):
                    found.add((start, end, period))
            start += 1
    return found
