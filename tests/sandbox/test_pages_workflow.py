"""The workflow page: rules are added, configured on the app's own page in a frame, and removed; by administrators."""

from __future__ import annotations

import html
import re

import jwt
import pytest
from jira_client import ADMIN, JiraClient
from page_client import Browser, texts
from recording_app import RecordingApp

from sandbox.jwt_qsh import query_string_hash

DONE = "/boards/OPS/workflow/51"
NEW = DONE + "/add/validator/com.example.recorder/require-field"
CONFIG = '{"fieldId": "customfield_10050"}'


@pytest.fixture
def with_pages(app: RecordingApp, jira: JiraClient) -> RecordingApp:
    """The recording app, whose validator has pages of its own."""
    (validator,) = app.descriptor["modules"]["jiraWorkflowValidators"]
    validator |= {"name": {"value": "Not empty"}, "create": {"url": "/rule/create"}}
    validator["edit"] = {"url": "/rule/edit?id={validator.id}&config={validator.config}"}
    jira.control("connect/install", {"descriptor_url": app.descriptor_url, "product": "jira"})
    return app


@pytest.fixture
def admin(browser: Browser) -> Browser:
    browser.become(ADMIN)
    return browser


def frame_of(page: str) -> dict[str, str]:
    found = re.search(r"<iframe ([^>]*)>", page)
    assert found is not None, "there is no frame"
    return {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', found[1])}


def test_everybody_sees_the_workflow_and_administrators_change_it(browser: Browser) -> None:
    page = browser.get("/boards/OPS/workflow")
    assert "To Do, In Progress, Resolution Notes Required → Done" in texts(page)
    assert "Add rule" not in page
    browser.get(DONE + "/add", 403)
    browser.become(ADMIN)
    assert "Add rule" in browser.get("/boards/OPS/workflow")


def test_the_rules_of_installed_apps_are_offered(admin: Browser, with_pages: RecordingApp) -> None:
    page = texts(admin.get(DONE + "/add"))
    assert "Validator Not empty by Recorder" in page
    assert "Post function publish by Recorder" in page


def test_the_apps_page_is_a_frame_with_a_signed_address(
    admin: Browser, with_pages: RecordingApp, jira: JiraClient
) -> None:
    answer = admin.session.get(admin.url + NEW)
    assert f"frame-src {with_pages.url}" in answer.headers["Content-Security-Policy"]
    address = frame_of(answer.text)["src"]
    assert address.startswith(with_pages.base_url + "/rule/create?xdm_e=http%3A%2F%2F127.0.0.1")
    installed = jira.sandbox.world.apps["com.example.recorder"]
    claims = jwt.decode(address.split("jwt=")[1], installed.shared_secret, algorithms=["HS256"])
    assert claims["iss"] == installed.client_key
    alex = jira.sandbox.world.person(ADMIN)
    assert alex is not None
    assert claims["sub"] == alex.account_id
    assert claims["qsh"] == query_string_hash("GET", address, "/connect/jira")


def test_other_pages_have_no_frames(admin: Browser, with_pages: RecordingApp) -> None:
    answer = admin.session.get(admin.url + "/boards")
    assert "frame-src" not in answer.headers["Content-Security-Policy"]


def test_a_rule_is_added_edited_and_removed(admin: Browser, with_pages: RecordingApp, jira: JiraClient) -> None:
    page = admin.post(NEW, config=CONFIG)
    assert "Not empty by Recorder" in texts(page)
    assert jira.transit(jira.an_issue(), "Done").status_code == 400
    address = frame_of(admin.get(DONE + "/validator/0"))["src"]
    assert "/rule/edit?id=51-0&config=%7B%22fieldId%22" in address
    admin.post(DONE + "/validator/0", config='{"fieldId": "summary"}')
    assert jira.transit("OPS-1", "Done").status_code == 204
    admin.post(DONE + "/validator/0/remove")
    assert "Not empty" not in admin.get("/boards/OPS/workflow")


def test_a_post_function_has_no_page_and_is_added_all_the_same(
    admin: Browser, with_pages: RecordingApp, jira: JiraClient
) -> None:
    address = DONE + "/add/post-function/com.example.recorder/publish"
    assert "<iframe" not in admin.get(address)
    admin.post(address, config="")
    jira.transit(jira.an_issue(), "Done").raise_for_status()
    with_pages.wait_for("/publish")


def test_rules_are_for_administrators(browser: Browser, with_pages: RecordingApp, jira: JiraClient) -> None:
    for path in (NEW, DONE + "/validator/0", DONE + "/validator/0/remove"):
        browser.refused(path, 403, config=CONFIG)
    assert jira.sandbox.world.jira.projects["OPS"].transitions[5].validators == []


@pytest.mark.parametrize(
    "path",
    ["/boards/OPS/workflow/99/add", DONE + "/add/validator/nobody/x", DONE + "/validator/7", DONE + "/nonsense/0"],
)
def test_what_is_no_rule_is_not_there(admin: Browser, with_pages: RecordingApp, path: str) -> None:
    admin.get(path, 404)


def test_the_script_for_frames_is_where_jira_has_it(browser: Browser) -> None:
    answer = browser.session.get(browser.url + "/atlassian-connect/all.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "window.AP" in answer.text
