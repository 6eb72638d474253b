"""One message a second in a channel: what comes faster waits for its turn, here and not at Slack's door.

Slack takes about a message a second in each channel and allows short bursts; what is more is refused, or dropped with no
error that we would see (facts: slack.md, trap 27; docs.slack.dev, rate limits). If all that were refused asked again as they
like, most would be refused again, and the unlucky wait for ever. So each message gets a turn of its own, in order.

Each process has turns of its own. What two of them send too fast together, Slack refuses; then all that waits here waits so
much longer, and no process asks more than once a second for a channel.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.errors import TURN, Unavailable

#: Seconds between two turns.
INTERVAL = 1.0


class Pace:
    def __init__(self, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """*burst*: so many may go into a channel at once after a pause."""
        self._burst, self._clock = burst, clock
        self._lock = threading.Lock()
        #: Channel → when its next turn would be if there were no bursts.
        self._due: dict[str, float] = {}
        #: Channel and a message's mark → the turn that it waits for.
        self._turns: dict[tuple[str, str], float] = {}

    def ask(self, channel: str, mark: str) -> None:
        """Raises Unavailable, with the seconds to wait, until it is the turn of the message with that mark."""
        with self._lock:
            now = self._clock()
            turn = self._turns.get((channel, mark))
            if turn is None:
                turn = self._next(channel, now)
            if turn > now:
                self._turns[channel, mark] = turn
                raise Unavailable(f"Other messages go into {channel} first.", turn - now, limit=TURN)
            self._turns.pop((channel, mark), None)

    def refused(self, channel: str, mark: str, seconds: float) -> None:
        """Slack did not take it: it goes in *seconds*, and whatever waits for the channel so much later than it would have."""
        with self._lock:
            now = self._clock()
            for waits in [each for each in self._turns if each[0] == channel]:
                self._turns[waits] += seconds
            self._turns[channel, mark] = now + seconds
            full = now + self._burst * INTERVAL  # no burst right after a refusal
            self._due[channel] = max(self._due.get(channel, 0.0), full) + seconds

    def _next(self, channel: str, now: float) -> float:
        due = max(self._due.get(channel, 0.0), now)
        self._due[channel] = due + INTERVAL
        return due - (self._burst - 1) * INTERVAL
