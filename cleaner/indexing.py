"""What `cleaner index` does: make an index of a corpus, keep it as the corpus is, and say how much of a drop is new."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path

import click

from cleaner.commands import engine_for, gathered_from, index_or_error
from cleaner.formats.files import TEXTS, Gathered, Item
from cleaner.index.database import folder_of, nearest, place_of
from cleaner.index.stored import Index, Known, known, percent
from cleaner.index.writing import Entry, Held, Writing, adding, building
from cleaner.jobs import Reader
from cleaner.messages import tell
from cleaner.pipeline import Each, Failure, NotDone, Run, compared
from cleaner.reports.data import dumped
from cleaner.reports.output import stdout
from cleaner.settings import Settings
from cleaner.sketches import Sketch, paragraph_texts, sketch
from cleaner.tally import tell_gathered


def build(*, paths: Sequence[str], index: Path | None, settings: Settings, lang: str, jobs: int, keep_bad_bytes: bool) -> int:
    """`cleaner index build`; its exit code."""
    return _written(building, index or nearest(), paths, settings, lang, jobs, keep_bad_bytes)


def add(*, paths: Sequence[str], index: Path | None, settings: Settings, lang: str, jobs: int, keep_bad_bytes: bool) -> int:
    """`cleaner index add`; its exit code."""
    index = index or nearest()
    return _written(adding if index.exists() else building, index, paths, settings, lang, jobs, keep_bad_bytes)


def query(*, paths: Sequence[str], index: Path | None, settings: Settings, lang: str, jobs: int, keep_bad_bytes: bool, format_: str) -> int:
    """`cleaner index query`; its exit code."""
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes, TEXTS)
    engine, numbered, sketches = engine_for(gathered, jobs), list(enumerate(gathered.items)), list[Sketch]()
    tell_gathered(gathered, lang)
    failed = len(gathered.failed)
    with index_or_error(), closing(Index(index or nearest())) as stored:
        for found in engine.map(partial(_sketched, reader), numbered):
            if isinstance(found, Failure):
                failed += 1
                _say(tell("not done: {}", lang).format(found.reason))
            else:
                sketches.append(found)
        documents = known(compared(sketches, Each(gathered.items), reader, Run(settings, stored=stored), engine))
    with stdout() as stream:
        if format_ == "json":
            stream.write((dumped([one.as_data() for one in documents]) + "\n").encode("utf-8"))
        else:
            stream.write("".join(line + "\n" for one in documents for line in _lines(one, lang)).encode("utf-8", "backslashreplace"))
    return 2 if failed else 0


def _lines(document: Known, lang: str) -> Iterator[str]:
    """What is known of a document, for a terminal."""
    form = "{}: new: {} % ({} of {} paragraphs; known word for word: {}, nearly: {})"
    numbers = document.new, document.paragraphs, document.word_for_word, document.nearly
    yield tell(form, lang).format(document.path, percent(document.new, document.paragraphs), *numbers)
    if document.same:
        yield "    " + tell("the same text as {}", lang).format(document.same)
    for path, _, paragraphs in document.common[:NAMED]:
        yield "    " + tell("{} paragraphs stand in {}", lang).format(paragraphs, path)


NAMED = 3  # documents that a document has most in common with, on a terminal


def _written(
    writing: Callable[[Path], AbstractContextManager[Writing]],
    index: Path,
    paths: Sequence[str],
    settings: Settings,
    lang: str,
    jobs: int,
    keep_bad_bytes: bool,
) -> int:
    """Make an index agree with files and folders; the exit code."""
    if "-" in paths:
        raise click.UsageError("standard input has no place in an index")
    gathered, reader = gathered_from(paths, settings, lang, keep_bad_bytes, TEXTS)
    tell_gathered(gathered, lang)
    folders = [] if gathered.failed else [path for path in paths if os.path.isdir(path)]  # what cannot be looked at is not gone
    index.parent.mkdir(parents=True, exist_ok=True)
    with index_or_error(), writing(index) as open_:
        done = _agree(open_, folder_of(index), gathered, folders, reader, jobs, lang)
        counts = open_.finish()
    done["not done"] += len(gathered.failed)
    form = "added: {}, changed: {}, moved: {}, removed: {}, unchanged: {}, not done: {}"
    _say(tell(form, lang).format(*(done[what] for what in ("added", "changed", "moved", "removed", "unchanged", "not done"))))
    form = "{}: documents: {}, paragraphs: {}, different ones: {}, megabytes: {:.1f}"
    _say(tell(form, lang).format(index, counts.documents, counts.paragraphs, counts.distinct, counts.bytes / 1e6))
    return 2 if done["not done"] else 0


def _agree(writing: Writing, home: str, gathered: Gathered, folders: Sequence[str], reader: Reader, jobs: int, lang: str) -> Counter[str]:
    """Store what was gathered; how many were added, changed, moved, removed, unchanged, not done."""
    held, done = writing.held(), Counter[str]()
    places = {place_of(item.path, home): item for item in gathered.items}
    fresh = [(place, item) for place, item in places.items() if place not in held or not _untouched(item, held[place])]
    for place in places.keys() - {place for place, _ in fresh}:
        writing.still(held[place], places[place].name, held[place].mtime_ns)
    done["unchanged"] = len(places) - len(fresh)
    left = {place: one for place, one in sorted(held.items()) if place not in places}
    gone = {place: one for place, one in left.items() if not os.path.lexists(os.path.join(home, place))}
    engine = engine_for(Gathered(tuple(item for _, item in fresh), {}), jobs)
    for (place, item), entry in zip(fresh, engine.map(partial(_entry, reader), [(n, item) for n, (_, item) in enumerate(fresh)])):
        stored = held.get(place)
        if isinstance(entry, Failure):
            done["not done"] += 1  # what was stored of it stays
            _say(tell("not done: {}", lang).format(entry.reason))
        elif stored and stored.sha256 == entry.sha256:
            writing.still(stored, item.name, entry.mtime_ns)
            done["unchanged"] += 1
        else:
            old = stored or next((one for one in gone.values() if one.sha256 == entry.sha256), None)
            writing.put(place, entry, old)
            done["changed" if stored else "moved" if old else "added"] += 1
            if old and not stored:
                del gone[old.place], left[old.place]
    below = tuple(os.path.join(os.path.realpath(folder), "") for folder in folders)
    for place, one in left.items():
        if os.path.normpath(os.path.join(home, place)).startswith(below):
            writing.remove(one)
            done["removed"] += 1
    return done


def _untouched(item: Item, stored: Held) -> bool:
    """Is a file as it was when it was stored, as far as its size and its time say?"""
    try:
        now = os.stat(item.path)
    except OSError:
        return False  # told when it is read
    return (now.st_size, now.st_mtime_ns) == (stored.bytes, stored.mtime_ns)


def _entry(reader: Reader, numbered: tuple[int, Item]) -> Entry | Failure:
    """What is stored of a file; where the work is done."""
    order, item = numbered
    try:
        file = os.stat(item.path)  # before it is read: what is changed meanwhile is read again in the next run
        document = reader(order, item)
    except NotDone as error:
        return Failure(order, str(error))
    except OSError as error:
        return Failure(order, f"{item.name}: {error.strerror}")
    settled = file.st_mtime_ns < time.time_ns() - JUST_NOW
    found = sketch(document)
    texts = paragraph_texts(document, range(len(found.hashes)))
    return Entry(found, texts, file.st_size, file.st_mtime_ns if settled else 0, document.source.sha256)


JUST_NOW = 2_000_000_000  # nanoseconds in which a file can change without its time telling (FAT counts in 2 seconds)


def _sketched(reader: Reader, numbered: tuple[int, Item]) -> Sketch | Failure:
    try:
        return sketch(reader(*numbered))
    except NotDone as error:
        return Failure(numbered[0], str(error))


def _say(line: str) -> None:
    click.echo(line, err=True)
