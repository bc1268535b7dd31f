"""The page: what it carries is what was found, nothing in it comes from the text but text, and it asks for nothing."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import Cleaner
from drawing import HOSTILE, Drawing
from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import apply, minimal
from cleaner.model import Document, Edit, Finding, Grade, Level, Outcome, Script, Source, Twin, Why
from cleaner.reports import assembly, bundle, carried, overview
from cleaner.reports.assembly import Assembly
from cleaner.reports.page import PLAIN, escaped, pack, unpack
from cleaner.reports.reading import findings, opened
from cleaner.reports.words import WORDS, word
from cleaner.views import paragraphs

SOURCE = Source("utf-8", "0" * 64, 0)
TAGS = {"html", "head", "meta", "title", "style", "script", "body", "section", "header", "main", "article", "div", "p", "h1", "h2", "h3"}
TAGS |= {"dl", "dt", "dd", "b", "i", "span", "bdi", "q", "code", "pre", "figure", "figcaption", "svg", "g", "text", "tspan", "rect", "line"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "details", "summary", "del", "ins", "mark", "br"}
CODES = ("TYP701", "TYP702", "PUN201", "REP501", "REP505", "LAY402")


def outcome(text: str, found: Sequence[Finding] = (), script: Script | None = None, **of: Any) -> Outcome:
    """As a run with safe fixes leaves it: what is safe is in the script."""
    script = tuple(sorted(edit for f in found if f.grade is Grade.SAFE for edit in f.edits)) if script is None else script
    named: dict[str, Any] = {"order": 0, "path": "报告.txt", "row": None, "source": SOURCE, "settled": apply(text, script)} | of
    document = Document(named["order"], named["path"], named["row"], text, paragraphs(text), named["source"])
    return Outcome(document, tuple(found), (), script, named["settled"])


def finding(code: str, start: int, end: int, *edits: Edit, grade: Grade = Grade.SAFE, why: Why | None = None, **of: Any) -> Finding:
    return Finding(code, start, end, edits, grade, of.pop("level", Level.WARNING), why or Why.of("{} places", code), **of)


def fixed(text: str, old: str, new: str, code: str, **of: Any) -> Finding:
    start = text.index(old)
    one = minimal(start, old, new, code)
    assert one
    return finding(code, start, start + len(old), one, **of)


def documents(*outcomes: Outcome) -> list[dict[str, Any]]:
    return [carried.opened(carried.carried(one, "en")) for one in outcomes]


def text_of(document: dict[str, Any]) -> str:
    return "".join(stretch[2] for stretch in document["t"])


# --- what is carried ------------------------------------------------------------------------------------------------

REPORT = "各位代表！我们要建建设美好无锡。\n\n要抓项目项目建设,要快。\n\n各位代表！我们要建建设美好无锡。\n\n本市与外市同。\n"


def report(**of: Any) -> Outcome:
    again = REPORT.rindex("各位")
    repeat = Edit(again, REPORT[again : REPORT.index("本市")], "", "REP501")
    twice = Edit(REPORT.index("项目"), "项目", "", "TYP702")
    return outcome(
        REPORT,
        [
            fixed(REPORT, "建建", "建", "TYP701", why=Why.of("{} places", "建")),
            finding("TYP702", twice.start, twice.start + 4, twice, grade=Grade.UNSAFE, level=Level.NOTE),
            fixed(REPORT, ",", "，", "PUN201"),
            finding("REP501", again, again + 16, repeat, twin=Twin(0, 16, 1.0), level=Level.ERROR, cluster="R1"),
            finding("REP505", REPORT.index("本市"), len(REPORT) - 1, grade=Grade.NONE, twin=Twin(3, 9, 0.9, "外市.jsonl", 7)),
        ],
        **of,
    )


def test_a_document_is_carried_with_its_findings() -> None:
    (document,) = documents(report())
    assert text_of(document) == REPORT
    seen = list(findings([document]))
    assert [one.row["code"] for one in seen] == ["TYP701", "TYP702", "PUN201", "REP501", "REP505"]
    assert [one.state for one in seen] == ["applied", "unsafe", "applied", "applied", "told"]
    for one, f in zip(seen, report().findings, strict=True):
        assert (one.row["start"], one.row["end"]) == (f.start, f.end)
        assert one.row["edits"] == [{"start": e.start, "end": e.end, "new": e.new} for e in f.edits]
    assert seen[0].why == ("建 places", "建 处")
    assert seen[3].row["twin"] == {"path": "报告.txt", "row": None, "start": 0, "end": 16, "similarity": 1.0}
    assert seen[4].row["twin"] == {"path": "外市.jsonl", "row": 7, "start": 3, "end": 9, "similarity": 0.9}


def test_what_was_only_looked_at_is_not_called_applied() -> None:
    (document,) = documents(outcome("建建设", [fixed("建建设", "建建", "建", "TYP701")], settled="建建设"))
    assert [one.state for one in findings([document])] == ["would"]


def test_a_document_without_findings_is_not_carried() -> None:
    assert carried.carried(outcome("一切都好。"), "en") == ""


UNITS = st.sampled_from([*HOSTILE, "甲", "乙丙丁", ",", "，", " ", "\n", "\r\n", "\r", "无锡" * 90, "𠮷"])


@given(st.lists(UNITS, min_size=1, max_size=14), st.data())
def test_the_carried_text_is_the_text(units: list[str], data: st.DataObject) -> None:
    text = "".join(units)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    (document,) = documents(outcome(text, [finding("LAY402", start, end, grade=Grade.NONE)]))
    assert text_of(document) == text
    assert [stretch[0] for stretch in document["t"]] == sorted({stretch[0] for stretch in document["t"]})
    for at, _, part, needed in document["t"]:
        assert text.startswith(part, at)
        assert needed or at + len(part) <= start or at >= end
    assert unpack(pack(carried.carried(outcome(text, [finding("LAY402", start, end, grade=Grade.NONE)]), "en"))) == [document]


def test_of_a_long_document_only_what_is_spoken_of_is_carried() -> None:
    text = "无锡市建设美好家园。\n" * 60_000 + "建建设。\n" + "无锡市建设美好家园。\n" * 1_000
    (document,) = documents(outcome(text, [fixed(text, "建建", "建", "TYP701")]))
    assert "建建设" in text_of(document)
    assert len(text_of(document)) < 1_000
    at, line, part, _ = next(stretch for stretch in document["t"] if "建建" in stretch[2])
    assert text.startswith(part, at)
    assert line == 60_001


def test_a_line_of_a_million_characters_is_bounded() -> None:
    text = "甲乙丙丁" * 250_000
    (document,) = documents(outcome(text, [finding("LOOP601", 0, len(text), Edit(4, text[4:], "", "LOOP601"))]))
    assert len(text_of(document)) < 40_000
    assert document["t"][-1][2].endswith("丙丁")


def test_places_are_code_points() -> None:
    text = "𠮷𠮷建建设"
    (document,) = documents(outcome(text, [fixed(text, "建建", "建", "TYP701")]))
    assert document["s"] == [[3, 1, ""]]


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
        "left_out_files": {"hidden": {"count": 7, "examples": []}},
        "characters_before": 6_945,
        "characters_after": 6_009,
        "rules": [{"code": "TYP701", "findings": 4, "applied": 3}, {"code": "REP501", "findings": 1, "applied": 0}],
        "documents": [row, row | {"path": "b.txt"}],
    } | of


def whole(lang: str, *outcomes: Outcome, apart: bool = False, **of: Any) -> str:
    making = Assembly(lang, "OUT.report")
    for one in outcomes or (report(),):
        making.add(carried.carried(one, lang))
    html = "".join(making.page(summary(**of), apart=apart).html())
    making.close()
    return html


def drawing(html: str) -> Drawing:
    """What a browser makes of it, but for scripts and styles."""
    return Drawing(re.sub(r"(<(script|style)[^>]*>).*?(</\2>)", r"\1\3", html.removeprefix("<!doctype html>"), flags=re.DOTALL))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_was_done_and_how_to_undo_it(lang: str) -> None:
    html = whole(lang)
    html.encode("utf-8", "strict")
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in html
    seen = drawing(html).seen
    for said in ("1,234", "6,945", "6,009", "−936, −13.5 %", "cleaner clean '<x>' -o OUT", "not <text>", "0.1.0", "a/<b>.txt", "U+DCFF"):
        assert said in seen
    assert "cleaner undo REPORT -o RESTORED" in seen
    for key in (
        "by family",
        "by file",
        "by similarity",
        "repeated text",
        "by cluster",
        "by encoding",
        "skipped",
        "passed over",
        "reproduce",
    ):
        assert word(lang, key) in seen
    assert "{" not in seen


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_told_without_a_script(lang: str) -> None:
    drawn = drawing(whole(lang))
    for f in report().findings:
        line = REPORT.count("\n", 0, f.start) + 1
        assert f"报告.txt:{line}:{f.start - REPORT.rfind(chr(10), 0, f.start)}" in drawn.seen
        assert word(lang, f.level.name) in drawn.seen
    assert len(drawn.before) == 5
    assert all(stretch in REPORT for stretch in drawn.before)
    assert "我们要建设美好无锡" in drawn.after[0]
    for state in ("applied", "unsafe", "told"):
        assert word(lang, state) in drawn.seen


def test_only_the_first_findings_are_told_without_a_script() -> None:
    text = "建建设。\n" * (PLAIN + 50)
    found = [finding("TYP701", m.start(), m.end(), Edit(m.start(), "建", "", "TYP701")) for m in re.finditer("建建", text)]
    html = whole("en", outcome(text, found), report())
    assert html.count("<article>") == PLAIN
    assert f"The first {PLAIN} findings" in html


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_but_text_comes_from_the_text(hostile: str, lang: str) -> None:
    text = f"甲{hostile}乙。\n{hostile}\n丙{hostile}{hostile}丁"
    found = [
        finding("ENC105", 1, 1 + len(hostile), Edit(1, hostile, "", "ENC105")),
        finding("TYP703", 1, 2, Edit(1, text[1:2], hostile, "TYP703"), grade=Grade.UNSAFE, why=Why.of("{} places", hostile)),
        finding("REP503", 2, len(text), grade=Grade.NONE, twin=Twin(0, 1, 1.0, f"那{hostile}份", 3), cluster=hostile),
    ]
    one = outcome(text, found, path=f"甲{hostile}乙.txt", source=SOURCE._replace(encoding=f"gbk{hostile}"))
    row = summary()["documents"][0] | {"path": f"甲{hostile}乙.txt"}
    html = whole(lang, one, documents=[row, row], command=f"cleaner {hostile}", skipped=[{"path": hostile, "reason": hostile}])
    html.encode("utf-8")
    drawn = drawing(html)
    assert {tag for tag, _ in drawn.elements} <= TAGS
    assert html.count("<script") == 4  # one before the first paint, two with data, the page's own
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe]", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    )
    for tag, attributes in drawn.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "href", "action", "ping")}, tag


@pytest.mark.parametrize("hostile", HOSTILE)
def test_json_in_the_page_cannot_end_its_element(hostile: str) -> None:
    assert not re.search("[<>&\u2028\u2029]", escaped({"text": hostile}))
    assert json.loads(escaped({"text": hostile})) == {"text": hostile}


def hashes(html: str, tag: str) -> set[str]:
    return {
        f"'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'" for body in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    }


def test_the_page_asks_for_nothing() -> None:
    html = whole("zh")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    directives = dict(part.strip().split(" ", 1) for part in policy[1].split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == "'none'"
    assert set(directives["style-src"].split()) == hashes(html, "style")
    assert set(directives["script-src"].split()) == hashes(html, "script")
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert not re.search(r"url\(|@import|</|@font-face|expression", bundle.style())
    assert not re.search(r"\bsrc=|\bhref=|https?://(?!127)", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))


def test_a_page_in_files_has_no_script_and_no_style_inside() -> None:
    html = whole("zh", apart=True)
    assert "script-src 'self'; style-src 'self'" in html
    assert re.findall(r"<script(?! type=)[^>]*>", html) == ['<script src="early.js">', '<script src="report.js">']
    assert "<style" not in html
    assert " style=" not in html


def test_a_page_in_files_is_written_with_them(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("我们要建建设美好无锡。", "utf-8")
    assert cleaner("clean", "a.txt", "-o", "out", "--page-files").code == 0
    folder = tmp_path / "out.report"
    assert (folder / "report.css").read_text("utf-8") == bundle.style()
    assert (folder / "report.js").read_text("utf-8") == bundle.script()
    assert (folder / "early.js").read_text("utf-8") == bundle.early()
    assert cleaner("check", "a.txt", "--page-files").code == 2


def test_the_same_findings_are_the_same_run(tmp_path: Path) -> None:
    runs = set()
    for lang, created in (("zh", "2025"), ("en", "2026")):
        (tmp_path / "page.html").write_text(whole(lang, created=created), "utf-8")
        runs.add(opened(tmp_path / "page.html")[1]["run"])
    assert len(runs) == 1
    (tmp_path / "page.html").write_text(whole("zh", report(path="other.txt")), "utf-8")
    assert opened(tmp_path / "page.html")[1]["run"] not in runs


def test_a_page_that_would_be_too_big_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "LIMIT", 10)
    monkeypatch.setattr(assembly, "PIECE", 10)
    html = whole("en", report(), report(path="b.txt"), report(path="c.txt"))
    assert "Files whose details are not on this page, to keep it small: 2." in html
    assert "b.txt:1" not in html


def test_beyond_a_size_only_what_findings_speak_of_is_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "FULL", 0)
    text = "建建设。\n" + "无锡市。\n" * 400
    one = outcome(text, [fixed(text, "建建", "建", "TYP701")])
    (tmp_path / "page.html").write_text(whole("en", report(), one), "utf-8")
    _, _, carrying = opened(tmp_path / "page.html")
    assert text_of(carrying[0]) == REPORT
    assert len(text_of(carrying[1])) < 300


def test_long_tables_are_folded() -> None:
    row = summary()["documents"][0]
    html = whole("en", documents=[row | {"path": f"{i}.txt"} for i in range(overview.TABLE + 5)])
    assert "<summary>+ 5</summary>" in html
    assert "<bdi>4.txt</bdi>" in html


def test_an_empty_run_is_a_page() -> None:
    nothing: dict[str, Any] = {"rules": [], "documents": [], "skipped": [], "left_out_files": {}, "files": 0, "changed": 0}
    nothing |= {"characters_before": 0, "characters_after": 0}
    html = "".join(Assembly("en", None).page(summary(**nothing)).html())
    drawing(html)
    assert "±0" in html
    assert "cleaner undo" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)  # there is nothing to take back
    assert 'id="plain"' not in html


@pytest.mark.parametrize(
    ("before", "after", "said"), [(0, 0, "±0"), (10, 10, "±0"), (2004, 2003, "−1"), (1000, 900, "−100, −10.0 %"), (10, 11, "+1, +10.0 %")]
)
def test_shares(before: int, after: int, said: str) -> None:
    assert overview._share(before, after) == said


@pytest.mark.parametrize(("similarity", "name"), [(1.0, "100"), (0.999, "96–"), (0.8, "80–"), (0.799, "<80"), (0.0, "<80"), (0.92, "92–")])
def test_steps_of_similarity(similarity: float, name: str) -> None:
    assert overview.STEPS[overview.step(similarity)] == name


def test_repeated_text_is_counted_once() -> None:
    census = overview.Census()
    text = "甲乙丙丁。" * 4
    again = finding("REP501", 5, 10, Edit(5, "甲乙丙丁。", "", "REP501"), twin=Twin(0, 5, 1.0), cluster="R")
    told = finding("REP503", 5, 15, grade=Grade.NONE, twin=Twin(0, 5, 0.9), cluster="R")
    census.add(documents(outcome(text, [again, told]))[0])
    assert (census.removed, census.left) == (5, 5)
    assert census.repeats == {"R": 2}


# --- the script and the words ---------------------------------------------------------------------------------------


def test_modules_become_one_script() -> None:
    script = bundle.script()
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)), sorted(name for name in set(names) if names.count(name) > 1)


def test_modules_stand_behind_what_they_use() -> None:
    folder = Path(bundle.__file__).parent / "web"
    assert {path.stem for path in folder.glob("*.js")} == {*bundle.MODULES, "early"}
    for n, name in enumerate(bundle.MODULES):
        source = bundle.source(f"{name}.js")
        for used in re.findall(r'^import .*? from "\./([a-z]+)\.js";', source, re.MULTILINE):
            assert used in bundle.MODULES[:n]
        for imported, used in re.findall(r'^import \{ (.*?) \} from "\./([a-z]+)\.js";', source, re.MULTILINE):
            for one in imported.split(", "):
                assert re.search(rf"^export (?:async )?(?:function|const|class) {one}\b", bundle.source(f"{used}.js"), re.MULTILINE)


def test_no_text_becomes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setHTML", bundle.script())


def test_every_word_of_the_page_is_there_and_used() -> None:
    script = bundle.script()
    for key in re.findall(r'\b(?:say|action|worded|hollow)\(\s*(?:"\w+", )?"([\w ]+)"', script):
        assert key in WORDS or key in ("dl", "dd", "p", "h2", "strong", "span"), key
    python = "".join(path.read_text("utf-8") for path in Path(bundle.__file__).parent.glob("*.py") if path.name != "words.py")
    unsaid = [key for key in WORDS if f'"{key}"' not in script and f'"{key}"' not in python and f"'{key}'" not in python]
    said = re.compile(
        r"(facet|scope|done|sure|was|key) \w+|ERROR|WARNING|NOTE|applied|would|safe|unsafe|told|accept|reject|later|[A-Z]{3,4}"
    )
    assert [key for key in unsaid if not said.fullmatch(key)] == []


def test_both_languages_have_the_same_places() -> None:
    for key, (chinese, english) in WORDS.items():
        for form in english.split("|"):
            assert len(re.findall(r"{\d*}", form)) == len(re.findall(r"{\d*}", chinese)), key


def test_one_is_not_many() -> None:
    assert word("en", "folded", 1) == "1 character"
    assert word("en", "folded", 2) == "2 characters"
    assert word("zh", "folded", 1000) == "1,000 字"
