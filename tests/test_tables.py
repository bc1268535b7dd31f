"""Tables, archives and Word files: what is read tiles the file, what has no findings keeps its bytes, and undo gives them back."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Cleaner
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.edits import apply
from cleaner.formats import delimited, lines
from cleaner.formats.cuts import Cut, carried_out
from cleaner.formats.files import Item
from cleaner.formats.piece import Bad, Columns, Piece, Row
from cleaner.formats.plain import Unreadable
from cleaner.model import Edit
from cleaner.rows import Lake

DIRTY = "(上接第1版)推进体系建建设,落实各项任务。"
CLEAN = "推进体系建设，落实各项任务。"
LONG = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
TEXTS = st.text(st.sampled_from("中文,\"\n\r\\/\tab𠮷;'é\u2028\x7f"), max_size=12)


def whole(kind: str, columns: Columns = Columns()) -> Piece:  # noqa: B008
    return Piece(Item(Path("t"), "t", "t"), "t", 0, kind, columns)


def read(found: object) -> Row:
    assert isinstance(found, Row)
    return found


def edits(text: str, chance: random.Random) -> tuple[Edit, ...]:
    """Some edits of a text."""
    places = sorted(chance.sample(range(len(text) + 1), min(len(text) + 1, 2 * chance.randint(0, 3)) // 2 * 2))
    new = ["", "，", '"', "x\n", "\\", ","]
    script = [Edit(start, text[start:end], chance.choice(new), "X") for start, end in zip(places[::2], places[1::2])]
    return tuple(edit for edit in script if edit.old != edit.new)


# --- jsonl ------------------------------------------------------------------------------------------


@st.composite
def jsonl(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A table as all kinds of writers may write it, and its texts."""
    texts = draw(st.lists(TEXTS, max_size=6))
    out = []
    for text in texts:
        members = [("id", draw(st.integers())), ("text", text), ("more", draw(st.sampled_from([None, [1, {"text": "in"}], 1.50, "é\\"])))]
        row = dict(draw(st.permutations(members)))
        separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " :  ")]))
        out.append(
            json.dumps(row, ensure_ascii=draw(st.booleans()), separators=separators).replace("/", draw(st.sampled_from(["/", "\\/"])))
        )
        out += draw(st.lists(st.sampled_from(["", " ", "\r"]), max_size=1))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (end.join(out) + draw(st.sampled_from(["", end]))).encode(), texts


@given(jsonl(), st.integers(1, 60), st.randoms(use_true_random=False))
def test_jsonl_is_tiled_and_changed_inside_the_text_only(made: tuple[bytes, list[str]], batch: int, chance: random.Random) -> None:
    content, texts = made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BATCH", batch)
        pieces = list(lines.pieces(io.BytesIO(content), whole("jsonl")))
    assert b"".join(p.content for p in pieces) == content
    rows = [(p, read(found)) for p in pieces for found in lines.rows(p)]
    assert [row.text for _, row in rows] == texts
    assert [row.row for _, row in rows] == list(range(len(texts)))
    assert sum(p.documents for p in pieces) == len(texts)
    after = b""
    scripts = {row.row: edits(row.text, chance) for _, row in rows}
    for p in pieces:
        cuts = [cut for found in lines.rows(p) for cut in lines.cuts(p, read(found), scripts[read(found).row])]
        new, patches = carried_out(p.content, cuts)
        if not cuts:
            assert new == p.content
        back, _ = carried_out(new, [Cut(c.row, c.start, new[c.start : c.start + c.length], c.old) for c in patches])
        assert back == p.content
        after += new
    changed = [json.loads(line) for line in after.split(b"\n") if line.strip()]
    before = [json.loads(line) for line in content.split(b"\n") if line.strip()]
    assert [row["text"] for row in changed] == [apply(text, scripts[n]) for n, text in enumerate(texts)]
    assert [[(k, v) for k, v in row.items() if k != "text"] for row in changed] == [
        [(k, v) for k, v in row.items() if k != "text"] for row in before
    ]


def test_a_line_in_ascii_stays_in_ascii(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "推进体系建设,落实。", "n": 1.0}) + "\n", "utf-8")
    assert cleaner("clean", "a.jsonl", "-o", "out").code == 0
    assert (tmp_path / "out" / "a.jsonl").read_text("utf-8") == json.dumps({"text": "推进体系建设，落实。", "n": 1.0}) + "\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{bad", 'line 2: bad JSON: " expected, at character 1'),
        ('{"text": "a"} {}', "line 2: bad JSON: more than one object"),
        ('{"text": "a"', "line 2: bad JSON: , expected"),
        ("[1]", "line 2: bad JSON: { expected"),
        ('{"body": "a", "n": 1}', 'line 2: no column "text"; there are: body, n'),
        ('{"text": 3}', 'line 2: "text" holds a number, not text'),
        ('{"text": "a\\ud83d"}', 'line 2: "text" holds a lone surrogate, \\ud83d, at character 1'),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_kept(cleaner: Cleaner, tmp_path: Path, line: str, reason: str) -> None:
    good = json.dumps({"text": DIRTY}, ensure_ascii=False)
    (tmp_path / "a.jsonl").write_text(f"{good}\n{line}\n{good}\n", "utf-8")
    ran = cleaner("clean", "a.jsonl", "-o", "out")
    assert ran.code == 2
    assert f"a.jsonl: {reason}" in ran.err
    after = (tmp_path / "out" / "a.jsonl").read_text("utf-8").split("\n")
    assert after[1] == line
    assert [json.loads(after[n])["text"] for n in (0, 2)] == [CLEAN, CLEAN]


def test_a_null_is_no_document(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": null}\n{"text": "好。"}\n', "utf-8")
    ran = cleaner("check", "a.jsonl")
    assert ran.code == 0
    assert "documents: 1," in ran.err


# --- csv --------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, list[list[str]], str]:
    """A table as Python's csv writes it, some more quotes than are needed."""
    delimiter = draw(st.sampled_from([",", "\t", ";"]))
    rows = draw(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=5))
    out = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n"]))
    for row in [["id", "text", "more"], *rows]:
        # a lone \r goes unquoted where lines end in \n, and could not be read back by any reader
        quoting = csv.QUOTE_ALL if "\r" in "".join(row) else draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(row)
    content = out.getvalue().encode()
    return (
        draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + (content if draw(st.booleans()) else content.removesuffix(end.encode())),
        rows,
        delimiter,
    )


@given(tables(), st.integers(1, 60), st.randoms(use_true_random=False))
def test_csv_is_tiled_and_changed_inside_the_field_only(
    made: tuple[bytes, list[list[str]], str], batch: int, chance: random.Random
) -> None:
    content, expected, delimiter = made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BATCH", batch)
        pieces = list(delimited.pieces(io.BytesIO(content), whole("csv", Columns("text", "id")), ".csv"))
    assert b"".join(p.content for p in pieces) == content
    rows = [read(found) for p in pieces for found in delimited.rows(p)]
    assert [(row.id, row.text) for row in rows] == [(row[0], row[1]) for row in expected]
    assert [row.row for row in rows] == list(range(len(expected)))
    scripts = {row.row: edits(row.text, chance) for row in rows}
    after = b""
    for p in pieces:
        cuts = [cut for found in delimited.rows(p) for cut in delimited.cuts(p, read(found), scripts[read(found).row])]
        new, patches = carried_out(p.content, cuts)
        back, _ = carried_out(new, [Cut(c.row, c.start, new[c.start : c.start + c.length], c.old) for c in patches])
        assert back == p.content
        after += new
    if not any(scripts.values()):
        assert after == content
    changed = list(csv.reader(io.StringIO(after.decode("utf-8-sig"), newline=""), delimiter=delimiter))[1:]
    assert changed == [[row[0], apply(row[1], scripts[n]), row[2]] for n, row in enumerate(expected)]


@given(st.text(st.sampled_from('a,"\n\r'), max_size=14))
@example('a"b,"c"d,e\n')
@example('"a"b""c",x\r')
def test_rows_are_those_of_pythons_csv(body: str) -> None:
    """Whatever stands there: quotes in the middle of a field, after its end, never closed."""
    content = ("text,b\n" + body).encode()
    try:
        pieces = list(delimited.pieces(io.BytesIO(content), whole("csv"), ".csv"))
    except Unreadable:
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(body, newline=""), strict=True))
        return
    found = [row for p in pieces for row in delimited.rows(p)]
    expected = [row for row in csv.reader(io.StringIO(body, newline="")) if row]
    assert [read(row).text for row in found] == [row[0] for row in expected]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_keeps_its_encoding(cleaner: Cleaner, tmp_path: Path, encoding: str) -> None:
    rows = f"编号,text\n1,{LONG}\n2,“{DIRTY.replace(',', '')}”\n"
    (tmp_path / "a.csv").write_bytes(rows.encode(encoding))
    assert cleaner("clean", "a.csv", "-o", "out").code == 0
    after = (tmp_path / "out" / "a.csv").read_bytes().decode(encoding)
    assert "体系建设" in after
    assert after.startswith(f"编号,text\n1,{LONG}\n")
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.csv").read_bytes() == rows.encode(encoding)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "id,body\n1,a\n", 'a.csv: no column "text"; there are: id, body'),
        ("a.csv", 'id,text\n1,"a\n2,b\n', "a.csv: row 0, line 2: a quote is never closed"),
        ("a.csv", "id,text\n1,a\n2\n", 'a.csv: row 1, line 3: no column "text": 1 fields only'),
        ("a.jsonl", '{"body": "a"}\n', 'a.jsonl: line 1: no column "text"; there are: body'),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_place(cleaner: Cleaner, tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    ran = cleaner("clean", name, "-o", "out")
    assert ran.code == 2
    assert reason in ran.err
    assert (tmp_path / "out" / name).read_text("utf-8") == content


# --- all formats ------------------------------------------------------------------------------------


def as_jsonl(texts: list[str]) -> bytes:
    return "".join(json.dumps({"id": f"n{n}", "text": text}, ensure_ascii=False) + "\n" for n, text in enumerate(texts)).encode()


def as_csv(texts: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["id", "text"], *([f"n{n}", text] for n, text in enumerate(texts))])
    return out.getvalue().encode()


def as_zst(texts: list[str]) -> bytes:
    content: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(as_jsonl(texts))
    return content


def as_table(texts: list[str]) -> Any:
    pa = pytest.importorskip("pyarrow")
    columns = {
        "n": pa.array(range(len(texts)), pa.int8()),
        "text": pa.array(texts, pa.large_string()),
        "id": pa.array([f"n{n}" for n in range(len(texts))]).dictionary_encode(),
        "when": pa.array([None] * len(texts), pa.timestamp("ms", "Asia/Shanghai")),
    }
    return pa.table(columns).replace_schema_metadata({"huggingface": "{}"})


def as_parquet(texts: list[str]) -> bytes:
    table = as_table(texts)
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(table, out, row_group_size=2, compression="zstd")
    return out.getvalue()


def as_arrow(texts: list[str]) -> bytes:
    table = as_table(texts)
    import pyarrow as pa

    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table, max_chunksize=2)
    return out.getvalue()


def as_docx(texts: list[str]) -> bytes:
    pytest.importorskip("lxml")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = (f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text[:9]}</w:t></w:r><w:r><w:t>{text[9:]}</w:t></w:r>" for text in texts)
    body = "".join(f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{run}</w:p>" for run in runs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}<w:sectPr/></w:body></w:document>")
    return out.getvalue()


def as_zip(texts: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"drop"
        for n, text in enumerate(texts):
            archive.writestr(zipfile.ZipInfo(f"d/{n}.txt", (2020, 1, 2, 3, 4, 6)), text)
        archive.writestr("picture.png", b"\x89PNG")
        archive.writestr("more.jsonl", as_jsonl(texts))
        archive.writestr("empty.jsonl", b"")
    return out.getvalue()


def as_tar(texts: list[str], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in (("a.csv", as_csv(texts)), ("文件.txt", texts[0].encode()), ("b.bin", b"\0")):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_600_000_000
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


Maker = Callable[[list[str]], bytes]
MAKERS: dict[str, Maker] = {
    "a.jsonl": as_jsonl,
    "a.jsonl.gz": lambda texts: gzip.compress(as_jsonl(texts)),
    "a.jsonl.zst": as_zst,
    "a.csv": as_csv,
    "a.tsv": lambda texts: as_csv(texts).replace(b"id,text", b"id\ttext").replace(b",", b"\t").replace(b"\ttext", b"\ttext"),
    "a.parquet": as_parquet,
    "a.arrow": as_arrow,
    "a.docx": as_docx,
    "a.zip": as_zip,
    "a.tar": as_tar,
    "a.tar.gz": lambda texts: as_tar(texts, "w:gz"),
}
SAFE = "（上接第1版）推进体系建建设。"  # no comma, so that a table with tabs is the same text


def texts_of(name: str, content: bytes, tmp: Path) -> list[str]:
    path = tmp / f"read-{name}"
    path.write_bytes(content)
    item = Item(path, name, name)
    from cleaner.formats.tables import rows

    return [read(row).text for _, one in Lake((item,), Columns()) for row in rows(one)]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MAKERS)
def test_clean_then_undo_gives_the_bytes(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    content = MAKERS[name]([LONG, SAFE, "好。", SAFE + LONG])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 0
    after = (tmp_path / "out" / name).read_bytes()
    assert after != content
    before = texts_of(name, content, tmp_path)
    now = texts_of(name, after, tmp_path)
    assert len(now) == len(before)
    assert all("建建设" not in text for text in now)
    assert [new for new, old in zip(now, before) if "建建设" not in old] == [old for old in before if "建建设" not in old]
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / name).read_bytes() == content
    assert cleaner("clean", "out", "-o", "again").code == 0
    assert (tmp_path / "again" / name).read_bytes() == after


@pytest.mark.parametrize("name", MAKERS)
def test_what_has_no_findings_is_written_byte_for_byte(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    content = MAKERS[name](["关于印发实施方案的通知。", "好。"])
    (tmp_path / name).write_bytes(content)
    assert cleaner("clean", name, "-o", "out").code == 0
    assert (tmp_path / "out" / name).read_bytes() == content
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / name).read_bytes() == content


@pytest.mark.parametrize("name", MAKERS)
def test_fix_mends_in_place_and_can_be_taken_back(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    content = MAKERS[name]([LONG, SAFE])
    (tmp_path / name).write_bytes(content)
    ran = cleaner("check", name, "--fix", "--select", "TYP")
    assert ran.code == 0
    assert f"{name}: mended" in ran.err
    assert all("建建设" not in text for text in texts_of(name, (tmp_path / name).read_bytes(), tmp_path))
    assert cleaner("undo", ".cleaner_cache/undo/000001", "-o", "back").code == 0
    assert (tmp_path / "back" / name).read_bytes() == content


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_other_columns_their_order_and_their_types_stay(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / name).write_bytes(MAKERS[name]([LONG, SAFE, LONG]))
    cleaner("clean", name, "-o", "out")

    def table(path: Path) -> Any:
        return parquet.read_table(path) if name == "a.parquet" else pa.ipc.open_stream(path.read_bytes()).read_all()

    before, after = table(tmp_path / name), table(tmp_path / "out" / name)
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.drop_columns("text").equals(before.drop_columns("text"))
    if name == "a.parquet":
        old, new = (parquet.ParquetFile(path / name).metadata for path in (tmp_path, tmp_path / "out"))
        assert [new.row_group(n).num_rows for n in range(new.num_row_groups)] == [2, 1]
        assert new.row_group(0).column(1).compression == old.row_group(0).column(1).compression == "ZSTD"


def test_a_column_that_is_not_there_is_told_with_those_that_are(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(as_parquet([LONG]))
    ran = cleaner("check", "a.parquet", "--column", "body")
    assert ran.code == 2
    assert 'a.parquet: no column "body"; there are: n, text, id, when' in ran.err
    ran = cleaner("check", "a.parquet", "--column", "n")
    assert 'a.parquet: the column "n" holds int8, not text' in ran.err


def test_the_form_of_an_archive_stays(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(as_zip([LONG, SAFE]))
    (tmp_path / "a.tar").write_bytes(as_tar([SAFE]))
    assert cleaner("clean", "a.zip", "a.tar", "-o", "out").code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as old, zipfile.ZipFile(tmp_path / "out" / "a.zip") as new:
        assert new.comment == old.comment
        for before, after in zip(old.infolist(), new.infolist(), strict=True):
            assert (after.filename, after.date_time, after.compress_type) == (before.filename, before.date_time, before.compress_type)
        assert new.read("d/0.txt") == old.read("d/0.txt")
        assert new.read("picture.png") == old.read("picture.png")
    with tarfile.open(tmp_path / "a.tar") as old_tar, tarfile.open(tmp_path / "out" / "a.tar") as new_tar:
        assert [(m.name, m.mtime, m.mode) for m in new_tar] == [(m.name, m.mtime, m.mode) for m in old_tar]


def test_names_that_windows_packs_are_read_in_gbk(cleaner: Cleaner, tmp_path: Path) -> None:
    content = as_zip([SAFE])
    name = "文件.txt".encode("gbk")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("xxxx.txt", SAFE)
    raw = (tmp_path / "a.zip").read_bytes().replace(b"xxxx.txt", name)
    (tmp_path / "a.zip").write_bytes(raw)
    assert "a.zip/文件.txt:1:" in cleaner("check", "a.zip").out
    assert content


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.jsonl.gz", "a.docx", "a.parquet", "a.jsonl.zst"])
def test_a_broken_file_is_named_and_kept(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    content = MAKERS[name]([SAFE * 40])
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    ran = cleaner("clean", name, "-o", "out")
    assert ran.code == 2
    assert f"not done: {name}" in ran.err
    assert (tmp_path / "out" / name).read_bytes() == content[: len(content) * 2 // 3]


@pytest.mark.parametrize("name", ["d/0.txt", "picture.png"])
def test_a_broken_member_is_named_and_the_archive_kept(cleaner: Cleaner, tmp_path: Path, name: str) -> None:
    """Read, or only copied beside others that are changed."""
    content = bytearray(as_zip([SAFE, SAFE]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(name)
    at = info.header_offset + 30 + len(name)
    content[at : at + info.compress_size] = bytes(255 - byte for byte in content[at : at + info.compress_size])
    (tmp_path / "a.zip").write_bytes(content)
    (tmp_path / "b.txt").write_text(SAFE, "utf-8")
    ran = cleaner("clean", "a.zip", "b.txt", "-o", "out")
    assert ran.code == 2
    assert "not done: a.zip" in ran.err
    assert (tmp_path / "out" / "a.zip").read_bytes() == content
    assert "建建" not in (tmp_path / "out" / "b.txt").read_text("utf-8")


def test_a_dictionary_column_stays_one(cleaner: Cleaner, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    texts = pa.array([SAFE, "好。", None, SAFE]).dictionary_encode()
    parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    assert cleaner("clean", "a.parquet", "-o", "out").code == 0
    after = parquet.read_table(tmp_path / "out" / "a.parquet")
    assert after.schema.equals(parquet.read_table(tmp_path / "a.parquet").schema)
    assert [text and "建建" in text for text in after["text"].to_pylist()] == [False, False, None, False]


def test_a_word_file_loses_whole_paragraphs_and_joins_broken_ones(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(as_docx([LONG, "好。", LONG, "推进体系"]))
    assert cleaner("clean", "a.docx", "-o", "out", "--unsafe-fixes").code == 0
    assert texts_of("a.docx", (tmp_path / "out" / "a.docx").read_bytes(), tmp_path) == [f"{LONG}\n好。\n推进体系\n"]


def test_what_word_keeps_twice_is_read_once() -> None:
    pytest.importorskip("lxml")
    from cleaner.formats import docx

    box = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>{0}</mc:Choice>'
    box += "<mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>"
    inner = f"<w:p><w:r><w:t>{LONG}</w:t></w:r></w:p>"
    content = as_docx(["标题", "@"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        body = old.read("word/document.xml").decode().replace("<w:t>@</w:t>", f"<w:t>前</w:t><w:tab/>{box.format(inner)}<w:t>后</w:t>")
        new.writestr("word/document.xml", body)
    assert docx.text(out.getvalue(), "a.docx") == f"标题\n前\t后\n{LONG}\n"


# --- rows are documents -----------------------------------------------------------------------------


def test_rows_are_held_against_one_another_and_against_files(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"办法\n{LONG}\n", "utf-8")
    (tmp_path / "b.jsonl").write_bytes(as_jsonl([f"通知\n{LONG}\n此件公开发布。", "好。", f"意见\n{LONG}"]))
    rows = [json.loads(line) for line in cleaner("check", "a.txt", "b.jsonl", "--select", "REP", "--format", "jsonl").out.splitlines()]
    assert [(row["path"], row["row"], row["twin"]["path"], row["twin"]["row"]) for row in rows] == [
        ("b.jsonl", 0, "a.txt", None),
        ("b.jsonl", 2, "a.txt", None),
    ]
    assert cleaner("clean", ".", "-o", "../out", "--across", "--select", "REP").code == 0
    after = [json.loads(line)["text"] for line in (tmp_path.parent / "out" / "b.jsonl").read_text("utf-8").splitlines()]
    assert after == ["通知\n此件公开发布。", "好。", "意见\n"]


def test_a_row_is_named_by_its_id(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_jsonl(["好。", DIRTY]))
    assert cleaner("check", "a.jsonl", "--id", "id").out.startswith("a.jsonl/n1[1]:1:1 ")
    assert cleaner("check", "a.jsonl").out.startswith("a.jsonl[1]:1:1 ")
    (tmp_path / "cleaner.toml").write_text('[per-file-ignores]\n"a.jsonl" = ["LAY", "PUN", "TYP"]\n', "utf-8")
    assert cleaner("check", "a.jsonl", "--id", "id").out == ""
    ran = cleaner("check", "a.jsonl", "--id", "name")
    assert 'no column "name"; there are: id, text' in ran.err


@pytest.mark.parametrize("engine", [("--engine", "here"), ("--jobs", "2")])
def test_small_pieces_and_processes_give_the_same(
    cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: tuple[str, ...]
) -> None:
    for name in ("a.jsonl", "b.csv"):
        (tmp_path / name).write_bytes((as_jsonl if name == "a.jsonl" else as_csv)([f"{n}号\n{LONG}\n{DIRTY}" for n in range(40)]))
    cleaner("clean", "a.jsonl", "b.csv", "-o", "whole")
    monkeypatch.setattr(lines, "BATCH", 700)
    monkeypatch.setattr(delimited, "BATCH", 700)
    cleaner("clean", "a.jsonl", "b.csv", "-o", "parts", *engine)
    for name in ("a.jsonl", "b.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert (tmp_path / "parts.report" / "findings.jsonl").read_bytes() == (tmp_path / "whole.report" / "findings.jsonl").read_bytes()
    assert (tmp_path / "parts.report" / "undo.jsonl").read_text() == (tmp_path / "whole.report" / "undo.jsonl").read_text().replace(
        "../whole/", "../parts/"
    )


def test_the_same_findings_as_in_files(cleaner: Cleaner, tmp_path: Path) -> None:
    texts = [f"办法\n{LONG}\n", DIRTY, f"{LONG}\n{LONG}\n", f"意见\n{LONG}\n"]
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.txt").write_text(text, "utf-8", newline="")
    (tmp_path / "a.jsonl").write_bytes(as_jsonl(texts))

    def found(*paths: str) -> list[tuple[object, ...]]:
        lines_ = cleaner("check", *paths, "--format", "jsonl").out.splitlines()
        return [tuple(json.loads(line)[key] for key in ("id", "code", "start", "end", "edits", "fingerprint")) for line in lines_]

    assert found("a.jsonl") == found("0.txt", "1.txt", "2.txt", "3.txt")


def test_pieces_are_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BATCH", 100)
    (tmp_path / "a.jsonl").write_bytes(as_jsonl([f"{n}号" for n in range(30)]))
    (tmp_path / "b.txt").write_text("好。", "utf-8")
    lake = Lake([Item(tmp_path / name, name, name) for name in ("b.txt", "a.jsonl", "b.txt")], Columns())
    every = dict(lake)
    assert max(every) == 31
    for orders in (*([n] for n in range(32)), [1, 2, 30], list(range(32))):
        some = dict(lake.some(orders))
        assert some.items() <= every.items()
        held = {n for first, thing in some.items() for n in range(first, first + getattr(thing, "documents", 1))}
        assert held >= set(orders)
        assert len(some) <= len(orders)


def test_a_bad_row_is_no_row() -> None:
    found = list(lines.rows(whole("jsonl")._replace(content=b'{"text": 1}\n', documents=1)))
    assert found == [Bad(0, 't: line 1: "text" holds a number, not text')]


def test_undo_refuses_what_was_changed_or_cut(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_jsonl([DIRTY]))
    (tmp_path / "b.jsonl").write_bytes(as_jsonl([DIRTY]))
    cleaner("clean", "a.jsonl", "b.jsonl", "-o", "out")
    (tmp_path / "out" / "a.jsonl").write_bytes(b"{}\n")
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "was changed after it was cleaned" in ran.err
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["b.jsonl"]
    undo = tmp_path / "out.report" / "undo.jsonl"
    whole_ = undo.read_text("utf-8")
    undo.write_text(whole_.replace("\\u5efa", "\\u5eff").replace('"建', '"廿'), "utf-8")
    assert "does not lead back to the original" in cleaner("undo", "out.report", "-o", "other").err
    assert not (tmp_path / "other" / "b.jsonl").exists()
    undo.write_text(whole_, "utf-8")
    undo.write_text("".join(undo.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    ran = cleaner("undo", "out.report", "-o", "more")
    assert "cut" in ran.err
    assert ran.code == 2


def test_pyarrow_missing_is_told(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    ran = cleaner("check", "a.parquet")
    assert ran.code == 2
    assert "needs pyarrow: pip install 'policy-cleaner[tables]'" in ran.err


def test_reports_are_no_tables_to_be_read(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_jsonl([DIRTY]))
    cleaner("clean", "a.jsonl", "-o", "out")
    ran = cleaner("check", ".", "--statistics", "--exclude", "out")
    assert "left out, report of cleaner: 1 (out.report/)" in ran.err
    assert "documents: 1," in ran.err


def test_nothing_is_left_beside_a_report(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(as_zip([SAFE]))
    (tmp_path / "b.jsonl").write_bytes(b"{}\n")
    cleaner("clean", "a.zip", "b.jsonl", "-o", "out")
    names = {"documents.csv", "findings.csv", "findings.jsonl", "index.html", "originals", "summary.json", "undo.jsonl"}
    assert {path.name for path in (tmp_path / "out.report").iterdir()} == names
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.zip", "b.jsonl"}


@pytest.mark.parametrize("number", [-1, "2", None, 1.5])
def test_undo_refuses_rows_that_count_wrongly(cleaner: Cleaner, tmp_path: Path, number: object) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_jsonl([DIRTY]))
    cleaner("clean", "a.jsonl", "-o", "out")
    undo = tmp_path / "out.report" / "undo.jsonl"
    first, *rest = undo.read_text("utf-8").splitlines(keepends=True)
    undo.write_text(json.dumps(json.loads(first) | {"patches": number}) + "\n" + "".join(rest), "utf-8")
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "no row of an undo file" in ran.err


def test_a_table_of_something_else_in_a_folder_is_left_out_with_a_word(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, content in (
        ("a.txt", f"{LONG}\n"),
        ("index.csv", "id,title\n1,a\n"),
        ("index.jsonl", '{"id": 1}\n'),
        ("texts.csv", f'"id","text"\n1,{LONG}\n'),
    ):
        (tmp_path / "in" / name).write_text(content, "utf-8")
    ran = cleaner("check", "in", "--fail-on", "never")
    assert ran.code == 0, ran.err
    assert "table without the column of texts" in ran.err
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.txt", "texts.csv"}
    assert cleaner("check", "in/index.csv").code == 2
