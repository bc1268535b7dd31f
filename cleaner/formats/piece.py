"""What tables and archives are cut into, so that no more of them is held than is worked on."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.formats.files import Item

BATCH = 1 << 20  # bytes of a piece, about; a row is never cut


class Columns(NamedTuple):
    """Which column of a table holds the text, and which one names the row (None: its number does)."""

    text: str = "text"
    id: str | None = None


class Head(NamedTuple):
    """What is known of a delimited table from its first row."""

    delimiter: str = ","
    encoding: str = "utf-8"
    text: int = 0
    id: int | None = None


class Piece(NamedTuple):
    """Some rows of a table, or a document in an archive or a Word file.

    item: the file. name: what users see, with the member of an archive. member: its number in the archive, 0 where there is
    none. kind: how it is read. columns: which are meant. row, line: of its first row, from 0 and from 1. documents: how many
    it may hold. content: its bytes. texts: where the format has no bytes for a row (parquet, arrow), the texts. fault: why
    nothing of it can be read."""

    item: Item
    name: str
    member: int
    kind: str
    columns: Columns
    row: int = 0
    line: int = 1
    documents: int = 1
    content: bytes = b""
    head: Head = Head()
    texts: tuple[str | None, ...] = ()
    ids: tuple[str, ...] = ()
    fault: str | None = None


class Row(NamedTuple):
    """A text in a piece. row None: it is a document of its own. at: the byte of the piece from where its escaped form stands,
    `raw`; quoted: in marks."""

    row: int | None
    text: str
    id: str | None = None
    at: int = 0
    raw: str = ""
    quoted: bool = True


class Bad(NamedTuple):
    """A row that cannot be read, and why."""

    row: int
    reason: str


def surrogate(text: str) -> str | None:
    """What to say of a text that no encoding can hold; None for all others."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"holds a lone surrogate, \\u{ord(text[error.start]):04x}, at character {error.start}"
    return None
