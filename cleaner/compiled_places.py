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
