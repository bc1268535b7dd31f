"""Work done in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from cleaner.engines import Lost

Given = TypeVar("Given")
Made = TypeVar("Made")


class Here:
    """Does the work one thing after another, in this process."""

    def map(self, work: Callable[[Given], Made], things: Iterable[Given], lost: Lost[Given, Made] | None = None) -> Iterator[Made]:
        """What `work` makes of each thing, in their order. Nothing is lost: what kills this process ends it."""
        return map(work, things)
