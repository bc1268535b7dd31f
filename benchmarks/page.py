"""A page of many findings: its size, its first paint, its heap, and how it scrolls, in headless Chromium.

    python benchmarks/page.py POLICY.jsonl.gz LAWS.jsonl.gz

The paragraphs are those of real documents; the faults are put in (a doubled character, a half-width mark, a repeat).
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.edits import apply
from cleaner.model import Document, Edit, Finding, Grade, Level, Outcome, Source, Twin, Why
from cleaner.reports.assembly import Assembly
from cleaner.reports.carried import carried
from cleaner.views import paragraphs

EACH = 50  # paragraphs of a document


def outcomes(corpora: list[Path], findings: int, many: int) -> Iterator[Outcome]:
    """Documents with so many findings on so many different paragraphs."""
    rng = random.Random(7)
    pool = list(dict.fromkeys(line for corpus in corpora for line in lines(corpus)))
    rng.shuffle(pool)
    pool = pool[:many]
    share = findings // len(pool)
    for order, first in enumerate(range(0, len(pool), EACH)):
        chosen = pool[first : first + EACH]
        text = "\n".join(chosen) + "\n"
        found: list[Finding] = []
        at = 0
        for n, paragraph in enumerate(chosen):
            for place in sorted(rng.sample(range(2, len(paragraph) - 2), min(share, len(paragraph) // 8))):
                here = at + place
                new = rng.choice(["", "，", text[here] * 2])
                code = rng.choice(["TYP701", "PUN201", "TYP703", "ENC105"])
                grade = rng.choice([Grade.SAFE, Grade.SAFE, Grade.UNSAFE])
                facts = text[here : here + 4], rng.randint(9, 900), text[here - 1 : here + 3]
                why = Why.of("{} stands in {} of 3834 documents, {} in none", *facts)
                twin = Twin(0, len(chosen[0]), rng.uniform(0.8, 1)) if rng.random() < 0.05 else None
                edit = Edit(here, text[here], new, code)
                cluster = f"R{n}" if twin else None
                found.append(Finding(code, here, here + 2, (edit,), grade, Level.WARNING, why, twin, cluster))
            at += len(paragraph) + 1
        script = tuple(sorted(f.edits[0] for f in found if f.grade is Grade.SAFE))
        document = Document(order, f"语料/{order:05}.txt", None, text, paragraphs(text), Source("utf-8", "0" * 64, 0))
        yield Outcome(document, tuple(found), (), script, apply(text, script))


def lines(corpus: Path) -> Iterator[str]:
    """Paragraphs of 100 characters and more."""
    with gzip.open(corpus, "rt", encoding="utf-8") as rows:
        for row in rows:
            yield from (line[:260] for line in json.loads(row)["text"].split("\n") if len(line) >= 100)


def written(corpora: list[Path], findings: int, many: int, page: Path) -> dict[str, Any]:
    """Write the page; what it took."""
    began = time.process_time()
    parts = [(carried(one, "zh"), one) for one in outcomes(corpora, findings, many)]
    making = Assembly("zh", "report")
    middle = time.process_time()
    total = characters = 0
    for part, one in parts:
        making.add(part)
        total += len(one.findings)
        characters += len(one.document.text)
    counts = {"version": "0", "created": "", "command": "", "files": len(parts), "changed": len(parts), "skipped": [], "documents": []}
    counts |= {
        "characters_before": characters,
        "characters_after": characters,
        "rules": [{"code": "TYP701", "findings": total, "applied": 0}],
    }
    with open(page, "w", encoding="utf-8") as stream:
        stream.writelines(making.page(counts).html())
    return {
        "findings": total,
        "paragraphs": many,
        "characters": characters,
        "left_out": making.left_out,
        "page_mb": round(page.stat().st_size / 1e6, 2),
        "rendered_s": round(middle - began, 1),
        "assembled_s": round(time.process_time() - middle, 1),
    }


# Until the list has changed; the page waits 160 ms for the next key.
SEARCH = """async (search) => {
  const told = document.querySelector(".matches");
  const before = told.textContent;
  search.value = "高质量";
  search.dispatchEvent(new Event("input"));
  while (told.textContent === before) await new Promise((done) => setTimeout(done, 1));
}"""

SCROLL = """async () => {
  const list = document.querySelector(".list");
  const frames = [];
  let most = 0;
  let last = performance.now();
  for (let n = 0; n < 180; n++) {
    list.scrollTop += 120 + (n % 5) * 60; // as a wheel does it
    if (n % 60 === 59) list.scrollTop = ((n * 7919) % 100) / 100 * list.scrollHeight; // and a jump
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    most = Math.max(most, document.querySelectorAll(".row").length);
  }
  return { frames, most };
}"""


def seen(page: Path) -> dict[str, Any]:
    """How a browser takes it."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--enable-precise-memory-info"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*options, "--js-flags=--expose-gc"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        began = time.perf_counter()
        tab.goto(page.as_uri(), wait_until="commit")
        tab.wait_for_selector("html[data-ready=true]", timeout=120_000)
        ready = time.perf_counter() - began
        paint = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
        tab.click(".tabs button:nth-child(2)")
        scrolled = tab.evaluate(SCROLL)
        timed = {}
        for name, doing in (
            ("search_ms", SEARCH),
            ("narrow_ms", "() => document.querySelector('.facets [data-at=\"rule TYP701\"]').click()"),
            ("accept_ms", "() => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }))"),
        ):
            measured = "const at = performance.now(); await f(document.getElementById('search')); return performance.now() - at"
            timed[name] = tab.evaluate(f"async () => {{ const f = {doing}; {measured} }}")
            tab.wait_for_timeout(400)
        tab.evaluate("gc()")
        heap = tab.evaluate("performance.memory.usedJSHeapSize")
        rest = tab.evaluate("document.querySelectorAll('*').length")
        browser.close()
    frames = sorted(scrolled["frames"])
    return {
        "first_paint_ms": round(paint or -1),
        "ready_s": round(ready, 2),
        "heap_mb": round(heap / 1e6, 1),
        "rows_in_dom": scrolled["most"],
        "elements": rest,
        "frame_ms_median": round(statistics.median(frames), 1),
        "frame_ms_p95": round(frames[int(len(frames) * 0.95)], 1),
        "frame_ms_worst": round(frames[-1], 1),
    } | {name: round(value, 1) for name, value in timed.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "index.html"
        print(json.dumps(written([Path(name) for name in sys.argv[1:]], 100_000, 20_000, page) | seen(page), indent=1))
