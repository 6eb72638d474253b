"""What apps are told about changes, and how often."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from jira_client import NOTES, TEAM, JiraClient, a_document, eventually
from recording_app import Call, RecordingApp
from web import web

from sandbox.jwt_qsh import query_string_hash


def told(app: RecordingApp, event: str) -> Call:
    """The first webhook for *event*."""
    return app.wait_until(lambda: [c for c in app.to("/hook") if c.body["webhookEvent"] == event])[0]


def deliveries(jira: JiraClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.get(jira.sandbox.url + "/_sandbox/deliveries").json()
    return [delivery for delivery in found if delivery["kind"] == "webhook"]


def test_a_creation_is_told_in_the_form_of_the_second_api(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue(description=a_document("Sold twice", "again"))

    body = told(installed, "jira:issue_created").body

    assert (body["issue"]["key"], body["issue_event_type_name"]) == (key, "issue_created")
    assert body["issue"]["fields"]["description"] == "Sold twice\nagain"
    assert "/rest/api/2/issue/" in body["issue"]["self"]
    assert body["user"]["displayName"] == "Riley Reporter"
    assert "emailAddress" not in body["user"]
    assert isinstance(body["timestamp"], int)


def test_a_webhook_is_signed_for_the_person_who_caused_it(jira: JiraClient, installed: RecordingApp) -> None:
    jira.an_issue()

    call = told(installed, "jira:issue_created")

    app = jira.sandbox.world.apps["com.example.recorder"]
    claims = jwt.decode(call.token, app.shared_secret, algorithms=["HS256"])
    assert (claims["iss"], claims["qsh"]) == (app.client_key, query_string_hash("POST", "/hook"))
    assert jira.sandbox.world.people[claims["sub"]].name == "Riley Reporter"
    assert call.headers["x-atlassian-webhook-flow"] == "Primary"
    assert "x-atlassian-webhook-retry" not in call.headers


def test_one_edit_is_one_event_with_all_its_items(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    jira.put(f"issue/{key}", {"fields": {TEAM: {"value": "Engineering"}, NOTES: a_document("Restarted")}})

    body = told(installed, "jira:issue_updated").body

    entry = jira.get(f"issue/{key}/changelog").json()["values"][0]
    assert body["changelog"] == {"id": entry["id"], "items": entry["items"]}
    assert [(item["fieldId"], item["toString"]) for item in entry["items"]] == [
        (TEAM, "Engineering"),
        (NOTES, "Restarted"),
    ]


def test_the_trace_of_a_call_comes_back_with_its_event(jira: JiraClient, installed: RecordingApp) -> None:
    fields = {"project": {"key": "YAY"}, "issuetype": {"name": "Task"}, "summary": "A clone"}
    jira.post("issue", {"fields": fields}, **{"X-Atlassian-Webhook-Trace": "opsx:1"})

    assert told(installed, "jira:issue_created").headers["x-atlassian-webhook-trace"] == "opsx:1"


def test_an_event_carries_the_properties_that_the_webhook_names(jira: JiraClient, installed: RecordingApp) -> None:
    fields = {"project": {"key": "YAY"}, "issuetype": {"name": "Task"}, "summary": "A clone"}
    jira.post("issue", {"fields": fields, "properties": [{"key": "opsx", "value": 1}, {"key": "other", "value": 2}]})

    assert told(installed, "jira:issue_created").body["issue"]["properties"] == {"opsx": 1}


def test_the_events_of_one_issue_come_in_the_order_of_its_changes(jira: JiraClient, installed: RecordingApp) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    for n in range(5):
        jira.put(f"issue/{original}", {"fields": {"summary": f"Summary {n}"}})
    link = {"type": {"name": "Cloners"}, "inwardIssue": {"key": original}, "outwardIssue": {"key": clone}}
    jira.post("issueLink", link)
    jira.attach(original)
    jira.delete(f"issue/{original}")
    told(installed, "issuelink_deleted")

    mine = [call.body for call in installed.to("/hook") if call.body.get("issue", {}).get("key") != clone]

    assert [body["webhookEvent"] for body in mine] == [
        "jira:issue_created",
        *["jira:issue_updated"] * 6,
        "issuelink_created",
        "attachment_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "issuelink_deleted",
    ]
    assert [body["issue"]["fields"]["summary"] for body in mine[1:6]] == [f"Summary {n}" for n in range(5)]


def test_a_link_is_told_with_its_source_and_destination(jira: JiraClient, installed: RecordingApp) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    link = {"type": {"name": "Cloners"}, "inwardIssue": {"key": clone}, "outwardIssue": {"key": original}}
    jira.post("issueLink", link)

    link_told = told(installed, "issuelink_created").body["issueLink"]

    assert (link_told["sourceIssueId"], link_told["destinationIssueId"]) == (10002, 10001)
    assert link_told["issueLinkType"]["outwardName"] == "clones"


def test_properties_comments_and_idle_edits_are_not_told(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    jira.put(f"issue/{key}/properties/opsx", 1)
    jira.post(f"issue/{key}/comment", {"body": a_document("Looking at it")})
    jira.put(f"issue/{key}", {"fields": {"labels": []}})
    jira.delete(f"issue/{key}")
    told(installed, "jira:issue_deleted")

    assert installed.events() == ["jira:issue_created", "jira:issue_deleted"]


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_a_refused_webhook_comes_again_under_the_same_identifier(
    jira: JiraClient, installed: RecordingApp, status: int
) -> None:
    installed.answers["/connect/jira/hook"] = [status, status]
    jira.an_issue()

    first, second, third = installed.wait_for("/hook", 3)

    identifiers = {call.headers["x-atlassian-webhook-identifier"] for call in (first, second, third)}
    assert len(identifiers) == 1
    assert [c.headers.get("x-atlassian-webhook-retry") for c in (first, second, third)] == [None, "1", "2"]
    assert first.body == third.body


def test_any_other_refusal_is_final(jira: JiraClient, installed: RecordingApp) -> None:
    installed.answers["/connect/jira/hook"] = [400]
    key = jira.an_issue()
    jira.delete(f"issue/{key}")
    told(installed, "jira:issue_deleted")

    first = deliveries(jira)[0]
    assert (first["event"], first["status"], first["try"]) == ("jira:issue_created", 400, 1)
    assert installed.events().count("jira:issue_created") == 1


def test_what_is_refused_too_often_is_lost(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_retries": [0.0]})
    installed.answers["/connect/jira/hook"] = [503, 503]
    key = jira.an_issue()
    installed.wait_for("/hook", 2)
    jira.delete(f"issue/{key}")
    told(installed, "jira:issue_deleted")

    assert installed.events() == ["jira:issue_created", "jira:issue_created", "jira:issue_deleted"]


def test_an_app_that_cannot_be_reached_is_tried_again(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_retries": [0.1] * 20})
    app = jira.sandbox.world.apps["com.example.recorder"]
    app.base_url = "http://127.0.0.1:9"
    jira.an_issue()
    eventually(lambda: deliveries(jira))
    app.base_url = installed.base_url

    assert told(installed, "jira:issue_created").headers["x-atlassian-webhook-retry"] >= "1"
    assert deliveries(jira)[0]["status"] == 0


def test_a_filter_of_the_webhook_is_heeded(jira: JiraClient, app: RecordingApp) -> None:
    for webhook in app.descriptor["modules"]["webhooks"]:
        webhook["filter"] = "project = YAY"
    jira.control("connect/install", {"descriptor_url": app.descriptor_url})
    jira.an_issue()
    jira.an_issue("YAY")

    assert told(app, "jira:issue_created").body["issue"]["key"] == "YAY-1"


def test_after_a_reset_nothing_old_is_delivered(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("settings", {"webhook_retries": [0.1]})
    installed.answers["/connect/jira/hook"] = [503]
    jira.an_issue()
    installed.wait_for("/hook")
    jira.control("reset", None)
    jira.control("settings", {"webhook_retries": [0.1, 0.1]})
    jira.control("connect/install", {"descriptor_url": installed.descriptor_url})
    installed.answers["/connect/jira/hook"] = [503, 503]
    jira.an_issue("YAY")

    # By the time of the third try the one from before the reset would have come too.
    assert [d["issue"] for d in eventually(lambda: deliveries(jira)[2:] and deliveries(jira))] == ["YAY-1"] * 3
