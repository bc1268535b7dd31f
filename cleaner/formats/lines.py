"""Tables with a json object a line (jsonl): cut at line ends, and changed inside the one string that holds the text.

What is not changed keeps its bytes: other columns, their order, spaces, escapes and line ends; and of the text, all that
stands around an edit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import IO, Any, NamedTuple

from cleaner.formats.cuts import Cut, in_escaped
from cleaner.formats.piece import BATCH, Bad, Piece, Row, surrogate
from cleaner.formats.plain import Unreadable
from cleaner.model import Script
from cleaner.patterns import lazily

_BOM = b"\xef\xbb\xbf"


def pieces(stream: IO[bytes], whole: Piece) -> Iterator[Piece]:
    """The pieces of a table, in order; joined, they are its bytes.

    Raises Unreadable where its first row has no such column, or where it is no json."""
    row, line, first = 0, 1, True
    for content, part in _batches(stream):
        if part:  # of a line too long to be held: the first part stands for it
            yield whole._replace(kind=LONG, row=row, line=line, documents=int(part == FIRST), content=content)
            row, line = (row + 1, line + 1) if part == LAST else (row, line)
            continue
        lines = content.split(b"\n")
        count = sum(1 for one in lines if one.strip())
        piece = whole._replace(row=row, line=line, documents=count, content=content)
        if first and count:
            _look(piece)
            first = False
        yield piece
        row, line = row + count, line + len(lines) - 1


FIRST, BETWEEN, LAST = "first", "between", "last"
LONG = "long line"  # how such a piece is read
LONGEST = 64 << 20  # bytes of a line that is held


def _batches(stream: IO[bytes]) -> Iterator[tuple[bytes, str]]:
    """Whole lines, some at a time; a line longer than LONGEST in parts, with what part it is."""
    rest: list[bytes] = []
    held = 0
    part = ""
    while block := stream.read(BATCH):
        if part:
            end = block.find(b"\n") + 1
            if not end:
                yield block, BETWEEN
                continue
            yield block[:end], LAST
            block, part = block[end:], ""
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join((*rest, block[:end])), ""
            rest, held = [], 0
        rest.append(block[end:])
        held += len(block) - end
        if held > LONGEST:
            yield b"".join(rest), FIRST
            rest, held, part = [], 0, FIRST
    if part:
        yield b"", LAST
    elif last := b"".join(rest):
        yield last, ""


def _look(piece: Piece) -> None:
    """Is this a table with such a column? The first row tells."""
    if piece.content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in piece.content[:64]:
        raise Unreadable(f"{piece.name}: jsonl is read in UTF-8; this seems to be UTF-16 or no text")
    first = next(rows(piece), None)
    if isinstance(first, Bad):
        raise Unreadable(first.reason)


def rows(piece: Piece) -> Iterator[Row | Bad]:
    """The rows of a piece that hold a text; a null holds none."""
    at, row = 0, piece.row
    for number, line in enumerate(piece.content.split(b"\n"), start=piece.line):
        if line.strip():
            try:
                found = _found(line, piece)
                fault = found and surrogate(found.text)
                if fault:
                    raise _Fault(f'"{piece.columns.text}" {fault}')
            except _Fault as error:
                yield Bad(row, f"{piece.name}: line {number}: {error}")
            else:
                if found:
                    yield found._replace(row=row, at=at + found.at)
            row += 1
        at += len(line) + 1


def long_line(piece: Piece) -> Iterator[Bad]:
    """What a part of a line holds that is too long: nothing that is looked at."""
    if piece.documents:
        yield Bad(piece.row, f"{piece.name}: line {piece.line}: longer than {LONGEST >> 20} MB; it is left as it is")


def cuts(piece: Piece, row: Row, script: Script) -> list[Cut]:
    """A script for the text of a row, as cuts of the piece."""
    # A line in ASCII was written so that it stays in ASCII.
    ascii_only = row.raw.isascii() and ("\\u" in row.raw or _line_of(piece, row).isascii())

    def escaped(new: str) -> str:
        return json.dumps(new, ensure_ascii=ascii_only)[1:-1]

    assert row.row is not None
    return in_escaped(row.row, row.at, row.raw, script, _ESCAPES, escaped, "utf-8")


def _line_of(piece: Piece, row: Row) -> bytes:
    end = piece.content.find(b"\n", row.at)
    return piece.content[piece.content.rfind(b"\n", 0, row.at) + 1 : end if end >= 0 else None]


_ESCAPES = lazily(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


class _Fault(ValueError):  # noqa: N818
    """What is wrong with a line."""


class _Value(NamedTuple):
    value: Any
    start: int
    end: int


def _found(line: bytes, piece: Piece) -> Row | None:
    """The text in a line; None where it is null."""
    body = line[3:] if line.startswith(_BOM) and piece.line == 1 else line
    try:
        string = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Fault(f"no UTF-8 at byte {error.start} of the line") from None
    try:
        values = _values(string)
    except (JSONDecodeError, StopIteration, RecursionError) as error:
        where = f": {error.msg}, at character {error.pos}" if isinstance(error, JSONDecodeError) else ""
        raise _Fault(f"bad JSON{where}") from None
    text, wanted, named = None, piece.columns.text, piece.columns.id
    for column in (wanted, *((named,) if named else ())):
        if column not in values:
            raise _Fault(f'no column "{column}"; there are: {", ".join(values) or "none"}')
    text = values[wanted]
    if text.value is None:
        return None
    if not isinstance(text.value, str):
        raise _Fault(f'"{wanted}" holds {_KINDS.get(type(text.value), "no text")}, not text')
    before = len(line) - len(body) + len(string[: text.start + 1].encode("utf-8"))
    name = values[named].value if named else None
    return Row(None, text.value, None if named is None else str(name), before, string[text.start + 1 : text.end - 1])


_KINDS = {dict: "an object", list: "an array", bool: "true or false", int: "a number", float: "a number"}
_SPACE = lazily(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def _values(line: str) -> Mapping[str, _Value]:
    """The members of an object, with where each value stands. Of equal keys the last one counts, as in json.loads."""

    def after_space(at: int) -> int:
        found = _SPACE.match(line, at)
        assert found
        return found.end()

    def expect(mark: str, at: int) -> int:
        if line[at : at + 1] != mark:
            raise JSONDecodeError(f"{mark} expected", line, at)
        return after_space(at + 1)

    values: dict[str, _Value] = {}
    at = expect("{", after_space(0))
    while line[at : at + 1] != "}":
        if values:
            at = expect(",", at)
        if line[at : at + 1] != '"':
            raise JSONDecodeError('" expected', line, at)
        key, at = scanstring(line, at + 1, True)
        at = expect(":", after_space(at))
        value, end = _DECODER.raw_decode(line, at)
        values[key] = _Value(value, at, end)
        at = after_space(end)
    if after_space(at + 1) != len(line):
        raise JSONDecodeError("more than one object", line, at + 1)
    return values
