"""Events and message shortcuts at the door: stored before the yes, once however often they come, never a 500."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callers import Doors


def an_event(**event: Any) -> dict[str, Any]:
    return {"type": "event_callback", "api_app_id": "A0SOLVE", "team_id": "T1", "event_id": "Ev1", "event": event}


def direct(**parts: Any) -> dict[str, Any]:
    said = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1.2", "text": "Refunds fail"}
    return an_event(**{**said, **parts})


def reaction(**parts: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C1", "ts": "1.2"}
    return an_event(**{"type": "reaction_added", "user": "U1", "reaction": "ticket", "item": item, **parts})


def step(**parts: Any) -> dict[str, Any]:
    given = {"function_execution_id": "Fx1", "bot_access_token": "xwfp-1", "inputs": {"summary": "Refunds fail"}}
    return an_event(
        **{"type": "function_executed", "function": {"callback_id": "create_triage_ticket"}, **given, **parts}
    )


@pytest.mark.parametrize(
    ("payload", "flow"),
    [
        (direct(), "intake.open_request/thread:D1:1.2"),
        (reaction(), "intake.from_reaction/C1:1.2"),
        (reaction(reaction="ticket::skin-tone-2"), "intake.from_reaction/C1:1.2"),
        (step(), "intake.run_step/function:Fx1"),
    ],
)
def test_what_comes_three_times_is_started_once(doors: Doors, payload: dict[str, Any], flow: str) -> None:
    for _ in range(3):
        assert doors.slack_event(payload).status_code == 200

    assert doors.flows() == [flow]


@pytest.mark.parametrize(
    "payload",
    [
        direct(subtype="message_changed", hidden=True, message={"text": "x"}),
        direct(bot_id="B1"),
        direct(user=None),
        direct(thread_ts="1.1"),
        direct(text="…"),
        direct(ts=None),
        step(function_execution_id=None),
        direct(channel_type="channel", channel="C1"),
        direct(channel_type="channel", channel="C1", thread_ts="1.1", files=[{"id": "F1"}]),
        reaction(reaction="eyes"),
        reaction(item={"type": "file", "file": "F1"}),
        reaction(item=None),
        step(function={"callback_id": "another"}),
        step(function=None),
    ],
)
def test_what_is_not_for_us_starts_nothing(doors: Doors, payload: dict[str, Any]) -> None:
    assert doors.slack_event(payload).status_code == 200
    assert doors.flows() == []


@pytest.mark.parametrize(
    "payload",
    [
        direct(text=None, blocks=[{"type": "rich_text", "elements": [{"type": "rich_text_section"}, None, 3]}]),
        direct(blocks={"type": "rich_text"}, files={"id": 1}),
        reaction(item=["C1"]),
        step(inputs=None),
        step(inputs={"summary": {"a": 1}, "tags": ["x"], "requester_id": None}),
        an_event(type="message"),
    ],
)
def test_what_is_broken_gets_an_answer(doors: Doors, payload: dict[str, Any]) -> None:
    assert doors.slack_event(payload).status_code == 200


@pytest.mark.parametrize("payload", [direct(), reaction(), step()], ids=["direct", "emoji", "step"])
def test_what_cannot_be_stored_is_not_accepted_so_that_it_comes_again(doors: Doors, payload: dict[str, Any]) -> None:
    doors.lose_the_database()

    assert doors.slack_event(payload).status_code == 503


def test_the_token_of_a_step_is_not_in_the_log(doors: Doors) -> None:
    doors.slack_event(step())

    assert "xwfp-1" not in doors.log
