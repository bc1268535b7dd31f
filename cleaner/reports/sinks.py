"""The outputs of a run: which formats there are, and one output of a format, to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from cleaner.model import Outcome
from cleaner.reports import console, data, diffs
from cleaner.reports.assembly import Assembly
from cleaner.reports.carried import carried
from cleaner.reports.page import FILES

PARTS: Mapping[str, Callable[[Outcome, str], str]] = {
    "text": console.part,
    "json": data.json_items,
    "jsonl": data.jsonl,
    "csv": data.csv_rows,
    "html": carried,
    "diff": diffs.part,
}
"""How each format shows one document."""


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
    """The page: its summary stands first, so the documents wait, packed.

    report: the folder of the report, which the page is told of. apart: style and script go into files of their own."""

    def __init__(self, path: Path | None, lang: str, report: Path | None = None, apart: bool = False) -> None:
        super().__init__(path, lang)
        self.beside = path.parent if path and apart else None
        self.assembly = Assembly(lang, None if report is None else str(report))

    def add(self, part: str) -> None:
        """A document's line, as long as the page is not too big to open."""
        if part:
            self.assembly.add(part)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """The summary, and what it sums up after it."""
        page = self.assembly.page(summary, apart=self.beside is not None)
        for piece in page.html():
            self.write(piece)
        if self.beside:
            for name, content in FILES.items():
                (self.beside / name).write_text(content(), "utf-8")

    def close(self) -> None:
        """Let go of the files."""
        self.assembly.close()
        super().close()


def sink(name: str, path: Path | None, lang: str, report: Path | None = None, apart: bool = False) -> Sink:
    """An output of a format. report, apart: see PageSink."""
    if name == "html":
        return PageSink(path, lang, report, apart)
    kinds: Mapping[str, type[Sink]] = {"json": JsonSink, "csv": CsvSink}
    return kinds.get(name, Sink)(path, lang)
