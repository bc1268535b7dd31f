"""The nouns. All are frozen; everything else in this package is a function over them.

Every position is counted in code points of the decoded original text. Lines, columns and bytes are worked out by
whoever prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Grade(IntEnum):
    """How sure a fix is. Fixes of a grade are applied when the run asks for that grade or a lower one."""

    NONE = 0
    UNSAFE = 1
    SAFE = 2


class Level(IntEnum):
    """How much a finding matters, apart from how sure its fix is."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Why(NamedTuple):
    """A reason: an English form and what fills it, so that a report can say it in another language.

    >>> str(Why("stands {} times here", 41))
    'stands 41 times here'
    """

    form: str
    facts: tuple[object, ...] = ()

    @classmethod
    def of(cls, form: str, *facts: object) -> Why:
        """A form, and what fills its places."""
        return cls(form, facts)

    def __str__(self) -> str:
        return self.form.format(*self.facts)


class Paragraph(NamedTuple):
    """A line that holds something, and the space after it: text[start:end] is the line without its end,
    text[end:stop] its line end and the blank lines that follow. Paragraphs tile the text."""

    start: int
    end: int
    stop: int


class Source(NamedTuple):
    """Where a text came from: encoding is a Python codec name, sha256 and size describe the bytes.

    faithful: the text encodes back to the very same bytes. What is not faithful is never rewritten.
    broken: some bytes did not decode and stand in the text as lone surrogates (U+DC80..U+DCFF).
    """

    encoding: str
    sha256: str
    size: int
    faithful: bool = True
    broken: bool = False


def named(path: str, row: int | None) -> str:
    """A document as users see it.

    >>> named("drop.jsonl", 16)
    'drop.jsonl[16]'
    """
    return path if row is None else f"{path}[{row}]"


class Edit(NamedTuple):
    """text[start:start+len(old)] is `old` and becomes `new`. It says what it expects to find, so it proves itself and
    reverses. code: the rule that asked for it ("LAY403+PUN201" where several passes worked on one place)."""

    start: int
    old: str
    new: str
    code: str

    @property
    def end(self) -> int:
        """Where what it replaces ends."""
        return self.start + len(self.old)


Script = tuple[Edit, ...]
"""Edits in ascending order that do not overlap: the change, the undo and the machine-readable diff in one."""


class Origin(NamedTuple):
    """What a text was read from: a page, and the script that made the text of it."""

    page: str
    script: Script


@dataclass(frozen=True, slots=True)
class Document:
    """A text and where it stands. order: its place in the run, from 0. row: its row in a table, from 0, else None. origin: what the
    text was made of, where that is not the text itself; its places lead back by it."""

    order: int
    path: str
    row: int | None
    text: str
    paragraphs: tuple[Paragraph, ...]
    source: Source
    origin: Origin | None = None


class Twin(NamedTuple):
    """The text that stays where another is a repeat of it. path None: in the same document.

    similarity: 1.0 for equal folded texts, else the share measured (said in the finding's `why`)."""

    start: int
    end: int
    similarity: float
    path: str | None = None
    row: int | None = None


class Hit(NamedTuple):
    """What a rule yields: text[start:end] is at fault, and should read `new` (None: the rule only tells).

    grade and level None: the rule's own. cut: the stretch that `new` replaces, where it is another than the one shown
    (a paragraph at the end of a text goes with the line end before it)."""

    start: int
    end: int
    new: str | None
    why: Why
    grade: Grade | None = None
    level: Level | None = None
    twin: Twin | None = None
    cluster: str | None = None
    cut: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with its place in the corpus. edits are minimal, and none where it only tells. name: its fingerprint, where that is not
    to be made of the text that it is told in."""

    code: str
    start: int
    end: int
    edits: Script
    grade: Grade
    level: Level
    why: Why
    twin: Twin | None = None
    cluster: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that reports are given: the document as read, what was found, what was applied.

    moot: found, but what it speaks of goes anyway. settled: the text after the script. known: found, and known to a baseline."""

    document: Document
    findings: tuple[Finding, ...]
    moot: tuple[Finding, ...]
    script: Script
    settled: str
    known: tuple[Finding, ...] = ()
