"""Mojibake: text that was decoded with the wrong encoding, and what it was."""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.language.lexicon import shipped
from cleaner.language.probability import LOGARITHMS
from cleaner.language.prose import is_han
from cleaner.model import Why
from cleaner.patterns import lazily
from cleaner.views import code_points


class Misread(NamedTuple):
    """text[start:end] was `right` before it was misread; None where bytes were lost on the way."""

    start: int
    end: int
    right: str | None
    why: Why


def misread(text: str) -> list[Misread]:
    """The stretches that give common Chinese when they are encoded back and decoded rightly, in order."""
    kinds = _kinds()[code_points(text)]
    return sorted((*_utf8_read_as_gbk(text, kinds), *_read_as_latin(text, kinds)), key=lambda seen: seen.start)


def _utf8_read_as_gbk(text: str, kinds: npt.NDArray[np.uint8]) -> Iterator[Misread]:
    lead = (kinds & _LEAD) != 0
    # Two characters of three bytes are three of GBK: (lead, inner) (inner, lead) (inner, inner), and again (lead, inner).
    found = np.flatnonzero(lead[:-3] & lead[3:] & ((kinds[2:-1] & _INNER) != 0)) if len(text) > 3 else np.zeros(0, dtype=np.int64)
    done = 0
    for i in found.tolist():
        if i < done:
            continue
        start = i
        while start > done and not text[start - 1].isascii():
            start -= 1
        done = i
        while done < len(text) and not text[done].isascii():
            done += 1
        yield from _undone(text, start, done)


def _undone(text: str, start: int, end: int) -> Iterator[Misread]:
    """The stretches of a run that are UTF-8 when encoded as GBK again."""
    sizes = [len(_gbk(char)) for char in text[start:end]]
    edges = [0, *np.cumsum(sizes).tolist()]
    bounds = set(edges)
    raw = b"".join(_gbk(char) for char in text[start:end])
    for m in _UTF8.finditer(raw):
        right = m.group().decode("utf-8")
        if not _is_common(right) or len(right) < 2:
            continue
        lo, hi = m.span()
        exact = lo in bounds and hi in bounds and raw[hi : hi + 1] < b"\xe3"
        first = start + bisect_right(edges, lo) - 1
        last = start + bisect_left(edges, hi) if exact else end
        was = text[first:last]
        if not _likelier(right, was):
            continue
        if exact:
            yield Misread(first, last, right, Why.of("{} was {} before UTF-8 was read as GBK", was[:12], right[:8]))
        else:
            yield Misread(first, last, None, Why.of("{} was {}… before UTF-8 was read as GBK; bytes are lost", was[:12], right[:8]))


def _likelier(right: str, was: str) -> bool:
    """Does the language know the characters of the one far better than those of the other? 瀍涧 and 溱洧 are rare, and real."""
    known = [
        LOGARITHMS[shipped().letters[[ord(char) for char in some if is_han(char) and char < "\uffff"] or [0]]].mean()
        for some in (right, was)
    ]
    return bool(known[0] > known[1] + _FAR)


_FAR = 1.0  # e times as many documents


def _gbk(char: str) -> bytes:
    try:
        return char.encode("gb18030")
    except UnicodeEncodeError:
        return b"\xff"


def _is_common(text: str) -> bool:
    """Is it everyday Chinese: characters of the first level of GB 2312, and marks?"""
    good = 0
    for char in text:
        raw = char.encode("gb2312", "replace")
        good += len(raw) == 2 and (0xB0 <= raw[0] <= 0xD7 or raw[0] in (0xA1, 0xA3))
    return good >= 0.8 * len(text) and any(map(is_han, text))


_UTF8 = lazily(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2})+")
_HIGH = "\u0080-\u00bf" + bytes({*range(0x80, 0xA0)} - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")  # a byte 80 to BF, read
_LATIN_UTF8 = lazily(rf"(?:[ã-éï][{_HIGH}]{{2}})+")
_LATIN_GBK = lazily(r"(?:[\u00b0-\u00f7\u00a1\u00a3][\u00a1-\u00fe]){3,}")


def _read_as_latin(text: str, kinds: npt.NDArray[np.uint8]) -> Iterator[Misread]:
    accented = int(np.count_nonzero(kinds & _ACCENTED))
    edges = [0]
    for m in _LATIN_UTF8.finditer(text) if np.any(kinds & _LEAD_READ) else ():
        right = b"".join(map(_latin, m.group())).decode("utf-8", "replace")
        if _is_common(right):
            edges += m.span()
            yield Misread(m.start(), m.end(), right, Why.of("{} was {} before UTF-8 was read as Latin-1", m.group()[:12], right[:8]))
    edges.append(len(text))
    for start, end in zip(edges[::2], edges[1::2], strict=True):  # what lies between those
        for m in _LATIN_GBK.finditer(text, start, end) if accented >= 6 else ():  # the least that it matches
            right = m.group().encode("latin-1").decode("gb2312", "replace")
            if _is_common(right):
                yield Misread(m.start(), m.end(), right, Why.of("{} was {} before GBK was read as Latin-1", m.group()[:12], right[:8]))


def _latin(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1", "replace")


_LEAD, _INNER, _ACCENTED, _LEAD_READ = 1, 2, 4, 8


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Which characters GBK writes with a first byte of UTF-8, and which with one of its inner bytes; which are accented letters."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    codecs.register_error("cleaner-none", _none)
    raw = "".join(map(chr, range(0x4E00, 0xA000))).encode("gbk", "cleaner-none")  # one call: 20,000 are felt
    pairs = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 2)
    known = np.flatnonzero(pairs[:, 0])
    points, (first, second) = 0x4E00 + known, pairs[known].T
    leads = ((first >= 0xE3) & (first <= 0xE9)) | (first == 0xEF)
    kinds[points] = np.where((second >= 0x80) & (second <= 0xBF), np.where(leads, _LEAD, np.where(first <= 0xBF, _INNER, 0)), 0)
    kinds[0xA1:0x100] = _ACCENTED
    kinds[[*range(0xE3, 0xEA), 0xEF]] |= _LEAD_READ
    return kinds


def _none(error: UnicodeError) -> tuple[bytes, int]:
    """What stands for characters that an encoding of two bytes does not hold."""
    assert isinstance(error, UnicodeEncodeError)
    return b"\0\0" * (error.end - error.start), error.end
