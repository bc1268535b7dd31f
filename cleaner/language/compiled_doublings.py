"""Where a character stands twice, compiled by numba. Importing this loads numba: for many characters only."""

from __future__ import annotations

import numpy as np

from cleaner.compiled import compiled
from cleaner.language.lookups import Codes, Counted, documents, four_of, three_of
from cleaner.language.symbols import FIRST, ROOM


@compiled
def doubled(codes: Codes, tables: tuple[Counted, ...]) -> Codes:
    """int64[n], a text as symbols -> int64[k, 5]: the first place of each character that stands twice and more, how often, and how many
    documents hold it twice with its neighbour on the left, on the right, and on both sides."""
    found = np.empty((len(codes) // 2, 5), dtype=np.int64)  # memory that is not written is not taken
    k = 0
    i = ROOM
    while i < len(codes) - ROOM:
        here = codes[i]
        if here != codes[i + 1] or here < FIRST:
            i += 1
            continue
        end = i + 2
        while codes[end] == here:
            end += 1
        left, right = codes[i - 1], codes[end]
        found[k, 0], found[k, 1] = i, end - i
        found[k, 2] = documents(tables, three_of(left, here, here)) if left >= FIRST else 0
        found[k, 3] = documents(tables, three_of(here, here, right)) if right >= FIRST else 0
        found[k, 4] = documents(tables, four_of(left, here, here, right)) if left >= FIRST and right >= FIRST else 0
        k += 1
        i = end
    return found[:k]
