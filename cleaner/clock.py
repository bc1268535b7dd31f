"""Where the time of a run goes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Clock:
    """Seconds of each part of a run, in the order in which they began. The first is what this process had worked until now."""

    seconds: dict[str, float] = field(default_factory=lambda: {"start": time.process_time()})

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Counts for a part."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - began

    def each(self, part: str, things: Iterable[T]) -> Iterator[T]:
        """The things; waiting for them counts for a part."""
        source = iter(things)
        while True:
            with self.of(part):
                some = list(islice(source, 1))
            if not some:
                return
            yield some[0]

    def told(self) -> str:
        """Part by part."""
        return ", ".join(f"{part} {seconds:.3f} s" for part, seconds in self.seconds.items())
