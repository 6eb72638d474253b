"""What flows and steps can be relied on for: order, once, repetition, and going on after a restart."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import Engine, event

from app import context, engine
from app import engine_schedules as schedules
from app.auth.vault import new_key
from app.errors import Refused, Unavailable
from app.settings import Settings
from tests.waiting import ENDED, LIMIT, eventually

#: What the flows below did, in its order; and what they shall do.
done: list[str] = []
troubles: dict[str, list[Exception]] = {}
gates: dict[str, threading.Event] = {}
running: set[str] = set()


@engine.step
def note(what: str) -> str:
    """A neighbour that has a trouble for some, and a gate that others wait at."""
    if troubles.get(what):
        raise troubles[what].pop(0)
    if what in gates:
        running.add(what)
        gates[what].wait(LIMIT)
    done.append(what)
    return what.upper()


@engine.flow
def zeta(what: str) -> None:
    note(what)


@engine.flow
def alpha(what: str) -> None:
    note(what)


@engine.flow
def two_steps(first: str, second: str) -> None:
    note(first)
    note(second)


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Iterator[Settings]:
    shutil.copy(empty_database, tmp_path / "engine.sqlite")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/engine.sqlite",
        secret_keys=new_key(),
        engine_poll=0.02,
        retry_first=0.02,
        retry_longest=0.05,
        retry_tries=5,
    )
    engine.connect(context.install(settings).db)
    for each in (done, troubles, gates, running):
        each.clear()
    yield settings
    troubles.clear()  # also after a test that failed: what goes on would keep the process from ending
    for gate in gates.values():
        gate.set()
    for each in engine.some("DELAYED"):
        DBOS.cancel_workflow(each)
    eventually(lambda: set(engine.counts()) <= ENDED)
    engine.shutdown(seconds=0)
    context.current().db.close()


@pytest.fixture
def started(settings: Settings) -> Settings:
    engine.launch(settings)
    return settings


def enqueue(name: str, *args: Any, id: str, lane: str = "one") -> None:
    with context.current().db.writing() as session:
        engine.enqueue(session, f"{__name__}.{name}", *args, id=id, lane=lane)


@pytest.fixture
def every_second() -> Iterator[None]:
    schedules.scheduled(f"{__name__}.tick", "* * * * * *")(done.append)
    yield
    del schedules.SCHEDULES[f"{__name__}.tick"]


def test_what_is_to_start_by_itself_does(every_second: None, started: Settings) -> None:
    """A queue of lanes takes nothing that has no lane: what was scheduled lay there for ever."""
    eventually(lambda: len(done) > 1)

    assert done[0] < done[1], "each moment is one run"


def test_while_nothing_waits_nothing_is_taken_and_a_poll_is_one_short_look(started: Settings) -> None:
    """The library's own statement, built at every poll of every queue, was most of what an idle process did."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    def looks() -> int:
        return sum("'ENQUEUED'" in each and "RECURSIVE" not in each for each in said)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        eventually(lambda: looks() > 3)
        assert not [each for each in said if "RECURSIVE" in each]
        enqueue("zeta", "taken", id="1")
        eventually(lambda: done == ["taken"])
        assert [each for each in said if "RECURSIVE" in each]
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def test_a_lane_runs_in_the_order_of_enqueueing_also_within_one_second(settings: Settings) -> None:
    """By itself the library would take `alpha` first: the same second, and the smaller id."""
    wanted = [str(n) for n in range(12)]
    for n in wanted:
        enqueue("zeta" if int(n) % 2 == 0 else "alpha", n, id=str(100 - int(n)))

    engine.launch(settings)

    eventually(lambda: len(done) == 12)
    assert done == wanted


def test_another_lane_does_not_wait(started: Settings) -> None:
    gates["slow"] = threading.Event()
    enqueue("zeta", "slow", id="1", lane="one")
    enqueue("zeta", "behind it", id="2", lane="one")
    eventually(lambda: "slow" in running)

    enqueue("zeta", "beside it", id="3", lane="two")

    eventually(lambda: done == ["beside it"])
    gates["slow"].set()
    eventually(lambda: done == ["beside it", "slow", "behind it"])


def test_a_delayed_flow_holds_up_nobody(started: Settings) -> None:
    """Not even its lane: a step that sleeps would hold that and a thread."""
    with context.current().db.writing() as session:
        engine.enqueue(session, f"{__name__}.zeta", "later", id="1", lane="one", delay=600)
    enqueue("zeta", "behind it", id="2", lane="one")

    eventually(lambda: done == ["behind it"])

    assert engine.some("DELAYED") == [f"{__name__}.zeta/1"]


def test_a_delayed_flow_starts_when_its_time_has_come_and_once(started: Settings) -> None:
    begun = time.time()
    with context.current().db.writing() as session:
        for _ in range(2):
            engine.enqueue(session, f"{__name__}.zeta", "later", id="1", lane="one", delay=0.4)
    eventually(lambda: done == ["later"])

    assert time.time() - begun > 0.39, "the library counts whole milliseconds"
    enqueue("zeta", "behind it", id="2", lane="one")
    eventually(lambda: done == ["later", "behind it"])


def test_flows_that_wait_for_another_try_keep_nobody_from_running(settings: Settings) -> None:
    """With as many flows waiting for Slack as may run, no ticket moved."""
    waiting = [f"waits {n}" for n in range(6)]
    for each in waiting:
        troubles[each] = [Unavailable("Slack is away", retry_after=1.0)] * 1000
    engine.launch(replace(settings, engine_threads=2, retry_tries=1000))
    for each in waiting:
        enqueue("zeta", each, id=each, lane=each)
    eventually(lambda: all(len(troubles[each]) < 1000 for each in waiting))

    enqueue("zeta", "ticket", id="ticket", lane="ticket")

    eventually(lambda: done == ["ticket"])
    troubles.clear()
    eventually(lambda: sorted(done) == ["ticket", *waiting])


def test_no_more_flows_run_at_once_than_may_also_when_many_have_waited(settings: Settings) -> None:
    names = [f"waits {n}" for n in range(6)]
    for each in names:
        troubles[each] = [Unavailable("busy")]
        gates[each] = threading.Event()
    engine.launch(replace(settings, engine_threads=2))
    for each in names:
        enqueue("zeta", each, id=each, lane=each)

    for number in range(6):
        eventually(lambda number=number: len(running) >= min(number + 2, 6))
        assert len(running) == min(number + 2, 6), "one more runs when one has ended"
        gates[next(each for each in running if not gates[each].is_set())].set()
        eventually(lambda number=number: len(done) == number + 1)


def test_the_same_id_twice_is_one_run(started: Settings) -> None:
    for _ in range(3):
        enqueue("zeta", "once", id="same")
    enqueue("zeta", "last", id="other")

    eventually(lambda: "last" in done)
    assert done == ["once", "last"]


def test_a_transaction_that_is_rolled_back_starts_nothing(started: Settings) -> None:
    with contextlib.suppress(KeyError), context.current().db.writing() as session:
        engine.enqueue(session, f"{__name__}.zeta", "never", id="1", lane="one")
        raise KeyError
    enqueue("zeta", "after", id="2")

    eventually(lambda: done == ["after"])


def test_a_step_is_repeated_while_that_makes_sense(started: Settings) -> None:
    troubles["shaky"] = [Unavailable("down"), Unavailable("busy", retry_after=0.1)]

    enqueue("two_steps", "steady", "shaky", id="1")

    eventually(lambda: done == ["steady", "shaky"])


def test_a_clear_no_ends_the_flow_and_the_next_of_its_lane_goes_on(started: Settings) -> None:
    troubles["refused"] = [Refused("no")]

    enqueue("zeta", "refused", id="1")
    enqueue("zeta", "next", id="2")

    eventually(lambda: done == ["next"])
    assert [each["id"] for each in engine.failed()] == [f"{__name__}.zeta/1"]


def test_a_flow_that_was_put_aside_can_be_repeated_alone(started: Settings) -> None:
    troubles["shaky"] = [Unavailable("down")] * 5
    enqueue("zeta", "shaky", id="1")
    eventually(engine.failed)

    engine.repeat(f"{__name__}.zeta/1")

    eventually(lambda: done == ["shaky"])
    assert engine.failed() == []


def test_what_was_done_before_a_restart_is_not_done_again(settings: Settings) -> None:
    engine.launch(settings)
    gates["second"] = threading.Event()
    enqueue("two_steps", "first", "second", id="1")
    eventually(lambda: "second" in running)

    engine.shutdown(seconds=0)
    gates.pop("second").set()  # the interrupted try ends somewhere in the old life
    eventually(lambda: "second" in done)
    engine.launch(settings)

    eventually(lambda: set(engine.counts()) <= ENDED)
    assert done.count("first") == 1


def test_a_flow_that_does_not_exist_is_refused_at_once(settings: Settings) -> None:
    with pytest.raises(LookupError, match="no flow"):
        enqueue("does_not_exist", id="1")
