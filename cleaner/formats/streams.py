"""Compressed files, read and written as streams: gzip from the standard library, zstandard where it is installed."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any

from cleaner.formats.plain import Unreadable


def needed(package: str, what: str, extra: str) -> Unreadable:
    """What to say where a package is not installed."""
    return Unreadable(f"{what} needs {package}: pip install 'policy-cleaner[{extra}]'")


@contextmanager
def opened(path: Path, suffix: str) -> Iterator[IO[bytes]]:
    """A file as it reads when decompressed. suffix: .gz, .zst or another.

    Raises Unreadable, also where it breaks off while it is read."""
    try:
        with open(path, "rb") as file:
            if suffix == ".gz":
                with gzip.open(file) as stream:
                    yield stream  # type: ignore[misc]
            elif suffix == ".zst":
                with BufferedReader(_Frames(file, _zstandard(path).ZstdDecompressor().decompressobj)) as stream:
                    yield stream
            else:
                yield file
    except (EOFError, OSError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise Unreadable(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    except Exception as error:
        if type(error).__module__.startswith("zstandard"):
            raise Unreadable(f"{path}: {error}") from error
        raise


class _Frames(RawIOBase):
    """Frames of zstandard, one after another. Its own reader takes a file that breaks off for one that has come to its end."""

    def __init__(self, file: IO[bytes], begin: Callable[[], Any]) -> None:
        self.file, self.begin = file, begin
        self.frame: Any = None
        self.left, self.packed = b"", b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises EOFError where the file breaks off."""
        while not self.left:
            self.packed = self.packed or self.file.read(_PACKED)
            if not self.packed:
                if self.frame:
                    raise EOFError("the compressed file ends before its end was marked")
                return 0
            self.frame = self.frame or self.begin()
            self.left = self.frame.decompress(self.packed)
            self.packed = self.frame.unused_data
            if self.frame.eof:
                self.frame = None
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size


_PACKED = 1 << 14  # bytes that are decompressed in one go


@contextmanager
def compressing(file: IO[bytes], suffix: str, path: Path) -> Iterator[IO[bytes]]:
    """A stream that writes to a file, compressed. The same bytes give the same file, whatever its name and the time."""
    if suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as stream:
            yield stream  # type: ignore[misc]
    elif suffix == ".zst":
        with _zstandard(path).ZstdCompressor(level=3).stream_writer(file, closefd=False) as stream:
            yield stream
    else:
        yield file


def _zstandard(path: Path):  # type: ignore[no-untyped-def]
    try:
        import zstandard
    except ImportError:
        raise needed("zstandard", f"{path}: .zst", "tables") from None
    return zstandard
