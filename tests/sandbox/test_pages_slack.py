"""Slack's pages: messages as Slack shows them, and what a person does there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from page_client import Browser, texts
from slack_client import RILEY, SlackClient, a_modal, a_section, an_input, buttons, options

from sandbox.server import Sandbox
from sandbox.ui_mrkdwn import mrkdwn, with_emoji

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


def test_a_plain_text_keeps_its_colons() -> None:
    assert with_emoji("At 9:30: :fire: a:b: :unknown:") == "At 9:30: 🔥 a:b: :unknown:"


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
    red = {"type": "text", "text": "now", "style": {"underline": True}}
    before = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [red]}]}
    view_id = slack.opened(an_input("notes", type="rich_text_input", initial_value=before))
    browser.post("/slack/ops-exceptions/view", **{"view_id": view_id, "v:notes": "now", "do": "submit"})
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["notes"]["notes_a"]["rich_text_value"] == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["as written", "as a browser sends it"])
def test_a_button_is_pressed_in_the_browser(browser: Browser, slack: SlackClient, line_end: str) -> None:
    ts = slack.post("card", blocks=[buttons(go="OPS-1")])
    page = browser.get("/slack/ops-exceptions")
    assert re.search(r'<button class="" name="press" value="go(\n|&#10;)OPS-1"', page)
    browser.post("/slack/ops-exceptions/click", ts=ts, press=f"go{line_end}OPS-1")
    assert slack.app.got("block_actions")[0].payload["actions"][0]["value"] == "OPS-1"


MENUS: list[tuple[dict[str, Any], str, Any, dict[str, Any]]] = [
    (
        {"type": "checkboxes", "options": options("a", "b")},
        "checkbox",
        ["a", "b"],
        {"selected_options": options("a", "b")},
    ),
    ({"type": "radio_buttons", "options": options("a", "b")}, "radio", "b", {"selected_option": options("b")[0]}),
    ({"type": "datepicker", "initial_date": "2026-11-22"}, "date", "2026-11-23", {"selected_date": "2026-11-23"}),
    ({"type": "timepicker"}, "time", "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker"}, "datetime-local", "2026-11-22T09:30", {"selected_date_time": 1795339800}),
]


@pytest.mark.parametrize(("element", "control", "chosen", "told"), MENUS, ids=[case[1] for case in MENUS])
def test_a_menu_of_a_message_is_set_in_the_browser(
    browser: Browser, slack: SlackClient, element: dict[str, Any], control: str, chosen: Any, told: dict[str, Any]
) -> None:
    ts = slack.post("card", blocks=[{"type": "actions", "elements": [{**element, "action_id": "set"}]}])
    assert f'<input type="{control}" name="choice"' in browser.get("/slack/ops-exceptions")
    browser.post("/slack/ops-exceptions/click", ts=ts, press="set", choice=chosen)
    (action,) = slack.app.got("block_actions")[0].payload["actions"]
    assert action.items() >= told.items()


def test_who_presses_what_was_changed_meanwhile_pressed_what_was_shown(browser: Browser, slack: SlackClient) -> None:
    """An app that gives a block a new id for a new value knows what the person saw."""
    ts = slack.post("card", blocks=[buttons(go="OPS-1") | {"block_id": "severity:General"}])
    assert 'name="block" value="severity:General"' in browser.get("/slack/ops-exceptions")
    blocks = [buttons(go="OPS-1") | {"block_id": "severity:Critical"}]
    slack.ok("chat.update", channel="C0OPSEX", ts=ts, text="card", blocks=blocks)
    browser.post("/slack/ops-exceptions/click", ts=ts, press="go\nOPS-1", block="severity:General")
    assert slack.app.got("block_actions")[0].payload["actions"][0]["block_id"] == "severity:General"


def test_a_markdown_block_is_drawn(browser: Browser, slack: SlackClient) -> None:
    slack.post("news", blocks=[{"type": "markdown", "text": "# News\n\n- **one**\n\n<script>alert(1)</script>"}])
    page = browser.get("/slack/ops-exceptions")
    assert "<h1>News</h1>" in page
    assert "<strong>one</strong>" in page
    assert "<script>alert" not in page


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


def test_the_commands_of_the_app_are_listed_and_run(browser: Browser, slack: SlackClient) -> None:
    app = slack.sandbox.world.slack.app
    assert app is not None
    app.commands = [{"command": "/ops", "description": "Report an exception", "usage_hint": "[what is wrong]"}]
    assert "/ops [what is wrong] Report an exception" in texts(browser.get("/slack/ops-exceptions"))
    browser.post("/slack/ops-exceptions/say", text="the gate is shut", command="/ops")
    browser.post("/slack/ops-exceptions/say", text="/ops typed too", command="/ops")
    assert [r.payload["text"] for r in slack.app.got("command")] == ["the gate is shut", "typed too"]


def test_a_command_that_no_app_has_is_refused_as_slack_does(browser: Browser, slack: SlackClient) -> None:
    app = slack.sandbox.world.slack.app
    assert app is not None
    app.commands = [{"command": "/ops", "description": "Report an exception", "usage_hint": ""}]
    page = browser.refused("/slack/ops-exceptions/say", 400, text="/opps it broke")
    assert "/opps is not a valid command." in texts(page)
    assert "/opps it broke</textarea>" in page
    assert slack.app.got("command") == []


def test_a_message_of_several_lines_is_written_as_the_person_typed_it(browser: Browser, slack: SlackClient) -> None:
    """A browser ends lines in a form with two characters."""
    browser.post("/slack/ops-exceptions/say", text="```\r\nlog\r\n```\r\n- one")
    (message,) = slack.seen()
    assert "\r" not in f"{message['text']}{message['blocks']}"
    assert [part["type"] for part in message["blocks"][0]["elements"]] == ["rich_text_preformatted", "rich_text_list"]


def test_what_was_not_taken_is_still_in_the_box(browser: Browser, slack: SlackClient) -> None:
    slack.answers("command", "", 500)
    page = browser.post("/slack/ops-exceptions/say", text="/ops an hour of writing")
    assert "/ops an hour of writing</textarea>" in page


def test_a_reaction_is_put_on_a_message(browser: Browser, slack: SlackClient) -> None:
    ts = slack.post("card")
    page = browser.post("/slack/ops-exceptions/react", ts=ts, emoji="tada")
    assert '<span title=":tada:">🎉 1</span>' in page


def test_direct_messages_are_between_one_person_and_the_app(browser: Browser, slack: SlackClient) -> None:
    slack.ok("chat.postMessage", channel="U0REPORTER", text="OPS-1 needs you")
    browser.become(RILEY)
    assert "OPS-1 needs you" in browser.get("/slack/@solveonce")
    browser.post("/slack/@solveonce/say", text="On it")
    slack.app.wait_for("message")
    browser.become("triage@example.com")
    assert "OPS-1 needs you" not in browser.get("/slack/@solveonce")


def test_a_file_that_is_uploaded_in_a_form_reaches_the_app(browser: Browser, slack: SlackClient) -> None:
    view_id = slack.opened(an_input("shot", type="file_input"))
    upload = {"v:shot": ("shot.png", b"PNG", "image/png")}
    browser.post("/slack/ops-exceptions/view", files=upload, view_id=view_id, do="submit")
    (file,) = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]["shot"]["shot_a"]["files"]
    assert file["name"] == "shot.png"


def test_radio_buttons_and_menus_of_a_form_are_chosen(browser: Browser, slack: SlackClient) -> None:
    view_id = slack.opened(
        an_input("speed", type="radio_buttons", options=options("slow", "fast")),
        an_input("who", type="users_select"),
    )
    page = browser.get("/slack/ops-exceptions")
    assert re.search(r'<input type="radio" name="v:speed" value="fast"', page)
    form = {"view_id": view_id, "v:speed": "fast", "v:who": "U0ENGINEER", "do": "submit"}
    browser.post("/slack/ops-exceptions/view", **form)
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["speed"]["speed_a"]["selected_option"]["value"] == "fast"
    assert state["who"]["who_a"]["selected_user"] == "U0ENGINEER"


def test_the_script_that_looks_for_news_is_nobody_who_opens_the_home_tab(browser: Browser, slack: SlackClient) -> None:
    browser.get("/slack/home", **{"X-Live": "1"})
    browser.get("/slack/home")
    assert len(slack.app.wait_for("app_home_opened")) == 1


def test_the_script_that_looks_for_news_asks_no_menu_for_its_choices(browser: Browser, slack: SlackClient) -> None:
    slack.opened(an_input("place", type="external_select"))
    assert 'id="modal-place"' in browser.get("/slack/ops-exceptions")
    asked = len(slack.app.got("block_suggestion"))
    assert asked
    assert 'id="modal-place"' not in browser.get("/slack/ops-exceptions", **{"X-Live": "1"})
    assert len(slack.app.got("block_suggestion")) == asked


def test_messages_stand_under_their_day(browser: Browser, slack: SlackClient) -> None:
    slack.say("one")
    slack.say("two")
    assert browser.get("/slack/ops-exceptions").count('<p class="day">') == 1
