"""Flows that start by themselves, at the same moment once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSClient

#: Name → (cron, flow).
SCHEDULES: dict[str, tuple[str, Callable[..., Any]]] = {}


def scheduled(name: str, cron: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Make a function the flow *name*, which starts by itself; it gets the moment (ISO 8601).

    *cron*: minute, hour, day, month, weekday, in UTC.
    """

    def make(function: Callable[[str], None]) -> Callable[[str], None]:
        def run(moment: datetime | str, _context: Any) -> None:
            # The library's portable format gives the moment as text.
            function(moment if isinstance(moment, str) else moment.isoformat())

        SCHEDULES[name] = cron, DBOS.workflow(name=name)(run)
        return function

    return make


#: One of its own: the queue of the lanes takes nothing that has no lane, and a schedule gives it none.
QUEUE = "schedules"
#: How often it is looked into, in seconds: what starts by itself is in no hurry.
POLL = 1.0


def make_queue(client: DBOSClient) -> None:
    """Before the launch, like the queue of the flows."""
    client.register_queue(QUEUE, worker_concurrency=4, polling_interval_sec=POLL, on_conflict="always_update")


def apply() -> None:
    """Tell the library, which runs here, of all of them; it keeps them in the database."""
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": run, "schedule": cron, "cron_timezone": "UTC", "queue_name": QUEUE}
            for name, (cron, run) in SCHEDULES.items()
        ]
    )
