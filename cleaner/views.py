"""What comparison needs: a text cut into paragraphs, and its folded form with the way back.

Folding drops what does not change the meaning of official prose: width, marks, spaces, simplified against
traditional script. A rule compares folded texts and points at the original.
"""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.model import Paragraph
from cleaner.patterns import lazily

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

HAN = lazily(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")

# The end of a line, and the blank lines after it. A line ends at \r\n, \n or \r and nowhere else.
_PARAGRAPH_END = lazily(r"(?:\r\n|\r|\n)(?:[^\S\r\n]*(?:\r\n|\r|\n))*")


@lru_cache(maxsize=4)
def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Cut a text into paragraphs that tile it; blank lines at its head are a paragraph of their own, with no line.

    >>> paragraphs("甲\\n\\n乙")
    (Paragraph(start=0, end=1, stop=3), Paragraph(start=3, end=4, stop=4))
    """
    spans = [m.span() for m in _PARAGRAPH_END.finditer(text)]
    stops = [stop for _, stop in spans]
    ends = [end for end, _ in spans]
    if text and (not stops or stops[-1] < len(text)):
        ends.append(len(text))
        stops.append(len(text))
    return tuple(map(partial(tuple.__new__, Paragraph), zip([0, *stops], ends, stops)))


class Folded(NamedTuple):
    """codes: uint32[n], the folded text. at: int64[n + 1], where each of them stands in the text; at[n] = len(text)."""

    codes: Codes
    at: Places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Folded [start, end) -> the stretch of the text from its first to its last character."""
        return int(self.at[start]), int(self.at[end - 1]) + 1

    def within(self, start: int, end: int) -> tuple[int, int]:
        """text[start:end] -> the folded positions inside it."""
        return bisect_left(self.at, start, hi=len(self.codes)), bisect_left(self.at, end, hi=len(self.codes))

    def text(self, start: int = 0, end: int | None = None) -> str:
        """A folded stretch as text."""
        return self.codes[start:end].tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=8)
def fold(text: str, marks: bool = False) -> Folded:
    """The folded form of a text; with `marks`, marks stay in it.

    Width and script differences are mapped, spaces, invisible characters and marks are dropped. Between two figures
    they stay (3.6% is not 36%, 1-3月 is not 13月), and so do signs of arithmetic: A+级, 阳性(+), C++, and a minus that
    touches a figure, a letter or a bracket (-3%, A-级, (-)).
    Never NFKC: that would make III of Ⅲ and 1 of ①.
    """
    return compiled_fold(text, marks) if _reader().reads(len(text)) else fold_by_numpy(text, marks)


@cache
def _reader() -> Reader:
    return Reader()


def compiled_fold(text: str, marks: bool) -> Folded:
    """The same, compiled: for who reads many characters."""
    from cleaner.compiled_fold import fold as quickly

    return Folded(*quickly(code_points(text), *_tables(marks)))


@cache
def _tables(marks: bool) -> tuple[Codes, npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.bool_], int, int]:
    """As the compiled kernels take them."""
    kept = np.isin(np.arange(_NOTHING + 1), (_CONTENT, _MINUS, _MARK) if marks else _CONTENT)
    return _fold_table(), _kind_table(), _touches_minus(), kept, _MINUS, _NOTHING


def fold_by_numpy(text: str, marks: bool) -> Folded:
    """The same by numpy, for few."""
    codes = code_points(text)
    folded = _fold_table()[codes]
    kind = _kind_table()[codes]
    keep = (kind == _CONTENT) | (kind == _MINUS) | (kind == _MARK) if marks else kind == _CONTENT
    doubtful = np.flatnonzero(~keep & (kind != _NOTHING))
    if doubtful.size:
        figure = np.concatenate(([False], (folded >= ord("0")) & (folded <= ord("9")), [False]))
        touching = figure | np.concatenate(([False], _touches_minus()[codes], [False]))
        before, after = doubtful, doubtful + 2  # in the arrays with a place before and after the text
        minus = (kind[doubtful] == _MINUS) & (touching[before] | touching[after])
        keep[doubtful] = minus | (figure[before] & figure[after])
    at = np.flatnonzero(keep)
    return Folded(folded[at], np.concatenate((at, [len(text)])))


def fold_texts(texts: Sequence[str], *, compiled: bool = False) -> tuple[Codes, Places]:
    """Texts, each folded for itself -> uint32[m], int64[n + 1]: one behind the other, text i from offsets[i] on.

    compiled: by a compiled kernel, with the same result; it pays from MANY characters on."""
    offsets = np.concatenate(([0], np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))))
    if compiled:
        from cleaner.compiled_fold import fold_texts as quickly

        return quickly(code_points.__wrapped__("".join(texts)), offsets, *_tables(False))
    view = fold_by_numpy("\n".join(texts), False)
    starts = offsets[:-1] + np.arange(len(texts))  # with the line ends between
    edges = np.searchsorted(view.at[:-1], np.stack((starts, starts + np.diff(offsets)), axis=1))
    within = np.zeros(len(view.codes) + 1, dtype=np.int64)
    np.add.at(within, edges[:, 0], 1)
    np.add.at(within, edges[:, 1], -1)
    return view.codes[np.cumsum(within)[:-1] > 0], np.concatenate(([0], np.cumsum(edges[:, 1] - edges[:, 0])))


MANY = 600_000  # characters: from here on, compiled kernels pay for loading numba


class Reader:
    """One that reads text after text. times: that it reads each of them. much: that there are MANY is known before."""

    much: ClassVar[bool] = False

    def __init__(self, times: int = 1) -> None:
        self.seen = 0
        self.times = times

    def reads(self, characters: int) -> bool:
        """Read on: has it read so MANY that compiled kernels pay?"""
        self.seen += characters
        return self.much or self.seen >= MANY * self.times


@lru_cache(maxsize=4)
def code_points(text: str) -> Codes:
    """uint32[len(text)]; lone surrogates pass."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


class Tables(NamedTuple):
    """What may stand in a row. rows: bool[k, 65536], of the first, the second, ... character. bits: uint8[65536], of each character
    a bit for every row that holds it."""

    rows: npt.NDArray[np.bool_]
    bits: npt.NDArray[np.uint8]


def in_a_row(text: str, tables: Tables) -> list[int]:
    """The places where such characters stand in a row: a pattern that is tried only there takes a tenth of the time."""
    return (_in_a_row_quickly if _row_reader().reads(len(text)) else _in_a_row_by_numpy)(text, tables)


@cache
def _row_reader() -> Reader:
    return Reader(10)  # of patterns, all of which are looked for in the same texts


def _in_a_row_quickly(text: str, tables: Tables) -> list[int]:
    from cleaner.compiled_places import in_a_row as quickly

    places: list[int] = quickly(code_points(text), tables.bits, len(tables.rows)).tolist()
    return places


def _in_a_row_by_numpy(text: str, tables: Tables) -> list[int]:
    codes = _codes(text)
    at = np.flatnonzero(tables.rows[0].take(codes[: max(0, len(codes) - len(tables.rows) + 1)], mode="clip"))
    for n, table in enumerate(tables.rows[1:], 1):
        at = at[table.take(codes[at + n], mode="clip")]
    places: list[int] = at.tolist()
    return places


class Rows(NamedTuple):
    """Several tables of what may stand in a row, to be looked for at once. bits: uint16[65536], of each character those of all tables,
    one table's behind another's. begin: the first bit of each. sizes: characters of each row."""

    tables: tuple[Tables, ...]
    bits: npt.NDArray[np.uint16]
    begin: int
    sizes: Places


def rows_of(tables: Sequence[Tables]) -> Rows:
    """Tables of at most sixteen characters in all, as `any_in_a_row` takes them."""
    bits, begin, first = np.zeros(1 << 16, dtype=np.uint16), 0, 0
    for some in tables:
        bits |= some.bits.astype(np.uint16) << np.uint16(first)
        begin |= 1 << first
        first += len(some.rows)
    assert first <= 16
    return Rows(tuple(tables), bits, begin, np.array([len(some.rows) for some in tables], dtype=np.int64))


def any_in_a_row(text: str, rows: Rows) -> list[int]:
    """The places where a row of one of the tables begins, in order."""
    if not _row_reader().reads(len(rows.tables) * len(text)):
        return sorted({place for tables in rows.tables for place in _in_a_row_by_numpy(text, tables)})
    from cleaner.compiled_places import any_in_a_row as quickly

    return sorted(set(quickly(code_points(text), rows.bits, rows.begin, rows.sizes).tolist()))


@lru_cache(maxsize=2)
def _codes(text: str) -> Places:
    """As numpy takes places: it would make them anew for every table."""
    return code_points(text).astype(np.int64)


def among(*chars: Iterable[str]) -> Tables:
    """Tables of the characters that may stand first, second, ...; up to eight."""
    rows, bits = np.zeros((len(chars), 1 << 16), dtype=np.bool_), np.zeros(1 << 16, dtype=np.uint8)
    for n, some in enumerate(chars):
        rows[n, list(map(ord, some))] = True
        bits |= rows[n].astype(np.uint8) << n
    return Tables(rows, bits)


@lru_cache(maxsize=4)
def folded_text(text: str) -> str:
    """The folded form of a text, as text."""
    return fold(text).text()


class Lines:
    """Places as people count them: lines and columns from 1, columns in code points. A line ends at \\r\\n, \\n or \\r."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(m.end() for m in _LINE_END.finditer(text))]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a position."""
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1


_LINE_END = lazily(r"\r\n|\r|\n")

_CONTENT, _MARK, _MINUS, _SPACE, _NOTHING = range(5)

_MINUSES = "-−﹣－~～"  # a sign, or a dash: what it touches tells
_CHANGES_MEANING = "%‰℃°$￥¥€£&@#§№"  # unlike other marks, these are content wherever they stand


@cache
def _kind_table() -> npt.NDArray[np.uint8]:
    kind = np.full(sys.maxunicode + 1, _CONTENT, dtype=np.uint8)
    points = (*range(0x3000 + 0x100), *range(0xFE00, 0xFE70), *range(0xFEFF, 0xFF66), *range(0xFFE0, 0x10000))  # marks of the basic plane
    kind[points,] = [_KINDS.get(category, _CONTENT) for category in map(unicodedata.category, map(chr, points))]
    kind[[ord(char) for char in "\t\n\r"]] = _SPACE
    kind[[ord(char) for char in _MINUSES]] = _MINUS
    plain = map(partial(unicodedata.normalize, "NFKC"), map(chr, points))
    kind[[point for point, char in zip(points, plain, strict=True) if char in _CHANGES_MEANING]] = _CONTENT
    kind[0xE0000:0xE0200] = _NOTHING  # tags and variation selectors
    return kind


_KINDS = dict.fromkeys(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"), _MARK) | dict.fromkeys(("Zs", "Zl", "Zp"), _SPACE)
_KINDS |= dict.fromkeys(("Cc", "Cf", "Mn", "Me"), _NOTHING)


@cache
def _touches_minus() -> npt.NDArray[np.bool_]:
    """What makes a sign of a minus beside it: figures, Latin letters, brackets."""
    table = np.zeros(sys.maxunicode + 1, dtype=bool)
    table[[ord(char) for char in "()（）[]【】"]] = True
    for first, last in ("09", "AZ", "az", "０９", "ＡＺ", "ａｚ"):
        table[ord(first) : ord(last) + 1] = True
    return table


@cache
def _fold_table() -> Codes:
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for wide in range(0xFF01, 0xFF5F):  # full-width forms of ASCII
        table[wide] = wide - 0xFEE0
    for mark, plain in zip("，。；：！？（）、　￥－", ",.;:!?(), ¥-", strict=True):
        table[ord(mark)] = ord(plain)
    for traditional, simplified in traditional_to_simplified().items():
        table[ord(traditional)] = ord(simplified)
    return table


def simplified(string: str) -> str:
    """A short string in simplified script, a character for a character."""
    return string.translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    return {ord(old): new for old, new in traditional_to_simplified().items()}


@cache
def traditional_to_simplified() -> dict[str, str]:
    """Traditional character -> its simplified form, from OpenCC's TSCharacters table (first choice of each)."""
    from importlib.resources import files

    rows = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if "\t" in row)
    return {old: new for old, (new, *_) in ((key, values.split(" ")) for key, values in pairs) if len(old) == len(new) == 1 and old != new}
