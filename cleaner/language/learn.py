"""How a language is learnt: counts of strings over documents.

    python -m cleaner.language.learn POLICY.jsonl.gz LAWS.jsonl.gz [-o policy.model] [--without IDS.jsonl.gz]

Each file holds one JSON object a line with "id" and "text". The first file is the home domain, for which less evidence
is enough (KEPT). Documents named in --without are left out (to measure on text that was not learnt). Counts are of
documents, not of places, so that one long list cannot teach a phrase. Same documents in the same order: same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.language.lexicon import IN_GAPS, ORDER, PHRASE, SHIPPED, Language, listed, write
from cleaner.language.omissions import LEFT_OUT, STANDS
from cleaner.language.symbols import FIRST, LAST, ROOM, symbols
from cleaner.language.table import Hashes, begun, bits, extended, hash_of, hashes_of, table

# In how many documents an n-gram must stand: of the home domain, or of all. What holds a longer one holds its parts, so
# no bound may be above that of the next order. These fit 22 million characters into 8 MB.
KEPT = {1: (1, 1), 2: (2, 3), 3: (3, 4), 4: (3, 5), 5: (4, 8)}
SET = 10  # documents of a set phrase of PHRASE characters
FRAME = 5  # documents of what frames and gaps are made of: strings of ORDER, and of GAPPED
GAPPED = 6
WORD = 3  # documents of a word
OMITTED = 3  # documents of a string whose middle character may be left out, and of what stays then
WITHOUT = 2
MISPRINT = 10  # a doubling in one document whose single form stands in so many is taken for a misprint
PAIRS, TRIPLES, FRAMES, GAPS = 1 << 22, 1 << 23, 1 << 23, 1 << 24  # bits, so that a tenth of them is set or less

_DOUBLED = re.compile("([\u4e00-\u9fff])\\1+")
_WORD = re.compile("(?=([\u4e00-\u9fff]{2,4})\\1)")
_RUN = re.compile("[\u4e00-\u9fff]+")


def learn(home: Sequence[str], others: Sequence[str] = (), sources: Sequence[str] = ()) -> Language:
    """What documents teach: home, those of the domain; others, those that only lend weight."""
    every = [*home, *others]
    counted = {n: _counted(every, len(home), n) for n in (*KEPT, PHRASE, GAPPED)}
    letters = np.zeros(0x10000, dtype=np.int64)
    for text in every:
        letters[np.unique(symbols(text).codes)] += 1
    kept = [counted[n].kept(*KEPT[n]) for n in KEPT if n > 1] + [counted[PHRASE].kept(SET, SET)]
    ngrams = table(*(np.concatenate(part) for part in zip(*kept, strict=True)))
    pairs, triples = (counted[n].kept(*KEPT[n])[0] for n in (2, 3))
    words = Counter(word for text in every for word in _words(text))
    followers, starts = listed(_followers(every, pairs))
    return Language(
        len(every),
        np.minimum(letters, 0xFFFF).astype(np.uint16),
        ngrams,
        _table((hash_of(word), n) for word, n in words.items() if n >= WORD),
        _doublings(every, counted[4]),
        _omissions(every, counted[ORDER], counted[ORDER - 1]),
        bits(pairs, PAIRS),
        bits(triples, TRIPLES),
        bits(_lacking(every, counted[ORDER], ORDER, (ORDER // 2,)), FRAMES),
        bits(_gaps(every, counted[GAPPED], counted[ORDER]), GAPS, IN_GAPS),
        followers,
        starts,
        tuple(sources),
    )


class _Counts:
    """hashes: uint64[n] ascending, of all n-grams of an order; every and near: documents of each, of all and of the home
    domain."""

    def __init__(self, hashes: Hashes, every: npt.NDArray[Any], near: npt.NDArray[Any]) -> None:
        self.hashes, self.every, self.near = hashes, every, near

    def kept(self, near: int, every: int) -> tuple[Hashes, npt.NDArray[Any]]:
        """Those that stand in so many documents of the home domain, or of all."""
        keep = (self.near >= near) | (self.every >= every)
        return self.hashes[keep], self.every[keep]

    def documents(self, hashes: Hashes) -> npt.NDArray[Any]:
        """Documents of each, 0 where it stands in none."""
        if not self.hashes.size:
            return np.zeros(len(hashes), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.hashes, hashes), self.hashes.size - 1)
        return np.where(self.hashes[at] == hashes, self.every[at], 0)


_AT_ONCE = 60_000_000  # hashes of documents, eight bytes each, before they are added up


def _counted(texts: Sequence[str], home: int, length: int) -> _Counts:
    found = _Counts(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    pending: list[Hashes] = []
    waiting = 0
    for n, text in enumerate(texts):
        pending.append(np.unique(_ngrams(text, length)))
        waiting += pending[-1].size
        if waiting > _AT_ONCE or n + 1 in (home, len(texts)):
            found = _added(found, pending, n < home)
            pending, waiting = [], 0
    return found


def _added(found: _Counts, pending: Sequence[Hashes], home: bool) -> _Counts:
    hashes, n = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *pending]), return_counts=True)
    every = np.union1d(found.hashes, hashes)
    counts = np.zeros((2, every.size), dtype=np.int64)
    counts[:, np.searchsorted(every, found.hashes)] = found.every, found.near
    counts[:, np.searchsorted(every, hashes)] += np.stack((n, n * home))
    return _Counts(every, counts[0], counts[1])


def _ngrams(text: str, length: int) -> Hashes:
    """Hashes of the n-grams of a text; of phrases, those of Chinese characters only."""
    codes = symbols(text).codes
    if length < PHRASE:
        return hashes_of(codes[ROOM - ORDER + 1 : len(codes) - ROOM + ORDER - 1], length)
    return hashes_of(codes, length)[_chinese(codes, length)]


def _chinese(codes: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.bool_]:
    """bool[n - length + 1]: which strings are Chinese characters throughout?"""
    other = np.concatenate(([0], np.cumsum((codes < FIRST) | (codes > LAST))))
    return np.asarray(other[length:] == other[:-length])


def _words(text: str) -> set[str]:
    return {word for run in set(_RUN.findall(text)) for word, _, _ in lexicon.words.__wrapped__(run)}


def _table(counted: Iterable[tuple[int, int]]) -> Any:
    pairs = sorted(counted)
    return table(np.array([key for key, _ in pairs], dtype=np.uint64), np.array([n for _, n in pairs], dtype=np.int64), wide=True)


def _followers(texts: Sequence[str], pairs: Hashes) -> npt.NDArray[np.int64]:
    """(character - FIRST) << 16 | follower, ascending, of all Chinese characters that follow one another in known pairs."""
    found = []
    for text in texts:
        codes = symbols(text).codes
        start = np.flatnonzero(_chinese(codes, 2))
        found.append(np.unique((codes[start] - FIRST) << 16 | codes[start + 1]))
    every = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
    hashes = extended(extended(np.full(every.size, begun(2), dtype=np.uint64), (every >> 16) + FIRST), every & 0xFFFF)
    return every[np.isin(hashes, pairs)]


def _strings_of(texts: Sequence[str], wanted: Hashes, length: int) -> npt.NDArray[np.int64]:
    """int64[n, length]: the strings whose hashes are wanted, in their order, if all but the first and the last symbol of each are
    Chinese characters; others are left out."""
    seen = np.zeros(wanted.size, dtype=np.bool_)
    strings = np.zeros((wanted.size, length), dtype=np.int64)
    for text in texts if wanted.size else ():
        codes = symbols(text).codes
        start = np.flatnonzero(_chinese(codes, length - 2)[1:-1])
        hashes = hashes_of(codes, length)[start]
        at = np.minimum(np.searchsorted(wanted, hashes), wanted.size - 1)
        new = np.flatnonzero((wanted[at] == hashes) & ~seen[at])
        strings[at[new]] = codes[start[new, None] + np.arange(length)]
        seen[at[new]] = True
    return strings[seen]


def _lacking(texts: Sequence[str], counts: _Counts, length: int, places: Sequence[int]) -> Hashes:
    """Of every well-known string of a length what stays without the character at each of some places."""
    strings = _strings_of(texts, counts.kept(FRAME, FRAME)[0], length)
    rests = [np.delete(strings, place, axis=1) for place in places]
    every = [_hashed(rest) for rest in rests]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *every]))


def _gaps(texts: Sequence[str], phrases: _Counts, whole: _Counts) -> Hashes:
    """Of every well-known string of GAPPED what stays when one of its inner characters is lost, less what is known as such:
    once in a corpus may be a misprint there, twice is language."""
    hashes = _lacking(texts, phrases, GAPPED, range(1, GAPPED - 1))
    return hashes[whole.documents(hashes) <= 1]


def _hashed(strings: npt.NDArray[np.int64]) -> Hashes:
    found = np.full(len(strings), begun(strings.shape[1]), dtype=np.uint64)
    for k in range(strings.shape[1]):
        found = extended(found, strings[:, k])
    return found


def _doublings(texts: Sequence[str], single: _Counts) -> Any:
    """Doublings with their neighbours, and the seams of doubled words. A doubling of one document whose single form is
    common is left out: it must be a misprint of that document."""
    found = [set(_around(text)) for text in texts]
    standing = Counter(inner for places in found for inner in {place[1:4] for place in places})
    once = sorted({place for places in found for place in places if standing[place[1:4]] == 1})
    forms = ["".join(place) for place in once]
    left, right = (single.documents(np.array([hash_of(form) for form in some], dtype=np.uint64)) for some in _ends(forms))
    common = np.maximum(left, right).tolist()
    misprints = {place for place, seen in zip(once, common, strict=True) if place[1] and place[3] and seen >= MISPRINT}

    counted = Counter(string for places in found for string in {s for place in places - misprints for s in _strings(*place[1:4])})
    counted.update(seam for text in texts for seam in {m[1][-2:] + m[1][:2] for m in _WORD.finditer(text) if len(set(m[1])) > 1})
    return _table((hash_of(string), n) for string, n in counted.items())


def _omissions(texts: Sequence[str], whole: _Counts, shorter: _Counts) -> Any:
    """Of every known string of ORDER: does it stand without its middle character, too? Counted by that character, and by it with
    its neighbour on either side; of pairs only those that ever do."""
    strings = _strings_of(texts, whole.kept(OMITTED, OMITTED)[0], ORDER)
    without = shorter.documents(_hashed(np.delete(strings, ORDER // 2, axis=1))) >= WITHOUT
    left, char, right = strings.T[ORDER // 2 - 1 : ORDER // 2 + 2]
    found = []
    for way in ((char, None), (left, char, None), (None, char, right)):
        stands, gone = (
            _hashed(np.column_stack([np.full(len(char), ord(mark)) if part is None else part for part in way]))
            for mark in (STANDS, LEFT_OUT)
        )
        ever = np.isin(stands, stands[without]) | (len(way) == 2)
        found += [np.unique(hashes, return_counts=True) for hashes in (stands[ever], gone[without])]
    return _table(pair for hashes, counts in found for pair in zip(hashes.tolist(), counts.tolist(), strict=True))


def _ends(forms: Sequence[str]) -> tuple[list[str], list[str]]:
    """The first and the last four characters of each."""
    return [form[:4] for form in forms], [form[-4:] for form in forms]


def _around(text: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Every character that stands twice (no more), between its two neighbours on the left and on the right."""
    for m in _DOUBLED.finditer(text):
        if m.end() - m.start() == 2:
            before, left = _han(text, m.start() - 2), _han(text, m.start() - 1)
            right, after = _han(text, m.end()), _han(text, m.end() + 1)
            yield before if left else "", left, m[1], right, after if right else ""


def _han(text: str, at: int) -> str:
    return text[at] if 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff" else ""


def _strings(left: str, char: str, right: str) -> Iterator[str]:
    if left:
        yield left + char * 2
    if right:
        yield char * 2 + right
    if left and right:
        yield left + char * 2 + right


def main() -> None:
    """Learn from the files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+", help="the home domain first")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parents[1] / "data" / SHIPPED)
    parser.add_argument("--without", type=Path, help="documents to leave out")
    args = parser.parse_args()
    left_out = {row["id"] for row in read(args.without)} if args.without else set()
    home, *others = ([row["text"] for row in read(path) if row["id"] not in left_out] for path in args.corpora)
    sources = [f"{path.name}: {len(texts)} documents" for path, texts in zip(args.corpora, (home, *others), strict=True)]
    language = learn(home, [text for texts in others for text in texts], sources)
    write(language, args.output)
    print(f"{language.size} documents, {args.output.stat().st_size:,} bytes")


def read(path: Path) -> Iterator[dict[str, str]]:
    """The documents of a file of JSON lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    main()
