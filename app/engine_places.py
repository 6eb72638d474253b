"""How many flows run at the same time in a process: one that waits for another try gives its place to others.

A flow that only waits would keep others from running: a few dozen messages that Slack does not take held up every ticket.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: So many flows may wait in one process beside those that run. Each is a thread that sleeps.
MOST_WAITING = 1000


class Places:
    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait without a place, `MOST_WAITING` at most."""
        return min(self._waiting, MOST_WAITING)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Around a flow: it runs once a place is free."""
        with self._free:
            self._mine.held = True
            try:
                yield
            finally:
                self._mine.held = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Around a pause: meanwhile another flow may run, and afterwards a place has to be free again."""
        if not getattr(self._mine, "held", False):  # what starts by itself has no place to lend
            yield
            return
        self._count(1)
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._waiting += change
