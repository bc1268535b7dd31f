"""How far a run has come, on a terminal: the share of its bytes, how many a second, and the time left. One line, written over."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TextIO

from cleaner.formats.files import Item
from cleaner.messages import tell
from cleaner.pipeline import COMPARING
from cleaner.rows import Numbered, item_of

SOON = 1.0  # seconds before anything is shown
AGAIN = 0.2  # seconds between two times
CLEAR = "\r\x1b[K"


def on_a_terminal() -> bool:
    """Is anyone there to see it?"""
    return sys.stderr.isatty() and not os.environ.get("CI")


class Watching:
    """Watches things go by. It has no thread of its own, which a process that is forked must not copy: what is shown is as new as
    the last thing that went by."""

    def __init__(self, items: Sequence[Item], lang: str, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.items, self.lang, self.stream, self.clock = items, lang, stream, clock

    def __call__(self, stage: str, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
        """The things, each with its order. stage: what is done with them."""
        sizes = {item.name: _size(item) for item in self.items}
        whole = sum(sizes.values())
        began = self.clock()
        shown = began + SOON - AGAIN
        before = within = 0
        name = None
        for order, thing in numbered:
            item = item_of(thing)
            if item.name != name:
                before, within, name = before + (sizes.get(name, 0) if name else 0), 0, item.name
            yield order, thing
            within = min(sizes.get(item.name, 0), within + len(getattr(thing, "content", b"")))
            now = self.clock()
            if now - shown >= AGAIN:
                shown = now
                self._show(stage, before + within, whole, now - began)
        self.stream.write(CLEAR)
        self.stream.flush()

    def _show(self, stage: str, done: int, whole: int, seconds: float) -> None:
        left = seconds * (whole - done) / done if done else 0.0
        form = tell("{}: {} % of {:.1f} MB, {:.2f} MB/s, {} left", self.lang)
        share = 100 * done // whole if whole else 100
        line = form.format(self._said(stage), share, whole / 1e6, done / 1e6 / seconds, _clock(left) if done else "?")
        self.stream.write(f"{CLEAR}{line}\r")
        self.stream.flush()

    def _said(self, stage: str) -> str:
        return tell("comparing", self.lang) if stage == COMPARING else tell("treating", self.lang)


def _size(item: Item) -> int:
    with suppress(OSError):
        return os.stat(item.path).st_size
    return 0


def _clock(seconds: float) -> str:
    """Seconds as h:mm:ss, or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
