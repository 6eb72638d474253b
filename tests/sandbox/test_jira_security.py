"""An issue's security level is told wherever its fields are; whom it hides the issue from is a matter of its own."""

from __future__ import annotations

from typing import Any

from jira_client import ADMIN, JiraClient
from recording_app import RecordingApp


def set_level(jira: JiraClient, key: str, level: str | None) -> None:
    jira.control("jira/security", {"user": ADMIN, "issue": key, "level": level})


def levels(jira: JiraClient, key: str) -> list[Any]:
    """The field `security` by single read, bulk fetch and search."""
    single = jira.fields(key)
    (bulk,) = jira.post("issue/bulkfetch", {"issueIdsOrKeys": [key]}).json()["issues"]
    (found,) = jira.post("search/jql", {"jql": f"key = {key}", "fields": ["security"]}).json()["issues"]
    return [each["security"] for each in (single, bulk["fields"], found["fields"])]


def test_most_issues_have_no_level(jira: JiraClient) -> None:
    assert levels(jira, jira.an_issue()) == [None, None, None]


def test_a_level_is_told_wherever_fields_are(jira: JiraClient) -> None:
    key, other = jira.an_issue(), jira.an_issue()
    set_level(jira, other, "Staff only")
    set_level(jira, key, "Payments team")

    told = levels(jira, key)

    assert [(level["id"], level["name"]) for level in told] == [("10001", "Payments team")] * 3
    set_level(jira, key, None)
    assert levels(jira, key) == [None, None, None]


def test_a_level_is_set_by_a_person_and_told_to_apps(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    set_level(jira, key, "Staff only")

    told = installed.wait_for("/hook", 2)[1].body

    (item,) = told["changelog"]["items"]
    assert (item["field"], item["fromString"], item["toString"]) == ("security", None, "Staff only")
    assert told["issue"]["fields"]["security"]["name"] == "Staff only"
    assert jira.history(key) == [["security"]]


def test_rest_does_not_set_it_as_it_is_on_no_screen(jira: JiraClient) -> None:
    refused = jira.put(f"issue/{jira.an_issue()}", {"fields": {"security": {"id": "10000"}}})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["security"])
