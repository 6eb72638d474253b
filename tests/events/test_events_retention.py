"""What is old goes: deliveries, and flows that ended well. What waits or failed stays, and so does what makes things once."""

from __future__ import annotations

import pytest

from app import engine
from app.events.flow import drop_deliveries, drop_flows
from app.models import Delivery, Pair, Reservation
from sandbox import Sandbox
from sandbox.people import JiraUser, post
from tests.service import Service
from tests.waiting import eventually, quiet


def kept(service: Service, table: type) -> int:
    with service.db.reading() as session:
        return session.query(table).count()


def states() -> set[str]:
    return set(engine.counts())


@pytest.mark.settings(deliveries_days=0, flows_days=0)
def test_what_ended_well_goes_and_what_waits_or_failed_stays(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    reporter.new_issue()
    quiet(world.url)
    faults = [{"path": "/rest/api/3/issue/998", "status": 503}, {"path": "/rest/api/3/issue/999", "status": 403}]
    post(f"{world.url}/_sandbox/faults", faults)
    with service.db.writing() as session:
        for id in ("998", "999"):
            engine.enqueue(session, "handoff.route", 1, id, id=f"1:{id}", lane=f"1:{id}")
    eventually(lambda: states() == {"SUCCESS", "PENDING", "ERROR"})
    pairs, reservations = kept(service, Pair), kept(service, Reservation)

    assert drop_flows() > 0
    assert drop_deliveries() > 0

    assert drop_flows() == drop_deliveries() == 0
    assert states() == {"PENDING", "ERROR"}
    assert [each["id"] for each in engine.failed()] == ["handoff.route/1:999"]
    assert (kept(service, Delivery), kept(service, Pair), kept(service, Reservation)) == (0, pairs, reservations)
    world.world.faults.clear()
    quiet(world.url)


@pytest.mark.settings(deliveries_days=0)
def test_that_an_issue_was_deleted_stays_known(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    """Nobody says it again, and the log asks."""
    key = reporter.new_issue("Operations")
    reporter.call("DELETE", f"issue/{key}")
    quiet(world.url)

    drop_deliveries()

    with service.db.reading() as session:
        assert [row.kind for row in session.query(Delivery)] == ["issue_deleted"]


def test_what_is_young_stays(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    reporter.new_issue("Operations")
    quiet(world.url)

    assert (drop_deliveries(), drop_flows()) == (0, 0)
    assert kept(service, Delivery) > 0
