"""Work spread over processes of this machine, results in order."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_WAITING = 4  # chunks under way for each worker: enough that none idles, few enough that results do not pile up


class Processes:
    """Does the work in `jobs` worker processes, `chunk` things at a time. The order of results is that of the things,
    and they are the same as Here's."""

    def __init__(self, jobs: int, chunk: int = 8) -> None:
        self.jobs = jobs
        self.chunk = chunk

    def map(self, work: Callable[[Given], Made], things: Iterable[Given]) -> Iterator[Made]:
        """What `work` (picklable) makes of each thing, in their order. At most a few chunks are held at a time.

        The workers are started at once: before the caller starts threads (a progress bar), which a fork must not copy."""
        # fork shares what is already loaded; elsewhere it is unsafe or not to be had
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=_begin)
        source = iter(things)
        chunks: Iterator[list[Given]] = iter(lambda: list(islice(source, self.chunk)), [])
        under_way = deque(pool.submit(_each, work, chunk) for chunk in islice(chunks, self.jobs * _WAITING))

        def results() -> Iterator[Made]:
            try:
                while under_way:
                    made = under_way.popleft().result()
                    under_way.extend(pool.submit(_each, work, chunk) for chunk in islice(chunks, 1))
                    yield from made
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

        return results()


def _begin() -> None:
    """A worker leaves interrupts to its parent, which lets it end what it is at; and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _each(work: Callable[[Given], Made], chunk: list[Given]) -> list[Made]:
    return [work(thing) for thing in chunk]
