"""Faults on demand, and the log of calls."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from jira_client import JiraClient
from web import web

from tests.waiting import eventually


def calls(jira: JiraClient, **selection: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.get(f"{jira.sandbox.url}/_sandbox/calls", params=selection).json()
    return found


def test_a_call_is_written_down_with_who_and_what(jira: JiraClient) -> None:
    jira.get("issue/OPS-1", fields="summary")

    (call,) = calls(jira)

    assert (call["neighbour"], call["method"], call["path"]) == (
        "jira",
        "GET",
        "/rest/api/3/issue/OPS-1?fields=summary",
    )
    assert (call["status"], call["by"]) == (404, "reporter@example.com")
    assert call["ms"] >= 0


def test_pages_and_control_are_not_written_down(jira: JiraClient) -> None:
    web.get(jira.sandbox.url + "/_sandbox/ready")
    web.get(jira.sandbox.url + "/boards")

    assert calls(jira) == []


def test_calls_are_selected_by_time_neighbour_and_path(jira: JiraClient) -> None:
    jira.get("myself")
    jira.get("field")
    _, second = calls(jira)

    assert calls(jira, path="field") == calls(jira, since=second["time"]) == [second]
    assert calls(jira, neighbour="slack") == []


def test_a_status_is_answered_in_the_neighbours_words_without_the_effect(jira: JiraClient) -> None:
    fault = {"path": "/issue$", "method": "POST", "status": 429, "retry_after": 2, "times": 1}
    jira.control("faults", fault | {"headers": {"RateLimit-Reason": "jira-burst-based"}})

    answer = jira.create()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert answer.headers["RateLimit-Reason"] == "jira-burst-based"
    assert set(answer.json()) == {"errorMessages", "errors"}
    assert jira.get("issue/OPS-1").status_code == 404
    assert jira.create().status_code == 201


def test_a_cut_call_has_no_answer_and_no_effect(jira: JiraClient) -> None:
    jira.control("faults", {"path": "/issue$", "cut": True, "times": 1})

    with pytest.raises(requests.ConnectionError):
        jira.create()

    # The caller sees the cut a moment before it is written down.
    assert eventually(lambda: calls(jira))[0]["status"] == 0
    assert jira.get("issue/OPS-1").status_code == 404


def test_a_lost_answer_has_its_effect(jira: JiraClient) -> None:
    jira.control("faults", {"path": "/issue$", "lose": True, "times": 1})

    with pytest.raises(requests.ConnectionError):
        jira.create()

    call = calls(jira)[0]
    assert (call["status"], call["lost"]) == (201, True)
    assert jira.get("issue/OPS-1").status_code == 200


def test_every_third_call_fails(jira: JiraClient) -> None:
    jira.control("faults", {"path": "myself", "status": 503, "every": 3})

    assert [jira.get("myself").status_code for _ in range(6)] == [200, 200, 503, 200, 200, 503]


def test_a_delay_comes_before_the_answer(jira: JiraClient) -> None:
    jira.control("faults", {"path": "myself", "delay": 0.2})

    assert jira.get("myself").status_code == 200
    assert calls(jira)[0]["ms"] >= 200


def test_several_faults_can_be_set_seen_and_cleared(jira: JiraClient) -> None:
    url = jira.sandbox.url + "/_sandbox/faults"
    ids = jira.control("faults", [{"path": "myself", "status": 500}, {"path": "field", "status": 500}]).json()
    jira.get("myself")

    listed = web.get(url).json()
    web.delete(url)

    assert [fault["id"] for fault in listed] == [fault["id"] for fault in ids]
    assert [fault["fired"] for fault in listed] == [1, 0]
    assert jira.get("myself").status_code == 200


@pytest.mark.parametrize("fault", [{"status": 500}, {"path": "("}, {"path": "x", "statuss": 500}])
def test_a_fault_that_makes_no_sense_is_refused(jira: JiraClient, fault: dict[str, Any]) -> None:
    assert web.post(jira.sandbox.url + "/_sandbox/faults", json=fault).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/slack/api/auth.test", {"ok": False, "error": "ratelimited"}),
        ("/wiki/api/v2/pages", {"status": 429, "code": "RATE_LIMITED"}),
    ],
)
def test_each_neighbour_is_too_busy_in_its_own_way(jira: JiraClient, path: str, body: dict[str, Any]) -> None:
    jira.control("faults", {"path": path, "status": 429, "retry_after": 1})

    answer = web.post(jira.sandbox.url + path, json={})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    told = answer.json()
    assert body.items() <= (told["errors"][0] if "errors" in told else told).items()
