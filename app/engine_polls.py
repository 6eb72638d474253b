"""Which flows this process takes: from the queues, and from a process that is gone for good.

At every poll, and for every queue, the library builds the statement that takes flows anew: five milliseconds of processor
time, several times a second, for ever, and nearly always for nothing. One short look instead leaves an idle process idle.
And it counts a flow that sleeps before another try as one that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from dbos import DBOS
from sqlalchemy import ColumnElement, bindparam, literal, literal_column, select

from app.engine_places import Places

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


def count_places(library: DBOS, queue: str, places: Places) -> None:
    """From now on *library* counts in *queue* only the flows that have a place."""
    active = library._active_workflows_set
    all_of = active.count_for_queue

    def count_for_queue(queue_name: str) -> int:
        return all_of(queue_name) - (places.waiting if queue_name == queue else 0)

    active.count_for_queue = count_for_queue  # type: ignore[method-assign]


def resume_stranded(held_by_nobody: Callable[[str], AbstractContextManager[bool]]) -> int:
    """Take over flows of a process that is gone for good; how many."""
    resumed = 0
    pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    for executor in {each.executor_id for each in pending if each.executor_id}:
        with held_by_nobody(executor) as free:
            if not free:
                continue
            # Read again under the lock: a restarted process may have recovered them meanwhile.
            for each in DBOS.list_workflows(
                status="PENDING", executor_id=executor, load_input=False, load_output=False
            ):
                DBOS.resume_workflow(each.workflow_id, queue_name=each.queue_name)
                resumed += 1
    return resumed
