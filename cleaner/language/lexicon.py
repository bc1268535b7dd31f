"""What is known of policy language: which strings stand in how many documents, which doublings are right, which words a
segmenter should know.

The counts ship as cleaner/data/policy.model and are learnt by `make model` (cleaner.language.learn). A model is one file:
a line that names its kind, a header in JSON, and arrays that are mapped into memory as they lie. Everything here is loaded
on first use: a text without a candidate pays nothing.

Source of the counts: 715 documents of policy (work reports of the State Council and of provinces, notices, opinions
and plans of ministries and provinces) and 3,119 laws, regulations and judicial interpretations, 22 million
characters. Official documents of the state are outside copyright (著作权法 第五条).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cleaner.language.symbols import FIRST, LAST
from cleaner.language.table import Counted, Joined, Table

if TYPE_CHECKING:
    from rjieba import Jieba

ORDER = 5  # of the longest n-grams that probabilities are made of
PHRASE = 8  # characters of a set phrase
IN_GAPS = 3  # bits that a string sets in `gaps`: at every place four of them are asked for, and few are there
SHIPPED = "policy.model"

# Of an added word. Two characters on their own are dearer, words that stand in the dictionary cheaper: it joins, and breaks nothing up.
_FREQUENCY = 100


@dataclass(frozen=True)
class Language:
    """What was counted in a corpus.

    size: documents in it. letters: uint16[65536], documents of each symbol (language.symbols). ngrams: strings of up to
    ORDER symbols and phrases of PHRASE characters that stand in several documents. words: the segmenter's words. doublings: a
    doubled character with its neighbour on the left, on the right and on both sides (局局, 局局长, 安局局长), and the four
    characters about the seam of a doubled word (监测|预测|预警: 测预测预). omissions: of characters alone, behind another one and before
    one, strings of the corpus that hold them in their middle, and those of them that stand without them, too
    (language.omissions). Bloom filters: pairs and triples, of the strings of two
    and three; frames, of well-known strings of five without their middle; gaps, of well-known strings of six without one of
    their inner four. followers: uint16[n], for each Chinese character those that follow it, from starts[character - FIRST]
    on. sources: what it was learnt from, in words.
    """

    size: int
    letters: npt.NDArray[np.uint16]
    ngrams: Counted
    words: Counted
    doublings: Counted
    omissions: Counted
    pairs: npt.NDArray[np.uint8]
    triples: npt.NDArray[np.uint8]
    frames: npt.NDArray[np.uint8]
    gaps: npt.NDArray[np.uint8]
    followers: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint32]
    sources: tuple[str, ...] = ()

    @cached_property
    def weight(self) -> float:
        """Logarithm of all counts of single symbols together."""
        return float(np.log(max(1, int(self.letters.sum(dtype=np.int64)))))


class BadModel(ValueError):  # noqa: N818
    """A file that is no model, or one of another version; the message says which."""


_KIND = b"policy-cleaner model 3\n"
_TABLES = ("ngrams", "words", "doublings", "omissions")
_FILTERS = ("pairs", "triples", "frames", "gaps")
_ARRAYS = ("letters", *_FILTERS, "followers", "starts")
_ALIGNED = 64


def read(path: Path) -> Language:
    """A language as `write` left it; its arrays are mapped, not read.

    Raises BadModel, OSError."""
    with path.open("rb") as file:
        kind = file.readline(len(_KIND))
        header = file.readline() if kind == _KIND else b""
    if not header:
        raise BadModel(f"{path}: this is no model as `cleaner learn` writes it, or one of another version")
    try:
        known = json.loads(header)
        whole = np.memmap(path, dtype=np.uint8, mode="r")
        arrays = {name: _array(whole, len(kind) + len(header), **where) for name, where in known["arrays"].items()}
        tables = {name: Table(arrays[f"{name}-marks"], arrays[f"{name}-counts"]) for name in _TABLES}
        parts: dict[str, Any] = {**tables, **{name: arrays[name] for name in _ARRAYS}}
        return Language(known["size"], sources=tuple(known["sources"]), **parts)
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, OverflowError) as error:
        raise BadModel(f"{path}: a damaged model ({error})") from None


def packed(language: Language) -> bytes:
    """The file of a language. The same language gives the same bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(language, name) for name in _ARRAYS}
    for name in _TABLES:
        table = getattr(language, name)
        arrays |= {f"{name}-marks": table.marks, f"{name}-counts": table.counts}
    at, places = 0, {}
    for name, array in arrays.items():
        places[name] = {"start": at, "shape": array.shape, "type": array.dtype.newbyteorder("<").str}
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = json.dumps({"size": language.size, "sources": language.sources, "arrays": places}, ensure_ascii=False).encode()
    room = -(len(_KIND) + len(header) + 1) % _ALIGNED
    parts = [_KIND + header + b" " * room + b"\n"]
    for array in arrays.values():
        parts += [np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes(), bytes(-array.nbytes % _ALIGNED)]
    return b"".join(parts)


def write(language: Language, path: Path) -> None:
    """Write a language to a file."""
    path.write_bytes(packed(language))


def _array(whole: npt.NDArray[np.uint8], after: int, start: int, shape: Sequence[int], type: str) -> npt.NDArray[Any]:
    size = int(np.prod(shape)) * np.dtype(type).itemsize
    part = whole[after + start : after + start + size]
    return part.view(type).reshape(shape).view(np.ndarray)


@cache
def shipped() -> Language:
    """The language that comes with the package."""
    return read(Path(str(files("cleaner").joinpath("data", SHIPPED))))


@cache
def chosen(models: tuple[str, ...]) -> Language:
    """The language of one or several models together: paths, or "policy" for the one that is shipped; none is that one.

    Raises BadModel, OSError."""
    languages = [shipped() if name == "policy" else read(Path(name)) for name in models or ("policy",)]
    return languages[0] if len(languages) == 1 else joined(languages)


def joined(languages: Sequence[Language]) -> Language:
    """Several as one: what is in any of them counts, and documents are added."""
    letters = np.minimum(sum(language.letters.astype(np.int64) for language in languages), 0xFFFF).astype(np.uint16)
    every = [np.repeat(np.arange(len(x.starts) - 1), np.diff(x.starts)) << 16 | x.followers for x in languages]
    followers, starts = listed(np.unique(np.concatenate(every)))
    parts: dict[str, Any] = {name: np.bitwise_or.reduce([getattr(language, name) for language in languages]) for name in _FILTERS}
    parts |= {name: Joined(tuple(getattr(language, name) for language in languages)) for name in _TABLES}
    return Language(
        sum(language.size for language in languages),
        letters,
        followers=followers,
        starts=starts,
        sources=tuple(source for language in languages for source in language.sources),
        **parts,
    )


def listed(pairs: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """(character - FIRST) << 16 | follower, ascending -> `followers` and `starts` of a Language."""
    starts = np.searchsorted(pairs, np.arange(LAST - FIRST + 2) << 16)
    return (pairs & 0xFFFF).astype(np.uint16), starts.astype(np.uint32)


@lru_cache(maxsize=1024)
def words(run: str) -> list[tuple[str, int, int]]:
    """A run of characters as words, each with its start and end. Never with the HMM: it invents 总书."""
    readable = run.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate, which rjieba cannot take, is a ? to it
    return [(run[start:end], start, end) for _, start, end in _segmenter().tokenize(readable, hmm=False)]


def cut(run: str) -> list[str]:
    """As `words`, without the places: at a fifth of the cost. The run holds no lone surrogate."""
    found: list[str] = _segmenter().cut(run, hmm=False)
    return found


def tagged(run: str) -> list[tuple[str, str]]:
    """A run of characters as words, each with its part of speech as jieba names it."""
    return _segmenter().tag(run.encode("utf-8", "replace").decode("utf-8"), hmm=False)


def is_word(string: str) -> bool:
    """Does it stand in the segmenter's dictionary, or among the words of policy language?"""
    return _segmenter().has_word(string)


@cache
def _segmenter() -> Jieba:
    """rjieba's own segmenter with the words of policy language added; one of ours would cost as much again as importing it.

    The import takes 0.1 s: only where there is a candidate. Who uses rjieba in the same process shares the words."""
    import rjieba

    for row in rows("policy-words.csv"):
        rjieba.add_word(row["word"], _FREQUENCY, "n")
    return rjieba._DEFAULT_JIEBA


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a shipped word list."""
    text = files("cleaner").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.split("\n")))
