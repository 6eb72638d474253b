"""What Slack sends when people use the app: one payload for each thing that a listener of ours hears, and what it is about."""

from __future__ import annotations

from typing import Any

from app import threads
from app.domain import IssueRef, Thread
from app.domain_handoff import Choice
from app.handoff import store as handoff
from app.handoff import store_clash
from app.handoff.clash import Clash
from app.triage import store as triage
from tests.builders import a_text
from tests.callers import Doors

Payload = dict[str, Any]
WHO: Payload = {"id": "U0RILEY", "username": "riley", "name": "riley", "team_id": "T0001"}
CHANNEL, CARD, CONTROLS = "C0OPS", "1700000000.000100", "1700000000.000200"
SITE, ISSUE = 1, "10001"
RICH: Payload = {
    "type": "rich_text",
    "block_id": "b1",
    "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "Refunds are "}, {"type": "text", "text": "stuck", "style": {"bold": True}},
            {"type": "link", "url": "https://shop.example.com/1"}, {"type": "user", "user_id": "U0ERIN0001"},
            {"type": "emoji", "name": "fire", "unicode": "1f525"}]},
        {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "pay"}]}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "ERROR: 12"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "she said"}]},
    ],
}  # fmt: skip
FILE: Payload = {"id": "F1", "name": "a.png", "title": "a", "mimetype": "image/png", "size": 3, "mode": "hosted"}


def furnished(doors: Doors) -> Doors:
    """With a site, and a ticket with its thread, its controls, its clone and a clash: what presses are about."""
    doors.install()
    with doors.db.writing() as session:
        threads.expect(session, SITE, ISSUE, "OPS-1", "U0RILEY")
        threads.opened(session, SITE, ISSUE, Thread(CHANNEL, CARD), "To Do", Thread(CHANNEL, CARD))
        shown = {"key": "OPS-1", "severity": "General", "team": "Operations", "type": None, "tags": [], "done": False}
        triage.opened(session, SITE, ISSUE, Thread(CHANNEL, CONTROLS), shown, {})
        handoff.remember(session, SITE, IssueRef(ISSUE, "OPS-1"), IssueRef("20001", "YAY-1"))
        clash = Clash(None, a_text("one"), a_text("two"), Choice.OPS)
        store_clash.note(session, SITE, ISSUE, "description", clash)
    return doors


def pressed(action_id: str, **action: Any) -> Payload:
    """A press on a message."""
    act = {"action_id": action_id, "block_id": "severity:abc", "type": "button", "action_ts": "1700000001.1"} | action
    return {
        "type": "block_actions",
        "user": WHO,
        "team": {"id": "T0001", "domain": "acme"},
        "api_app_id": "A0SOLVE",
        "trigger_id": "1.2.abc",
        "channel": {"id": CHANNEL, "name": "ops"},
        "container": {"type": "message", "message_ts": CONTROLS, "channel_id": CHANNEL, "thread_ts": CARD},
        "message": {"ts": CONTROLS, "thread_ts": CARD, "text": "Triage OPS-1", "blocks": []},
        "response_url": "https://hooks.slack.com/actions/T0001/1/x",
        "state": {"values": {}},
        "actions": [act],
    }


def sent(callback_id: str, memory: str, **values: Any) -> Payload:
    """A form, sent."""
    view = {"id": "V0123", "type": "modal", "callback_id": callback_id, "private_metadata": memory, "hash": "1.x"}
    return {
        "type": "view_submission",
        "team": {"id": "T0001"},
        "user": WHO,
        "trigger_id": "1.2.abc",
        "view": {**view, "blocks": [], "state": {"values": values}},
    }


def an_event(**event: Any) -> Payload:
    return {
        "type": "event_callback",
        "api_app_id": "A0SOLVE",
        "team_id": "T0001",
        "event_id": "Ev1",
        "event_time": 1700000001,
        "authorizations": [{"team_id": "T0001", "user_id": "U0SOLVE", "is_bot": True}],
        "event": event,
    }


def chosen(value: str) -> Payload:
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def a_form(memory: str) -> Payload:
    return sent(
        "ops_intake_v1",
        memory,
        summary_b={"summary_a": {"type": "plain_text_input", "value": "Refunds are stuck"}},
        description_b={"description_a": {"type": "rich_text_input", "rich_text_value": RICH}},
        type_b={"type_a": {"type": "static_select", "selected_option": chosen("Payments and transactions")}},
        team_b={"team_a": {"type": "static_select", "selected_option": chosen("Operations")}},
        tags_b={"tags_a": {"type": "multi_static_select", "selected_options": [chosen("Finance - refunds")]}},
        priority_b={"priority_a": {"type": "static_select", "selected_option": chosen("Critical")}},
    )


def a_message(**more: Any) -> Payload:
    said = {"type": "message", "user": "U0RILEY", "ts": "1700000002.1", "text": "Refunds are *stuck*", "blocks": [RICH]}
    shared = {"is_share": True, "author_name": "Erin", "text": "the queue is full", "fallback": "[…]"}
    return {**said, "files": [FILE], "attachments": [shared], **more}


_NOTES = {"notes_b": {"notes_a": {"type": "rich_text_input", "rich_text_value": RICH}}}
_REASON = {"notes_b": {"notes_a": {"type": "plain_text_input", "value": "Still stuck"}}}
_ANSWER = {"answer_b": {"answer_a": {"type": "plain_text_input", "value": "OPS-2"}}}
ABOUT, ABOUT_FORM = f"{SITE}:{ISSUE}", '{"v": 1, "site": 1, "issue": "10001", "what": "%s"}'
#: What is used → what Slack sends.
OURS: dict[str, Payload] = {
    "form": a_form('{"v": 1, "channel": "C0OPS"}'),
    "form of a message": a_form(
        '{"v": 1, "channel": "C1", "message": {"ts": "1.2", "thread": "1.1", "author": "U2", "files": ["F1"]}}'
    ),
    "severity": pressed("ops.triage.severity", type="static_select", selected_option=chosen("Major")),
    "tags": pressed("ops.triage.tags", type="multi_static_select", selected_options=[chosen("Finance - refunds")]),
    "assign": pressed("ops.triage.assign", type="users_select", selected_user="U0ERIN"),
    "take over": pressed("ops.triage.take", value="take"),
    "decline": pressed("ops.triage.decline", value="decline"),
    "declined": sent("ops_triage_v1", ABOUT_FORM % "decline", **_ANSWER),
    "duplicate": sent("ops_triage_v1", ABOUT_FORM % "duplicate", **_ANSWER),
    "accept": pressed("ops.notes.accept", value=ABOUT),
    "edit": pressed("ops.notes.edit", value=ABOUT),
    "not solved": pressed("ops.notes.reject", value=ABOUT),
    "notes": sent("ops_notes_v1", '{"v": 1, "about": "1:10001", "seen": "x"}', **_NOTES),
    "unsolved": sent("ops_unsolved_v1", '{"v": 1, "about": "1:10001"}', **_REASON),
    "take it": pressed("ops.alert.take", value=ABOUT),
    "clash": pressed("handoff.clash.both", value="a clash"),
    "home": an_event(type="app_home_opened", user="U0RILEY", tab="home", channel="D1", event_ts="1.1"),
    "new": pressed("ops.home.new", value="new"),
    "shortcut": {"type": "shortcut", "callback_id": "ops_create_global", "user": WHO, "trigger_id": "1.2.abc"},
    "message shortcut": {
        "type": "message_action",
        "callback_id": "ops_create_from_message",
        "user": WHO,
        "team": {"id": "T0001"},
        "trigger_id": "1.2.abc",
        "channel": {"id": "C1", "name": "general"},
        "message_ts": "1700000002.1",
        "message": a_message(),
        "response_url": "https://hooks.slack.com/app/T0001/1/x",
    },
    "direct message": an_event(**a_message(channel="D1", channel_type="im", event_ts="1700000002.1")),
    "file in the thread": an_event(**a_message(channel=CHANNEL, channel_type="channel", thread_ts=CARD, subtype="file_share")),
    "emoji": an_event(
        type="reaction_added", user="U1", reaction="ticket", item={"type": "message", "channel": "C1", "ts": "1.2"}
    ),
    "workflow": an_event(
        type="function_executed",
        function={"id": "Fn1", "callback_id": "create_triage_ticket"},
        inputs={"summary": "Refunds fail", "description": "x", "tags": "a, b", "channel_id": "C1", "requester_id": "U1"},
        function_execution_id="Fx1",
        workflow_execution_id="Wx1",
        bot_access_token="xwfp-1",
    ),
}  # fmt: skip
COMMANDS = ("Refunds are stuck", "mine", "help", "OPS-1", "search refunds", "")


def a_command(words: str) -> dict[str, str]:
    about = {"team_id": "T0001", "channel_id": CHANNEL, "user_id": "U0RILEY", "trigger_id": "1.2.abc"}
    return {"command": "/ops", "text": words, **about, "response_url": "https://hooks.slack.com/commands/T0001/1/x"}
