"""How policy language is learnt: counts of short strings over documents.

    python -m cleaner.language.learn POLICY.jsonl.gz LAWS.jsonl.gz [-o policy-language.npz] [--without IDS.jsonl.gz]

Each file holds one JSON object a line with "id" and "text". The first file is the home domain: what stands in 3 of its
documents is kept, of the others what stands in 6 documents of all. Documents named in --without are left out (to measure
on text that was not learnt). Counts are of documents, not of places, so that one long list cannot teach a phrase.
Same files, same numpy and zlib: same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner.language.lexicon import SHIPPED, WIDTH, Keys, Language, Table, key, write
from cleaner.views import code_points

HOME, ALL = 3, 6  # documents a phrase must stand in: of the home domain, or of all
MISPRINT = 10  # a doubling in one document whose single form stands in so many is taken for a misprint

_DOUBLED = re.compile("([\u4e00-\u9fff])\\1+")
_WORD = re.compile("(?=([\u4e00-\u9fff]{2,4})\\1)")


def learn(home: Sequence[str], others: Sequence[str] = ()) -> Language:
    """What documents teach: home, those of the domain; others, those that only lend weight."""
    near, n = np.unique(_joined(phrases(text) for text in home), return_counts=True)
    keys, counts = np.unique(_joined(phrases(text) for text in (*home, *others)), return_counts=True)
    kept = (counts >= ALL) | np.isin(keys, near[n >= HOME])
    every = Table(keys, _counts(counts))
    return Language(len(home) + len(others), Table(keys[kept], _counts(counts[kept])), _doublings((*home, *others), every))


def phrases(text: str) -> Keys:
    """uint64[k]: the distinct strings of four Chinese characters in a text, packed as `lexicon.key` does."""
    codes = code_points(text)
    n = max(0, codes.size - WIDTH + 1)
    packed, han = np.zeros(n, dtype=np.uint64), np.ones(n, dtype=bool)
    for i in range(WIDTH):
        part = codes[i : i + n]
        han &= (part >= 0x4E00) & (part <= 0x9FFF)
        packed = (packed << np.uint64(16)) | part
    return np.unique(packed[han])


def _joined(arrays: Iterable[Keys]) -> Keys:
    return np.concatenate([np.zeros(0, dtype=np.uint64), *arrays])


def _counts(counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
    return np.minimum(counts, 0xFFFF).astype(np.uint16)


def _doublings(texts: Sequence[str], single: Table) -> Table:
    """Doublings with their neighbours, and the seams of doubled words. A doubling of one document whose single form is
    common is left out: it must be a misprint of that document."""
    found = [set(_around(text)) for text in texts]
    standing = Counter(inner for places in found for inner in {place[1:4] for place in places})
    once = sorted({place for places in found for place in places if standing[place[1:4]] == 1})
    forms = ["".join(place) for place in once]
    common = zip(single.documents([form[:WIDTH] for form in forms]), single.documents([form[-WIDTH:] for form in forms]), strict=True)
    misprints = {place for place, seen in zip(once, common, strict=True) if place[1] and place[3] and max(seen) >= MISPRINT}

    counted = Counter(string for places in found for string in {s for place in places - misprints for s in _strings(*place[1:4])})
    counted.update(seam for text in texts for seam in {m[1][-2:] + m[1][:2] for m in _WORD.finditer(text) if len(set(m[1])) > 1})
    keys = sorted((key(string), n) for string, n in counted.items())
    return Table(np.array([k for k, _ in keys], dtype=np.uint64), _counts(np.array([n for _, n in keys], dtype=np.int64)))


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
    left_out = {row["id"] for row in _read(args.without)} if args.without else set()
    home, *others = ([row["text"] for row in _read(path) if row["id"] not in left_out] for path in args.corpora)
    language = learn(home, [text for texts in others for text in texts])
    write(language, args.output)
    sizes = f"{language.phrases.keys.size} phrases, {language.doublings.keys.size} doublings, {args.output.stat().st_size} bytes"
    print(f"{language.size} documents: {sizes}")


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    main()
