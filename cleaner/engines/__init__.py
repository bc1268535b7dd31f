"""Where work is done: in this process, or in several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

Lost = Callable[[Given, str], Made]
"""What stands in the place of a thing that killed the processes which worked on it; it is handed the thing, and how that went."""


class Died(RuntimeError):  # noqa: N818
    """A process that worked on something died, twice; the message says at what, and how."""
