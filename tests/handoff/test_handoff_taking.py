"""Who gets a clone by *Take it*."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import Issue, Person
from app.handoff.taking import Taking, holder, is_started, taking
from tests.builders import an_issue

ERIN, LEE = {"accountId": "5b10", "displayName": "Erin"}, {"accountId": "5b11", "displayName": "Lee"}


def a_clone(assignee: dict[str, Any] | None = None, status: str = "Backlog") -> Issue:
    return an_issue("YAY-1", status=status, values={"assignee": assignee})


@pytest.mark.parametrize(
    ("clone", "verdict"),
    [
        (a_clone(), Taking.FREE),
        (a_clone(status="In Progress"), Taking.FREE),
        (a_clone(ERIN), Taking.MINE),
        (a_clone(LEE), Taking.HELD),
        (a_clone(status="Done"), Taking.DONE),
        (a_clone(ERIN, "Done"), Taking.DONE),
    ],
    ids=[
        "nobody's",
        "begun by nobody in particular",
        "pressed twice",
        "somebody was quicker",
        "done",
        "done by myself",
    ],
)
def test_whoever_comes_first_gets_it(clone: Issue, verdict: Taking) -> None:
    assert taking(clone, "5b10") is verdict


def test_who_has_it() -> None:
    assert holder(a_clone(LEE)) == Person("5b11", "Lee")
    assert holder(a_clone()) is None


@pytest.mark.parametrize(("status", "started"), [("Backlog", False), ("In Progress", True), ("Done", True)])
def test_what_was_begun_is_not_moved_back(status: str, started: bool) -> None:
    assert is_started(a_clone(status=status)) is started


def test_who_has_every_ticket_by_default_has_not_taken_this_one() -> None:
    assert taking(a_clone(LEE), "5b10", by_default=True) is Taking.FREE
    assert taking(a_clone(ERIN), "5b10", by_default=True) is Taking.MINE
    assert taking(a_clone(LEE, "Done"), "5b10", by_default=True) is Taking.DONE
