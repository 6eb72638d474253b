"""The one clock of a sandbox: real time, and how far it was moved. Real time keeps running on top."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Clock:
    """Everything that waits in the sandbox waits on this, so that a test moves it and does not sleep.

    Only tokens and signatures that a service checks against its own clock are made with real time.
    """

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._offset = 0.0
        self._resets = 0
        #: Called after each move, without a lock held: for those who wait for something else besides.
        self.watchers: list[Callable[[], None]] = []

    @property
    def offset(self) -> float:
        """Seconds ahead of real time."""
        return self._offset

    def now(self) -> float:
        """Unix time."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        self._move(lambda: self._offset + seconds)

    def set(self, at: float) -> None:
        """It is now *at*; what was to happen until then happens."""
        self._move(lambda: at - time.time())

    def make_real(self) -> None:
        """Back to real time. What was planned for a time beyond it waits until it has really come."""
        self._move(lambda: 0.0)

    def reset(self) -> None:
        """Real time, and nobody sleeps any more."""
        self._resets += 1
        self.make_real()

    def sleep(self, seconds: float) -> bool:
        """Until so much time has passed here: true; or the sandbox was reset before that: false."""
        with self._moved:
            end, resets = self.now() + seconds, self._resets
            while self._resets == resets and (left := end - self.now()) > 0:
                self._moved.wait(left)
            return self._resets == resets

    def _move(self, offset: Callable[[], float]) -> None:
        with self._moved:
            self._offset = offset()
            self._moved.notify_all()
        for watch in list(self.watchers):
            watch()
