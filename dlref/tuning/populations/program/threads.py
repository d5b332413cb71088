"""Tasks side by side: their Python in one thread, what they leave to a compiled program in threads of its own.

A task is a generator. What it yields goes to whoever runs the tasks, in their thread; but a `Work` is done in a thread,
and the task goes on with its result, or with what it raised.
"""

import heapq
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import keras

Task = Generator[Any, Any, None]
MOST = 4  # threads, for the Python of each keeps the others waiting
PATIENCE = 0.2  # seconds between two looks for an interruption
# Keras builds and traces models in one thread at a time. The thread that runs the tasks has it but when it waits.
KERAS = threading.RLock()


class Stopped(Exception):
    """What is being done is no longer wanted."""


@dataclass(frozen=True)
class Work:
    """Work for a thread; it is given a function to call often, which raises `Stopped` once nobody waits for it."""

    do: Callable[[Callable[[], None]], Any]


def count() -> int:
    """How many threads are worth while: one for an accelerator, which takes one program after the other."""
    on_cpu = all(device.startswith("cpu") for device in keras.distribution.list_devices())
    return min(MOST, os.cpu_count() or 1) if on_cpu else 1


class ThreadPool:
    """Threads that work for tasks.

    Args:
        count: how many; one task more is kept ready.
        check: called often in the thread of `run`; what it raises ends all tasks.
    """

    def __init__(self, count: int, check: Callable[[], None]) -> None:
        self.count, self._check = count, check
        self._stop = threading.Event()
        self._inbox: SimpleQueue[Callable[[], Any]] = SimpleQueue()
        self._ready: list[tuple[int, Task, Work]] = []  # the tasks that began first come first
        self._at_work: dict[int, Task] = {}

    def post(self, call: Callable[[], Any]) -> None:
        """Has `call` run in the thread of `run`, before it goes on with the task of this work."""
        self._inbox.put(call)

    def run(self, tasks: Iterable[Task]) -> Task:
        """Yields what the tasks yield; to be closed by whoever does not take all of it."""
        coming = enumerate(tasks)
        with ThreadPoolExecutor(self.count, "population") as pool, KERAS:
            try:
                while True:
                    while self._ready and len(self._at_work) < self.count:
                        self._begin(pool, *heapq.heappop(self._ready))
                    begun = len(self._ready) + len(self._at_work)
                    if begun <= self.count and (new := next(coming, None)):
                        yield from self._advance(*new, partial(next, new[1]))
                    elif begun:
                        yield from self._wait()() or ()
                    else:
                        return
            finally:
                self._stop.set()
                for task in [*self._at_work.values(), *(task for _, task, _ in self._ready)]:
                    task.close()

    def _begin(self, pool: ThreadPoolExecutor, place: int, task: Task, work: Work) -> None:
        self._at_work[place] = task
        future = pool.submit(work.do, self._stopped)
        future.add_done_callback(lambda done: self.post(partial(self._ended, place, done)))

    def _ended(self, place: int, done: Future[Any]) -> Iterator[Any]:
        task, error = self._at_work.pop(place), done.exception()
        if error:  # without its frames, whose memory the task may need
            return self._advance(place, task, partial(task.throw, error.with_traceback(None)))
        return self._advance(place, task, partial(task.send, done.result()))

    def _advance(self, place: int, task: Task, resume: Callable[[], Any]) -> Iterator[Any]:
        """Runs a task until it leaves work to a thread."""
        try:
            while not isinstance(found := resume(), Work):
                yield found
                resume = partial(next, task)
        except StopIteration:
            return
        heapq.heappush(self._ready, (place, task, found))

    def _wait(self) -> Callable[[], Any]:
        while True:
            self._check()
            KERAS.release()
            try:
                return self._inbox.get(timeout=PATIENCE)
            except Empty:
                continue
            finally:
                KERAS.acquire()

    def _stopped(self) -> None:
        if self._stop.is_set():
            raise Stopped
