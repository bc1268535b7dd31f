"""The page as an output: its summary stands first, so the documents wait, packed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cleaner.reports.assembly import Assembly
from cleaner.reports.output import Sink
from cleaner.reports.page import FILES


class PageSink(Sink):
    """The page.

    report: the folder of the report, which the page is told of. apart: style and script go into files of their own."""

    def __init__(self, path: Path | None, lang: str, report: Path | None = None, apart: bool = False) -> None:
        super().__init__(path, lang)
        self.beside = path.parent if path and apart else None
        self.assembly = Assembly(lang, None if report is None else str(report))

    def add(self, part: str) -> None:
        """A document's line, as long as the page is not too big to open."""
        if part:
            self.assembly.add(part)

    def last(self, summary: Mapping[str, Any]) -> None:
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
