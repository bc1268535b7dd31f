"""`cleaner review --terminal`: the findings of a page one by one, with the page's keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import click

from cleaner.messages import title
from cleaner.model import Level
from cleaner.reports.diff import clipped
from cleaner.reports.listing import joined
from cleaner.reports.reading import Seen
from cleaner.reports.words import word

AROUND = 60  # characters of the text beside a change
EDITS = 6  # edits of a finding that are drawn
ANSWERS = {"a": "accept", "r": "reject", "l": "later"}
MARKS = {"": " ", "accept": "✓", "reject": "✕", "later": "◷"}
KEYS = ("j k", "a r l", "u", "n p", "g G", "/", "?", "q")
WHAT = ("key move", "key decide", "key undo", "key undecided", "key ends", "search", "help", "close")


@dataclass
class Reading:
    """A reader among findings. decided, notes: by id."""

    findings: Sequence[Seen]
    decided: dict[str, str]
    lang: str
    save: Callable[[], None]
    at: int = 0
    past: list[tuple[int, str]] = field(default_factory=list)

    def read(self, keys: Iterator[str], asked: Callable[[str], str], show: Callable[[str], None]) -> None:
        """Show a finding, take a key, until q or the keys end. asked: a line of text from the reader."""
        say = partial(word, self.lang)
        show(self.shown())
        for key in keys:
            note = ""
            if key in ("q", "\x03", "\x04"):
                return
            if key in ANSWERS:
                self.decide(ANSWERS[key])
            elif key == "u":
                note = "" if self.undo() else say("nothing to undo")
            elif key in ("j", "k", "g", "G"):
                self.go({"j": self.at + 1, "k": self.at - 1, "g": 0, "G": len(self.findings) - 1}[key])
            elif key in ("n", "p"):
                note = "" if self.undecided(1 if key == "n" else -1) else say("none undecided")
            elif key == "/":
                note = "" if self.seek(asked(say("search"))) else say("nothing matches")
            elif key == "?":
                note = "\n".join(f"  {letters:<6} {say(what)}" for letters, what in zip(KEYS, WHAT, strict=True))
            else:
                continue
            show(self.shown() + (f"\n{note}" if note else ""))

    def go(self, to: int) -> None:
        """To another finding."""
        self.at = max(0, min(to, len(self.findings) - 1))

    def decide(self, decision: str) -> None:
        """Decide on the finding, and go on; what is decided so already is open again."""
        name = self.findings[self.at].row["id"]
        before = self.decided.get(name, "")
        self.past.append((self.at, before))
        self._set(self.at, "" if before == decision else decision)
        if before != decision:
            self.go(self.at + 1)

    def undo(self) -> bool:
        """Take the last decision back, if there is one."""
        if not self.past:
            return False
        self.at, before = self.past.pop()
        self._set(self.at, before)
        return True

    def _set(self, at: int, decision: str) -> None:
        name = self.findings[at].row["id"]
        if decision:
            self.decided[name] = decision
        else:
            self.decided.pop(name, None)
        self.save()

    def undecided(self, step: int) -> bool:
        """To the next finding that is open."""
        at = self.at + step
        while 0 <= at < len(self.findings):
            if self.findings[at].row["id"] not in self.decided:
                self.at = at
                return True
            at += step
        return False

    def seek(self, wanted: str) -> bool:
        """To the next finding whose text, path or rule holds what is wanted; from the end on to the beginning."""
        wanted = wanted.strip().lower()
        many = len(self.findings)
        for at in ((self.at + step) % many for step in range(1, many + 1)):
            seen = self.findings[at]
            _, text = joined(seen.document, max(0, seen.row["start"] - AROUND), seen.row["end"] + AROUND)
            if wanted and any(wanted in part.lower() for part in (text, seen.row["path"], seen.row["code"])):
                self.at = at
                return True
        return False

    def shown(self) -> str:
        """The finding as lines for a terminal."""
        say = partial(word, self.lang)
        seen = self.findings[self.at]
        row = seen.row
        mark = MARKS[self.decided.get(row["id"], "")]
        settled = sum(1 for decision in self.decided.values() if decision != "later")
        bar = click.style(f"{self.at + 1}/{len(self.findings)} · {say('progress', settled, len(self.findings))}", dim=True)
        head = f"{mark} {click.style(row['code'], bold=True)} {title(row['code'], self.lang)}"
        place = f"{printable(row['path'])}:{seen.line}:{seen.column}  {say(seen.state)}, {say(Level(seen.level).name)}"
        why = printable(clipped(seen.why[0 if self.lang == "en" else 1], 200))
        return "\n".join(
            ("", bar, head, click.style(place, dim=True), why, "", self.drawn(seen), click.style("j k a r l u n / ? q", dim=True))
        )

    def drawn(self, seen: Seen) -> str:
        """The text with the changes in it: what goes in [-…-], what comes in {+…+}, as `git diff --word-diff` marks it."""
        row, document = seen.row, seen.document
        edits = row["edits"][:EDITS]
        if not edits:
            inside = click.style(_short(_text(document, row["start"], row["end"])), fg="yellow", underline=True)
            before, after = (max(0, row["start"] - AROUND), row["start"]), (row["end"], row["end"] + AROUND)
            return _text(document, *before) + inside + _text(document, *after)
        parts = []
        at = max(0, edits[0]["start"] - AROUND)
        for edit in edits:
            if edit["start"] - at > 2 * AROUND:
                parts += [_text(document, at, at + AROUND), " … "]
                at = edit["start"] - AROUND
            parts.append(_text(document, at, edit["start"]))
            if edit["end"] > edit["start"]:
                parts.append(click.style(f"[-{_short(_text(document, edit['start'], edit['end']))}-]", fg="red"))
            if edit["new"]:
                parts.append(click.style(f"{{+{_short(printable(edit['new']))}+}}", fg="green"))
            at = edit["end"]
        parts.append(_text(document, at, at + AROUND))
        more = len(row["edits"]) - len(edits)
        return "".join(parts) + (f" … ×{more}" if more else "")


def _text(document: Mapping[str, Any], start: int, end: int) -> str:
    return printable(joined(document, start, end)[1]) if end > start else ""


def _short(text: str) -> str:
    return text if len(text) <= 3 * AROUND else f"{text[:AROUND]} … {text[-AROUND:]}"


def printable(text: str) -> str:
    """A text that does nothing to a terminal: controls, formats and lone surrogates by their code points."""
    return "".join(char if char.isprintable() or char == "　" else _told(char) for char in text)


def _told(char: str) -> str:
    if char in "\r\n":
        return "⏎" if char == "\n" else ""
    return " " if unicodedata.category(char) == "Zs" else f"<U+{ord(char):04X}>"
