"""Tables with delimiters (csv, tsv; RFC 4180, read as Python's csv does): cut at row ends, changed inside the one field.

What is not changed keeps its bytes, quotes or none, and its line ends. A field that was not quoted is, where its new text
needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import IO, NamedTuple

from cleaner.edits import apply
from cleaner.formats.cuts import Cut, in_escaped
from cleaner.formats.piece import BATCH, Bad, Head, Piece, Row, surrogate
from cleaner.formats.plain import Unreadable, decode
from cleaner.model import Script
from cleaner.patterns import lazily

_BOM = b"\xef\xbb\xbf"
DELIMITERS = {".csv": ",;\t|", ".tsv": "\t", ".tab": "\t"}
"""By suffix; the first under which the head holds the column is meant."""


def pieces(stream: IO[bytes], whole: Piece, suffix: str) -> Iterator[Piece]:
    """The pieces of a table, in order; joined, they are its bytes. The first holds the head and no row.

    Raises Unreadable where its head has no such column, or where a quote is never closed."""
    content = stream.read(BATCH)
    while content and _ends(content, ",")[0] == 0 and (more := stream.read(BATCH)):
        content += more
    if not content.strip(_BOM + b"\r\n"):
        yield whole._replace(kind="same", documents=0, content=content + stream.read())
        return
    head, size = _head(content, whole, suffix)
    piece = whole._replace(head=head, documents=0, content=content[:size], line=1)
    yield piece
    row, line, content = 0, 1 + content.count(b"\n", 0, size), content[size:]
    while True:
        block = stream.read(max(BATCH, len(content)))  # a field that is long is not looked through again and again
        end, count = _ends(content, head.delimiter) if block else _ends(content + b"\n", head.delimiter, last=True)
        end = min(end, len(content))
        if end:
            yield piece._replace(row=row, line=line, documents=count, content=content[:end])
            row, line = row + count, line + content.count(b"\n", 0, end)
        content = content[end:] + block
        if not block:
            break
    if content:
        raise Unreadable(f"{whole.name}: row {row}, line {line}: a quote is never closed")


def _head(content: bytes, whole: Piece, suffix: str) -> tuple[Head, int]:
    """What the first row tells, and its size in bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"{whole.name}: csv is read in UTF-8 and in GB18030 or Big5, not in UTF-16")
    sample = content[: content.rfind(b"\n") + 1] or content
    encoding = decode(sample)[1].encoding
    shown: list[str] = []
    for delimiter in DELIMITERS.get(suffix, ",;\t|"):
        found = _row(delimiter).match(content) or _row(delimiter).match(content + b"\n")
        if not found:
            continue
        names = [field.text.removeprefix("\ufeff") for field in _fields(content[: found.end()], delimiter, encoding)]
        shown = shown or names
        if whole.columns.text in names:
            if whole.columns.id is not None and whole.columns.id not in names:
                raise Unreadable(f'{whole.name}: no column "{whole.columns.id}"; there are: {", ".join(names)}')
            named = None if whole.columns.id is None else names.index(whole.columns.id)
            return Head(delimiter, encoding, names.index(whole.columns.text), named), min(found.end(), len(content))
    if not shown:
        raise Unreadable(f"{whole.name}: row 0, line 1: a quote is never closed")
    raise Unreadable(f'{whole.name}: no column "{whole.columns.text}"; there are: {", ".join(shown)}')


@cache
def _row(delimiter: str) -> re.Pattern[bytes]:
    """A row with its end. A field that begins with a quote goes to its closing quote; what follows is taken along."""
    plain = rb"[^%b\r\n]*+" % re.escape(delimiter).encode()
    field = rb'(?:"[^"]*+(?:""[^"]*+)*+"%b|(?!")%b)' % (plain, plain)
    return re.compile(rb"(?:\xef\xbb\xbf)?+%b(?:%b%b)*+(?:\r\n|\n|\r)" % (field, re.escape(delimiter).encode(), field))


def _ends(content: bytes, delimiter: str, last: bool = False) -> tuple[int, int]:
    """Where the last whole row ends, and how many rows there are to there, blank lines not counted."""
    at = count = 0
    row = _row(delimiter)
    while found := row.match(content, at):
        if found.end() == len(content) and content.endswith(b"\r") and not last:
            break  # its other half may follow
        count += found.end() - at > 2 or bool(content[at : found.end()].strip(b"\r\n"))
        at = found.end()
    return at, count


class _Field(NamedTuple):
    text: str
    at: int
    raw: str
    quoted: bool


def _fields(line: bytes, delimiter: str, encoding: str) -> Sequence[_Field]:
    """The fields of a row, with their places in it. The separators are bytes of their own in every encoding that is read."""
    fields = []
    at = 3 if line.startswith(_BOM) else 0
    pattern = _field(delimiter)
    while True:
        found = pattern.match(line, at)
        assert found
        quoted = found[1] is not None
        raw = (found[1] if quoted else found[3]).decode(encoding)
        text = raw.replace('""', '"') + found[2].decode(encoding) if quoted else raw
        fields.append(_Field(text, found.start(1) if quoted else at, raw, quoted and not found[2]))
        at = found.end()
        if line[at : at + 1] != delimiter.encode():
            return fields
        at += 1


@cache
def _field(delimiter: str) -> re.Pattern[bytes]:
    plain = rb"[^%b\r\n]*+" % re.escape(delimiter).encode()
    return re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"(%b)|(%b)' % (plain, plain))


def rows(piece: Piece) -> Iterator[Row | Bad]:
    """The rows of a piece."""
    if not piece.documents:
        return
    head, number, line, at = piece.head, piece.row, piece.line, 0
    pattern, content = _row(head.delimiter), piece.content
    while at < len(content):
        found = pattern.match(content, at) or pattern.match(content + b"\n", at)
        assert found
        whole = content[at : found.end()]
        if len(whole) > 2 or whole.strip(b"\r\n"):
            try:
                yield _read(whole, at, number, head, piece)
            except (ValueError, IndexError) as error:
                yield Bad(number, f"{piece.name}: row {number}, line {line}: {error}")
            number += 1
        line += whole.count(b"\n")
        at += len(whole)


def _read(line: bytes, at: int, number: int, head: Head, piece: Piece) -> Row:
    try:
        fields = _fields(line, head.delimiter, head.encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"not in {head.encoding}: {error.reason}") from None
    if max(head.text, head.id or 0) >= len(fields):
        raise ValueError(f'no column "{piece.columns.text}": {len(fields)} fields only')
    field = fields[head.text]
    if fault := surrogate(field.text):
        raise ValueError(f'"{piece.columns.text}" {fault}')
    # Marks that close a field before its end are read as Python reads them; written, it would be another field.
    return Row(number, field.text, None if head.id is None else fields[head.id].text, at + field.at, field.raw, field.quoted)


def cuts(piece: Piece, row: Row, script: Script) -> list[Cut]:
    """A script for the text of a row, as cuts of the piece."""
    assert row.row is not None
    encoding = piece.head.encoding
    if row.quoted:
        return in_escaped(row.row, row.at, row.raw, script, _DOUBLED, lambda new: new.replace('"', '""'), encoding)
    new = apply(row.text, script)
    if row.raw == row.text and not any(mark in new for mark in (piece.head.delimiter, "\r", "\n")) and not new.startswith('"'):
        return in_escaped(row.row, row.at, row.raw, script, _NONE, lambda new: new, encoding)
    start, old = row.at, row.raw.encode(encoding)
    if row.raw != row.text:  # "a"b: all of it goes, with the mark before it
        start -= 1
        found = _field(piece.head.delimiter).match(piece.content, start)
        assert found
        old = found[0]
    return [Cut(row.row, start, old, ('"' + new.replace('"', '""') + '"').encode(encoding))]


_DOUBLED = lazily('""')
_NONE = lazily("(?!)")
