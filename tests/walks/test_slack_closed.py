"""Slack where the app may not: scopes it was not granted, channels it is not in, and one message a second."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import requests

from app import engine
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
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

    told = ["OPS-1 To Do: Refunds are stuck (Priority General)", "Triage OPS-1"]
    eventually(lambda: effects.direct_messages(world) == told)
    quiet(world.url)
    assert effects.direct_messages(world) == told
    assert effects.messages(world, OPS) == []


def test_the_story_ends_right_at_one_message_a_second(world: Sandbox, service: Service) -> None:
    world.world.settings.slack_burst = 1

    story.play(world, limit=60)

    story.assert_told_once(world)
    ours = [float(m.ts) for m in world.world.slack.messages if m.bot_id and m.channel == "C0OPSEX"]
    assert len(ours) > 3
    assert min(later - earlier for earlier, later in pairwise(ours)) >= 0.99


def direct(world: Sandbox) -> list[str]:
    return [text for text in effects.direct_messages(world) if not text.startswith("Triage ")]


def test_a_channel_that_is_archived_later_leaves_nobody_untold(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    """What would be said in the thread is said directly, in its order; nothing is put aside, the tickets go on."""
    slack_reporter.ask()
    eventually(lambda: effects.issues(world, "YAY") and reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)
    world.world.slack.channels["C0OPSEX"]["is_archived"] = True

    engineer.write_notes("YAY-1", "Restarted the queue")
    engineer.move("YAY-1", "Done")
    quiet(world.url)
    message = next(m for m in world.world.slack.messages if "needs your review" in m.text and m.channel[0] == "D")
    view = slack_reporter.do("click", action_id="ops.notes.reject", channel=message.channel, ts=message.ts)["view"]
    slack_reporter.do("submit", view_id=view["id"], values={"notes_b": "Still stuck"})
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)

    told = direct(world)
    assert ":arrow_right: OPS-1 is now *Resolution Notes Required*." in told
    assert "<@U0REPORTER> OPS-1 needs your review: engineering is done." in told
    assert "Riley Reporter does not take OPS-1 as solved." in told
    assert engine.failed() == []


def test_engineering_that_cannot_be_told_is_named_in_the_tickets_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.slack.channels["C0ENGTRI"]["is_archived"] = True
    slack_reporter.ask()
    eventually(lambda: [text for text in effects.messages(world, OPS) if "they could not be told" in text])
    quiet(world.url)

    assert reporter.status("OPS-1") == "Sent to Engineering"
    assert ["is_archived" in failed["reason"] for failed in engine.failed()] == [True]


def test_a_card_for_nobody_stands_where_requests_from_nowhere_go(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    """The person is gone, and the channel is closed."""
    world.world.slack.channels["C0OPSRQ"]["is_archived"] = True
    given = {"summary": "Refunds are stuck", "exception_type": "Event operations", "team": "Operations"}
    execution = slack_reporter.run_workflow(**given, channel_id="C0OPSRQ", requester_id="U0GONE")
    eventually(lambda: slack_reporter.workflow(execution)["state"] == "completed")
    quiet(world.url)

    assert effects.messages(world, OPS)[0].startswith("OPS-1 To Do: Refunds are stuck")
    assert engine.failed() == []


def test_an_emoji_on_a_message_that_we_may_not_read_is_answered(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    without(world, "channels:history")
    slack_reporter.react(OPS, slack_reporter.say(OPS, "Refunds are stuck"))
    (told,) = eventually(lambda: effects.direct_messages(world))

    assert told == "No ticket was made of the message with :ticket: on it."
    assert "channels:history" in str(world.world.slack.messages[-1].blocks)
    assert effects.issues(world, "OPS") == []


def test_a_channel_that_is_archived_before_the_controls_stand_there_stops_nothing(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    """The card stands, and a moment later nothing can be posted below it."""
    post(f"{world.url}/_sandbox/faults", {"path": "chat.postMessage", "containing": "Triage OPS-1", "status": 500})
    slack_reporter.ask(team="Operations")
    eventually(lambda: effects.messages(world, OPS))
    world.world.slack.channels["C0OPSEX"]["is_archived"] = True
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    reporter.write_notes("OPS-1", "Restarted the queue")
    reporter.move("OPS-1", "Done")
    eventually(lambda: ":white_check_mark: OPS-1 is now *Done*." in effects.direct_messages(world))
    quiet(world.url)

    assert engine.failed() == []
