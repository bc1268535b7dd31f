"""Archives (zip, tar), read and written in place: member by member, in their order, nothing unpacked."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from cleaner.formats.plain import Unreadable

BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)
"""What reading a broken or an encrypted archive may raise, also later, from the streams of its members."""


class Member(NamedTuple):
    """A file in an archive. open: to read it, before the next one is asked for."""

    number: int
    name: str
    open: Callable[[], IO[bytes]]


def members(path: Path) -> Iterator[Member]:
    """The files in an archive, in their order.

    Raises Unreadable."""
    try:
        if path.name.lower().endswith(".zip"):
            yield from _zipped(path)
        else:
            yield from _tarred(path)
    except BROKEN as error:
        raise Unreadable(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _zipped(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for number, info in enumerate(archive.infolist()):
            if not info.is_dir():
                if info.flag_bits & 1:
                    raise Unreadable(f"{path}: {_name(info)} is encrypted")
                yield Member(number, _name(info), lambda info=info: archive.open(info))  # type: ignore[misc]


def _name(info: zipfile.ZipInfo) -> str:
    """Without a flag that says UTF-8, what Windows packs in China is named in GBK."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return info.filename


def _tarred(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r:*") as archive:
        for number, info in enumerate(archive):
            if info.isfile():
                yield Member(number, info.name, lambda info=info: _stream(archive, info))  # type: ignore[misc]


def _stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    assert stream
    return stream


Changed = Callable[[int], Path | None]
Named = Callable[[int], str | None]


def write(path: Path, target: IO[bytes], changed: Changed, named: Named) -> None:
    """The archive, written to `target` with other contents. changed: of a member, by number, the file that holds its new
    content; None where it stays. named: its new name; None where that stays. Times, permissions and order stay, and what is no
    file."""
    if path.name.lower().endswith(".zip"):
        _write_zip(path, target, changed, named)
    else:
        _write_tar(path, target, changed, named)


def _write_zip(path: Path, target: IO[bytes], changed: Changed, named: Named) -> None:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        new.comment = old.comment
        for number, info in enumerate(old.infolist()):
            content = changed(number)
            fresh = zipfile.ZipInfo(named(number) or _name(info), info.date_time)
            fresh.compress_type, fresh.external_attr, fresh.comment = info.compress_type, info.external_attr, info.comment
            fresh.create_system, fresh.file_size = info.create_system, content.stat().st_size if content else info.file_size
            with open(content, "rb") if content else old.open(info) as source, new.open(fresh, "w") as out:
                _copy(source, out)


def _write_tar(path: Path, target: IO[bytes], changed: Changed, named: Named) -> None:
    packed = path.name.lower().endswith("gz")
    with tarfile.open(path, "r:*") as old:
        form, headers = old.format if old.format is not None else tarfile.PAX_FORMAT, old.pax_headers
        with tarfile.open(fileobj=target, mode="w:gz" if packed else "w", format=form, pax_headers=headers) as new:
            renamed: dict[str, str] = {}
            for number, info in enumerate(old):
                content = changed(number)
                name = named(number)
                if name or info.linkname in renamed:  # a hard link names what it is one to
                    renamed[info.name] = name or info.name
                    info.name, info.linkname = renamed[info.name], renamed.get(info.linkname, info.linkname)
                    info.pax_headers = {key: value for key, value in info.pax_headers.items() if key not in ("path", "linkpath")}
                if content:
                    info.size = content.stat().st_size
                    with open(content, "rb") as source:
                        new.addfile(info, source)
                else:
                    new.addfile(info, _stream(old, info) if info.isfile() else None)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while block := source.read(1 << 20):
        target.write(block)
