"""Where a finding stands, as other tools count it: lines from 1, columns in UTF-16 units, paths from the top of the work tree."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from cleaner.git import root
from cleaner.patterns import lazily
from cleaner.views import Lines


class Spot(NamedTuple):
    """Lines and columns from 1; the end column is the one after the last unit."""

    line: int
    column: int
    end_line: int
    end_column: int


class Spots:
    """The places of a text. A column counts UTF-16 units, as SARIF's viewers, language servers and browsers do: 𠮷 is two. A BOM
    is not counted (SARIF 2.1.0, 3.30.2)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.bom = text.startswith("\ufeff")

    def exact(self, start: int, end: int) -> Spot:
        """Of a stretch, with the line end that it may close with: what an edit replaces."""
        return Spot(*self._place(start), *self._place(end))

    def shown(self, start: int, end: int) -> Spot:
        """Of a stretch, less the line ends and spaces that it closes with: a mark on the line after it would mislead."""
        closed = len(self.text[start:end].rstrip()) + start
        return self.exact(start, closed if closed > start else end)

    def _place(self, at: int) -> tuple[int, int]:
        line, column = self.lines.place(at)
        first = at - column + 1
        before = self.text[first:at]
        units = column if before.isascii() else column + len(_BEYOND.findall(before))
        return line, units - (self.bom and line == 1 and at > 0)


_BEYOND = lazily("[\U00010000-\U0010ffff]")


class Place(NamedTuple):
    """A file as seen from the top of the work tree, with /, and whether it lies in it; else its whole path."""

    path: str
    inside: bool

    @property
    def uri(self) -> str:
        """Percent-encoded: a reference from the top, or a whole URI."""
        if self.inside:
            return quote(self.path.encode("utf-8", "surrogateescape"), safe="/")
        return Path(self.path).as_uri()


def top() -> str:
    """The folder that paths are given from: the top of the work tree, else the current folder."""
    return root(os.getcwd()) or os.path.realpath(os.getcwd())


def place(path: str) -> Place:
    """Where a file stands, by its path from here. Links in its name are left as they are: git tracks them by that name."""
    if path == "-":
        return Place(path, True)
    return _place(path, os.getcwd())


@cache
def _place(path: str, here: str) -> Place:
    folder = top()
    whole = os.path.normpath(os.path.join(os.path.realpath(here), path))
    if not whole.startswith(folder.rstrip("/") + "/"):  # named by way of a link, it may be inside all the same
        parent = os.path.realpath(os.path.dirname(os.path.join(here, path)))
        whole = os.path.join(parent, os.path.basename(path))
    relative = os.path.relpath(whole, folder)
    inside = relative != ".." and not relative.startswith(f"..{os.sep}")
    return Place(relative.replace(os.sep, "/") if inside else whole, inside)
