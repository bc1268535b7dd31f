"""Where characters stand in a row, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.kernels import Codes, Places

Bits = npt.NDArray[np.uint8]


@compiled
def in_a_row(codes: Codes, bits: Bits, size: int) -> Places:
    """uint32[n], uint8[65536] -> int64[m]: the places from which `size` characters stand in a row, each of which may stand there, by its
    bits (Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992). No characters beyond the basic plane have any."""
    found = np.empty(len(codes), dtype=np.int64)
    m = begun = 0
    for i in range(len(codes)):
        begun = ((begun << 1) | 1) & bits[np.int64(min(codes[i], np.uint32(0xFFFF)))]
        found[m] = i - size + 1
        m += (begun >> (size - 1)) & 1
    return found[:m]


@compiled
def any_in_a_row(codes: Codes, bits: npt.NDArray[np.uint16], begin: int, sizes: Places) -> Places:
    """The same of several rows at once: uint32[n], uint16[65536] -> int64[m], the places where one begins, some of them twice. bits:
    of each row behind those of the row before. begin: the first bit of each. sizes: how many bits each has."""
    found = np.empty(len(codes) // 16 + 16, dtype=np.int64)
    m = _any_in_a_row(found, codes, bits, begin, sizes)
    if m > len(found):
        found = np.empty(m, dtype=np.int64)
        _any_in_a_row(found, codes, bits, begin, sizes)
    return found[:m]


@compiled
def _any_in_a_row(found: Places, codes: Codes, bits: npt.NDArray[np.uint16], begin: int, sizes: Places) -> int:
    """The same into `found`, as far as there is room; how many they are."""
    ends = (begin >> 1) | (1 << (np.sum(sizes) - 1))
    m = 0
    begun = np.int64(0)
    for i in range(len(codes)):
        begun = ((begun << 1) | begin) & np.int64(bits[np.int64(min(codes[i], np.uint32(0xFFFF)))])
        if begun & ends:
            end = 0
            for size in sizes:
                end += size
                if (begun >> (end - 1)) & 1:
                    if m < len(found):
                        found[m] = i - size + 1
                    m += 1
    return m
