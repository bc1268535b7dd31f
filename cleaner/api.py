"""The public functions: the same findings as the command, on texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from cleaner.model import Document, Grade, Outcome, Source
from cleaner.pipeline import Run, treat
from cleaner.settings import Settings
from cleaner.views import paragraphs


@dataclass(frozen=True)
class Cleaner:
    """Checks and cleans texts by some settings."""

    settings: Settings = field(default_factory=Settings)

    def check(self, text: str) -> Outcome:
        """What is wrong in a text; its script is that of the safe fixes, nothing is applied."""
        return treat(_document(text), Run(self.settings))

    def clean(self, text: str, *, unsafe_fixes: bool = False) -> Outcome:
        """A cleaned text (`settled`), what was found, and the script that leads from one to the other.

        Raises cleaner.pipeline.Unsettled where the rules do not come to rest."""
        return treat(_document(text), Run(self.settings, Grade.UNSAFE if unsafe_fixes else Grade.SAFE, settle=True))


def check(text: str) -> Outcome:
    """What is wrong in a text, by the default settings."""
    return Cleaner().check(text)


def clean(text: str, *, unsafe_fixes: bool = False) -> str:
    """The cleaned text, by the default settings."""
    return Cleaner().clean(text, unsafe_fixes=unsafe_fixes).settled


def _document(text: str) -> Document:
    content = text.encode("utf-8", "surrogatepass")
    source = Source("utf-8", sha256(content).hexdigest(), len(content))
    return Document(0, "<text>", None, text, paragraphs(text), source)
