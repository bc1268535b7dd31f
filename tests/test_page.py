"""The page: nothing in it comes from the text but text, and what it draws is what was done."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import apply, minimal
from cleaner.model import Document, Edit, Finding, Grade, Level, Outcome, Script, Source, Twin, Why
from cleaner.reports import page as pages
from cleaner.reports.diff import OPENING, Highlight, changed, clipped, fine, inline, visible
from cleaner.reports.page import WORDS, Carriers, page, section, word
from cleaner.views import paragraphs

SOURCE = Source("utf-8", "0" * 64, 0)
TAGS = {"article", "header", "h2", "h3", "section", "div", "p", "ul", "ol", "li", "details", "summary"}
TAGS |= {"bdi", "span", "b", "code", "q", "a", "br", "del", "ins", "mark"}
ATTRIBUTES = {"class", "id", "lang", "title", "data-n", "data-times", "href", "open"}
HOSTILE = [
    "</script><script>alert(1)</script>",
    '<img src="//x.example/a" onerror=alert(1)>',
    "]]>",
    "<!--",
    "</div></article>",
    "&lt;b&gt;&#x3c;",
    "\" onmouseover='x'",
    "\u202e反\u202c",
    "\u2066甲\u2069",
    "\u2028",
    "\u2029",
    "\x00",
    "\x1b[31m",
    "\x0b\x0c\x85",
    "\udc80\udcff",
    "\ufeff",
    "\u200b\u200d",
    "\ue004",
    "\ufffe",
    "\U000e0041",
    "𠮷",
    "e\u0301\ufe0f",
]


@pytest.fixture(autouse=True)
def _plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "say", lambda why, lang: str(why))
    monkeypatch.setattr(pages, "title", lambda code, lang: f"What {code} finds.")


class Drawing(HTMLParser):
    """What a browser makes of it: elements, the texts shown, the text of each drawing before and after."""

    VOID = ("br", "meta")

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.seen = ""  # all text, folded or not
        self.before: list[str] = []
        self.after: list[str] = []
        self.shown: list[str] = []  # without what is folded
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names)
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))
        if dict(attrs).get("class") == "text":
            self.before.append("")
            self.after.append("")
            self.shown.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, text: str) -> None:
        self.seen += text
        tags = [tag for tag, _ in self.open]
        classes = [attrs.get("class") for _, attrs in self.open]
        if "text" not in classes or "summary" in tags:
            return
        if "seen" in classes:
            text = chr(int(re.match(r"U\+([0-9A-F]+)", str(self.open[-1][1]["title"]))[1], 16))  # type: ignore[index]
            if "times" in classes:
                text *= int(str(self.open[-2][1]["data-times"]))
        elif "times" in classes:
            return  # ×17 after the token
        if "ins" not in tags:
            self.before[-1] += text
        if "del" not in tags:
            self.after[-1] += text
        if "details" not in tags:
            self.shown[-1] += text

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def outcome(text: str, findings: Sequence[Finding] = (), script: Script | None = None, **of: Any) -> Outcome:
    """As a run with safe fixes leaves it: what is safe is in the script."""
    edits = [edit for f in findings if f.grade is Grade.SAFE for edit in f.edits]
    script = tuple(sorted(edits)) if script is None else script
    named: dict[str, Any] = {"order": 0, "path": "报告.txt", "row": None, "source": SOURCE, "moot": (), "settled": apply(text, script)} | of
    document = Document(named["order"], named["path"], named["row"], text, paragraphs(text), named["source"])
    return Outcome(document, tuple(findings), named["moot"], script, named["settled"])


def finding(code: str, start: int, end: int, *edits: Edit, grade: Grade = Grade.SAFE, why: Why | None = None, **of: Any) -> Finding:
    return Finding(code, start, end, edits, grade, of.pop("level", Level.WARNING), why or Why.of("{} is at fault", code), **of)


def fixed(text: str, old: str, new: str, code: str, **of: Any) -> Finding:
    start = text.index(old)
    one = minimal(start, old, new, code)
    assert one
    return finding(code, start, start + len(old), one, **of)


def lines(text: str) -> str:
    return text.replace("\r\n", "\n")


UNITS = st.sampled_from([*HOSTILE, "甲", "乙丙丁", ",", "，", " ", "　", "\t", "\n", "\r\n", "\n\n", "１", "无锡" * 90, "的" * 20])


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Any text with any edits, asked for by one finding; and findings anywhere that only tell."""
    units = draw(st.lists(UNITS, min_size=1, max_size=14))
    if sum("\n" in unit for unit in units) >= pages.WIDE:
        units = [unit for unit in units if "\n" not in unit] or ["甲"]
    ends = [0]
    for unit in units:
        ends.append(ends[-1] + len(unit))
    text = "".join(units)
    points = sorted(draw(st.sets(st.sampled_from(ends), max_size=8)))
    edits = [Edit(a, text[a:b], draw(st.one_of(st.just(""), UNITS)), "TYP701") for a, b in zip(points[::2], points[1::2])]
    edits = [e for e in edits if e.old != e.new]
    findings = [finding("TYP701", 0, len(text), *edits)] if edits else []
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted((draw(st.sampled_from(ends)), draw(st.sampled_from(ends))))
        findings.append(finding("LAY402", start, end, grade=Grade.NONE))
    return outcome(text, sorted(findings, key=lambda f: (f.start, f.end)))


@given(outcomes(), st.sampled_from(["zh", "en"]))
def test_what_is_drawn_is_what_was_done(one: Outcome, lang: str) -> None:
    drawing = Drawing(section(one, lang))
    if one.script:
        for drawn, whole in zip((drawing.before, drawing.after), (one.document.text, one.settled), strict=True):
            assert len(drawn) == 1
            assert lines(whole).startswith(drawn[0])
            assert not lines(whole)[len(drawn[0]) :].strip()  # blank lines at the end
    else:
        assert all(stretch in lines(one.document.text) for stretch in drawing.before)


@given(outcomes())
def test_nothing_but_text_comes_from_the_text(one: Outcome) -> None:
    html = section(one, "zh")
    html.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\ud800-\udfff\ue000-\uf8ff]", html)
    for tag, attributes in Drawing(html).elements:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert all(re.fullmatch(r"[-\w #+.]*", value or "") for value in attributes.values())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_paths_and_reasons_are_as_hostile_as_text(hostile: str) -> None:
    text = "甲乙丙"
    twin = Twin(0, 1, 1.0, f"那{hostile}份", 3)
    one = finding("REP503", 0, 3, grade=Grade.NONE, why=Why.of("alike: {}", hostile), twin=twin)
    html = section(outcome(text, [one], path=f"甲{hostile}乙.txt", source=SOURCE._replace(encoding=f"gbk{hostile}")), "en")
    html.encode("utf-8")
    assert {tag for tag, _ in Drawing(html).elements} <= TAGS
    assert hostile not in html or hostile.isalpha()


def test_directions_cannot_be_turned() -> None:
    html = section(outcome("甲\u202e乙", [finding("ENC105", 1, 2, grade=Grade.NONE)]), "zh")
    assert '<mark class="told"><span class="seen" title="U+202E RIGHT-TO-LEFT OVERRIDE">U+202E</span></mark>' in html
    assert re.search(r"bdi, \.text, del, ins, mark \{ unicode-bidi: isolate; \}", pages._style())


def test_bytes_that_did_not_decode_have_a_name() -> None:
    html = section(outcome("坏\udc80字", [finding("ENC101", 1, 2, grade=Grade.NONE)], source=SOURCE._replace(broken=True)), "zh")
    assert ">U+DC80</span>" in html
    assert word("zh", "broken") in html


# --- characters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" ", ["␣"]),
        ("　", ["□"]),
        ("\t", ["⇥"]),
        ("\r\n", ["⏎"]),
        ("\n", ["⏎"]),
        ("\r", ["␍"]),
        ("\u00a0", ["NBSP"]),
        ("\u200b", ["U+200B"]),
        ("\u2003", ["U+2003"]),
        ("\u3164", ["U+3164"]),
        ("\ufe0f", ["U+FE0F"]),
        ("\U000e0100", ["U+E0100"]),
        ("甲，Ａé①〇𠮷", []),
    ],
)
def test_what_comes_and_goes_is_seen(text: str, tokens: list[str]) -> None:
    assert re.findall(r">([^<]+)</span>", changed(text)) == tokens


@pytest.mark.parametrize("text", ["　　各位代表", "a b", "第一行\n第二行", "1\t2", "甲\u00a0乙"])
def test_what_stays_is_left_to_lay_out_the_text(text: str) -> None:
    assert visible(text) == text


def test_many_of_a_kind_are_one_token() -> None:
    assert changed(" " * 4).count("␣") == 4
    assert changed(" " * 5000).count("␣") == 1
    assert "×5,000" in changed(" " * 5000)


@pytest.mark.parametrize(("old", "new"), [(",", "，"), ("。。", "。"), (" ", ""), ("１２", "12"), ("", "”"), ("(", "（")])
def test_marks_and_widths_are_fine(old: str, new: str) -> None:
    assert fine(Edit(0, old, new, "PUN201"))


@pytest.mark.parametrize(("old", "new"), [("书", ""), ("", "不"), ("\n", ""), ("3", ""), ("。\n", "。"), ("１", "2"), ("，，，，，", "，")])
def test_all_else_is_loud(old: str, new: str) -> None:
    assert not fine(Edit(0, old, new, "PUN201"))


def test_clipped_is_short_and_on_one_line() -> None:
    assert clipped("甲\r\n乙", 9) == "甲  乙"
    assert clipped("甲" * 1_000_000, 9) == "甲" * 9 + "…"


# --- folding --------------------------------------------------------------------------------------------------------


def test_a_long_paragraph_shows_what_matters_and_folds_the_rest() -> None:
    text = "甲乙丙，" * 250 + "总书书记" + "丁戊己，" * 250
    drawing = Drawing(section(outcome(text, [fixed(text, "书书", "书", "TYP701")]), "zh"))
    assert len(drawing.shown[0]) < 120
    assert "总书书记" in drawing.shown[0]
    assert "954 字" in drawing.seen
    assert drawing.before == [text]


def test_a_deleted_paragraph_keeps_head_and_tail() -> None:
    text = "开头" + "中" * 500 + "结尾"
    drawing = Drawing(section(outcome(text, [fixed(text, text, "", "REP501")]), "zh"))
    assert drawing.shown[0].startswith("开头")
    assert drawing.shown[0].endswith("结尾")
    assert "删去" in drawing.seen
    assert drawing.after == [""]


def test_marks_do_not_drown_a_doubled_character() -> None:
    text = "无锡市,经济," * 60 + "建建设" + "无锡市,经济," * 60
    commas = finding("PUN201", 0, len(text), *(Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text)))
    drawing = Drawing(section(outcome(text, [commas, fixed(text, "建建", "建", "TYP701")]), "en"))
    assert "建建设" in drawing.shown[0]
    assert len(drawing.shown[0]) < 150
    assert "marks changed" in drawing.seen
    assert drawing.after[0] == text.replace(",", "，").replace("建建", "建")


@pytest.mark.parametrize("at", range(OPENING - 2, OPENING + 2))
def test_a_fold_does_not_tear_a_line_end(at: int) -> None:
    text = "甲" * at + "\r\n" + "乙," * 100
    one = finding("PUN201", 0, len(text), *(Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text)))
    drawing = Drawing(section(outcome(text, [one]), "zh"))
    assert "处 …" in drawing.seen
    assert drawing.after == [lines(text).replace(",", "，")]


def test_short_stretches_stay_open() -> None:
    text = "无锡市" * 20 + "建建设"
    assert "<details" not in section(outcome(text, [fixed(text, "建建", "建", "TYP701")]), "zh")


def test_stretches_of_marks_alone_are_opened_when_asked() -> None:
    text = "甲,乙。\n甲,乙。\n建建设。\n"
    commas = [finding("PUN201", i, i + 1, Edit(i, ",", "，", "PUN201")) for i in (1, 6)]
    assert '<details class="quiet"><summary>Lines 1–2: only marks and widths change, 2 times' in section(
        outcome(text, [*commas, fixed(text, "建建", "建", "TYP701")]), "en"
    )
    assert '<details class="quiet" open>' in section(outcome(text, commas), "en")


def test_a_line_of_a_million_characters_is_bounded() -> None:
    text = "甲,乙<i>" * 166_667
    edits = [Edit(m.start(), ",", "，", "PUN201") for m in re.finditer(",", text)]
    began = time.perf_counter()
    html = section(outcome(text, [finding("PUN201", 0, len(text), *edits)]), "zh")
    assert len(html) < 600_000
    assert "未显示" in html
    assert time.perf_counter() - began < 20
    single = section(outcome(text, [finding("LOOP601", 0, len(text), Edit(6, text[6:], "", "LOOP601"))]), "zh")
    assert len(single) < 60_000
    each = section(outcome(text, [finding("PUN201", e.start, e.end, e) for e in edits]), "zh")
    assert len(each) < 600_000
    assert "×166,667" in each


def test_a_document_of_many_faults_is_bounded_and_counts_the_rest() -> None:
    text = "无锡市建建设。\n" * 4_000
    found = [finding("TYP701", m.start(), m.end(), Edit(m.start(), "建", "", "TYP701")) for m in re.finditer("建建", text)]
    html = section(outcome(text, found), "en")
    assert len(html) < 2 * pages.SECTION
    rest = re.search(r"([\d,]+) more, see findings.jsonl: TYP701 ×([\d,]+)", html)
    assert rest
    assert html.count('class="card"') + int(rest[1].replace(",", "")) == 4_000


# --- what is said of it ---------------------------------------------------------------------------------------------

REPORT = "各位代表！我们要建建设美好无锡。\n\n要抓项目项目建设,要快。\n\n各位代表！我们要建建设美好无锡。\n\n本市与外市同。\n"


def report() -> Outcome:
    again = REPORT.rindex("各位")
    repeat = Edit(again, REPORT[again : REPORT.index("本市")], "", "REP501")
    word_twice = Edit(REPORT.index("项目"), "项目", "", "TYP702")
    return outcome(
        REPORT,
        [
            fixed(REPORT, "建建", "建", "TYP701", why=Why.of("{} stands twice", "建")),
            finding("TYP702", word_twice.start, word_twice.start + 4, word_twice, grade=Grade.UNSAFE, level=Level.NOTE),
            fixed(REPORT, ",", "，", "PUN201"),
            finding("REP501", again, again + 16, repeat, twin=Twin(0, 16, 1.0), why=Why.of("equal to line {}", 1), level=Level.ERROR),
            finding("REP505", REPORT.index("本市"), len(REPORT) - 1, grade=Grade.NONE, twin=Twin(3, 9, 0.9, "外市.jsonl", 7)),
        ],
        moot=(finding("TYP701", again + 8, again + 9),),
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_told_with_its_reason_and_place(lang: str) -> None:
    one = report()
    seen = Drawing(section(one, lang)).seen
    for f in one.findings:
        line = REPORT.count("\n", 0, f.start) + 1
        column = f.start - REPORT.rfind("\n", 0, f.start)
        assert f"What {f.code} finds {f.code}" in seen
        assert str(f.why) in seen
        assert f"{line}:{column}" in seen
        assert word(lang, f.level.name) in seen
    for state in ("applied", "unsafe", "told"):
        assert word(lang, state) in seen
    assert word(lang, "moot", 1) in seen
    assert all(word(lang, family) in seen for family in ("TYP", "REP", "PUN"))


def test_every_finding_of_many_is_counted() -> None:
    text = "甲乙丙丁" * 50
    found = [finding(f"TYP{700 + i}", i, i + 1, grade=Grade.NONE) for i in range(200)]
    seen = Drawing(section(outcome(text, found), "en")).seen
    assert all(f"TYP{700 + i}" in seen for i in range(200))


def test_a_twin_is_a_link_to_where_it_is_drawn() -> None:
    drawing = Drawing(section(report(), "en"))
    ids = {attributes["id"] for _, attributes in drawing.elements if "id" in attributes}
    links = [attributes["href"] for tag, attributes in drawing.elements if tag == "a"]
    assert links == ["#d0l1"]
    assert {link[1:] for link in links if link} <= ids
    assert "“" not in drawing.seen  # quotes are drawn by the style sheet
    assert "What stays: line 1 各位代表" in drawing.seen
    assert "Its like: 外市.jsonl row 7" in drawing.seen


def test_a_twin_further_on_is_found() -> None:
    text = "建建设。\n再建建设。\n再建建设。\n"
    ones = [finding("TYP701", m.start(), m.end(), Edit(m.start(), "建", "", "TYP701")) for m in re.finditer("建建", text)]
    ones[2] = replace(ones[2], twin=Twin(5, 11, 1.0))
    assert '<a href="#d0l2">第 2 行</a>' in section(outcome(text, ones), "zh")


def test_a_twin_that_is_not_drawn_is_no_link() -> None:
    text = "各位代表。\n\n各位代表。\n"
    one = finding("REP501", 7, 12, Edit(7, "各位代表。\n", "", "REP501"), twin=Twin(0, 5, 1.0))
    html = section(outcome(text, [one]), "zh")
    assert "<a " not in html
    assert "第 1 行" in html


def test_what_was_not_applied_is_marked_and_its_change_offered() -> None:
    html = section(report(), "en")
    assert '<mark class="unsafe" data-n="1">项目</mark>项目建设' in html
    assert "要抓<del>项目</del>项目建设" in html  # in the list, as an offer
    assert '<mark class="told">本市与外市同。</mark>' in html


def test_what_was_only_looked_at_is_not_called_applied() -> None:
    text = "建建设"
    html = section(outcome(text, [fixed(text, "建建", "建", "TYP701")], settled=text), "en")
    assert word("en", "would") in html
    assert word("en", "applied") not in html


def test_one_stretch_is_drawn_once() -> None:
    drawing = Drawing(section(report(), "zh"))
    first, second, third, fourth = REPORT.split("\n\n")
    assert drawing.before == [first, second, third + "\n\n", fourth.rstrip("\n")]


def test_a_joined_line_is_drawn_with_what_it_joins() -> None:
    text = "停车便民\n\n惠民措施。\n"
    drawing = Drawing(section(outcome(text, [finding("LAY401", 2, 8, Edit(4, "\n\n", "", "LAY401"))]), "zh"))
    assert drawing.after == ["停车便民惠民措施。"]


def test_an_edit_without_a_finding_is_drawn_too() -> None:
    drawing = Drawing(section(outcome("甲乙丙", script=(Edit(1, "乙", "", "TYP705"),)), "zh"))
    assert drawing.after == ["甲丙"]


def test_a_finding_over_the_whole_document_does_not_swallow_the_others() -> None:
    text = "无锡市建设。\n" * 20
    whole = finding("REP506", 0, len(text), grade=Grade.NONE)
    html = section(outcome(text, [whole, finding("TYP701", 70, 71, grade=Grade.NONE)]), "zh")
    assert html.count('class="card"') == 2
    assert "1:1–20" in html


def test_edits_made_by_several_passes_carry_out_the_findings_of_each() -> None:
    script = (Edit(2, "甲\n乙", "", "LAY401+REP501"), Edit(9, "丙", "", "TYP701"))
    carriers = Carriers(script)
    assert carriers.of(finding("LAY401", 3, 4, Edit(3, "\n", "", "LAY401"))) == [0]
    assert carriers.of(finding("REP501", 5, 6, Edit(5, "丁", "", "REP501"))) == [0]
    assert carriers.of(finding("TYP701", 9, 10, Edit(9, "丙", "", "TYP701"))) == [1]
    assert carriers.of(finding("TYP701", 10, 11, Edit(10, "丙", "", "TYP701"))) == []
    assert carriers.of(finding("TYP702", 9, 10, Edit(9, "丙", "", "TYP702"))) == []


@pytest.mark.parametrize(
    ("highlights", "drawn"),
    [
        ([(0, 4, "1"), (1, 2, "2")], "[甲][乙2][丙丁1]"),
        ([(0, 2, "1"), (0, 2, "2")], "[甲乙1 2]丙丁"),
        ([(0, 3, "1"), (2, 4, "2")], "[甲乙1][丙丁2]"),
        ([(2, 2, "1")], "甲乙[1]丙丁"),
        ([(4, 4, "1")], "甲乙丙丁[1]"),
        ([], "甲乙丙丁"),
    ],
)
def test_highlights_that_overlap(highlights: list[tuple[int, int, str]], drawn: str) -> None:
    lights = [Highlight(start, end, "told", rows) for start, end, rows in highlights]
    html = inline("甲乙丙丁", 0, 4, [], lights, lambda key, *facts: key)
    html = re.sub(r'<mark class="told(?: point)?"(?: data-n="([\d ]+)")?>(.*?)</mark>', lambda m: f"[{m[2]}{m[1] or ''}]", html)
    assert html == drawn


def test_a_highlight_goes_on_behind_an_edit() -> None:
    html = inline("甲乙,丙丁", 0, 5, [(Edit(2, ",", "，", "PUN201"), "")], [Highlight(1, 4, "told", "1")], lambda key, *facts: key)
    change = '<del class="fine">,</del><ins class="fine">，</ins>'
    assert html == f'甲<mark class="told">乙</mark>{change}<mark class="told" data-n="1">丙</mark>丁'


def test_an_empty_document_and_one_without_faults() -> None:
    for text in ("", "\n\n", "一切都好。"):
        assert word("zh", "nothing") in section(outcome(text), "zh")
    Drawing(section(outcome("", [finding("ENC101", 0, 0, grade=Grade.NONE)]), "zh"))


def test_a_row_of_a_table_says_so() -> None:
    assert '<article class="document" id="d5">' in section(outcome("甲", order=5, row=12), "en")
    assert "row 12" in section(outcome("甲", row=12), "en")


# --- the page -------------------------------------------------------------------------------------------------------


def summary(**of: Any) -> dict[str, Any]:
    row = {"path": "a/<b>.txt", "anchor": "d0", "findings": 5, "applied": 3, "characters_before": 60, "characters_after": 42}
    return {
        "version": "0.1.0",
        "command": "cleaner clean '<x>' -o OUT",
        "created": "2025-03-01 10:20",
        "files": 1234,
        "changed": 1,
        "skipped": [{"path": "封面\udcff.pdf", "reason": "not <text>"}],
        "characters_before": 6_945,
        "characters_after": 6_009,
        "rules": [{"code": "TYP701", "findings": 4, "applied": 3, "removed": 17}, {"code": "REP501", "findings": 1, "applied": 0}],
        "documents": [row],
        "left_out": 2,
    } | of


def whole(lang: str, **of: Any) -> str:
    return "".join(page(summary(**of), iter([section(report(), lang)]), lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_was_done_and_how_to_undo_it(lang: str) -> None:
    html = whole(lang)
    html.encode("utf-8")
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in html
    seen = Drawing(html.removeprefix("<!doctype html>")).seen
    for said in ("1,234", "6,945", "6,009", "−936, −13.5 %", "cleaner clean '<x>' -o OUT", "not <text>", "0.1.0", "a/<b>.txt", "U+DCFF"):
        assert said in seen
    assert "cleaner undo REPORT -o RESTORED" in seen
    assert word(lang, "left out", 2) in seen
    assert '<a href="#d0">' in html
    assert "{" not in seen.replace("".join(re.findall("<style>(.*?)</style>", html, re.DOTALL)), "")


def test_the_page_asks_for_nothing() -> None:
    html = whole("zh")
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style
    allowed = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'\"" in html
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert not re.search(r"url\(|@import|</|@font-face|expression", style[1])
    tags = [tag for tag, _ in Drawing(html.removeprefix("<!doctype html>")).elements]
    assert not {"script", "link", "img", "iframe", "form", "object", "svg", "base"} & set(tags)
    for tag, attributes in Drawing(html.removeprefix("<!doctype html>")).elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "src", "action", "ping")}
        assert tag != "a" or str(attributes["href"]).startswith("#")


def test_links_of_the_page_lead_somewhere() -> None:
    elements = Drawing(whole("zh").removeprefix("<!doctype html>")).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {str(attributes["href"])[1:] for tag, attributes in elements if tag == "a"} <= set(ids)


def test_long_tables_are_folded() -> None:
    row = summary()["documents"][0]
    html = whole("en", documents=[row | {"path": f"{i}.txt", "anchor": None} for i in range(45)])
    assert "15 more rows" in html
    assert "<bdi>44.txt</bdi>" in html


def test_the_page_is_written_as_it_is_drawn() -> None:
    def sections() -> Iterator[str]:
        yield "<article>first</article>"
        raise LookupError

    stream = page(summary(), sections(), "zh")
    assert "<article>first</article>" in stream
    with pytest.raises(LookupError):
        next(stream)


def test_an_empty_run_is_a_page() -> None:
    nothing = {"rules": [], "documents": [], "skipped": [], "left_out": 0, "files": 0, "changed": 0}
    nothing |= {"characters_before": 0, "characters_after": 0}
    html = "".join(page(summary(**nothing), [], "en"))
    Drawing(html.removeprefix("<!doctype html>"))
    assert "±0" in html
    assert "cleaner undo" not in html  # there is nothing to take back


@pytest.mark.parametrize(
    ("before", "after", "said"), [(0, 0, "±0"), (10, 10, "±0"), (2004, 2003, "−1"), (1000, 900, "−100, −10.0 %"), (10, 11, "+1, +10.0 %")]
)
def test_shares(before: int, after: int, said: str) -> None:
    assert pages._share(before, after) == said


def test_both_languages_have_the_same_places() -> None:
    for key, (chinese, english) in WORDS.items():
        for form in english.split("|"):
            places = sorted(re.findall(r"{(\d*)}", chinese))
            assert sorted(re.findall(r"{(\d*)}", form)) == places, key


def test_one_is_not_many() -> None:
    assert word("en", "folded", 1) == "1 character"
    assert word("en", "folded", 2) == "2 characters"
    assert word("zh", "folded", 1000) == "1,000 字"
