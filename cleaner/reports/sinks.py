"""The outputs of a run: which formats there are, and one output of a format, to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from cleaner.model import Outcome
from cleaner.reports import console, data, diffs, sidecar
from cleaner.reports.page import page, section

PARTS: Mapping[str, Callable[[Outcome, str], str]] = {
    "text": console.part,
    "json": data.json_items,
    "jsonl": data.jsonl,
    "csv": data.csv_rows,
    "html": lambda outcome, lang: section(outcome, lang) if outcome.findings else "",
    "diff": diffs.part,
    "metadata": sidecar.row,
}
"""How each format shows one document."""

PAGE = 24_000_000  # characters of documents on a page; beyond that they are named and counted, not drawn


def stdout() -> IO[bytes]:
    """Standard output, for bytes. Buffered, whatever PYTHONUNBUFFERED says: an unbuffered stream may write a part and stop."""
    return open(sys.stdout.fileno(), "wb", closefd=False)


class Sink:
    """An output that takes each document's part as it comes. path None: stdout.

    Raises OSError where the file cannot be written."""

    head = between = foot = ""
    mark = ""  # how a file of the format begins

    def __init__(self, path: Path | None, lang: str) -> None:
        self.lang = lang
        self.stream: IO[bytes] = stdout()
        self.file: IO[bytes] | None = None
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.stream = self.file = open(path, "wb")  # noqa: SIM115  (closed by close)
        self.empty = True
        self.write((self.mark if path else "") + self.head)

    def add(self, part: str) -> None:
        """The next document's part."""
        if part:
            self.write(part if self.empty else self.between + part)
            self.empty = False

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Nothing more comes."""
        self.write(self.foot)

    def close(self) -> None:
        """Let go of the file."""
        if self.file:
            self.file.close()
        else:
            self.stream.flush()

    def write(self, text: str) -> None:
        """Text, as UTF-8; what UTF-8 cannot hold (bytes that did not decode) is shown as an escape."""
        self.stream.write(text.encode("utf-8", "backslashreplace"))


class JsonSink(Sink):
    """One array of findings."""

    head, between, foot = "[\n", ",\n", "\n]\n"


class CsvSink(Sink):
    """A table with a head. In a file it begins with a BOM: without one, spreadsheets take Chinese for something else."""

    head = data.csv_lines([list(data.COLUMNS)])
    mark = "\ufeff"


class PageSink(Sink):
    """The page: its summary stands first, so the documents wait in a temporary file."""

    def __init__(self, path: Path | None, lang: str) -> None:
        super().__init__(path, lang)
        self.sections = TemporaryFile("w+", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
        self.size = self.left_out = 0

    def add(self, part: str) -> None:
        """A document's section, as long as the page is not too big to open."""
        if part and self.size + len(part) > PAGE:
            self.left_out += 1
        else:
            self.size += self.sections.write(part)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """The summary, and the sections after it."""
        self.sections.seek(0)
        parts = iter(lambda: self.sections.read(1 << 20), "")
        for piece in page({**summary, "left_out": self.left_out}, parts, self.lang):
            self.write(piece)

    def close(self) -> None:
        """Let go of the files."""
        self.sections.close()
        super().close()


def sink(name: str, path: Path | None, lang: str) -> Sink:
    """An output of a format."""
    kinds: Mapping[str, type[Sink]] = {"json": JsonSink, "csv": CsvSink, "html": PageSink}
    return kinds.get(name, Sink)(path, lang)
