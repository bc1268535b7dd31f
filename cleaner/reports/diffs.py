"""What would change, as a unified diff."""

from __future__ import annotations

import re
from difflib import unified_diff

from cleaner.model import Outcome, named

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def part(outcome: Outcome, lang: str) -> str:
    """A unified diff of a document against its settled text; nothing where they are equal."""
    path = named(outcome.document.path, outcome.document.row)
    lines = unified_diff(_LINE.findall(outcome.document.text), _LINE.findall(outcome.settled), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
