"""A text as symbols, and the changes of language.candidates that are tried in it, compiled by numba. Importing this loads numba:
for many characters only.

Everything here has its twin in numpy there, which says what it promises; the results are the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.compiled import compiled
from cleaner.language.lexicon import ORDER
from cleaner.language.lookups import (
    ADDED,
    FACTOR,
    LOST,
    SWAPPED,
    WRONG,
    Bits,
    Code,
    Codes,
    Counted,
    Documents,
    Flags,
    documents,
    extended,
    four_of,
    held,
    held_surely,
    pair_of,
    three_of,
)
from cleaner.language.symbols import FIRST, ROOM

_40 = np.uint64(40)
_PIECE = 1024  # strings


class Followers(NamedTuple):
    """What follows each Chinese character: ranks[starts[c - FIRST]:starts[c - FIRST + 1]] among `characters`. before: of each, once it
    is known, what may stand before it (see `_before`)."""

    characters: Documents
    ranks: Documents
    starts: npt.NDArray[np.uint32]
    before: Bits
    known: Flags


def followed(followers: Documents, starts: npt.NDArray[np.uint32]) -> Followers:
    """The followers of a language."""
    characters, ranks = np.unique(followers, return_inverse=True)
    many = len(starts) - 1
    before = np.zeros((many, -(-len(characters) // 8)), dtype=np.uint8)  # no memory is taken before it is written
    return Followers(characters, ranks.astype(np.uint16), starts, before, np.zeros(many, dtype=np.bool_))


@compiled
def symbols(points: npt.NDArray[np.uint32], table: Documents, mark: int) -> tuple[Codes, Codes]:
    """uint32[n], a text -> int64[m], int64[m], as symbols.symbols."""
    n = len(points)
    codes, at = np.full(n + 2 * ROOM, mark, dtype=np.int64), np.zeros(n + 2 * ROOM, dtype=np.int64)
    k, before = ROOM, np.int64(-1)
    for i in range(n):
        here = np.int64(table[min(points[i], np.uint32(0xFFFF))])
        codes[k], at[k] = here, i
        k += (here != before) | (here >= FIRST)
        before = here
    for i in range(k, k + ROOM):
        codes[i], at[i] = mark, n
    return codes[: k + ROOM], at[: k + ROOM]


@compiled
def places(
    codes: Codes, pairs: Bits, triples: Bits, frames: Bits, gaps: Bits, facts: Flags, edges: Codes, often: int
) -> tuple[tuple[Codes, Codes, Codes, Codes], bool]:
    """Places where another character may have been meant, before which one may have been lost, where one may be too many, and
    where two may be swapped; and does a character stand there that `edges` (see `tried`) does not know yet?"""
    # One question at a time, asked of all places without a branch: the answers nobody can foretell, and memory is waited for
    # but once.
    triple = np.zeros(len(codes), dtype=np.bool_)
    for i in range(len(codes) - 2):
        triple[i] = held(triples, three_of(codes[i], codes[i + 1], codes[i + 2]))
    rare = _rare(codes, triple, pairs, often)
    strange = _strange(triple)
    seams = _seams(codes, triple, rare, gaps)
    middle = np.empty(len(strange), dtype=np.int64)
    k = 0
    for at in strange:
        middle[k] = at
        k += (not triple[at - 1]) & (codes[at] >= FIRST) & (not facts[codes[at]])
    middle = middle[:k]
    wrong, added, swapped = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
    k = m = n = 0
    new = False
    for at in middle:
        left, right = rare[at - 1], rare[at]
        odd = (max(left, right) > 0) & (min(left, right) >= 0) & (not triple[at - 2]) & (not triple[at])
        wrong[k] = at
        k += odd | held(frames, four_of(codes[at - 2], codes[at - 1], codes[at + 1], codes[at + 2]))
    for at in middle:
        here, four = codes[at], codes[at + 1]
        added[m] = at
        m += (codes[at - 1] != here) & (four != here) & held(triples, three_of(codes[at - 2], codes[at - 1], four))
    for at in middle:
        here, four = codes[at], codes[at + 1]
        swapped[n] = at
        n += (not triple[at]) & (four >= FIRST) & (here != four) & held(triples, three_of(codes[at - 1], four, here))
    slips, swaps = m, n
    m = n = 0
    for at in added[:slips]:
        added[m] = at
        m += held(triples, three_of(codes[at - 1], codes[at + 1], codes[at + 2]))
    for at in swapped[:swaps]:
        swapped[n] = at
        n += (not facts[codes[at + 1]]) & held(triples, three_of(codes[at + 1], codes[at], codes[at + 2]))
    for at in wrong[:k]:
        new |= edges[codes[at], 0] < 0
    for at in added[:m]:
        new |= edges[codes[at], 0] < 0
    return (wrong[:k], seams, added[:m], swapped[:n]), new


@compiled
def _seams(codes: Codes, triple: Flags, rare: npt.NDArray[np.int8], gaps: Bits) -> Codes:
    """Places between two Chinese characters that are torn apart, or where a well-known string of six may lack a character."""
    gap, found = np.zeros(len(codes), dtype=np.bool_), np.empty(len(codes), dtype=np.int64)
    hashes = np.full(len(codes) - ORDER + 1, ORDER, dtype=np.uint64)
    for begin in range(0, len(hashes), _PIECE):  # symbol by symbol for many strings at once, as long as they are near at hand
        piece = hashes[begin : begin + _PIECE]
        for i in range(ORDER):
            some = codes[begin + i : begin + i + len(piece)]
            for n in range(len(piece)):
                piece[n] = extended(piece[n], some[n])
    for start in range(len(hashes)):
        gap[start] = held_surely(gaps, hashes[start])
    # Views that begin where each is first asked: places that are only counted up are held against no edge.
    four, three = gap[ROOM - 4 :].view(np.uint8), gap[ROOM - 3 :].view(np.uint8)
    two, one = gap[ROOM - 2 :].view(np.uint8), gap[ROOM - 1 :].view(np.uint8)
    first, second = triple[ROOM - 2 :].view(np.uint8), triple[ROOM - 1 :].view(np.uint8)
    strange, left, right = rare[ROOM - 1 :], codes[ROOM - 1 :], codes[ROOM:]
    seam = np.zeros(max(0, len(codes) - 2 * ROOM), dtype=np.bool_)
    for n in range(len(seam)):
        torn = (strange[n] > 0) & ((first[n] | second[n]) == 0)
        lacking = one[n] + two[n] + three[n] + four[n]
        seam[n] = (torn | (lacking > (first[n] & second[n]))) & (left[n] >= FIRST) & (right[n] >= FIRST)
    k = 0
    for n in range(len(seam)):
        found[k] = n + ROOM
        k += seam[n]
    return found[:k]


@compiled
def _strange(triple: Flags) -> Codes:
    """Places that do not stand both last and in the middle of a known string of three. Without a branch: which they are, the
    processor cannot guess."""
    found = np.empty(len(triple), dtype=np.int64)
    k = 0
    for at in range(ROOM, len(triple) - ROOM):
        found[k] = at
        k += not (triple[at - 2] & triple[at - 1])
    return found[:k]


@compiled
def _rare(codes: Codes, triple: Flags, pairs: Bits, often: int) -> npt.NDArray[np.int8]:
    """As candidates._rare, of the pairs that stand in no known string of three: of others, nobody asks."""
    rare = np.zeros(len(codes), dtype=np.int8)
    strange = np.empty(len(codes), dtype=np.int64)
    k = 0
    for i in range(len(codes) - 1):
        strange[k] = i
        k += not (triple[i] | triple[max(i - 1, 0)])
    sought = np.zeros(1 << 10, dtype=np.bool_)  # by the low bits of both characters
    kept = 0
    for i in strange[:k]:
        if not held(pairs, pair_of(codes[i], codes[i + 1])):
            rare[i] = 1
            sought[_slot(codes[i], codes[i + 1])] = True
            strange[kept] = i
            kept += 1
    if kept == 0:
        return rare
    # How often each stands, in known strings of three as well: a filter there may be wrong.
    size = 16
    while size < 2 * kept:
        size *= 2
    slots, times = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for i in strange[:kept]:
        slot = _place(slots, codes[i], codes[i + 1])
        slots[slot] = (codes[i] << 16) | codes[i + 1]
    for i in range(len(codes) - 1):
        if sought[_slot(codes[i], codes[i + 1])]:
            slot = _place(slots, codes[i], codes[i + 1])
            times[slot] += slots[slot] >= 0
    for i in strange[:kept]:
        if times[_place(slots, codes[i], codes[i + 1])] > often:
            rare[i] = -1
    return rare


@compiled
def _slot(a: Code, b: Code) -> Code:
    return (a ^ (b << 5) ^ (b >> 5)) & 0x3FF


@compiled
def _place(slots: Codes, a: Code, b: Code) -> Code:
    """Where a pair stands in a table, or might."""
    key = (a << 16) | b
    slot = np.int64((np.uint64(key) * FACTOR) >> _40) & (len(slots) - 1)
    while slots[slot] >= 0 and slots[slot] != key:
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@compiled
def tried(
    codes: Codes,
    where: tuple[Codes, Codes, Codes, Codes],
    pairs: Bits,
    triples: Bits,
    followers: Followers,
    alike: npt.NDArray[np.uint16],
    edges: Codes,
    facts: Flags,
    grammar: Flags,
    particles: Flags,
    tables: tuple[Counted, ...],
) -> Codes:
    """int64[k, 3]: the changes that are tried, as kind, place, character; those of one kind and place one after another.

    where: as `places` gives it. alike: what may have been meant by character c, in alike[edges[c, 0]:edges[c, 1]]."""
    found = np.empty((len(codes) // 16 + 256, 3), dtype=np.int64)
    k = _tried(found, codes, where, pairs, triples, followers, alike, edges, facts, grammar, particles, tables)
    if k > len(found):
        found = np.empty((k, 3), dtype=np.int64)
        _tried(found, codes, where, pairs, triples, followers, alike, edges, facts, grammar, particles, tables)
    return found[:k]


@compiled
def _tried(
    found: Codes,
    codes: Codes,
    where: tuple[Codes, Codes, Codes, Codes],
    pairs: Bits,
    triples: Bits,
    followers: Followers,
    alike: npt.NDArray[np.uint16],
    edges: Codes,
    facts: Flags,
    grammar: Flags,
    particles: Flags,
    tables: tuple[Counted, ...],
) -> int:
    """The same into `found`, as far as there is room; how many they are."""
    wrong, seams, added, swapped = where
    k = 0
    for at in wrong:
        one, two, here, four, five = codes[at - 2], codes[at - 1], codes[at], codes[at + 1], codes[at + 2]
        for n in range(edges[here, 0], edges[here, 1]):
            char = np.int64(alike[n])
            if facts[char] or (grammar[here] and grammar[char]):
                continue
            if not (held(pairs, pair_of(two, char)) & held(pairs, pair_of(char, four))):
                continue
            if (
                held(triples, three_of(one, two, char))
                or held(triples, three_of(two, char, four))
                or held(triples, three_of(char, four, five))
            ):
                k = _put(found, k, WRONG, at, char)
    some = np.empty(len(followers.characters), dtype=np.int64)
    for at in seams:
        one, two, three, four = codes[at - 2], codes[at - 1], codes[at], codes[at + 1]
        before = _before(three, followers, pairs)
        m = 0
        for n in range(np.int64(followers.starts[two - FIRST]), np.int64(followers.starts[two - FIRST + 1])):
            follower = np.int64(followers.ranks[n])
            some[m] = follower
            m += (before[follower >> 3] >> (follower & 7)) & 1
        begun, between = extended(np.uint64(3), two), some[:m]
        m = 0
        for follower in between:
            some[m] = char = np.int64(followers.characters[follower])
            m += held(triples, extended(extended(begun, char), three))
        for char in some[:m]:
            if facts[char] or char in (two, three):
                continue
            if documents(tables, four_of(one, two, char, three)) > 0 or documents(tables, four_of(two, char, three, four)) > 0:
                k = _put(found, k, LOST, at, char)
    for at in added:
        here, slip = codes[at], particles[codes[at]]
        for n in range(edges[here, 0], edges[here, 1]):
            slip = slip or alike[n] == codes[at - 1] or alike[n] == codes[at + 1]
        if slip:
            k = _put(found, k, ADDED, at, 0)
    for at in swapped:
        k = _put(found, k, SWAPPED, at, 0)
    return k


@compiled
def slips(codes: Codes, found: Codes, alike: npt.NDArray[np.uint16], edges: Codes, facts: Flags, grammar: Flags) -> tuple[Codes, bool]:
    """int64[k, 3], as elsewhere.elsewhere gives them -> int64[m, 3]: those that may be slips, as candidates.joined takes them. Where
    `edges` does not know one of their characters yet, all of them; and is it so?"""
    kept = np.empty_like(found)
    m = 0
    for n in range(len(found)):
        if edges[codes[found[n, 1]], 0] < 0:
            return found, True
    for n in range(len(found)):
        kind, at, char = found[n, 0], found[n, 1], found[n, 2]
        here = codes[at]
        if kind == LOST:
            good = char != here and char != codes[at - 1]
        else:
            good = False
            for k in range(edges[here, 0], edges[here, 1]):
                good |= alike[k] == char
            good &= not (facts[here] or (grammar[here] and grammar[char]))
        kept[m, 0], kept[m, 1], kept[m, 2] = kind, at, char
        m += good & (not facts[char])
    return kept[:m], False


@compiled
def together(tried: Codes, slips: Codes) -> tuple[Codes, Codes]:
    """int64[n, 3], int64[k, 3] -> int64[m, 3], int64[m]: as candidates.joined, of what is tried and of slips; in order if there are any."""
    if len(slips) == 0:
        return tried, np.zeros(len(tried), dtype=np.int64)
    keys = np.empty(len(tried) + len(slips), dtype=np.int64)
    for n in range(len(tried)):
        keys[n] = _key(tried[n, 0], tried[n, 1], tried[n, 2])
    for n in range(len(slips)):
        keys[len(tried) + n] = _key(slips[n, 0], slips[n, 1], slips[n, 2]) | 1
    keys.sort()
    rows, times = np.empty((len(keys), 3), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
    m = -1
    before = np.int64(-1)
    for key in keys:
        row = key >> 1
        if row != before:
            m += 1
            rows[m, 0], rows[m, 1], rows[m, 2] = row >> 56, (row >> 16) & 0xFF_FFFF_FFFF, row & 0xFFFF
        before = row
        times[m] += key & 1
    return rows[: m + 1], times[: m + 1]


@compiled
def _key(kind: Code, at: Code, char: Code) -> Code:
    return (np.int64(kind) << 57) | (np.int64(at) << 17) | (np.int64(char) << 1)


@compiled
def _before(char: Code, followers: Followers, pairs: Bits) -> Bits:
    """uint8[c / 8]: of every character that follows others, a bit: may it stand before this one?"""
    row: Bits = followers.before[char - FIRST]
    if not followers.known[char - FIRST]:
        for n in range(len(followers.characters)):
            row[n >> 3] |= np.uint8(held(pairs, pair_of(np.int64(followers.characters[n]), char)) << (n & 7))
        followers.known[char - FIRST] = True
    return row


@compiled
def _put(found: Codes, k: int, kind: int, at: int, char: Code) -> int:
    if k < len(found):  # an array that is made anew in a loop costs that loop ten times what it does
        found[k, 0], found[k, 1], found[k, 2] = kind, at, char
    return k + 1
