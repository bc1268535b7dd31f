"""What `cleaner learn` does: read a corpus, count its language, write a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cleaner.commands import gathered_from
from cleaner.formats.files import TEXTS, Gathered
from cleaner.formats.plain import Unwritable, write
from cleaner.jobs import Reader
from cleaner.language.learn import learn as learnt
from cleaner.language.lexicon import packed
from cleaner.messages import tell
from cleaner.pipeline import NotDone
from cleaner.settings import HERE, Settings
from cleaner.tally import tell_gathered


def learn(*, paths: Sequence[str], out: Path, settings: Settings, lang: str, keep_bad_bytes: bool) -> int:
    """`cleaner learn`; its exit code."""
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes)
    tell_gathered(gathered, lang)
    texts, errors = _texts(gathered, reader)
    for error in errors:
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
    return 2 if gathered.failed or errors else 0


@contextmanager
def knowing_here(settings: Settings, paths: Sequence[str], lang: str, keep_bad_bytes: bool) -> Iterator[Settings]:
    """The settings with the model of the files named in the place of HERE; it is gone afterwards.

    What stands in several of the files is language there, and what is strange in all others may be usual here. A file that cannot
    be read is told when it is treated."""
    if HERE not in settings.model or "-" in paths:
        yield replace(settings, model=tuple(name for name in settings.model if name != HERE))
        return
    texts, _ = _texts(*gathered_from(paths, settings, lang, keep_bad_bytes, TEXTS))
    with TemporaryDirectory(prefix="cleaner-") as folder:
        model = Path(folder) / "here.model"
        model.write_bytes(packed(learnt(texts, sources=(f"{len(texts)} documents of this run",))))
        yield replace(settings, model=tuple(str(model) if name == HERE else name for name in settings.model))


def _texts(gathered: Gathered, reader: Reader) -> tuple[list[str], list[str]]:
    """The texts of files, and what is wrong with those that cannot be read."""
    texts, errors = list[str](), list[str]()
    for order, item in enumerate(gathered.items):
        try:
            texts.append(reader(order, item).text)
        except NotDone as error:
            errors.append(str(error))
    return texts, errors
