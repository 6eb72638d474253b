"""A channel in which more is told than Slack takes: a message a second, after a short burst."""

from __future__ import annotations

import re

import pytest

from app import engine
from app.settings import Settings
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

ENGINEERING = "#ops-exceptions-eng-triage"
BURST = Settings().slack_burst
ALERTS = BURST + 5


def refused(world: Sandbox) -> list[int]:
    return [
        call["status"]
        for call in world.world.calls
        if call["path"].endswith("chat.postMessage") and call["status"] == 429
    ]


def test_more_alerts_than_a_burst_are_all_told_and_slack_refuses_none(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.slack_burst = BURST + 2  # more than we send at once, and less than all
    keys = [reporter.new_issue() for _ in range(ALERTS)]

    quiet(world.url)

    clones = {str(reporter.clone_of(key)) for key in keys}
    told = effects.messages(world, ENGINEERING)
    assert len(told) == ALERTS
    assert {number for text in told for number in re.findall(r"YAY-\d+", text)} == clones
    assert refused(world) == []
    assert engine.failed() == []


@pytest.mark.settings(engine_threads=2)
def test_with_more_news_waiting_for_slack_than_flows_may_run_the_tickets_move_on(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/chat", "status": 503, "retry_after": 1})
    keys = [reporter.new_issue() for _ in range(4)]
    clones = [eventually(lambda key=key: reporter.clone_of(key)) for key in keys]

    reporter.write_notes(keys[-1], "It was the cache")

    eventually(lambda: words(reporter.issue(clones[-1])[NOTES]) == "It was the cache")
    assert effects.messages(world, ENGINEERING) == []
    world.world.faults.clear()
    quiet(world.url)
    assert len(effects.messages(world, ENGINEERING)) == len(keys)
