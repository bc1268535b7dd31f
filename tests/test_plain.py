"""Bytes in, text out, and back: nothing is lost, nothing is guessed."""

from __future__ import annotations

import codecs
import errno
import os
import subprocess
import sys
import timeit
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.formats import plain
from cleaner.formats.plain import Undecodable, Unreadable, Unwritable, decode, encode, holds, read, write

TITLE = "关于加强安全生产工作的通知"
PROSE = (
    "各位代表：\r\n　　现在，我代表市人民政府，向大会报告政府工作，请予审议。\r\n"
    "　　过去一年，全市上下坚持稳中求进，地区生产总值增长5.6%，一般公共预算收入达到120.5亿元。\r\n"
)
TAIWAN = "　　為促進地方發展，改善人民生活，特制定本辦法。\r\n　　本辦法所稱主管機關：在中央為內政部；在縣（市）為縣（市）政府。\r\n"
FRENCH = "L'été dernier, à l'école où j'étais élève, le règlement général était déjà affiché."
KOREAN = "대한민국 정부는 올해 경제 성장률을 높이기 위하여 새로운 정책을 발표하였다. 국회는 법률안을 심의하고 의결하였다."
JAPANESE = "政府は、経済成長を促進するための新しい政策を発表しました。国会では法律案が審議され、この法律は、公布の日から施行する。"
RUSSIAN = "Правительство Российской Федерации утвердило порядок предоставления субсидий из бюджета."

MARKED = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030")
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("\r\n　\u2028\ufeff的，。"))


# Nothing is lost.


@given(ANY_TEXT, st.sampled_from(MARKED))
def test_what_is_marked_comes_back(text: str, encoding: str) -> None:
    data = ("\ufeff" + text).encode(encoding)
    if encoding == "utf-16-le" and text.startswith("\0"):
        return  # these bytes are the mark of UTF-32
    read_text, source = decode(data)
    assert (read_text, source.encoding, source.faithful, source.broken) == ("\ufeff" + text, encoding, True, False)
    assert encode(read_text, source) == data


@given(ANY_TEXT.filter(lambda text: "\0" not in text and not text.startswith("%PDF-")))
def test_utf_8_comes_back(text: str) -> None:
    read_text, source = decode(text.encode())
    assert (read_text, source.encoding, source.faithful) == (text, "utf-8", True)
    assert encode(read_text, source) == text.encode()


@settings(max_examples=200)
@given(
    st.binary(max_size=80),
    st.booleans(),
    st.sampled_from((b"", TITLE.encode(), TITLE.encode("gb18030"), codecs.BOM_UTF16_LE, codecs.BOM_UTF8)),
)
def test_whatever_is_read_and_faithful_comes_back(data: bytes, keep: bool, head: bytes) -> None:
    data = head + data
    try:
        text, source = decode(data, keep_bad_bytes=keep)
    except Undecodable:
        return
    assert source.size == len(data)
    assert source.broken <= keep
    assert not source.faithful or encode(text, source) == data


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\n\r", ""])
def test_line_ends_stay(encoding: str, end: str) -> None:
    text = f"　　第一条 为了规范行政行为，制定本条例。{end}　　第二条 本市\u2028行政区域内适用本条例。{end}"
    read_text, source = decode(text.encode(encoding))
    assert (read_text, source.encoding) == (text, encoding)
    assert encode(read_text, source) == text.encode(encoding)


@pytest.mark.parametrize("data", [b"", b"\n", b"\r", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"3.6%"])
def test_the_smallest_files(data: bytes) -> None:
    text, source = decode(data)
    assert encode(text, source) == data


# What it is written in is told by its mark, by UTF-8, by the language.


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (TITLE, "gb18030", "gb18030"),
        (TITLE, "gbk", "gb18030"),
        (TITLE, "gb2312", "gb18030"),
        ("通告", "gb18030", "gb18030"),
        ("2024年 GDP 5.6%", "gb18030", "gb18030"),
        ("A区", "gb18030", "gb18030"),
        ("珲春、鄱阳、亳州", "gb18030", "gb18030"),
        ("為促進地方發展，特制定本辦法。", "gb18030", "gb18030"),  # traditional characters in GBK
        ("公文里的生僻字：𠮷㐂，四字节。" + PROSE, "gb18030", "gb18030"),
        ("\ue5e5" * 8 + "一、\n", "gb18030", "gb18030"),  # the full-width space of old pages
        (PROSE, "gb18030", "gb18030"),
        ("關於加強安全生產工作的通知", "big5", "cp950"),
        ("政府", "big5", "cp950"),
        (TAIWAN, "big5", "cp950"),
        ("香港特別行政區政府：①法律；②規例。", "big5hkscs", "big5hkscs"),
        (TITLE, "utf-16-le", "utf-16-le"),
        (TITLE, "utf-16-be", "utf-16-be"),
        (PROSE, "utf-16-le", "utf-16-le"),
        ("GDP 5.6%\r\n", "utf-16-le", "utf-16-le"),
        ("GDP 5.6%\r\n", "utf-16-be", "utf-16-be"),
        ("重\n", "utf-16-le", "utf-16-le"),  # its bytes are UTF-8 too, with a NUL
        ("王", "utf-8", "utf-8"),
        ("Ünïcödé", "utf-8", "utf-8"),
        ("鎬讳功璁", "utf-8", "utf-8"),  # mojibake that was saved: a matter for the rules
        ("中文\0通知", "utf-8", "utf-8"),  # a stray NUL
    ],
)
def test_the_encoding_is_known(text: str, encoding: str, named: str) -> None:
    read_text, source = decode(text.encode(encoding))
    assert (source.encoding, read_text) == (named, text)
    assert source.faithful
    assert encode(read_text, source) == text.encode(encoding)


# Of 16 characters and more: 上下坚持稳中 in UTF-16 is ASCII, byte for byte.
@given(st.integers(0, len(PROSE) - 16), st.integers(16, 60), st.sampled_from(("gb18030", "utf-16-le", "utf-16-be")))
def test_a_slice_is_enough(start: int, length: int, encoding: str) -> None:
    text = PROSE[start : start + length]
    assert decode(text.encode(encoding))[0] == text


@given(st.integers(0, len(TAIWAN) - 8), st.integers(8, 60))
def test_a_slice_of_big5_is_enough(start: int, length: int) -> None:
    text = TAIWAN[start : start + length]
    assert decode(text.encode("big5"))[0] == text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le"])
def test_the_language_is_looked_for_behind_a_long_head(encoding: str) -> None:
    text = "<!-- navigation -->\r\n" * 4000 + PROSE
    assert decode(text.encode(encoding))[0] == text


def test_a_doubled_code_is_not_faithful() -> None:
    data = TAIWAN.encode("big5") + b"\xa2\xcc"  # 十 once more, besides A451
    text, source = decode(data)
    assert text.endswith("十")
    assert not source.faithful


# What is no text is said, and never guessed.


@pytest.mark.parametrize(
    "data",
    [
        FRENCH.encode("latin-1"),
        "école".encode("latin-1"),
        "Chính".encode("latin-1"),
        "Die Änderung der Verordnung".encode("latin-1"),
        KOREAN.encode("euc-kr"),
        JAPANESE.encode("shift_jis"),
        JAPANESE.encode("euc-jp"),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("koi8-r"),
        b"\x80",
        b"\xff\xff\xff",
        bytes(range(128, 256)) * 4,
        TITLE.encode("utf-16-le") + b"\0",
        codecs.BOM_UTF16_LE + TITLE.encode("utf-16-le") + b"\0",
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x4e",
    ],
)
@pytest.mark.parametrize("keep", [False, True])
def test_what_is_not_known_is_refused(data: bytes, keep: bool) -> None:
    with pytest.raises(Undecodable):
        decode(data, keep_bad_bytes=keep)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\0\1\2\3", "binary data: a NUL at byte 0"),
        (b"\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0", "binary data: a NUL at byte 7"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "binary data: a PDF"),
        (b"PK\x03\x04\x14\0", "binary data: a ZIP archive or an Office document"),
        ("总书记".encode()[:-1], "UTF-8 but for 1 broken sequence, at byte 6, line 1; --keep-bad-bytes cleans around it"),
        (
            "一\r\n二\r三\n总".encode()[:-1] + "\r\n书\n".encode() + b"\xff",
            "UTF-8 but for 2 broken sequences, the first at byte 13, line 4; --keep-bad-bytes cleans around them",
        ),
        (codecs.BOM_UTF8 + TITLE.encode("gb18030"), "UTF-8 but for"),
        ((PROSE + TITLE).encode("gb18030")[:-1], "GB18030 but for 1 broken sequence, at byte"),
        (codecs.BOM_UTF16_LE + "一\n二".encode("utf-16-le") + b"a", "UTF-16-LE, but broken at byte 8, line 2"),
        (FRENCH.encode("latin-1"), "no UTF-8 from byte 2, line 1, on, and no Chinese in GB18030, Big5 or UTF-16 (perhaps cp1252)"),
    ],
)
def test_what_was_seen_is_said(data: bytes, said: str) -> None:
    with pytest.raises(Undecodable) as error:
        decode(data)
    assert str(error.value).startswith(said)


# UTF-8 that is broken is broken UTF-8.


@given(st.data())
def test_utf_8_cut_anywhere_is_not_taken_for_gb18030(data: st.DataObject) -> None:
    whole = PROSE.encode()
    gone = data.draw(st.sampled_from([i for i, byte in enumerate(whole) if byte >= 0x80]))
    broken = whole[:gone] + whole[gone + 1 :]
    with pytest.raises(Undecodable, match="UTF-8 but for 1 broken sequence"):
        decode(broken)
    text, source = decode(broken, keep_bad_bytes=True)
    assert (source.encoding, source.broken, source.faithful) == ("utf-8", True, True)
    assert encode(text, source) == broken


@pytest.mark.parametrize("cut", [1, 2, -1, -2])
def test_a_short_text_cut_in_the_middle_of_a_character(cut: int) -> None:
    data = "总书记强调".encode()
    data = data[cut:] if cut > 0 else data[:cut]
    with pytest.raises(Undecodable, match="UTF-8 but for 1 broken sequence"):
        decode(data)


def test_bad_bytes_far_down_are_seen() -> None:
    data = PROSE.encode() * 300
    with pytest.raises(Undecodable, match=f"UTF-8 but for 1 broken sequence, at byte {len(data)}, line 901"):
        decode(data + b"\xe6\x80\n" + PROSE.encode())


def test_bad_bytes_stay_where_the_text_around_them_changes() -> None:
    data = "总书记".encode()[:-1] + "，建建设\n".encode()
    text, source = decode(data, keep_bad_bytes=True)
    assert encode(text.replace("建建", "建"), source) == data.replace("建建".encode(), "建".encode())


@pytest.mark.parametrize(
    ("data", "old", "new"),
    [
        ("总书".encode()[:4] + "，".encode() + "书".encode()[1:], "，", ""),  # the halves would become a character
        (
            (PROSE + "总").encode("gb18030")[:-1] + b"\n" + TITLE.encode("gb18030"),
            "\n" + TITLE,
            TITLE,
        ),  # the half would swallow its neighbour
    ],
)
def test_an_edit_that_would_mend_bad_bytes_by_chance_is_not_written(data: bytes, old: str, new: str) -> None:
    text, source = decode(data, keep_bad_bytes=True)
    assert encode(text, source) == data
    assert old in text
    with pytest.raises(Unwritable):
        encode(text.replace(old, new), source)


# What an encoding can hold.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
@pytest.mark.parametrize(("new", "can"), [("", True), ("，", True), ("𠮷", True), ("\ufeff", True), ("a\udce6", False)])
def test_what_holds_everything(encoding: str, new: str, can: bool) -> None:
    assert holds(encoding)(new) is can


@pytest.mark.parametrize(
    ("new", "can"), [("", True), ("，", True), ("發", True), ("发", False), ("𠮷", False), ("¢", False), ("a\udce6", False)]
)
def test_what_big5_holds(new: str, can: bool) -> None:
    assert holds("cp950")(new) is can


def test_what_the_encoding_cannot_hold_is_not_written() -> None:
    text, source = decode(TAIWAN.encode("big5"))
    with pytest.raises(Unwritable, match="cp950 cannot hold"):
        encode(text + "发", source)
    assert encode(text + "发", source._replace(encoding="utf-8")) == (text + "发").encode()


# Files.


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_bytes(PROSE.encode("gb18030"))
    assert read(tmp_path / "报告.txt")[0] == PROSE


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x80")
    with pytest.raises(Undecodable, match=r"bad\.txt: no UTF-8"):
        read(tmp_path / "bad.txt")
    with pytest.raises(Unreadable, match=r"none\.txt: No such file"):
        read(tmp_path / "none.txt")
    with pytest.raises(Unreadable, match=r"Is a directory"):
        read(tmp_path)


def test_a_file_is_written_and_folders_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "c.txt", b"1", root=tmp_path)
    write(tmp_path / "a" / "b" / "c.txt", b"2", root=tmp_path)
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"2"
    assert names(tmp_path / "a" / "b") == ["c.txt"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o444, 0o600, 0o640, 0o755])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(mode)
    write(path, b"new", root=tmp_path, mode_of=path)
    write(tmp_path / "copy.txt", b"new", root=tmp_path, mode_of=path)
    assert path.read_bytes() == b"new"
    assert [p.stat().st_mode & 0o777 for p in (path, tmp_path / "copy.txt")] == [mode, mode]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_new_file_is_like_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_bytes(b"")
    write(tmp_path / "ours.txt", b"", root=tmp_path)
    assert (tmp_path / "ours.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


@pytest.mark.parametrize("name", ["汉" * 83 + "ab.txt", "a" * 251 + ".txt", "-", "a b\n.txt"])
def test_any_name_can_be_written(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, b"1", root=tmp_path)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_whatever_happens_the_old_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(plain.os, step, fails)
    with pytest.raises(KeyboardInterrupt if isinstance(fault, KeyboardInterrupt) else Unwritable):
        write(path, b"new", root=tmp_path)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    program = (
        "import os, signal, sys; from pathlib import Path; from cleaner.formats import plain\n"
        "plain.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "plain.write(Path(sys.argv[1]), b'new' * 100_000, root=Path(sys.argv[1]).parent)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == -9
    assert path.read_bytes() == b"old"


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "a.txt", tmp_path / "folder", tmp_path / ("a" * 300)):
        with pytest.raises(Unwritable, match=path.name):
            write(path, b"1", root=tmp_path)
    assert names(tmp_path) == ["file", "folder"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with links in it, and a file beside it that must never change."""
    (tmp_path / "root" / "sub").mkdir(parents=True)
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "a.txt").write_bytes(b"untouched")
    (tmp_path / "root" / "a.txt").write_bytes(b"old")
    for link, target in {
        "file-out": "../else/a.txt",
        "new-out": "../else/new.txt",
        "folder-out": "../else",
        "file-in": "a.txt",
        "folder-in": "sub",
        "round": "round",
    }.items():
        (tmp_path / "root" / link).symlink_to(target)
    return tmp_path / "root"


@pytest.mark.parametrize(
    "name", ["file-out", "new-out", "folder-out/a.txt", "folder-out/b/c.txt", "../else/a.txt", "sub/../../else/a.txt", "round"]
)
def test_no_link_is_followed_out_of_the_tree(root: Path, name: str) -> None:
    with pytest.raises(Unwritable, match=str(root / name) if "out" not in name else "is a link that leads out of"):
        write(root / name, b"new", root=root)
    assert names(root.parent / "else") == ["a.txt"]
    assert (root.parent / "else" / "a.txt").read_bytes() == b"untouched"


def test_a_link_inside_the_tree_is_written_through(root: Path) -> None:
    write(root / "file-in", b"new", root=root, mode_of=root / "file-in")
    write(root / "folder-in" / "b.txt", b"new", root=root)
    assert (root / "file-in").is_symlink()
    assert [(root / name).read_bytes() for name in ("a.txt", "sub/b.txt")] == [b"new", b"new"]


def test_the_tree_may_itself_be_reached_by_a_link(root: Path) -> None:
    (root.parent / "alias").symlink_to(root)
    write(root.parent / "alias" / "a.txt", b"new", root=root.parent / "alias")
    assert (root / "a.txt").read_bytes() == b"new"


# Speed.


def test_utf_8_is_read_in_no_time() -> None:
    data = (PROSE * 120).encode()[:20_000].decode(errors="ignore").encode()
    assert min(timeit.repeat(lambda: decode(data), number=10, repeat=5)) / 10 < 0.001


def test_utf_8_does_not_pay_for_the_others() -> None:
    program = "import sys; from cleaner.formats.plain import decode; decode('各位代表'.encode()); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not {"charset_normalizer", "opencc"} & set(modules)
