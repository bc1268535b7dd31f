"""Where work is done: in this process, or in several."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

Lost = Callable[[Given, str], Made]
"""What stands in the place of a thing that killed the processes which worked on it; it is handed the thing, and how that went."""


def end(results: Iterator[object]) -> None:
    """Who works for these results stops, and is gone when this returns."""
    if isinstance(results, Generator):
        results.close()


class Died(RuntimeError):  # noqa: N818
    """A process that worked on something died, twice; the message says at what, and how."""
