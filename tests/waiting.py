"""Wait for a thing to be so, with a limit; never for a time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from app import engine

T = TypeVar("T")
#: Seconds. Only what goes wrong takes as long; a busy machine may need most of it.
LIMIT = 60.0
ENDED = {"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
OPEN = ["PENDING", "ENQUEUED", "DELAYED"]


def eventually(look: Callable[[], T], limit: float = LIMIT, every: float = 0.06) -> T:
    """What *look* gives, once that is true or it raises no AssertionError any more. Looks less often by and by."""
    end = time.monotonic() + limit
    while True:
        try:
            if found := look():
                return found
            problem: Any = f"still {found!r}"
        except AssertionError as error:
            problem = error
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {problem}")
        time.sleep(every)
        every = min(every * 1.3, 0.3)


def quiet(sandbox_url: str, limit: float = LIMIT) -> None:
    """Wait until nothing is under way: no delivery on its way to us, and no flow waiting or running."""

    def nothing_runs() -> bool:
        waiting = engine.some(OPEN)
        assert not waiting, waiting
        return True

    def nothing_comes() -> bool:
        return bool(requests.get(f"{sandbox_url}/_sandbox/idle", timeout=5).json()["idle"])

    # By turns: between two looks a delivery may have become a flow, or a flow a delivery.
    eventually(
        lambda: nothing_runs() and nothing_comes() and nothing_runs() and nothing_comes() and nothing_runs(), limit
    )
