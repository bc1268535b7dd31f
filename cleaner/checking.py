"""What `cleaner check` does: gather the files, conduct the work, hand out what was found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

import click

from cleaner import cache, git
from cleaner.baseline import Baseline, Entry
from cleaner.changes import held
from cleaner.clock import Clock
from cleaner.commands import as_it_pays, baseline_of, explaining, gathered_from, keep_clear, say, sinks_of, stored_in, watching, write_out
from cleaner.engines import end
from cleaner.formats.files import SUFFIXES, Files, Gathered, forced, less_own, reading_order
from cleaner.formats.kinds import READ, less_strange
from cleaner.formats.pages import is_page
from cleaner.formats.piece import Columns
from cleaner.formats.plain import holds
from cleaner.gate import Drop, Limits
from cleaner.jobs import Check
from cleaner.memory import Memory
from cleaner.messages import tell
from cleaner.model import Grade, Level
from cleaner.pipeline import Run, conduct
from cleaner.rows import Finish, Lake, RowReader, Thing, Writing, item_of, things_of
from cleaner.settings import Settings
from cleaner.sketches import Keep
from cleaner.tally import Tally
from cleaner.undo import FILE, append, close


def check(
    *,
    settings: Settings,
    lang: str,
    paths: Sequence[str],
    fix: bool,
    exit_non_zero_on_fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    formats: tuple[str, ...],
    outputs: tuple[Path, ...],
    fail_on: str,
    baseline: Path | None,
    max_repeat_ratio: float | None,
    max_error_rate: float | None,
    change: bool,
    force_exclude: bool,
    show_moot: bool,
    verbose: bool,
    statistics: bool,
    page_files: bool,
    jobs: int,
    keep_bad_bytes: bool,
    keep: Keep,
    explain: Path | None,
    index: Path | None,
    cached: bool,
    column: str = "text",
    id: str | None = None,
) -> int:
    """`cleaner check`; its exit code."""
    clock = Clock()
    if fix and "-" in paths:
        raise click.UsageError("--fix cannot mend standard input; `cleaner clean -` writes it cleaned to stdout")
    diff = diff or "diff" in formats
    formats = _formats(formats, outputs, diff, statistics)
    if page_files and not _paired(formats, outputs).get("html"):
        raise click.UsageError("--page-files goes with --format html and an --output")
    with clock.of("files"):
        gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes, READ)
        known = baseline_of(baseline, settings)
        gathered = less_strange(less_own(gathered, [*outputs, explain, known.file if known else None]), column)
        if force_exclude:
            gathered = forced(gathered, settings.exclude)
        wide, index = _widened(gathered, settings, index, lang) if change else (gathered, index)
    keep_clear([*outputs, *(path for path in (explain, index) if path)], gathered.items)
    limits = Limits(max_repeat_ratio, max_error_rate)
    gate = limits != Limits() or fail_on == "new-findings" or (index is not None and not {"github", "markdown"}.isdisjoint(formats))
    mending = fix or diff
    run = Run(settings, _grade(unsafe_fixes) if mending else Grade.NONE, mending, holds, show_moot, keep, None, known, mending)
    if mending and any(is_page(item.below) for item in gathered.items):
        say(tell("pages of HTML are not mended in place: `cleaner clean` writes their texts", lang))
    journal = new_journal() if fix else None
    finish = Check(formats, lang, run if fix else None, journal, known, gate)
    tally = Tally(replace(gathered, items=wide.items), lang)
    tables = Writing(wide.items, None, journal and journal.parent, partial(append, journal) if journal else str)
    things = things_of(wide.items, Columns(column, id))
    drop = Drop(Files(item.name for item in wide.items))
    found_again: set[tuple[str, str]] = set()
    with ExitStack() as stack:
        run = replace(run, stored=stored_in(index, stack))
        sinks = sinks_of(_paired(formats, outputs), lang, stack, apart=page_files)
        memory = None
        if cached and not fix and "-" not in paths and not isinstance(things, Lake):
            with clock.of("looking at contents"):
                memory = Memory(cache.Cache(Path(git.root(os.getcwd()) or "") / cache.FOLDER / cache.FILE), wide.items, reader, run, finish)
        with clock.of("comparing"):
            explained = explaining(explain, None if change else index, lang)
            only = None if wide is gathered else _OfItems(frozenset(item.name for item in gathered.items))
            engine = as_it_pays(wide, jobs, settings)
            results = conduct(
                things, RowReader(reader), run, Finish(finish, fix), engine, explained, memory, only, watch=watching(wide, lang)
            )
            stack.callback(end, results)
        for done in tally.counted(clock.each("checking", tables.flattened(results))):
            with clock.of("reporting"):
                for name, output in sinks.items():
                    output.add(done.parts[name])
            if done.figures:
                drop.add(done.figures, done.row["encoding"])
            found_again.update(done.known)
            if done.changed and done.row["row"] is None:
                say(tell("{}: mended", lang).format(done.path))
        verdict = _Verdict(drop, limits, fail_on, lang, index is not None)
        summary: dict[str, Any] = tally.summary(settings) if "html" in sinks else tally.skipped()
        summary["figures"] = verdict.lines() if gate else []
        with clock.of("reporting"):
            for output in sinks.values():
                output.finish(summary)
        for name in tables.mended:
            say(tell("{}: mended", lang).format(name))
    if statistics:
        from cleaner.reports import console

        write_out(console.statistics(tally.found, lang))
    if known:
        _tell_stale(known, gathered, paths, settings, found_again, lang)
    say(tally.told())
    for line in verdict.told() if gate else ():
        say(line)
    if verbose:
        if memory:
            say(tell("from earlier runs: {} of {} files", lang).format(memory.known, tally.files))
        say(f"{tell('time', lang)}: {clock.told()}")
    if journal:
        close_journal(journal, lang)
    mended = exit_non_zero_on_fix and tally.changed
    return 2 if tally.failed else 1 if mended or verdict.fails(tally.worst) else 0


@dataclass(frozen=True)
class _Verdict:
    """Whether a run fails, and what is told of the gate."""

    drop: Drop
    limits: Limits
    fail_on: str
    lang: str
    indexed: bool

    def lines(self) -> list[tuple[str, str]]:
        return self.drop.lines(self.lang, self.indexed)

    def told(self) -> Iterator[str]:
        for name, value in self.lines():
            yield f"{name}: {value}"
        yield from self.limits.broken(self.drop, self.lang)

    def fails(self, worst: Level | None) -> bool:
        if self.limits.broken(self.drop, self.lang):
            return True
        if self.fail_on == "new-findings":
            return self.drop.fresh > 0
        return self.fail_on != "never" and worst is not None and worst >= Level[self.fail_on.upper()]


def _formats(formats: tuple[str, ...], outputs: tuple[Path, ...], diff: bool, statistics: bool) -> tuple[str, ...]:
    """The formats of a run, those with an output first."""
    if len(outputs) > len(formats or ("text",)):
        raise click.UsageError("more --output than --format")
    formats = (*formats, "diff") if diff and "diff" not in formats else formats or ("text",)
    if statistics:  # takes the place of what goes to stdout
        formats = formats[: len(outputs)]
    if len(set(formats)) < len(formats):
        raise click.UsageError("each --format once")
    if len(formats) - len(outputs) > 1:
        raise click.UsageError("only one --format can go to stdout; give the others an --output each")
    return formats


def _grade(unsafe_fixes: bool) -> Grade:
    return Grade.UNSAFE if unsafe_fixes else Grade.SAFE


def _widened(gathered: Gathered, settings: Settings, index: Path | None, lang: str) -> tuple[Gathered, Path | None]:
    """All that the files of a hook's call are held against, and the index; what is missing is said."""
    against = held([str(item.path) for item in gathered.items])
    if against is None:
        say(tell("git does not tell what changes here: repeats are sought in the files of this call only", lang))
        return gathered, index
    wide, _ = gathered_from([*map(str, (item.path for item in gathered.items)), *against.paths], settings, lang, False, missing=True)
    wide = forced(wide, settings.exclude)
    names = {item.name for item in wide.items}
    items = sorted([*wide.items, *(item for item in gathered.items if item.name not in names)], key=lambda item: reading_order(item.name))
    wide = replace(wide, items=tuple(items))
    if against.everything:
        return wide, index
    return wide, _index(index, wide, lang)


def _index(index: Path | None, wide: Gathered, lang: str) -> Path | None:
    """The index that a change is held against: the one that is named, or the usual one. It is said where there is none, where it
    cannot be used, or where it does not know the files as they are."""
    from cleaner.index.database import BadIndex, nearest
    from cleaner.index.freshness import differing

    path = index or nearest()
    if index is None and not path.exists():
        say(tell("there is no index: repeats are sought in this change only; `cleaner index build .` makes one", lang))
        return None
    try:
        tracked = [name for name in git.tracked() or () if name.lower().endswith(SUFFIXES)]
        stale = differing(path, tracked, [str(item.path) for item in wide.items])
    except BadIndex as error:
        if index:
            raise click.ClickException(str(error)) from None
        say(f"{error}")
        return None
    if stale:
        say(tell("{} is stale, {} files are not as it knows them; `cleaner index add .` makes it agree", lang).format(path, stale))
    return path


@dataclass(frozen=True)
class _OfItems:
    """Is a thing one of these files, or a piece of one?"""

    names: frozenset[str]

    def __call__(self, thing: Thing) -> bool:
        return item_of(thing).name in self.names


def _tell_stale(
    known: Baseline, gathered: Gathered, paths: Sequence[str], settings: Settings, found: set[tuple[str, str]], lang: str
) -> None:
    """How many entries of a baseline say nothing any more."""
    if stale := len(stale_entries(known, gathered, paths, settings, found)):
        say(tell("entries of the baseline that are stale: {}; `cleaner baseline prune` removes them", lang).format(stale))


def stale_entries(
    known: Baseline, gathered: Gathered, paths: Sequence[str], settings: Settings, found: set[tuple[str, str]]
) -> list[Entry]:
    """Entries of files that were checked, or are gone from a folder that was, whose finding is no more."""
    looked = Files(known.seen(str(item.path)) for item in gathered.items)
    folders = tuple("" if (seen := known.seen(path)) == "." else f"{seen}/" for path in paths if os.path.isdir(path))
    codes = {rule.code for rule in settings.chosen()}
    return [
        entry
        for entry in known.entries
        if entry.code in codes
        and (entry.path, entry.fingerprint) not in found
        and (looked.has(entry.path) or (entry.path in known.gone and entry.path.startswith(folders or ("\0",))))
    ]


def _paired(formats: tuple[str, ...], outputs: tuple[Path, ...]) -> Mapping[str, Path | None]:
    """Each format with its file; None is stdout."""
    paths = [None if str(path) == "-" else path for path in outputs]
    return dict(zip_longest(formats, paths))


def new_journal() -> Path:
    """The undo file of a `check --fix`, in a new folder of its own below .cleaner_cache/undo."""
    home = cache.folder()
    for number in count(1):
        folder = home / "undo" / f"{number:06}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        (folder / FILE).touch()
        return folder / FILE
    raise AssertionError


def close_journal(journal: Path, lang: str) -> None:
    """The end of a journal; one without rows goes."""
    if close(journal):
        say(tell("to take it back: cleaner undo {} -o RESTORED", lang).format(journal.parent))
    else:
        shutil.rmtree(journal.parent)
