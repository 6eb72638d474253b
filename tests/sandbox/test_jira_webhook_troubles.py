"""Webhooks that come late, twice, out of order, only after many minutes, or not at all; and how many come at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from jira_client import JiraClient, eventually
from recording_app import Call, RecordingApp
from web import web

from sandbox.courier import IN_FLIGHT


def deliveries(jira: JiraClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.get(jira.sandbox.url + "/_sandbox/deliveries").json()
    return [delivery for delivery in found if delivery["kind"] == "webhook"]


def advance(jira: JiraClient, seconds: float) -> None:
    jira.control("clock", {"advance": seconds})


def idle(jira: JiraClient) -> bool:
    return bool(web.get(jira.sandbox.url + "/_sandbox/idle").json()["idle"])


def test_a_webhook_may_come_late(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_late": 900})
    jira.an_issue()
    assert not idle(jira)
    assert installed.events() == []

    advance(jira, 900)

    assert installed.wait_for("/hook")


def test_a_webhook_may_come_twice_under_one_identifier(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"deliver_twice": True})
    jira.an_issue()

    one, other = installed.wait_for("/hook", 2)

    assert one.headers["x-atlassian-webhook-identifier"] == other.headers["x-atlassian-webhook-identifier"]
    assert one.body == other.body


def test_a_webhook_may_never_come(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_lost_every": 1})
    key = jira.an_issue()
    jira.put(f"issue/{key}", {"fields": {"summary": "Never heard"}})
    eventually(lambda: idle(jira))
    jira.control("settings", {"webhook_lost_every": 0})

    jira.put(f"issue/{key}", {"fields": {"summary": "Heard"}})

    (told,) = installed.wait_for("/hook", 1)
    assert told.body["issue"]["fields"]["summary"] == "Heard"


def test_a_webhook_may_overtake_the_one_before_it(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_overtaken": 60})
    key = jira.an_issue()
    for n in range(3):
        jira.put(f"issue/{key}", {"fields": {"summary": f"Summary {n}"}})
    promptly = installed.wait_for("/hook", 2)
    advance(jira, 60)

    told = installed.wait_for("/hook", 4)

    assert len(promptly) == 2
    times = [call.body["timestamp"] for call in told]
    assert times != sorted(times)
    assert len(set(times)) == 4


def test_jiras_own_pauses_are_of_five_to_fifteen_minutes_and_then_it_is_lost(
    jira: JiraClient, installed: RecordingApp
) -> None:
    jira.control("settings", {"webhook_retries": "real"})
    installed.answers["/connect/jira/hook"] = [503] * 6
    jira.an_issue()
    for tries in range(1, 7):
        eventually(lambda: [d["try"] for d in deliveries(jira)] == list(range(1, tries + 1)))  # noqa: B023
        if tries <= 5:
            advance(jira, 299)
            assert not idle(jira)
            assert len(deliveries(jira)) == tries
            advance(jira, 601)

    assert eventually(lambda: idle(jira))
    advance(jira, 86_400)
    assert [d["status"] for d in deliveries(jira)] == [503] * 6


class SlowApp(RecordingApp):
    """Answers nothing until it is let go."""

    def take(self, call: Call) -> int:
        status = super().take(call)
        if call.path.endswith("/hook"):
            self.go.wait(10)
        return status

    def __enter__(self) -> SlowApp:
        self.go = threading.Event()
        super().__enter__()
        return self


@pytest.fixture
def slow(jira: JiraClient) -> Any:
    with SlowApp() as app:
        jira.control("connect/install", {"descriptor_url": app.descriptor_url})
        app.wait_for("/enabled")
        yield app
        app.go.set()


def test_twenty_webhooks_at_most_are_under_way_to_one_host(jira: JiraClient, slow: SlowApp) -> None:
    most = IN_FLIGHT["Primary"]
    for _ in range(most + 5):
        jira.an_issue()

    slow.wait_for("/hook", most)

    under_way = jira.sandbox.app.extensions["courier"]._in_flight
    assert max(under_way.values()) == most
    assert len(slow.to("/hook")) == most
    slow.go.set()
    assert len(slow.wait_for("/hook", most + 5)) == most + 5
    assert eventually(lambda: idle(jira))


def test_the_fallout_of_a_deletion_is_in_the_slower_flow(jira: JiraClient, installed: RecordingApp) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    ends = {"inwardIssue": {"key": clone}, "outwardIssue": {"key": original}}
    jira.post("issueLink", {"type": {"name": "Cloners"}, **ends})
    jira.delete(f"issue/{original}")

    told = installed.wait_until(
        lambda: [call for call in installed.to("/hook") if call.body["webhookEvent"] == "issuelink_deleted"]
    )

    assert told[0].headers["x-atlassian-webhook-flow"] == "Secondary"
