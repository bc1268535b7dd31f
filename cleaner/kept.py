"""The commands about what is kept between runs: `cleaner index` and `cleaner baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cleaner import messages
from cleaner.options import baseline_option, baseline_options, index_options
from cleaner.performing import to_its_reader, without_rules
from cleaner.settings import find, load


@click.group()
def index() -> None:
    """A stored index of a corpus, so that a new drop is held against it.

    \b
    cleaner index build corpus/                    makes .cleaner_index.sqlite at the git root
    cleaner index add corpus/                      only what changed is read
    cleaner index query drop/                      how much of each document is new
    cleaner check drop/ --index .cleaner_index.sqlite
    """


@index.command("build")
@click.option("--out", "-o", "index", type=click.Path(path_type=Path), help="The index.  [default: .cleaner_index.sqlite at the git root]")
@index_options
def index_build(**options: Any) -> int:
    """Make an index of PATHS (files, folders, globs). One that is there already is replaced when the new one is done.

    \b
    cleaner index build corpus/ -o corpus.sqlite
    """
    from cleaner.indexing import build as perform

    return without_rules(perform, options)


@index.command("add")
@click.option("--index", type=click.Path(path_type=Path), help="The index.  [default: .cleaner_index.sqlite at the git root]")
@index_options
def index_add(**options: Any) -> int:
    """Make an index agree with PATHS: what is new or has changed is read; what is gone from a folder goes from the index.

    \b
    cleaner index add corpus/ --index corpus.sqlite
    """
    from cleaner.indexing import add as perform

    return without_rules(perform, options)


@index.command("query")
@click.option("--index", type=click.Path(path_type=Path), help="The index.  [default: .cleaner_index.sqlite at the git root]")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format.")
@index_options
def index_query(**options: Any) -> int:
    """How much of each document of PATHS is new, and which stored documents have most in common with it.

    \b
    cleaner index query drop/ --index corpus.sqlite
    """
    from cleaner.indexing import query as perform

    return without_rules(perform, options)


@click.group()
def baseline() -> None:
    """Findings that are known, so that a check tells only new ones.

    \b
    cleaner baseline create corpus/                makes .cleaner_baseline.jsonl
    cleaner check corpus/ --baseline .cleaner_baseline.jsonl
    cleaner baseline prune corpus/                 drops what was mended
    cleaner baseline audit                         asks which of them are faults
    """


def _about_baseline(name: str, options: dict[str, Any]) -> int:
    from cleaner import baselining

    for unused in ("explain", "index", "statistics", "page_files"):
        options.pop(unused)
    return to_its_reader(getattr(baselining, name), options)


@baseline.command("create")
@baseline_options
def baseline_create(**options: Any) -> int:
    """Write what is found in PATHS to a new baseline.

    \b
    cleaner baseline create corpus/ --select TYP,LOOP
    """
    return _about_baseline("create", options)


@baseline.command("update")
@baseline_options
def baseline_update(**options: Any) -> int:
    """Add what is new in PATHS; what has moved is told by its new path; verdicts stay.

    \b
    cleaner baseline update corpus/
    """
    return _about_baseline("update", options)


@baseline.command("prune")
@baseline_options
def baseline_prune(**options: Any) -> int:
    """Remove what is found in PATHS no more.

    \b
    cleaner baseline prune corpus/
    """
    return _about_baseline("prune", options)


@baseline.command("audit")
@baseline_option
@click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; else the nearest cleaner.toml or pyproject.toml.")
def baseline_audit(baseline: Path | None, lang: str | None, config: Path | None) -> int:
    """Ask of every entry whether it is a fault, and say how often each rule was right here. y: a fault, n: none, s: skip, q: enough.

    \b
    cleaner baseline audit
    """
    from cleaner.baselining import audit as perform

    return perform(baseline, load(config) if config else find(Path.cwd()), lang or messages.preferred())
