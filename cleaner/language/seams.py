"""Where a sentence is broken by the end of a page or a line: the seams, and what speaks for joining them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from cleaner.language import lexicon
from cleaner.language.furniture import Page, after_indent
from cleaner.language.words import han_head, han_tail, word_across
from cleaner.model import Why
from cleaner.patterns import lazily


class Break(NamedTuple):
    """A seam between two halves of a sentence, on the lines `line` and `next`; text[start:end] stands in the seam.

    seam: the four characters around it. joined: enough speaks for joining the halves."""

    line: int
    next: int
    start: int
    end: int
    seam: str
    joined: bool
    why: Why


_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_NUMERAL = "[〇○零一二三四五六七八九十百]"
_FINISHED = frozenset("。；！？：”’）》】」』…!?;:)]}>\"'0123456789.％%|")
_UNFINISHED = lazily(rf"{_HAN}|[，、,]")
_SENTENCE = lazily(r"[。；！？]")
_CLAUSE = lazily(r"[。；！？，、：,;:]")
_SHORTEST = 25  # characters of a first half: shorter lines are headings and verse
_RUNNING = 60  # characters of a line that is no heading
_NUMBERED = lazily(
    r"[#\-*+|>•●■◆（(〔\[【—–①-⑳]"
    rf"|第?{_NUMERAL}+(?:[、，是.．章节条款项]|来)|第\d|\d{{1,3}}[.．、）)\s]|附[件：]|[图表]\s?\d|注[：:]"
)
BEGINS_ANEW = lazily(
    r"[“\"‘「『《〈…]|各位|同志们|此致|特此|为此|抄送|印发"
    rf"|(?:\d{{4}}|{_NUMERAL}{{4}})年(?:\d{{1,2}}|{_NUMERAL}{{1,2}})月(?:\d{{1,2}}|{_NUMERAL}{{1,3}})日\s*$"
)
TABULAR = lazily(r"[|\t]| {3}|\.{4}|…{3}|·{4}")


def breaks(page: Page) -> list[Break]:
    """The seams of a page. What is found may speak for others, so the search goes on until it finds no more: then the joined
    text has none left."""
    open_ = _open_lines(page)
    if not open_ or _wrapped(page, open_):
        return []
    known: list[Break] = []
    while True:
        found = list(_seams(page, open_, known))
        if sum(b.joined for b in found) <= sum(b.joined for b in known):
            return found
        known = found


def _open_lines(page: Page) -> list[int]:
    """The lines that do not end a sentence, or bear a mark at their end; none where all are headings."""
    text, marked = page.text, {m.end for m in page.marks if m.at_edge}
    found = [
        i
        for i, (start, end, _) in enumerate(page.lines)
        if (text[end - 1] not in _FINISHED or end in marked) and i not in page.reasons and not page.fences.hold(start)
    ]
    return found if page.marks or any(page.lines[i].end - page.lines[i].start >= _SHORTEST for i in found) else []


def _wrapped(page: Page, open_: Sequence[int]) -> bool:
    """Do most lines end without a mark? Then every line is broken, by the width of a page."""
    lines = page.lines
    unfinished = sum(page.text[lines[i].end - 1] not in _FINISHED and lines[i].end - lines[i].start >= 20 for i in open_)
    return unfinished >= 4 and unfinished > 0.3 * sum(
        end - start >= 20 and i not in page.reasons for i, (start, end, _) in enumerate(lines)
    )


def _seams(page: Page, open_: Sequence[int], known: Sequence[Break]) -> Iterator[Break]:
    """open_: the lines that may go on. known: what an earlier search found. Both halves are taken with what is joined to them."""
    text, lines = page.text, page.lines
    ends = {m.end: m.start for m in page.marks if m.at_edge}
    starts = {start: end for end, start in ends.items()}
    joined = {b.line: b.next for b in known if b.joined}

    def bare(i: int) -> tuple[int, int]:
        """Where line i stands without its indent, the marks at its edges and the spaces at its end."""
        start, end = after_indent(text, lines[i].start), lines[i].end
        while start in starts:
            start = after_indent(text, starts[start])
        while end in ends:
            end = ends[end]
        return start, start + len(text[start:end].rstrip())

    head, goes_on = "", -1
    for i in open_:
        j = next((k for k in range(i + 1, len(lines)) if k not in page.reasons), None)
        if j is None:
            return
        head = head if i == goes_on else ""
        (start, end), (begin, stop) = bare(i), bare(j)
        first, second, last = head + text[start:end], text[begin:stop], j
        while last in joined:
            last = joined[last]
            second += text[slice(*bare(last))]
        head, goes_on = "", j
        if first == "" or not _halves(first, second):
            continue
        indented = after_indent(text, lines[j].start) > lines[j].start
        why = _evidence(first, second, indented)
        if why is None and not indented:
            between = j > i + 1 or begin in ends or lines[i].end in ends
            why = _evidence_of_the_page(page, first, second, between, known)
        if why or (_looks_like_text(first, second) and not indented):
            told = Why.of("no end mark, and the next line may go on")
            yield Break(i, j, end, begin, first[-2:] + second[:2], why is not None, why or told)
        head = first if why else ""


def _halves(first: str, second: str) -> bool:
    """May these be the two halves of a sentence?"""
    return (
        len(first) >= _SHORTEST
        and second != ""
        and _UNFINISHED.match(first[-1]) is not None
        and _CLAUSE.search(first) is not None
        and first[0] not in "#-*+|>"
        and not _NUMBERED.match(second)
        and not BEGINS_ANEW.match(second)
        and (second[-1] in _FINISHED or len(second) >= 40)
        and _CLAUSE.search(second) is not None
        and not TABULAR.search(first)
        and not TABULAR.search(second)
    )


def _evidence(first: str, second: str, indented: bool) -> Why | None:
    """What in the halves themselves speaks for joining them. indented: the second looks like a paragraph of its own."""
    if (word := word_across(first, second)) is not None:
        return Why.of("{} is cut in two", word)
    if (opened := _OPEN_AT_END.search(first)) and (closed := _PAIRED.search(second)) and _PAIRS[opened[1]] == closed[0]:
        return Why.of("{} is closed in the next line", opened[1])
    if (head := han_head(second)).startswith(_all_that_cannot("begin")) and (begun := lexicon.words(head)[0][0]) in _cannot("begin"):
        return Why.of("the next line begins in {}", begun)
    if not indented and first[-1] in "，、,":
        return Why.of("ends in {}", first[-1])
    tail = "" if indented else han_tail(first)
    if tail.endswith(_all_that_cannot("end")) and (last := lexicon.words(tail)[-1][0]) in _cannot("end"):
        return Why.of("ends in {}", last)
    return None


def _evidence_of_the_page(page: Page, first: str, second: str, between: bool, known: Sequence[Break]) -> Why | None:
    """What on the rest of the page speaks for joining two halves. between: furniture stands in the seam."""
    if _NUMBERED.match(first) and not _SENTENCE.search(first):  # a heading
        return None
    if between:
        return Why.of("page furniture stands in the sentence")
    if len(first) >= _RUNNING and _SENTENCE.search(first) and _looks_like_text(first, second) and _orderly(page, known):
        return Why.of("nearly every paragraph of this length has an end mark")
    seam = first[-2:] + second[:2]
    if len(han_tail(seam)) == 4 and (seam in page.text or any(b.joined and b.seam == seam for b in known)):
        return Why.of("{} stands elsewhere too", seam)
    return None


def _looks_like_text(first: str, second: str) -> bool:
    """Is the first half rather text than a heading, and the second no paragraph of its own? Enough to tell, not to join.

    A second half that begins in words of the first (赋能支撑标准 ⏎ 赋能支撑标准包括) is the text of a heading."""
    if _NUMBERED.match(first):
        text = len(first) >= _RUNNING and _SENTENCE.search(first) is not None
    else:
        text = len(first) >= 80 or _SENTENCE.search(first) is not None
    return text and not second[0].isdigit() and second[:5] not in first


def _orderly(page: Page, known: Sequence[Break]) -> bool:
    """Do the paragraphs of running text end in a mark, but for one in ten, or one? What is known to be joined is joined."""
    joined = {b.line for b in known if b.joined}
    finished = unfinished = length = 0
    for i, line in enumerate(page.lines):
        if i in page.reasons:
            continue
        length += len(page.text[line.start : line.end].strip())
        if i in joined:
            continue
        if length >= _RUNNING:
            ended = page.text[line.end - 1] in _FINISHED
            finished, unfinished = finished + ended, unfinished + (not ended)
        length = 0
    return finished >= 5 and unfinished <= max(1, (finished + unfinished) // 10)


_PAIRS = {"“": "”", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』", "〔": "〕", "〈": "〉"}
_PAIRED = lazily("[" + re.escape("".join((*_PAIRS, *_PAIRS.values()))) + "]")
_OPEN_AT_END = lazily("([" + re.escape("".join(_PAIRS)) + "])[^" + re.escape("".join((*_PAIRS, *_PAIRS.values()))) + "]*$")


@cache
def _cannot(side: str) -> frozenset[str]:
    """The words that a sentence cannot end with, or cannot begin with: rows of data/seam.csv."""
    return frozenset(row["word"] for row in lexicon.rows("seam.csv") if row["cannot"] == side)


@cache
def _all_that_cannot(side: str) -> tuple[str, ...]:
    """The same, for a look before a line is cut into words."""
    return tuple(_cannot(side))
