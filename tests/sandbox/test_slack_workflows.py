"""A step of a workflow's is executed and completed as Slack does it; an app has what its manifest says."""

from __future__ import annotations

from typing import Any

import pytest
from slack_app import SECRET, TOKEN
from slack_client import OPS, SlackClient
from web import web

MANIFEST: dict[str, Any] = {
    "features": {
        "slash_commands": [{"command": "/ops"}],
        "shortcuts": [{"name": "Triage", "type": "message", "callback_id": "triage"}],
    },
    "oauth_config": {"scopes": {"bot": ["channels:history", "chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.channels", "function_executed"]}},
    "functions": {
        "make": {
            "title": "Make",
            "description": "Makes it",
            "input_parameters": {"properties": {"what": {"type": "string", "name": "what"}}, "required": ["what"]},
            "output_parameters": {"properties": {"key": {"type": "string", "name": "key"}}, "required": ["key"]},
        }
    },
}


@pytest.fixture
def by_manifest(slack: SlackClient) -> SlackClient:
    about = {"request_url": slack.app.url, "signing_secret": SECRET, "bot_token": TOKEN, "manifest": MANIFEST}
    assert web.post(slack.sandbox.url + "/_sandbox/slack/install", json=about).status_code == 204
    return slack


def run(slack: SlackClient) -> tuple[str, str]:
    """Execution and token of a step."""
    execution = slack.do("workflow", callback_id="make", inputs={"what": "x"})["execution"]
    slack.app.wait_for("function_executed")
    told = slack.app.got("function_executed")[-1].payload["event"]
    assert told["function_execution_id"] == execution
    return execution, told["bot_access_token"]


def test_a_step_ends_once_with_its_own_token(by_manifest: SlackClient) -> None:
    execution, token = run(by_manifest)
    call = {"function_execution_id": execution, "outputs": {"key": "OPS-1"}}

    assert by_manifest.call("functions.completeSuccess", token=token, **call)["ok"]
    assert by_manifest.error("functions.completeSuccess", token=token, **call) == "execution_not_in_running_state"
    assert by_manifest.error("functions.completeError", function_execution_id="Fx1", error="no") == (
        "function_execution_not_found"
    )


def test_outputs_that_are_required_have_to_be_there(by_manifest: SlackClient) -> None:
    execution, token = run(by_manifest)

    for outputs in ({}, {"key": ""}, {"key": "OPS-1", "another": "x"}):
        call = {"function_execution_id": execution, "outputs": outputs}
        assert by_manifest.error("functions.completeSuccess", token=token, **call) == "parameter_validation_failed"


def test_the_token_of_a_step_is_over_after_fifteen_minutes_and_good_for_nothing_else(by_manifest: SlackClient) -> None:
    execution, token = run(by_manifest)
    assert by_manifest.error("chat.postMessage", token=token, channel="C0OPSEX", text="x") == "invalid_auth"

    web.post(by_manifest.sandbox.url + "/_sandbox/clock", json={"advance": 15 * 60 + 1})

    call = {"function_execution_id": execution, "error": "no"}
    assert by_manifest.error("functions.completeError", token=token, **call) == "token_expired"
    assert by_manifest.call("functions.completeError", **call)["ok"]


def test_an_app_has_what_its_manifest_says(by_manifest: SlackClient) -> None:
    ts = by_manifest.say("hello")["ts"]
    by_manifest.do("react", channel=OPS, ts=ts, name="eyes")
    by_manifest.app.wait_for("message")

    assert by_manifest.app.got("reaction_added") == []
    assert "no message shortcut" in by_manifest.cannot("shortcut", callback_id="x", channel=OPS, message_ts=ts)
    assert "no global shortcut" in by_manifest.cannot("shortcut", callback_id="triage")
    assert by_manifest.error("users.info", user="U0REPORTER") == "missing_scope"
    assert "needs ['what']" in by_manifest.cannot("workflow", callback_id="make", inputs={})
