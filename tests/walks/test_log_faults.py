"""Many rows while Confluence refuses, cuts and loses answers; `benchmarks/log_faults.py` is the same for an hour, with kills."""

from __future__ import annotations

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import post
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import archives, keys, rows, solved, waiting

#: Every so many calls: numbers without a common factor, so that each kind meets every step in time. Rows that wait
#: together are one write, so there may be no more writes than bursts, which are six: a conflict has to come sooner.
FAULTS = (
    {"every": 5, "status": 409, "method": "PUT"},
    {"every": 11, "lose": True},
    {"every": 13, "cut": True},
    {"every": 17, "status": 429, "retry_after": 0.1},
    {"every": 19, "status": 500},
)
ROWS, BURST = 60, 10


@pytest.mark.settings(log_page_rows=10, log_keep_rows=3, log_batch=2, log_window=0.05, engine_poll=0.1)
def test_each_of_sixty_rows_stands_once_when_every_third_call_fails(world: Sandbox, service: Service) -> None:
    post(f"{world.url}/_sandbox/faults", [{"path": "/wiki/", "by": "solveonce", **fault} for fault in FAULTS])
    found: list[str] = []

    for begun in range(0, ROWS, BURST):
        found += solved(world, service, BURST)
        eventually(lambda begun=begun: rows(world).total() > begun)

    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    quiet(world.url)
    assert dict(rows(world)) == dict.fromkeys(found, 1)
    assert all(len(keys(page)) <= 10 for page in archives(world))
    assert engine.failed() == []
    assert [fault for fault in world.world.faults if not fault["fired"]] == []
