"""Texts as Markdown shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LEGEND = "⏎ is a line end, ␍⏎ one of Windows, ‖ the border between two documents, ⟨U+200B⟩ a character that is not seen."


def shown(text: str) -> str:
    """A text on one line, with nothing in it that is not seen."""
    text = re.sub(r"[ \t]+$", lambda m: "".join(_numbered(c) for c in m[0]), text)
    return "".join(c if c.isprintable() or c == "\u3000" else _SIGNS.get(c) or _numbered(c) for c in text)


_SIGNS = {"\r": "␍", "\n": "⏎", "\f": " ‖ "}


def _numbered(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"


def fenced(lines: Iterable[str], kind: str) -> str:
    """A block of code."""
    body = "\n".join(lines)
    fence = "````" if "```" in body else "```"
    return f"{fence}{kind}\n{body}\n{fence}\n"


def prose(text: str) -> str:
    """A docstring's paragraphs as Markdown: marks that would mean something in it are escaped, but for `code`."""
    return "\n\n".join(_escaped(_joined(paragraph)) for paragraph in text.split("\n\n"))


def _joined(paragraph: str) -> str:
    """A paragraph on one line; no space comes between two Chinese characters, or after |."""
    return re.sub(r"(?<=[\u3000-\u9fff|])\n(?=[\u3000-\u9fff])", "", paragraph).replace("\n", " ")


def _escaped(text: str) -> str:
    pieces = re.split(r"(`[^`]+`)", text)
    return "".join(piece if i % 2 else _marks(piece) for i, piece in enumerate(pieces))


def _marks(text: str) -> str:
    text = shown(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\*])", r"\\\1", text)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> str:
    """A table; `right`: the columns set to the right."""
    lines = [head, ["--:" if i in right else "---" for i in range(len(head))], *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
