"""Pages of HTML: the text of a page, held against what parsers of HTML make of it, and the way back from it."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from cleaner.edits import Trail, apply, reverse
from cleaner.formats.html import document, read
from cleaner.formats.html_encoding import said
from cleaner.formats.plain import Undecodable, decode
from cleaner.model import Edit, Finding, Grade, Level, Outcome, Script, Source, Why
from cleaner.reports.places import in_texts, on_page

SOURCE = Source("utf-8", "", 0)


def text_of(page: str, xml: bool = False) -> str:
    return apply(page, read(page, xml))


CASES = {
    # what a reader sees
    "<p>甲<p>乙<br>丙</p>  丁": "甲\n乙\n丙\n丁\n",
    "<P ALIGN=center>第一章 总　则</P>\n<DIV>第一条</DIV>": "第一章 总　则\n第一条\n",
    "<p>关于印发《<u>无锡市</u>规划》的<b>通</b>知</p>": "关于印发《无锡市规划》的通知\n",
    "<ul><li>甲<li>乙</ul>丙": "甲\n乙\n丙\n",
    "甲<div></div><div> <p>&nbsp;</p>\n</div>乙": "甲\n乙\n",
    "<p>&nbsp;&nbsp;&nbsp;&nbsp;各位代表：</p>": "\u00a0\u00a0\u00a0\u00a0各位代表：\n",
    "<p>　　现在，我代表省人民政府　</p>": "　　现在，我代表省人民政府\n",
    "<h1>标题</h1><hr>正文": "标题\n正文\n",
    "<ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp></ruby>": "漢(han)\n",
    "": "",
    "<html><body></body></html>\n": "",
    "\ufeff<html><body>甲</body></html>": "\ufeff甲\n",
    # spaces
    "<p>全国\n  人大 会议</p>": "全国人大 会议\n",
    "<p>one\n two  three</p>": "one two three\n",
    "<p>甲 <b> 乙</b> </p> <p> 丙</p>": "甲 乙\n丙\n",
    "<p>甲&#10;乙&Tab;丙</p>": "甲乙 丙\n",
    "<a>首页</a>\n<a>要闻</a>": "首页要闻\n",
    "<pre>\n甲  乙\r\n\r\n  丙 &lt; </pre>丁": "甲  乙\n  丙 <\n丁\n",
    "<span style='color:red; white-space: pre-wrap'>甲  乙\n丙</span>": "甲  乙\n丙\n",
    # tables
    "<table><tr><td>市</td><td>值</td></tr><tr><td>无锡</td><td>1.5</td></tr></table>": "市\t值\n无锡\t1.5\n",
    "<table><tr><td><p>市</p></td>\n<td><p>值</p></td></tr><tr><td></td><td>&nbsp;</td><td>1</td></table>后": "市\t值\n1\n后\n",
    "<table><tr><th>市<th>值<tr><td>甲<td>1</table>": "市\t值\n甲\t1\n",
    "<table><tr><td>导航<br>要闻</td><td>正文</td><td>尾</td></tr></table>": "导航\n要闻\n正文\n尾\n",
    "<table><tr><td>左</td><td><table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table></td></tr></table>": "左\n甲\t乙\n丙\n",
    "<table><tr><td>左</td><td>右<table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>": "左\n右\n甲\t乙\n",
    # entities
    "&copy;2024 &#25919;&#x5E9C; &amp;lt; &ldquo;甲&rdquo; &middot;": "©2024 政府 &lt; “甲” ·\n",
    "&copyright &AMP &unknown; & &; &#; &#x; a&b": "©right & &unknown; & &; &#; &#x; a&b\n",
    "&#150;&#0;&#xD800;&#1114112;": "–\ufffd\ufffd\ufffd\n",
    "甲&#1;乙": "甲乙\n",
    # what no reader sees
    "<head><title>题</title><style>p{}</style></head>甲": "甲\n",
    "甲<script>if (a<b) '</p>'</script>乙": "甲乙\n",
    "甲<script><!-- document.write('<script>x</script>') --></script>乙": "甲乙\n",
    "甲<script><!--></script>乙": "甲乙\n",
    "甲<!-- <p>乙</p> --!>丙<!-->丁": "甲丙丁\n",
    "<!--[if lt IE 9]><p>请升级</p><![endif]-->甲<![if !IE]>乙<![endif]>": "甲乙\n",
    "甲<noscript><p>请打开</p></noscript><iframe>x</iframe><template>y</template>乙": "甲乙\n",
    "甲<div style='DISPLAY : none'>乙<div>丙</div>丁</div>戊": "甲戊\n",
    "<ul><li hidden>甲<li>乙</ul><p hidden>丙<p>丁": "乙\n丁\n",
    "<ul><li hidden>甲<ul><li>乙</ul>丙<li>丁</ul>": "丁\n",
    "<div data-hidden=1 class=hidden>甲</div><input type=hidden value=x>": "甲\n",
    "甲<select><option>2023年</option></select><textarea>意见</textarea><svg><text>图</text></svg>乙": "甲乙\n",
    "<div id=js_content style='visibility: hidden'>公众号正文</div>": "公众号正文\n",
    "<body style='display:none'>甲</body>": "甲\n",
    # broken pages
    "1 < 2 &lt; 3 <4 <> </> 5": "1 < 2 < 3 <4 <> 5\n",
    '<a href=\'>\' title="a>b">甲</a><a b="c"d>乙</a>': "甲乙\n",
    '<p title="x>甲</p>乙': "甲\n乙\n",
    "<body>甲</body></html><html><body bgcolor=red>乙</body>": "甲\n乙\n",
    "<p>甲</p></p></div></td>乙": "甲\n乙\n",
    "甲<div": "甲\n",
    "甲<": "甲<\n",
    "甲</": "甲</\n",
    "甲<script>var a": "甲\n",
    "<![CDATA[甲]]>乙": "乙\n",
    "<?xml version='1.0'?><!DOCTYPE html>甲": "甲\n",
}


@pytest.mark.parametrize(("page", "text"), CASES.items(), ids=range(len(CASES)))
def test_the_text_of_a_page(page: str, text: str) -> None:
    script = read(page)
    assert apply(page, script) == text
    assert apply(text, reverse(script)) == page


def test_a_page_that_is_xml() -> None:
    page = "<html><script src='a.js'/><p>甲<![CDATA[1 < 2 &amp;]]></p><div hidden='hidden'/>乙</html>"
    assert text_of(page, xml=True) == "甲1 < 2 &amp;\n乙\n"
    assert document(0, "a/b.XHTML", page, SOURCE).text == "甲1 < 2 &amp;\n乙\n"
    assert document(0, "a/b.html", page, SOURCE).text == ""  # a script that is not closed


# --- held against parsers ---

BITS = [
    "甲",
    "乙丙",
    " ",
    "\n",
    "&nbsp;",
    "&#20013;",
    "&amp",
    "&lt;",
    "x<",
    "《丁》",
    "&copyx",
    "<!-- c -->",
    "<![if !IE]>",
    "</br>",
    "</>",
]
BITS += ["<//a>", "&NotEqualTilde;", "<?php x?>", "<!>", "<!-->", "<!--[if IE]>z<![endif]-->", "a>b", "]]>", "　"]
INLINE = ["a", "b", "span", "font", "em", "i", "sup"]
BLOCK = ["div", "p", "section", "ul", "li", "dl", "dd", "dt", "h1", "h2", "pre", "center", "blockquote", "br", "hr"]
TABLE = ["table", "tr", "td", "th", "tbody", "p", "span", "div"]
CLOSED = ["script", "style", "title", "iframe", "img", "input"]


def soups(names: list[str], attributes: list[str]) -> st.SearchStrategy[str]:
    """Tags in whatever order, and what stands between them."""
    opening = st.builds("<{}{}>".format, st.sampled_from(names + [name.upper() for name in names]), st.sampled_from(attributes))
    closing = st.builds("</{}>".format, st.sampled_from(names))
    return st.lists(st.one_of(opening, closing, st.sampled_from(BITS)), max_size=25).map("".join)


PLAIN_ATTRIBUTES = ["", " class='>'", " a=b", ' x="1" y', "/"]
UNSEEN = "script,style,title,iframe,[hidden],[style*='display:none']"
SPACES = re.compile("[ \t\n\r\f\u00a0\u3000]+")


def seen_by_lexbor(page: str) -> str:
    """What a parser that follows the standard sees, without spaces."""
    tree = LexborHTMLParser(page)
    for node in tree.css(UNSEEN):
        node.remove()
    return SPACES.sub("", tree.body.text()) if tree.body else ""


@given(soups(INLINE + BLOCK + CLOSED, PLAIN_ATTRIBUTES))
def test_nothing_is_lost_and_nothing_made_up(page: str) -> None:
    assert SPACES.sub("", text_of(page)) == seen_by_lexbor(page)


@given(soups(["div", "p", "span", "section", "ul", "li", "dd", "h2"], [*PLAIN_ATTRIBUTES, " hidden", " style='color:red;display:none'"]))
def test_what_is_hidden_ends_where_it_ends(page: str) -> None:
    assert SPACES.sub("", text_of(page)) == seen_by_lexbor(page)


@given(soups(TABLE, PLAIN_ATTRIBUTES))
def test_tables_in_whatever_order(page: str) -> None:
    """A browser moves what stands between rows before the table; here it stays where it is."""
    assert sorted(SPACES.sub("", text_of(page))) == sorted(seen_by_lexbor(page))


WORDS = st.sampled_from(["甲乙", "丙", "总　则", "Wuxi 2024", "3.6%"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> str:
    """A page as it should be: blocks in blocks, text in them, tables of one line a cell."""
    kind = draw(st.sampled_from(["p", "list", "table", "div"] if depth < 3 else ["p"]))
    if kind == "p":
        return f"<p>{draw(WORDS)}<b>{draw(WORDS)}</b><br>{draw(WORDS)}</p>\n"
    if kind == "list":
        return "<ul>" + "".join(f"<li>{draw(WORDS)}</li>\n" for _ in range(draw(st.integers(1, 3)))) + "</ul>"
    if kind == "table":
        rows = ("".join(f"<td>{draw(WORDS)}</td>" for _ in range(draw(st.integers(1, 3)))) for _ in range(draw(st.integers(1, 3))))
        return "<table>" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>"
    return f"<div>{draw(WORDS)}" + "".join(draw(trees(depth + 1)) for _ in range(draw(st.integers(0, 3)))) + "</div>"


def lines_by_lxml(page: str) -> list[str]:
    """The slow twin, for pages that are as they should be: it walks the tree."""
    lines = [""]

    def walk(node: lxml_html.HtmlElement) -> None:
        block = node.tag in ("p", "li", "ul", "div", "table", "tr", "br")
        if block:
            lines.append("")
        if node.tag == "td" and node.getprevious() is not None:
            lines[-1] += "\t"
        lines[-1] += (node.text or "").strip("\n")
        for child in node:
            walk(child)
        if block:
            lines.append("")
        lines[-1] += (node.tail or "").strip("\n")

    walk(lxml_html.fromstring(f"<div>{page}</div>"))
    return [line for line in lines if line]


@given(st.lists(trees(), max_size=4).map("".join))
def test_lines_are_the_blocks(page: str) -> None:
    assert text_of(page).splitlines() == lines_by_lxml(page)


# --- places that lead back ---

ANYTHING = st.one_of(
    soups([*INLINE, *BLOCK, *TABLE, *CLOSED, "select", "textarea", "template", "dialog", "xmp"], [*PLAIN_ATTRIBUTES, " hidden"]),
    st.text("<>/!-&;#x=\"' \n\rabp甲　\u00a0\ufeff", max_size=40),
)


@given(ANYTHING)
def test_the_way_back(page: str) -> None:
    """A script proves itself and reverses; each character of the text leads to itself on the page, or to its entity."""
    for script in (read(page), read(page, xml=True)):
        text = apply(page, script)
        assert apply(text, reverse(script)) == page
        assert all(left.end <= right.start for left, right in pairwise(script))
        trail = Trail(script)
        for n, char in enumerate(text):
            start, end = trail.start(n), trail.end(n + 1)
            there = page[start:end]
            assert there == char or char in "\n\t " or there.startswith("&"), (n, char, there)


@given(ANYTHING)
def test_a_text_has_lines_and_nothing_around_them(page: str) -> None:
    text = text_of(page).removeprefix("\ufeff" if page.startswith("\ufeff") else "")
    assert not text or text.endswith("\n")
    assert "\n\n" not in text
    assert not text.startswith("\n")


@given(ANYTHING, st.data())
def test_edits_lead_to_the_page_and_back(page: str, data: st.DataObject) -> None:
    script = read(page)
    assume(not script or script[-1].old)  # a line end that stands for nothing on the page has no place there
    length = len(apply(page, script))
    edit_leads_back(
        page, *sorted((data.draw(st.integers(0, length)), data.draw(st.integers(0, length)))), data.draw(st.sampled_from(["", "子"]))
    )


def test_half_of_what_an_entity_stands_for() -> None:
    """≂̸ is two code points and one entity: where one of them goes the other stays."""
    page = "<p>甲&NotEqualTilde;乙</p>"
    assert text_of(page) == "甲\u2242\u0338乙\n"
    assert edit_leads_back(page, 1, 2, "").new == "\u0338"
    assert edit_leads_back(page, 2, 3, "子").new == "\u2242子"
    assert edit_leads_back(page, 2, 4, "").new == "\u2242"


def edit_leads_back(page: str, start: int, end: int, new: str) -> Edit:
    """An edit of the text of a page, as it is told on the page; it must lead back to the same text."""
    one = document(0, "a.html", page, SOURCE)
    assert one.origin
    edit = Edit(start, one.text[start:end], new, "TYP701")
    finding = Finding("TYP701", start, end, (edit,), Grade.SAFE, Level.ERROR, Why("x"))
    script: Script = (edit,)
    there = on_page(Outcome(one, (finding,), (), script, apply(one.text, script)))
    assert apply(page, there.script) == apply(one.text, script)
    (led,) = there.findings
    assert page[led.edits[0].start : led.edits[0].end] == led.edits[0].old
    edits = [{"start": e.start, "end": e.end, "new": e.new} for e in led.edits]
    row = {"path": "a.html", "start": led.start, "end": led.end, "edits": edits, "twin": None}
    (back,) = in_texts([row], one.origin.script)
    (again,) = back["edits"]
    assert one.text[: again["start"]] + again["new"] + one.text[again["end"] :] == apply(one.text, script)
    return led.edits[0]


# --- what a page is written in ---

BODY = "<p>各位代表：现在，我代表省人民政府，向大会报告工作。</p>"


TRADITIONAL = str.maketrans("现会报", "現會報")


def decoded(data: bytes, **options: bool) -> tuple[str, str]:
    text, source = decode(data, said=said(data), **options)
    return text, source.encoding


@pytest.mark.parametrize(
    ("head", "written", "encoding"),
    [
        ("<meta charset=gb2312>", "gb18030", "gb18030"),
        ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=GBK'>", "gb18030", "gb18030"),
        ("", "gb18030", "gb18030"),
        ("<meta charset=gb2312>", "utf-8", "utf-8"),  # it says so, and is not
        ("<meta charset=utf-8>", "gb18030", "gb18030"),
        ("<meta charset=iso-8859-1>", "gb18030", "gb18030"),
        ("<meta charset='unknown-8bit'>", "gb18030", "gb18030"),
        ("<meta charset=big5>", "cp950", "cp950"),
        ("<meta charset=utf-16>", "utf-8", "utf-8"),
        ("<!-- <meta charset=big5> --><meta charset=gbk>", "gb18030", "gb18030"),
    ],
)
def test_the_encoding_of_a_page(head: str, written: str, encoding: str) -> None:
    page = head + (BODY if written != "cp950" else BODY.translate(TRADITIONAL))
    assert decoded(page.encode(written)) == (page, encoding)


def test_a_mark_has_the_last_word() -> None:
    page = "\ufeff<meta charset=gbk>" + BODY
    assert decoded(page.encode("utf-16-le")) == (page, "utf-16-le")
    assert text_of(page).startswith("\ufeff各位代表")


def test_what_a_page_says_counts_where_there_is_little_text() -> None:
    """弿 and its like: two characters that are usual ones in Big5 and rare ones in GB18030, or the reverse."""
    data = "政策".encode("cp950")
    head = b"<meta charset=%s><p>"
    assert decoded(head % b"big5" + data)[0].endswith("政策")
    assert decoded(head % b"gbk" + "政策".encode("gbk"))[0].endswith("政策")


def test_a_page_that_is_not_chinese_is_read_as_it_says() -> None:
    page = "<meta charset=windows-1252><p>Stratégie régionale du développement économique</p>"
    assert decoded(page.encode("cp1252")) == (page, "cp1252")
    with pytest.raises(Undecodable):
        decode(page.encode("cp1252"))


# --- time ---

DEEP = 100_000
TRAPS = {
    "deep": "<div>" * DEEP + "x" + "</div>" * DEEP,
    "deep, never closed": "<span><p>x" * DEEP,
    "deep tables": "<table><tr><td>x" * (DEEP // 2) + "<td>y<br>z" * 1000,
    "tables without rows": "<table><tr><td>x" + "<table>" * DEEP + "y<br>" * 10_000,
    "ends of nothing": "<table><tr><td><p><td>" + "<span>" * 600 + "</p>" * DEEP,
    "cells": "<table><tr>" + "<td>x" * DEEP + "<td>a<br>b",
    "less": "<" * DEEP,
    "tags never closed": "<a " * DEEP,
    "marks never closed": '<a b="' * DEEP,
    "comments never closed": "<!--" * DEEP,
    "scripts in scripts": "<script><!--<script" * DEEP,
    "ampersands": "&" * DEEP + "&" + "a" * (5 * DEEP) + "&#" * DEEP,
    "attributes": "<div hidden " + "a= " * DEEP + "/" * DEEP,
    "spaces that may count": "&nbsp; " * DEEP,
}


@pytest.mark.parametrize("page", TRAPS.values(), ids=TRAPS)
def test_no_page_takes_time_out_of_all_proportion(page: str) -> None:
    begun = time.process_time()
    script = read(page)
    assert time.process_time() - begun < 10  # most take half a second
    assert apply(apply(page, script), reverse(script)) == page


def test_a_page_is_read_at_a_megabyte_a_second() -> None:
    line = "<p style='text-indent: 2em;'>　　现在，我代表省人民政府，向大会<strong>报告工作</strong>，请予审议。</p>\n"
    link = '<li><a href="/zwgk/index.html" target="_blank"><span class="x">政务公开</span></a></li>\n'
    page = line * 8000 + link * 8000
    begun = time.process_time()
    read(page)
    assert len(page.encode()) / (time.process_time() - begun) > 1_000_000
