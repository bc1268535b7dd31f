"""What `cleaner check` does: gather the files, conduct the work, hand out what was found."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import count, zip_longest
from pathlib import Path

import click

from cleaner.commands import engine_for, explaining, gathered_from, say, sinks_of, stored_in, write_out
from cleaner.corpus import Keep
from cleaner.formats.files import Item
from cleaner.formats.plain import holds
from cleaner.jobs import Check
from cleaner.messages import tell
from cleaner.model import Grade, Level
from cleaner.pipeline import Run, conduct
from cleaner.reports import console
from cleaner.settings import Settings
from cleaner.tally import Tally
from cleaner.undo import FILE, close


def check(
    *,
    settings: Settings,
    lang: str,
    paths: Sequence[str],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    formats: tuple[str, ...],
    outputs: tuple[Path, ...],
    fail_on: str,
    show_moot: bool,
    statistics: bool,
    jobs: int,
    keep_bad_bytes: bool,
    keep: Keep,
    explain: Path | None,
    index: Path | None,
) -> int:
    """`cleaner check`; its exit code."""
    if fix and "-" in paths:
        raise click.UsageError("--fix cannot mend standard input; `cleaner clean -` writes it cleaned to stdout")
    if len(outputs) > len(formats or ("text",)):
        raise click.UsageError("more --output than --format")
    diff = diff or "diff" in formats
    formats = (*formats, "diff") if diff and "diff" not in formats else formats or ("text",)
    if statistics:  # takes the place of what goes to stdout
        formats = formats[: len(outputs)]
    if len(set(formats)) < len(formats):
        raise click.UsageError("each --format once")
    if len(formats) - len(outputs) > 1:
        raise click.UsageError("only one --format can go to stdout; give the others an --output each")
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes)
    keep_clear([*outputs, *(path for path in (explain, index) if path)], gathered.items)
    grade = Grade.UNSAFE if unsafe_fixes else Grade.SAFE
    run = Run(settings, grade if fix or diff else Grade.NONE, settle=fix or diff, holds=holds, moot=show_moot, keep=keep)
    journal = _journal() if fix else None
    finish = Check(formats, lang, run if fix else None, journal)
    tally = Tally(gathered, lang)
    with ExitStack() as stack:
        run = replace(run, stored=stored_in(index, stack))
        explained = explaining(explain, index, lang)
        sinks = sinks_of(_paired(formats, outputs), lang, stack)
        for done in tally.counted(conduct(gathered.items, reader, run, finish, engine_for(gathered, jobs), explained)):
            for name, output in sinks.items():
                output.add(done.parts[name])
            if done.changed:
                say(tell("{}: mended", lang).format(done.path))
        summary = tally.summary(settings) if "html" in sinks else tally.skipped()
        for output in sinks.values():
            output.finish(summary)
    if statistics:
        write_out(console.statistics(tally.found, lang))
    say(tally.told())
    if journal:
        _close(journal, lang)
    worst = fail_on != "never" and tally.worst is not None and tally.worst >= Level[fail_on.upper()]
    return 2 if tally.failed else 1 if worst else 0


def keep_clear(paths: Sequence[Path], items: Sequence[Item]) -> None:
    """No output goes where an input is, or where another output goes."""
    real = [path.resolve() for path in paths if str(path) != "-"]
    if len(set(real)) < len(real):
        raise click.UsageError("two outputs would go to one file")
    taken = set(real) & {item.path.resolve() for item in items} if real else set()
    if taken:
        raise click.UsageError(f"{min(taken)}: is read, and cannot be written to")


def _paired(formats: tuple[str, ...], outputs: tuple[Path, ...]) -> dict[str, Path | None]:
    """Each format with its file; None is stdout."""
    paths = [None if str(path) == "-" else path for path in outputs]
    return dict(zip_longest(formats, paths))


def _journal() -> Path:
    """The undo file of a `check --fix`, in a new folder of its own below .cleaner_cache/undo."""
    home = Path(".cleaner_cache")
    home.mkdir(exist_ok=True)
    (home / ".gitignore").write_text("*\n", "utf-8")
    for number in count(1):
        folder = home / "undo" / f"{number:06}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        (folder / FILE).touch()
        return folder / FILE
    raise AssertionError


def _close(journal: Path, lang: str) -> None:
    """The end of a journal; one without rows goes."""
    if close(journal):
        say(tell("to take it back: cleaner undo {} -o RESTORED", lang).format(journal.parent))
    else:
        shutil.rmtree(journal.parent)
