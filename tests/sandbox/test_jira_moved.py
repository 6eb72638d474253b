"""An issue that was moved to another project keeps its id and answers to its old key."""

from __future__ import annotations

from jira_client import REPORTER, JiraClient
from recording_app import RecordingApp
from web import web


def move(jira: JiraClient, key: str, project: str = "YAY") -> str:
    return str(jira.control("jira/move", {"user": REPORTER, "issue": key, "project": project}).json()["key"])


def test_the_old_key_answers_with_the_new_one(jira: JiraClient) -> None:
    jira.an_issue("YAY")
    old = jira.an_issue()
    before = jira.get(f"issue/{old}").json()

    new = move(jira, old)

    after = jira.get(f"issue/{old}")
    assert (after.status_code, new) == (200, "YAY-2")
    assert (after.json()["id"], after.json()["key"]) == (before["id"], new)
    assert after.json()["fields"]["project"]["key"] == "YAY"
    assert after.json()["fields"]["issuetype"]["name"] == "Task"
    assert jira.status(new) == "Backlog"
    assert jira.search("project = OPS") == []
    assert jira.an_issue() == "OPS-2"


def test_a_move_is_told_with_its_items(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    new = move(jira, key)

    body = installed.wait_for("/hook", 2)[1].body

    assert (body["webhookEvent"], body["issue_event_type_name"]) == ("jira:issue_updated", "issue_moved")
    told = {item["field"]: (item["fromString"], item["toString"]) for item in body["changelog"]["items"]}
    assert told == {
        "project": ("Ops Issues & Exceptions", "Engineering Kanban"),
        "Key": (key, new),
        "issuetype": ("Ops Exception", "Task"),
        "Workflow": ("OPS workflow", "YAY workflow"),
        "status": ("To Do", "Backlog"),
    }


def test_a_status_that_both_workflows_have_stays(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.transit(key, "Start work")

    new = move(jira, key)

    assert jira.status(new) == "In Progress"
    assert [t["name"] for t in jira.get(f"issue/{new}/transitions").json()["transitions"]] == ["Backlog", "Done"]


def test_to_where_it_is_an_issue_cannot_be_moved(jira: JiraClient) -> None:
    body = {"user": REPORTER, "issue": jira.an_issue(), "project": "OPS"}

    assert web.post(f"{jira.sandbox.url}/_sandbox/jira/move", json=body).status_code == 400


def test_a_deleted_issue_leaves_no_trace_under_any_of_its_keys(jira: JiraClient) -> None:
    old = jira.an_issue()
    new = move(jira, old)
    jira.delete(f"issue/{new}")

    assert [jira.get(f"issue/{key}").status_code for key in (old, new)] == [404, 404]
