"""Tables, archives and Word files, and the documents in them.

They are read in pieces, where the run is conducted; what a piece holds is read, treated and rewritten where the work is
done. A piece of text is at most about BATCH bytes, whatever the size of the file; one of a table in columns holds ROWS rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from cleaner.formats import archives, columns, delimited, docx, html, lines
from cleaner.formats.cuts import Patch, carried_out
from cleaner.formats.files import TEXTS, Item
from cleaner.formats.html_encoding import said
from cleaner.formats.kinds import Kind, kind_of
from cleaner.formats.pages import is_page
from cleaner.formats.piece import Bad, Columns, Piece, Row
from cleaner.formats.plain import Unreadable, Unwritable, decode, encode
from cleaner.formats.streams import opened
from cleaner.model import Document, Outcome, Source
from cleaner.views import paragraphs


def pieces(item: Item, chosen: Columns) -> Iterator[Piece]:
    """The pieces of a file that is no plain text, in order. What cannot be read ends in a piece that says so."""
    kind = kind_of(item.below)
    assert kind
    whole = Piece(item, item.name, 0, kind.name, chosen)
    try:
        if kind.name == "archive":
            for member in archives.members(item.path):
                yield from _inside(member, whole._replace(name=f"{item.name}/{member.name}", member=member.number))
        elif kind.name == "columns":
            yield from columns.pieces(item.path, whole)
        elif kind.name == "docx":
            with opened(item.path, "") as stream:
                yield whole._replace(content=stream.read())
        else:
            with opened(item.path, kind.packed) as stream:
                yield from _rowed(stream, whole, kind)
    except Unreadable as error:
        yield whole._replace(fault=str(error))
    except archives.BROKEN as error:
        yield whole._replace(fault=f"{item.name}: {getattr(error, 'strerror', None) or error}")


def _rowed(stream: IO[bytes], whole: Piece, kind: Kind) -> Iterator[Piece]:
    return lines.pieces(stream, whole) if kind.name == "jsonl" else delimited.pieces(stream, whole, kind.suffix)


def _inside(member: archives.Member, whole: Piece) -> Iterator[Piece]:
    """The pieces of a member of an archive; none where it is of no known kind, or holds an archive itself."""
    kind = kind_of(member.name)
    plain = member.name.lower().endswith(TEXTS)
    if (kind is None and not plain) or (kind and (kind.name == "archive" or kind.packed)) or Path(member.name).name.startswith("._"):
        return
    with member.open() as stream:
        if kind is None:
            yield whole._replace(kind="page" if is_page(member.name) else "plain", content=stream.read())
        elif kind.name == "docx":
            yield whole._replace(kind="docx", content=stream.read())
        elif kind.name == "columns":
            yield from columns.pieces(io.BytesIO(stream.read()), whole._replace(kind="columns"))
        else:
            yield from _rowed(stream, whole._replace(kind=kind.name), kind)


_ROWS = {"jsonl": lines.rows, lines.LONG: lines.long_line, "csv": delimited.rows, "columns": columns.rows}
_CUTS = {"jsonl": lines.cuts, "csv": delimited.cuts}


def rows(piece: Piece, keep_bad_bytes: bool = False) -> Iterator[Row | Bad]:
    """What a piece holds.

    Raises Unreadable where it is one document, and cannot be read."""
    if piece.fault:
        raise Unreadable(piece.fault)
    if piece.kind in _ROWS:
        yield from _ROWS[piece.kind](piece)
    elif piece.kind == "docx":
        yield Row(None, docx.text(piece.content, piece.name))
    elif piece.kind in ("plain", "page"):
        yield Row(None, _decoded(piece, keep_bad_bytes)[0])


def _decoded(piece: Piece, keep_bad_bytes: bool) -> tuple[str, Source]:
    try:
        name = said(piece.content) if piece.kind == "page" else None
        return decode(piece.content, keep_bad_bytes=keep_bad_bytes, said=name)
    except Unreadable as error:
        raise Unreadable(f"{piece.name}: {error}") from None


def documents(order: int, piece: Piece, keep_bad_bytes: bool = False) -> Iterator[Document | Bad]:
    """The documents in a piece; `order` is that of its first. A row that is named stands below its table, as a file would.

    Raises Unreadable."""
    if piece.kind == "page" and not piece.fault:
        yield html.document(order, piece.name, *_decoded(piece, keep_bad_bytes))
        return
    source = Source(piece.head.encoding, "", len(piece.content))
    if piece.kind == "plain" and not piece.fault:
        source = _decoded(piece, keep_bad_bytes)[1]
    for row in rows(piece, keep_bad_bytes):
        if isinstance(row, Bad):
            yield row
        else:
            path = piece.name if row.id is None else f"{piece.name}/{row.id}"
            at = order + (0 if row.row is None else row.row - piece.row)
            yield Document(at, path, row.row, row.text, paragraphs(row.text), source)


class Rewritten(NamedTuple):
    """What has become of a piece. texts: of a table in columns, None where all stay. patches: the way back."""

    content: bytes
    patches: tuple[Patch, ...] = ()
    texts: tuple[str | None, ...] | None = None
    changed: bool = False


def rewritten(piece: Piece, outcomes: Mapping[int | None, Outcome], texts_of_pages: bool) -> Rewritten:
    """A piece after the scripts of its documents, by row; what has none keeps its bytes. texts_of_pages: a page becomes its text,
    changed or not; else it stays.

    Raises Unwritable."""
    if piece.kind == "page":
        return Rewritten(_of_page(outcomes[None]), changed=True) if texts_of_pages and outcomes else Rewritten(piece.content)
    changed = {row: outcome for row, outcome in outcomes.items() if outcome.script}
    if not changed:
        return Rewritten(piece.content)
    if piece.kind == "plain":
        return Rewritten(encode(changed[None].settled, changed[None].document.source), changed=True)
    if piece.kind == "docx":
        return Rewritten(docx.rewritten(piece.content, changed[None].script, piece.name), changed=True)
    if piece.kind == "columns":
        texts = list(piece.texts)
        for row, outcome in changed.items():
            texts[(row or 0) - piece.row] = outcome.settled
        return Rewritten(b"", texts=tuple(texts), changed=True)
    cut = partial(_CUTS[piece.kind], piece)
    try:
        cuts = [c for row in rows(piece) if isinstance(row, Row) and row.row in changed for c in cut(row, changed[row.row].script)]
    except UnicodeEncodeError as error:
        raise Unwritable(f"{piece.name}: {piece.head.encoding} cannot hold {error.object[error.start : error.end]!a}") from None
    content, patches = carried_out(piece.content, cuts)
    return Rewritten(content, tuple(patches), changed=True)


def _of_page(outcome: Outcome) -> bytes:
    try:
        return encode(outcome.settled, outcome.document.source)
    except Unwritable:  # what stood in entities
        return encode(outcome.settled, outcome.document.source._replace(encoding="utf-8"))
