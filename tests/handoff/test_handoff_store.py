"""What is remembered of pairs, and whether a clone is just being made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.domain import IssueRef
from app.domain_handoff import Choice, Handoff, LeftOut, SyncedValue
from app.errors import Refused, SolveOnceError, Unavailable
from app.handoff import store, store_clash
from app.handoff.clash import Clash, standing
from app.models import Site
from app.once import once
from tests.builders import a_text

SOURCE = "handoff.create_clone:1:10001"
OPS, CLONE, OTHER = IssueRef("10001", "OPS-1"), IssueRef("20001", "YAY-1"), IssueRef("20002", "YAY-2")


@pytest.fixture
def db(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    shutil.copy(empty_database, tmp_path / "pairs.sqlite")
    database = Database(f"sqlite:///{tmp_path}/pairs.sqlite")
    with database.writing() as session:
        session.add_all([Site(id=1, host="one.atlassian.net"), Site(id=2, host="two.atlassian.net")])
    yield database
    database.close()


def attempt(db: Database, error: SolveOnceError | None = None) -> None:
    def make() -> dict[str, Any]:
        if error:
            raise error
        return {"id": "20001"}

    try:
        once(db, SOURCE, make=make, look=lambda hint: None, settle_time=0)
    except SolveOnceError:
        assert error


@pytest.mark.parametrize(
    ("outcomes", "under_way"),
    [
        pytest.param([], False, id="nobody asked for one"),
        pytest.param([Unavailable("no answer", perhaps_done=True)], True, id="asked for, and not known yet"),
        pytest.param([Unavailable("no answer", perhaps_done=True), None], False, id="known now"),
        pytest.param([None], False, id="known at once"),
        pytest.param([Refused("no such field")], False, id="refused"),
    ],
)
def test_a_clone_is_under_way_from_the_call_until_its_id_is_known(
    db: Database, outcomes: list[SolveOnceError | None], under_way: bool
) -> None:
    for outcome in outcomes:
        attempt(db, outcome)

    with db.reading() as session:
        assert store.clone_under_way(session, 1) is under_way
        assert store.clone_under_way(session, 11) is False  # another site, of a similar number


def test_a_pair_is_found_from_either_side_and_on_its_own_site_only(db: Database) -> None:
    with db.writing() as session:
        store.remember(session, 1, OPS, CLONE)

    with db.reading() as session:
        pair = Handoff(OPS, CLONE, engineering_done=False)
        assert store.pair_of(session, 1, OPS.id) == store.pair_of(session, 1, CLONE.id) == pair
        assert store.pair_of(session, 2, OPS.id) is None
        assert store.pair_of(session, 1, OTHER.id) is None


def test_the_first_clone_stays_the_clone(db: Database) -> None:
    with db.writing() as session:
        store.remember(session, 1, OPS, CLONE)
        store.remember(session, 1, OPS, OTHER)

    with db.reading() as session:
        found = store.pair_of(session, 1, OPS.id)
    assert found
    assert found.engineering == CLONE


def test_what_was_agreed_last_counts(db: Database) -> None:
    with db.writing() as session:
        store.agree(session, 1, OPS.id, "notes", SyncedValue("a", "b"))
        store.agree(session, 1, OPS.id, "notes", SyncedValue("c", "d"))

    with db.reading() as session:
        assert store.agreed(session, 1, OPS.id, "notes") == SyncedValue("c", "d")
        assert store.agreed(session, 1, OPS.id, "description") is None


def test_what_a_clone_was_not_given_is_remembered_with_it(db: Database) -> None:
    lost = [LeftOut("Context Tags", "there is no choice “X” there")]
    with db.writing() as session:
        store.remember(session, 1, OPS, CLONE, lost)
        store.remember(session, 1, IssueRef("10002", "OPS-2"), OTHER)

    with db.reading() as session:
        assert store.left_out(session, 1, OPS.id) == lost
        assert store.left_out(session, 1, "10002") == []


def test_a_text_that_was_agreed_on_is_kept_until_the_site_is_forgotten(db: Database) -> None:
    text = a_text("as agreed")
    with db.writing() as session:
        for site_id in (1, 2):
            store.agree(session, site_id, OPS.id, "notes", SyncedValue("a", "b", text))
        store.forget_texts(session, 1)

    with db.reading() as session:
        assert store.agreed(session, 1, OPS.id, "notes") == SyncedValue("a", "b")
        assert store.agreed(session, 2, OPS.id, "notes") == SyncedValue("a", "b", text)


def test_a_try_that_did_not_come_to_its_end_keeps_its_moments(db: Database) -> None:
    first, second = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (12, 13))
    with db.writing() as session:
        assert store.being_written(session, 1, OPS.id) is None
        store.begin_writing(session, 1, OPS.id, first, first)
    with db.writing() as session:
        store.begin_writing(session, 1, OPS.id, second, second)

    with db.writing() as session:
        assert store.being_written(session, 1, OPS.id) == (first, first)
        store.end_writing(session, 1, OPS.id)
        assert store.being_written(session, 1, OPS.id) is None


CLASH = Clash(a_text("old"), a_text("by ops"), a_text("by engineering"), Choice.OPS)


def test_a_clash_that_is_found_again_is_one_clash(db: Database) -> None:
    """Also after the first of the two writes: then the Ops ticket says what was written."""
    written = Clash(CLASH.base, standing(CLASH), CLASH.engineering, Choice.OPS)
    with db.writing() as session:
        found = [store_clash.note(session, 1, OPS.id, "notes", each) for each in (CLASH, CLASH, written)]

    assert found[0]
    assert found[1:] == [None, None]


def test_the_first_who_chooses_has_chosen(db: Database) -> None:
    with db.writing() as session:
        id = store_clash.note(session, 1, OPS.id, "notes", CLASH)
        assert id
        assert store_clash.settle(session, id, "both", "U0ANN")
        assert not store_clash.settle(session, id, "ops", "U0BOB")

    with db.reading() as session:
        row = store_clash.get(session, id)
    assert row
    assert (row.settled, row.settled_by) == ("both", "U0ANN")


@pytest.mark.parametrize(
    ("state", "looked_at"),
    [
        pytest.param({"engineering_done": False}, True, id="engineering works on it"),
        pytest.param({"engineering_done": True}, False, id="engineering is done"),
        pytest.param({"returned": "closed"}, False, id="Operations took it back"),
        pytest.param({"frozen": "engineering moved"}, True, id="frozen: it may come back"),
        pytest.param({"frozen": "ops gone", "engineering_done": True}, True, id="frozen when engineering was done"),
        pytest.param({"frozen": "ops closed", "returned": "left"}, True, id="frozen when Operations had it"),
        pytest.param({"frozen": "ops deleted"}, False, id="what was deleted never comes back"),
    ],
)
def test_pairs_that_are_under_way_are_looked_at_every_hour(
    db: Database, state: dict[str, Any], looked_at: bool
) -> None:
    with db.writing() as session:
        store.remember(session, 1, OPS, CLONE)
        store.change(session, 1, OPS.id, **state)
        store.remember(session, 2, OPS, OTHER)

    with db.reading() as session:
        found = store.under_way(session, 1)

    assert [each.engineering for each in found] == ([CLONE] if looked_at else [])
