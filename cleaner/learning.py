"""What `cleaner learn` does: read a corpus, count its language, write a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cleaner.commands import gathered_from
from cleaner.formats.plain import Unwritable, write
from cleaner.language.learn import learn as learnt
from cleaner.language.lexicon import packed
from cleaner.messages import tell
from cleaner.pipeline import NotDone
from cleaner.settings import Settings
from cleaner.tally import tell_gathered


def learn(*, paths: Sequence[str], out: Path, settings: Settings, lang: str, keep_bad_bytes: bool) -> int:
    """`cleaner learn`; its exit code."""
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes)
    tell_gathered(gathered, lang)
    failed, texts = len(gathered.failed), list[str]()
    for order, item in enumerate(gathered.items):
        try:
            texts.append(reader(order, item).text)
        except NotDone as error:
            failed += 1
            click.echo(tell("not done: {}", lang).format(error), err=True)
    if not texts:
        raise click.UsageError("there is no document to learn from")
    language = learnt(texts, sources=(f"{len(texts)} documents",))
    content = packed(language)
    try:
        write(out, content, root=out.parent)
    except Unwritable as error:
        raise click.ClickException(str(error)) from None
    click.echo(tell("{}: learnt from {} documents, {:.1f} megabytes", lang).format(out, language.size, len(content) / 1e6), err=True)
    return 2 if failed else 0
