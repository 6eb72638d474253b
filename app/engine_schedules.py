"""Flows that start by themselves, at the same moment once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS

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


def apply(queue: str) -> None:
    """Tell the library, which runs here, of all of them; it keeps them in the database."""
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": run, "schedule": cron, "cron_timezone": "UTC", "queue_name": queue}
            for name, (cron, run) in SCHEDULES.items()
        ]
    )
