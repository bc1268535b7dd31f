"""Work spread over processes of this machine, results in order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, NamedTuple, TypeVar

from cleaner.engines import Died, Lost

Given = TypeVar("Given")
Made = TypeVar("Made")

_WAITING = 4  # results that may wait for an earlier one: so many times what is under way
_PIPE = 8_000  # bytes: what surely fits into a pipe whose reader is busy


class Processes:
    """Does the work in `jobs` worker processes; each has `ahead` things waiting at most. The order of results is that of the
    things, and they are the same as Here's.

    A worker that dies is replaced. The thing that it was at is tried once more, in a new one; where that dies, too, it is lost.
    Each worker has a pipe of its own and nothing is shared, so that none can die with a lock that others wait for. Workers end
    when this process does, however it ends."""

    def __init__(self, jobs: int, ahead: int = 8) -> None:
        self.jobs = jobs
        self.ahead = ahead

    def map(self, work: Callable[[Given], Made], things: Iterable[Given], lost: Lost[Given, Made] | None = None) -> Iterator[Made]:
        """What `work` (picklable) makes of each thing, in their order. At most a few of them are held at a time.

        The workers are started at once: before the caller starts threads (a progress bar), which a fork must not copy.
        Raises Died where a thing is lost, and `lost` does not say what is to stand in its place."""
        return _Crew(work, things, self.jobs, self.ahead, lost).results()


class _Task(NamedTuple):
    """A thing to be done. again: a worker died at it."""

    number: int
    thing: Any
    again: bool = False


class _Raised(NamedTuple):
    """What the work raised."""

    error: BaseException


class _Gone(NamedTuple):
    """A thing that nothing could be made of, and why."""

    thing: Any
    reason: str


class _Worker:
    """A process, and what it was given and has not given back; it is at the first of that."""

    def __init__(self, context: BaseContext, work: Callable[[Any], Any], others: Iterable[_Worker]) -> None:
        self.pipe, its = context.Pipe()
        # a copy of an end that is not its own would keep a pipe open whose owner is gone
        strange = [self.pipe, *(other.pipe for other in others)] if context.get_start_method() == "fork" else []
        self.process = context.Process(target=_serve, args=(its, work, os.getpid(), strange), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        its.close()
        self.given: deque[_Task] = deque()
        self.sizes: deque[int] = deque()

    def has_room(self, size: int, ahead: int) -> bool:
        """May it be given so many bytes more? While it is busy, only what its pipe holds: it may itself wait to be read."""
        return not self.given or (len(self.given) < ahead and sum(self.sizes) + size <= _PIPE)

    def give(self, task: _Task, content: bytes) -> None:
        self.given.append(task)
        self.sizes.append(len(content))
        with suppress(OSError):  # it is dead, as its pipe will tell
            self.pipe.send_bytes(content)

    def take(self) -> tuple[_Task, Any]:
        """What it has made. Raises EOFError or OSError where it is dead."""
        content = self.pipe.recv_bytes()
        self.sizes.popleft()
        return self.given.popleft(), pickle.loads(content)

    def end(self) -> None:
        """It ends after what it is at."""
        self.pipe.close()

    def fate(self) -> str:
        """How it ended."""
        self.pipe.close()
        self.process.join()
        code = self.process.exitcode or 0
        if code >= 0:
            return f"ended with exit code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"was killed by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")


class _Crew(Generic[Given, Made]):
    """The workers of a map, and what they are at."""

    def __init__(
        self, work: Callable[[Given], Made], things: Iterable[Given], jobs: int, ahead: int, lost: Lost[Given, Made] | None
    ) -> None:
        # fork shares what is already loaded; elsewhere it is unsafe or not to be had
        self.context: BaseContext = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.work, self.lost, self.ahead = work, lost, ahead
        self.source = (_Task(number, thing) for number, thing in enumerate(things))
        self.waiting: deque[_Task] = deque()  # taken from the source, or back from a worker that died
        self.made: dict[int, Any] = {}
        self.next = 0  # the number of the next result
        self.room = jobs * ahead * _WAITING
        self.workers: list[_Worker] = []
        for _ in range(jobs):
            self.workers.append(_Worker(self.context, work, self.workers))

    def results(self) -> Iterator[Made]:
        """Results in order. Between any two of them the workers are looked after: none idles while the caller is busy."""
        try:
            self._give()
            while True:
                while self.next in self.made:
                    made = self.made.pop(self.next)
                    self.next += 1
                    self._take(0)
                    yield self._opened(made)
                if not any(worker.given for worker in self.workers):
                    return
                self._take(None)
        finally:
            for worker in self.workers:
                worker.end()
            for worker in self.workers:
                worker.process.join()

    def _opened(self, made: Any) -> Made:
        if isinstance(made, _Raised):
            raise made.error
        if isinstance(made, _Gone):
            if self.lost is None:
                raise Died(f"{made.reason}: {made.thing!r}")
            return self.lost(made.thing, made.reason)
        return made  # type: ignore[no-any-return]

    def _take(self, timeout: float | None) -> None:
        """Take what is ready, and give out more."""
        pipes = {worker.pipe: worker for worker in self.workers if worker.given}
        for pipe in wait(list(pipes), timeout):
            worker = pipes[pipe]  # type: ignore[index]
            try:
                task, made = worker.take()
            except (EOFError, OSError):
                self._replace(worker)
                continue
            self.made[task.number] = _Gone(task.thing, made.reason) if isinstance(made, _Gone) else made
        self._give()

    def _give(self) -> None:
        """Every worker has something to do, and something waiting, a thing at a time so that all have the same."""
        hungry = deque(self.workers)
        while hungry and (task := self._task()):
            content = bytes(pickle.dumps(task.thing, pickle.HIGHEST_PROTOCOL))
            while hungry and not hungry[0].has_room(len(content), self.ahead):
                hungry.popleft()
            if not hungry:
                self.waiting.appendleft(task)
                return
            hungry[0].give(task, content)
            hungry.rotate(-1)

    def _task(self) -> _Task | None:
        if self.waiting:
            return self.waiting.popleft()
        held = len(self.made) + sum(len(worker.given) for worker in self.workers)
        return next(self.source, None) if held < self.room else None

    def _replace(self, worker: _Worker) -> None:
        """A worker died: a new one takes up what it was at; the rest goes to whoever has time."""
        fate = worker.fate()
        others = [other for other in self.workers if other is not worker]
        fresh = _Worker(self.context, self.work, others)
        self.workers[self.workers.index(worker)] = fresh
        task, *rest = worker.given
        self.waiting.extendleft(reversed(rest))
        if task.again:
            self.made[task.number] = _Gone(task.thing, f"the process that worked on it {fate}")
        else:
            fresh.give(task._replace(again=True), pickle.dumps(task.thing, pickle.HIGHEST_PROTOCOL))


def _serve(pipe: Connection, work: Callable[[Any], Any], parent: int, strange: Sequence[Connection]) -> None:
    """The life of a worker. It leaves interrupts to its parent, which lets it end what it is at; and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in strange:
        other.close()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return  # it was gone before it was asked to tell
    try:
        while True:
            pipe.send_bytes(_done(work, pipe.recv_bytes()))
    except (EOFError, OSError):
        return  # nothing more is wanted


_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _done(work: Callable[[Any], Any], content: bytes) -> bytes:
    """The pickled result of work on a pickled thing."""
    try:
        return pickle.dumps(work(pickle.loads(content)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(_Gone(None, "there is not enough memory for it"))
    except BaseException as error:
        try:
            return pickle.dumps(_Raised(error))
        except Exception:
            return pickle.dumps(_Raised(RuntimeError(repr(error))))
