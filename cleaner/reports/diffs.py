"""What would change, as a unified diff that `git apply` takes from the folder where it was made."""

from __future__ import annotations

import os
from difflib import unified_diff

from cleaner.model import Outcome, named
from cleaner.reports.output import Sink

NO_END = "\\ No newline at end of file\n"


def part(outcome: Outcome, lang: str) -> str:
    """A unified diff of a document against its settled text; nothing where they are equal.

    A patch is about bytes: the lines are those of the file, in its own encoding. Bytes that are no UTF-8 stand in the text as
    lone surrogates, as everywhere in Python, and are bytes again in the file (DiffSink)."""
    document, settled = outcome.document, outcome.settled
    if document.text == settled:
        return ""
    encoding, errors = document.source.encoding, "surrogateescape" if document.source.broken else "strict"
    before, after = (_lines(text.encode(encoding, errors)) for text in (document.text, settled))
    path = named(document.path, document.row)
    if os.path.isabs(path) and path.startswith(here := os.path.join(os.getcwd(), "")):
        path = path[len(here) :]
    lines = unified_diff(before, after, _name(f"a/{path}"), _name(f"b/{path}"))
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_END}" for line in lines)


def _lines(data: bytes) -> list[str]:
    pieces = data.split(b"\n")
    lines = [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    return [line.decode("utf-8", "surrogateescape") for line in lines]


def _name(path: str) -> str:
    """As git writes a name: quoted where a mark or an unseen character would be misread, with a tab behind spaces."""
    if any(char in '"\\' or char < " " or char == "\x7f" for char in path):
        return '"' + "".join(_octal(byte) for byte in path.encode("utf-8", "surrogateescape")) + '"'
    return path + "\t" if " " in path else path


def _octal(byte: int) -> str:
    char = chr(byte)
    return f"\\{char}" if char in '"\\' else char if 32 <= byte < 127 else f"\\{byte:03o}"


class DiffSink(Sink):
    """The patches, one behind the other."""

    errors = "surrogateescape"
