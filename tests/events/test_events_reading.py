"""What a Jira webhook says: ids and names of fields, and no text of anybody."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import FieldChange, IssueEvent, IssueRef
from app.events.reading import from_json, read, to_json
from tests.adf.documents import ANYTHING, quick

#: As Jira sends it, in short: a transition to Done with notes written on its screen.
UPDATED: dict[str, Any] = {
    "timestamp": 1795365611123,
    "webhookEvent": "jira:issue_updated",
    "issue_event_type_name": "issue_generic",
    "user": {"self": "https://team.atlassian.net/rest/api/2/user?accountId=5b10", "accountId": "5b10", "active": True},
    "issue": {
        "id": "10001",
        "self": "https://team.atlassian.net/rest/api/2/10001",
        "key": "OPS-1",
        "fields": {
            "summary": "Queue stuck",
            "description": "My card number is 4111",
            "project": {"id": "10000", "key": "OPS", "name": "Ops Issues & Exceptions"},
            "status": {"id": "5", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}},
        },
    },
    "changelog": {
        "id": "10124",
        "items": [
            {
                "field": "status",
                "fieldtype": "jira",
                "fieldId": "status",
                "from": "4",
                "fromString": "Resolution Notes Required",
                "to": "5",
                "toString": "Done",
            },
            {
                "field": "Resolution Notes",
                "fieldtype": "custom",
                "fieldId": "customfield_10210",
                "from": None,
                "fromString": "My card number is 4111",
                "to": None,
                "toString": "Restarted the queue",
            },
        ],
    },
}


def updated(**changes: Any) -> dict[str, Any]:
    """The payload with other values at the paths *changes* (`issue__key="OPS-2"`)."""
    payload = copy.deepcopy(UPDATED)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = payload
        for name in way:
            place = place[name]
        place[last] = value
    return payload


def test_an_update_is_read() -> None:
    assert read(UPDATED, trace="solveonce") == IssueEvent(
        kind="issue_updated",
        issue=IssueRef("10001", "OPS-1"),
        project="OPS",
        actor="5b10",
        trace="solveonce",
        changes=(FieldChange("status", "4", "5"), FieldChange("Resolution Notes", None, None)),
        done=True,
        change_id="10124",
    )


@pytest.mark.parametrize("kind", ["issue_created", "issue_updated", "issue_deleted"])
def test_these_kinds_are_ours(kind: str) -> None:
    event = read({"webhookEvent": f"jira:{kind}", "issue": {"id": "10001", "key": "OPS-1"}})

    assert event == IssueEvent(kind, IssueRef("10001", "OPS-1"), project="OPS", actor="", trace="")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "jira:issue_created",
        {},
        updated(webhookEvent="comment_created"),
        updated(webhookEvent=None),
        updated(webhookEvent=["jira:issue_updated"]),
        updated(issue=None),
        updated(issue=[]),
        updated(issue__id=None),
        updated(issue__key=""),
    ],
    ids=[
        "nothing",
        "a list",
        "a word",
        "no kind",
        "a comment",
        "a kind of null",
        "a list of kinds",
        "no issue",
        "a list for an issue",
        "no id",
        "no key",
    ],
)
def test_what_is_none_of_ours_is_nothing(payload: Any) -> None:
    assert read(payload) is None


def test_no_text_of_a_person_is_kept() -> None:
    event = read(UPDATED)

    assert event
    assert "4111" not in json.dumps(to_json(event))


@pytest.mark.parametrize(
    ("payload", "done"),
    [
        (UPDATED, True),
        (updated(issue__fields__status__statusCategory={"key": "indeterminate"}), False),
        (updated(issue__fields__status__statusCategory=None), False),
        (updated(issue__fields__status=None), False),
        (updated(issue__fields=None), False),
    ],
)
def test_whether_it_was_done_then_is_read_from_the_category(payload: Any, done: bool) -> None:
    event = read(payload)

    assert event
    assert event.done is done


def test_the_project_is_in_the_key_where_the_fields_are_missing() -> None:
    event = read(updated(issue__fields=None, issue__key="YAY-12"))

    assert event
    assert event.project == "YAY"


def test_a_field_without_a_name_is_known_by_its_id() -> None:
    event = read(updated(changelog__items=[{"fieldId": "description"}, {"from": "x"}, None, 5]))

    assert event
    assert event.changes == (FieldChange("description", None, None), FieldChange("", None, None))


@quick
@given(ANYTHING)
def test_nothing_raises_whatever_arrives(value: Any) -> None:
    read(value)
    for path in ("webhookEvent", "user", "issue", "changelog", "changelog__items", "issue__fields", "issue__id"):
        read(updated(**{path: value}))
    for path in ("issue__fields__project", "issue__fields__status", "issue__fields__status__statusCategory"):
        read(updated(**{path: value}))
    read(updated(changelog__items=[value, {"field": value, "from": value}, {"field": "status", "to": value}]))


WORDS = st.text(max_size=5)
EVENTS = st.builds(
    IssueEvent,
    kind=st.sampled_from(["issue_created", "issue_updated"]),
    issue=st.builds(IssueRef, WORDS, WORDS),
    project=WORDS,
    actor=WORDS,
    trace=WORDS,
    changes=st.lists(st.builds(FieldChange, WORDS, st.none() | WORDS, st.none() | WORDS), max_size=3).map(tuple),
    done=st.booleans(),
)


@quick
@given(EVENTS)
def test_what_was_stored_is_the_event_again(event: IssueEvent) -> None:
    assert from_json(json.loads(json.dumps(to_json(event)))) == event
