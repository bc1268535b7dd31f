"""What the commands do: gather the files, conduct the work, hand out the results."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from cleaner.baseline import BadBaseline, Baseline, loaded
from cleaner.corpus import Corpus
from cleaner.engines import Lost, end
from cleaner.engines.here import Here
from cleaner.formats.files import SUFFIXES, Gathered, Item, Refused, gather, less_own, outputs
from cleaner.formats.kinds import READ, less_reports, less_strange
from cleaner.formats.piece import Columns
from cleaner.formats.plain import NO_ROOM, Unreadable, holds
from cleaner.jobs import Clean, Reader, copy_as_it_is
from cleaner.lock import Locked, lock
from cleaner.messages import tell
from cleaner.model import Grade
from cleaner.pipeline import Engine, Failure, NoMore, NotDone, Run, Stored, conduct
from cleaner.progress import Progress
from cleaner.ready import MUCH, make_ready, size_up_to
from cleaner.reports import console, data
from cleaner.reports.output import Sink, encoding, stdout
from cleaner.reports.sinks import sink
from cleaner.rows import Finish, RowReader, Writing, is_plain, things_of
from cleaner.settings import Settings, moving
from cleaner.sketches import Keep
from cleaner.tally import Tally
from cleaner.undo import FILE, SUMMARY, BadUndo, restore
from cleaner.watching import Watching, on_a_terminal

Made = TypeVar("Made")

SMALL = 2_000_000  # bytes: below this, starting processes costs more than they save
STDIN = Item(path=Path("-"), name="-", below="stdin.txt")


def clean(
    *,
    settings: Settings,
    lang: str,
    paths: Sequence[str],
    out: Path | None,
    unsafe_fixes: bool,
    report: Path | None,
    metadata: Path | None,
    encoding: str | None,
    engine: str | None,
    statistics: bool,
    page_files: bool,
    jobs: int,
    keep_bad_bytes: bool,
    keep: Keep,
    explain: Path | None,
    index: Path | None,
    baseline: Path | None,
    column: str = "text",
    id: str | None = None,
    master: str | None = None,
) -> int:
    """`cleaner clean`; its exit code."""
    if master and engine != "spark":
        raise click.UsageError("--master goes with --engine spark")
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes, READ)
    known = baseline_of(baseline, settings)
    gathered = less_strange(less_own(gathered, [metadata, explain, known.file if known else None]), column)
    grade = Grade.UNSAFE if unsafe_fixes else Grade.SAFE
    if metadata:
        if out is None:
            raise click.UsageError("--metadata needs --out")
        keep_clear([path for path in (metadata, explain, index) if path], gathered.items)
        settings = moving(settings)
    run = Run(settings, grade, settle=True, holds=holds if encoding is None else None, keep=keep, baseline=known)
    if out is None:
        with ExitStack() as stack:
            return _filter(gathered, reader, replace(run, stored=stored_in(index, stack)), encoding, lang)
    if "-" in paths:
        raise click.UsageError("standard input is cleaned to stdout; leave --out away")
    report = report or Path(f"{out.resolve() if out.name in ('', '..') else out}.report")
    try:
        outputs(gathered.items, out)
        outputs(gathered.items, report)
    except Refused as error:
        raise click.UsageError(str(error)) from None
    if engine == "spark":
        if index or explain or keep_bad_bytes or encoding or metadata:
            raise click.UsageError("--index, --explain, --keep-bad-bytes, --encoding and --metadata do not go with --engine spark")
        from cleaner.spark.command import clean as on_spark

        return on_spark(gathered, RowReader(reader), Columns(column, id), run, out, report, lang, master or "local[*]", statistics)
    tally = Tally(gathered, lang)
    progress = Progress(report, out)
    written = {name: report / file for name, file in REPORT.items()} | ({"metadata": metadata} if metadata else {})
    finish = Clean(tuple(written), lang, out, report, encoding)
    workers: Engine = Here() if engine == "here" else engine_for(gathered, jobs, settings, always=engine == "processes")
    with ExitStack() as stack:
        stack.enter_context(_going_on_later(report, lang))
        for folder in (out, report):
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(lock(folder))
        progress.begin(gathered.items)
        (report / SUMMARY).unlink(missing_ok=True)  # of an earlier run: while there is none, this one has not come to its end
        run = replace(run, stored=stored_in(index, stack))
        sinks = sinks_of(written, lang, stack, report=report, apart=page_files)
        table = stack.enter_context(closing(data.DocumentSink(report / "documents.csv", lang)))
        undo = stack.enter_context(open(report / FILE, "w", encoding="utf-8", newline="\n"))
        rows = 0
        tables = Writing(gathered.items, out, report, undo.write)
        things = things_of(gathered.items, Columns(column, id))
        around = progress.keeping(run, finish, keep_bad_bytes)
        explained, seen = explaining(explain, index, lang), watching(gathered, lang)
        results = conduct(things, RowReader(reader), run, Finish(finish, True), workers, explained, around=around, watch=seen)
        stack.callback(end, results)
        for done in tally.counted(tables.flattened(progress.opened(results))):
            for name, output in sinks.items():
                output.add(done.parts[name])
            rows += bool(undo.write(done.undo or ""))
            table.add(data.csv_lines([list((dict(done.row) | {"applied": done.applied.total()}).values())]))
        for item, _ in tally.failures:
            try:
                rows += bool(undo.write(copy_as_it_is(item, out, report)))
            except NoMore:
                raise
            except NotDone as error:
                say(str(error))
        summary = tally.summary(settings) | {"undo_rows": rows + tables.rows}
        for output in (*sinks.values(), table):
            output.finish(summary)
        undo.close()
        (report / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8", "backslashreplace")
        progress.end()
    if statistics:
        write_out(console.statistics(tally.found, lang))
    if progress.known:
        say(tell("finished by an earlier run that was cut off: {} of {} files", lang).format(progress.finished, len(gathered.items)))
    say(tally.told())
    say(tell("cleaned files: {}    report: {}", lang).format(out, report / "index.html"))
    return 2 if tally.failed else 0


@contextmanager
def _going_on_later(report: Path, lang: str) -> Iterator[None]:
    """What ends a run before its time is said, and how it goes on."""
    try:
        yield
    except Locked as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        say(tell("cut off; the same command goes on from here", lang))
        raise
    except (NoMore, OSError) as error:
        if isinstance(error, OSError) and error.errno not in NO_ROOM:
            raise
        say(f"error: {f'{error.filename or report}: {error.strerror}' if isinstance(error, OSError) else error}")
        say(tell("cut off; the same command goes on from here", lang))
        raise click.exceptions.Exit(2) from None


REPORT = {"jsonl": "findings.jsonl", "csv": "findings.csv", "html": "index.html"}


def undo(report: Path, out: Path, cleaned: Path | None, lang: str) -> int:
    """`cleaner undo`; its exit code."""
    given = refused = 0
    try:
        for _, reason in restore(report, out, cleaned):
            if reason:
                refused += 1
                say(tell("refused: {}", lang).format(reason))
            else:
                given += 1
    except BadUndo as error:
        say(f"error: {error}")
        refused += 1
    say(tell("files given back: {}, refused: {}", lang).format(given, refused))
    return 2 if refused else 0


def _filter(gathered: Gathered, reader: Reader, run: Run, encoding: str | None, lang: str) -> int:
    """Standard input, cleaned, to stdout."""
    if gathered.items != (STDIN,):
        raise click.UsageError("--out is needed: where should the cleaned copies go?")
    for done in conduct(gathered.items, reader, run, Clean((), lang, None, None, encoding), Here()):
        if isinstance(done, Failure):
            say(f"error: {done.reason}")
            return 2
        with stdout() as stream:
            stream.write(done.output or b"")
    return 0


def keep_clear(paths: Sequence[Path], items: Sequence[Item]) -> None:
    """No output goes where an input is, or where another output goes."""
    real = [path.resolve() for path in paths if str(path) != "-"]
    if len(set(real)) < len(real):
        raise click.UsageError("two outputs would go to one file")
    taken = set(real) & {item.path.resolve() for item in items} if real else set()
    if taken:
        raise click.UsageError(f"{min(taken)}: is read, and cannot be written to")


def gathered_from(
    paths: Sequence[str],
    settings: Settings,
    lang: str,
    keep_bad_bytes: bool,
    suffixes: Collection[str] = SUFFIXES,
    missing: bool = False,
) -> tuple[Gathered, Reader]:
    """The files named, and what reads them. suffixes: of files in folders. missing: those that are gone meanwhile are left out
    without a word."""
    if missing:
        paths = [path for path in paths if os.path.lexists(path)]
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- (standard input) goes alone")
        return Gathered((STDIN,), {}), Reader(keep_bad_bytes, sys.stdin.buffer.read())
    try:
        gathered = less_reports(gather(paths, exclude=settings.exclude, suffixes=suffixes))
    except (Refused, Unreadable) as error:
        raise click.UsageError(str(error)) from None
    return gathered, Reader(keep_bad_bytes)


def baseline_of(path: Path | None, settings: Settings) -> Baseline | None:
    """The baseline that is named on the command line, or in the settings."""
    path = path or (Path(settings.baseline) if settings.baseline else None)
    try:
        return loaded(path) if path else None
    except BadBaseline as error:
        raise click.ClickException(str(error)) from None


def engine_for(gathered: Gathered, jobs: int, settings: Settings | None = None, always: bool = False) -> Engine:
    """Processes where they pay, or were asked for. settings: texts are looked at; what that takes is loaded if they are long."""
    many = len(gathered.items)
    if settings and size_up_to(gathered.items, MUCH) >= MUCH:
        make_ready(settings)
    tables = not all(map(is_plain, gathered.items))
    if jobs == 0:
        jobs = min(os.cpu_count() or 1, many) if not tables else os.cpu_count() or 1
        if not always and (jobs == 1 or size_up_to(gathered.items, SMALL) < SMALL):
            return Here()
    if jobs == 1 and not always:
        return Here()
    from cleaner.engines.processes import Processes  # the library of processes takes 20 ms to load

    return Processes(jobs, 1 if tables else max(1, min(16, many // (jobs * 4))))


class AsItPays:
    """An engine for files: processes where those that are left to do are many."""

    def __init__(self, jobs: int, settings: Settings) -> None:
        self.jobs, self.settings = jobs, settings

    def map(self, work: Callable[[Any], Made], things: Iterable[Any], lost: Lost[Any, Made] | None = None) -> Iterator[Made]:
        """What `work` makes of each thing, in their order. A thing is an order, an item, and what else `work` wants."""
        things = list(things)
        return engine_for(Gathered(tuple(item for _, item, *_ in things), {}), self.jobs, self.settings).map(work, things, lost)


def as_it_pays(gathered: Gathered, jobs: int, settings: Settings) -> Engine:
    """The engine for a run. How much is in tables and archives, and what is to be done of it, is not known before."""
    return AsItPays(jobs, settings) if all(map(is_plain, gathered.items)) else engine_for(gathered, jobs, settings)


def sinks_of(
    paths: Mapping[str, Path | None], lang: str, stack: ExitStack, *, report: Path | None = None, apart: bool = False
) -> dict[str, Sink]:
    """An output for each format, closed with the stack. report, apart: of a page (see PageSink)."""
    sinks = {}
    for name, path in paths.items():
        try:
            sinks[name] = sink(name, path, lang, report, apart)
        except OSError as error:
            raise click.UsageError(f"{path}: {error.strerror}") from None
        stack.callback(sinks[name].close)
    return sinks


def watching(gathered: Gathered, lang: str) -> Watching | None:
    """What says how far a run has come, where someone sees it."""
    return Watching(gathered.items, lang, sys.stderr) if on_a_terminal() else None


def explaining(path: Path | None, index: Path | None, lang: str) -> Callable[[Corpus], None] | None:
    """Writes what was held to be no repeat, one a line of json, and counts it on stderr; says how much an index knows."""
    if path is None and index is None:
        return None

    def explain(corpus: Corpus) -> None:
        if path:
            rows = (data.refused_row(corpus, refused) for refused in corpus.refused)
            path.write_text("".join(data.dumped(row) + "\n" for row in rows), "utf-8")
            for reason, times in sorted(corpus.rejected.items()):
                say(tell("no repeats: {} ({})", lang).format(times, tell(reason, lang)))
        if index:
            from cleaner.index.stored import known, percent

            documents = known(corpus)
            of = sum(document.paragraphs for document in documents)
            kinds = (sum(getattr(document, kind) for document in documents) for kind in ("new", "word_for_word", "nearly"))
            form = "new: {} %, known word for word: {} %, nearly known: {} % (of {} paragraphs)"
            say(tell(form, lang).format(*(percent(part, of) for part in kinds), of))

    return explain


def stored_in(index: Path | None, stack: ExitStack) -> Stored | None:
    """An index to hold the documents against, closed with the stack."""
    if index is None:
        return None
    from cleaner.index.stored import Index

    stack.enter_context(index_or_error())
    return stack.enter_context(closing(Index(index)))


@contextmanager
def index_or_error() -> Iterator[None]:
    """An index that cannot be used ends the command."""
    from cleaner.index.database import BadIndex

    try:
        yield
    except BadIndex as error:
        raise click.ClickException(str(error)) from None


def write_out(text: str) -> None:
    """To standard output."""
    with stdout() as stream:
        stream.write(text.encode(encoding(), "backslashreplace"))


def say(line: str) -> None:
    """To standard error."""
    click.echo(line, err=True)
