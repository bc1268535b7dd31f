"""The first findings as plain HTML, for readers whose browser runs no script, and for those who print it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from cleaner.messages import title
from cleaner.model import Edit, Level
from cleaner.reports.carried import STATES
from cleaner.reports.diff import Highlight, clipped, inline, visible
from cleaner.reports.words import word

MOST = 400  # characters of the text around a finding: longer ones are cut on either side
BESIDE = 60


def listing(document: Mapping[str, Any], most: int, lang: str) -> Iterator[str]:
    """The first findings of a document, an article each (see carried.py for its form)."""
    for finding in document["f"][:most]:
        yield _article(document, finding, lang)


def _article(document: Mapping[str, Any], finding: Sequence[Any], lang: str) -> str:
    _, code, level, _, state, start, end, line, column, carriers, own, why, _, _, _ = finding
    edits = own or [[at, at + size, new] for at, size, new in (document["s"][i] for i in carriers)]
    reason = document["w"][why][0 if lang == "en" else 1]
    row = "" if document["r"] is None else f" {escape(word(lang, 'row', document['r']))}"
    return (
        f"<article><h3><code>{visible(code)}</code> {visible(title(code, lang).rstrip('.。'))}</h3>"
        f'<p class="facts"><span>{escape(word(lang, STATES[state]))}</span><span>{escape(word(lang, Level(level).name))}</span>'
        f"<span><bdi>{visible(document['p'])}</bdi>{row}:{line}:{column}</span></p>"
        f'<p class="why"><bdi>{visible(clipped(reason, 300))}</bdi></p>'
        f'<div class="text" lang="zh-CN">{_text(document, start, end, edits, lang)}</div></article>\n'
    )


def _text(document: Mapping[str, Any], start: int, end: int, edits: Sequence[Sequence[Any]], lang: str) -> str:
    """The carried text around a finding, with its edits drawn."""
    first = min([start, *(edit[0] for edit in edits)])
    last = max([end, *(edit[1] for edit in edits)])
    if last - first > MOST * 4:
        edits = [edit for edit in edits if edit[1] <= first + MOST * 4]
        last = max([first + MOST, *(edit[1] for edit in edits)])
    at, text = joined(document, max(0, first - BESIDE), last + BESIDE)
    script = [Edit(s - at, text[s - at : e - at], new, "") for s, e, new in edits if at <= s and e <= at + len(text)]
    lights = [] if script else [Highlight(max(start - at, 0), min(max(end, start) - at, len(text)), "told")]
    return inline(text, 0, len(text), [(edit, "") for edit in script], lights, partial(word, lang))


def joined(document: Mapping[str, Any], start: int, end: int) -> tuple[int, str]:
    """The stretch of a document from `start` on, as far as it is carried without a gap, and where it begins."""
    begins, text = start, ""
    for at, _, part, _ in document["t"]:
        if at + len(part) <= start or at >= end:
            continue
        if not text:
            begins = max(at, start)
        elif at != begins + len(text):
            break
        text += part[max(0, start - at) : end - at]
    return begins, text
