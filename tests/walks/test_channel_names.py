"""Channels stand in the settings by name, and Slack tells only twenty times a minute which channel that is."""

from __future__ import annotations

from app import engine
from sandbox import Sandbox
from sandbox.people import SlackUser
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

ENGINEERING = "#ops-exceptions-eng-triage"


def asked_for_lists(world: Sandbox) -> int:
    return sum(call["path"].endswith("conversations.list") for call in world.world.calls)


def ask(world: Sandbox, person: SlackUser, number: int) -> None:
    person.ask()
    eventually(lambda: len(effects.issues(world, "YAY")) == number)
    quiet(world.url)


def test_slack_is_asked_once_which_channel_a_name_stands_for_and_not_for_each_message(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ask(world, slack_reporter, 1)
    asked = asked_for_lists(world)

    ask(world, slack_reporter, 2)

    assert asked == 1
    assert asked_for_lists(world) == asked
    assert len(effects.messages(world, ENGINEERING)) == 2


def test_a_channel_that_took_over_the_name_of_a_closed_one_gets_what_is_told_there(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ask(world, slack_reporter, 1)
    rooms = world.world.slack.channels
    rooms["C9ENGNEW"] = rooms["C0ENGTRI"] | {"id": "C9ENGNEW"}
    rooms["C0ENGTRI"].update(name="eng-triage-old", is_archived=True)

    ask(world, slack_reporter, 2)

    told = [message for message in world.world.slack.messages if message.channel == "C9ENGNEW"]
    assert len(told) == 1
    assert engine.failed() == []
