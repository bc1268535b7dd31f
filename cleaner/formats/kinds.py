"""Which files are tables, archives and Word files, by their names; nothing that reads them is loaded for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cleaner.formats.files import NO_COLUMN, REPORT, TEXTS, Gathered, leaving_out
from cleaner.formats.pages import is_page

COMPRESSED = (".gz", ".zst")
ROWED = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".tab": "csv"}
IN_COLUMNS = (".parquet", ".arrow", ".feather")
TABLES = (*ROWED, *(name + packed for name in ROWED for packed in COMPRESSED), *IN_COLUMNS)
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
READ = (*TEXTS, *TABLES, ".docx", *ARCHIVES)
"""What `check` and `clean` read in folders."""


class Kind(NamedTuple):
    """What a file is by its name. suffix: of what it holds. packed: how that is compressed."""

    name: str
    suffix: str = ""
    packed: str = ""


def kind_of(name: str) -> Kind | None:
    """None for files of plain text, and for pages of HTML: those are a document each."""
    name = name.lower()
    if name.endswith(ARCHIVES):
        return Kind("archive")
    if name.endswith(IN_COLUMNS):
        return Kind("columns")
    if name.endswith(".docx"):
        return Kind("docx")
    packed = next((end for end in COMPRESSED if name.endswith(end)), "")
    suffix = next((end for end in ROWED if name.removesuffix(packed).endswith(end)), None)
    return Kind(ROWED[suffix], suffix, packed) if suffix else None


def less_strange(gathered: Gathered, column: str) -> Gathered:
    """Less the tables of folders whose first row shows that they have no such column: they hold something else. One that is named is
    read, and told."""
    return leaving_out(gathered, {item.name for item in gathered.items if item.folder is not None and _lacks(item.path, column)}, NO_COLUMN)


def less_reports(gathered: Gathered) -> Gathered:
    """Less the pages of folders that cleaner wrote itself: they are about texts, and none."""
    pages = (item for item in gathered.items if item.folder is not None and is_page(item.below))
    return leaving_out(gathered, {item.name for item in pages if _OURS in _head(item.path, _LOOKED_AT)}, REPORT)


_OURS = b'<meta name="generator" content="policy-cleaner">'
_LOOKED_AT = 1 << 10
_HEAD = 1 << 16  # bytes of a table that are looked at


def _lacks(path: Path, column: str) -> bool:
    """Has a table certainly no such column?"""
    kind = kind_of(path.name)
    if kind is None or kind.packed or kind.name not in ("jsonl", "csv"):
        return False
    first = _head(path, _HEAD).split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    if kind.name == "csv":
        return bool(first) and column not in _fields(first)
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and column not in row


def _head(path: Path, size: int) -> bytes:
    """The first bytes of a file; none where it cannot be read, which is told when it is."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _fields(line: str) -> Iterable[str]:
    return (field.strip().strip('"').strip() for field in re.split(r"[,;\t|]", line))
