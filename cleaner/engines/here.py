"""Work done in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class Here:
    """Does the work one thing after another, in this process."""

    def map(self, work: Callable[[Given], Made], things: Iterable[Given]) -> Iterator[Made]:
        """What `work` makes of each thing, in their order."""
        return map(work, things)
