"""Jira is away when somebody asks: the card says *queued*, and becomes the ticket's when Jira is back."""

from __future__ import annotations

import base64

import pytest
import requests

from app import engine
from sandbox import Sandbox
from sandbox.people import SlackUser, post
from sandbox.world import Message
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

CHANNEL, DIRECT = "#ops-exceptions", "@solveonce"


def jira_is(world: Sandbox, status: int, path: str = "/rest/api/3/", method: str | None = None) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": path, "by": "solveonce", "status": status, "method": method})


def jira_is_back(world: Sandbox) -> None:
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)


def card(world: Sandbox, beginning: str) -> Message:
    return eventually(lambda: next((m for m in world.world.slack.messages if m.text.startswith(beginning)), None))


def test_a_card_says_queued_and_then_its_key_and_what_was_posted_below_it_follows(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    jira_is(world, 503)
    slack_reporter.ask(team="Operations", summary="Refunds are <stuck>")
    queued = card(world, "Queued: Refunds are &lt;stuck&gt;")
    content = base64.b64encode(b"2026-11-22 ERROR").decode()
    slack_reporter.say(CHANNEL, "Here", thread_ts=queued.ts, files=[{"name": "app.log", "content": content}])

    jira_is_back(world)
    eventually(lambda: (issue := world.world.issue("OPS-1")) and [each.filename for each in issue.attachments])
    quiet(world.url)

    assert card(world, "OPS-1 To Do: Refunds are &lt;stuck&gt;").ts == queued.ts
    cards = [text for text in effects.messages(world, CHANNEL) if "stuck" in text]
    assert len(cards) == 1
    assert engine.failed() == []


@pytest.mark.parametrize("way", ["a direct message", "an emoji"])
def test_below_a_message_the_queued_card_stands_in_its_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, way: str
) -> None:
    jira_is(world, 503)
    place = DIRECT if way == "a direct message" else CHANNEL
    ts = slack_reporter.say(place, "Badge printer is out of ribbons")
    if way == "an emoji":
        slack_reporter.react(CHANNEL, ts)
    queued = card(world, "Queued: Badge printer")

    jira_is_back(world)
    quiet(world.url)

    assert (queued.thread_ts, queued.text.split(":")[0]) == (ts, "OPS-1 To Do")


def test_when_its_post_was_lost_the_queued_card_still_becomes_the_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    jira_is(world, 503)
    post(f"{world.url}/_sandbox/faults", {"path": "chat.postMessage", "containing": "Queued", "times": 1, "lose": True})
    slack_reporter.ask(team="Operations")
    queued = card(world, "Queued: ")
    jira_is_back(world)
    quiet(world.url)

    assert queued.text.startswith("OPS-1 To Do")
    assert [text for text in effects.messages(world, CHANNEL) if "Refunds are stuck" in text] == [queued.text]


def test_when_jira_is_back_and_refuses_the_card_says_so(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    jira_is(world, 503)
    jira_is(world, 400, path="/issue$", method="POST")
    slack_reporter.ask(team="Operations")
    queued = card(world, "Queued: ")
    world.world.faults = [fault for fault in world.world.faults if fault["status"] == 400]

    eventually(lambda: queued.text == "Jira did not take this request: Refunds are stuck")
    assert len(effects.messages(world, CHANNEL)) == 1
    assert "Jira did not take your request" in effects.direct_messages(world)[0]
