"""A page read again: what it says of its run, and its findings as data. The page is the report; nothing else is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.patterns import lazily
from cleaner.reports.carried import STATES
from cleaner.reports.listing import joined
from cleaner.reports.page import unpack

_HEAD = lazily(r'<script type="application/json" id="head">([^<]*)</script>')
_PIECE = lazily(r'<script type="application/octet-stream" class="piece">([A-Za-z0-9+/=]*)</script>')


class BadPage(ValueError):  # noqa: N818
    """A file that is no page of a report; the message says which."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding on a page, with the document it is carried in. row: its form in findings.jsonl, as far as decisions need it."""

    row: Mapping[str, Any]
    state: str
    level: int
    line: int
    column: int
    why: tuple[str, str]
    document: Mapping[str, Any]


def opened(path: Path) -> tuple[Path, Mapping[str, Any], list[Mapping[str, Any]]]:
    """The page of a report (its folder, or the page itself), what its head says, its documents.

    Raises BadPage."""
    page = path / "index.html" if path.is_dir() else path
    try:
        html = page.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPage(f"{page}: {error}") from None
    head = _HEAD.search(html)
    if head is None:
        raise BadPage(f"{page}: no page of a report, or one of an earlier cleaner")
    try:
        return page, json.loads(head[1]), [document for piece in _PIECE.findall(html) for document in unpack(piece)]
    except ValueError as error:
        raise BadPage(f"{page}: {error}") from None


def findings(documents: list[Mapping[str, Any]]) -> Iterator[Seen]:
    """The findings of documents, in the order of the page."""
    for document in documents:
        for finding in document["f"]:
            yield _seen(document, finding)


def _seen(document: Mapping[str, Any], finding: list[Any]) -> Seen:
    name, code, level, fix, state, start, end, line, column, carriers, own, why, twin, cluster, fingerprint = finding
    edits = own or [[at, at + size, new] for at, size, new in (document["s"][i] for i in carriers)]
    row = {
        "id": name,
        "path": document["p"],
        "row": document["r"],
        "code": code,
        "start": start,
        "end": end,
        "fix": fix,
        "edits": [{"start": at, "end": to, "new": new} for at, to, new in edits],
        "twin": twin
        and {
            "path": twin[0] or document["p"],
            "row": (twin[1] or None) if twin[0] else document["r"],
            "start": twin[2],
            "end": twin[3],
            "similarity": twin[4],
        },
        "cluster": cluster or None,
        "fingerprint": fingerprint.split("-")[0],
        "known_as": fingerprint,
        "text": joined(document, start, min(end, start + 40))[1],
    }
    english, chinese = document["w"][why]
    return Seen(row | {"twin": row["twin"] or None}, STATES[state], level, line, column, (english, chinese), document)
