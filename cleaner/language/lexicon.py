"""What is known of policy language: which phrases stand in how many documents, which doublings are right, which
words a segmenter should know.

The counts ship as cleaner/data/policy-language.npz and are learnt by `python -m cleaner.language.learn`. Everything
here is loaded on first use: a text without a candidate pays nothing.

Source of the counts: 715 documents of policy (work reports of the State Council and of provinces, notices, opinions
and plans of ministries and provinces) and 3,119 laws, regulations and judicial interpretations, 22 million
characters. Official documents of the state are outside copyright (著作权法 第五条).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

    from rjieba import Jieba

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.uint16]

WIDTH = 4  # characters of a phrase; four of 16 bits make one 64-bit key
SHIPPED = "policy-language.npz"

# Of an added word. Two characters on their own are dearer, words that stand in the dictionary cheaper: it joins, and breaks nothing up.
_FREQUENCY = 100


@dataclass(frozen=True)
class Table:
    """In how many documents each of many short strings stands.

    keys: uint64[n] ascending, strings of 1 to 4 characters as `key` packs them. counts: uint16[n]."""

    keys: Keys
    counts: Counts

    def documents(self, strings: Sequence[str]) -> list[int]:
        """For every string the number of documents it stands in; 0 where it is not in the table."""
        if not (strings and self.keys.size):
            return [0] * len(strings)
        wanted = np.array([key(string) for string in strings], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.keys, wanted), self.keys.size - 1)
        return [int(n) for n in np.where(self.keys[at] == wanted, self.counts[at], 0)]


def key(string: str) -> int:
    """A string as a number that sorts as the string does. 0, which is in no table, for what no table can hold:
    nothing, more than four characters, characters outside the basic plane.

    >>> hex(key("体系建设"))
    '0x4f537cfb5efa8bbe'
    """
    packed = 0
    for char in string:
        packed = (packed << 16) | ord(char)
    if not 0 < len(string) <= WIDTH or max(string) > "\uffff":
        return 0
    return packed << (16 * (WIDTH - len(string)))


@dataclass(frozen=True)
class Language:
    """What was counted in a corpus of policy language.

    size: documents in it. phrases: strings of four Chinese characters that stand in several of them. doublings: a
    doubled character with its neighbour on the left, on the right and on both sides (局局, 局局长, 安局局长), and the
    four characters about the seam of a doubled word (监测|预测|预警: 测预测预).
    """

    size: int
    phrases: Table
    doublings: Table


def read(path: Path) -> Language:
    """A language as `write` left it."""
    with np.load(path) as arrays:
        phrases, doublings = (_unpacked(arrays[f"{name}_steps"], arrays[f"{name}_counts"]) for name in ("phrases", "doublings"))
        return Language(int(arrays["size"]), phrases, doublings)


def write(language: Language, path: Path) -> None:
    """The same language gives the same bytes (with the same numpy and zlib)."""
    arrays: dict[str, npt.NDArray[np.unsignedinteger]] = {"size": np.array(language.size, dtype=np.uint32)}
    for name, table in (("phrases", language.phrases), ("doublings", language.doublings)):
        arrays[f"{name}_steps"], arrays[f"{name}_counts"] = _packed(table)
    with path.open("wb") as out:
        np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


@cache
def shipped() -> Language:
    """The language that comes with the package."""
    return read(files("cleaner").joinpath("data", SHIPPED))  # type: ignore[arg-type]


def _packed(table: Table) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Keys as steps from one to the next, both arrays as planes of bytes (uint8[8, n], uint8[2, n]): so they pack well."""
    steps = np.diff(table.keys, prepend=np.uint64(0))
    return _planes(steps), _planes(table.counts)


def _unpacked(steps: npt.NDArray[np.uint8], counts: npt.NDArray[np.uint8]) -> Table:
    keys = np.cumsum(np.ascontiguousarray(steps.T).view("<u8").ravel(), dtype=np.uint64)
    return Table(keys, np.ascontiguousarray(counts.T).view("<u2").ravel())


def _planes(array: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.uint8]:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return np.ascontiguousarray(little.view(np.uint8).reshape(array.size, array.itemsize).T)


@lru_cache(maxsize=1024)
def words(run: str) -> list[tuple[str, int, int]]:
    """A run of characters as words, each with its start and end. Never with the HMM: it invents 总书."""
    readable = run.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate, which rjieba cannot take, is a ? to it
    return [(run[start:end], start, end) for _, start, end in _segmenter().tokenize(readable, hmm=False)]


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
