"""Durable flows made of steps: only this module and those beside it import the job library (DBOS; see docs/adr/0001).

A flow is started by a row that is committed together with whatever else its caller stored. Each of its steps
is remembered when it ends, so that after a crash the flow goes on behind the last one. A step may run twice.
"""

from __future__ import annotations

import functools
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from app import engine_polls as polls
from app import engine_schedules as schedules
from app.db import Database
from app.engine_outcomes import Outcome, error_of, noted, outcome_of
from app.engine_places import MOST_WAITING, Places
from app.engine_slots import Slots
from app.errors import NotFound, SolveOnceError, Unavailable
from app.logs import adopt, event
from app.models import Turn
from app.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

APPLICATION = "solveonce"
#: Pinned: by default it is a hash of the source, and a deploy would strand every flow under way.
VERSION = "1"
QUEUE = "flows"
#: The library's own connections to the database. Flows need one for moments only, and wait for it (see also `db.KEPT`).
POOL = 12
#: So many flows of one state are looked at when somebody asks how it goes.
MOST = 1000
#: States of a flow that ended without success and waits for somebody.
PUT_ASIDE = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

#: Name → flow; filled by `@flow` when the rooms are imported.
FLOWS: dict[str, Callable[..., Any]] = {}


@dataclass
class _Running:
    settings: Settings
    slots: Slots
    places: Places


_running: _Running | None = None
_client: DBOSClient | None = None


def flow(function: Callable[P, R]) -> Callable[P, R]:
    """Make *function* a flow named after its room: `app/publishing/flow.py: publish` is `publishing.publish`.

    The name is stored with each job: to rename a flow is a migration. Between its steps a flow may call only rules.
    """
    name = _name(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with _places().taken():
                return function(*args, **kwargs)
        except Exception as error:  # the door it leaves by: whatever it is, it is logged, and goes on
            known = isinstance(error, SolveOnceError)  # the text of any other may carry what people wrote
            reason = str(error) if known else "unexpected"
            event("flow failed", level=logging.ERROR, id=flow_id(), error=type(error).__name__, reason=reason)
            raise

    FLOWS[name] = DBOS.workflow(name=name, max_recovery_attempts=1000)(run)
    return function


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Make *function* a step: one call to one neighbour, remembered when it ends, repeated while that makes sense.

    It gets and returns plain small values (they are stored). Outside of a running flow it is just the function.
    """
    name = _name(function)

    @DBOS.step(name=name)
    def attempt(tries: int, *args: Any) -> dict[str, Any]:
        try:
            return {"ok": function(*args)}  # type: ignore[call-arg]
        except SolveOnceError as error:
            return _outcome(name, error, tries)
        except (OperationalError, NoConnection) as error:  # our own database; the driver's text may carry values
            kind = type(getattr(error, "orig", None) or error).__name__
            return _outcome(name, Unavailable(f"the database did not answer ({kind})"), tries)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if DBOS.workflow_id is None:
            return function(*args, **kwargs)
        return cast(R, _until_done(attempt, args))

    return call


def _until_done(attempt: Callable[..., dict[str, Any]], args: tuple[Any, ...]) -> Any:
    """Every decision here comes from a remembered outcome, so a replay takes the same path."""
    tries = 0
    while True:
        outcome = attempt(tries, *args)
        if "ok" in outcome:
            return outcome["ok"]
        if "again" not in outcome:
            raise error_of(outcome)
        with _places().lent():
            DBOS.sleep(outcome["again"])
        tries += 1


def _outcome(name: str, error: SolveOnceError, tries: int) -> Outcome:
    return noted(outcome_of(error, tries, _settings()), error, name, flow_id())


def connect(db: Database) -> None:
    """Make ready to enqueue on *db*. Outside of any transaction: the client reads the database when it is made.

    In the process that uses it, after any fork: connections must not cross one.
    """
    global _client
    _client = DBOSClient(
        system_database_engine=db.engine,
        application_name=APPLICATION,
        serializer=DBOSPortableJSONSerializer(),
        retry_connection_errors=False,  # by default it would try for ever, and the webhook would hang
    )


def _the_client() -> DBOSClient:
    if _client is None:
        raise RuntimeError("engine.connect(db) has not been called")
    return _client


def enqueue(session: Session, name: str, *args: Any, id: str, lane: str, delay: float = 0.0) -> None:
    """Start flow *name* when the transaction of *session* commits, or *delay* seconds later (and up to one more).

    The same *id* twice is one run. No two flows of one *lane* run at the same time, and they run in order; one that is
    delayed holds up nobody.
    """
    if name not in FLOWS:
        raise LookupError(f"There is no flow {name!r}.")
    # The library orders by the time of enqueueing, which on SQLite has whole seconds, and then by id. Our own count
    # is exact, and its row makes transactions that enqueue wait for each other, so it is the order of their commits.
    turn = session.execute(update(Turn).values(last=Turn.last + 1).returning(Turn.last)).scalar_one()
    options: EnqueueOptions = {
        "workflow_name": name,
        "queue_name": QUEUE,
        "workflow_id": f"{name}/{id}",
        "queue_partition_key": lane,
        "priority": turn,
        "app_version": VERSION,
    }
    if delay > 0:
        options["delay_seconds"] = delay
    _the_client().enqueue_in_transaction(session, options, *args)


def flow_id() -> str:
    """The id of the running flow: the same after a crash, another for another event."""
    return DBOS.workflow_id or "plain"


def launch(settings: Settings) -> None:
    """Run flows in this process. Call it in the worker process itself, never before a fork."""
    global _running
    if settings.sqlite_path:
        Database(settings.database_url).close()  # sets write-ahead logging before the engine opens the file
    slots = Slots(settings.database_url)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": settings.database_url,
        "application_version": VERSION,
        "executor_id": slots.acquire(),
        "serializer": DBOSPortableJSONSerializer(),
        "max_executor_threads": settings.engine_threads + MOST_WAITING,
        "sys_db_pool_size": POOL,
        "log_level": "ERROR",
        "run_migrations": False,
    }
    library = DBOS(config=config)
    adopt("dbos")
    _running = _Running(settings, slots, Places(settings.engine_threads))
    _register_queues(settings)
    DBOS.launch()
    polls.look_first(library)
    polls.count_places(library, QUEUE, _running.places)
    schedules.apply()
    slots.watch(polls.resume_stranded, settings.engine_reap)
    event("engine started", executor=slots.name, flows=len(FLOWS))


def _register_queues(settings: Settings) -> None:
    """Before the launch: a queue that appears afterwards is noticed up to a second later."""
    _the_client().register_queue(
        QUEUE,
        worker_concurrency=settings.engine_threads,
        partition_concurrency=1,
        polling_interval_sec=settings.engine_poll,
        on_conflict="always_update",
    )
    schedules.make_queue(_the_client())


def shutdown(seconds: int = 5) -> None:
    """Let running steps end for *seconds*; what is not finished goes on at the next start."""
    global _running
    if _running is None:
        return
    DBOS.destroy(workflow_completion_timeout_sec=seconds)
    _running.slots.release()
    _running = None


def running() -> bool:
    return _running is not None


def migrate(url: str) -> None:
    """Bring the job library's own tables up to date."""
    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS.migrate(url)


def counts() -> dict[str, int]:
    """How many flows there are of each state: ENQUEUED, PENDING (running or waiting), SUCCESS, ERROR."""
    found = _the_client().list_workflows(load_input=False, load_output=False)
    return dict(Counter(each.status for each in found))


def some(states: str | list[str]) -> list[str]:
    """Ids of the newest flows of these states, `MOST` at most."""
    found = _the_client().list_workflows(status=states, limit=MOST, sort_desc=True, load_input=False, load_output=False)
    return [each.workflow_id for each in found]


def waits(id: str) -> bool:
    """Whether this flow sleeps before another try: the library notes a sleep when it begins, with its end."""
    last = _the_client().list_workflow_steps(id, load_output=False)[-1:]
    ends = [each["completed_at_epoch_ms"] or 0 for each in last if each["function_name"] == "DBOS.sleep"]
    return bool(ends and ends[0] > time.time() * 1000)


def failed() -> list[dict[str, str]]:
    """Flows that were put aside, newest first: id and reason."""
    dead = _the_client().list_workflows(status=PUT_ASIDE, sort_desc=True)
    return [{"id": each.workflow_id, "reason": str(each.error)} for each in dead]


def repeat(id: str) -> None:
    """Run a flow that was put aside once more, from its first step, under its old id: what it has made is found again.

    Raises NotFound for an id that no such flow has.
    """
    found = _the_client().list_workflows(workflow_ids=[id], status=PUT_ASIDE, load_input=False, load_output=False)
    if not found:
        raise NotFound(f"No flow {id!r} was put aside.")
    _the_client().rewind_workflow(id, queue_name=QUEUE, queue_partition_key=found[0].queue_partition_key)


def purge(before: datetime) -> int:
    """Remove some flows that ended well before that moment; how many. What waits, runs or was put aside stays."""
    ended = {"status": "SUCCESS", "completed_before": before.isoformat(), "limit": MOST}
    found = _the_client().list_workflows(**ended, load_input=False, load_output=False)  # type: ignore[arg-type]
    _the_client().delete_workflows([each.workflow_id for each in found])
    return len(found)


def _settings() -> Settings:
    return _running.settings if _running else Settings()


def _places() -> Places:
    return _running.places if _running else Places(1)  # a flow that outlives its engine ends by itself


def _name(function: Callable[..., Any]) -> str:
    room = function.__module__.removeprefix("app.").partition(".")[0]  # a room may have several files of flows
    return f"{room}.{function.__name__}"
