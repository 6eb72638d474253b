"""Deliveries on both databases: each once, found again by issue and time, and removed when they are old."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import deliveries
from app.db import Database
from app.migrate import migrate
from app.models import Delivery, Site, utcnow
from tests import postgres

NEEDS_POSTGRES = pytest.mark.skipif(
    postgres.programs() is None and "CI" not in os.environ, reason=postgres.HOW_TO_GET_IT
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRES)])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("deliveries") / "deliveries.sqlite"
    with nullcontext(f"sqlite:///{file}") if request.param == "sqlite" else postgres.running() as url:
        migrate(url)
        db = Database(url)
        with db.writing() as session:
            session.add_all([Site(id=id, host=f"{id}.atlassian.net") for id in (1, 2)])
        yield db
        db.close()


@pytest.fixture
def db(migrated: Database) -> Database:
    with migrated.writing() as session:
        session.query(Delivery).delete()
    return migrated


def store(db: Database, identifier: str, site: int = 1, issue: str = "10001", change: str = "", **more: str) -> bool:
    kind, key = more.get("kind", "issue_updated"), more.get("key", "OPS-1")
    with db.writing() as session:
        return deliveries.store(session, site, identifier, kind, issue, {"key": key}, change)


def test_the_same_change_of_an_issue_is_one_whatever_it_is_called(db: Database) -> None:
    """Trap 29."""
    assert store(db, "a", change="501")
    assert not store(db, "a", change="501")
    assert not store(db, "b", change="501")

    assert store(db, "c", change="502")
    assert store(db, "d", change="501", issue="10002")
    assert store(db, "a", change="501", site=2)


def test_what_tells_no_change_goes_by_its_identifier(db: Database) -> None:
    assert store(db, "a")
    assert store(db, "b")
    assert not store(db, "a")


def test_what_was_told_of_an_issue_are_changes_and_kinds(db: Database) -> None:
    store(db, "a", kind="issue_created")
    store(db, "b", change="501")
    store(db, "c", change="777", issue="10002")

    with db.reading() as session:
        assert deliveries.told(session, 1, "10001") == {"issue_created", "issue_updated", "501"}
        assert deliveries.told(session, 2, "10001") == set()


def test_they_are_found_by_time_and_by_the_issue_s_key_or_id_also_where_no_key_was_told(db: Database) -> None:
    store(db, "old")
    with db.writing() as session:
        session.execute(update(Delivery).values(received_at=utcnow() - timedelta(days=3)))
    store(db, "new")
    store(db, "other", issue="10002", key="OPS-2")
    store(db, "post-function", kind="post-function:clone-and-link", key="")

    def found(days: int, issue: str = "") -> list[str]:
        with db.reading() as session:
            return [each.identifier for each in deliveries.since(session, utcnow() - timedelta(days=days), issue)]

    assert found(1) == ["new", "other", "post-function"]
    assert found(9, "OPS-1") == found(9, "10001") == ["old", "new", "post-function"]
    assert found(9, "OPS-3") == []


def test_old_ones_go_but_for_those_that_tell_of_a_deletion(db: Database) -> None:
    for identifier, kind in (("a", "issue_updated"), ("b", "issue_deleted"), ("c", "post-function:x")):
        store(db, identifier, kind=kind)
    with db.writing() as session:
        session.execute(update(Delivery).values(received_at=utcnow() - timedelta(days=3)))
    store(db, "young")

    with db.writing() as session:
        assert deliveries.purge(session, utcnow() - timedelta(days=1)) == 2

    with db.reading() as session:
        assert sorted(row.identifier for row in session.query(Delivery)) == ["b", "young"]
        assert deliveries.was_deleted(session, 1, "10001")
