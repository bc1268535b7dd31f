"""The report as a page where people decide: an overview, and the findings to be looked through, accepted and rejected.

One file that asks for nothing: its style and its script are allowed by their hashes, and nothing else is. What the corpus
says is packed (gzip, base64), read by the script, and enters the page as text nodes alone. Without a script there is the
overview, and the first findings as plain HTML.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any

from cleaner.messages import title
from cleaner.reports import bundle
from cleaner.reports.carried import opened
from cleaner.reports.overview import Census, overview
from cleaner.reports.words import WORDS, both, word
from cleaner.rules import RULES

PLAIN = 200  # findings that are there without a script


@dataclass(frozen=True)
class Page:
    """What a page is made of. pieces: packed documents, as pack() gives them. plain: the first findings, as HTML.

    report: the report's folder, as the command named it; None where nothing was written but the page."""

    summary: Mapping[str, Any]
    census: Census
    plain: str
    pieces: Iterable[str]
    run: str
    lang: str
    report: str | None = None
    apart: bool = False

    def html(self) -> Iterator[str]:
        """The page, as it is written. apart: style and script are files beside it, for servers that allow none inside."""
        lang = self.lang
        yield (
            f'<!doctype html>\n<html lang="{word(lang, "lang")}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{self.policy()}">\n'
            '<meta name="generator" content="policy-cleaner">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>{word(lang, 'title')}</title>\n{self._head()}</head>\n<body>\n"
        )
        yield from overview(self.summary, self.census, lang)
        shown = self.plain.count("<article>")
        if shown:
            hint = f'<p class="hint">{both(lang, "no script")}</p>'
            yield f'<main id="plain"><h2>{both(lang, "first findings", shown)}</h2>{hint}{self.plain}</main>\n'
        yield f'<script type="application/json" id="head">{escaped(self.facts())}</script>\n'
        for piece in self.pieces:
            yield f'<script type="application/octet-stream" class="piece">{piece}</script>\n'
        yield self._foot()

    def policy(self) -> str:
        """What the page may do."""
        style, script = ("'self'", "'self'") if self.apart else (_hash(bundle.style()), f"{_hash(bundle.early())} {_hash(bundle.script())}")
        return f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'none'; base-uri 'none'; form-action 'none'"

    def _head(self) -> str:
        if self.apart:
            return '<link rel="stylesheet" href="report.css">\n<script src="early.js"></script>\n'
        return f"<style>{bundle.style()}</style>\n<script>{bundle.early()}</script>\n"

    def _foot(self) -> str:
        script = '<script src="report.js"></script>' if self.apart else f"<script>{bundle.script()}</script>"
        return f"{script}\n</body>\n</html>\n"

    def facts(self) -> Mapping[str, Any]:
        """What the script is told at once (a Head of data.js)."""
        return {
            "run": self.run,
            "created": self.summary["created"],
            "version": self.summary["version"],
            "lang": self.lang,
            "report": self.report,
            "findings": sum(rule["findings"] for rule in self.summary["rules"]),
            "words": WORDS,
            "rules": {rule.code: [title(rule.code, "zh"), title(rule.code, "en")] for rule in RULES},
        }


FILES: Mapping[str, Any] = {"report.css": bundle.style, "early.js": bundle.early, "report.js": bundle.script}
"""What stands beside a page whose style and script are apart."""


def pack(lines: str) -> str:
    """Documents, a line of json each, as they stand in the page."""
    return b64encode(gzip.compress(lines.encode("utf-8"), 5, mtime=0)).decode()  # 6 takes half as long again, for a hundredth less


def unpack(piece: str) -> list[dict[str, Any]]:
    """The documents of a piece. Raises ValueError where it is none."""
    from base64 import b64decode

    try:
        text = gzip.decompress(b64decode(piece, validate=True)).decode("utf-8")
    except (OSError, EOFError) as error:
        raise ValueError(str(error)) from None
    return [opened(line) for line in text.split("\n") if line]


def escaped(value: object) -> str:
    """json that stands inside a script element, whatever it says."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def run_of(pieces: Iterable[str]) -> str:
    """A name for what a page shows: the same findings have the same, so that decisions are found again."""
    digest = blake2b(digest_size=8)
    for piece in pieces:
        digest.update(piece.encode())
    return digest.hexdigest()


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
