"""The options that only `cleaner check` has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cleaner.reports.sinks import FORMATS

LEVELS = ("note", "warning", "error", "new-findings", "never")


def _ratio(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """A share as it stands on the command line: 0.05, 5% or 3/10000."""
    from cleaner.gate import ratio

    try:
        return None if value is None else ratio(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share: 0.05, 5% or 3/10000", context, option) from None


def check_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """In the order in which they are shown."""
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
