"""The page as an output: its summary stands first, so the documents wait."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from cleaner.reports.output import Sink
from cleaner.reports.page import page

PAGE = 24_000_000  # characters of documents on a page; beyond that they are named and counted, not drawn


class PageSink(Sink):
    """The page; documents wait in a temporary file."""

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
