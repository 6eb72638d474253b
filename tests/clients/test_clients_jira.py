"""Jira as the client understands it: paging, shapes, and what is never left to the search index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from app.clients.http import Http
from app.clients.jira import JiraClient
from app.domain import Attachment, Person
from app.errors import Misconfigured, NotFound, Refused
from tests.builders import FIELDS, a_text, an_issue

BASE = "https://team.atlassian.net"
API = BASE + "/rest/api/3"
RAW_ISSUE: dict[str, Any] = {
    "id": "10001",
    "key": "OPS-1",
    "fields": {
        "project": {"id": "10000", "key": "OPS"},
        "issuetype": {"id": "1", "name": "Ops Exception"},
        "status": {"id": "1", "name": "To Do", "statusCategory": {"id": 2, "key": "new"}},
        "summary": "Queue stuck",
        "created": "2026-11-20T09:30:00.000+0000",
    },
}


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def jira() -> JiraClient:
    return JiraClient(Http(BASE, lambda method, target: "JWT x", timeout=5, trace="solveonce"))


def sent(wire: responses.RequestsMock, number: int = 0) -> Any:
    return json.loads(wire.calls[number].request.body or "null")


class Store:
    """Jira's issues by number, as `bulkfetch` gives them: what does not exist is left out."""

    def __init__(self, wire: responses.RequestsMock, marks: dict[int, Any]) -> None:
        self.marks, self.windows = marks, []
        wire.add_callback("POST", API + "/issue/bulkfetch", callback=self._answer)

    def _answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        numbers = [int(key.removeprefix("OPS-")) for key in json.loads(request.body)["issueIdsOrKeys"]]
        self.windows.append((numbers[0], numbers[-1]))
        assert len(numbers) <= 100  # more are refused
        found = [
            {"id": str(10_000 + n), "key": f"OPS-{n}", "properties": {"solveonce": self.marks[n]}}
            for n in numbers
            if n in self.marks
        ]
        return 200, {}, json.dumps({"issues": found, "issueErrors": []})


def ours(mark: dict[str, Any]) -> bool:
    return mark.get("request") == "view:V1"


MINE, OTHER = {"request": "view:V1"}, {"request": "view:V2"}


@pytest.mark.parametrize(
    ("marks", "found", "windows"),
    [
        pytest.param({}, None, [(42, 141)], id="nothing came into being"),
        pytest.param({42: MINE}, "OPS-42", [(42, 141)], id="the next number"),
        pytest.param({41: MINE}, None, [(42, 141)], id="below the floor it is another's"),
        pytest.param({60: OTHER, 141: MINE}, "OPS-141", [(42, 141)], id="the last of a hundred"),
        pytest.param({60: OTHER, 142: MINE}, "OPS-142", [(42, 141), (142, 241)], id="the first of the next hundred"),
        pytest.param(
            {60: OTHER, 61: None, 62: "x"}, None, [(42, 141), (142, 241)], id="others, and marks that are none"
        ),
        pytest.param(
            {42: OTHER, 200: OTHER, 300: MINE},
            "OPS-300",
            [(42, 141), (142, 241), (242, 341)],
            id="behind many that were created meanwhile",
        ),
        pytest.param({142: MINE}, None, [(42, 141)], id="a hundred that do not exist are the end"),
    ],
)
def test_a_marked_issue_is_looked_for_a_hundred_numbers_at_a_time(
    wire: Any, jira: JiraClient, marks: dict[int, Any], found: str | None, windows: list[tuple[int, int]]
) -> None:
    store = Store(wire, marks)

    issue = jira.marked("OPS", 41, ours)

    assert (issue and issue["key"]) == found
    assert store.windows == windows


@pytest.mark.parametrize(
    ("issues", "number"), [([], 0), ([{"id": "1", "key": "OPS-41"}], 41), ([{"id": "1", "key": "O-P-1207"}], 1207)]
)
def test_the_last_number_that_search_knows(wire: Any, jira: JiraClient, issues: list[Any], number: int) -> None:
    wire.add("POST", API + "/search/jql", json={"issues": issues, "isLast": True})

    assert jira.last_number("OPS") == number
    assert sent(wire)["jql"] == 'project = "OPS" ORDER BY key DESC'


def transition(id: str, to: str, name: str = "any name") -> dict[str, Any]:
    return {"id": id, "name": name, "to": {"id": "9", "name": to}}


def test_an_issue_moves_by_its_target_whatever_the_transition_is_called(wire: Any, jira: JiraClient) -> None:
    issue = an_issue(status="In Progress")
    ways = [transition("11", "Done", "Erledigt"), transition("101", "To Do"), transition("31", "To Do", "Done")]
    wire.add("GET", f"{API}/issue/{issue.ref.id}/transitions", json={"transitions": ways})
    wire.add("POST", f"{API}/issue/{issue.ref.id}/transitions", status=204)

    assert jira.move(issue, "To Do") is True
    assert sent(wire, 1) == {"transition": {"id": "31"}}


def test_an_issue_that_is_there_already_is_not_moved(wire: Any, jira: JiraClient) -> None:
    assert jira.move(an_issue(status="Done"), "Done") is False
    assert len(wire.calls) == 0


def test_no_way_is_told_to_the_administrator_with_the_remedy(wire: Any, jira: JiraClient) -> None:
    issue = an_issue(status="To Do")
    wire.add("GET", f"{API}/issue/{issue.ref.id}/transitions", json={"transitions": [transition("11", "In Progress")]})

    with pytest.raises(Misconfigured) as told:
        jira.move(issue, "Done")

    assert told.value.finding == "OPS-1 is in 'To Do' and no transition leads to 'Done'."


def test_a_validator_s_no_is_told_in_its_own_words(wire: Any, jira: JiraClient) -> None:
    wire.add(
        "POST", API + "/issue/10001/transitions", status=400, json={"errorMessages": ["Resolution Notes are empty"]}
    )

    with pytest.raises(Refused, match="Resolution Notes are empty"):
        jira.transition("10001", "41")


def a_person(account: str = "5b10", **changes: Any) -> dict[str, Any]:
    plain = {"accountId": account, "accountType": "atlassian", "active": True, "emailAddress": "rae@example.com"}
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("answer", "account"),
    [
        pytest.param({"json": [a_person()]}, "5b10", id="one"),
        pytest.param({"json": [a_person(emailAddress="Rae@Example.com")]}, "5b10", id="in other letters"),
        pytest.param({"json": [a_person(emailAddress=None)]}, "5b10", id="one who hides the address"),
        pytest.param({"json": []}, None, id="nobody"),
        pytest.param({"json": [a_person(), a_person("5b11")]}, None, id="two"),
        pytest.param({"json": [a_person(), a_person("5b11", active=False)]}, "5b10", id="one, and one who left"),
        pytest.param({"json": [a_person(accountType="app"), a_person("5b11")]}, "5b11", id="one, and an app"),
        pytest.param({"json": [a_person(emailAddress="rae@example.com.au")]}, None, id="a longer address"),
        pytest.param({"json": [a_person(accountType="customer")]}, None, id="a customer of the portal"),
        pytest.param({"status": 403, "json": {}}, None, id="we may not search"),
    ],
)
def test_a_person_is_the_one_active_account_of_the_address(
    wire: Any, jira: JiraClient, answer: dict[str, Any], account: str | None
) -> None:
    wire.add("GET", API + "/user/search", **answer)

    assert jira.account_of("rae@example.com") == account
    assert wire.calls[0].request.params == {"query": "rae@example.com"}


def test_an_issue_is_read_with_the_fields_that_we_show_and_no_comments(wire: Any, jira: JiraClient) -> None:
    raw = json.loads(json.dumps(RAW_ISSUE))
    raw["properties"] = {"solveonce": {"role": "clone", "origin": "9"}}
    raw["fields"] |= {
        "status": {"id": "5", "name": "Done", "statusCategory": {"id": 3, "key": "done"}},
        "description": a_text("Nothing moves"),
        "priority": {"id": "2", "name": "Major"},
        "reporter": {"accountId": "5b10", "displayName": "Rae Reporter"},
        "created": "2026-11-20T10:30:00.000+0100",
        "resolutiondate": "2026-11-22T16:40:00.000+0000",
        "attachment": [{"id": "7", "filename": "log.txt", "size": 10, "mimeType": "text/plain"}],
        "cf_type": {"id": "1", "value": "Platform / app issue"},
        "cf_team": {"id": "2", "value": "Operations"},
        "cf_tags": [{"id": "3", "value": "Ops - ticketing"}],
        "cf_notes": a_text("Restarted the queue"),
    }
    wire.add("GET", API + "/issue/OPS-1", json=raw)

    issue = jira.issue("OPS-1", FIELDS)

    assert issue.is_clone
    assert (issue.status.name, issue.status.category, issue.priority) == ("Done", "done", "Major")
    assert (issue.exception_type, issue.team, issue.tags) == (
        "Platform / app issue",
        "Operations",
        ("Ops - ticketing",),
    )
    assert (issue.description, issue.notes) == (a_text("Nothing moves"), a_text("Restarted the queue"))
    assert (issue.created, issue.resolved) == (an_issue().created, an_issue(status="Done").resolved)
    assert issue.attachments == (Attachment("7", "log.txt", 10, "text/plain"),)
    assert issue.reporter == Person("5b10", "Rae Reporter")
    asked = wire.calls[0].request.params
    assert "comment" not in asked["fields"]
    assert set(FIELDS.all()) <= set(asked["fields"].split(","))
    assert asked["properties"] == "solveonce"


def test_an_issue_of_which_nothing_is_known_is_read_too(wire: Any, jira: JiraClient) -> None:
    raw = json.loads(json.dumps(RAW_ISSUE))
    empty = ["description", "priority", "reporter", "resolutiondate", "attachment", *FIELDS.all()]
    raw["fields"] |= dict.fromkeys(empty)
    wire.add("GET", API + "/issue/10001", json=raw)

    issue = jira.issue("10001", FIELDS)

    assert (issue.reporter, issue.notes, issue.tags, issue.attachments, issue.mark) == (None, None, (), (), {})


def test_a_status_of_no_category_is_not_done(wire: Any, jira: JiraClient) -> None:
    raw = json.loads(json.dumps(RAW_ISSUE))
    raw["fields"]["status"]["statusCategory"] = {"id": 1, "key": "undefined"}
    wire.add("GET", API + "/issue/OPS-1", json=raw)

    assert jira.issue("OPS-1", FIELDS).status.category == "new"


def test_a_new_issue_carries_our_mark(wire: Any, jira: JiraClient) -> None:
    wire.add("POST", API + "/issue", status=201, json={"id": "10001", "key": "OPS-1", "self": "…"})

    assert jira.create_issue({"summary": "x"}, MINE) == {"id": "10001", "key": "OPS-1"}
    assert sent(wire) == {"fields": {"summary": "x"}, "properties": [{"key": "solveonce", "value": MINE}]}


@pytest.mark.parametrize("answer", [{"json": RAW_ISSUE}, {"status": 204}], ids=["the issue", "nothing"])
def test_after_an_edit_the_issue_is_as_jira_keeps_it(wire: Any, jira: JiraClient, answer: dict[str, Any]) -> None:
    wire.add("PUT", API + "/issue/10001", **answer)
    wire.add("GET", API + "/issue/10001", json=RAW_ISSUE)

    issue = jira.edit_issue("10001", {"description": None}, FIELDS)

    assert issue.ref.key == "OPS-1"
    assert sent(wire) == {"fields": {"description": None}}


def test_the_clone_clones_the_original_and_not_the_other_way_round(wire: Any, jira: JiraClient) -> None:
    wire.add("POST", API + "/issueLink", status=201)

    jira.link("10001", actor="clone", other="original")

    assert sent(wire) == {"type": {"id": "10001"}, "inwardIssue": {"id": "clone"}, "outwardIssue": {"id": "original"}}


def test_what_may_be_set_is_asked_for_the_issue_type_by_name(wire: Any, jira: JiraClient) -> None:
    types = [{"id": "1", "name": "Task"}, {"id": "2", "name": "Ops Exception"}]
    wire.add("GET", API + "/issue/createmeta/OPS/issuetypes", json={"issueTypes": types})
    wire.add("GET", API + "/issue/createmeta/OPS/issuetypes/2", json={"fields": [{"fieldId": "summary"}]})

    assert jira.settable_fields("OPS", "Ops Exception") == {"summary"}
    with pytest.raises(NotFound, match="Project OPS has no issue type 'Bug'"):
        jira.settable_fields("OPS", "Bug")
