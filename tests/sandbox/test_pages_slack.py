"""Slack's pages: messages as Slack shows them, and what a person does there."""

from __future__ import annotations

import re

import pytest
from page_client import Browser, texts
from slack_client import RILEY, SlackClient, a_modal, a_section, an_input, buttons, options

from sandbox.server import Sandbox
from sandbox.ui_mrkdwn import mrkdwn

#: What the app writes, and what people read.
MRKDWN = {
    "*bold* _it_ ~no~ `a*b`": "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b</code>",
    "snake_case_name 2*3*4": "snake_case_name 2*3*4",
    "<http://x/?a=1&amp;b=2|OPS-1>": '<a href="http://x/?a=1&amp;b=2">OPS-1</a>',
    "*<http://x|OPS-1>*": '<strong><a href="http://x">OPS-1</a></strong>',
    "<@U0REPORTER>": '<span class="mention">@Riley Reporter</span>',
    "<#C0OPSEX>": '<span class="mention">#ops-exceptions</span>',
    "<!date^1732250000^{date}|then>": '<time title="then">22 Nov 2024, 04:33 UTC</time>',
    "a &lt;b&gt; &amp; c": "a &lt;b&gt; &amp; c",
    ":tada: :unknown:": '<span title=":tada:">🎉</span> :unknown:',
}


@pytest.mark.parametrize(("written", "read"), MRKDWN.items(), ids=MRKDWN.keys())
def test_mrkdwn(sandbox: Sandbox, written: str, read: str) -> None:
    assert mrkdwn(sandbox.world, written) == f'<div class="line">{read}</div>'


def test_a_message_is_written_in_the_browser(browser: Browser, slack: SlackClient) -> None:
    shot = {"files": ("shot.png", b"PNG", "image/png")}
    page = browser.post("/slack/ops-exceptions/say", files=shot, text="Look *here*")
    assert "<strong" in page
    assert "shot.png" in page
    address = re.search(r"/slack/ops-exceptions/files/\w+", page)
    assert address is not None
    assert browser.session.get(browser.url + address[0]).content == b"PNG"


def test_a_command_opens_the_form_and_the_form_is_sent(browser: Browser, slack: SlackClient) -> None:
    team = an_input("team", type="static_select", options=options("red", "blue"))
    tags = an_input("tags", optional=True, type="checkboxes", options=options("one", "two"))
    slack.opens(a_modal(an_input("summary", type="plain_text_input"), team, tags))
    page = browser.post("/slack/ops-exceptions/say", text="/ops it broke")
    assert slack.app.got("command")[0].payload["text"] == "it broke"
    view = re.search(r'name="view_id" value="(\w+)"', page)
    assert view is not None
    form = {"view_id": view[1], "v:summary": "", "v:team": "blue", "v:tags": ["one", "two"], "do": "submit"}
    page = browser.post("/slack/ops-exceptions/view", **form)
    assert "Please complete this required field." in page
    assert '<option value="blue" selected>' in page, "what was chosen stays"
    page = browser.post("/slack/ops-exceptions/view", **form | {"v:summary": "It broke"})
    assert 'role="dialog"' not in page
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["summary"]["summary_a"]["value"] == "It broke"
    assert state["tags"]["tags_a"]["selected_options"] == options("one", "two")


def test_errors_of_the_app_stand_beside_the_fields(browser: Browser, slack: SlackClient) -> None:
    view_id = slack.opened()
    slack.answers("view_submission", {"response_action": "errors", "errors": {"summary": "Say more"}})
    form = {"view_id": view_id, "v:summary": "x", "do": "submit"}
    page = browser.post("/slack/ops-exceptions/view", **form)
    assert re.search(r'<div class="field wrong">.*Say more', page, re.DOTALL)
    assert 'value="x"' in page


def test_formatted_text_that_was_not_changed_is_sent_as_it_was(browser: Browser, slack: SlackClient) -> None:
    red = {"type": "text", "text": "now", "style": {"strike": True}}
    before = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [red]}]}
    view_id = slack.opened(an_input("notes", type="rich_text_input", initial_value=before))
    browser.post("/slack/ops-exceptions/view", **{"view_id": view_id, "v:notes": "now", "do": "submit"})
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["notes"]["notes_a"]["rich_text_value"] == before


def test_a_button_is_pressed_in_the_browser(browser: Browser, slack: SlackClient) -> None:
    ts = slack.post("card", blocks=[buttons(go="OPS-1")])
    page = browser.get("/slack/ops-exceptions")
    assert re.search(r'<button class="" name="press" value="go(\n|&#10;)OPS-1"', page)
    browser.post("/slack/ops-exceptions/click", ts=ts, press="go\nOPS-1")
    assert slack.app.got("block_actions")[0].payload["actions"][0]["value"] == "OPS-1"


def test_a_button_with_an_address_leads_there(browser: Browser, slack: SlackClient) -> None:
    ts = slack.post("card", blocks=[buttons(go="OPS-1")])
    form = {"ts": ts, "press": "go\nOPS-1", "url": browser.url + "/boards"}
    answer = browser.session.post(browser.url + "/slack/ops-exceptions/click", data=form, allow_redirects=False)
    assert answer.headers["Location"] == browser.url + "/boards"
    assert slack.app.got("block_actions"), "and the app is told all the same"


def test_a_command_in_a_thread_is_refused(browser: Browser, slack: SlackClient) -> None:
    parent = slack.post("parent")
    page = browser.post("/slack/ops-exceptions/say", text="/ops", thread=parent)
    assert "/ops is not supported in threads. Sorry!" in page
    assert slack.app.got("command") == []


def test_a_thread_stands_beside_its_channel(browser: Browser, slack: SlackClient) -> None:
    parent = slack.post("parent")
    browser.post("/slack/ops-exceptions/say", text="an answer", thread=parent)
    assert "an answer" not in texts(browser.get("/slack/ops-exceptions"))
    assert "an answer" in texts(browser.get(f"/slack/ops-exceptions?thread={parent}"))


def test_an_app_that_is_down_is_shown(browser: Browser, slack: SlackClient) -> None:
    slack.answers("command", "", 500)
    assert "http_service_error" in browser.post("/slack/ops-exceptions/say", text="/ops")


def test_an_ephemeral_message_is_shown_to_one(browser: Browser, slack: SlackClient) -> None:
    slack.ok("chat.postEphemeral", channel="C0OPSEX", user="U0REPORTER", text="psst")
    browser.become(RILEY)
    assert "Only visible to you" in browser.get("/slack/ops-exceptions")
    browser.become("triage@example.com")
    assert "psst" not in browser.get("/slack/ops-exceptions")


def test_the_home_tab_is_drawn(browser: Browser, slack: SlackClient) -> None:
    slack.ok("views.publish", user_id="U0REPORTER", view={"type": "home", "blocks": [a_section("*My requests*")]})
    assert "<strong>My requests</strong>" in browser.get("/slack/home")
    slack.app.wait_for("app_home_opened")
