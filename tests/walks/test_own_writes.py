"""What we write ourselves comes back as an echo, which starts nothing: what follows of it is started all the same."""

from __future__ import annotations

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, words
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.pairs import by_engineering
from tests.walks.test_triage import Agent

CLOSED_EARLY = "was closed while"


@pytest.mark.parametrize("what", ["decline", "duplicate"])
def test_engineering_hears_of_a_ticket_that_is_closed_in_slack_and_reads_why_in_its_clone(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, what: str
) -> None:
    key, clone = pair
    other = reporter.new_issue("Operations")
    reporter.move(key, "To Do")
    quiet(world.url)

    Agent(world, "engineer@example.com").fill_in(what, other)
    eventually(lambda: reporter.status(key) == "Done")
    quiet(world.url)

    assert other in words(reporter.issue(clone)[NOTES])
    assert len(by_engineering(world, CLOSED_EARLY)) == 1
    assert engine.failed() == []


@pytest.mark.settings(handoff_fields="Summary => Summary; Priority <-> Priority; Resolution Notes <-> Resolution Notes")
def test_a_severity_that_is_chosen_in_slack_follows_to_the_clone_where_the_table_says_so(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    _, clone = pair

    Agent(world, "engineer@example.com").press("severity", "Blocker")

    eventually(lambda: reporter.issue(clone)["priority"]["name"] == "Blocker")
