"""What holds on every page: everything is there, nothing from elsewhere, and what people wrote stays text."""

from __future__ import annotations

import re

import pytest
from jira_client import JiraClient
from page_client import EVIL, Browser, texts
from slack_client import SlackClient, a_section, buttons


def test_every_page_is_there_before_anything_happened(browser: Browser) -> None:
    for path in ("/", "/boards", "/boards/OPS/new", "/wiki", "/wiki/spaces/OPSTEAM", "/slack", "/slack/ops-requests"):
        assert "You are" in browser.get(path)


PAGES = ("/", "/boards", "/boards/OPS/new", "/boards/OPS/workflow", "/wiki", "/wiki/spaces/OPSTEAM", "/slack/home")
HOME = "/wiki/spaces/OPSTEAM/pages/65538"


def test_no_page_needs_another_host_nor_runs_what_stands_in_it(
    browser: Browser, slack: SlackClient, jira: JiraClient
) -> None:
    key = jira.an_issue()
    slack.post("card", blocks=[buttons(go="1")])
    own = (f"/browse/{key}", f"/browse/{key}/transition/51", HOME, HOME + "/edit", HOME + "/history", "/slack/home")
    for path in (*PAGES, *own, "/slack/ops-exceptions"):
        answer = browser.session.get(browser.url + path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; base-uri 'none'")
        assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=", answer.text), path
        assert not re.search(r"(src|href)=\"https?://(?!127\.0\.0\.1)", answer.text), path


@pytest.mark.parametrize("name", ["style.css", "jira.css", "wiki.css", "slack.css", "live.js", "host.js", "all.js"])
def test_no_sheet_and_no_script_needs_another_host(browser: Browser, name: str) -> None:
    sent = browser.get("/static/" + name)
    assert "http" not in sent.replace("https://developer.atlassian.com", "")
    assert "url(" not in sent


def test_every_page_has_a_language_a_title_and_its_landmarks(browser: Browser, jira: JiraClient) -> None:
    for path in (*PAGES, f"/browse/{jira.an_issue()}", HOME, HOME + "/edit"):
        page = browser.get(path)
        assert '<html lang="en">' in page
        assert len(re.findall(r"<title>[^<]+ · SolveOnce sandbox</title>", page)) == 1
        assert len(re.findall(r"<h1[ >]", page)) == 1, path
        for landmark in ("<main", "<header", "<nav aria-label", "<footer"):
            assert landmark in page, f"{path} has no {landmark}"


def test_every_control_has_a_label_and_every_id_stands_once(browser: Browser, jira: JiraClient) -> None:
    for path in (
        *PAGES,
        f"/browse/{jira.an_issue()}",
        HOME,
        HOME + "/edit",
        HOME + "/history",
        "/wiki/spaces/OPSTEAM/new",
    ):
        page = browser.get(path)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), f"{path}: {sorted(i for i in ids if ids.count(i) > 1)}"
        for control in re.findall(r"<(?:input|select|textarea)\s[^>]*>", page):
            if 'type="hidden"' in control or 'type="checkbox"' in control:
                continue
            id_ = re.search(r'\sid="([^"]+)"', control)
            assert "aria-label" in control or (id_ and f'for="{id_[1]}"' in page), f"{path}: {control}"


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


def test_what_people_wrote_is_text(browser: Browser, jira: JiraClient, slack: SlackClient) -> None:
    link = {"type": "text", "text": "click", "marks": [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]}
    code = {"type": "codeBlock", "attrs": {"language": EVIL}, "content": [{"type": "text", "text": EVIL}]}
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": EVIL}, link]}, code]
    key = jira.an_issue(summary=EVIL, description={"type": "doc", "version": 1, "content": blocks})
    slack.say(EVIL)
    slack.post(EVIL, blocks=[a_section(f"*{EVIL}* <javascript:alert(1)|click>"), buttons(go=EVIL)])
    for path in (f"/browse/{key}", "/boards", "/slack/ops-exceptions"):
        page = browser.get(path)
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("path", "for_people"), [("/nowhere", True), ("/rest/api/3/nothing", False), ("/_sandbox/x", False)]
)
def test_an_unknown_address_is_a_page_for_people_only_where_people_go(
    browser: Browser, path: str, for_people: bool
) -> None:
    answer = browser.session.get(browser.url + path)
    assert answer.status_code == 404
    assert ("To the start page" in answer.text) == for_people
    if "text/html" in answer.headers["Content-Type"]:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
