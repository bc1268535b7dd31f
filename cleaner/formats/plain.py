"""Files of plain text, and the bytes they are: decode strictly, encode back to the same bytes, write without loss.

What a file is written in is told by its mark (BOM); else it is UTF-8 where it decodes; else the Chinese encoding whose
reading is the likeliest Chinese. What is none of these is refused, never guessed: a guess that is saved is a loss.
"""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.model import Source
from cleaner.patterns import lazily
from cleaner.views import code_points, traditional_to_simplified


class Unreadable(ValueError):  # noqa: N818
    """A file that cannot be read, or is no text; the message says which and why."""


class Undecodable(Unreadable):
    """Bytes that are no text in an encoding we know; the message says what was seen, and where."""


class Unwritable(ValueError):  # noqa: N818
    """A text that the encoding cannot hold, or a file that must not or cannot be written."""


class NoRoom(Unwritable):
    """A file that cannot be written, where no other can be either: the disk is full, or must not be written to."""


NO_ROOM = frozenset({errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Errors of the system after which nothing more can be written."""


def read(path: Path, *, keep_bad_bytes: bool = False, said: Callable[[bytes], str | None] | None = None) -> tuple[str, Source]:
    """The text of a file, with all it holds: BOM, line ends, indents. said: what its bytes say that they are written in.

    Raises Unreadable, which names the path."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    try:
        return decode(data, keep_bad_bytes=keep_bad_bytes, said=said and said(data))
    except Undecodable as error:
        raise Undecodable(f"{path}: {error}") from None


def decode(data: bytes, *, keep_bad_bytes: bool = False, said: str | None = None) -> tuple[str, Source]:
    """Bytes -> their text and what they are written in; a BOM stays in the text, as U+FEFF at position 0.

    keep_bad_bytes: sequences that are broken stand in the text as lone surrogates (U+DC80..U+DCFF). said: the encoding that they
    are said to be in: believed where they are not plainly something else.
    Raises Undecodable."""
    kind = next((kind for head, kind in _BINARY if data.startswith(head)), None)
    if kind:
        raise Undecodable(f"binary data: {kind}, not text")
    encoding = _marked(data)
    if encoding is None and b"\0" not in data:
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), _source(data, "utf-8")
    if encoding is None:
        encoding = _judged(data, said)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not (keep_bad_bytes and encoding in _PRINTED):
            raise Undecodable(_broken(data, encoding, error.start)) from None
        text = data.decode(encoding, "surrogateescape")
        return text, _source(data, encoding, faithful=text.encode(encoding, "surrogateescape") == data, broken=True)
    # Strict UTF is one to one; of the others some codes are doubled (Big5 has 十 twice).
    return text, _source(data, encoding, faithful=encoding.startswith("utf") or text.encode(encoding) == data)


def encode(text: str, source: Source) -> bytes:
    """The bytes of a text in the encoding of its source, bad bytes and all.

    Raises Unwritable where the encoding cannot hold the text, or where the bytes would read as another text."""
    errors = "surrogateescape" if source.broken else "strict"
    try:
        data = text.encode(source.encoding, errors)
        # A bad byte can swallow what an edit has brought next to it.
        one_to_one = source.encoding.startswith("utf") and not source.broken
        if one_to_one or data.decode(source.encoding, errors) == text:
            return data
    except UnicodeEncodeError as error:
        raise Unwritable(f"{source.encoding} cannot hold {error.object[error.start : error.end]!a}") from None
    except UnicodeDecodeError:
        pass
    raise Unwritable(f"written in {source.encoding}, the text would not read as it stands")


@cache
def holds(encoding: str) -> Callable[[str], bool]:
    """Can this encoding hold a new text, and give it back?"""

    def held(new: str) -> bool:
        if new.isascii():
            return True
        try:
            return new.encode(encoding).decode(encoding) == new
        except UnicodeError:
            return False

    return held


def write(path: Path, data: bytes, *, root: Path, mode_of: Path | None = None, sync: bool = True) -> None:
    """Put bytes in the place of a file, all or none: whatever happens, the old file or the new one stands.

    Folders are made as needed; the permissions are those of `mode_of`. A link inside `root` is written through, to the
    file it leads to. sync False: a power loss may take it, too, until `settled` was called; who writes many files knows how to
    write them again. Raises Unwritable, which names the path: where a link leads out of `root`, or the system refuses."""
    with replacing(path, root=root, mode_of=mode_of, sync=sync) as file:
        file.write(data)


@contextmanager
def replacing(path: Path, *, root: Path, mode_of: Path | None = None, sync: bool = True) -> Iterator[IO[bytes]]:
    """As `write`, of what is written to the stream."""
    target = _real(path, root)
    try:
        mode = stat.S_IMODE(mode_of.stat().st_mode) if mode_of else None
        target.parent.mkdir(parents=True, exist_ok=True)
        with replaced(target, mode, sync or not _SETTLES) as file:
            yield file
    except OSError as error:
        raise (NoRoom if error.errno in NO_ROOM else Unwritable)(f"{path}: {error.strerror or error}") from error


_SETTLES = hasattr(os, "sync")


def settled(folder: Path) -> None:
    """Returns when all that was written on the disk of a folder is there to stay. One call for thousands of files takes about as
    long as a few of them synced by themselves."""
    if not sys.platform.startswith("linux"):
        if _SETTLES:
            os.sync()
        return
    import ctypes

    opened = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(opened):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(opened)


def swept(folder: Path) -> None:
    """Remove what writing leaves in a folder when it is killed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [entry for entry in entries if _TEMPORARY.fullmatch(entry.name)]:
            os.unlink(entry.path)


_TEMPORARY = lazily(r"\.cleaner_[0-9a-f]{16}\.tmp")


def _real(path: Path, root: Path) -> Path:
    """Where a write to `path` goes, links followed; it must be in `root`."""
    try:
        real, inside = path.resolve(), root.resolve()
        if real.is_relative_to(inside):
            return real
        steps = [step for step in (*reversed(path.parents), path) if not root.is_relative_to(step)]
        link = next((step for step in steps if step.is_symlink() and not step.resolve().is_relative_to(inside)), None)
    except (OSError, RuntimeError) as error:
        raise Unwritable(f"{path}: its links lead nowhere") from error
    if link:
        raise Unwritable(f"{path}: {link} is a link that leads out of {root}, to {link.resolve()}")
    raise Unwritable(f"{path}: lies outside {root}")


@contextmanager
def replaced(target: Path, mode: int | None, sync: bool) -> Iterator[IO[bytes]]:
    """A stream that becomes a file, all or none.

    sync: it is on the disk before it is renamed, so that after a power loss the old file or the new one stands, never a part. The
    folder is not synced: that would only decide which of the two, at half the time of writing many files. Raises OSError."""
    # The name is its own, and short: one made from the target's could be longer than a name may be.
    temporary = target.with_name(f".cleaner_{secrets.token_hex(8)}.tmp")
    try:
        # os.open and not tempfile: a new file gets the permissions of any new file, not those of a secret.
        with os.fdopen(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "w+b") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def digest(stream: IO[bytes]) -> str:
    """The sha256 of what follows in a stream."""
    found = hashlib.sha256()
    while block := stream.read(1 << 20):
        found.update(block)
    return found.hexdigest()


_MARKS = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    ("\ufeff".encode("gb18030"), "gb18030"),
)

_PRINTED = {  # as people write them; those in which a line end is a byte of its own, so that text goes on after a bad one
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
}


_BINARY = (  # what turns up among scraped texts, under any name
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word or Excel document of before 2007"),
    (b"\x1f\x8b\x08", "gzip"),
)


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _source(data: bytes, encoding: str, *, faithful: bool = True, broken: bool = False) -> Source:
    return Source(encoding, hashlib.sha256(data).hexdigest(), len(data), faithful, broken)


def _broken(data: bytes, encoding: str, start: int) -> str:
    """What is wrong with bytes that are in an encoding, but for something at `start`."""
    if encoding not in _PRINTED:
        line = len(_LINE_END.findall(data[:start].decode(encoding, "ignore"))) + 1
        return f"{encoding.upper()}, but broken at byte {start}, line {line}"
    broken = len(_BAD_BYTES.findall(data.decode(encoding, "surrogateescape")))
    place = f"at byte {start}, {_line(data, start)}"
    if broken == 1:
        return f"{_PRINTED[encoding]} but for 1 broken sequence, {place}; --keep-bad-bytes cleans around it"
    return f"{_PRINTED[encoding]} but for {broken:,} broken sequences, the first {place}; --keep-bad-bytes cleans around them"


_LINE_END = lazily("\r\n|\r|\n")
_BAD_BYTES = lazily("[\udc80-\udcff]+")


def _line(data: bytes, place: int) -> str:
    """The line of a byte, in an encoding where a line end is a byte of its own."""
    before = data[:place]
    ends = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    return f"line {ends + 1}"


def _judged(data: bytes, said: str | None) -> str:
    """The encoding, among UTF-8 and the Chinese ones, whose reading of unmarked bytes is the likeliest Chinese.

    Every reading is weighed as a whole: the sum of the log-likelihoods of its characters, known from how often official
    text uses them. A bad byte or a NUL is unlikely, not impossible, so that broken UTF-8 (总 cut in half) is known for
    what it is, and not taken for the GB18030 that it decodes as (鎬讳). Raises Undecodable where no reading is likelier
    than Western text or than characters drawn by lot, and they are not said to be in an encoding that they decode in.
    """
    sample, whole = _sample(data)
    readings = [
        _Reading(_PRIORS[encoding] + _SAID * (encoding == said) + _likelihood(text), encoding, text)
        for encoding, text in _readings(sample, whole)
    ]
    best = max(readings)
    nul = data.find(b"\0")
    if nul >= 0 and best.encoding == "utf-8" and not best.text.isascii() and not _BAD_BYTES.search(best.text):
        return best.encoding  # a stray NUL among Chinese
    likely = best.likelihood >= max(_western(sample), _chance(best.text))
    if nul >= 0 and not (likely and best.encoding.startswith("utf-16") and "\0" not in best.text):
        raise Undecodable(f"binary data: a NUL at byte {nul}, and this is no UTF-16")
    if not likely:
        if said and said not in _PRIORS:
            with suppress(UnicodeDecodeError):
                data.decode(said)
                return said
        raise Undecodable(_unknown(data))
    return best.encoding


class _Reading(NamedTuple):
    likelihood: float
    encoding: str
    text: str


def _sample(data: bytes) -> tuple[bytes, bool]:
    """The stretch that is weighed, from where there is something else than ASCII; and whether it goes to the end."""
    first = _HIGH_OR_NUL.search(data)
    start = first.start() // 2 * 2 if first and len(data) > _SAMPLE else 0
    return data[start : start + _SAMPLE], start + _SAMPLE >= len(data)


_SAMPLE = 1 << 14
_HIGH_OR_NUL = lazily(b"[\0\x80-\xff]")


def _readings(sample: bytes, whole: bool) -> Iterator[tuple[str, str]]:
    """What the bytes read as in each encoding that can be theirs, bad ones as lone surrogates."""
    for encoding in _PRIORS:
        with suppress(UnicodeDecodeError):
            yield encoding, codecs.getincrementaldecoder(encoding)("surrogateescape").decode(sample, whole)


# Natural logarithms. Where there is too little evidence, UTF-8 and GB18030 are what people have.
_PRIORS = {"utf-8": 0.0, "gb18030": 0.0, "cp950": -3.0, "big5hkscs": -5.0, "utf-16-le": -6.0, "utf-16-be": -7.0}
_SAID = 30.0  # two or three characters that are unlikely in one encoding, and not in the other
_ASCII, _MARK, _FREQUENT, _COMMON, _FULL_WIDTH = -3.5, -5.5, -6.0, -7.5, -8.0
_SYMBOL, _LEVEL_1, _LEVEL_2, _RARE, _CONTROL = -9.0, -10.0, -12.0, -15.0, -20.0
_BAD_BYTE, _BAD_SEQUENCE, _IN_A_WORD = -9.0, -6.0, -6.0
_LOT, _DOUBT = -9.0, -8.0


def _likelihood(text: str) -> float:
    codes = code_points(text)
    broken = (codes >= 0xDC80) & (codes <= 0xDCFF)
    sequences = np.count_nonzero(broken[1:] & ~broken[:-1]) + int(broken[:1].sum())
    in_words = len(_IN_WORD.findall(text))
    return float(_characters()[np.minimum(codes, 0xFFFF)].sum() + _BAD_SEQUENCE * sequences + _IN_A_WORD * in_words)


# école: read as GB18030, the accent and its neighbour are one character, alone in a Latin word (閏ole).
_IN_WORD = lazily(r"(?<![^\0-\x7f])[^\0-\x7f](?=[a-z]{2})|(?<=[A-Za-z])[^\0-\x7f](?=[a-z])")


def _chance(text: str) -> float:
    """The likelihood of characters drawn by lot. With few of them, the doubt is on the side of Chinese."""
    ascii_ = len(text.encode("ascii", "ignore"))
    return _ASCII * ascii_ + _LOT * (len(text) - ascii_) + _DOUBT


def _western(sample: bytes) -> float:
    """The likelihood of the bytes as text in one of the Western encodings, where a letter is a byte."""
    return float(_letters()[np.frombuffer(sample, dtype=np.uint8)].sum()) - 4.0


@cache
def _letters() -> npt.NDArray[np.float32]:
    table = np.full(256, _ASCII, dtype=np.float32)
    table[:0x20] = _CONTROL
    table[[0x09, 0x0A, 0x0D]] = _ASCII
    table[0x80:0xC0] = -9.0  # marks and signs
    table[0xC0:0xDF] = -7.5  # capitals
    table[0xDF:] = -6.0
    return table


@cache
def _characters() -> npt.NDArray[np.float32]:
    """How likely each character of the basic plane is in official text; float32[65536], the last for all beyond."""
    table = np.full(0x10000, _RARE, dtype=np.float32)

    def put(characters: str, likelihood: float) -> None:
        table[code_points(characters)] = likelihood

    put(_block("gb2312", range(0xA1, 0xAA)), _SYMBOL)
    put(_block("gb2312", range(0xA4, 0xA6)), _LEVEL_2)  # kana
    put(_block("big5", range(0xA4, 0xC6)) + _block("gb2312", range(0xD8, 0xF8)), _LEVEL_2)
    put(_block("gb2312", range(0xB0, 0xD8)), _LEVEL_1)
    put(_OFTEN, _COMMON)
    put(_OFTEN[:200], _FREQUENT)
    for traditional, simplified in traditional_to_simplified().items():
        if len(traditional.encode("utf-16-le")) == 2 and ord(simplified) < 0x10000:
            table[ord(traditional)] = max(table[ord(traditional)], table[ord(simplified)] - 0.5)
    table[0xFF01:0xFF5F] = _FULL_WIDTH
    put("°℃‰×①②③④⑤⑥⑦⑧⑨⑩", _FULL_WIDTH)
    put("、。，；：？！“”‘’（）《》〈〉【】〔〕「」『』—…·　～％", _MARK)
    table[:0x20] = table[0x7F:0xA0] = _CONTROL
    table[0xE5E5] = _SYMBOL  # a full-width space of old GBK pages, A3A0
    table[0x20:0x7F] = table[[0x09, 0x0A, 0x0D]] = _ASCII
    table[0xDC80:0xDD00] = _BAD_BYTE
    table[0xFDD0:0xFDF0] = table[0xFFFE] = _CONTROL
    return table


def _block(encoding: str, leads: range) -> str:
    """The characters of a double-byte encoding whose first byte is one of these."""
    pairs = (bytes((lead, trail)) for lead in leads for trail in range(0x40, 0xFF))
    return b"\n".join(pairs).decode(encoding, "ignore")  # a line each, so that what is no character takes no byte of the next


# The characters that make up nine tenths of official text, most frequent first.
_OFTEN = (
    "的人和业国行民第法条定政一工有应理发会设建十规以管当生产用制关务作大在主中部经进地全要展不保化市实者机等动合加对本能门区"
    "资二为年公或三事施体方改提家重上力员成社新其出安是五位同可物责开强分级技企标府及构高水准单护自持四处通济品内时性基下农各"
    "度环境共项监代学个权服推利依所由现信我计证增划系面术件场并文得据任照平与量期院交于立治他义程收育活决教组营入革委造了向取"
    "过查城议表外质调数办统报放相职金案运源目按支防日结科审到点省情使明备长求六们供好域织元导范正费专电批违请商完智督告检后县"
    "款效息律投续创之万九多前领七道步反协执特集善指村态确八式例坚解需百排路意申接总予原广采核价策整种必具财未险负车这形就更况"
    "常医根受益优口起污格列将党间控限从网型海料积障际罚来研联快验预节深置健乡配心融促评记月布严复消措书问流次转知止题修认章测"
    "线极适变础局害承台许气养类小给染究稳众无助名则风须群围算军易别装因参果传卫继林除励维争模土比包诉房华做税已镇直令先团达识"
    "销居被引培约容额碳色试战疗升校东互两子劳族符落减低住食然输举扩少存登也司罪精鼓补担序示非见干亿筑绿犯影急还材药最损都器把"
    "界清命些属字失而察综响超偿选康刑千挥视停值游思着切注率移托世志病突履户观货老纳势央但充废危才手考破贸打河救论阶称密普断征"
    "该届较真没旅层故历身想送速今判录络空山港神难编禁船队付略回固灾守警带矿园债训去号努景括售史购裁南斗再贯辖素逐享段显说近如"
)


def _unknown(data: bytes) -> str:
    """What to say of bytes that are no Chinese text: where UTF-8 ends, and what else they may be."""
    from charset_normalizer import from_bytes

    try:
        start = len(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        start = error.start
    enough = len(data) >= 64  # of shorter texts charset-normalizer takes the French for Russian
    guess = from_bytes(data[:_SAMPLE], cp_isolation=_ELSEWHERE, enable_fallback=False).best() if enough else None
    perhaps = f" (perhaps {guess.encoding})" if guess else ""
    return f"no UTF-8 from byte {start}, {_line(data, start)}, on, and no Chinese in GB18030, Big5 or UTF-16{perhaps}"


_ELSEWHERE = ["cp1252", "cp1251", "koi8_r", "shift_jis", "euc_jp", "euc_kr"]
