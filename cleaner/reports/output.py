"""An output of a run: it takes each document's part as it comes, and goes to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any


def stdout() -> IO[bytes]:
    """Standard output, for bytes. Buffered, whatever PYTHONUNBUFFERED says: an unbuffered stream may write a part and stop."""
    return open(sys.stdout.fileno(), "wb", closefd=False)


class Sink:
    """An output that takes each document's part as it comes. path None: stdout.

    Raises OSError where the file cannot be written."""

    head = between = foot = ""
    mark = ""  # how a file of the format begins
    errors = "backslashreplace"  # what UTF-8 cannot hold (bytes that did not decode) is shown as an escape

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
        """Text, as UTF-8."""
        self.stream.write(text.encode("utf-8", self.errors))
