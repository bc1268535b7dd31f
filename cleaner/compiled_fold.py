"""views.fold, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.kernels import Codes, Places

Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]


@compiled
def fold_texts(
    codes: Codes, offsets: Places, table: Codes, kind: Kinds, touches: Flags, kept: Flags, minus: int, nothing: int
) -> tuple[Codes, Places]:
    """uint32[m], int64[n + 1] and the tables of views.py -> uint32[k], int64[n + 1]: each text folded, as views.fold does it.

    kept: bool[kinds], what stays wherever it stands."""
    out, at = np.empty(len(codes), dtype=np.uint32), np.empty(1, dtype=np.int64)
    ends = np.zeros(len(offsets), dtype=np.int64)
    k = 0
    for text in range(len(offsets) - 1):
        k += _fold(codes[offsets[text] : offsets[text + 1]], table, kind, touches, kept, minus, nothing, out[k:], at)
        ends[text + 1] = k
    return out[:k], ends


@compiled
def fold(codes: Codes, table: Codes, kind: Kinds, touches: Flags, kept: Flags, minus: int, nothing: int) -> tuple[Codes, Places]:
    """uint32[m], one text -> uint32[k], int64[k + 1]: as views.Folded."""
    out, at = np.empty(len(codes), dtype=np.uint32), np.empty(len(codes) + 1, dtype=np.int64)
    k = _fold(codes, table, kind, touches, kept, minus, nothing, out, at)
    at[k] = len(codes)
    return out[:k], at[: k + 1]


@compiled
def _fold(codes: Codes, table: Codes, kind: Kinds, touches: Flags, kept: Flags, minus: int, nothing: int, out: Codes, at: Places) -> int:
    """Fold one text into `out`, and into `at` where each character stood, if there is room for that; how many there are."""
    k = 0
    for i in range(len(codes)):
        code = codes[i]
        what = kind[code]
        if not kept[what]:
            if what == nothing:
                continue
            before = table[codes[i - 1]] if i > 0 else np.uint32(0)
            after = table[codes[i + 1]] if i + 1 < len(codes) else np.uint32(0)
            figure_before, figure_after = 48 <= before <= 57, 48 <= after <= 57
            if not (figure_before and figure_after):
                if what != minus:
                    continue
                touched = figure_before or figure_after
                touched = touched or (i > 0 and touches[codes[i - 1]]) or (i + 1 < len(codes) and touches[codes[i + 1]])
                if not touched:
                    continue
        out[k] = table[code]
        if len(at) > len(codes):
            at[k] = i
        k += 1
    return k
