"""Each poll asks first whether anything waits at all.

At every poll, and for every queue, the library builds the statement that takes flows anew: five milliseconds of processor
time, several times a second, for ever, and nearly always for nothing. One short look instead leaves an idle process idle.
"""

from __future__ import annotations

from dbos import DBOS
from sqlalchemy import ColumnElement, bindparam, literal, literal_column, select

#: As the index of waiting and running flows says it, word for word: else SQLite would not use it.
ENQUEUED: ColumnElement[str] = literal_column("'ENQUEUED'")
PENDING: ColumnElement[str] = literal_column("'PENDING'")


def look_first(library: DBOS) -> None:
    """From now on *library*, which was launched, takes from a queue only when something waits there."""
    system = library._sys_db
    flows, scopes_of = system.tables.workflow_status.c, system.dequeue_scopes
    here = flows.queue_name == bindparam("queue")
    waiting = select(literal(1)).where(here, flows.status == ENQUEUED, flows.status.in_([ENQUEUED, PENDING])).limit(1)

    def dequeue_scopes(queue_name: str) -> list[str | None]:
        with system.engine.connect() as connection:
            something = connection.execute(waiting, {"queue": queue_name}).first()
        return scopes_of(queue_name) if something else []

    system.dequeue_scopes = dequeue_scopes  # type: ignore[method-assign]
