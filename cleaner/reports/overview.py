"""The summary of a run, first thing on the page: before and after, plots, tables; complete without a script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Any

from cleaner.messages import tell, title
from cleaner.reports.data import FAMILIES, family
from cleaner.reports.diff import clipped, visible
from cleaner.reports.plots import Bar, bars, columns, shares
from cleaner.reports.words import both, either

TABLE = 12  # rows of a table that are not folded
FOLDED = 2_000  # rows of a table, at most
BARS = 8  # files in a plot
STEPS = ("<80", "80–", "84–", "88–", "92–", "96–", "100")  # per cent alike


@dataclass
class Census:
    """What the page counts as documents come by (see carried.py for their form)."""

    encodings: Counter[str] = field(default_factory=Counter)
    similar: Counter[int] = field(default_factory=Counter)  # place in STEPS
    repeats: Counter[str] = field(default_factory=Counter)
    places: dict[str, tuple[str, set[str]]] = field(default_factory=dict)  # cluster -> how it begins, where it stands
    removed: int = 0
    left: int = 0

    def add(self, document: Mapping[str, Any]) -> None:
        """One more document."""
        self.encodings[document["e"]] += 1
        spans: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for finding in document["f"]:
            _, code, _, _, state, start, end, _, _, _, _, _, twin, cluster, _ = finding
            if twin:
                self.similar[step(twin[4])] += 1
            if family(code) == "REP" and twin:
                spans[state == 0].append((start, end))
            if cluster:
                self.repeats[cluster] += 1
                if cluster not in self.places:
                    self.places[cluster] = beginning(document, start), set()
                self.places[cluster][1].add(document["p"])
        gone = _covered(spans[True])
        self.removed += gone
        self.left += _covered([*spans[True], *spans[False]]) - gone


def step(similarity: float) -> int:
    """A place in STEPS."""
    percent = similarity * 100
    return len(STEPS) - 1 if percent >= 100 else 0 if percent < 80 else min(int((percent - 80) // 4) + 1, len(STEPS) - 2)


def beginning(document: Mapping[str, Any], start: int) -> str:
    """How the text at a place begins, as far as it is carried."""
    for at, _, text, _ in document["t"]:
        if at <= start < at + len(text):
            return str(text[start - at : start - at + 60])
    return ""


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    size = reach = 0
    for start, end in sorted(spans):
        size += max(0, end - max(start, reach))
        reach = max(reach, end)
    return size


def overview(summary: Mapping[str, Any], census: Census, lang: str) -> Iterator[str]:
    """The section, as it is written."""
    before, after = summary["characters_before"], summary["characters_after"]
    rules = summary["rules"]
    found, applied = (sum(rule[key] for rule in rules) for key in ("findings", "applied"))
    repeated, many = census.removed + census.left, f"{summary['files']:,}"
    yield (
        f'<section id="overview"><header><h1>{both(lang, "title")}</h1>'
        f'<p class="made">policy-cleaner {visible(str(summary["version"]))} · {visible(str(summary["created"]))}</p>'
        f'<dl class="tiles">{_tile(lang, "files", many, both(lang, "changed", summary["changed"]))}'
        f"{_tile(lang, 'findings', f'{found:,}', both(lang, 'of them applied', applied))}"
        f"{_tile(lang, 'characters', f'{after:,}', both(lang, 'from', before, _share(before, after)))}"
        f"{_tile(lang, 'repeated text', f'{repeated:,}', both(lang, 'of all', f'{100 * repeated / before if before else 0:.1f}'))}</dl>"
        f'<p class="label">{both(lang, "reproduce")}</p><pre><code>{visible(str(summary["command"]))}</code></pre></header>\n'
    )
    if not rules:
        yield both(lang, "nothing", tag="p")
    yield f'<div class="plots">{"".join(_plots(summary, census, lang))}</div>\n'
    if summary.get("left_out"):
        yield both(lang, "left out", summary["left_out"], tag="p").replace("<p ", '<p class="notice" ', 1)
    yield '<div class="tables">'
    yield from _tables(summary, census, lang)
    yield "</div>\n"
    if summary["changed"]:
        yield f'<p class="label">{both(lang, "undo how")}</p><pre><code>cleaner undo REPORT -o RESTORED</code></pre>\n'
    yield "</section>\n"


def _plots(summary: Mapping[str, Any], census: Census, lang: str) -> Iterator[str]:
    found: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for rule in summary["rules"]:
        found[family(rule["code"])] += rule["findings"]
        done[family(rule["code"])] += rule["applied"]
    names = [name for name in FAMILIES if found[name]]
    yield bars(both(lang, "by family"), [Bar(both(lang, name, tag="tspan"), found[name], done[name], name) for name in names], lang)
    worst = sorted(summary["documents"], key=lambda row: (-row["findings"], row["path"]))[:BARS]
    if len(worst) > 1:
        rows = [Bar(visible(_short(row["path"])), row["findings"], row["applied"], row["path"]) for row in worst if row["findings"]]
        yield bars(both(lang, "by file"), rows, lang)
    yield columns(both(lang, "by similarity"), [census.similar[n] for n in range(len(STEPS))], [escape(f"{one} %") for one in STEPS])
    yield shares(lang, census.removed, census.left, summary["characters_before"])


def _tables(summary: Mapping[str, Any], census: Census, lang: str) -> Iterator[str]:
    rules = summary["rules"]
    if rules:
        heads = [both(lang, key) for key in ("rule", "findings", "applied count")]
        yield from _table(both(lang, "by rule"), heads, (_rule(rule, lang) for rule in rules))
    documents = sorted(summary["documents"], key=lambda row: (-row["findings"], row["path"]))
    if documents:
        heads = [both(lang, key) for key in ("file", "findings", "applied count", "characters before", "characters after")]
        yield from _table(both(lang, "by file"), heads, (_document(row, lang) for row in documents))
    if census.repeats:
        heads = [both(lang, key) for key in ("text", "again", "in files")]
        most = sorted(census.repeats.items(), key=lambda item: (-item[1], item[0]))
        yield from _table(both(lang, "by cluster"), heads, (_cluster(census, name, times) for name, times in most))
    if census.encodings:
        heads = [both(lang, key) for key in ("encoding", "documents")]
        counted = sorted(census.encodings.items(), key=lambda item: (-item[1], item[0]))
        yield from _table(both(lang, "by encoding"), heads, (_cells(visible(name), times) for name, times in counted))
    if summary["skipped"]:
        yield from _table(both(lang, "skipped"), [both(lang, "file"), both(lang, "reason")], map(_skipped, summary["skipped"]), "")
    passed = summary.get("left_out_files", {})
    if passed:
        heads = [both(lang, key) for key in ("reason", "documents")]
        rows = (_cells(either(lang, tell(reason, "zh"), tell(reason, "en")), files["count"]) for reason, files in passed.items())
        yield from _table(both(lang, "passed over"), heads, rows)


def _rule(row: Mapping[str, Any], lang: str) -> str:
    code = row["code"]
    name = either(lang, title(code, "zh").rstrip("。."), title(code, "en").rstrip("。."))
    return _cells(f'<span data-facet="rule:{escape(code)}"><code>{visible(code)}</code> {name}</span>', row["findings"], row["applied"])


def _document(row: Mapping[str, Any], lang: str) -> str:
    path = f"<bdi>{visible(row['path'])}</bdi>" + ("" if row.get("row") is None else f" {both(lang, 'row', row['row'])}")
    name = f'<span data-facet="file:{escape(row["path"])}">{path}</span>' if row["findings"] and row["path"].isprintable() else path
    return _cells(name, row["findings"], row["applied"], row["characters_before"], row["characters_after"])


def _cluster(census: Census, name: str, times: int) -> str:
    begins, paths = census.places[name]
    return _cells(f'<q lang="zh-CN"><bdi>{visible(clipped(begins, 36))}</bdi></q>', times, len(paths))


def _skipped(row: Mapping[str, Any]) -> str:
    reason = visible(clipped(str(row["reason"]), 300))
    return f"<tr><th scope=row><bdi>{visible(row['path'])}</bdi></th><td><bdi>{reason}</bdi></td></tr>"


def _table(heading: str, heads: Sequence[str], rows: Iterable[str], align: str = "count") -> Iterator[str]:
    """A table under its heading; where it is long, most of it is folded. align: the class of all columns but the first."""
    rows = iter(rows)
    first, *others = heads
    kind = f" class={align}" if align else ""
    head = f"<thead><tr><th scope=col>{first}</th>{''.join(f'<th scope=col{kind}>{other}</th>' for other in others)}</tr></thead>"
    yield f'<section class="table"><h2>{heading}</h2><table>{head}<tbody>{"".join(islice(rows, TABLE))}</tbody></table>'
    more = list(islice(rows, FOLDED))
    if more:
        yield f"<details><summary>+ {len(more):,}{'' if next(rows, None) is None else ' …'}</summary><table>{head}<tbody>"
        yield from more
        yield "</tbody></table></details>"
    yield "</section>\n"


def _tile(lang: str, key: str, figure: str, beside: str) -> str:
    return f"<div><dt>{both(lang, key)}</dt><dd><b>{figure}</b> {beside}</dd></div>"


def _cells(name: str, *numbers: int) -> str:
    return f"<tr><th scope=row>{name}</th>{''.join(f'<td class=count>{number:,}</td>' for number in numbers)}</tr>"


def _short(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name if len(name) <= 16 else f"{name[:9]}…{name[-6:]}"


def _share(before: int, after: int) -> str:
    if not before or before == after:
        return "±0"
    share = 100 * (after - before) / before
    return (f"{after - before:+,}" + (f", {share:+.1f} %" if abs(share) >= 0.05 else "")).replace("-", "−")
