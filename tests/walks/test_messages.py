"""A message becomes a ticket: by its menu, by an emoji, or by itself where it was sent to the app."""

from __future__ import annotations

from typing import Any

import pytest

from app.models import ThreadRow
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

CHANNEL, DIRECT = "#ops-exceptions", "@solveonce"
SAID = "Hi all, refunds are stuck since nine. <@U0ENGINEER> saw it in <#C0OPSRQ> too"


@pytest.fixture
def triager(world: Sandbox) -> SlackUser:
    return SlackUser(world.url, "triage@example.com")


def ticket(world: Sandbox, reporter: JiraUser, key: str = "OPS-1") -> Any:
    eventually(lambda: key in effects.issues(world, "OPS"))
    quiet(world.url)
    return reporter.issue(key)


def in_thread(person: SlackUser, ts: str, channel: str = CHANNEL) -> list[str]:
    """What stands there, but for the triage controls."""
    return [each["text"] for each in person.messages(channel, ts) if not each["text"].startswith("Triage OPS-")]


def test_the_form_is_filled_from_the_message_and_its_thread_is_the_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, SAID)

    view = triager.triage(CHANNEL, ts)["view"]
    filled = {block["block_id"]: block["element"] for block in view["blocks"] if "element" in block}
    assert filled["summary_b"]["initial_value"] == "refunds are stuck since nine"
    triager.submit(view["id"], team="Operations", type="Payments and transactions")

    issue = ticket(world, reporter)
    said = words(issue["description"])
    assert "@Erin Engineer saw it in #ops-requests too" in said
    assert said.endswith("Asked by Riley Reporter in Slack, see the message")
    assert issue["reporter"]["displayName"] == "Riley Reporter"
    assert in_thread(slack_reporter, ts)[1].startswith("OPS-1 To Do: refunds are stuck since nine")
    assert effects.messages(world, CHANNEL)[0].startswith("Hi all")


def test_the_card_follows_the_ticket_and_nobodys_message_is_touched(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "The badge printer is out of ribbons")
    slack_reporter.react(CHANNEL, ts)
    ticket(world, reporter)

    reporter.write_notes("OPS-1", "Ribbons came")
    reporter.move("OPS-1", "Done")
    quiet(world.url)

    message, card, *told = in_thread(slack_reporter, ts)
    assert message == "The badge printer is out of ribbons"
    assert card.startswith("OPS-1 Done: ")
    assert told == [":white_check_mark: OPS-1 is now *Done*."]


def test_the_same_message_leads_to_its_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Refunds are stuck since nine")
    slack_reporter.react(CHANNEL, ts)
    ticket(world, reporter)
    reply = slack_reporter.say(CHANNEL, "Still stuck, and now payouts too", thread_ts=ts)

    for each in (ts, reply):
        view = triager.triage(CHANNEL, each)["view"]
        assert view["submit"] is None
        assert "OPS-1" in str(view["blocks"])


def test_what_the_app_itself_says_elsewhere_is_no_new_request(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    slack_reporter.ask()
    ticket(world, reporter)
    (alert,) = triager.messages("#ops-exceptions-eng-triage")

    view = triager.triage("#ops-exceptions-eng-triage", alert["ts"])["view"]
    assert view["submit"] is None
    assert "This message is from SolveOnce" in str(view["blocks"])


def test_of_two_forms_of_one_message_the_second_keeps_what_was_typed(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Refunds are stuck since nine")
    first, second = slack_reporter.triage(CHANNEL, ts)["view"], triager.triage(CHANNEL, ts)["view"]
    filled = {"team": "Operations", "type": "Payments and transactions"}

    slack_reporter.submit(first["id"], **filled)
    refused = triager.submit(second["id"], summary="Mine", **filled)

    assert "Somebody else has just made a ticket" in str(refused)
    ticket(world, reporter)
    assert effects.issues(world, "OPS") == ["OPS-1"]


def test_an_emoji_makes_one_ticket_whoever_puts_it_there(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Good morning! Refunds fail, it is urgent")
    triager.react(CHANNEL, ts)
    slack_reporter.react(CHANNEL, ts)
    slack_reporter.react(CHANNEL, ts, "eyes")

    issue = ticket(world, reporter)

    assert effects.issues(world, "OPS") == ["OPS-1"]
    assert (issue["summary"], issue["priority"]["name"]) == ("Refunds fail, it is urgent", "Critical")
    assert issue["reporter"]["displayName"] == "Riley Reporter"
    card = slack_reporter.messages(CHANNEL, ts)[1]
    assert "Guessed, please check: type Payments and transactions (from “refund”)" in str(card["blocks"])
    assert "team Operations (nothing spoke for another)" in str(card["blocks"])


def test_an_emoji_on_a_reply_makes_the_whole_thread_the_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser, triager: SlackUser, reporter: JiraUser
) -> None:
    ts = slack_reporter.say(CHANNEL, "Lunch?")
    reply = triager.say(CHANNEL, "No, the payouts are late again", thread_ts=ts)
    slack_reporter.react(CHANNEL, reply)

    issue = ticket(world, reporter)

    assert issue["summary"] == "No, the payouts are late again"
    assert len(in_thread(slack_reporter, ts)) == 3
    with service.db.reading() as session:
        row = session.get_one(ThreadRow, (1, str(world.world.issue("OPS-1").id)))  # type: ignore[union-attr]
        assert row.ts == ts
        assert row.card_ts not in (None, ts)


def test_an_emoji_on_what_the_app_says_or_in_a_tickets_thread_makes_no_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    slack_reporter.ask(team="Operations")
    ticket(world, reporter)
    card = slack_reporter.messages(CHANNEL)[0]["ts"]
    slack_reporter.react(CHANNEL, card)
    slack_reporter.react(CHANNEL, slack_reporter.say(CHANNEL, "Any news?", thread_ts=card))

    quiet(world.url)
    assert effects.issues(world, "OPS") == ["OPS-1"]


@pytest.mark.settings(slack_emoji="")
def test_without_an_emoji_in_the_settings_none_makes_a_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    slack_reporter.react(CHANNEL, slack_reporter.say(CHANNEL, "Refunds are stuck"))

    quiet(world.url)
    assert effects.issues(world, "OPS") == []


def test_a_direct_message_is_a_request_and_answers_in_its_thread_are_not(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.settings.slack_events_twice = True
    ts = slack_reporter.say(DIRECT, "Checkout shows error 500 for all customers")
    issue = ticket(world, reporter)
    slack_reporter.say(DIRECT, "It is the same on my phone", thread_ts=ts)
    quiet(world.url)

    assert effects.issues(world, "OPS") == ["OPS-1"]
    assert issue["customfield_10048"]["value"] == "Engineering"
    assert "see the message" not in words(issue["description"] or {})
    assert in_thread(slack_reporter, ts, DIRECT)[1].startswith("OPS-1 ")


def test_a_direct_message_that_says_nothing_and_changes_of_messages_make_no_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    slack_reporter.say(DIRECT, "…")
    slack_reporter.say(DIRECT, "Badge printer is out of ribbons")
    ticket(world, reporter)
    reporter.write_notes("OPS-1", "Ribbons came")
    reporter.move("OPS-1", "Done")  # the card changes, and the app hears of its own change
    quiet(world.url)

    assert effects.issues(world, "OPS") == ["OPS-1"]


def test_a_direct_message_that_asks_is_answered_in_its_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    for typed, told in (
        ("help", "What /ops can do"),
        ("Thanks!", "What /ops can do"),
        ("mine", "You have no open tickets."),
        ("OPS-9", "no ticket OPS-9"),
        ("🔥", "What /ops can do"),
    ):
        ts = slack_reporter.say(DIRECT, typed)
        eventually(lambda ts=ts, told=told: told in "".join(in_thread(slack_reporter, ts, DIRECT)[1:]))

    quiet(world.url)
    assert effects.issues(world, "OPS") == []


def test_where_the_app_may_not_write_the_card_comes_as_a_direct_message(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.slack.channels["C0OPSEX"]["members"].remove("U0SOLVE")
    ts = slack_reporter.say(CHANNEL, "Badge printer is out of ribbons")
    view = slack_reporter.triage(CHANNEL, ts)["view"]
    slack_reporter.submit(view["id"], team="Operations", type="Event operations")
    ticket(world, reporter)

    assert len(in_thread(slack_reporter, ts)) == 1
    (card,) = slack_reporter.messages(DIRECT)
    assert card["text"].startswith("OPS-1 To Do")
    assert "OPS-1" in str(slack_reporter.triage(CHANNEL, ts)["view"]["blocks"])
