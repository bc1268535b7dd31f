"""What a drop of documents is held to: how much of it is new, how much repeats, how many faults stand in it.

How it is counted. Characters are those that are no space, of all documents of the run. A fault is a place that an error or a warning
speaks of: a finding that mends 20 marks is 20; repeats (REP) are no faults, they have a ratio of their own. A character repeats where
a finding says that it stands elsewhere: within the drop (in its own or an earlier document), or in the corpus of the index. What is
told by two rules counts once, and for the corpus where both hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.formats.files import Files
from cleaner.messages import tell
from cleaner.model import Level, Outcome
from cleaner.patterns import lazily

PER = 10_000  # characters that rates are given for
FAMILIES = ("ENC", "PUN", "SCR", "LAY", "LOOP", "TYP")
REPEATS = "REP"


class Figures(NamedTuple):
    """What is counted of one document. repeats: (characters, path of the document of the twin, "" for its own) of stretches that do
    not overlap; faults: places by family; fresh: findings of a warning or more in text that stands nowhere else."""

    characters: int
    repeats: tuple[tuple[int, str], ...]
    faults: Mapping[str, int]
    fresh: int


def figures(outcome: Outcome) -> Figures:
    """Of an outcome, before anything is mended."""
    text = outcome.document.text
    spans = [(f.start, f.end, f.twin.path or "") for f in outcome.findings if f.code.startswith(REPEATS) and f.twin and f.code not in LIKE]
    elsewhere = [(start, end) for start, end, path in spans if path]
    faults: Counter[str] = Counter()
    fresh = 0
    for finding in outcome.findings:
        family = finding.code.rstrip("0123456789")
        if finding.level < Level.WARNING or family == REPEATS:
            continue
        faults[family] += max(1, len(finding.edits))
        fresh += not any(start <= finding.start and finding.end <= end for start, end in elsewhere)
    return Figures(_solid(text), tuple(_apart(text, spans)), faults, fresh)


LIKE = ("REP511",)  # much like another document as a whole: says nothing of single stretches


def _solid(text: str) -> int:
    return len(text) - sum(map(len, _SPACE.findall(text)))


_SPACE = lazily(r"[\s\ufeff]+")


def _apart(text: str, spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, str]]:
    """The characters of stretches, each once; what stands in another document is counted first."""
    taken: list[tuple[int, int]] = []
    for start, end, path in sorted(spans, key=lambda span: (not span[2], span)):
        at = start
        for other, stop in sorted(taken):
            if other >= end or stop <= at:
                continue
            if other > at:
                yield _solid(text[at:other]), path
            at = max(at, stop)
        if at < end:
            yield _solid(text[at:end]), path
        taken.append((start, end))


@dataclass
class Drop:
    """What all documents of a run come to. names: the files of the run; what stands in another one stands in the corpus."""

    names: Files
    characters: int = 0
    within: int = 0
    against: int = 0
    fresh: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)

    def add(self, figures: Figures, encoding: str) -> None:
        """One more document."""
        self.characters += figures.characters
        self.fresh += figures.fresh
        self.faults.update(figures.faults)
        self.encodings[encoding] += 1
        for characters, path in figures.repeats:
            if path and not self.names.has(path):
                self.against += characters
            else:
                self.within += characters

    @property
    def repeats(self) -> float:
        """The share of characters that repeat."""
        return (self.within + self.against) / max(1, self.characters)

    @property
    def rate(self) -> float:
        """Faults a character."""
        return self.faults.total() / max(1, self.characters)

    def lines(self, lang: str, indexed: bool) -> list[tuple[str, str]]:
        """The figures, each with its name."""
        of = max(1, self.characters)
        lines = [
            (tell("characters", lang), f"{self.characters:,}"),
            (tell("new text", lang), _percent(1 - self.repeats)),
            (tell("repeats within the drop", lang), _percent(self.within / of)),
        ]
        if indexed:
            lines.append((tell("repeats of the corpus", lang), _percent(self.against / of)))
        rates = ", ".join(f"{name} {self.faults[name] * PER / of:.2f}" for name in FAMILIES if self.faults[name])
        lines.append((tell("faults for every 10,000 characters", lang), f"{self.rate * PER:.2f}" + (f" ({rates})" if rates else "")))
        census = ", ".join(f"{name} {count}" for name, count in sorted(self.encodings.items(), key=lambda pair: (-pair[1], pair[0])))
        lines.append((tell("encodings", lang), census or "0"))
        return lines


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


class Limits(NamedTuple):
    """What a drop must keep to; None: whatever."""

    repeats: float | None = None
    rate: float | None = None

    def broken(self, drop: Drop, lang: str) -> list[str]:
        """What it does not keep to, as it is told."""
        told = []
        if self.repeats is not None and drop.repeats > self.repeats:
            told.append(
                tell("too much repeats: {} of the text, at most {} is let through", lang).format(
                    _percent(drop.repeats), _percent(self.repeats)
                )
            )
        if self.rate is not None and drop.rate > self.rate:
            form = "too many faults: {:.2f} for every 10,000 characters, at most {:.2f} are let through"
            told.append(tell(form, lang).format(drop.rate * PER, self.rate * PER))
        return told


def ratio(value: str) -> float:
    """A share as it stands on a command line: 0.05, 5%, 3/10000.

    Raises ValueError."""
    match = _RATIO.fullmatch(value.strip())
    if not match or (match["of"] and not float(match["of"])):
        raise ValueError(value)
    share = float(match["part"]) / float(match["of"] or 1) / (100 if match["percent"] else 1)
    if share > 1:
        raise ValueError(value)
    return share


_RATIO = lazily(r"(?P<part>\d+(?:\.\d+)?)(?:(?P<percent>%)|/(?P<of>\d+))?")
