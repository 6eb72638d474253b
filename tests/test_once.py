"""Made exactly once at a neighbour that has no idempotency key, whatever the answers were."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused, SolveOnceError, Unavailable
from app.models import Reservation
from app.once import once

UNKNOWN = Unavailable("no answer", perhaps_done=True)
SOURCE = "intake.create_issue:V1"


class Crash(BaseException):
    """The process ends here."""


class Neighbour:
    """Makes a thing, or fails before or after it; and can be looked at later."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []
        self.looks: list[dict[str, Any]] = []
        self.fails: list[tuple[str, BaseException]] = []

    def make(self) -> dict[str, Any]:
        place, error = self.fails.pop(0) if self.fails else ("", None)
        if place == "before" and error:
            raise error
        self.things.append({"id": str(len(self.things) + 1)})
        if error:
            raise error
        return self.things[-1]

    def look(self, hint: dict[str, Any]) -> dict[str, Any] | None:
        self.looks.append(hint)
        return self.things[0] if self.things else None


@pytest.fixture
def db(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    shutil.copy(empty_database, tmp_path / "once.sqlite")
    database = Database(f"sqlite:///{tmp_path}/once.sqlite")
    yield database
    database.close()


@pytest.fixture
def there() -> Neighbour:
    return Neighbour()


def run(db: Database, there: Neighbour, settle_time: float = 0.0, **more: Any) -> dict[str, Any]:
    return once(db, SOURCE, make=there.make, look=there.look, settle_time=settle_time, **more)


def fail(db: Database, there: Neighbour, place: str, error: BaseException) -> None:
    """A run that ends with *error*, raised *place* the thing has come into being."""
    there.fails = [(place, error)]
    with pytest.raises(type(error)):
        run(db, there)


def stored(db: Database) -> Reservation:
    with db.reading() as session:
        return session.get_one(Reservation, SOURCE)


def test_a_second_run_gives_what_the_first_one_made(db: Database, there: Neighbour) -> None:
    assert run(db, there) == run(db, there) == {"id": "1"}
    assert len(there.things) == 1
    assert there.looks == []


@pytest.mark.parametrize(
    "error", [Refused("no such field"), Unavailable("429", retry_after=7.0)], ids=["refused", "not now"]
)
def test_after_a_clear_no_it_is_simply_made(db: Database, there: Neighbour, error: SolveOnceError) -> None:
    fail(db, there, "before", error)

    assert run(db, there, settle_time=60) == {"id": "1"}
    assert there.looks == []


def test_a_lost_answer_does_not_make_two(db: Database, there: Neighbour) -> None:
    fail(db, there, "after", UNKNOWN)

    assert run(db, there) == {"id": "1"}
    assert len(there.things) == 1
    assert stored(db).result == {"id": "1"}


def test_a_lost_call_does_not_make_none(db: Database, there: Neighbour) -> None:
    fail(db, there, "before", UNKNOWN)

    assert run(db, there) == {"id": "1"}
    assert (len(there.things), len(there.looks)) == (1, 1)


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_crash_in_the_call_leaves_one(db: Database, there: Neighbour, place: str) -> None:
    fail(db, there, place, Crash())

    assert run(db, there) == {"id": "1"}
    assert len(there.things) == 1


def test_several_lost_answers_in_a_row_leave_one(db: Database, there: Neighbour) -> None:
    for place in ("before", "before", "after"):
        fail(db, there, place, UNKNOWN)

    assert run(db, there) == {"id": "1"}
    assert len(there.things) == 1


def test_while_the_call_may_still_take_effect_nobody_looks_or_calls(db: Database, there: Neighbour) -> None:
    fail(db, there, "before", UNKNOWN)

    with pytest.raises(Unavailable) as told:
        run(db, there, settle_time=60)

    assert told.value.retry_after is not None
    assert 50 < told.value.retry_after <= 60
    assert not told.value.perhaps_done
    assert (there.things, there.looks) == ([], [])


def test_a_clear_no_after_a_lost_call_ends_the_doubt(db: Database, there: Neighbour) -> None:
    fail(db, there, "before", UNKNOWN)
    fail(db, there, "before", Refused("no such field"))

    assert stored(db).attempted_at is None
    assert run(db, there, settle_time=60) == {"id": "1"}


def test_a_look_that_fails_calls_nobody(db: Database, there: Neighbour) -> None:
    fail(db, there, "after", UNKNOWN)

    def away(hint: dict[str, Any]) -> None:
        raise Unavailable("away")

    with pytest.raises(Unavailable, match="away"):
        once(db, SOURCE, make=there.make, look=away, settle_time=0)

    assert len(there.things) == 1
    assert run(db, there) == {"id": "1"}


def test_the_hint_is_asked_once_and_is_from_before_the_first_attempt(db: Database, there: Neighbour) -> None:
    floors = iter([41, 99])
    there.fails = [("before", UNKNOWN), ("before", UNKNOWN)]
    for _ in range(2):
        with pytest.raises(Unavailable):
            run(db, there, hint=lambda: {"floor": next(floors)})

    run(db, there, hint=lambda: {"floor": next(floors)})

    assert [look["floor"] for look in there.looks] == [41, 41]
    assert there.looks[0]["since"] == there.looks[1]["since"]


def test_what_else_must_be_known_is_stored_with_the_result_or_not_at_all(db: Database, there: Neighbour) -> None:
    def crash(session: Session, made: dict[str, Any]) -> None:
        session.add(Reservation(source="beside", hint=None, attempted_at=None, result=made))
        session.flush()
        raise Crash

    def remember(session: Session, made: dict[str, Any]) -> None:
        session.add(Reservation(source="beside", hint=None, attempted_at=None, result=made))

    with pytest.raises(Crash):
        run(db, there, remember=crash)
    assert stored(db).result is None

    assert run(db, there, remember=remember) == {"id": "1"}
    with db.reading() as session:
        assert session.get_one(Reservation, "beside").result == {"id": "1"}
    assert len(there.things) == 1


def test_two_things_are_two(db: Database, there: Neighbour) -> None:
    run(db, there)
    once(db, "intake.create_issue:V2", make=there.make, look=there.look, settle_time=0)

    assert len(there.things) == 2


def test_of_two_runs_that_both_found_nothing_one_makes_it_and_the_other_waits(db: Database, there: Neighbour) -> None:
    """Two processes, where one was taken for dead: the second reserves and makes it while the first thinks of a hint."""

    def meanwhile() -> dict[str, Any]:
        once(db, SOURCE, make=there.make, look=there.look, settle_time=0)
        return {"floor": 41}

    made = once(db, SOURCE, make=there.make, look=there.look, settle_time=0, hint=meanwhile)

    assert made == {"id": "1"}
    assert there.things == [{"id": "1"}]


def test_an_attempt_that_began_since_we_looked_is_not_made_again(db: Database, there: Neighbour) -> None:
    there.fails = [("before", UNKNOWN)]
    with pytest.raises(Unavailable):
        once(db, SOURCE, make=there.make, look=there.look, settle_time=0)

    def meanwhile(hint: dict[str, Any]) -> None:
        once(db, SOURCE, make=there.make, look=lambda hint: None, settle_time=0)

    with pytest.raises(Unavailable, match="Another run"):
        once(db, SOURCE, make=there.make, look=meanwhile, settle_time=0)

    assert there.things == [{"id": "1"}]
