"""The start page ticks off what has happened: each step for what is there to be seen of it, and for nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jira_client import JiraClient, a_document
from page_client import Browser, part, texts
from recording_app import RecordingApp
from slack_client import SlackClient, a_section

NOTES, TEAM = "customfield_10050", "customfield_10048"


class Story:
    """The six steps, done by hand: what the service would do is done here."""

    def __init__(self, browser: Browser, jira: JiraClient, slack: SlackClient, app: RecordingApp) -> None:
        self.browser, self.jira, self.slack = browser, jira, slack
        self.by_app = next(a.account_id for a in jira.sandbox.world.apps.values())
        self.ts = ""

    def ticks(self, ticket: str | None = None) -> str:
        """`✓` done, `–` skipped, `>` next, `.` to come."""
        page = self.browser.get("/" if ticket is None else f"/?ticket={ticket}")
        kinds = re.findall(r'<li class="step ([a-z]*)', part(page, "steps"))
        return "".join({"done": "✓", "skipped": "–", "next": ">"}.get(kind, ".") for kind in kinds)

    def ask(self, team: str = "Engineering") -> str:
        key = self.jira.an_issue(**{TEAM: {"value": team}})
        self.ts = self.slack.post(key, blocks=[a_section(f"<{self.jira.sandbox.url}/browse/{key}|{key}>")])
        url = f"{self.jira.sandbox.url}/slack/archives/C0OPSEX/p{self.ts.replace('.', '')}"
        self.jira.post(f"issue/{key}/remotelink", {"globalId": key, "object": {"url": url, "title": "Slack thread"}})
        return key

    def hand_over(self, key: str) -> str:
        clone = self.jira.an_issue("YAY")
        ends = {"inwardIssue": {"key": clone}, "outwardIssue": {"key": key}}
        self.jira.post("issueLink", {"type": {"name": "Cloners"}, **ends}).raise_for_status()
        link = f"<{self.jira.sandbox.url}/browse/{clone}|{clone}>"
        self.slack.ok("chat.postMessage", channel="C0ENGTRI", text=clone, blocks=[a_section(link)])
        self.jira.transit(key, "Send to engineering").raise_for_status()
        return clone

    def carry(self, key: str, clone: str) -> None:
        for each in (key, clone):
            self.jira.put(f"issue/{each}", {"fields": {NOTES: a_document("Restarted")}}).raise_for_status()
        issue = self.jira.sandbox.world.issue(key)
        assert issue is not None
        issue.history[-1].author = self.by_app

    def finish(self, key: str, clone: str) -> None:
        self.jira.transit(clone, "Done").raise_for_status()
        self.jira.transit(key, "Ask for resolution notes").raise_for_status()
        self.slack.post(f"<@U0REPORTER> {key} needs your review", thread_ts=self.ts)


@pytest.fixture
def story(browser: Browser, jira: JiraClient, slack: SlackClient, installed: RecordingApp) -> Story:
    return Story(browser, jira, slack, installed)


def test_before_anything_happened_the_first_step_is_next(browser: Browser) -> None:
    page = browser.get("/")
    assert "SolveOnce is not installed here" in texts(page)
    assert texts(part(page, "steps")).startswith("1 Ask in Slack to do")
    answer = browser.post("/who", email="reporter@example.com", back="/slack/ops-exceptions")
    assert "# ops-exceptions" in texts(answer)


def test_each_step_is_ticked_when_it_can_be_seen(story: Story, wiki: Any) -> None:
    assert story.ticks() == ">....."
    key = story.ask()
    assert story.ticks() == "✓>...."
    clone = story.hand_over(key)
    assert story.ticks() == "✓✓>..."
    story.carry(key, clone)
    assert story.ticks() == "✓✓✓>.."
    world = story.jira.sandbox.world
    world.jira.refusals.append({"issue": "10001", "transition": "51", "by": "x", "time": world.now()})
    assert story.ticks() == "✓✓✓✓>."
    assert story.ticks("") == ">.....", "the next one's story has not begun"
    story.finish(key, clone)
    assert story.ticks() == "✓✓✓✓✓>"
    wiki.a_page(f'<p><a href="{wiki.url}/browse/{key}">{key}</a></p>')
    assert story.ticks() == "✓✓✓✓✓✓"
    assert "See Ops Exception Log" in texts(part(story.browser.get("/"), "steps"))


def test_a_text_that_a_person_wrote_twice_was_not_carried(story: Story) -> None:
    key = story.ask()
    clone = story.hand_over(key)
    for each in (key, clone):
        story.jira.put(f"issue/{each}", {"fields": {NOTES: a_document("same")}})
    assert story.ticks() == "✓✓>..."


def test_a_clone_without_its_alert_is_not_handed_over(story: Story) -> None:
    key = story.ask()
    story.hand_over(key)
    story.jira.sandbox.world.slack.messages[:] = [
        m for m in story.jira.sandbox.world.slack.messages if m.channel != "C0ENGTRI"
    ]
    assert story.ticks() == "✓>...."


def test_a_ticket_for_operations_has_a_shorter_story(story: Story) -> None:
    story.ask(team="Operations")
    assert story.ticks() == "✓✓–>–."
    assert "Operations keeps it" in texts(story.browser.get("/"))


def test_the_newest_ticket_under_way_is_followed_and_others_can_be(story: Story) -> None:
    first = story.ask()
    clone = story.hand_over(first)
    second = story.ask()
    page = story.browser.get("/")
    assert f"The story of {second}" in texts(page)
    assert story.ticks(first) == "✓✓>..."
    assert f"Edit {clone} as Erin" in texts(story.browser.get(f"/?ticket={first}"))
    assert story.ticks("") == ">.....", "and the next one, of which there is nothing yet"


def test_the_refusal_is_to_be_tried_where_it_would_be_seen(story: Story) -> None:
    key = story.ask()
    clone = story.hand_over(key)
    assert f"Try it with {clone}" in texts(story.browser.get("/"))
    story.carry(key, clone)
    assert "Empty the notes of a ticket" in texts(story.browser.get("/"))
