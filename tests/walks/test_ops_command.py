"""What somebody reads who types `/ops help`, `mine`, a key or `search …`."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

CHANNEL = "#ops-exceptions"


def read(world: Sandbox, slack_reporter: SlackUser, words: str) -> dict[str, Any]:
    """The answer, for that person's eyes alone."""
    before = len(world.world.slack.messages)
    slack_reporter.command(CHANNEL, words)
    eventually(lambda: len(world.world.slack.messages) > before)
    message = world.world.slack.messages[-1]
    assert message.only_for == "U0REPORTER"
    return {"text": message.text, "blocks": str(message.blocks)}


@pytest.fixture
def solved(world: Sandbox, service: Service, reporter: JiraUser) -> str:
    world.world.settings.search_lag = 0
    key = reporter.new_issue(team="Operations", summary="Double refund for one order")
    reporter.write_notes(key, "Cancelled the second one by hand")
    reporter.move(key, "Done")
    quiet(world.url)
    return key


def test_help_says_what_can_be_typed(world: Sandbox, service: Service, slack_reporter: SlackUser) -> None:
    assert "search double refund" in read(world, slack_reporter, "help")["blocks"]
    assert effects.issues(world, "OPS") == []


def test_mine_are_my_open_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    assert read(world, slack_reporter, "mine")["text"] == "You have no open tickets."
    for summary in ("Badge printer is out of ribbons", "Refunds are stuck"):
        slack_reporter.ask(summary=summary, team="Operations")
    eventually(lambda: len(effects.issues(world, "OPS")) == 2)
    quiet(world.url)
    reporter.write_notes("OPS-1", "Ribbons came")
    reporter.move("OPS-1", "Done")

    assert read(world, slack_reporter, "mine")["text"] == "Your open tickets: OPS-2"


def test_a_key_shows_the_ticket_and_a_wrong_one_says_so(
    world: Sandbox, service: Service, slack_reporter: SlackUser, solved: str
) -> None:
    assert read(world, slack_reporter, solved.lower())["text"] == f"{solved} is Done: Double refund for one order"
    assert "There is no ticket OPS-99" in read(world, slack_reporter, "OPS-99")["text"]


def test_search_finds_solved_tickets_with_their_fix(
    world: Sandbox, service: Service, slack_reporter: SlackUser, solved: str
) -> None:
    found = read(world, slack_reporter, "search double refund")

    assert found["text"] == f"Solved tickets with “double refund”: {solved}"
    assert "Cancelled the second one by hand" in found["blocks"]
    assert read(world, slack_reporter, 'search nothing" OR project = YAY')["text"].startswith("No solved ticket")


def test_what_is_not_for_everybodys_eyes_is_shown_to_nobody(
    world: Sandbox, service: Service, slack_reporter: SlackUser, solved: str
) -> None:
    post(f"{world.url}/_sandbox/jira/security", {"user": "admin@example.com", "issue": solved, "level": "Staff only"})

    assert "There is no ticket" in read(world, slack_reporter, solved)["text"]
    assert "No solved ticket" in read(world, slack_reporter, "search double refund")["text"]


def test_a_jira_that_does_not_answer_is_said_at_once(
    world: Sandbox, service: Service, slack_reporter: SlackUser, solved: str
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})

    assert "Jira does not answer" in read(world, slack_reporter, solved)["text"]
