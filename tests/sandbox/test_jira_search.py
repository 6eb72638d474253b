"""Search: what JQL means, what it refuses, and that it comes late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jira_client import NOTES, TEAM, JiraClient, a_document

from sandbox import jira_index


@pytest.fixture
def board(jira: JiraClient) -> JiraClient:
    """OPS-1 untouched; OPS-2 of Engineering, labelled, done with notes; YAY-1 in progress, blocking."""
    jira.an_issue()
    jira.an_issue(labels=["Refund"], **{TEAM: {"value": "Engineering"}, NOTES: a_document("Restarted the queue")})
    jira.an_issue("YAY", summary="Queue stuck", priority={"name": "Blocker"})
    jira.transit("OPS-2", "Done")
    jira.transit("YAY-1", "Start work")
    return jira


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = OPS", "OPS-2 OPS-1"),
        ("project in (OPS, YAY) ORDER BY key ASC", "OPS-1 OPS-2 YAY-1"),
        ("project = OPS ORDER BY updated DESC", "OPS-2 OPS-1"),
        ("project = OPS ORDER BY created ASC, key DESC", "OPS-1 OPS-2"),
        ("project in (OPS, YAY) ORDER BY issuekey DESC", "YAY-1 OPS-2 OPS-1"),
        ("project in (OPS) AND statusCategory = Done ORDER BY resolved ASC, key ASC", "OPS-2"),
        # What is not resolved is later than all that is.
        ("project in (OPS, YAY) ORDER BY resolved ASC, key ASC", "OPS-2 OPS-1 YAY-1"),
        ("project in (OPS, YAY) ORDER BY created", "OPS-1 OPS-2 YAY-1"),
        ("project = OPS AND issuekey > OPS-1 ORDER BY issuekey ASC", "OPS-2"),
        ("key = ops-1", "OPS-1"),
        ("id in (10001, YAY-1) order by key", "OPS-1 YAY-1"),
        ("key >= OPS-2", "OPS-2"),
        ("issue != OPS-1 AND project = OPS", "OPS-2"),
        ("status = 'In Progress'", "YAY-1"),
        ("status not in (Done, 'To Do')", "YAY-1"),
        ("statusCategory = Done", "OPS-2"),
        ('project in (OPS,YAY) AND statusCategory = Done AND "Resolution Notes" IS EMPTY', ""),
        ("cf[10050] is not EMPTY", "OPS-2"),
        ('"Resolution Notes" ~ "queue restarted"', "OPS-2"),
        ("summary ~ stuck", "YAY-1"),
        ('text ~ "restarted the queue"', "OPS-2"),
        ('text ~ "stuck" order by key', "YAY-1"),
        ("labels = refund", "OPS-2"),
        ("labels is EMPTY AND project = OPS", "OPS-1"),
        # An issue without labels is neither equal nor unequal to any.
        ("labels != refund", ""),
        ('"Team Responsible" = Engineering', "OPS-2"),
        ("priority = Blocker", "YAY-1"),
        ("assignee is EMPTY order by key", "OPS-1 OPS-2 YAY-1"),
        ("reporter = currentUser() AND issuetype = Task", "YAY-1"),
        ("project = YAY OR labels = refund AND project = OPS order by key", "OPS-2 YAY-1"),
        ("(project = YAY OR labels = refund) AND status = Done", "OPS-2"),
        ("NOT project = OPS", "YAY-1"),
        ("resolved is EMPTY order by key", "OPS-1 YAY-1"),
        ("updated >= -5m AND project = YAY", "YAY-1"),
        ('updated >= "2099/01/01 10:00"', ""),
        ('created > "2020-01-01" and project = YAY', "YAY-1"),
        ("updated < now() and project = YAY", "YAY-1"),
    ],
)
def test_a_query_finds(board: JiraClient, jql: str, keys: str) -> None:
    assert board.search(jql) == keys.split()


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("", "Unbounded JQL queries are not allowed here."),
        ("ORDER BY key", "Unbounded JQL queries are not allowed here."),
        ("colour = red", "Field 'colour' does not exist"),
        ("project = XYZ", "The value 'XYZ' does not exist for the field 'project'."),
        ("status = Closed", "The value 'Closed' does not exist for the field 'status'."),
        ("key = OPS-99", "An issue with key 'OPS-99' does not exist for field 'key'."),
        ("summary = stuck", "The operator '=' is not supported by the 'summary' field."),
        ("project ~ OPS", "The operator '~' is not supported by the 'project' field."),
        ("updated > yesterday", "Date value 'yesterday' for field 'updated' is invalid."),
        ("project = OPS AND", "Error in the JQL Query"),
        ("project OPS", "Error in the JQL Query: Expecting operator but got 'OPS'."),
        ("project in OPS", "Error in the JQL Query"),
        ("labels is red", "Error in the JQL Query"),
        ("status was Done", "Error in the JQL Query"),
        ("project = OPS ORDER BY colour", "Field 'colour' does not exist"),
        ("project = 'OPS", "Error in the JQL Query"),
    ],
)
def test_a_query_is_refused(jira: JiraClient, jql: str, words: str) -> None:
    answer = jira.get("search/jql", jql=jql)

    assert answer.status_code == 400
    assert answer.json()["errorMessages"][0].startswith(words)


def test_a_search_gives_ids_unless_asked_for_more(jira: JiraClient) -> None:
    jira.an_issue()

    bare = jira.get("search/jql", jql="project = OPS").json()
    full = jira.get("search/jql", jql="project = OPS", fields="summary,status", properties="opsx").json()

    assert bare == {"issues": [{"id": "10001"}], "isLast": True}
    assert set(full["issues"][0]["fields"]) == {"summary", "status"}
    assert full["issues"][0]["properties"] == {}


def test_pages_follow_each_other_by_their_tokens(jira: JiraClient) -> None:
    for _ in range(5):
        jira.an_issue()
    found: list[str] = []
    body = {"jql": "project = OPS ORDER BY key", "maxResults": 2}
    while True:
        page = jira.post("search/jql", body).json()
        found += [issue["id"] for issue in page["issues"]]
        if page["isLast"]:
            break
        body["nextPageToken"] = page["nextPageToken"]

    assert found == ["10001", "10002", "10003", "10004", "10005"]
    assert "nextPageToken" not in page


def test_pages_with_fields_hold_a_hundred_at_most(jira: JiraClient) -> None:
    body = {
        "jql": "project = OPS ORDER BY resolved ASC, key ASC",
        "maxResults": 5000,
        "fields": ["summary", "resolved"],
    }
    world = jira.sandbox.world
    first = world.issue(jira.an_issue())
    assert first
    for number in range(2, 103):
        copied = replace(first, id=world.next_id("issue"), key=f"OPS-{number}")
        world.jira.issues[copied.id] = copied
        jira_index.note(world, copied)

    page = jira.post("search/jql", body).json()
    rest = jira.post("search/jql", body | {"nextPageToken": page["nextPageToken"]}).json()

    assert (len(page["issues"]), page["isLast"]) == (100, False)
    assert [issue["key"] for issue in rest["issues"]] == ["OPS-101", "OPS-102"]
    assert [set(issue["fields"]) for issue in rest["issues"]] == [{"summary"}] * 2


@pytest.mark.parametrize("token", ["nonsense", "bm9uc2Vuc2U6MQ=="])
def test_a_token_of_another_search_is_refused(jira: JiraClient, token: str) -> None:
    assert jira.get("search/jql", jql="project = OPS", nextPageToken=token).status_code == 400


def test_a_new_issue_is_not_found_until_the_index_has_it(jira: JiraClient) -> None:
    jira.sandbox.world.settings.search_lag = 60
    key = jira.an_issue()
    id_ = int(jira.get(f"issue/{key}").json()["id"])

    assert jira.search("project = OPS") == []
    assert jira.search("project = OPS", reconcileIssues=[id_]) == [key]
    # Reconciled or not, it must still match.
    assert jira.search("project = YAY", reconcileIssues=[id_]) == []


def test_search_shows_an_edited_issue_as_it_was(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.sandbox.world.settings.search_lag = 60

    jira.transit(key, "Start work")

    assert jira.search("status = 'To Do'") == [key]
    assert jira.status(key) == "In Progress"


def test_search_still_finds_what_was_just_deleted(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.sandbox.world.settings.search_lag = 60

    jira.delete(f"issue/{key}")

    assert jira.search("project = OPS") == [key]
