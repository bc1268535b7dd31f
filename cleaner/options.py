"""The options of the commands, in groups that several of them have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cleaner import messages
from cleaner.reports.sinks import FORMATS
from cleaner.rules.script import SCRIPTS

LEVELS = ("note", "warning", "error", "new-findings", "never")


def _ratio(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """A share as it stands on the command line: 0.05, 5% or 3/10000."""
    from cleaner.gate import ratio

    try:
        return None if value is None else ratio(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share: 0.05, 5% or 3/10000", context, option) from None


def check_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that only `cleaner check` has, in the order in which they are shown."""
    for option in (
        click.option("--verbose", "-v", is_flag=True, help="Tell where the time goes."),
        click.option("--show-moot", is_flag=True, help="Show findings in text that another fix removes, too."),
        click.option("--force-exclude", is_flag=True, help="Leave out what `exclude` and --exclude name even where it is named as a file."),
        click.option(
            "--change",
            is_flag=True,
            help="In a hook: hold the files against the whole change, which git is asked for, and against the index, so that it does "
            "not matter how the files are split into runs.",
        ),
        click.option(
            "--max-error-rate",
            callback=_ratio,
            metavar="RATIO",
            help="Most faults a character that are let through, as 3/10000.",
        ),
        click.option("--max-repeat-ratio", callback=_ratio, metavar="RATIO", help="Most of the text that may stand elsewhere, as 0.05."),
        click.option("--baseline", type=click.Path(path_type=Path), help="Findings that are known (`cleaner baseline`): not told again."),
        click.option(
            "--fail-on",
            type=click.Choice(LEVELS),
            default="warning",
            show_default=True,
            help="Least level of a finding that makes the exit code 1; new-findings: a warning or an error in text that stands "
            "in no other document.",
        ),
        click.option("--output", "outputs", multiple=True, type=click.Path(path_type=Path), help="File for a format; else stdout."),
        click.option(
            "--format",
            "formats",
            multiple=True,
            type=click.Choice(FORMATS),
            help="Output format; again for more, each with its --output.",
        ),
        click.option("--diff", is_flag=True, help="Show as a diff what --fix would change."),
        click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: make the fixes that may change what is meant, too."),
        click.option("--exit-non-zero-on-fix", is_flag=True, help="With --fix: exit with 1 where a file was mended, whatever is left."),
        click.option("--fix", is_flag=True, help="Mend the files in place; what was changed is kept under .cleaner_cache/undo."),
    ):
        function = option(function)
    return function


def shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command with rules has."""
    for option in (
        click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG."),
        click.option("--no-cache", is_flag=True, envvar="CLEANER_NO_CACHE", help="Use and keep no results of earlier runs."),
        click.option("--config", type=click.Path(path_type=Path), help="Settings file; else the nearest cleaner.toml or pyproject.toml."),
        click.option("--ignore", default="", metavar="CODES", help="Rules to leave out: codes or their letters, with commas."),
        click.option("--select", default="", metavar="CODES", help="Rules to run: codes or their letters, with commas; else all."),
    ):
        function = option(function)
    return function


def work_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that read files."""
    for option in (
        click.option("--explain", type=click.Path(path_type=Path), help="Write what was held to be no repeat across documents, and why."),
        click.option(
            "--keep",
            type=click.Choice(["first", "newest", "longest"]),
            default="first",
            show_default=True,
            help="Which of documents that have something in common stays.",
        ),
        click.option("--id", metavar="NAME", help="Column of a table that names its rows; else their numbers do."),
        click.option("--column", metavar="NAME", default="text", show_default=True, help="Column of a table that holds the text."),
        click.option("--index", type=click.Path(path_type=Path), help="Hold the files against this index, too (see `cleaner index`)."),
        click.option("--script", type=click.Choice(SCRIPTS), help="Convert texts to this script; else none is converted."),
        click.option("--sensitive", is_flag=True, help="Tell doubtful misprints, too, as notes."),
        click.option(
            "--model",
            multiple=True,
            metavar="FILE",
            help="Language model from `cleaner learn`, instead of the shipped one; again for several, `policy` for the shipped one, "
            "`here` for what the files of this run themselves teach.",
        ),
        click.option("--across", is_flag=True, help="Remove what stands in an earlier document, too; else it is only told."),
        click.option("--keep-bad-bytes", is_flag=True, help="Read files that decode but for some broken bytes, and keep those bytes."),
        click.option("--exclude", multiple=True, metavar="GLOB", help="Files in folders to leave out; may be given again."),
        click.option("--jobs", "-j", type=click.IntRange(0), default=0, help="Processes to work with; 0: as many as it pays."),
        click.option(
            "--profile", metavar="NAME", help="What is set for a kind of text: policy (the default), newspaper, web, ocr or training."
        ),
        click.option(
            "--page-files", is_flag=True, help="Keep the page's style and script in files beside it, for servers with a strict CSP."
        ),
        click.option("--statistics", is_flag=True, help="Only count the findings of each rule."),
    ):
        function = option(function)
    return shared_options(function)


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that read files and run no rules."""
    for option in (
        click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG."),
        click.option("--config", type=click.Path(path_type=Path), help="Settings file; else the nearest cleaner.toml or pyproject.toml."),
        click.option("--keep-bad-bytes", is_flag=True, help="Read files that decode but for some broken bytes, too."),
        click.option("--exclude", multiple=True, metavar="GLOB", help="Files in folders to leave out; may be given again."),
        click.argument("paths", nargs=-1, required=True),
    ):
        function = option(function)
    return function


def index_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands about an index."""
    jobs = click.option("--jobs", "-j", type=click.IntRange(0), default=0, help="Processes to work with; 0: as many as it pays.")
    return reading_options(jobs(function))


baseline_option = click.option("--baseline", type=click.Path(path_type=Path), help="The file.  [default: .cleaner_baseline.jsonl]")


def baseline_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that look for what a baseline holds."""
    return click.argument("paths", nargs=-1, required=True)(baseline_option(work_options(function)))
