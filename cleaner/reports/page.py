"""The report as a page: a summary, then each document's changes drawn into its text, with the rule, the reason, the twin.

One file that asks for nothing: no script, no request, a style sheet allowed by its hash. Every text, path and reason in
it is escaped; diff.py says what becomes of characters that cannot be seen.
"""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby, islice
from typing import Any, NamedTuple

from cleaner.edits import Carriers
from cleaner.messages import say, title
from cleaner.model import Edit, Finding, Grade, Level, Outcome, Twin
from cleaner.reports.diff import Highlight, changed, clipped, fine, inline, visible
from cleaner.views import Lines

WIDE = 8  # paragraphs: a finding that only tells, and spans more than these, is shown at its first
ROWS = 400  # rows under one stretch
PLACES = 12  # places named in one row
TABLE = 30  # rows of a table that are not folded
SECTION = 1_500_000  # characters of HTML for one document; what comes after them is counted


def section(outcome: Outcome, lang: str) -> str:
    """One document's findings and changes in reading order, as HTML. A worker process draws its own documents."""
    return _Section(outcome, lang).html()


def page(summary: Mapping[str, Any], sections: Iterable[str], lang: str) -> Iterator[str]:
    """The page around the sections, as it is written."""
    words = partial(word, lang)
    style = _style()
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    yield (
        f'<!doctype html>\n<html lang="{words("lang")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{words('title')}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    yield from _summary(summary, lang, words)
    yield f"<main>\n{_legend(words)}"
    yield from sections
    yield f"</main>\n{_farewell(words) if summary['changed'] else ''}</body>\n</html>\n"


# --- one document ---------------------------------------------------------------------------------------------------


class _Card(NamedTuple):
    """Paragraphs that findings and edits share, drawn once. edits: places in the script. quiet: only marks change."""

    start: int
    end: int
    findings: list[Finding]
    edits: range
    quiet: bool


class _Row(NamedTuple):
    """What one row says; findings of a card that say the same of several places share it."""

    code: str
    state: str
    level: Level
    why: str
    twin: Twin | None


class _Section:
    """A document being drawn: what its parts need of one another."""

    def __init__(self, outcome: Outcome, lang: str) -> None:
        self.outcome = outcome
        self.document = outcome.document
        self.text = outcome.document.text
        self.lang = lang
        self.words = partial(word, lang)
        self.lines = Lines(self.text)
        self.would = self.text == outcome.settled  # only looked at: the script is what safe fixes would do
        self.carriers = Carriers(outcome.script)
        self.cards = list(_cards(outcome, self.carriers))
        self.starts = [card.start for card in self.cards]

    def html(self) -> str:
        drawn: list[tuple[bool, _Card, str]] = []
        size = 0
        for card in self.cards:
            if size > SECTION:
                break
            html = self.card(card)
            drawn.append((card.quiet, card, html))
            size += len(html)
        parts = []
        for quiet, run in groupby(drawn, key=lambda one: one[0]):
            group = list(run)
            html = "".join(html for *_, html in group)
            parts.append(self.quiet([card for _, card, _ in group], html, len(group) == len(drawn)) if quiet and len(group) > 1 else html)
        left = Counter(finding.code for card in self.cards[len(drawn) :] for finding in card.findings)
        if left:
            parts.append(f'<p class="notice">{escape(self.words("more rows", left.total()))} {_counts(left)}</p>')
        return f'<article class="document" id="{self.anchor()}">{self.head()}{"".join(parts)}</article>\n'

    def anchor(self, card: _Card | None = None) -> str:
        return f"d{self.document.order}" + (f"l{self.line(card.start)}" if card else "")

    def line(self, at: int) -> int:
        return self.lines.place(at)[0]

    def place(self, finding: Finding) -> str:
        """Line and column, and where it ends if that is in another line."""
        line, column = self.lines.place(finding.start)
        last = self.line(max(finding.end - 1, finding.start))
        return f"{line}:{column}" + (f"–{last}" if last > line else "")

    def head(self) -> str:
        words, source, findings = self.words, self.document.source, self.outcome.findings
        row = "" if self.document.row is None else f' <span class="row">{escape(words("row", self.document.row))}</span>'
        families = Counter(finding.code.rstrip("0123456789") for finding in findings)
        chips = "".join(f"<li>{_family(family, words)} <b>{count:,}</b></li>" for family, count in sorted(families.items()))
        facts = [visible(source.encoding), escape(_sizes(len(self.text), len(self.outcome.settled), words))]
        if self.outcome.moot:
            facts.append(escape(words("moot", len(self.outcome.moot))))
        doubts = [key for key, doubtful in (("broken", source.broken), ("unfaithful", not source.faithful)) if doubtful]
        notice = "".join(f'<p class="notice">{escape(words(key))}</p>' for key in doubts)
        nothing = "" if self.cards else f"<p>{escape(words('nothing'))}</p>"
        return (
            f"<header><h2><bdi>{visible(self.document.path)}</bdi>{row}</h2>"
            f'<p class="facts">{" · ".join(facts)}</p>{f"<ul class=chips>{chips}</ul>" if chips else ""}{notice}{nothing}</header>'
        )

    def quiet(self, cards: Sequence[_Card], html: str, alone: bool) -> str:
        """Stretches in a row where only marks change: counted, and opened when asked."""
        changes = sum(len(card.edits) for card in cards)
        label = self.words("only marks", self.line(cards[0].start), self.line(max(cards[-1].end - 1, 0)), changes)
        return f'<details class="quiet"{" open" if alone else ""}><summary>{escape(label)}</summary>{html}</details>'

    def card(self, card: _Card) -> str:
        rows: dict[_Row, list[Finding]] = {}
        numbers: dict[_Row, int] = {}
        carried: Counter[_Row] = Counter()
        speaking: dict[int, set[int]] = {}
        highlights: list[Highlight] = []
        for finding in card.findings:
            carriers = self.carriers.of(finding)
            row = _Row(finding.code, self.state(finding, carriers), finding.level, say(finding.why, self.lang), finding.twin)
            number = numbers.setdefault(row, len(numbers) + 1)
            rows.setdefault(row, []).append(finding)
            carried[row] += len(carriers)
            for i in carriers:
                speaking.setdefault(i, set()).add(number)
            highlights += [] if carriers else _pointed(finding, card, row.state, str(number))
        several = len(rows) > 1
        edits = [(self.outcome.script[i], " ".join(map(str, sorted(speaking.get(i, ())))) if several else "") for i in card.edits]
        lights = sorted(light if several else light._replace(rows="") for light in highlights)
        first, last = self.line(card.start), self.line(card.start + max(len(self.text[card.start : card.end].rstrip()) - 1, 0))
        lines = self.words("line", first) if first == last else self.words("lines", first, last)
        listed = [self.row(numbers[row] if several else 0, row, found, carried[row]) for row, found in list(rows.items())[:ROWS]]
        more = Counter(row.code for row in list(rows)[ROWS:])
        if more:
            listed.append(f"<li><div>{escape(self.words('more rows', more.total()))} {_counts(more)}</div></li>")
        return (
            f'<section class="card" id="{self.anchor(card)}"><h3>{escape(lines)}</h3>'
            f'<div class="text" lang="zh-CN">{inline(self.text, card.start, card.end, edits, lights, self.words)}</div>'
            f'<ol class="rows">{"".join(listed)}</ol></section>\n'
        )

    def state(self, finding: Finding, carriers: Sequence[int]) -> str:
        if carriers:
            return "would" if self.would else "applied"
        if not finding.edits:
            return "told"
        return "safe" if finding.grade is Grade.SAFE else "unsafe"

    def row(self, number: int, row: _Row, findings: Sequence[Finding], carried: int) -> str:
        wanted = sum(len(f.edits) for f in findings)
        partly = 0 < carried < wanted
        count = self.words("of", carried, wanted) if partly else f"×{wanted:,}" if wanted > 1 else ""
        spots = ", ".join(map(self.place, findings[:PLACES]))
        spots += f" … ×{len(findings):,}" if len(findings) > PLACES else ""
        return (
            f'<li class="{row.state}">{f"<span class=number>{number}</span>" if number else ""}<div>'
            f'<p class="what"><b>{_title(row.code, self.lang)}</b> <code>{visible(row.code)}</code> '
            f'<span class="state">{escape(self.words(row.state))}</span> {f"<span class=count>{escape(count)}</span> " if count else ""}'
            f'<span class="level {row.level.name.lower()}">{escape(self.words(row.level.name))}</span></p>'
            f'<p class="why"><bdi>{visible(clipped(row.why, 300))}</bdi></p>{self.twin(row)}{self.offer(row, findings)}</div>'
            f'<span class="at">{spots}</span></li>'
        )

    def twin(self, row: _Row) -> str:
        """What stays where this goes, as a link where it is drawn."""
        twin = row.twin
        if twin is None:
            return ""
        label = escape(self.words("twin" if row.state in ("applied", "would") else "like"))
        if twin.path is not None:
            at = "" if twin.row is None else f" {escape(self.words('row', twin.row))}"
            return f'<p class="twin">{label} <bdi>{visible(twin.path)}</bdi>{at}</p>'
        where = escape(self.words("at line", self.line(twin.start)))
        card = self.cards[max(bisect_right(self.starts, twin.start) - 1, 0)]
        if card.start <= twin.start < card.end:
            where = f'<a href="#{self.anchor(card)}">{where}</a>'
        begins = visible(clipped(self.text[twin.start : min(twin.end, twin.start + 40)], 18))
        return f'<p class="twin">{label} {where} <q lang="zh-CN"><bdi>{begins}</bdi></q></p>'

    def offer(self, row: _Row, findings: Sequence[Finding]) -> str:
        """What edits that were not applied would do."""
        edits = [edit for finding in findings for edit in finding.edits]
        if row.state not in ("unsafe", "safe"):
            return ""
        shown = " … ".join(self.proposed(edit) for edit in edits[:3])
        more = f" … ×{len(edits):,}" if len(edits) > 3 else ""
        return f'<p class="offer">{escape(self.words("offer"))} <q lang="zh-CN"><bdi>{shown}</bdi></q>{more}</p>'

    def proposed(self, edit: Edit) -> str:
        before, after = self.text[max(edit.start - 8, 0) : edit.start], self.text[edit.end : edit.end + 8]
        old, new = (side if len(side) <= 40 else f"{side[:24]}…{side[-12:]}" for side in (edit.old, edit.new))
        gone = f"<del>{changed(old)}</del>" if old else ""
        come = f"<ins>{changed(new)}</ins>" if new else ""
        return f"{visible(clipped(before, 8))}{gone}{come}{visible(clipped(after, 8))}"


def _pointed(finding: Finding, card: _Card, state: str, rows: str) -> Iterator[Highlight]:
    """Where a finding that was not applied points at: where it would edit, or all it speaks of."""
    for edit in finding.edits:
        quiet = fine(edit)
        yield Highlight(edit.start, edit.end, state, "" if quiet else rows, quiet)
    if not finding.edits:
        yield Highlight(finding.start, max(finding.start, min(finding.end, card.end)), state, rows)


def _cards(outcome: Outcome, carriers: Carriers) -> Iterator[_Card]:
    """Findings and edits, brought together where they share a paragraph."""
    document, script = outcome.document, outcome.script
    starts = [paragraph.start for paragraph in document.paragraphs] or [0]
    ends = [paragraph.end for paragraph in document.paragraphs] or [len(document.text)]
    stretches: list[tuple[int, int, list[Finding]]] = []
    items: tuple[Finding | Edit, ...] = (*outcome.findings, *script)
    spans = sorted(((*_around(item, starts, ends), item) for item in items), key=lambda span: span[:2])
    for first, last, item in spans:
        if not stretches or first > stretches[-1][1]:
            stretches.append((first, last, []))
        begin, reach, findings = stretches[-1]
        stretches[-1] = begin, max(reach, last), findings
        if isinstance(item, Finding):
            findings.append(item)
    for first, last, findings in stretches:
        stop = starts[last + 1] if last + 1 < len(starts) else len(document.text) + 1
        edits = range(bisect_left(carriers.starts, starts[first]), bisect_left(carriers.starts, stop))
        end = max(ends[last], *(script[i].end for i in edits)) if edits else ends[last]
        findings.sort(key=lambda f: (f.start, f.end, f.code))
        quiet = all(map(carriers.of, findings)) and all(fine(script[i]) for i in edits)
        yield _Card(starts[first], end, findings, edits, quiet)


def _around(item: Finding | Edit, starts: Sequence[int], ends: Sequence[int]) -> tuple[int, int]:
    """The first and last paragraph of what is to be shown with a finding or an edit."""
    first, last = (max(bisect_right(starts, at) - 1, 0) for at in (item.start, max(item.start, item.end - 1)))
    if isinstance(item, Finding):
        return (first, first) if not item.edits and last - first >= WIDE else (first, last)
    joins = item.end > ends[last] and item.start > starts[first]
    return first, min(last + 1, len(starts) - 1) if joins else last


# --- around the documents -------------------------------------------------------------------------------------------


def _summary(summary: Mapping[str, Any], lang: str, words: Words) -> Iterator[str]:
    before, after = summary["characters_before"], summary["characters_after"]
    rules = summary["rules"]
    found, applied = (sum(rule[key] for rule in rules) for key in ("findings", "applied"))
    yield (
        f'<header class="top"><h1>{words("title")}</h1>'
        f'<p class="made">policy-cleaner {visible(str(summary["version"]))} · {visible(str(summary["created"]))}</p>'
        f'<dl class="tiles">{_tile(words("files"), summary["files"], words("changed", summary["changed"]))}'
        f"{_tile(words('findings'), found, words('of them applied', applied))}"
        f"{_tile(words('characters'), after, words('from', before, _share(before, after)))}</dl>"
        f'<p class="label">{words("reproduce")}</p><pre><code>{visible(str(summary["command"]))}</code></pre></header>\n'
    )
    if rules:
        removed = any("removed" in rule for rule in rules)
        columns = ["findings", "applied", *(["removed"] if removed else [])]
        heads = [words(key) for key in ("rule", *columns)]
        yield from _table(words("by rule"), heads, (_rule(rule, columns, lang) for rule in rules), words)
    if summary["documents"]:
        heads = [words(key) for key in ("file", "findings", "applied", "characters before", "characters after")]
        yield from _table(words("by file"), heads, (_document(row, words) for row in summary["documents"]), words)
    if summary.get("left_out"):
        yield f'<p class="notice">{escape(words("left out", summary["left_out"]))}</p>\n'
    if summary["skipped"]:
        yield from _table(words("skipped"), [words("file"), words("reason")], map(_skipped, summary["skipped"]), words, "reason")


def _rule(row: Mapping[str, Any], columns: Sequence[str], lang: str) -> str:
    name = f"<code>{visible(row['code'])}</code> {_title(row['code'], lang)}"
    return _cells(name, *(row.get(column, 0) for column in columns))


def _document(row: Mapping[str, Any], words: Words) -> str:
    path = f"<bdi>{visible(row['path'])}</bdi>" + ("" if row.get("row") is None else f" {escape(words('row', row['row']))}")
    name = f'<a href="#{escape(row["anchor"])}">{path}</a>' if row.get("anchor") else path
    return _cells(name, row["findings"], row["applied"], row["characters_before"], row["characters_after"])


def _skipped(row: Mapping[str, Any]) -> str:
    reason = visible(clipped(str(row["reason"]), 300))
    return f"<tr><th scope=row><bdi>{visible(row['path'])}</bdi></th><td><bdi>{reason}</bdi></td></tr>"


def _table(heading: str, heads: Sequence[str], rows: Iterable[str], words: Words, align: str = "count") -> Iterator[str]:
    """A table under its heading; where it is long, most of it is folded. align: the class of all columns but the first."""
    rows = iter(rows)
    first, *others = heads
    head = f"<thead><tr><th scope=col>{first}</th>{''.join(f'<th scope=col class={align}>{other}</th>' for other in others)}</tr></thead>"
    yield f'<section class="table"><h2>{heading}</h2><table>{head}<tbody>{"".join(islice(rows, TABLE))}</tbody></table>'
    more = list(rows)
    if more:
        yield f'<details class="quiet"><summary>{escape(words("more", len(more)))}</summary><table>{head}<tbody>'
        yield from more
        yield "</tbody></table></details>"
    yield "</section>\n"


def _legend(words: Words) -> str:
    shown = (
        f"<del>{words('gone')}</del>",
        f"<ins>{words('come')}</ins>",
        '<del class="fine">,</del><ins class="fine">，</ins> ' + words("fine"),
        f'<mark class="unsafe">{words("unsafe")}</mark>',
        f'<mark class="told">{words("told")}</mark>',
        '<span class="seen">□</span> <span class="seen">⏎</span> ' + words("seen"),
        f'<span class="sample">… {words("folded", 412)} …</span> {words("fold")}',
    )
    return f'<ul class="legend" aria-label="{words("legend")}">{"".join(f"<li>{one}</li>" for one in shown)}</ul>\n'


def _farewell(words: Words) -> str:
    return (
        f"<footer><h2>{words('undo')}</h2><p>{words('undo how')}</p><pre><code>cleaner undo REPORT -o RESTORED</code></pre>"
        f"<p>{words('undo where')}</p></footer>\n"
    )


def _tile(label: str, number: int, beside: str) -> str:
    return f"<div><dt>{label}</dt><dd><b>{number:,}</b> <span>{escape(beside)}</span></dd></div>"


def _cells(name: str, *numbers: int) -> str:
    return f"<tr><th scope=row>{name}</th>{''.join(f'<td class=count>{number:,}</td>' for number in numbers)}</tr>"


def _title(code: str, lang: str) -> str:
    return visible(title(code, lang).rstrip(".。"))


def _counts(codes: Counter[str]) -> str:
    return visible(", ".join(f"{code} ×{count:,}" for code, count in sorted(codes.items())))


def _family(family: str, words: Words) -> str:
    return visible(words(family) if family in WORDS else family)


def _sizes(before: int, after: int, words: Words) -> str:
    return words("size", before) if before == after else words("sizes", before, after, _share(before, after))


def _share(before: int, after: int) -> str:
    if not before or before == after:
        return "±0"
    share = 100 * (after - before) / before
    return (f"{after - before:+,}" + (f", {share:+.1f} %" if abs(share) >= 0.05 else "")).replace("-", "−")


@cache
def _style() -> str:
    return files("cleaner").joinpath("data/report.css").read_text("utf-8")


# --- words ----------------------------------------------------------------------------------------------------------

Words = partial[str]
"""word() in the language of the page."""

WORDS: dict[str, tuple[str, str]] = {
    "lang": ("zh-CN", "en"),
    "title": ("清洗报告", "Cleaning report"),
    "reproduce": ("用这条命令可以重做一遍", "To do the same again"),
    "files": ("文件", "Files"),
    "changed": ("其中改动 {} 个", "{} changed"),
    "findings": ("发现", "Findings"),
    "of them applied": ("其中已改 {} 处", "{} applied"),
    "characters": ("清洗后字符数", "Characters after"),
    "from": ("原有 {}（{}）", "of {} before ({})"),
    "by rule": ("按规则", "By rule"),
    "rule": ("规则", "Rule"),
    "removed": ("删去字符", "Characters removed"),
    "by file": ("按文件", "By file"),
    "file": ("文件", "File"),
    "characters before": ("原字符数", "Before"),
    "characters after": ("现字符数", "After"),
    "left out": (
        "为免页面过大，另有 {} 个文件的明细没有放在这里；全部记录见 findings.jsonl。",
        "Files whose details are not on this page, to keep it small: {}. findings.jsonl has everything.",
    ),
    "more": ("另有 {} 行", "{} more row|{} more rows"),
    "skipped": ("未处理的文件", "Skipped files"),
    "reason": ("原因", "Reason"),
    "legend": ("图例", "How to read the marks"),
    "gone": ("删去的字", "removed"),
    "come": ("补上的字", "added"),
    "fine": ("标点、全半角", "marks and widths"),
    "seen": ("平常看不见的字符", "characters not seen otherwise"),
    "fold": ("点开可看全文", "opens at a click"),
    "row": ("第 {} 行记录", "row {}"),
    "size": ("{} 字符", "{} character|{} characters"),
    "sizes": ("{} → {} 字符（{}）", "{} → {} characters ({})"),
    "moot": ("另有 {} 处在删去的文字里", "{} more inside what is removed"),
    "broken": (
        "有些字节无法解码，以 U+DC80 一类的记号显示，原样保留。",
        "Some bytes did not decode; they are shown as U+DC80 and the like, and kept as they are.",
    ),
    "unfaithful": (
        "按所认的编码写回，字节会与原文件不同，所以没有改写这个文件。",
        "Written back in this encoding, the bytes would differ from the original; this file was not rewritten.",
    ),
    "nothing": ("没有发现问题。", "Nothing was found."),
    "only marks": ("第 {0}–{1} 行：只改标点和全半角，共 {2} 处", "Lines {0}–{1}: only marks and widths change, {2} times"),
    "line": ("第 {} 行", "Line {}"),
    "lines": ("第 {}–{} 行", "Lines {}–{}"),
    "at line": ("第 {} 行", "line {}"),
    "folded": ("{} 字", "{} character|{} characters"),
    "folded gone": ("删去 {} 字", "{} character removed|{} characters removed"),
    "folded with changes": ("{} 字，其中标点 {} 处", "{} characters, {} marks changed"),
    "not drawn": ("此处另有 {} 字未显示", "{} character not shown here|{} characters not shown here"),
    "more rows": ("另有 {} 处，见 findings.jsonl：", "{} more, see findings.jsonl:"),
    "of": ("{} / {} 处", "{} of {}"),
    "applied": ("已改", "applied"),
    "would": ("可以放心改", "safe to apply"),
    "unsafe": ("把握不足，未改", "unsafe, not applied"),
    "safe": ("可改，未改", "safe, not applied"),
    "told": ("仅提示", "told"),
    "ERROR": ("错误", "error"),
    "WARNING": ("警告", "warning"),
    "NOTE": ("提示", "note"),
    "twin": ("保留的是", "What stays:"),
    "like": ("相同或相近的是", "Its like:"),
    "offer": ("若改：", "Would read:"),
    "undo": ("如何撤销", "How to take it back"),
    "undo how": (
        "原文件可以由这份报告逐字节还原，并按哈希值核对：",
        "The original bytes come back from this report, checked by their hash:",
    ),
    "undo where": (
        "REPORT 是这一页所在的文件夹，RESTORED 是放还原文件的新文件夹。",
        "REPORT is the folder this page is in, RESTORED a new folder for the originals.",
    ),
    "ENC": ("编码", "encoding"),
    "PUN": ("标点", "punctuation"),
    "SCR": ("繁简", "script"),
    "LAY": ("版面", "layout"),
    "REP": ("重复段落", "repeats"),
    "LOOP": ("循环", "loops"),
    "TYP": ("错字", "misprints"),
}


def word(lang: str, key: str, *facts: object) -> str:
    """The page's own words in a language, filled in; the first form of two where the first fact is 1."""
    one, _, many = WORDS[key][0 if lang == "zh" else 1].partition("|")
    form = many if many and facts[:1] != (1,) else one
    return form.format(*(f"{fact:,}" if isinstance(fact, int) else fact for fact in facts)) if facts else form
