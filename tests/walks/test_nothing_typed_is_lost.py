"""Where a form does not open, or what was written is not taken, the person hears of it and has her words back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from app.intake import blocks as intake_blocks
from app.publishing import blocks as review_blocks
from app.triage import blocks as triage_blocks
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser, SlackUser, post
from tests.callers import Doors
from tests.service import BOT_TOKEN, SIGNING_SECRET, Service
from tests.slack_limits import HOSTILE, assert_message
from tests.waiting import eventually, quiet
from tests.walks.test_review import open_editor, press, solved
from tests.walks.test_triage import Agent, dana, ticket

__all__ = ["dana", "solved", "ticket"]
UNOPENED = "Slack did not let me open the form. Please try again."


def shown_to(world: Sandbox, user: str) -> list[Any]:
    return [m for m in world.world.slack.messages if m.only_for == user]


def directly(world: Sandbox, user: str) -> str:
    return str([m.blocks for m in world.world.slack.messages if m.channel == f"D{user[1:]}"])


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_was_typed_slack_takes_it_back(words: str) -> None:
    for text, shown in (
        intake_blocks.unopened(words),
        triage_blocks.not_taken("OPS-1", "no", words * 9),
        review_blocks.not_taken("OPS-1", "no", words * 9),
    ):
        assert_message(text, shown)
    assert "What you wrote" in str(intake_blocks.unopened("a &lt;b&gt; &amp;amp;"))
    assert "a <b> &amp;" in str(intake_blocks.unopened("a &lt;b&gt; &amp;amp;"))


def test_a_form_that_does_not_open_says_so_wherever_it_was_asked_for(
    world: Sandbox, service: Service, slack_reporter: SlackUser, ticket: str, dana: Agent
) -> None:
    ts = slack_reporter.say("#ops-requests", "The badge printer is broken")
    quiet(world.url)
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/views.open", "status": 500})
    typed = "Refunds for <order & 7> are stuck\nsince nine " + "and so on " * 200

    answer = slack_reporter.command(words=typed)

    assert answer["text"] == UNOPENED
    [told] = shown_to(world, "U0REPORTER")
    given = "".join(block["text"]["text"] for block in told.blocks if block["type"] == "section")
    assert given.removeprefix(UNOPENED).split() == typed.split()
    slack_reporter.triage("#ops-requests", ts)
    eventually(lambda: len(shown_to(world, "U0REPORTER")) == 2)
    quiet(world.url)
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    assert slack_reporter.command(words=typed)["view"]


def test_a_reason_that_jira_does_not_take_goes_back_to_whoever_wrote_it(
    world: Sandbox, service: Service, ticket: str, dana: Agent
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/issue/", "method": "PUT", "by": "solveonce", "status": 400})

    dana.fill_in("decline", "Works as agreed <!channel>")
    eventually(dana.reads)
    quiet(world.url)

    me = next(p.slack_id for p in world.world.people.values() if p.email == dana.email)
    said = directly(world, me)
    assert "Jira did not take it" in said
    assert "Works as agreed <!channel>" in said


def test_notes_that_jira_does_not_take_go_back_to_whoever_wrote_them(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, solved: None
) -> None:
    view_id = open_editor(world, slack_reporter)
    post(f"{world.url}/_sandbox/faults", {"path": "/issue/", "method": "PUT", "by": "solveonce", "status": 400})

    slack_reporter.do("submit", view_id=view_id, values={"notes_b": "Restarted the queue twice, then the broker"})
    eventually(lambda: "then the broker" in directly(world, "U0REPORTER"))
    quiet(world.url)

    assert "Jira did not take it" in directly(world, "U0REPORTER")
    assert press(world, slack_reporter, "edit")["view"], "and she can try again"


@pytest.mark.parametrize("form", ["ops_triage_v1", "ops_notes_v1", "ops_unsolved_v1"])
def test_a_form_about_no_known_ticket_stays_open_with_what_was_written(doors: Doors, form: str) -> None:
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "So"}]}],
    }
    values = {
        "answer_b": {"answer_a": {"value": "Because"}},
        "notes_b": {"notes_a": {"value": "Because", "rich_text_value": rich}},
    }
    view = {"id": "V1", "type": "modal", "callback_id": form, "private_metadata": "{}", "state": {"values": values}}
    payload = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view}

    body = urlencode({"payload": json.dumps(payload)}).encode()
    answer = doors.slack(body, "application/x-www-form-urlencoded").get_json()

    assert answer["response_action"] == "errors"
    assert "Copy your words" in str(answer["errors"])
    # One that cannot be read at all is told beside a field of its own too.
    fields = [{"type": "context"}, {"type": "input", "block_id": "answer_b"}]
    broken = {**payload, "user": None, "view": {**view, "blocks": fields, "private_metadata": '{"about": "1:1"}'}}
    body = urlencode({"payload": json.dumps(broken)}).encode()
    answer = doors.slack(body, "application/x-www-form-urlencoded").get_json()
    assert list(answer["errors"]) == ["answer_b"]


def test_a_form_of_an_earlier_release_stays_open(doors: Doors) -> None:
    fields = [{"type": "input", "block_id": "then_b"}]
    view = {"id": "V1", "type": "modal", "callback_id": "ops_intake_v0", "blocks": fields, "private_metadata": ""}
    payload = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view}

    body = urlencode({"payload": json.dumps(payload)}).encode()
    answer = doors.slack(body, "application/x-www-form-urlencoded").get_json()

    assert "Copy your words" in answer["errors"]["then_b"]


def test_the_home_tab_says_that_jira_is_not_connected(world: Sandbox, bare_service: Service) -> None:
    Admin(world.url, bare_service.url).install_slack(SIGNING_SECRET, BOT_TOKEN)

    SlackUser(world.url, "reporter@example.com").do("home")

    eventually(lambda: "not connected to Jira yet" in str(world.world.slack.homes.get("U0REPORTER")))
