"""Files that people post in Slack stand on the ticket: once each, letter by letter, or the thread says why not."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

CHANNEL, DIRECT = "#ops-exceptions", "@solveonce"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300
LOG = b"2026-11-22 09:00:01 ERROR refund queue is full\n" * 50


def a_file(name: str, content: bytes, mimetype: str | None = None) -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(content).decode(), "mimetype": mimetype}


def attachments(world: Sandbox, key: str) -> list[tuple[str, str, str]]:
    """Name, type and digest of the content of each."""
    issue = world.world.issue(key)
    assert issue
    return sorted((each.filename, each.mime_type, digest(each.content)) for each in issue.attachments)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def said(person: SlackUser, ts: str, channel: str = CHANNEL) -> str:
    return "\n".join(each["text"] for each in person.messages(channel, ts))


def test_files_of_the_message_and_of_its_thread_stand_on_the_ticket_and_on_the_clone(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    world.world.settings.slack_events_twice = True
    files = [a_file("error.png", PNG), a_file("app.log", LOG, "text/plain")]
    ts = slack_reporter.say(DIRECT, "Checkout crashes with a stack trace", files=files)
    slack_reporter.say(DIRECT, "", thread_ts=ts, files=[a_file("no name", b"\x00\x01\x02", "image/png")])
    expected = [
        ("app.log", "text/plain", digest(LOG)),
        ("error.png", "image/png", digest(PNG)),
        ("no name", "application/octet-stream", digest(b"\x00\x01\x02")),
    ]

    eventually(lambda: effects.issues(world, "OPS") and len(attachments(world, "OPS-1")) == 3)
    quiet(world.url)
    assert attachments(world, "OPS-1") == expected
    assert [each[2] for each in attachments(world, "YAY-1")] == [each[2] for each in expected]


def test_files_that_stand_in_the_thread_when_its_ticket_is_made_follow_too(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    slack_reporter.say(CHANNEL, "Another matter", files=[a_file("other.png", PNG)])
    root = slack_reporter.say(CHANNEL, "Morning all", files=[a_file("coffee.png", PNG)])
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons", thread_ts=root)
    slack_reporter.say(CHANNEL, "Here", thread_ts=root, files=[a_file("error.png", PNG)])
    slack_reporter.react(CHANNEL, ts)

    eventually(lambda: effects.issues(world, "OPS") and attachments(world, "OPS-1"))
    quiet(world.url)
    assert [each[0] for each in attachments(world, "OPS-1")] == ["error.png"]


def test_files_go_along_with_the_form_that_a_message_fills(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Refunds are stuck since nine", files=[a_file("error.png", PNG)])
    view = slack_reporter.triage(CHANNEL, ts)["view"]
    slack_reporter.submit(view["id"], team="Operations", type="Payments and transactions")

    eventually(lambda: effects.issues(world, "OPS"))
    eventually(lambda: attachments(world, "OPS-1") == [("error.png", "image/png", digest(PNG))])


@pytest.mark.settings(slack_file_limit=1)
def test_a_file_that_is_too_large_is_told_once_and_keeps_no_other(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    files = [a_file("dump.bin", b"\x01" * (1024**2 + 1)), a_file("error.png", PNG)]
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons", files=files)
    slack_reporter.react(CHANNEL, ts)

    eventually(lambda: "was not copied" in said(slack_reporter, ts))
    quiet(world.url)
    assert [each[0] for each in attachments(world, "OPS-1")] == ["error.png"]
    assert said(slack_reporter, ts).count("“dump.bin” was not copied to OPS-1: it is larger than 1 MB.") == 1


def test_a_page_to_sign_in_is_no_file(world: Sandbox, service: Service, slack_reporter: SlackUser) -> None:
    """Slack gives it with status 200."""
    world.world.settings.slack_sign_in_pages = True
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons", files=[a_file("error.png", PNG)])
    slack_reporter.react(CHANNEL, ts)

    eventually(lambda: "Slack gave a page to sign in instead of it" in said(slack_reporter, ts))
    assert attachments(world, "OPS-1") == []


def test_when_jira_loses_its_answer_the_file_stands_there_once(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    fault = {"path": "/attachments$", "method": "POST", "by": "solveonce", "times": 1, "lose": True}
    post(f"{world.url}/_sandbox/faults", fault)
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons", files=[a_file("error.png", PNG)])
    slack_reporter.react(CHANNEL, ts)

    eventually(lambda: effects.issues(world, "OPS") and attachments(world, "OPS-1"))
    quiet(world.url)
    assert [each[0] for each in attachments(world, "OPS-1")] == ["error.png"]


def test_after_the_ticket_is_done_the_thread_says_that_files_stay_in_slack(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons")
    slack_reporter.react(CHANNEL, ts)
    eventually(lambda: effects.issues(world, "OPS"))
    quiet(world.url)
    reporter.write_notes("OPS-1", "Ribbons came")
    reporter.move("OPS-1", "Done")
    quiet(world.url)

    for name in ("one.png", "two.png"):
        slack_reporter.say(CHANNEL, "", thread_ts=ts, files=[a_file(name, PNG)])
        quiet(world.url)

    assert said(slack_reporter, ts).count("files posted here are not copied to it any more") == 1
    assert attachments(world, "OPS-1") == []


def test_after_the_triage_is_closed_the_thread_says_that_files_stay_in_slack(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons")
    slack_reporter.react(CHANNEL, ts)
    eventually(lambda: "Triage OPS-1" in said(slack_reporter, ts))
    (controls,) = [each for each in world.world.slack.messages if each.text == "Triage OPS-1"]
    engineer = SlackUser(world.url, "engineer@example.com")
    engineer.do("click", action_id="ops.triage.close", channel=controls.channel, ts=controls.ts)
    quiet(world.url)

    slack_reporter.say(CHANNEL, "", thread_ts=ts, files=[a_file("one.png", PNG)])
    eventually(lambda: "the triage of OPS-1 is closed: files posted here are not" in said(slack_reporter, ts))
    quiet(world.url)
    assert attachments(world, "OPS-1") == []


def test_what_is_too_long_for_jiras_field_stands_whole_in_a_file(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    lines = [f"2026-11-22 09:00:01 ERROR badge {number}" for number in range(1000)]
    slack_reporter.say(DIRECT, "Badge printer is out of ribbons\n\n" + "\n".join(lines))

    eventually(lambda: effects.issues(world, "OPS") and attachments(world, "OPS-1"))
    quiet(world.url)
    issue = world.world.issue("OPS-1")
    assert issue
    (file,) = issue.attachments
    assert file.filename == "message.txt"
    assert file.content.decode() == "Badge printer is out of ribbons\n\n" + "\n".join(lines)
    described = words(reporter.issue("OPS-1")["description"])
    assert described.startswith("Badge printer is out of ribbons2026-11-22")
    assert described.endswith("… The whole text is in the file message.txt.")


@pytest.mark.settings(settle_time=1.0)
def test_a_file_below_a_card_that_we_do_not_know_the_place_of_yet_follows(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    """Slack shows the card to people before we have its answer."""
    fault = {"path": "chat.postMessage", "containing": "OPS-1 To Do", "times": 1, "lose": True}
    post(f"{world.url}/_sandbox/faults", fault)
    slack_reporter.ask(team="Operations")
    (card,) = eventually(lambda: slack_reporter.messages(CHANNEL))
    slack_reporter.say(CHANNEL, "It looks so", thread_ts=card["ts"], files=[a_file("error.png", PNG)])

    eventually(lambda: attachments(world, "OPS-1"))
    quiet(world.url)
    assert attachments(world, "OPS-1") == [("error.png", "image/png", digest(PNG))]
