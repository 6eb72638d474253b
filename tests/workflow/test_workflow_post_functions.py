"""What a post-function call means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from app.workflow.post_functions import FLOWS, call_id, issue_id, lane
from tests.adf.documents import ANYTHING, quick

ROOT = Path(__file__).resolve().parents[2]
#: As Jira sends it, in short.
PAYLOAD = {
    "configuration": {"value": ""},
    "issue": {"id": "10001", "key": "OPS-1", "fields": {"summary": "Queue stuck"}},
    "transition": {"id": 41, "from_status": "In Progress", "to_status": "Done"},
}


@pytest.mark.parametrize(
    ("payload", "id"),
    [
        (PAYLOAD, "10001"),
        ({"issue": {"id": 10001}}, "10001"),
        ({}, None),
        (None, None),
        ([PAYLOAD], None),
        ("issue", None),
        ({"issue": None}, None),
        ({"issue": "10001"}, None),
        ({"issue": {}}, None),
        ({"issue": {"id": None}}, None),
        ({"issue": {"id": True}}, None),
        ({"issue": {"id": ["10001"]}}, None),
        ({"issue": {"id": "10001/../10002"}}, None),
        ({"issue": {"id": "OPS-1"}}, None),
        ({"issue": {"id": -1}}, None),
    ],
)
def test_the_issue_is_named_by_its_number_or_not_at_all(payload: Any, id: str | None) -> None:
    assert issue_id(payload) == id


@quick
@given(ANYTHING)
def test_nothing_raises_whatever_the_payload(value: Any) -> None:
    for payload in (value, {"issue": value}, {"issue": {"id": value}}):
        assert issue_id(payload) is None or str(issue_id(payload)).isdigit()


def test_the_same_delivery_is_the_same_call() -> None:
    assert call_id("publish-log-row", "d1", "x") == call_id("publish-log-row", "d1", "y")
    assert call_id("publish-log-row", "d1", "x") != call_id("clone-and-link", "d1", "x")


def test_without_a_delivery_each_call_counts_by_itself() -> None:
    assert call_id("publish-log-row", None, "x") != call_id("publish-log-row", None, "y")
    assert call_id("publish-log-row", "", "x") != call_id("publish-log-row", "", "y")


def test_an_issue_has_one_lane_and_its_row_another() -> None:
    assert lane("publish-log-row", "10001") == "log:10001"
    assert lane("publish-log-row", "10001") != lane("clone-and-link", "10001")
    assert lane("clone-and-link", "10001") != lane("clone-and-link", "10002")


def test_every_post_function_of_the_descriptor_starts_a_flow() -> None:
    descriptor = json.loads((ROOT / "atlassian-connect.json").read_text())

    assert {each["key"] for each in descriptor["modules"]["jiraWorkflowPostFunctions"]} == set(FLOWS)
