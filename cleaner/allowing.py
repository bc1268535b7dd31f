"""What a Markdown file says of itself: a comment that allows a rule holds for the text that follows it.

A text in plain form must not be marked; what is right in it is said in the settings (`allow`), or in a baseline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cleaner.model import Finding
from cleaner.patterns import lazily
from cleaner.settings import BadSettings, codes
from cleaner.views import Lines

MARKED = (".md", ".markdown")
"""Files that can hold such a comment."""


class Allowed(NamedTuple):
    """text[start:end] is a comment and what it holds for: these codes are right up to there."""

    codes: tuple[str, ...]
    start: int
    comment: int  # where the comment ends
    end: int

    def covers(self, finding: Finding) -> bool:
        """Is it allowed? What is said of the comment itself is, whatever it is."""
        if self.start <= finding.start and finding.end <= self.comment:
            return True
        letters = finding.code.rstrip("0123456789")
        return self.start <= finding.start < self.end and (finding.code in self.codes or letters in self.codes)


def allowed(path: str, text: str) -> list[Allowed]:
    """What the comments of a file allow.

    Raises BadSettings where one names no rule; it says where that stands."""
    if "cleaner:" not in text or not path.lower().endswith(MARKED):
        return []
    found = []
    for match in _COMMENT.finditer(text):
        try:
            named = codes(match[1])
        except BadSettings as error:
            raise BadSettings(f"{path}:{Lines(text).place(match.start())[0]}: {error}") from None
        found.append(Allowed(named, match.start(), match.end(), _end(text, match.start(), match.end())))
    return found


def less_allowed(path: str, text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings that no comment allows."""
    comments = allowed(path, text)
    return [finding for finding in findings if not any(comment.covers(finding) for comment in comments)]


def _end(text: str, start: int, comment: int) -> int:
    """Where the text that a comment holds for ends: its own line where it shares one, else the paragraph that follows it."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = _LINE.match(text, comment)
    if text[line:start].strip() or (rest and rest[0].strip()):
        return rest.end() if rest else comment
    block = _BLOCK.match(text, comment)
    return block.end() if block else len(text)


_COMMENT = lazily(r"<!--\s*cleaner:\s*allow\s+([A-Za-z0-9]+(?:\s*,\s*[A-Za-z0-9]+)*)(?:\s[^>]*?)?-->")
_LINE = lazily(r"[^\r\n]*")
_BLOCK = lazily(r"\s*(?:[^\r\n]*\S[^\r\n]*(?:\r\n|\r|\n|$))+")
