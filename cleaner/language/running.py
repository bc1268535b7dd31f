"""What returns on every page of a document that was taken from paper: running heads, and page numbers that stand bare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from cleaner.language.lines import Name
from cleaner.language.standing import ENDS_A_SENTENCE, breaks_a_sentence
from cleaner.language.words import word_across
from cleaner.model import Paragraph
from cleaner.patterns import lazily

_LONGEST = 40  # characters of a running head
_PAGE = 150  # characters of text on a page, at the least
_SHEETS = 4  # pages whose numbers may be lost between two that were read
_BROKEN = 12  # characters of a line that a page's end breaks: those of a scan are short
_FIGURE = lazily(r"[ \t\u3000]*\d{1,4}[ \t\u3000]*")
_YEAR = range(1900, 2101)
_AROUND = "0123456789 \t\u3000\u00a0·•|/-—–~～"  # what stands with a running head, and differs from page to page
_NUMERAL = "[一二三四五六七八九十百]"
_ITEM = lazily(
    rf"[ \t\u3000]*(?:[（(\[【〔#>|*+-]|{_NUMERAL}{{1,3}}[、.．]|第(?:{_NUMERAL}|\d){{1,5}}[条章节编款]|\d{{1,2}}[.．、）)]|各位)"
)
HEAD = "a running head, which returns on every page"


def heads(text: str, lines: Sequence[Paragraph], among: Sequence[int], named: Mapping[int, Name]) -> dict[int, Name]:
    """The lines that return, and the bare numbers that count on, from page to page; of those `among` which they may be."""
    short: dict[str, list[int]] = {}
    figures: list[int] = []
    for i in among:
        start, end, _ = lines[i]
        if end - start > _LONGEST:
            continue
        key = text[start:end].strip(_AROUND)
        if len(key) >= 3 and key[-1] not in ENDS_A_SENTENCE:
            short.setdefault(key, []).append(i)
        elif not key and _FIGURE.fullmatch(text, start, end):
            figures.append(i)
    returning = [places for key, places in short.items() if len(places) >= 3 and _is_heading(key)]
    if not figures and not returning:
        return {}
    size = [0, *accumulate(len(text[line.start : line.end].strip()) for line in lines)]
    numbers = _numbers(text, lines, figures, size)
    found = {i: Name("page", "a page number") for i in numbers}
    for places in returning:
        if all(size[k] - size[i + 1] >= _PAGE for i, k in pairwise(places)) and not any(_reads_on(text, lines, i) for i in places):
            vouched = [i for i in places if _on_the_edge(text, lines, i, found, named)]
            if len(vouched) >= max(2, len(places) / 2):
                stays = places[0] if places[0] not in vouched else -1  # the title itself
                counted = len({text[lines[i].start : lines[i].end] for i in places}) == len(places)
                numbered = sum(_beside_a_number(i, found, named) for i in places) * 2 >= len(places)
                name = Name("head" if counted or numbered else "returning", HEAD)
                found |= {i: name for i in places if i != stays}
    return found


def _is_heading(key: str) -> bool:
    """May this be the head of a page? It is no clause, no item, no address."""
    return key[-1] not in "：:！!" and not any(mark in key for mark in "，。；、,;") and not _ITEM.match(key)


def _reads_on(text: str, lines: Sequence[Paragraph], i: int) -> bool:
    """Is a line part of a sentence that wraps: does its edge cut a word in two?"""
    around = [text[lines[k].start : lines[k].end].strip() for k in (i - 1, i, i + 1) if 0 <= k < len(lines)]
    return any(word_across(first, second) for first, second in pairwise(around))


def _on_the_edge(text: str, lines: Sequence[Paragraph], i: int, found: Mapping[int, Name], named: Mapping[int, Name]) -> bool:
    """Does a page end here? A number of a page stands beside it, or a sentence is broken round it."""
    return _beside_a_number(i, found, named) or breaks_a_sentence(text, lines, i - 1, i + 1, _BROKEN)


def _beside_a_number(i: int, found: Mapping[int, Name], named: Mapping[int, Name]) -> bool:
    names = (found.get(k) or named.get(k) for k in (i - 1, i + 1))
    return any(name is not None and name.place in ("page", "folio") for name in names)


def _numbers(text: str, lines: Sequence[Paragraph], figures: Sequence[int], size: Sequence[int]) -> list[int]:
    """Of lines that hold a number alone, those that number pages: three and more that count on with a page of text between
    each two, some of them inside a sentence. Headings that are numbers stand between sentences; years are no pages."""
    chains: list[list[int]] = []
    for i in figures:
        number = int(text[lines[i].start : lines[i].end])
        if number in _YEAR:
            continue
        for chain in chains[::-1][:8]:
            last = chain[-1]
            step = number - int(text[lines[last].start : lines[last].end])
            if 0 < step <= _SHEETS and size[i] - size[last + 1] >= _PAGE:
                chain.append(i)
                break
        else:
            chains.append([i])
    found = []
    for chain in chains:
        inside = [i for i in chain if breaks_a_sentence(text, lines, i - 1, i + 1, _BROKEN)]
        if (len(chain) >= 3 and len(inside) >= max(1, len(chain) // 6)) or (len(chain) == 2 and len(inside) == 2):
            found += chain
    return found
