"""Where characters stand in a row, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.kernels import Codes, Places

Flags = npt.NDArray[np.bool_]


@compiled
def in_a_row(codes: Codes, tables: Flags) -> Places:
    """uint32[n], bool[k, 65536] -> int64[m]: the places from which a character of the first table, one of the second, ... stand in a
    row. No characters beyond the basic plane are in the tables: they are taken for its last one."""
    found = np.empty(len(codes), dtype=np.int64)
    m = 0
    last = np.uint32(0xFFFF)
    for i in range(len(codes) - len(tables) + 1):
        here = True
        for k in range(len(tables)):  # all of them without a branch: nobody can foretell it
            here &= tables[k, min(codes[i + k], last)]
        found[m] = i
        m += here
    return found[:m]
