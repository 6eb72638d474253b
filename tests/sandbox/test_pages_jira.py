"""The boards and the issue page: what they show, and what a person does on them."""

from __future__ import annotations

import re

from jira_client import JiraClient, a_document
from page_client import Browser, fields_of, part, texts, value_of
from recording_app import RecordingApp

from sandbox.ui_markdown_text import written


def watch(jira: JiraClient) -> None:
    """Let the installed app's validator watch over Done."""
    rule = {"project": "OPS", "to_status": "Done", "kind": "validator", "app_key": "com.example.recorder"}
    config = '{"fieldId": "customfield_10050", "fieldName": "Resolution Notes"}'
    jira.control("jira/rules", rule | {"module_key": "require-field", "config": config})


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


def test_what_is_wrong_with_a_field_stands_beside_it(browser: Browser) -> None:
    page = browser.refused("/boards/OPS/new", 400, summary="")
    assert re.search(r'<input id="summary"[^>]* aria-describedby="summary-error" aria-invalid="true">', page)
    assert "You must specify a summary of the issue." in texts(part(page, "summary-error"))
    assert re.search(r'<textarea id="description"[^>]* aria-describedby="description-hint">', page), "this one is right"


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
    assert written(jira.fields(key)[notes]) == "Restarted it"


def test_a_text_that_was_not_changed_keeps_its_formatting(browser: Browser, jira: JiraClient) -> None:
    red = {"type": "text", "text": "at once", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]}
    text = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [red]}]}
    key = jira.an_issue(description=text)
    browser.post(f"/browse/{key}/edit", description="at once", customfield_10050="**done**")
    fields = jira.fields(key)
    assert fields["description"]["content"][0]["content"] == [red]
    assert written(fields["customfield_10050"]) == "**done**"
    browser.post(f"/browse/{key}/edit", description="")
    assert jira.fields(key)["description"] is None


def test_a_form_sends_only_what_was_changed_in_it(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue(description=a_document("old"))
    form = fields_of(browser.get(f"/browse/{key}"), f"/browse/{key}/edit")
    jira.put(f"issue/{key}", {"fields": {"description": a_document("newer")}})
    browser.post(f"/browse/{key}/edit", **form | {"summary": "Another summary"})
    assert jira.fields(key)["summary"] == "Another summary"
    assert written(jira.fields(key)["description"]) == "newer", "somebody else's text is not undone"


def test_every_field_is_edited_in_the_browser(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    form = fields_of(browser.get(f"/browse/{key}"), f"/browse/{key}/edit")
    erin = jira.sandbox.world.person("engineer@example.com")
    assert erin is not None
    chosen = {"customfield_10049": ["10209", "10210"], "labels": "b a", "assignee": erin.account_id, "priority": "1"}
    page = texts(browser.post(f"/browse/{key}/edit", **form | chosen))
    assert "Platform - functional issue, Platform - UI issue" in page
    assert "Labels a, b" in page
    assert "Assignee Erin Engineer" in page
    assert "Priority Blocker" in page
    form = fields_of(browser.get(f"/browse/{key}"), f"/browse/{key}/edit")
    browser.post(f"/browse/{key}/edit", **form)
    assert jira.fields(key)["customfield_10049"] is None, "no box is ticked"
    assert jira.fields(key)["labels"] == ["a", "b"]


def test_rich_text_is_edited_as_markdown(browser: Browser, jira: JiraClient) -> None:
    mention = {"type": "mention", "attrs": {"id": "712020:1", "text": "@Riley Reporter"}}
    ask = {"type": "paragraph", "content": [{"type": "text", "text": "Ask "}, mention]}
    key = jira.an_issue(description={"type": "doc", "version": 1, "content": [ask]})
    shown = value_of(browser.get(f"/browse/{key}"), "edescription")
    assert shown == "Ask ⟦@Riley Reporter⟧"
    browser.post(f"/browse/{key}/edit", description=shown + "\n\n- **now**")
    paragraph, bullets = jira.fields(key)["description"]["content"]
    assert paragraph["content"][1]["attrs"]["id"] == "712020:1"
    assert bullets["type"] == "bulletList"
    assert "<li><p><strong>now</strong></p></li>" in browser.get(f"/browse/{key}")


def test_a_card_is_moved_by_a_button(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    board = browser.get("/boards")
    assert f'action="/browse/{key}/transition"' in board
    assert re.search(r'<button name="id" value="21">Start work', board)
    page = browser.post(f"/browse/{key}/transition", id="21", back="/boards")
    assert jira.status(key) == "In Progress"
    assert 'id="OPS"' in page, "back on the boards"


def test_a_refused_card_says_so_on_the_board(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    page = browser.refused(f"/browse/{key}/transition", 400, id="61", back="/boards")
    assert f"{key} could not be moved Transition id '61' is not valid for this issue." in texts(page)
    assert 'id="OPS"' in page


def test_a_card_asks_on_a_screen_of_its_own(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    assert f'href="/browse/{key}/transition/51"' in browser.get("/boards")
    assert value_of(browser.get(f"/browse/{key}/transition/51"), "tcustomfield_10050") == ""
    page = browser.post(f"/browse/{key}/transition", id="51", back="/boards", customfield_10050="Restarted *it*")
    assert jira.status(key) == "Done"
    assert 'id="OPS"' in page


def test_what_a_validator_says_is_shown_on_the_screen_and_remembered(
    browser: Browser, jira: JiraClient, installed: RecordingApp
) -> None:
    watch(jira)
    key = jira.an_issue()
    page = browser.refused(f"/browse/{key}/transition", 400, id="51", back="/boards", customfield_10050="")
    assert f"{key} could not be moved Resolution Notes must be filled in before this transition." in texts(page)
    assert 'role="dialog"' in page
    (refusal,) = jira.sandbox.world.jira.refusals
    assert jira.sandbox.world.jira.issues[refusal["issue"]].key == key


def test_a_file_is_uploaded_and_shown_in_the_text(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    browser.post(f"/browse/{key}/attachments", files={"file": ("shot.png", b"PNG", "image/png")})
    browser.post(f"/browse/{key}/edit", description="Look:\n\n![](shot.png)")
    address = re.search(r'<img class="media" src="([^"]+)"', browser.get(f"/browse/{key}"))
    assert address is not None
    assert browser.session.get(browser.url + address[1]).content == b"PNG"
    assert value_of(browser.get(f"/browse/{key}"), "edescription") == "Look:\n\n![](shot.png)"


def test_a_comment_is_written(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    browser.become("triage@example.com")
    page = browser.post(f"/browse/{key}/comment", text="Looks like *last* week")
    assert "Toni Triage" in texts(part(page, "comments"))
    assert "<p>Looks like <em>last</em> week</p>" in page
    assert 'role="alert"' in browser.refused(f"/browse/{key}/comment", 400, text="")


def test_issues_are_linked_in_both_directions(browser: Browser, jira: JiraClient) -> None:
    one, two = jira.an_issue(), jira.an_issue()
    assert f"blocks {two}" in texts(browser.post(f"/browse/{one}/link", how="10000 outward", other=two.lower()))
    assert f"is cloned by {two}" in texts(browser.post(f"/browse/{one}/link", how="10001 inward", other=two))
    assert "could not be linked" in browser.refused(f"/browse/{one}/link", 404, how="10000 outward", other="OPS-99")


def test_an_issue_is_deleted(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    browser.post(f"/browse/{key}/delete")
    browser.get(f"/browse/{key}", 404)


def test_who_may_not_see_an_issue_finds_none(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    issue = jira.sandbox.world.issue(key)
    assert issue is not None
    issue.hidden_from = ("engineering",)
    browser.become("engineer@example.com")
    browser.get(f"/browse/{key}", 404)
    assert key not in browser.get("/boards")
    browser.become("reporter@example.com")
    assert key in browser.get("/boards")


def test_a_long_column_shows_its_newest_and_tells_of_the_others(browser: Browser, jira: JiraClient) -> None:
    for _ in range(32):
        jira.an_issue()
    page = browser.get("/boards")
    assert "OPS-32" in page
    assert ">OPS-2<" not in page
    assert "2 more" in texts(page)
    assert ">OPS-2<" in browser.get("/boards?all=OPS")


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


def test_comments_are_shown(browser: Browser, jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.post(f"issue/{key}/comment", {"body": a_document("Looking into it")})
    assert "Looking into it" in texts(browser.get(f"/browse/{key}")).split("Comments")[1]
