"""A page put together as documents come: what is counted of them, the first of them as plain HTML, all of them packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import Any

from cleaner.reports.carried import line_of, opened
from cleaner.reports.listing import listing
from cleaner.reports.overview import Census
from cleaner.reports.page import PLAIN, Page, pack, run_of

LIMIT = 13_500_000  # characters of packed documents on a page; beyond that they are counted, not carried
PIECE = 1_500_000  # characters that are packed together: a browser reads so many without a pause that is felt
FULL = 3_000_000  # characters of text: beyond that only what findings speak of is carried


class Assembly:
    """A page in the making."""

    def __init__(self, lang: str, report: str | None) -> None:
        self.lang = lang
        self.report = report
        self.census = Census()
        self.plain: list[str] = []
        self.waiting: list[str] = []
        self.waiting_size = self.text_size = self.packed_size = self.left_out = 0
        self.packed = TemporaryFile("w+", encoding="ascii")  # noqa: SIM115  (closed by close)

    def add(self, line: str) -> None:
        """One more document, as carried.py gives it."""
        document = opened(line)
        self.census.add(document)
        if self.packed_size > LIMIT:
            self.left_out += 1
            return
        self.plain += listing(document, PLAIN - len(self.plain), self.lang)
        if self.text_size > FULL:
            document["t"] = [stretch for stretch in document["t"] if stretch[3]]
            line = line_of(document)
        self.text_size += sum(len(stretch[2]) for stretch in document["t"])
        self.waiting.append(line)
        self.waiting_size += len(line)
        if self.waiting_size > PIECE:
            self._pack()

    def page(self, summary: Mapping[str, Any], *, apart: bool = False) -> Page:
        """The page, when no more documents come."""
        self._pack()
        return Page(
            {**summary, "left_out": self.left_out},
            self.census,
            "".join(self.plain),
            self._pieces(),
            run_of(self._pieces()),
            self.lang,
            self.report,
            apart,
        )

    def close(self) -> None:
        """Let go of what was packed."""
        self.packed.close()

    def _pack(self) -> None:
        if self.waiting:
            piece = pack("".join(self.waiting))
            self.packed_size += len(piece)
            self.packed.write(piece + "\n")
            self.waiting, self.waiting_size = [], 0

    def _pieces(self) -> Iterator[str]:
        self.packed.seek(0)
        for line in self.packed:
            yield line.rstrip("\n")
