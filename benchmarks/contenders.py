"""Who finds groups of near-duplicate paragraphs: ours, and libraries of MinHash that leave the rest to their users.

A peer is given folded texts, none equal to another, and says which are candidates for which; `verified` makes groups of them
as ours are made: each text is held against the keepers before it by exact Jaccard similarity. Each function here uses the
fastest documented way to the candidates that keeps the full MinHash of the library. How many threads it has is said by the
environment, too (RAYON_NUM_THREADS, OMP_NUM_THREADS), see repeats.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Candidates = Iterable[Sequence[int]]

NGRAM, BANDS, ROWS, THRESHOLD = 3, 16, 5, 0.8  # as cleaner.groups.Parameters
GONE = -1  # the keeper of a text that is taken out without a word on why


class Contender(NamedTuple):
    """name: on the command line. title: in the table. package: whose version is stated. groups: int64[n] of the keepers from
    texts and threads; or candidates: for each text its candidates, to be verified. given: "raw" texts, or "folded" ones of
    which none is equal to another, or those "first" texts unfolded. threads: how many it can use."""

    name: str
    title: str
    package: str
    groups: Callable[[list[str], int], Places] | None = None
    candidates: Callable[[list[str], int], Candidates] | None = None
    given: str = "folded"
    threads: tuple[int, ...] = (1, 2)


def ours(texts: list[str], threads: int) -> Places:
    """Folds, takes equal ones together, groups."""
    from cleaner.groups import group

    return group(texts, threads=threads).keeper


def datasketch(texts: list[str], _: int) -> Candidates:
    """Batches of updates with the hash function of the library (SHA-1), a buffered session of insertion."""
    return _datasketch(texts)


def datasketch_xxh32(texts: list[str], _: int) -> Candidates:
    """The same with a fast hash function, as its documentation proposes."""
    from xxhash import xxh32_intdigest

    return _datasketch(texts, hashfunc=xxh32_intdigest)


def _datasketch(texts: list[str], **options: Any) -> Candidates:
    from datasketch import MinHash, MinHashLSH

    encoded = ([gram.encode() for gram in _ngrams(text)] for text in texts)
    signatures = MinHash.bulk(encoded, num_perm=BANDS * ROWS, **options)
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    with index.insertion_session() as session:
        for i, signature in enumerate(signatures):
            session.insert(i, signature, check_duplication=False)
    return (index.query(signature) for signature in signatures)


def rensa(texts: list[str], _: int) -> Candidates:
    """The full MinHash in batches: sketches, index and queries each in one call."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets((_ngrams(text) for text in texts), num_perm=BANDS * ROWS, seed=1)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=BANDS * ROWS, num_bands=BANDS)
    index.insert_many(sketches)
    return index.query_all(sketches)


def rensa_flagged(texts: list[str], _: int) -> Candidates:
    """The same, with one matrix of all digests first and sketches of their own only for the texts that this flags."""
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets((_ngrams(text) for text in texts), num_perm=BANDS * ROWS, seed=1)
    flags = RMinHashLSH(threshold=THRESHOLD, num_perm=BANDS * ROWS, num_bands=BANDS).query_duplicate_flags_matrix_one_shot(matrix)
    flagged = [i for i, flag in enumerate(flags) if flag]
    sketches = RMinHash.from_token_sets((_ngrams(texts[i]) for i in flagged), num_perm=BANDS * ROWS, seed=1)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=BANDS * ROWS, num_bands=BANDS)
    index.insert_pairs(zip(flagged, sketches))
    found: list[Sequence[int]] = [()] * len(texts)
    for i, candidates in zip(flagged, index.query_all(sketches)):
        found[i] = candidates
    return found


def rensa_deduplicator(texts: list[str], _: int) -> Places:
    """As its README has it: says which texts to keep, by the similarity that the sketches suggest."""
    from rensa import RMinHashDeduplicator

    keeping = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=BANDS * ROWS, use_lsh=True, num_bands=BANDS)
    return _flags(keeping.add_pairs((str(i), _ngrams(text)) for i, text in enumerate(texts)))


def rensa_rho(texts: list[str], _: int) -> Places:
    """Its quick path, which samples the places of a text: flags all that shares a bucket, says not with what."""
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets_rho((_ngrams(text) for text in texts), num_perm=128, seed=42)
    flags = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=8).query_duplicate_flags_matrix_one_shot(matrix)
    return _flags([not flag for flag in flags])


def fastsketchlsh(texts: list[str], threads: int) -> Candidates:
    """Tokens from Python, as its README has it. A sketch needs a power of two: 64 values, 16 bands of 4."""
    from FastSketchLSH import FastSimilaritySketch

    sketches = FastSimilaritySketch(size=64, seed=1).batch([_ngrams(text) for text in texts], num_threads=threads)
    return _fastsketchlsh(np.asarray(sketches, dtype=np.uint64), threads)


def fastsketchlsh_csr(texts: list[str], threads: int) -> Candidates:
    """The same on arrays: n-grams packed into integers by numpy, "CSR layout for maximum throughput"."""
    from FastSketchLSH import FastSimilaritySketch

    return _fastsketchlsh(FastSimilaritySketch(size=64, seed=1).batch_csr(*_packed(texts), prehashed=True, num_threads=threads), threads)


def _fastsketchlsh(sketches: npt.NDArray[np.uint64], threads: int) -> Candidates:
    from FastSketchLSH import LSH

    index = LSH(64, 16, num_threads=threads)
    index.reserve(len(sketches))
    index.insert(sketches)
    found, starts = index.query(sketches, format="csr")
    return (found[start:end].tolist() for start, end in zip(starts[:-1].tolist(), starts[1:].tolist()))


def _packed(texts: list[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The n-grams of all texts, three times 21 bits each, and where those of each text begin."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    grams = codes[:-2] | codes[1:-1] << np.uint64(21) | codes[2:] << np.uint64(42)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    counts = np.maximum(sizes - NGRAM + 1, 0)
    starts = np.concatenate(([0], np.cumsum(counts)))
    places = np.arange(starts[-1]) + np.repeat(np.cumsum(sizes) - sizes - starts[:-1], counts)
    return grams[places], starts.astype(np.uint64)


def gaoya(texts: list[str], _: int) -> Candidates:
    """Strings in, its own n-grams of characters. It sets candidates aside by their signatures: from 0.6 on, since an estimate
    of 80 values is off by 0.045 (one standard deviation) at 0.8."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, 0.6, BANDS, ROWS, None, "char", False, (NGRAM, NGRAM), "smallvec")
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    return index.par_bulk_query(texts)


def _ngrams(text: str) -> list[str]:
    return [text[i : i + NGRAM] for i in range(len(text) - NGRAM + 1)]


def _flags(kept: Sequence[bool]) -> Places:
    """Keepers from flags: what is not kept is gone."""
    return np.where(np.asarray(kept, dtype=bool), np.arange(len(kept)), GONE)


def verified(texts: list[str], candidates: Candidates) -> Places:
    """The first independent set in reading order: of each text the first keeper among its candidates that is alike to it. With
    sets of Python, made when first asked for, and kept for keepers only."""
    keeper = list(range(len(texts)))
    sets: dict[int, set[str]] = {}

    def grams(i: int) -> set[str]:
        if i not in sets:
            sets[i] = set(_ngrams(texts[i]))
        return sets[i]

    for i, found in enumerate(candidates):
        if len(found) < 2:  # itself
            continue
        for k in sorted([k for k in found if k < i and keeper[k] == k]):
            mine, others = grams(i), grams(k)
            if not THRESHOLD * len(mine) <= len(others) <= len(mine) / THRESHOLD:
                continue
            common = len(mine & others)
            if common / max(1, len(mine) + len(others) - common) >= THRESHOLD:
                keeper[i] = k
                sets.pop(i, None)
                break
    return np.array(keeper)
