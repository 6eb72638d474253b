"""The pages show what is there, let a person act, and turn nothing that people wrote into markup of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from jira_client import JiraClient, a_document
from slack_client import RILEY, SlackClient, a_modal, a_section, an_input, buttons, options

from sandbox.server import Sandbox
from sandbox.ui_documents import document, typed
from sandbox.ui_mrkdwn import mrkdwn

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Browser:
    """Somebody with a browser; each call gives the page that she sees in the end."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> str:
        answer = self.session.get(self.url + path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def post(self, path: str, files: Any = None, **form: Any) -> str:
        answer = self.session.post(self.url + path, data=form, files=files)
        assert answer.status_code < 500
        return answer.text

    def become(self, email: str) -> None:
        self.post("/who", email=email, back="/boards")


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    found = Browser(sandbox)
    yield found
    found.session.close()


def texts(page: str) -> str:
    """What is left of a page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_every_page_is_there_before_anything_happened(browser: Browser) -> None:
    for path in ("/", "/boards", "/boards/OPS/new", "/wiki", "/wiki/spaces/OPSTEAM", "/slack", "/slack/ops-requests"):
        assert "You are" in browser.get(path)


def test_no_page_needs_another_host_or_a_script(browser: Browser, slack: SlackClient, jira: JiraClient) -> None:
    key, home = jira.an_issue(), "/wiki/spaces/OPSTEAM/pages/65538"
    slack.post("card", blocks=[buttons(go="1")])
    for path in ("/", "/boards", f"/browse/{key}", home, "/slack/ops-exceptions", "/static/style.css"):
        page = browser.get(path)
        assert "<script" not in page
        assert not re.search(r"(src|href)=\"https?://(?!127\.0\.0\.1)", page)
        assert "url(" not in page


@pytest.mark.parametrize("path", ["/browse/OPS-99", "/boards/NONE/new", "/wiki/spaces/NONE", "/slack/nowhere"])
def test_what_is_not_there_is_404(browser: Browser, path: str) -> None:
    assert browser.session.get(browser.url + path).status_code == 404


def test_one_acts_as_the_person_one_chose(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    browser.become("engineer@example.com")
    browser.post(f"/browse/{key}/transition", id="21")
    assert "Erin Engineer" in texts(browser.get(f"/browse/{key}")).split("History")[1]


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_choosing_a_person_leads_nowhere_else(browser: Browser, back: str) -> None:
    answer = browser.session.post(browser.url + "/who", data={"back": back}, allow_redirects=False)
    assert answer.headers["Location"] == "/"


def test_a_card_lies_in_the_column_of_its_status(browser: Browser, jira: JiraClient) -> None:
    jira.transit(jira.an_issue(), "Start work")
    board = texts(browser.get("/boards"))
    assert re.search(r"In Progress 1 Tickets are sold twice .* OPS-1 General", board)


def test_an_issue_is_created_in_the_browser(browser: Browser, jira: JiraClient) -> None:
    fields = jira.sandbox.world.jira.fields
    ids = {name: next(f for f in fields.values() if f.name == name) for name in ("Exception Type", "Team Responsible")}
    form = {field.id: field.options[0].id for field in ids.values()}
    assert 'role="alert"' in browser.post("/boards/OPS/new", summary="No lights"), "two fields are missing"
    page = browser.post("/boards/OPS/new", summary="No lights", description="Since 9\n\n- hall 1", **form)
    assert "No lights" in texts(page)
    assert [b["type"] for b in jira.fields("OPS-1")["description"]["content"]] == ["paragraph", "bulletList"]


def test_a_refused_transition_says_why(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    page = browser.post(f"/browse/{key}/transition", id="61")
    assert 'role="alert"' in page
    assert "Transition id '61' is not valid for this issue." in texts(page).replace("&#39;", "'")


def test_a_refusal_does_not_eat_the_text(browser: Browser, jira: JiraClient) -> None:
    key, notes = jira.an_issue(), "customfield_10050"
    jira.transit(key, "Send to engineering")
    page = browser.post(f"/browse/{key}/transition", **{"id": "51", notes: "An hour of writing"})
    assert 'role="alert"' in page
    assert "An hour of writing</textarea>" in page


def test_notes_are_written_on_the_way_to_done(browser: Browser, jira: JiraClient) -> None:
    key, notes = jira.an_issue(), "customfield_10050"
    browser.post(f"/browse/{key}/transition", **{"id": "51", notes: "Restarted it"})
    assert jira.status(key) == "Done"
    assert typed(jira.fields(key)[notes]) == "Restarted it"


def test_a_text_that_was_not_changed_keeps_its_formatting(browser: Browser, jira: JiraClient) -> None:
    strong = {"type": "text", "text": "at once", "marks": [{"type": "strong"}]}
    text = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [strong]}]}
    key = jira.an_issue(description=text)
    browser.post(f"/browse/{key}/edit", description="at once", customfield_10050="done")
    fields = jira.fields(key)
    assert fields["description"]["content"][0]["content"] == [strong]
    assert typed(fields["customfield_10050"]) == "done"
    browser.post(f"/browse/{key}/edit", description="")
    assert jira.fields(key)["description"] is None


def test_typed_text_survives_being_typed_again() -> None:
    text = "one\ntwo\n\n- a\n- b\n\n```\ncode\n```"
    assert typed(document(text)) == text
    assert document(" \n ") is None


def test_an_issue_shows_its_links_files_and_history(browser: Browser, jira: JiraClient) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    ends = {"inwardIssue": {"key": clone}, "outwardIssue": {"key": original}}
    jira.post("issueLink", {"type": {"name": "Cloners"}, **ends})
    jira.attach(original, "shot.png")
    link = {"url": "http://127.0.0.1/slack", "title": "The thread"}
    jira.post(f"issue/{original}/remotelink", {"globalId": "x", "object": link})
    page = texts(browser.get(f"/browse/{original}"))
    assert f"is cloned by {clone}" in page
    assert "shot.png" in page
    assert "The thread" in page
    assert f"clones {original}" in texts(browser.get(f"/browse/{clone}"))


def test_a_file_that_is_no_picture_is_only_saved(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.attach(key, "shot.png")
    jira.sandbox.world.jira.issues["10001"].attachments[0].mime_type = "text/html"
    address = re.search(rf"/browse/{key}/attachments/\d+", browser.get(f"/browse/{key}"))
    assert address is not None
    answer = browser.session.get(browser.url + address[0])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_people_wrote_is_text(browser: Browser, jira: JiraClient, slack: SlackClient) -> None:
    link = {"type": "text", "text": "click", "marks": [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]}
    code = {"type": "codeBlock", "attrs": {"language": EVIL}, "content": [{"type": "text", "text": EVIL}]}
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": EVIL}, link]}, code]
    key = jira.an_issue(summary=EVIL, description={"type": "doc", "version": 1, "content": blocks})
    slack.say(EVIL)
    slack.post(EVIL, blocks=[a_section(f"*{EVIL}* <javascript:alert(1)|click>"), buttons(go=EVIL)])
    for path in (f"/browse/{key}", "/boards", "/slack/ops-exceptions"):
        page = browser.get(path)
        assert "<script" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_a_page_of_the_wiki_is_shown_without_what_could_act(browser: Browser, sandbox: Sandbox) -> None:
    storage = (
        '<h2 style="x">Log</h2><table><tbody><tr><td colspan="2"><p>one<br/>two</p></td></tr></tbody></table>'
        '<p><a href="javascript:alert(1)">bad</a> <a href="/browse/OPS-1">OPS-1</a></p><iframe src="x">in</iframe>'
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>mind</p></ac:rich-text-body></ac:structured-macro>'
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>'
        "</ac:structured-macro>"
    )
    sandbox.world.confluence.pages["65538"].body = storage
    page = browser.get("/wiki/spaces/OPSTEAM/pages/65538").split('class="rich scroll">')[1]
    assert '<td colspan="2" rowspan="1"><p>one<br>two</p></td>' in page
    assert '<div class="panel info"><p>mind</p></div>' in page
    assert '<pre class="code" data-language="">a &lt; b</pre>' in page
    assert '<a href="/browse/OPS-1">OPS-1</a>' in page
    assert "javascript" not in page
    assert "<iframe" not in page


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


def test_comments_are_shown(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.post(f"issue/{key}/comment", {"body": a_document("Looking into it")})
    assert "Looking into it" in texts(browser.get(f"/browse/{key}")).split("Comments")[1]
