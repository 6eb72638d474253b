"""What people do on Slack's pages besides writing: workflows, reactions by name, a message's menu in a thread."""

from __future__ import annotations

import pytest
from page_client import EVIL, Browser, texts
from slack_app import SECRET, TOKEN
from slack_client import OPS, RILEY, SlackClient
from web import web

STEP = {
    "title": "Create a ticket",
    "description": "Makes it",
    "input_parameters": {
        "properties": {
            "what": {"type": "string", "name": "what", "title": "What is wrong", "hint": "e.g. refunds"},
            "where": {"type": "slack#/types/channel_id", "name": "where", "title": "Post in"},
            "who": {"type": "slack#/types/user_id", "name": "who", "title": "For"},
        },
        "required": ["what"],
    },
    "output_parameters": {
        "properties": {"url": {"type": "string", "title": "Link"}, "where": {"type": "slack#/types/channel_id"}},
        "required": ["url"],
    },
}
MANIFEST = {
    "features": {"shortcuts": [{"name": "Triage it", "type": "message", "callback_id": "triage"}]},
    "oauth_config": {"scopes": {"bot": ["chat:write", "channels:history", "reactions:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["function_executed", "reaction_added"]}},
    "functions": {"make": STEP},
}


@pytest.fixture
def offering(slack: SlackClient) -> SlackClient:
    about = {"request_url": slack.app.url, "signing_secret": SECRET, "bot_token": TOKEN, "manifest": MANIFEST}
    assert web.post(slack.sandbox.url + "/_sandbox/slack/install", json=about).status_code == 204
    return slack


def test_a_workflow_is_used_and_shows_what_it_goes_on_with(browser: Browser, offering: SlackClient) -> None:
    browser.become(RILEY)
    page = browser.get("/slack/workflows")
    assert '<option value="U0REPORTER" selected>Riley Reporter' in page, "who uses it is the one it is for"
    page = browser.post("/slack/workflows/make/use", what=f"line\r\nline {EVIL}", where="C0OPSEX", who="U0LEAD")
    assert "under way" in page

    told = offering.app.wait_for("function_executed")[-1].payload["event"]
    assert told["inputs"] == {"what": f"line\nline {EVIL}", "where": "C0OPSEX", "who": "U0LEAD"}
    outputs = {"url": "https://jira.example/browse/OPS-1", "where": "C0OPSEX"}
    about = {"function_execution_id": told["function_execution_id"], "outputs": outputs}
    assert offering.call("functions.completeSuccess", token=told["bot_access_token"], **about)["ok"]

    page = browser.get(f"/slack/workflows/runs/{told['function_execution_id']}")
    assert '<a href="https://jira.example/browse/OPS-1">' in page
    assert "#ops-exceptions" in texts(page), "a channel by its name"


def test_a_workflow_that_failed_says_why_and_one_without_its_words_does_not_start(
    browser: Browser, offering: SlackClient
) -> None:
    page = browser.refused("/slack/workflows/make/use", 400, what=" ", where="C0OPSRQ")
    assert "Please fill in What is wrong." in page
    assert '<option value="C0OPSRQ" selected>' in page, "what was chosen stays"
    assert offering.app.got("function_executed") == []

    browser.post("/slack/workflows/make/use", what="x")
    told = offering.app.wait_for("function_executed")[-1].payload["event"]
    offering.call("functions.completeError", function_execution_id=told["function_execution_id"], error=EVIL)
    page = browser.get(f"/slack/workflows/runs/{told['function_execution_id']}")
    assert "The workflow has stopped:" in page
    assert "<script>alert" not in page
    browser.get("/slack/workflows/runs/Fx99", status=404)


def test_any_emoji_is_put_on_a_message_by_its_name_and_once(browser: Browser, slack: SlackClient) -> None:
    ts = slack.post("card")
    assert '<span title=":fire:">🔥 1</span>' in browser.post("/slack/ops-exceptions/react", ts=ts, other=":fire:")
    again = browser.refused("/slack/ops-exceptions/react", 400, ts=ts, other="fire")
    assert "You have put :fire: there already" in again
    assert "There is no emoji “🔥”" in browser.refused("/slack/ops-exceptions/react", 400, ts=ts, other="🔥")


def test_the_menu_of_a_reply_leads_back_to_its_thread(browser: Browser, offering: SlackClient) -> None:
    parent = offering.say("parent")["ts"]
    reply = offering.do("message", channel=OPS, text="reply", thread_ts=parent)["ts"]
    browser.become(RILEY)
    assert browser.get(f"/slack/ops-exceptions?thread={parent}").count("Triage it") == 3, "channel, parent, reply"
    page = browser.post("/slack/ops-exceptions/shortcut", ts=reply, thread=parent, callback_id="triage")
    assert offering.app.got("message_action")[0].payload["message_ts"] == reply
    assert 'aria-label="Thread"' in page
