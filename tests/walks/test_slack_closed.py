"""Slack where the app may not: scopes it was not granted, channels it is not in, and one message a second."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import SlackUser, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually
from tests.walks import story

OPS = "#ops-exceptions"


def without(world: Sandbox, scope: str) -> None:
    settings = world.world.settings
    settings.slack_scopes = tuple(one for one in settings.slack_scopes if one != scope)


@pytest.mark.parametrize("scope", ["users:read", "users:read.email"])
def test_who_asked_is_written_down_when_slack_does_not_say_who_it_is(
    world: Sandbox, service: Service, slack_reporter: SlackUser, scope: str
) -> None:
    without(world, scope)

    slack_reporter.ask(team="Operations")

    assert eventually(lambda: effects.messages(world, OPS))
    issue = world.world.issue("OPS-1")
    assert issue
    assert issue.fields["reporter"]["accountType"] == "app"
    name = "U0REPORTER" if scope == "users:read" else "Riley Reporter"
    assert name in words(issue.fields["description"])


def test_a_missing_scope_is_named_to_whoever_looks_why_it_failed(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    without(world, "groups:read")

    slack_reporter.ask()

    failed = eventually(engine.failed)
    assert "groups:read" in failed[0]["reason"]


@pytest.mark.parametrize(
    "state", [{"members": ["U0REPORTER"]}, {"members": ["U0REPORTER"], "is_private": True}, {"is_archived": True}]
)
def test_where_the_app_may_not_speak_the_thread_is_a_direct_message(
    world: Sandbox, service: Service, slack_reporter: SlackUser, state: dict[str, Any]
) -> None:
    world.world.slack.channels["C0OPSEX"].update(state)

    slack_reporter.ask(team="Operations")

    told = eventually(lambda: effects.direct_messages(world))
    assert told == ["OPS-1 To Do: Refunds are stuck (Priority General)"]
    assert effects.messages(world, OPS) == []


def test_the_story_ends_right_at_one_message_a_second(world: Sandbox, service: Service) -> None:
    world.world.settings.slack_burst = 1

    story.play(world, limit=60)

    story.assert_told_once(world)
    ours = [float(m.ts) for m in world.world.slack.messages if m.bot_id and m.channel == "C0OPSEX"]
    assert len(ours) > 3
    assert min(later - earlier for earlier, later in pairwise(ours)) >= 0.99
