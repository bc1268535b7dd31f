"""Findings for a terminal: the place, the rule, the reason, and an excerpt with carets under what is meant."""

from __future__ import annotations

from collections import Counter

from rich.cells import cell_len

from cleaner.messages import say, title
from cleaner.model import Finding, Outcome, named
from cleaner.reports.data import GRADES, Placing, places_of

_AROUND = 20  # characters of the line shown on either side
_LONGEST = 40  # characters of the fault itself that are shown before its middle is left out


def part(outcome: Outcome, lang: str) -> str:
    """The findings of a document, three lines each."""
    lines = places_of(outcome.document)
    return "".join(_finding(outcome, finding, lines, lang) for finding in outcome.findings)


def _finding(outcome: Outcome, finding: Finding, lines: Placing, lang: str) -> str:
    document, twin = outcome.document, finding.twin
    line, column = lines.place(finding.start)
    here = named(document.path, document.row)
    fix = f" [{GRADES[finding.grade]}]" if finding.edits else ""
    at = ""
    if twin:
        at = f" → {named(twin.path, twin.row)}" if twin.path else f" → {here}:{lines.place(twin.start)[0]}"
    head = f"{here}:{line}:{column} {finding.code}{fix} {title(finding.code, lang)} ({say(finding.why, lang)}){at}\n"
    return head + excerpt(document.text, finding)


def excerpt(text: str, finding: Finding) -> str:
    """The line round the first change, and carets under it; what it becomes, where that is short."""
    first = finding.edits[0] if finding.edits else None
    at_edit = first and first.new and finding.start <= first.start < finding.end  # a deletion is shown by what it is about
    start, end = (first.start, first.end) if first and at_edit else (finding.start, finding.end)
    left = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    lo = max(left, start - _AROUND)
    hi = min([i for i in (text.find("\n", end), text.find("\r", end)) if i >= 0] + [len(text), end + _AROUND])
    before = ("…" if lo > left else "") + plain(text[lo:start])
    meant = plain(text[start:end])
    if len(meant) > _LONGEST:
        meant = meant[: _LONGEST // 2] + "…" + meant[-_LONGEST // 2 :]
    after = plain(text[end:hi]) + ("…" if hi < len(text) and text[hi] not in "\r\n" else "")
    new = f" → {plain(first.new)}" if first and 0 < len(first.new) <= _LONGEST else ""
    more = f" (+{len(finding.edits) - 1})" if len(finding.edits) > 1 else ""
    return f"    {before}{meant}{after}\n    {' ' * cell_len(before)}{'^' * max(1, cell_len(meant))}{new}{more}\n"


def plain(text: str) -> str:
    """One line of it, nothing in it that would move the cursor or change the terminal."""
    return "".join(char if char.isprintable() else _NAMED.get(char, f"<{ord(char):04X}>") for char in text)


_NAMED = {"\n": "⏎", "\r": "", "\t": " ", "\u3000": "\u3000", "\xa0": " "}


def statistics(counts: Counter[str], lang: str) -> str:
    """How often each rule found something, the most frequent first."""
    width = len(str(max(counts.values(), default=0)))
    return "".join(f"{n:>{width}}  {code:8} {title(code, lang)}\n" for code, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))
