"""Documents in, outcomes out: the only conductor.

A document is looked at by every chosen rule; one script is chosen of all they found; where it changed the text, the
rules look again, until nothing changes. Scripts are composed, so the outcome's script leads from the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from cleaner.edits import Trail, apply, choose, compose, minimal
from cleaner.model import Document, Edit, Finding, Grade, Hit, Outcome, Script, Why
from cleaner.rules.repeats import Sketch, sketch
from cleaner.rules.rule import Rule
from cleaner.settings import Settings
from cleaner.views import paragraphs

PASSES = 4  # a change may bring forth another (a joined line, a doubled blank); more than this is a fault of a rule

Given = TypeVar("Given")
Made = TypeVar("Made")


class NotDone(Exception):  # noqa: N818
    """Something could not be done with a document; the message says what and why, for the user."""


class Unsettled(NotDone):
    """A text still changed after PASSES passes: two rules undo one another. Nothing of it is applied."""


class Engine(Protocol):
    """Where work is done."""

    def map(self, work: Callable[[Given], Made], things: Iterable[Given]) -> Iterator[Made]:
        """What `work` makes of each thing, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that nothing could be done with."""

    order: int
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """What is done with each document. grade NONE: only look. settle: work out the text after all passes. holds: of an
    encoding, whether it can hold a new text. moot: findings that are moot count as findings."""

    settings: Settings
    grade: Grade = Grade.NONE
    settle: bool = False
    holds: Callable[[str], Callable[[str], bool]] | None = None
    moot: bool = False


def conduct(
    things: Sequence[Given], read: Callable[[int, Given], Document], run: Run, finish: Callable[[Given, Outcome], Made], engine: Engine
) -> Iterator[Made | Failure]:
    """Read, compare, treat and finish each thing, in order.

    `read` and `finish` are called where the work is done (in a worker process they are pickled by name), so that
    outcomes need not travel. Things are read twice where documents are compared with one another."""
    numbered = list(enumerate(things))
    related: dict[int, list[Finding]] = {}
    if len(numbered) > 1 and any(rule.across for rule in run.settings.chosen()):
        sketches = [s for s in engine.map(partial(_sketch, read), numbered) if s is not None]
        for rule in run.settings.chosen():
            if rule.across:
                for order, finding in rule.sees(sketches, **run.settings.options(rule.code)):
                    related.setdefault(order, []).append(finding)
    orders = ((order, thing, related.get(order, ())) for order, thing in numbered)
    return engine.map(partial(_perform, read, run, finish), orders)


def _sketch(read: Callable[[int, Given], Document], numbered: tuple[int, Given]) -> Sketch | None:
    try:
        return sketch(read(*numbered))
    except NotDone:
        return None  # told when it is treated


def _perform(
    read: Callable[[int, Given], Document], run: Run, finish: Callable[[Given, Outcome], Made], what: tuple[int, Given, Sequence[Finding]]
) -> Made | Failure:
    order, thing, across = what
    try:
        return finish(thing, treat(read(order, thing), run, across))
    except NotDone as error:
        return Failure(order, str(error))
    except Exception as error:  # one document must not end a run over ten million
        import traceback

        where = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return Failure(order, f"{getattr(thing, 'name', thing)}: a fault of cleaner itself, please report it: {fault}")


def treat(document: Document, run: Run, across: Sequence[Finding] = ()) -> Outcome:
    """One document's outcome.

    Raises Unsettled."""
    settings = run.settings
    across = [f for f in across if settings.wants(f.code) and not settings.ignores(document.path, f.code)]
    findings = sorted((*look(document.path, document.text, settings), *across), key=_reading_order)
    # to tell what is moot when nothing is applied, look at what the safe fixes would do
    grade = run.grade if document.source.faithful else Grade.NONE
    holds = run.holds(document.source.encoding) if run.holds else lambda new: True
    script, moot = choose(findings, grade or Grade.SAFE, holds)
    settled = document.text
    if run.settle and script and grade:
        script, settled, later = _settle(document, script, run, grade, holds)
        findings = sorted((*findings, *later), key=_reading_order)
    elif not document.source.faithful:
        script = ()
    gone = set() if run.moot else set(map(id, moot))
    return Outcome(document, tuple(f for f in findings if id(f) not in gone), moot, script, settled)


def _settle(document: Document, script: Script, run: Run, grade: Grade, holds: Callable[[str], bool]) -> tuple[Script, str, list[Finding]]:
    """Pass after pass until nothing changes: the script from the original, the text it gives, and what later passes
    found and mended, in the original's coordinates."""
    text = apply(document.text, script)
    later: list[Finding] = []
    for _ in range(PASSES):
        again = look(document.path, text, run.settings)
        more, _moot = choose(again, grade, holds)
        if not more:
            return script, text, later
        trail, mended = Trail(script), set(more)
        later += (_led_back(f, trail, document.text) for f in again if not mended.isdisjoint(f.edits))
        script, text = compose(document.text, script, more), apply(text, more)
    codes = ", ".join(sorted({edit.code for edit in more}))
    raise Unsettled(f"the text still changes after {PASSES} passes ({codes}); please report this, nothing was changed")


def _led_back(finding: Finding, trail: Trail, text: str) -> Finding:
    """A finding of a later pass, told at the original's places."""
    edits = []
    for edit in finding.edits:
        start, end = trail.start(edit.start), max(trail.start(edit.start), trail.end(edit.end))
        edits.append(Edit(start, text[start:end], edit.new, edit.code))
    start = trail.start(finding.start)
    twin = finding.twin
    if twin and twin.path is None:
        twin = twin._replace(start=trail.start(twin.start), end=trail.end(twin.end))
    return replace(finding, start=start, end=max(start, trail.end(finding.end)), edits=tuple(edits), twin=twin)


def look(path: str, text: str, settings: Settings) -> list[Finding]:
    """What the chosen document rules find in a text, less what the settings ignore or allow. No rule sees a BOM."""
    found: list[Finding] = []
    body = text.removeprefix("\ufeff")
    for rule in settings.chosen():
        if not rule.across and not settings.ignores(path, rule.code):
            found += findings_of(rule, body, settings.options(rule.code))
    if settings.allow:
        found = [f for f in found if not settings.allows(path, f.code, body[f.start : f.end])]
    return found if len(body) == len(text) else [_after_bom(f) for f in found]


def _after_bom(finding: Finding) -> Finding:
    """A finding in a text without its BOM, told at its places with it."""
    twin = finding.twin and finding.twin._replace(start=finding.twin.start + 1, end=finding.twin.end + 1)
    edits = tuple(edit._replace(start=edit.start + 1) for edit in finding.edits)
    return replace(finding, start=finding.start + 1, end=finding.end + 1, edits=edits, twin=twin)


def findings_of(rule: Rule, text: str, options: Mapping[str, Any]) -> Iterator[Finding]:
    """What one document rule finds in a text."""
    hits: Iterable[Hit] = rule.sees(text, **options)
    return _together(text, rule, hits) if rule.together else (_finding(text, rule, (hit,)) for hit in hits)


def _together(text: str, rule: Rule, hits: Iterable[Hit]) -> Iterator[Finding]:
    """The hits of one rule in one paragraph are one finding, as far as they are equally sure."""
    stops = iter([*(p.stop for p in paragraphs(text)), len(text) + 1])  # something may be said of the very end
    stop = 0
    group: dict[Grade, list[Hit]] = {}
    for hit in sorted(hits):
        if hit.start >= stop:
            yield from (_finding(text, rule, ordered) for ordered in group.values())
            group = {}
            while hit.start >= stop:
                stop = next(stops)
        group.setdefault(rule.grade if hit.grade is None else hit.grade, []).append(hit)
    yield from (_finding(text, rule, ordered) for ordered in group.values())


def _finding(text: str, rule: Rule, hits: Sequence[Hit]) -> Finding:
    first = hits[0]
    edits = [edit for hit in hits if (edit := _edit(text, rule.code, hit))]
    grade = rule.grade if first.grade is None else first.grade
    level = rule.level if first.level is None else first.level
    why = first.why if len(hits) == 1 else Why.of("{} places", len(hits))
    end = hits[-1].end if len(hits) == 1 else max(hit.end for hit in hits)
    return Finding(rule.code, first.start, end, tuple(edits), grade if edits else Grade.NONE, level, why, first.twin, first.cluster)


def _edit(text: str, code: str, hit: Hit) -> Edit | None:
    if hit.new is None:
        return None
    start, end = hit.cut or (hit.start, hit.end)
    return minimal(start, text[start:end], hit.new, code)


def _reading_order(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.code
