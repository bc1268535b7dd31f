"""A stretch of a text with its changes drawn into it, as HTML: what goes in <del>, what comes in <ins>, what is only
pointed at in <mark>, and long quiet stretches folded.

The text is hostile: whatever it holds, no element, no attribute and no control character comes from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import NamedTuple

from cleaner.model import Edit
from cleaner.patterns import lazily

Say = Callable[..., str]
"""The page's own words: say("folded", 412) -> "412 characters"."""

CONTEXT = 24  # characters kept beside what matters
OPENING = 96  # and at the head of a stretch where nothing but marks changes
EDGE = 12  # of a long deletion, its first and last characters are never folded
LEAST = 60  # fewer characters than these are not worth a fold
LONG = 2 * (EDGE + CONTEXT) + LEAST  # a change of more characters is folded in its middle
OPENED = 4_000  # a fold holds no more, so that a page of a million characters stays a page
DRAWN = 1_500  # edits and highlights drawn in one stretch


class Highlight(NamedTuple):
    """text[start:end] is pointed at, not changed. kind: a CSS class; rows: the rows of the list below that speak of it."""

    start: int
    end: int
    kind: str
    rows: str = ""
    quiet: bool = False


class Piece(NamedTuple):
    """A bit of the drawing: `old` where it stays or goes, `new` where it stays or comes. quiet: it may be folded away."""

    old: str
    new: str
    kind: str = ""
    rows: str = ""
    quiet: bool = True

    @property
    def size(self) -> int:
        """Characters it takes up, at most."""
        return max(len(self.old), len(self.new))


def inline(text: str, start: int, end: int, edits: Sequence[tuple[Edit, str]], highlights: Sequence[Highlight], say: Say) -> str:
    """text[start:end] with its edits, each with the rows that speak of it, and with what is pointed at. Both ascend."""
    stop = min([end, *(edit.start for edit, _ in edits[DRAWN : DRAWN + 1]), *(h.start for h in highlights[DRAWN : DRAWN + 1])])
    if stop < end:
        edits = [(edit, rows) for edit, rows in edits[:DRAWN] if edit.start < stop]
        highlights = [light for light in highlights[:DRAWN] if light.start < stop]
    pieces = list(_pieces(text, start, stop, edits, highlights))
    return _folded(pieces, say) + (_rest(end - stop, say) if stop < end else "")


def fine(edit: Edit) -> bool:
    """Only marks, spaces or widths change: to be shown, but not loudly."""
    return _fine(edit.old, edit.new)


@lru_cache(maxsize=4096)
def _fine(old: str, new: str) -> bool:
    if len(old) > 4 or len(new) > 4 or not {"\r", "\n"}.isdisjoint(old + new):
        return False
    marks = all(unicodedata.category(char)[0] in "PSZ" for char in old + new)
    return marks or (bool(new) and unicodedata.normalize("NFKC", old) == unicodedata.normalize("NFKC", new))


# --- pieces ---------------------------------------------------------------------------------------------------------


def _pieces(text: str, start: int, end: int, edits: Iterable[tuple[Edit, str]], highlights: Iterable[Highlight]) -> Iterator[Piece]:
    waiting = deque(part for light in _apart(highlights) for part in _ends(light))
    at = start
    for edit, rows in edits:
        yield from _kept(text, at, edit.start, waiting)
        if fine(edit):
            yield Piece(edit.old, edit.new, "fine")
        else:
            yield from _long(Piece(edit.old, edit.new, "", rows, quiet=False))
        at = edit.end
    yield from _kept(text, at, end, waiting)


def _kept(text: str, at: int, to: int, waiting: deque[Highlight]) -> Iterator[Piece]:
    """text[at:to], which stays, cut where a highlight begins or ends."""
    while waiting and waiting[0].start <= to:
        light = waiting.popleft()
        if light.end < at:
            continue
        first, last = max(light.start, at), min(light.end, to)
        if first > at:
            yield Piece(text[at:first], text[at:first])
        if last > first or light.start == light.end:
            yield Piece(text[first:last], text[first:last], light.kind, light.rows if light.end <= to else "", light.quiet)
        at = max(at, last)
        if light.end > to:
            waiting.appendleft(light._replace(start=to))
            break
    if to > at:
        yield Piece(text[at:to], text[at:to])


def _apart(highlights: Iterable[Highlight]) -> Iterator[Highlight]:
    """Highlights that do not overlap, with rows at their ends: where several point at one place, the last to begin is drawn."""
    spans: dict[tuple[int, int], Highlight] = {}
    for light in highlights:
        same = spans.get((light.start, light.end))
        rows = " ".join(filter(None, (same.rows, light.rows))) if same else light.rows
        spans[light.start, light.end] = light._replace(rows=rows, quiet=light.quiet and (same is None or same.quiet))
    at = 0
    standing: list[Highlight] = []
    for light in sorted(spans.values(), key=lambda h: (h.start, -h.end)):
        while standing and standing[-1].end <= light.start:
            top = standing.pop()
            if top.end > at:
                yield top._replace(start=at)
                at = top.end
        if standing and light.start > at:
            top = standing[-1]
            yield top._replace(start=at, end=light.start, rows=top.rows if top.end <= light.end else "")
        at = max(at, light.start)
        if light.start == light.end:
            yield light
        else:
            standing.append(light)
    while standing:
        top = standing.pop()
        if top.end > at:
            yield top._replace(start=at)
            at = top.end


def _ends(light: Highlight) -> Iterator[Highlight]:
    """A long highlight as its first characters, a middle that may be folded, and its last."""
    if light.quiet or light.end - light.start <= LONG:
        yield light
        return
    yield light._replace(end=light.start + EDGE, rows="")
    yield light._replace(start=light.start + EDGE, end=light.end - EDGE, rows="", quiet=True)
    yield light._replace(start=light.end - EDGE)


def _long(piece: Piece) -> Iterator[Piece]:
    """A long piece as its first characters, a middle that may be folded, and its last."""
    if piece.size <= LONG:
        yield piece
        return
    if piece.old != piece.new and piece.old and piece.new:
        yield from _long(piece._replace(new="", rows=""))
        yield from _long(piece._replace(old=""))
        return
    head, rest = _cut(piece, EDGE)
    middle, tail = _cut(rest, rest.size - EDGE)
    yield head._replace(rows="")
    yield middle._replace(rows="", quiet=True)
    yield tail


def _cut(piece: Piece, size: int) -> tuple[Piece, Piece]:
    """The first `size` characters of a piece that only stays, goes or comes, and the others; \\r\\n is not torn."""
    whole = piece.old or piece.new
    if whole[size - 1 : size + 1] == "\r\n":
        size += 1
    return (
        piece._replace(old=piece.old[:size], new=piece.new[:size]),
        piece._replace(old=piece.old[size:], new=piece.new[size:]),
    )


# --- folding --------------------------------------------------------------------------------------------------------


def _folded(pieces: Sequence[Piece], say: Say) -> str:
    runs = [(quiet, list(run)) for quiet, run in groupby(pieces, key=lambda piece: piece.quiet)]
    drawn = []
    for i, (quiet, run) in enumerate(runs):
        if not quiet:
            drawn.append("".join(map(_drawn, run)))
            continue
        before = CONTEXT if len(runs) > 1 else OPENING
        total = sum(piece.size for piece in run)
        after = CONTEXT if i + 1 < len(runs) else 0 if len(runs) > 1 else CONTEXT
        if total - before - after < LEAST:
            drawn.append("".join(map(_drawn, run)))
            continue
        head, rest = _split(run, before)
        middle, tail = _split(rest, total - before - after)
        drawn += ("".join(map(_drawn, head)), _fold(middle, say), "".join(map(_drawn, tail)))
    return "".join(drawn)


def _fold(pieces: Sequence[Piece], say: Say) -> str:
    size = sum(piece.size for piece in pieces)
    changes = sum(piece.old != piece.new for piece in pieces)
    gone = all(not piece.new for piece in pieces)
    shown, rest = _split(pieces, OPENED)
    label = say("folded gone", size) if gone else say("folded with changes", size, changes) if changes else say("folded", size)
    inside = "".join(map(_drawn, shown)) + (_rest(sum(piece.size for piece in rest), say) if rest else "")
    return f'<details class="fold{" gone" if gone else ""}"><summary>… {escape(label)} …</summary>{inside}</details>'


def _rest(size: int, say: Say) -> str:
    return f'<span class="rest">… {escape(say("not drawn", size))} …</span>'


def _split(pieces: Sequence[Piece], size: int) -> tuple[list[Piece], list[Piece]]:
    """The pieces up to about `size` characters, and the others. A change is never torn."""
    for i, piece in enumerate(pieces):
        if piece.size <= size:
            size -= piece.size
            continue
        whole = piece.old != piece.new and (bool(piece.old and piece.new) or piece.kind == "fine")
        if whole or size <= 0:
            return list(pieces[:i]), list(pieces[i:])
        left, right = _cut(piece, size)
        return [*pieces[:i], left], [right, *pieces[i + 1 :]] if right.size else list(pieces[i + 1 :])
    return list(pieces), []


def _drawn(piece: Piece) -> str:
    if piece.old == piece.new:
        if piece.kind:
            return f'<mark class="{piece.kind}{"" if piece.old else " point"}"{_rows(piece)}>{visible(piece.old)}</mark>'
        return visible(piece.old)
    return _mark(piece.old, piece.new, piece.kind) if piece.kind == "fine" else _change(piece)


@lru_cache(maxsize=1024)
def _mark(old: str, new: str, kind: str) -> str:
    """A change of marks; there are thousands of a few kinds."""
    return _change(Piece(old, new, kind))


def _change(piece: Piece) -> str:
    kind = f' class="{piece.kind}"' if piece.kind else ""
    gone = f"<del{kind}{'' if piece.new else _rows(piece)}>{changed(piece.old, breaks=bool(piece.old.strip()))}</del>" if piece.old else ""
    come = f"<ins{kind}{_rows(piece)}>{changed(piece.new, breaks=True)}</ins>" if piece.new else ""
    return gone + come


def _rows(piece: Piece) -> str:
    return f' data-n="{piece.rows}"' if piece.rows else ""


# --- characters -----------------------------------------------------------------------------------------------------


def visible(text: str) -> str:
    """A text as HTML, what cannot be seen in it as tokens: controls, zero-width characters, changes of direction,
    half a surrogate pair. Line ends become line feeds."""
    return _RARE.sub(_seen, escape(text)).replace("\r\n", "\n").replace("\r", "\n")


def changed(text: str, *, breaks: bool = False) -> str:
    """A text that comes or goes: its spaces and line ends are shown too. breaks: a line also ends where one is shown."""
    shown = _RARE_OR_SPACE.sub(_seen_or_space, escape(text))
    return _LINE_ENDS.sub(r"\g<0><br>", shown) if breaks else shown


def clipped(text: str, size: int) -> str:
    """The first `size` characters of a text on one line, to be escaped by whoever prints it."""
    short = text[: size + 1].strip().replace("\r", " ").replace("\n", " ")
    return short if len(text) <= size else short[:size] + "…"


# Most characters are plainly seen; only runs of one that may not be are looked at one by one.
_PLAIN = "!-~\u2010-\u2027\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e"
_RARE = lazily(rf"([^\t\n\r {_PLAIN}\u3000])\1*")
_RARE_OR_SPACE = lazily(rf"(\r\n|[^{_PLAIN}])\1*")

# Letters and marks by their category, but nothing is drawn: joiners, fillers, variation selectors.
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, _SELECTORS))
_SHORT = {" ": "␣", "\t": "⇥", "\u3000": "□", "\u00a0": "NBSP", "\r": "␍"}
_LINE_END = '<span class="seen" title="U+000A LINE FEED">⏎</span>'
_LINE_ENDS = lazily(f"(?:{_LINE_END})+")


def _seen(run: re.Match[str]) -> str:
    return run[0] if _draws(run[1]) or unicodedata.category(run[1]) == "Zs" else _tokens(run)


def _seen_or_space(run: re.Match[str]) -> str:
    return run[0] if run[1] != " " and _draws(run[1]) else _tokens(run)


def _draws(char: str) -> bool:
    return char.isprintable() and char not in _BLANKS


def _tokens(run: re.Match[str]) -> str:
    """Each character as a token; many of one kind as one token and their number."""
    times = len(run[0]) // len(run[1])
    token = _token(run[1])
    return token * times if times <= 4 else f'<span class="times" data-times="{times}">{token}×{times:,}</span>'


@lru_cache(maxsize=1024)
def _token(char: str) -> str:
    if char in ("\r\n", "\n"):
        return _LINE_END
    point = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "")
    return f'<span class="seen" title="{escape(f"{point} {name}".strip())}">{_SHORT.get(char, point)}</span>'
