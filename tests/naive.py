"""Slow twins of the kernels: the same names, short enough to be seen to be right."""

from __future__ import annotations

import math
from collections.abc import Sequence


def ngrams(codes: Sequence[int], n: int) -> list[tuple[int, ...]]:
    return [tuple(codes[i : i + n]) for i in range(len(codes) - n + 1)]


def previous_equal(values: Sequence[object]) -> list[int]:
    return [max((j for j in range(i) if values[j] == values[i]), default=-1) for i in range(len(values))]


def recurring(values: Sequence[object]) -> list[int]:
    return [i for i, value in enumerate(values) if list(values).count(value) > 1]


def first_equal(values: Sequence[object]) -> list[int]:
    return [next(j for j in range(i + 1) if values[j] == values[i]) for i in range(len(values))]


def first_equal_rows(rows: Sequence[Sequence[object]]) -> list[int]:
    return first_equal([tuple(row) for row in rows])


def buckets(values: Sequence[object]) -> list[int]:
    """Numbers of the values that stand more than once, in the order in which they first stand; -1 for the others."""
    many = list(dict.fromkeys(value for value in values if list(values).count(value) > 1))
    return [many.index(value) if value in many else -1 for value in values]


def within_one_edit(left: str, right: str) -> bool:
    if len(left) == len(right):
        return sum(a != b for a, b in zip(left, right)) <= 1
    short, long = sorted((left, right), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def jaccard(left: str, right: str, n: int) -> float:
    one, two = ({text[i : i + n] for i in range(len(text) - n + 1)} for text in (left, right))
    return len(one & two) / max(1, len(one | two))


def keepers(texts: Sequence[str], n: int, threshold: float, short: tuple[int, int]) -> list[int]:
    """The first independent set: each text is held against every keeper before it."""
    keeper: list[int] = []
    for i, text in enumerate(texts):
        keeper.append(i)
        for k in range(i):
            brief = all(short[0] <= len(t) <= short[1] for t in (text, texts[k]))
            alike = text == texts[k] or jaccard(text, texts[k], n) >= threshold or (brief and within_one_edit(text, texts[k]))
            if keeper[k] == k and alike:
                keeper[i] = k
                break
    return keeper


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


def kept_ngrams(
    home: Sequence[Sequence[int]], others: Sequence[Sequence[int]], n: int, near: int, every: int
) -> dict[tuple[int, ...], int]:
    """In how many texts each n-gram stands, of those in so many at home or in so many of all."""
    here, there = ([set(ngrams(codes, n)) for codes in texts] for texts in (home, others))
    counts = {gram: (sum(gram in found for found in here), sum(gram in found for found in there)) for gram in set().union(*here, *there)}
    return {gram: a + b for gram, (a, b) in counts.items() if a >= near or a + b >= every}


def log_probability(counts: dict[tuple[int, ...], int], total: int, window: Sequence[int], before: int, length: int) -> float:
    """Stupid backoff: the count of an n-gram against that of what precedes its last symbol; where it is none, 0.4 of what the
    n-gram without its first symbol has. A symbol that was never counted counts as one."""

    def likely(gram: tuple[int, ...]) -> float:
        if len(gram) == 1:
            return max(1, counts.get(gram, 0)) / total
        return counts[gram] / counts[gram[:-1]] if gram in counts else 0.4 * likely(gram[1:])

    return sum(math.log(likely(tuple(window[i - before : i + 1]))) for i in range(before, before + length))
