"""An output of a run: it takes each document's part as it comes, and goes to a file or to stdout."""

from __future__ import annotations

import codecs
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from cleaner.formats.plain import replaced


def encoding() -> str:
    """What standard output is written in, for people to read; where that is ASCII nobody has said, and it is UTF-8."""
    told = getattr(sys.stdout, "encoding", None) or "utf-8"
    return "utf-8" if codecs.lookup(told).name == "ascii" else told


def stdout() -> IO[bytes]:
    """Standard output, for bytes. Buffered, whatever PYTHONUNBUFFERED says: an unbuffered stream may write a part and stop."""
    return open(sys.stdout.fileno(), "wb", closefd=False)


class Sink:
    """An output that takes each document's part as it comes. path None: stdout. A file stands in its place when it is finished:
    what ends a run before that leaves what was there.

    Raises OSError where the file cannot be written."""

    head = between = foot = ""
    mark = ""  # how a file of the format begins
    encoding = "utf-8"
    errors = "backslashreplace"  # what UTF-8 cannot hold (bytes that did not decode) is shown as an escape

    def __init__(self, path: Path | None, lang: str) -> None:
        self.lang = lang
        self.path = path
        self.files = ExitStack()
        self.stream: IO[bytes] = self.files.enter_context(_opened(path)) if path else stdout()
        self.empty = True
        self.write((self.mark if path else "") + self.head)

    def add(self, part: str) -> None:
        """The next document's part."""
        if part:
            self.write(part if self.empty else self.between + part)
            self.empty = False

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Nothing more comes."""
        self.last(summary)
        with self._named():
            self.stream.flush()
            self.files.close()

    def last(self, summary: Mapping[str, Any]) -> None:
        """Write what comes last."""
        self.write(self.foot)

    def close(self) -> None:
        """Let go of the file; of what was not finished nothing stays."""
        with suppress(OSError):  # what could not be written was told
            self.files.__exit__(_Unfinished, _Unfinished(), None)

    def write(self, text: str) -> None:
        """Text, encoded."""
        with self._named():
            self.stream.write(text.encode(self.encoding, self.errors))

    @contextmanager
    def _named(self) -> Iterator[None]:
        """What goes wrong with a stream does not know the name of its file."""
        try:
            yield
        except OSError as error:
            error.filename = error.filename or (self.path and str(self.path))
            raise


class TextSink(Sink):
    """What is shown to people, on a console as it is used to."""

    def __init__(self, path: Path | None, lang: str) -> None:
        self.encoding = encoding() if path is None else "utf-8"
        super().__init__(path, lang)


class _Unfinished(Exception):  # noqa: N818
    """A run ended before its output did."""


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """A file that stands in its place when this ends well. What is no file (a device, a pipe) is written to as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        with open(path, "wb") as stream:
            yield stream
        return
    real = path.resolve()
    with replaced(real, stat.S_IMODE(real.stat().st_mode) if real.exists() else None, sync=False) as stream:
        yield stream
