"""Which files are tables, archives and Word files, by their names; nothing that reads them is loaded for it."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.formats.files import SUFFIXES

COMPRESSED = (".gz", ".zst")
ROWED = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".tab": "csv"}
IN_COLUMNS = (".parquet", ".arrow", ".feather")
TABLES = (*ROWED, *(name + packed for name in ROWED for packed in COMPRESSED), *IN_COLUMNS)
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
READ = (*SUFFIXES, *TABLES, ".docx", *ARCHIVES)
"""What `check` and `clean` read in folders."""


class Kind(NamedTuple):
    """What a file is by its name. suffix: of what it holds. packed: how that is compressed."""

    name: str
    suffix: str = ""
    packed: str = ""


def kind_of(name: str) -> Kind | None:
    """None for files of plain text."""
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
