"""Each kind of trouble, once at every call that makes a ticket of a message or for a workflow: none lost, none doubled."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.people import SlackUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.test_faults import TROUBLE
from tests.walks.test_slack_files import LOG, PNG, a_file, attachments, digest
from tests.walks.test_workflow_step import GIVEN

CHANNEL = "#ops-exceptions"
CALLS = (
    r"POST /rest/api/3/issue$",
    r"POST /rest/api/3/issue/\d+/attachments",
    r"GET /rest/api/3/issue/\d+\?",
    r"GET /slack/files/",
    r"POST /slack/api/files.info",
    r"POST /slack/api/conversations.replies",
    r"POST /slack/api/chat.postMessage",
    r"POST /slack/api/chat.getPermalink",
    r"POST /slack/api/users.info",
    r"POST /slack/api/functions.completeSuccess",
)


def assert_card_and_controls(person: SlackUser, channel: str, ts: str) -> None:
    """Each once, below the message."""
    _, card, controls = (each["text"] for each in person.messages(channel, ts))
    assert card.startswith("OPS-1 ")
    assert controls == "Triage OPS-1"


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
def test_a_message_with_files_and_a_workflow_survive_at_every_call(
    world: Sandbox, service: Service, slack_reporter: SlackUser, trouble: dict[str, Any]
) -> None:
    faults = []
    for call in CALLS:
        method, path = call.split(" ", 1)
        faults.append({"path": path, "method": method, "times": 1, **trouble})
        faults[-1] |= {"by": "solveonce"} if "/slack/" not in path else {}
    post(f"{world.url}/_sandbox/faults", faults)
    files = [a_file("error.png", PNG), a_file("app.log", LOG, "text/plain")]

    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons", files=files)
    slack_reporter.react(CHANNEL, ts)
    eventually(lambda: effects.issues(world, "OPS") and len(attachments(world, "OPS-1")) == 2, 60)
    execution = slack_reporter.run_workflow(**GIVEN)
    eventually(lambda: slack_reporter.workflow(execution)["state"] == "completed", 60)
    quiet(world.url, 60)

    assert effects.issues(world, "OPS") == ["OPS-1", "OPS-2"]
    assert attachments(world, "OPS-1") == [
        ("app.log", "text/plain", digest(LOG)),
        ("error.png", "image/png", digest(PNG)),
    ]
    assert_card_and_controls(slack_reporter, CHANNEL, ts)
    assert len(slack_reporter.messages(CHANNEL)) == 2
    assert [fault["path"] for fault in world.world.faults if not fault["fired"]] == []


def test_a_message_becomes_one_ticket_while_everything_is_hostile(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    post(f"{world.url}/_sandbox/faults", {"preset": "hostile"})

    ts = slack_reporter.say("@solveonce", "Badge printer is out of ribbons", files=[a_file("error.png", PNG)])
    eventually(lambda: effects.issues(world, "OPS") and attachments(world, "OPS-1"), 90)
    eventually(lambda: len(slack_reporter.messages("@solveonce", ts)) == 3, 90)
    post(f"{world.url}/_sandbox/faults", {"preset": "calm"})
    quiet(world.url, 90)

    assert effects.issues(world, "OPS") == ["OPS-1"]
    assert attachments(world, "OPS-1") == [("error.png", "image/png", digest(PNG))]
    assert_card_and_controls(slack_reporter, "@solveonce", ts)
