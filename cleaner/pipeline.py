"""Documents in, outcomes out: the only conductor.

A document is looked at by every chosen rule; one script is chosen of all they found; where it changed the text, the
rules look again, until nothing changes. Scripts are composed, so the outcome's script leads from the original.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from cleaner.allowing import less_allowed
from cleaner.baseline import Baseline
from cleaner.corpus import Corpus
from cleaner.edits import Covering, Trail, apply, choose, compose, minimal, reverse
from cleaner.engines import Lost
from cleaner.model import Document, Edit, Finding, Grade, Hit, Outcome, Script, Why
from cleaner.room import Notes, Room, give_back
from cleaner.rules import rule_of
from cleaner.rules.rule import Rule
from cleaner.settings import BadSettings, Settings
from cleaner.sketches import Keep, Kept, Sketch, Sketches, paragraph_texts, sketch
from cleaner.views import paragraphs

PASSES = 4  # a change may bring forth another (a joined line, a doubled blank); more than this is a fault of a rule
SHORTER = 12  # passes more, where each makes the text shorter: of a line that stands a thousand times, each leaves a third

Given = TypeVar("Given")
Made = TypeVar("Made")
Thing = TypeVar("Thing", covariant=True)
Said = TypeVar("Said")


class NotDone(Exception):  # noqa: N818
    """Something could not be done with a document; the message says what and why, for the user."""


class NoMore(NotDone):
    """Nor can anything be done with those after it: the disk is full, or what was written to can be written to no more."""


class Unsettled(NotDone):
    """A text still changed after so many passes: two rules undo one another. Nothing of it is applied."""


class Engine(Protocol):
    """Where work is done."""

    def map(self, work: Callable[[Given], Made], things: Iterable[Given], lost: Lost[Given, Made] | None = None) -> Iterator[Made]:
        """What `work` makes of each thing, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that nothing could be done with. thing: what it was to be read from. row: in a table. last: with those after
    it, neither."""

    order: int
    reason: str
    thing: object = field(default=None, compare=False)
    row: int | None = None
    last: bool = False


class Things(Protocol[Thing]):
    """What documents are read from; gone through more than once, and each time the same. How many one may hold is said by its
    attribute `documents`, where it has one."""

    def __iter__(self) -> Iterator[tuple[int, Thing]]:
        """Each with the order of the first document in it; those of the others follow."""
        ...

    def some(self, orders: Collection[int]) -> Iterator[tuple[int, Thing]]:
        """Those that hold the documents of these orders; asked for after all were gone through once."""
        ...


class Each(NamedTuple):
    """Things that hold a document each."""

    things: Sequence[Any]

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return iter(enumerate(self.things))

    def some(self, orders: Collection[int]) -> Iterator[tuple[int, Any]]:
        """As Things.some."""
        return ((order, self.things[order]) for order in sorted(orders))


Read = Callable[[int, Given], Document | Iterator[Document | Failure]]
"""What reads a document, or documents one by one; raises NotDone."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """Reads documents as `read` does; of those of more than `longest` characters it says so, and holds none of them longer than it
    must: to look at a document takes some 200 bytes a character."""

    read: Callable[[int, Any], Document | Iterator[Document | Failure]]
    longest: int

    def __call__(self, order: int, thing: Any) -> Document | Iterator[Document | Failure]:
        """Raises NotDone."""
        path = getattr(thing, "path", None)
        with suppress(OSError):
            size = path.stat().st_size if path else 0
            if size > LARGEST * self.longest:
                raise NotDone(f"{thing.name}: {size:,} bytes, more than {LARGEST} for each of {self._bound()}")
        found = self.read(order, thing)
        if not isinstance(found, Document):
            return self._rows(found, thing)
        if len(found.text) > self.longest:
            raise NotDone(f"{found.path}: {len(found.text):,} characters, more than {self._bound()}")
        return found

    def _rows(self, found: Iterator[Document | Failure], thing: Any) -> Iterator[Document | Failure]:
        for one in found:
            if isinstance(one, Document) and len(one.text) > self.longest:
                reason = f"{one.path}: row {one.row}: {len(one.text):,} characters, more than {self._bound()}"
                light = thing._replace(content=b"", texts=(), ids=()) if hasattr(thing, "_replace") else thing
                yield Failure(one.order, reason, light, one.row)
            else:
                yield one

    def _bound(self) -> str:
        return f"the {self.longest:,} characters of the setting longest-document; it is left as it is"


LARGEST = 4  # bytes of a character, in any encoding


Treated = Outcome | list[Outcome | Failure]
"""What has become of what was read from one thing."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is done with each document. grade NONE: only look. settle: work out the text after all passes. holds: of an
    encoding, whether it can hold a new text. moot: findings that are moot count as findings. keep: which of documents that
    have something in common comes first. stored: what an index knows, held against the documents too. baseline: findings that are
    known, neither told nor mended. in_place: files are mended where they stand, which pages of HTML never are."""

    settings: Settings
    grade: Grade = Grade.NONE
    settle: bool = False
    holds: Callable[[str], Callable[[str], bool]] | None = None
    moot: bool = False
    keep: Keep = "first"
    stored: Stored | None = None
    baseline: Baseline | None = None
    in_place: bool = False


class Stored(Protocol):
    """Documents of earlier runs."""

    def like(self, sketches: Sequence[Sketch | Kept]) -> Sequence[Sketch]:
        """Those that may have something in common with these, with what they may have; their orders are below 0."""
        ...

    def texts(self, wanted: Mapping[int, Sequence[int]]) -> Mapping[tuple[int, int], str]:
        """Order -> numbers of paragraphs: their folded texts, by order and number."""
        ...


Across = tuple[str, tuple[Hit, ...]]
"""What a corpus rule says of a document: the code of the rule, and what it hit."""
Numbered = tuple[int, Given]
"""A thing with its order."""
Watch = Callable[[str, Iterable[Numbered[Any]]], Iterator[Numbered[Any]]]
"""What is done, and the things as they are gone through: it gives them on, and may say how far that has come."""
COMPARING, TREATING = "comparing", "treating"


class Memory(Protocol[Given, Made]):
    """What is remembered of these things from earlier runs, by their content; the rest is made, and remembered. A thing holds a
    document."""

    def sketches(
        self, numbered: Sequence[Numbered[Given]], make: Callable[[Iterable[Numbered[Given]]], Iterator[Sketch | None]]
    ) -> list[Sketch | None]:
        """The sketch of each thing."""
        ...

    def related(self) -> Mapping[int, Sequence[Across]] | None:
        """What the corpus rules said of all these things; None where that is not known."""
        ...

    def keep_related(self, related: Mapping[int, Sequence[Across]]) -> None:
        """Remember what they said."""
        ...

    def results(
        self,
        what: Iterable[tuple[int, Given, Mapping[int, Sequence[Across]]]],
        make: Callable[[Iterable[tuple[int, Given, Mapping[int, Sequence[Across]]]]], Iterator[Made | Failure]],
    ) -> Iterator[Made | Failure]:
        """What is made of each thing, in their order."""
        ...


def conduct(
    things: Sequence[Given] | Things[Given],
    read: Callable[[int, Given], Any],
    run: Run,
    finish: Callable[[Given, Any], Made],
    engine: Engine,
    explain: Callable[[Corpus], None] | None = None,
    memory: Memory[Any, Any] | None = None,
    only: Callable[[Given], bool] | None = None,
    around: Callable[[Perform], Perform] | None = None,
    watch: Watch | None = None,
) -> Iterator[Made | Failure]:
    """Read, compare, treat and finish each thing, in order. explain: is handed what was compared. memory: what need not be done,
    of things that hold a document each. only: which of the things are treated; the rest is what they are compared with. around:
    puts something around what is done with each thing, where it is done. watch: is handed the things each time they are gone
    through.

    read: see Read. finish: is handed what is Treated. Both are called where the work is done (in a worker process they are
    pickled by name), so that outcomes need not travel. Things are read twice where documents are compared."""
    numbered: Things[Given] = Each(things) if isinstance(things, Sequence) else things
    read = Bounded(read, run.settings.longest_document)
    related = _related(numbered, read, run, engine, explain, memory, watch)
    give_back()
    seen = watch(TREATING, numbered) if watch else numbered
    orders = ((order, thing, _of(related, order, thing)) for order, thing in seen if only is None or only(thing))
    perform: Perform = partial(_perform, read, replace(run, stored=None), finish)
    work = partial(engine.map, around(perform) if around else perform, lost=_lost)
    return memory.results(orders, work) if memory else work(orders)


Perform = Callable[[tuple[int, Any, Mapping[int, Sequence[Across]]]], Any]
"""What is done with a thing: it is handed its order, itself, and what was said of its documents."""


def _lost(what: tuple[int, Any, Mapping[int, Sequence[Across]]], reason: str) -> Failure:
    """What has become of a thing that killed its workers."""
    order, thing, _ = what
    return Failure(order, f"{getattr(thing, 'name', thing)}: {reason}", thing)


def _of(related: Mapping[int, Said], order: int, thing: object) -> Mapping[int, Said]:
    """What is said of the documents of a thing."""
    return {n: related[n] for n in range(order, order + getattr(thing, "documents", 1)) if n in related} if related else {}


def _related(
    numbered: Things[Given],
    read: Callable[[int, Given], Any],
    run: Run,
    engine: Engine,
    explain: Callable[[Corpus], None] | None,
    memory: Memory[Given, Any] | None,
    watch: Watch | None,
) -> Mapping[int, Sequence[Across]]:
    """What the corpus rules say of each document, by its order."""
    rules = [rule for rule in run.settings.chosen() if rule.across]
    if not rules or (isinstance(numbered, Each) and len(numbered.things) < 2 and run.stored is None):
        return {}
    alone = memory is not None and explain is None and run.stored is None  # nothing but the things themselves has a say
    if memory and alone and (remembered := memory.related()) is not None:
        return remembered
    seen = watch(COMPARING, numbered) if watch else numbered
    made = _sketched(seen, partial(engine.map, partial(_sketches, read), lost=_nothing), memory)
    corpus = compared(made, numbered, read, run, engine, explains=explain is not None)
    related = Notes[Across](corpus.room)
    for rule in rules:
        for order, hits in rule.sees(corpus, **run.settings.options(rule.code)):
            if order >= 0:
                related.add(order, (rule.code, hits))
    if explain:
        explain(corpus)
    if memory and alone:
        memory.keep_related(related)
    return related


def _sketched(
    numbered: Iterable[Numbered[Given]],
    make: Callable[[Iterable[Numbered[Given]]], Iterator[list[Sketch]]],
    memory: Memory[Given, Any] | None,
) -> Iterator[Sketch]:
    """The sketches of the documents in things."""
    if memory is None:
        for some in make(numbered):
            yield from some
        return
    for one in memory.sketches(list(numbered), lambda things: (some[0] if some else None for some in make(things))):
        if one is not None:
            yield one


def compared(
    sketches: Iterable[Sketch],
    numbered: Things[Given],
    read: Callable[[int, Given], Any],
    run: Run,
    engine: Engine,
    explains: bool = False,
) -> Corpus:
    """Sketches of some of the things, to be held against one another and against what is stored; texts are read when needed."""
    every = Sketches(sketches, Room(run.settings.memory << 20))
    for stored in run.stored.like(every) if run.stored else ():
        every.add(stored)

    def texts(wanted: Mapping[int, Sequence[int]]) -> Iterator[tuple[tuple[int, int], str]]:
        if run.stored:
            yield from run.stored.texts({order: wanted[order] for order in wanted if order < 0}).items()
        some = numbered.some([order for order in wanted if order >= 0])
        things = ((order, thing, _of(wanted, order, thing)) for order, thing in some)
        for found in engine.map(partial(_texts, read), things, _no_texts):
            yield from found.items()

    return Corpus(every, texts, run.keep, explains=explains)


def _documents(read: Callable[[int, Given], Any], order: int, thing: Given) -> Iterator[Document | Failure]:
    """The documents in a thing.

    Raises NotDone."""
    found = read(order, thing)
    yield from (found,) if isinstance(found, Document) else found


def _sketches(read: Callable[[int, Given], Any], numbered: tuple[int, Given]) -> list[Sketch]:
    found: list[Sketch] = []
    with suppress(NotDone, MemoryError):  # told when it is treated
        found += (sketch(document) for document in _documents(read, *numbered) if isinstance(document, Document))
    return found


def _nothing(numbered: tuple[int, object], reason: str) -> list[Sketch]:
    """What killed its workers has nothing in common with others; it is told when it is treated."""
    return []


def _no_texts(what: object, reason: str) -> dict[tuple[int, int], str]:
    return {}


def _texts(read: Callable[[int, Given], Any], what: tuple[int, Given, Mapping[int, Sequence[int]]]) -> dict[tuple[int, int], str]:
    order, thing, wanted = what
    found: dict[tuple[int, int], str] = {}
    with suppress(NotDone, IndexError, MemoryError):
        for document in _documents(read, order, thing):
            if isinstance(document, Document) and (numbers := wanted.get(document.order)) is not None:
                found |= {(document.order, n): text for n, text in zip(numbers, paragraph_texts(document, numbers))}
    return found


def _perform(
    read: Callable[[int, Given], Any],
    run: Run,
    finish: Callable[[Given, Any], Made],
    what: tuple[int, Given, Mapping[int, Sequence[Across]]],
) -> Made | Failure:
    order, thing, said = what
    try:
        found = read(order, thing)
        if isinstance(found, Document):
            return finish(thing, _treated(found, run, said))
        return finish(thing, [row_treated(one, run, said, thing) for one in found])
    except (NotDone, BadSettings) as error:
        return Failure(order, str(error), thing, last=isinstance(error, NoMore))
    except Exception as error:  # one document must not end a run over ten million
        return Failure(order, _fault(error, getattr(thing, "name", thing)), thing)


def _treated(document: Document, run: Run, said: Mapping[int, Sequence[Across]]) -> Outcome:
    across = [finding_of(document.text, rule_of(code), hits) for code, hits in said.get(document.order, ())]
    return treat(document, run, across)


def row_treated(document: Document | Failure, run: Run, said: Mapping[int, Sequence[Across]], thing: object) -> Outcome | Failure:
    """The outcome of a row of a table, or of another document among several: what goes wrong with it is its own affair."""
    if isinstance(document, Failure):
        return document
    try:
        return _treated(document, run, said)
    except (NotDone, BadSettings) as error:
        return Failure(document.order, f"{document.path}: row {document.row}: {error}", thing, document.row)
    except Exception as error:
        return Failure(document.order, _fault(error, f"{document.path}: row {document.row}"), thing, document.row)


def _fault(error: Exception, name: object) -> str:
    if isinstance(error, MemoryError):
        return f"{name}: there is not enough memory for it"
    import traceback

    where = traceback.extract_tb(error.__traceback__)[-1]
    fault = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    return f"{name}: a fault of cleaner itself, please report it: {fault}"


def treat(document: Document, run: Run, across: Sequence[Finding] = ()) -> Outcome:
    """One document's outcome. across: what was found by holding it against others.

    Raises Unsettled."""
    settings, text = run.settings, document.text
    across = [
        f
        for f in across
        if not settings.ignores(document.path, f.code) and not settings.allows(document.path, f.code, text, f.start, f.end)
    ]
    findings = sorted((*look(document.path, text, settings), *less_allowed(document.path, text, across)), key=_reading_order)
    known: list[Finding] = []
    if run.baseline:  # before edits compete: what is not mended must not stand in the way of what is
        findings, known, _ = run.baseline.sifted(document.path, text, findings)
    # to tell what is moot when nothing is applied, look at what the safe fixes would do
    grade = run.grade if document.source.faithful and not (run.in_place and document.origin) else Grade.NONE
    holds = run.holds(document.source.encoding) if run.holds else lambda new: True
    script, moot = choose(findings, grade or Grade.SAFE, holds)
    if witnesses := _witnesses(text, findings, script):
        findings = [_held_back(f) if any(w.against(text, f) for w in witnesses) else f for f in findings]
        script, moot = choose(findings, grade or Grade.SAFE, holds)
    settled = document.text
    if run.settle and script and grade:
        script, settled, later = _settle(document, script, run, grade, holds, witnesses, known)
        findings = sorted((*findings, *later), key=_reading_order)
    elif not document.source.faithful:
        script = ()
    gone = set() if run.moot else set(map(id, moot))
    return Outcome(document, tuple(f for f in findings if id(f) not in gone), moot, script, settled, tuple(known))


class _Witness(NamedTuple):
    """A paragraph that stays, text[start:end], where one that is nearly the same goes: `gone`."""

    start: int
    end: int
    gone: str

    def against(self, text: str, finding: Finding) -> bool:
        """Would this finding change the wording here where the other one had another?"""
        inside = finding.code.startswith("TYP") and self.start <= finding.start and finding.end <= self.end
        return inside and text[max(self.start, finding.start - AROUND) : min(self.end, finding.end + AROUND)] not in self.gone


AROUND = 3  # characters on either side that tell which place is meant


def _witnesses(text: str, findings: Iterable[Finding], script: Script) -> list[_Witness]:
    goes = Covering(script)
    return [
        _Witness(f.twin.start, f.twin.end, text[f.start : f.end])
        for f in findings
        if f.twin and f.twin.path is None and f.twin.similarity < 1 and f.edits and all(goes.all(e.start, e.end) for e in f.edits)
    ]


def _held_back(finding: Finding) -> Finding:
    """Told only. Where two copies differ and one of them goes, the run that removes it does not touch the wording of the
    other: whoever reads the report can still say which of the two is right."""
    return replace(finding, edits=(), grade=Grade.NONE)


def _settle(
    document: Document,
    script: Script,
    run: Run,
    grade: Grade,
    holds: Callable[[str], bool],
    witnesses: Sequence[_Witness],
    known: Sequence[Finding],
) -> tuple[Script, str, list[Finding]]:
    """Pass after pass until nothing changes: the script from the original, the text it gives, and what later passes
    found and mended, in the original's coordinates. known: what the baseline knows stays so, whatever is mended beside it."""
    text = apply(document.text, script)
    later: list[Finding] = []
    left, shorter = PASSES, SHORTER
    while left and shorter:
        forward = Trail(reverse(script))
        stay = [w._replace(start=forward.start(w.start), end=forward.end(w.end)) for w in witnesses]
        again = [f for f in look(document.path, text, run.settings, grade) if not any(w.against(text, f) for w in stay)]
        if run.baseline:
            places = [(k.code, forward.start(k.start), forward.end(k.end)) for k in known]
            again = [
                f
                for f in again
                if not any(code == f.code and start <= f.end and f.start <= end for code, start, end in places)
                and not run.baseline.knows(document.path, text, f)
            ]
        more, _moot = choose(again, grade, holds)
        if not more:
            return script, text, later
        trail, mended = Trail(script), set(more)
        later += (_led_back(f, trail, document.text) for f in again if not mended.isdisjoint(f.edits))
        before = len(text)
        script, text = compose(document.text, script, more), apply(text, more)
        left, shorter = (left, shorter - 1) if len(text) < before else (left - 1, shorter)
    codes = ", ".join(sorted({edit.code for edit in more}))
    raise Unsettled(f"the text still changes after many passes ({codes}); please report this, nothing was changed")


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


def look(path: str, text: str, settings: Settings, grade: Grade = Grade.NONE) -> list[Finding]:
    """What the chosen document rules find in a text, less what the settings ignore or allow. No rule sees a BOM. grade: rules that
    never are so sure are left out."""
    found: list[Finding] = []
    body = text.removeprefix("\ufeff")
    for rule in settings.chosen():
        if not rule.across and rule.surest >= grade and not settings.ignores(path, rule.code):
            found += findings_of(rule, body, _options(settings, rule.code), grade)
    if settings.allow:
        found = [f for f in found if not settings.allows(path, f.code, body, f.start, f.end)]
    found = less_allowed(path, body, found)
    return found if len(body) == len(text) else [_after_bom(f) for f in found]


@lru_cache(maxsize=256)
def _options(settings: Settings, code: str) -> Mapping[str, Any]:
    """The options set for a rule: to work them out takes longer than some rules do."""
    return settings.options(code)


def _after_bom(finding: Finding) -> Finding:
    """A finding in a text without its BOM, told at its places with it."""
    twin = finding.twin and finding.twin._replace(start=finding.twin.start + 1, end=finding.twin.end + 1)
    edits = tuple(edit._replace(start=edit.start + 1) for edit in finding.edits)
    return replace(finding, start=finding.start + 1, end=finding.end + 1, edits=edits, twin=twin)


def findings_of(rule: Rule, text: str, options: Mapping[str, Any], grade: Grade = Grade.NONE) -> Iterator[Finding]:
    """What one document rule finds in a text. grade: what is less sure is not wanted, and may be left out."""
    hits: Iterable[Hit] = rule.sees(text, grade, **options) if rule.graded else rule.sees(text, **options)
    return _together(text, rule, hits) if rule.together else (finding_of(text, rule, (hit,)) for hit in hits)


def _together(text: str, rule: Rule, hits: Iterable[Hit]) -> Iterator[Finding]:
    """The hits of one rule in one paragraph are one finding, as far as they are equally sure. What a hit joins is one paragraph."""
    ranked = sorted(hits)
    if not ranked:
        return
    stops = iter([*(p.stop for p in paragraphs(text)), len(text) + 1])  # something may be said of the very end
    stop = 0
    group: dict[Grade, list[Hit]] = {}
    for hit in ranked:
        if hit.start >= stop:
            yield from (finding_of(text, rule, ordered) for ordered in group.values())
            group = {}
            while hit.start >= stop:
                stop = next(stops)
        group.setdefault(rule.grade if hit.grade is None else hit.grade, []).append(hit)
        while hit.end >= stop:
            stop = next(stops)
    yield from (finding_of(text, rule, ordered) for ordered in group.values())


def finding_of(text: str, rule: Rule, hits: Sequence[Hit]) -> Finding:
    """The finding that hits of one rule are together."""
    first = hits[0]
    edits = [edit for hit in hits if (edit := _edit(text, rule.code, hit))]
    grade = rule.grade if first.grade is None else first.grade
    if grade > rule.surest:
        raise ValueError(f"{rule.code}: a hit of grade {grade.name}, where {rule.surest.name} is the most")
    level = rule.level if first.level is None else first.level
    why = first.why if len(hits) == 1 or first.twin else Why.of("{} places", len(hits))
    end = max(hit.end for hit in hits)
    last = hits[-1].twin
    twin = first.twin._replace(end=last.end) if first.twin and last else first.twin
    return Finding(rule.code, first.start, end, tuple(edits), grade if edits else Grade.NONE, level, why, twin, first.cluster)


def _edit(text: str, code: str, hit: Hit) -> Edit | None:
    if hit.new is None:
        return None
    start, end = hit.cut or (hit.start, hit.end)
    return minimal(start, text[start:end], hit.new, code)


def _reading_order(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.code
