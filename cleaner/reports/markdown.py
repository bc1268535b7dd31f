"""A summary in Markdown: the comment on a pull request, the summary of a step.

The texts were scraped by someone: whatever Markdown or HTML would take for its own is written as an entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cleaner.messages import tell, title
from cleaner.patterns import lazily
from cleaner.reports.told import LEVELS, Best

COMMENT = 60_000  # characters; GitHub and GitLab refuse more than 65,536 and 1,000,000
SHOWN = 200  # findings of each level


class MarkdownSink(Best):
    """A comment."""

    kept = SHOWN

    def last(self, summary: Mapping[str, Any]) -> None:
        """All is known: say it."""
        self.write(report(summary, self, self.lang, COMMENT))


def report(summary: Mapping[str, Any], best: Best, lang: str, budget: int) -> str:
    """What a run found, in at most so many bytes; how many findings there was no room for."""
    parts = [f"### {_heading(best, lang)}\n\n", *_figures(summary, lang)]
    if best.codes:
        rows = ([code, str(count), cell(title(code, lang))] for code, count in sorted(best.codes.items(), key=lambda c: (-c[1], c[0])))
        parts.append(table((tell("Rule", lang), tell("Findings", lang), tell("Finds", lang)), rows) + "\n")
    room = budget - sum(map(_size, parts)) - 500
    shown: list[str] = []
    for line in _rows(best, lang):
        room -= _size(line)
        if room < 0:
            break
        shown.append(line)
    if shown:
        head = table((tell("Place", lang), tell("Rule", lang), tell("Text", lang)), ())
        parts += [head, *shown, "\n"]
    if left := best.levels.total() - len(shown):
        parts.append(tell("{} more findings are not shown here.", lang).format(left) + "\n\n")
    return "".join(parts)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))


def _heading(best: Best, lang: str) -> str:
    counts = (best.levels[level] for level in LEVELS)
    return tell("cleaner: errors: {}, warnings: {}, notes: {}", lang).format(*counts)


def _figures(summary: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What the gate says, and what was not checked."""
    if lines := summary.get("figures"):
        yield table((tell("Figure", lang), ""), ([cell(name), cell(value)] for name, value in lines)) + "\n"
    if skipped := summary.get("skipped"):
        yield tell("Not checked: {}", lang).format(", ".join(cell(item["reason"]) for item in skipped[:20])) + "\n\n"


def _rows(best: Best, lang: str) -> Iterator[str]:
    for level in LEVELS:
        for row in best.best(level):
            new = "" if row["new"] is None else f" → <code>{cell(row['new'])}</code>"
            twin = f" → {cell(row['twin'])}" if row["twin"] and row["twin"] != row["path"] else ""
            why = f"<br>{cell(row['why'])}{twin}"
            place = f"<code>{cell(row['path'])}:{row['spot'][0]}</code>"
            yield line((place, f"{row['code']} {tell(level, lang)}", f"<code>{cell(row['text'])}</code>{new}{why}"))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table."""
    head = list(head)
    return line(head) + line("---" for _ in head) + "".join(map(line, rows))


def line(cells: Iterable[str]) -> str:
    """A row of a table."""
    return "| " + " | ".join(cells) + " |\n"


def cell(text: str) -> str:
    """A text that stands for itself in a table."""
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};", text.replace("\n", "⏎"))


_SPECIAL = lazily(r'[!"#$&()*+<=>@\[\\\]^_`{|}~]')
