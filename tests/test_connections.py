"""How many connections to PostgreSQL we open: a server as it comes has a hundred, three of them for its administrator."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.pool import QueuePool

from app import engine
from app.db import connect

#: `max_connections` less `superuser_reserved_connections`, as PostgreSQL 15 is installed.
FOR_ALL = 100 - 3
#: A worker's lock of its slot, and the library's listener.
APART = 2


def test_two_web_processes_and_two_workers_fit_into_a_postgresql_as_it_is_installed() -> None:
    """With more, a busy hour's flows were told "too many clients", nine hundred times, and each time waited."""
    pool = connect("postgresql://solveonce@127.0.0.1/solveonce").pool
    assert isinstance(pool, QueuePool)
    web = pool.size() + pool._max_overflow
    worker = web + engine.POOL + APART

    assert 2 * web + 2 * worker <= FOR_ALL
    said = (Path(__file__).parents[1] / "docs/runbook.md").read_text()
    assert f"A web process opens at most {web} connections to PostgreSQL, a worker {worker}" in said.replace("\n", " ")
