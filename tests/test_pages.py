"""Pages of HTML go where texts go: they are checked, cleaned into texts, and given back."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Cleaner
from test_rows_everywhere import decided

from cleaner.edits import apply
from cleaner.formats.files import gather, outputs
from cleaner.formats.html import document
from cleaner.model import Edit, Grade, Source
from cleaner.pipeline import Run, treat
from cleaner.settings import Settings
from cleaner.spark import treating

# As the content system of a ministry writes it.
PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<HTML><HEAD><META content="text/html; charset=gb2312" http-equiv=Content-Type><TITLE>通知_某市人民政府</TITLE>
<SCRIPT>var title = "通知</p>"; if (1<2) document.write('<div>')</SCRIPT>
<STYLE>.TRS_Editor P{line-height:2}</STYLE></HEAD>
<BODY><DIV class=nav><A href="/">首页</A> &gt; <A href="/zw">政务要闻</A></DIV>
<H1>关于做好安全生产工作的通知</H1>
<DIV class=bar>【字体：<A href="javascript:doZoom(16)">大</A> <A href="javascript:doZoom(14)">中</A> <A href="#">小</A>】</DIV>
<DIV class=TRS_Editor><STYLE type=text/css>P{margin:0}</STYLE>
<P>&nbsp;&nbsp;&nbsp;&nbsp;各地区各部门要认真抓好贯彻落实，推进体系建<FONT color=red>建</FONT>设,落实各项任务，确保各项工作
见到成效。</P>
<P>　　各地要把安全生产放在首位，压实企业主体责任，健全隐患排查治理机制，坚决防范遏制重特大事故。
<P>　　各地要把安全生产放在首位，压实企业主体责任，健全隐患排查治理机制，坚决防范遏制重特大事故。</P>
<TABLE><TR><TD><P>市</P></TD><TD><P>任务</P></TD></TR><TR><TD>无锡</TD><TD>&ldquo;十四五&rdquo; &copy;</TD></TR></TABLE></DIV>
<DIV style="display:none">阅读器专用</DIV><!-- <P>旧稿</P> -->
<P>【打印本页】【关闭窗口】</P></BODY></HTML>
"""
TEXT = """关于做好安全生产工作的通知
各地区各部门要认真抓好贯彻落实，推进体系建设，落实各项任务，确保各项工作见到成效。
　　各地要把安全生产放在首位，压实企业主体责任，健全隐患排查治理机制，坚决防范遏制重特大事故。
市\t任务
无锡\t“十四五” ©
"""
DIRTY = "<p>各地区各部门要认真抓好贯彻落实，推进体系建<b>建</b>设，确保各项工作见到成效。</p>\n"
TYP = ("--select", "TYP701")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.html").write_bytes(PAGE.encode("gb18030"))
    (folder / "b.HTM").write_text(PAGE.replace("gb2312", "utf-8"), "utf-8", newline="\r\n")
    (folder / "c.txt").write_text("一切照旧。\n", "utf-8")
    return folder


def test_a_page_becomes_a_text_and_comes_back(cleaner: Cleaner, drop: Path, tmp_path: Path) -> None:
    ran = cleaner("clean", "drop", "-o", "out", "--ignore", "REP506,LAY405,LAY404")
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt", "c.txt"]
    text = (tmp_path / "out" / "a.txt").read_bytes().decode("gb18030")
    assert text.replace("\u00a0", "") == TEXT
    assert (tmp_path / "out" / "b.txt").read_text("utf-8") == text
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    for path in drop.iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()
    (tmp_path / "out").rename(tmp_path / "moved")
    assert cleaner("undo", "out.report", "-o", "again", "--cleaned", "moved").code == 0
    assert (tmp_path / "again" / "b.HTM").read_bytes() == (drop / "b.HTM").read_bytes()
    (tmp_path / "moved" / "a.txt").write_text("另一篇", "utf-8")
    assert "was changed after it was cleaned" in cleaner("undo", "out.report", "-o", "third", "--cleaned", "moved").err


def test_findings_stand_on_the_page(cleaner: Cleaner, drop: Path) -> None:
    """Lines, columns and places are those of the file; a second cleaning of the text finds nothing."""
    ran = cleaner("check", "drop", "--format", "jsonl")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    pages = {name: (drop / name).read_bytes().decode("gb18030" if name == "a.html" else "utf-8") for name in ("a.html", "b.HTM")}
    for row in rows:
        page = pages[row["path"].removeprefix("drop/")]
        assert page[row["start"] : row["end"]] == row["text"]
        lines = re.split("\r\n|\n", page)
        assert lines[row["line"] - 1][row["column"] - 1 :].startswith(row["text"].splitlines()[0][:20])
        for edit in row["edits"]:
            assert 0 <= edit["start"] <= edit["end"] <= len(page)
    doubled = [row["text"] for row in rows if row["code"] == "TYP701"]
    assert doubled == ["建<FONT color=red>建"] * 2
    twins = [row["twin"] for row in rows if row["code"] == "REP501"]
    assert [pages[twin["path"][5:]][twin["start"] : twin["end"]][:8] for twin in twins] == ["　　各地要把安全"] * 2
    assert cleaner("clean", "drop", "-o", "out").code == 0
    assert cleaner("check", "out", "--fail-on", "warning", "--ignore", "REP506").code == 0


def test_formats_for_machines(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html>\n<body><i>\U00020bb7</i>" + DIRTY, "utf-8")
    files = {name: tmp_path / f"out.{name}" for name in ("sarif", "gitlab", "junit", "github", "markdown", "diff", "csv", "html")}
    options = [part for name, path in files.items() for part in ("--format", name, "--output", path.name)]
    assert cleaner("check", "a.html", *TYP, *options).code == 1
    (run,) = json.loads(files["sarif"].read_text("utf-8"))["runs"]
    (result,) = run["results"]
    column = len("<body><i>xx</i><p>各地区各部门要认真抓好贯彻落实，推进体系") + 1  # in units of UTF-16
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["snippet"]["text"]) == (2, column, "建<b>建")
    assert "「建建」" in result["message"]["text"]
    assert "fixes" not in result
    assert json.loads(files["gitlab"].read_text("utf-8"))[0]["location"]["lines"]["begin"] == 2
    assert f'line="2" column="{column}"' in ET.tostring(ET.parse(files["junit"]).getroot(), encoding="unicode")
    assert files["diff"].read_text("utf-8") == ""
    assert "「建建」 → 「建」" in files["github"].read_text("utf-8")
    ran = cleaner("check", "a.html", *TYP)
    assert f"a.html:2:{column - 1} TYP701" in ran.out
    assert "推进体系建建设" in ran.out


def test_a_page_is_not_mended_in_place(cleaner: Cleaner, drop: Path) -> None:
    before = {path.name: path.read_bytes() for path in drop.iterdir()}
    found = cleaner("check", "drop", "--no-cache").out
    for options, out in (((), found), (("--diff", "--format", "text", "--output", "found"), "")):
        ran = cleaner("check", "drop", "--no-cache", "--fix", *options)
        assert ran.err.count("pages of HTML are not mended in place: `cleaner clean` writes their texts") == 1
        assert "mended: 0 in 0" in ran.err
        assert ran.out == out
    assert (drop.parent / "found").read_text("utf-8") == found
    one = document(0, "a.html", DIRTY, Source("utf-8", "", 0))
    run = Run(Settings(), Grade.SAFE, settle=True)
    assert treat(one, run).settled != one.text == treat(one, replace(run, in_place=True)).settled
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == before
    (drop / "c.txt").write_text("推进体系建建设，落实各项任务。\n", "utf-8")
    assert "drop/c.txt: mended" in cleaner("check", "drop", "--fix", "--no-cache").err
    assert (drop / "a.html").read_bytes() == before["a.html"]


def test_one_name_for_one_text(cleaner: Cleaner, tmp_path: Path) -> None:
    """A page beside a text of its name keeps its suffix; where even that is taken the run is refused."""
    (tmp_path / "in").mkdir()
    for name in ("a.html", "a.htm", "a.txt", "b.xhtml", "c.html"):
        (tmp_path / "in" / name).write_text("甲乙丙\n", "utf-8")
    assert cleaner("clean", "in", "-o", "out").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.htm.txt", "a.html.txt", "a.txt", "b.txt", "c.txt"]
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == sorted(path.name for path in (tmp_path / "in").iterdir())
    (tmp_path / "in" / "a.html.txt").write_text("甲乙丙\n", "utf-8")
    ran = cleaner("clean", "in", "-o", "other")
    assert ran.code == 2
    assert "in/a.html and in/a.html.txt: both would become other/a.html.txt" in ran.err
    items = gather([str(tmp_path / "in" / "c.html")]).items
    assert outputs(items, tmp_path / "o") == [tmp_path / "o" / "c.txt"]


def test_some_of_it_is_taken_back(cleaner: Cleaner, drop: Path, tmp_path: Path) -> None:
    """In the text of the page: what the tags were does not come back with it."""
    cleaner("clean", "drop", "-o", "out")
    mended = (tmp_path / "out" / "b.txt").read_text("utf-8")
    assert cleaner("undo", "out.report", "-o", "some", "--rule", "TYP701", "--path", "drop/b.HTM").code == 0
    assert (tmp_path / "some" / "b.txt").read_text("utf-8") == mended.replace("体系建设", "体系建建设")
    assert (tmp_path / "some" / "a.txt").read_bytes() == (tmp_path / "out" / "a.txt").read_bytes()
    assert cleaner("undo", "out.report", "-o", "out", "--rule", "REP").code == 0  # where the cleaned files stand
    assert (tmp_path / "out" / "b.txt").read_text("utf-8").count("放在首位") == 2
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "b.HTM").read_bytes() == (drop / "b.HTM").read_bytes()


def test_decisions(cleaner: Cleaner, drop: Path, tmp_path: Path) -> None:
    """On a report they are followed, in the text; in place a page is left alone, with the reason."""
    (drop / "a.html").unlink()
    cleaner("clean", "drop", "-o", "out", *TYP)
    decided(tmp_path / "out.report", tmp_path / "reject.json", "reject")
    assert cleaner("apply", "reject.json", "--report", "out.report").code == 0
    assert "体系建建设" in (tmp_path / "out" / "b.txt").read_text("utf-8")
    assert "<" not in (tmp_path / "out" / "b.txt").read_text("utf-8")
    decided(tmp_path / "out.report", tmp_path / "accept.json", "accept")
    assert cleaner("apply", "accept.json", "--report", "out.report").code == 0
    assert "体系建设" in (tmp_path / "out" / "b.txt").read_text("utf-8")
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "b.HTM").read_bytes() == (drop / "b.HTM").read_bytes()
    cleaner("check", "drop/b.HTM", *TYP, "--format", "html", "--output", "page.html")
    decided(tmp_path / "page.html", tmp_path / "in-place.json", "accept")
    before = (drop / "b.HTM").read_bytes()
    ran = cleaner("apply", "in-place.json")
    assert ran.code == 2
    assert "it stands in a page of HTML, which is not changed in place; `cleaner clean` writes its text" in ran.err
    assert (drop / "b.HTM").read_bytes() == before


def test_pages_in_archives(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    long = "页" * 40
    with zipfile.ZipFile(tmp_path / "in" / "a.zip", "w") as archive:
        for name, content in (
            ("p/1.html", PAGE.encode("gb18030")),
            ("p/2.html", DIRTY.encode()),
            ("p/2.txt", b"x\n"),
            ("p/3.htm", b"\x81"),
        ):
            archive.writestr(name, content)
    with tarfile.open(tmp_path / "in" / "b.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo(f"{long}.html")
        info.size = len(DIRTY.encode())
        archive.addfile(info, io.BytesIO(DIRTY.encode()))
        link = tarfile.TarInfo("link.html")
        link.type, link.linkname = tarfile.LNKTYPE, info.name
        archive.addfile(link)
    before = {path.name: path.read_bytes() for path in (tmp_path / "in").iterdir()}
    ran = cleaner("check", "in", *TYP, "--fix")
    assert "in/a.zip/p/2.html:1:" in ran.out
    assert {path.name: path.read_bytes() for path in (tmp_path / "in").iterdir()} == before
    ran = cleaner("clean", "in", "-o", "out")
    assert ran.code == 2  # one page that is no text is named, and stays as it is
    assert "in/a.zip/p/3.htm: no UTF-8" in ran.err
    with zipfile.ZipFile(tmp_path / "out" / "a.zip") as archive:
        assert archive.namelist() == ["p/1.txt", "p/2.html.txt", "p/2.txt", "p/3.htm"]
        assert "推进体系建设" in archive.read("p/1.txt").decode("gb18030")
        assert archive.read("p/2.html.txt").decode().startswith("各地区")
        assert archive.read("p/3.htm") == b"\x81"
    with tarfile.open(tmp_path / "out" / "b.tar.gz") as archive:
        assert archive.getnames() == [f"{long}.txt", "link.html"]
        assert archive.getmember("link.html").linkname == f"{long}.txt"
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == before


def test_what_cannot_be_read_is_copied_as_it_is(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes("<p>各位代表：".encode() + b"\xff\xfe" + "现在</p>".encode())
    assert cleaner("clean", "a.html", "-o", "out").code == 2
    assert (tmp_path / "out" / "a.html").read_bytes() == (tmp_path / "a.html").read_bytes()
    assert cleaner("clean", "a.html", "-o", "kept", "--keep-bad-bytes").code == 0
    assert (tmp_path / "kept" / "a.txt").read_bytes() == "各位代表：".encode() + b"\xff\xfe" + "现在\n".encode()
    assert cleaner("undo", "kept.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.html").read_bytes() == (tmp_path / "a.html").read_bytes()


def test_what_an_encoding_cannot_hold_is_written_in_utf_8(cleaner: Cleaner, tmp_path: Path) -> None:
    page = "<meta charset=big5><p>各位代表：現在我代表市政府向大會報告工作，請予審議。</p><p>&copy; &#x9547;</p>"
    (tmp_path / "a.html").write_bytes(page.encode("cp950"))
    assert cleaner("clean", "a.html", "-o", "out", "--select", "TYP").code == 0
    assert (tmp_path / "out" / "a.txt").read_text("utf-8").endswith("審議。\n© 镇\n")
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.html").read_bytes() == (tmp_path / "a.html").read_bytes()


def test_a_baseline_and_the_cache(cleaner: Cleaner, tmp_path: Path) -> None:
    """A finding is known by the text around it: other tags make no other finding. What is remembered is as it would be found."""
    (tmp_path / "a.html").write_text(DIRTY, "utf-8")
    assert cleaner("baseline", "create", ".", *TYP).code == 0
    check = ("check", ".", *TYP, "--baseline", ".cleaner_baseline.jsonl")
    assert cleaner(*check).code == 0
    (tmp_path / "a.html").write_text("<html><body class=new>\n" + DIRTY.replace("<p>", "<div><p style='x'>"), "utf-8")
    assert cleaner(*check).code == 0
    first, again, without = (cleaner("check", ".", *TYP, "-v", *option) for option in ((), (), ("--no-cache",)))
    assert "from earlier runs: 1 of 1 files" in again.err
    assert first.out == again.out == without.out
    (tmp_path / "a.html").rename(tmp_path / "a.txt")  # the same bytes are another text under another name
    assert "<p style" in cleaner("check", ".", *TYP, "--format", "jsonl").out or "建<b>建" not in cleaner("check", ".", *TYP).out


def test_an_index_of_pages(cleaner: Cleaner, drop: Path, tmp_path: Path) -> None:
    assert cleaner("index", "build", "drop", "-o", "i.sqlite").code == 0
    (tmp_path / "new.txt").write_text(TEXT, "utf-8")
    ran = cleaner("index", "query", "new.txt", "--index", "i.sqlite")
    assert "new: 0 %" in ran.out
    (tmp_path / "new.html").write_bytes(PAGE.encode("gb18030"))
    assert "drop/a.html" in cleaner("check", "new.html", "--select", "REP", "--index", "i.sqlite").out
    ran = cleaner("learn", "drop", "-o", "m.model")
    assert "unknown suffix: 2 (drop/a.html, drop/b.HTM)" in ran.err  # a model is of texts, not of what stands around them


def test_a_page_that_cleaner_wrote_is_no_text(cleaner: Cleaner, drop: Path) -> None:
    cleaner("check", "drop/c.txt", "--format", "html", "--output", "drop/report.html")
    ran = cleaner("check", "drop", "--fail-on", "never")
    assert "left out, report of cleaner: 1 (drop/report.html)" in ran.err
    assert "files: 3" in ran.err


def test_rules_that_are_allowed(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(DIRTY, "utf-8")
    (tmp_path / "cleaner.toml").write_text('[[allow]]\nrule = "TYP701"\ntext = "建建"\nreason = "引文"\n', "utf-8")
    assert cleaner("check", "a.html", *TYP).code == 0


def test_metadata_of_pages(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>来源：<a href=x>新华社</a></p><p>会议指出，今年以来经济运行总体平稳，应当珍惜。</p>", "utf-8")
    assert cleaner("clean", "a.html", "-o", "out", "--metadata", "origin.jsonl").code == 0
    (row,) = [json.loads(line) for line in (tmp_path / "origin.jsonl").read_text("utf-8").splitlines()]
    assert (row["fields"], row["lines"]) == ({"来源": "新华社"}, ["来源：新华社"])


def test_an_undo_file_that_leads_elsewhere_is_refused(cleaner: Cleaner, drop: Path, tmp_path: Path) -> None:
    cleaner("clean", "drop", "-o", "out")
    path = tmp_path / "out.report" / "undo.jsonl"
    rows = path.read_text("utf-8")
    path.write_text(rows.replace('"placed": "a.txt"', '"placed": "../a.txt"'), "utf-8")
    assert "leads out of the folder" in cleaner("undo", "out.report", "-o", "back", "--cleaned", "out").err
    path.write_text(rows.replace('"read": [[', '"read": [[1'), "utf-8")
    ran = cleaner("undo", "out.report", "-o", "back")
    assert ran.code == 2
    assert "the undo file does not fit it" in ran.err
    path.write_text(rows.replace('"undo": 3', '"undo": 4'), "utf-8")
    assert "of version 4; this cleaner reads versions 1 to 3" in cleaner("undo", "out.report", "-o", "back").err


def test_spark_tells_the_way_from_the_page(drop: Path) -> None:
    """What its workers make of a page, without Spark: edits that make the text of the page itself."""
    page = (drop / "a.html").read_bytes().decode("gb18030")
    one = document(0, "a.html", page, Source("gb18030", "", 0))
    row = treating._row(treat(one, Run(Settings(), Grade.SAFE, settle=True)), "en")
    assert apply(page, tuple(Edit(*edit) for edit in json.loads(row["edits"]))) == row["text"]
    findings = [json.loads(line) for line in row["findings"]]
    assert all(page[finding["start"] : finding["end"]] == finding["text"] for finding in findings)
    assert "TYP701" in row["applied"]


def test_a_check_of_texts_loads_nothing_for_pages(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("推进体系建建设，落实各项任务。\n", "utf-8")
    code = "import sys\nfrom cleaner import cli\ncli.run(sys.argv[1:])\nprint(*sorted(sys.modules), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", code, "check", "a.txt", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = ran.stderr.splitlines()[-1].split()
    assert not [name for name in loaded if name.startswith("cleaner.formats.html") or name == "cleaner.reports.places"]
