"""The page in a real browser: headless Chromium through Playwright (`make test-page`). Skipped where there is none."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Cleaner
from drawing import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from cleaner.edits import apply
from cleaner.model import Edit, Grade
from cleaner.reports import bundle
from cleaner.reports.assembly import Assembly
from cleaner.reports.carried import carried
from cleaner.reports.reading import findings, opened
from cleaner.serving import Server

sync_api = pytest.importorskip("playwright.sync_api", reason="make test-page installs playwright")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium here", allow_module_level=True)

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]
WATCHING = """window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


class Tab:
    """A page that is watched: what it logs, asks for and violates."""

    def __init__(self, context: Any, address: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.add_init_script(WATCHING)
        self.address = address
        self.page.goto(address)
        self.ready()

    def ready(self) -> None:
        """The data are read."""
        self.page.wait_for_selector("html[data-ready=true]")

    def press(self, keys: str) -> None:
        for key in keys.split():
            self.page.keyboard.press(key)

    def review(self) -> None:
        self.page.click(".tabs button:nth-child(2)")

    def at(self) -> str:
        return str(self.page.locator(".detail .what code").first.inner_text())

    def tells(self, progress: str) -> None:
        """What is decided so far, as soon as it is told."""
        sync_api.expect(self.page.locator(".progress .told")).to_have_text(progress)

    def export(self) -> dict[str, Any]:
        self.page.click(".tools button:nth-child(2)")
        with self.page.expect_download() as download:
            self.page.click("dialog[open] .primary")
        given: dict[str, Any] = json.loads(Path(download.value.path()).read_text("utf-8"))
        self.page.keyboard.press("Escape")
        return given

    def clean(self) -> None:
        """Nothing was logged, nothing asked for but the page itself, nothing violated."""
        assert self.said == []
        assert [url for url in self.asked if url != self.address and not url.startswith("blob:")] == []
        assert self.page.evaluate("window.violations") == []


Open = Callable[..., Tab]


@pytest.fixture
def tab(browser: Any) -> Iterator[Open]:
    contexts = []

    def opening(page: Path | str, **of: Any) -> Tab:
        context = of.pop("context", None) or browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | of))
        contexts.append(context)
        return Tab(context, page if isinstance(page, str) else page.resolve().as_uri())

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def seed_report(cleaner: Cleaner, seed: Path, tmp_path: Path) -> Path:
    shutil.copy(seed, tmp_path / "wuxi.txt")
    assert cleaner("clean", "wuxi.txt", "-o", "out", "--lang", "en").code == 0
    return tmp_path / "out.report"


def test_the_seed_is_looked_through_and_decided_and_applied(cleaner: Cleaner, seed_report: Path, tmp_path: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html", accept_downloads=True)
    page = one.page
    assert page.locator("#overview h1").inner_text() == "Cleaning report"
    one.review()
    rows = [json.loads(line) for line in (seed_report / "findings.jsonl").read_text("utf-8").splitlines()]
    assert page.locator(".matches").inner_text() == f"{len(rows)} findings"
    # walk with the keyboard
    assert one.at() == rows[0]["code"]
    one.press("j j k")
    assert page.locator('.row[aria-selected="true"]').get_attribute("data-n") == "1"
    one.press("G")
    assert one.at() == rows[-1]["code"]
    one.press("g")
    # filter by rule, accept what is left there with one key
    page.click('.facets [data-at="rule SCR301"]')
    assert page.locator(".matches").inner_text() == f"1 of {len(rows)} findings"
    assert one.at() == "SCR301"
    one.press("a")
    page.click(".facets .clear")
    # reject all of a rule
    page.click('.facets [data-at="rule TYP702"]')
    one.press("g r r")
    page.click(".facets .clear")
    # decide and take it back
    one.press("g a u l")
    one.tells(f"3 of {len(rows)} decided · 1 for later")
    given = one.export()
    twice = [row["id"] for row in rows if row["code"] == "TYP702"]
    assert {d["id"]: d["decision"] for d in given["decided"]} == {
        rows[0]["id"]: "later",
        next(row["id"] for row in rows if row["code"] == "SCR301"): "accept",
    } | dict.fromkeys(twice, "reject")
    one.clean()
    # reload: it is all still there
    page.reload()
    one.ready()
    one.review()
    one.tells(f"3 of {len(rows)} decided · 1 for later")
    # and apply
    (tmp_path / "decisions.json").write_text(json.dumps(given), "utf-8")
    cleaned = (tmp_path / "out" / "wuxi.txt").read_text("utf-8")
    ran = cleaner("apply", "decisions.json", "--report", "out.report")
    assert ran.code == 0, ran.err
    now = (tmp_path / "out" / "wuxi.txt").read_text("utf-8")
    assert now == cleaned.replace("羨", "羡").replace("利用项目38个", "利用利用项目38个").replace("市重大项目完成", "市重大项目项目完成")
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "wuxi.txt").read_bytes() == (tmp_path / "wuxi.txt").read_bytes()


def test_exactly_the_accepted_edits_of_a_check_are_made(cleaner: Cleaner, seed: Path, tmp_path: Path, tab: Open) -> None:
    shutil.copy(seed, tmp_path / "wuxi.txt")
    cleaner("check", "wuxi.txt", "--format", "html", "--output", "page.html", "--lang", "en")
    one = tab(tmp_path / "page.html", accept_downloads=True)
    one.review()
    one.page.fill("#search", "平总书")
    one.page.wait_for_timeout(300)
    one.press("Escape")
    one.page.click('.facets [data-at="rule TYP701"]')
    while one.page.locator(".row").count() and one.page.locator('.row[data-decision="none"]').count():
        one.press("a")
    given = one.export()
    assert {d["code"] for d in given["decided"]} == {"TYP701"}
    (tmp_path / "decisions.json").write_text(json.dumps(given), "utf-8")
    text = (tmp_path / "wuxi.txt").read_text("utf-8")
    for edit in sorted((e for d in given["decided"] for e in d["edits"]), key=lambda e: -e["start"]):
        text = text[: edit["start"]] + edit["new"] + text[edit["end"] :]
    assert cleaner("apply", "decisions.json").code == 0
    assert (tmp_path / "wuxi.txt").read_text("utf-8") == text
    one.clean()


def test_deciding_on_many_at_once_is_asked_about_and_taken_back_in_one(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html")
    one.review()
    one.press("A")
    assert "Accept these 36 findings?" in one.page.locator("dialog[open]").inner_text()
    one.press("Enter")
    one.tells("36 of 36 decided")
    one.press("u")
    one.tells("0 of 36 decided")
    # all like this: of the rows of one rule
    one.page.click('.facets [data-at="rule PUN201"]')
    one.page.select_option(".actions select", "rule")
    one.press("r")
    one.tells("19 of 36 decided")
    one.clean()


def test_four_views(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html")
    one.review()
    one.page.click('.facets [data-at="rule LOOP601"]')
    body = one.page.locator(".detail .body")
    assert "×4" in body.inner_text()
    assert one.page.locator(".copies li").count() == 5
    one.press("2")
    assert one.page.locator("table.side").count() == 1
    one.press("3")
    assert "⏎" in body.inner_text()
    one.press("4")
    assert one.page.locator(".document .line").count() > 10
    assert one.page.locator(".document .here").count() == 1
    one.press("1")
    one.page.click(".facets .clear")
    one.page.click('.facets [data-at="rule REP501"]')
    assert "word for word" in body.inner_text()
    one.clean()


def test_the_language_is_turned_in_the_page(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html")
    one.page.click(".tools button:first-child")
    assert one.page.locator("#overview h1").inner_text() == "清洗报告"
    assert one.page.evaluate("document.documentElement.lang") == "zh-CN"
    one.review()
    assert one.page.locator(".detail .what h2").inner_text() == "LAY401 正文中夹有报纸版面或网页的附带文字"
    left = one.page.locator("#app").inner_text()
    for english in ("Accept", "Reject", "Overview", "Findings", "Filters", "warning", "applied"):
        assert english not in left
    one.clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 900, 390])
def test_nothing_is_in_anyones_way(seed_report: Path, tab: Open, scheme: str, width: int) -> None:
    """axe finds no violation, in any part of the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    one = tab(seed_report / "index.html", color_scheme=scheme, viewport={"width": width, "height": 900})

    def check(part: str) -> None:
        found = axe.run(one.page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(part, v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []

    check("overview")
    one.review()
    one.press("j a r l")
    for view in "1234":
        one.press(view)
        check(f"view {view}")
    for search in ("REP501", "LOOP601"):
        one.page.fill("#search", search)
        one.page.wait_for_timeout(300)
        one.press("1")
        check(search)
    one.page.locator(".list").focus()
    one.press("?")
    check("help")


def test_nothing_scrolls_sideways_on_a_phone(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html", viewport={"width": 360, "height": 740})
    one.review()
    for view in "1234":
        one.press(view)
        assert one.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert one.page.evaluate("document.querySelector('.detail').scrollWidth <= document.querySelector('.detail').clientWidth")


def test_everything_is_reached_with_the_keyboard(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html")
    one.review()
    reached = set()
    for _ in range(120):
        one.press("Tab")
        reached.add(one.page.evaluate("document.activeElement.dataset.at || document.activeElement.className || document.activeElement.id"))
        visible = one.page.evaluate("(e => getComputedStyle(e).outlineStyle !== 'none' || e.matches('.list'))(document.activeElement)")
        assert visible or one.page.evaluate("document.activeElement === document.body")
    for wanted in ("accept", "reject", "later", "note", "search", "rule PUN201", "similarity", "list"):
        assert wanted in reached


def test_without_a_script_it_can_be_read(seed_report: Path, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((seed_report / "index.html").as_uri())
    assert page.locator("#plain article").count() == 36
    assert page.locator("#plain article").first.is_visible()
    assert page.locator("#overview").is_visible()
    context.close()


def test_it_prints_the_list(seed_report: Path, tab: Open) -> None:
    one = tab(seed_report / "index.html")
    one.page.emulate_media(media="print")
    one.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert one.page.locator("#printed .row").count() == 36
    assert one.page.locator("#overview").is_visible()
    assert not one.page.locator(".topbar").is_visible()
    one.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert one.page.locator("#printed").count() == 0


def test_a_page_in_files_works_under_a_strict_policy(cleaner: Cleaner, seed: Path, tmp_path: Path, tab: Open) -> None:
    shutil.copy(seed, tmp_path / "wuxi.txt")
    assert cleaner("clean", "wuxi.txt", "-o", "out", "--page-files", "--lang", "en").code == 0
    server = Server(tmp_path / "out.report" / "index.html", tmp_path / "decisions.json")
    with serving(server):
        one = tab(server.address)
        one.review()
        assert one.page.locator(".matches").inner_text() == "36 findings"
        assert one.said == []
        assert one.page.evaluate("window.violations") == []


# --- hostile texts --------------------------------------------------------------------------------------------------


def test_hostile_texts_stay_texts(cleaner: Cleaner, tmp_path: Path, tab: Open) -> None:
    from test_page import REPORT, finding, outcome, summary

    from cleaner.model import Twin, Why

    making = Assembly("en", None)
    for order, hostile in enumerate(HOSTILE):
        text = f"甲{hostile}乙。\n{hostile}\n丙{hostile}{hostile}丁\n" + REPORT
        found = [
            finding("ENC105", 1, 1 + len(hostile), Edit(1, hostile, "", "ENC105")),
            finding("TYP703", 0, 1, Edit(0, "甲", hostile, "TYP703"), grade=Grade.UNSAFE, why=Why.of("{} places", hostile)),
            finding("REP503", 2, len(text), grade=Grade.NONE, twin=Twin(0, 1, 0.5, f"那{hostile}份", 3), cluster=hostile),
            finding("LOOP601", 2, len(text), Edit(9, text[9:], hostile, "LOOP601"), grade=Grade.UNSAFE),
        ]
        making.add(carried(outcome(text, found, order=order, path=f"甲{hostile}乙.txt"), "en"))
    long = "甲,<img src=x onerror=alert(1)>\u202e" * 40_000  # a line of more than a megabyte
    commas = [Edit(i, ",", "，", "PUN201") for i in range(1, len(long), len(long) // 40_000)]
    making.add(carried(outcome(long, [finding("PUN201", 0, len(long), *commas)], order=len(HOSTILE), path="long.txt"), "en"))
    (tmp_path / "page.html").write_bytes("".join(making.page(summary()).html()).encode("utf-8", "backslashreplace"))
    one = tab(tmp_path / "page.html", accept_downloads=True)
    one.page.on("dialog", lambda dialog: one.said.append(dialog.message))
    one.review()
    many = 4 * len(HOSTILE) + 1
    for n in range(many):
        one.press("1 2 3 4 a" if n % 4 < 3 else "1 a")
    one.press("1 2 3 4")  # the long line
    assert one.page.evaluate("document.querySelectorAll('*').length") < 15_000
    assert one.page.locator("script").count() == len(one.page.query_selector_all("script"))
    assert one.page.locator("#app img, #app script, #app a, #app iframe, #app style").count() == 0
    shown = one.page.locator("#app").inner_text()
    assert not set("\u202e\u202d\u2066\u2067\u2068\x00\x1b") & set(shown)
    given = one.export()
    assert len(given["decided"]) == many
    _, _, documents = opened(tmp_path / "page.html")
    expected = {seen.row["id"]: [seen.row["path"], seen.row["edits"]] for seen in findings(documents)}
    assert {d["id"]: [d["path"], d["edits"]] for d in given["decided"]} == expected
    one.clean()


# --- served ---------------------------------------------------------------------------------------------------------


class serving:  # noqa: N801
    """A server that answers while the block runs."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_a_served_page_writes_decisions_at_once(seed_report: Path, tab: Open) -> None:
    server = Server(seed_report / "index.html", seed_report / "decisions.json")
    with serving(server):
        one = tab(server.address)
        one.review()
        with one.page.expect_response(lambda response: response.request.method == "POST"):
            one.press("a")
        given = json.loads((seed_report / "decisions.json").read_text("utf-8"))
        assert [d["decision"] for d in given["decided"]] == ["accept"]
        one.page.reload()
        one.ready()
        one.tells("1 of 36 decided")
        assert one.said == []
        assert one.page.evaluate("window.violations") == []
        assert all(url.startswith(f"http://127.0.0.1:{server.server_port}/") for url in one.asked)


# --- the functions of the script ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Callable[[str, Any], Any]]:
    """The page's functions, called with json."""
    context = browser.new_context()
    page = context.new_page()
    shown = "difference, unit, pieces, stretch, sliceText, document_, transposed"
    page.evaluate(bundle.script().replace("\nstart();\n", f"\nObject.assign(window, {{ {shown} }});\n"))
    yield page.evaluate
    context.close()


LETTERS = st.text(st.sampled_from("甲乙丙，3𠮷"), max_size=24)


def test_a_difference_is_of_the_two_texts_and_no_more(script: Callable[[str, Any], Any]) -> None:
    @settings(max_examples=60)
    @given(LETTERS, LETTERS)
    def holds(first: str, second: str) -> None:
        bits = script("([a, b]) => difference(a, b)", [first, second])
        assert "".join(bit["old"] for bit in bits) == first
        assert "".join(bit["new"] for bit in bits) == second
        same = sum(len(bit["old"]) for bit in bits if bit["old"] == bit["new"])
        swallowed = sum(LCSseq.similarity(bit["old"], bit["new"]) for bit in bits if bit["old"] != bit["new"])
        assert same + swallowed == LCSseq.similarity(first, second)  # single characters between two changes go with them

    holds()


def test_texts_that_have_little_in_common_have_no_difference(script: Callable[[str, Any], Any]) -> None:
    assert script("([a, b]) => difference(a, b)", ["甲" * 2000, "乙" * 2000]) is None
    assert script("([a, b]) => difference(a, b)", ["甲乙", "甲丙乙"]) == [
        {"old": "甲", "new": "甲"},
        {"old": "", "new": "丙"},
        {"old": "乙", "new": "乙"},
    ]


@pytest.mark.parametrize(
    ("text", "period"), [("甲乙甲乙", 2), ("甲乙丙甲乙丙甲", 3), ("甲甲甲", 1), ("甲乙丙", 0), ("甲乙甲", 0), ("𠮷乙𠮷乙", 2)]
)
def test_the_unit_of_a_loop(script: Callable[[str, Any], Any], text: str, period: int) -> None:
    assert script("text => unit(text)", text) == period


def test_what_is_drawn_is_what_is_done(script: Callable[[str, Any], Any]) -> None:
    """The pieces of a stretch: without what comes they are the original, without what goes the cleaned text."""
    from test_page import finding, outcome

    drawing = """([row, start, end]) => {
      for (const key of ["s", "f"]) row[key] = transposed(row[key]);
      const found = [];
      const doc = document_(row, 0, found);
      return pieces(doc, start, end, found[0]);
    }"""

    @settings(max_examples=60)
    @given(st.lists(st.sampled_from(["甲", "乙丙\n", "𠮷", ",", "丁丁丁", "\r\n"]), min_size=1, max_size=12), st.data())
    def holds(units: list[str], data: st.DataObject) -> None:
        text = "".join(units)
        points = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
        edits = [Edit(a, text[a:b], data.draw(st.sampled_from(["", "新", "𠮷𠮷"])), "TYP701") for a, b in zip(points[::2], points[1::2])]
        mine = data.draw(st.sets(st.sampled_from(edits))) if edits else set()
        found = [finding("TYP701", 0, len(text), *sorted(mine))] if mine else [finding("LAY402", 0, 0, grade=Grade.NONE)]
        one = outcome(text, found, tuple(edits))
        drawn = script(drawing, [json.loads(carried(one, "en")), 0, len(text)])
        assert "".join(piece["text"] for piece in drawn if piece["kind"] != "ins") == text
        assert "".join(piece["text"] for piece in drawn if piece["kind"] != "del") == apply(text, tuple(edits))
        # and of a part of it, the part
        start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        drawn = script(drawing, [json.loads(carried(one, "en")), start, end])
        assert "".join(piece["text"] for piece in drawn if piece["kind"] != "ins") == text[start:end]

    holds()
