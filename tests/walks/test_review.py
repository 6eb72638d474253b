"""The reporter's review in the thread: accept, edit the notes, not solved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from app import engine
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.pairs import TEAM, by_engineering
from tests.walks.test_triage import thread

OPS = "#ops-exceptions"
ASKED = "<@U0REPORTER> OPS-1 needs your review: engineering is done."


@pytest.fixture
def solved(world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser) -> None:
    """Engineering is done, and the reporter was asked."""
    slack_reporter.ask()
    eventually(lambda: effects.issues(world, "YAY") and reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)
    engineer.write_notes("YAY-1", "Restarted the queue")
    engineer.move("YAY-1", "Done")
    eventually(lambda: ASKED in thread(world))
    quiet(world.url)


def press(world: Sandbox, who: SlackUser, what: str) -> Any:
    message = next(m for m in world.world.slack.messages if m.text == ASKED and m.thread_ts)
    return who.do("click", action_id=f"ops.notes.{what}", channel=message.channel, ts=message.ts)


def open_editor(world: Sandbox, who: SlackUser) -> str:
    """The id of the view, once the notes are in it."""
    view_id = str(press(world, who, "edit")["view"]["id"])
    eventually(lambda: "rich_text_input" in str(world.world.slack.views[view_id].view["blocks"]))
    return view_id


def whispers(world: Sandbox, user: str) -> list[Any]:
    return [m for m in world.world.slack.messages if m.only_for == user]


def test_engineering_hears_when_the_reporter_accepts_what_it_has_begun_again(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser, solved: None
) -> None:
    """Where a workflow leads to Done from everywhere, as Jira's own ones do; our own move is an echo to the hand-off."""
    (done,) = (way for way in world.world.jira.projects["OPS"].transitions if way.name == "Done")
    world.world.jira.projects["OPS"].transitions.append(replace(done, id="99", name="Close", sources=()))
    engineer.move("YAY-1", "In Progress")
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)

    press(world, slack_reporter, "accept")

    eventually(lambda: by_engineering(world, "was closed while"))
    assert reporter.status("OPS-1") == "Done"


def test_accept_closes_the_ticket_and_the_row_is_written(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    for _ in range(2):
        press(world, slack_reporter, "accept")
    eventually(lambda: reporter.status("OPS-1") == "Done")
    eventually(lambda: effects.log_rows(world))
    quiet(world.url)

    assert "OPS-1: accepted by Riley Reporter." in thread(world)
    assert len([text for text in thread(world) if "*Done*" in text]) == 1
    assert engine.failed() == []


def test_without_notes_nothing_is_closed_and_a_button_leads_to_writing_them(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    reporter.write_notes("OPS-1", None)
    quiet(world.url)
    press(world, slack_reporter, "accept")
    told = eventually(lambda: whispers(world, "U0REPORTER"))

    assert "has no *Resolution Notes* yet" in told[0].text
    assert "Write the notes" in str(told[0].blocks)
    assert reporter.status("OPS-1") == "Resolution Notes Required"


def test_what_the_validator_refuses_is_told_in_its_words(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    fault = {"path": "/transitions$", "method": "POST", "by": "solveonce", "status": 400, "times": 1}
    post(f"{world.url}/_sandbox/faults", fault)
    press(world, slack_reporter, "accept")
    told = eventually(lambda: whispers(world, "U0REPORTER"))

    assert told[0].text.startswith("Jira did not take it")
    assert reporter.status("OPS-1") == "Resolution Notes Required"


def test_edited_notes_stand_in_both_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser, solved: None
) -> None:
    view_id = open_editor(world, slack_reporter)
    assert "Restarted the queue" in str(world.world.slack.views[view_id].view["blocks"])

    slack_reporter.do("submit", view_id=view_id, values={"notes_b": "Restarted it, and *added* a watchdog"})
    eventually(lambda: "watchdog" in words(engineer.issue("YAY-1")[NOTES]))
    quiet(world.url)

    assert words(reporter.issue("OPS-1")[NOTES]) == words(engineer.issue("YAY-1")[NOTES])
    assert "Restarted the queue" not in words(reporter.issue("OPS-1")[NOTES])


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    view_id = open_editor(world, slack_reporter)
    reporter.write_notes("OPS-1", "Somebody was quicker")
    quiet(world.url)

    slack_reporter.do("submit", view_id=view_id, values={"notes_b": "My own words"})
    eventually(lambda: "My own words" in words(reporter.issue("OPS-1")[NOTES]))
    quiet(world.url)

    assert words(reporter.issue("OPS-1")[NOTES]) == "My own wordsSomebody was quicker"


def test_the_editor_says_when_jira_does_not_tell_the_notes(
    world: Sandbox, service: Service, slack_reporter: SlackUser, solved: None
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue", "by": "solveonce", "status": 503})
    view_id = press(world, slack_reporter, "edit")["view"]["id"]

    eventually(lambda: "Jira did not tell the notes" in str(world.world.slack.views[view_id].view["blocks"]))
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)


def test_not_solved_goes_back_to_engineering_with_the_reason_in_the_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser, solved: None
) -> None:
    view = press(world, slack_reporter, "reject")["view"]
    slack_reporter.do("submit", view_id=view["id"], values={"notes_b": "Still stuck <!here>"})
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)

    assert engineer.status("YAY-1") == "Backlog"
    said = next(m for m in world.world.slack.messages if m.text == "Riley Reporter does not take OPS-1 as solved.")
    assert "Still stuck &lt;!here&gt;" in str(said.blocks)
    assert effects.issues(world, "YAY") == ["YAY-1"]


@pytest.mark.settings(triage_channel="#ops-exceptions-eng-triage")
def test_only_reporter_owner_and_triage_may_answer(
    world: Sandbox, service: Service, reporter: JiraUser, solved: None
) -> None:
    world.world.slack.channels["C0ENGTRI"]["members"] = ["U0TRIAGE", "U0SOLVE"]
    lead = SlackUser(world.url, "lead@example.com")
    press(world, lead, "accept")
    told = eventually(lambda: whispers(world, "U0LEAD"))
    assert "Only the reporter, the ticket's owner and the members of #ops-exceptions-eng-triage" in told[0].text
    assert reporter.status("OPS-1") == "Resolution Notes Required"

    account = next(p.account_id for p in world.world.people.values() if p.email == lead.email)
    reporter.edit("OPS-1", assignee={"id": account})
    press(world, lead, "accept")
    eventually(lambda: reporter.status("OPS-1") == "Done")
    quiet(world.url)


def test_what_operations_took_back_is_not_opened_again_in_engineering(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser, solved: None
) -> None:
    reporter.edit("OPS-1", **{TEAM: {"value": "Operations"}})
    quiet(world.url)
    view = press(world, slack_reporter, "reject")["view"]
    slack_reporter.do("submit", view_id=view["id"], values={"notes_b": "Still stuck"})
    eventually(lambda: "Riley Reporter does not take OPS-1 as solved." in thread(world))
    quiet(world.url)

    assert reporter.status("OPS-1") == "To Do"
    assert engineer.status("YAY-1") == "Done"
    assert engine.failed() == []


@pytest.mark.settings(status_reopened="In Review", status_engineering_reopened="In Review")
def test_where_no_transition_leads_back_the_reporter_reads_what_to_do(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser, solved: None
) -> None:
    """Once for the clone that stays done, once for a ticket that Operations took back."""
    for key in ("YAY-1", "OPS-1"):
        view = press(world, slack_reporter, "reject")["view"]
        slack_reporter.do("submit", view_id=view["id"], values={"notes_b": "Still stuck"})
        told = eventually(lambda key=key: [text for text in thread(world) if f"{key}|{key}> stays in" in text])
        quiet(world.url)
        assert told[0].startswith("<@U0REPORTER> :warning: ")
        assert "have a Jira administrator add a transition" in told[0]
        reporter.edit("OPS-1", **{TEAM: {"value": "Operations"}})
        quiet(world.url)

    assert engineer.status("YAY-1") == "Done"
    assert engine.failed() == []


@pytest.mark.settings(triage_channel="#ops-exceptions-eng-triage")
def test_who_may_not_answer_does_not_see_the_notes_and_gets_back_what_was_written(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    lead, channel = SlackUser(world.url, "lead@example.com"), world.world.slack.channels["C0ENGTRI"]
    reason = press(world, lead, "reject")["view"]["id"]
    channel["members"] = ["U0TRIAGE", "U0SOLVE"]
    lead.do("submit", view_id=reason, values={"notes_b": "Still <b> stuck"})
    eventually(
        lambda: "Still <b> stuck" in str([m.blocks for m in world.world.slack.messages if m.channel == "D0LEAD"])
    )
    view_id = str(press(world, lead, "edit")["view"]["id"])
    eventually(lambda: "Only the reporter" in str(world.world.slack.views[view_id].view["blocks"]))

    assert len(whispers(world, "U0LEAD")) == 1
    assert "Restarted the queue" not in str(world.world.slack.views[view_id].view["blocks"])
    assert reporter.status("OPS-1") == "Resolution Notes Required"


@pytest.mark.settings(settle_time=2.0)
def test_a_press_on_what_we_do_not_know_to_be_posted_yet_counts(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    """Slack shows the alert, and the question, to people before we have its answer: *Take it*, and *Accept*."""
    for said in ("New Ops Exception", "needs your review"):
        fault = {"path": "chat.postMessage", "containing": said, "times": 1, "lose": True}
        post(f"{world.url}/_sandbox/faults", fault)
    slack_reporter.ask()
    erin = SlackUser(world.url, "engineer@example.com")
    alert = eventually(lambda: [m for m in world.world.slack.messages if m.text.startswith("New Ops Exception")])[0]
    erin.do("click", action_id="ops.alert.take", channel=alert.channel, ts=alert.ts)
    eventually(lambda: "Taken by <@U0ENGINEER>" in str(alert.blocks))
    engineer.write_notes("YAY-1", "Restarted the queue")
    engineer.move("YAY-1", "Done")
    eventually(lambda: ASKED in thread(world))
    press(world, slack_reporter, "accept")
    eventually(lambda: reporter.status("OPS-1") == "Done")
    quiet(world.url)

    assert thread(world).count("OPS-1: accepted by Riley Reporter.") == 1
    assert len([m for m in world.world.slack.messages if m.text.startswith("New Ops Exception")]) == 1
    assert engine.failed() == []
