"""Jira's three rate limits, each with its reason and when to come again; and two transitions of one issue at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from jira_client import JiraClient, eventually
from recording_app import RecordingApp
from test_strictness_jira import installed_app
from web import web


@pytest.fixture
def still(jira: JiraClient) -> Iterator[JiraClient]:
    """Jira with a clock that stands still unless a test moves it."""
    clock, then = jira.sandbox.world.clock, jira.sandbox.world.now()
    clock.now = lambda: then + clock.offset  # type: ignore[method-assign]
    yield jira
    del clock.now  # type: ignore[method-assign]


def wait(jira: JiraClient, seconds: float) -> None:
    jira.control("clock", {"advance": seconds})


def refused(answer: requests.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.headers["RateLimit-Reason"], answer.headers["Retry-After"]


def test_twenty_writes_to_an_issue_in_two_seconds_are_enough(still: JiraClient) -> None:
    key, other = still.an_issue(), still.an_issue()
    for n in range(20):
        assert still.put(f"issue/{key}/properties/p{n % 3}", n).status_code in (200, 201)

    too_many = still.put(f"issue/{key}", {"fields": {"summary": "Once more"}})

    assert refused(too_many) == (429, "jira-per-issue-on-write", "2")
    assert too_many.headers["X-RateLimit-Limit"] == "20"
    assert still.sandbox.world.calls[-1]["reason"] == "jira-per-issue-on-write"
    assert still.fields(key)["summary"] != "Once more"
    assert still.put(f"issue/{other}", {"fields": {"summary": "Another"}}).status_code == 204
    wait(still, 2)
    assert still.put(f"issue/{key}", {"fields": {"summary": "Once more"}}).status_code == 204


def test_a_hundred_writes_to_an_issue_in_half_a_minute_are_enough(still: JiraClient) -> None:
    key = still.an_issue()
    for n in range(100):
        if n % 20 == 0:
            wait(still, 2.1)
        assert still.put(f"issue/{key}/properties/p", n).status_code in (200, 201)
    wait(still, 2.1)

    status, reason, pause = refused(still.put(f"issue/{key}/properties/p", 1))

    assert (status, reason) == (429, "jira-per-issue-on-write")
    wait(still, float(pause))
    assert still.put(f"issue/{key}/properties/p", 1).status_code == 200


def test_a_link_is_a_write_to_both_its_ends(still: JiraClient) -> None:
    key, other = still.an_issue(), still.an_issue("YAY")
    for n in range(20):
        still.put(f"issue/{other}/properties/p", n)
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": other}}

    answer = still.post("issueLink", {"type": {"name": "Cloners"}, **ends})

    assert refused(answer)[:2] == (429, "jira-per-issue-on-write")
    assert still.fields(key)["issuelinks"] == []


def test_a_burst_on_one_kind_of_call_leaves_the_others_free(still: JiraClient) -> None:
    still.control("settings", {"burst_share": 0.02})
    # 100 a second, of which 2 are left, and five seconds' worth at once.
    assert [still.get("field").status_code for _ in range(10)] == [200] * 10

    assert refused(still.get("field")) == (429, "jira-burst-based", "1")
    assert still.get("issueLinkType").status_code == 200
    assert still.acting_as("engineer@example.com").get("field").status_code == 200
    wait(still, 0.5)
    assert [still.get("field").status_code for _ in range(2)] == [200, 429]


def test_a_path_is_one_kind_of_call_whatever_its_issue(still: JiraClient) -> None:
    keys = [still.an_issue() for _ in range(3)]
    still.control("settings", {"burst_share": 0.004})

    answers = [still.get(f"issue/{key}").status_code for key in keys * 2]

    assert answers == [200, 200, 200, 429, 429, 429]


def test_the_quota_of_an_app_is_for_an_hour_and_for_apps_only(still: JiraClient, installed: RecordingApp) -> None:
    still.control("settings", {"quota": 5})
    url = still.sandbox.url

    def ask() -> requests.Response:
        path = "/rest/api/3/myself"
        return web.get(url + path, headers=installed_app(still, "GET", path))

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    status, reason, pause = refused(ask())
    assert (status, reason) == (429, "jira-quota-tenant-based")
    assert 0 < int(pause) <= 3600
    assert [still.get("myself").status_code for _ in range(6)] == [200] * 6
    wait(still, float(pause))
    assert ask().status_code == 200


def test_two_transitions_of_one_issue_at_a_time_are_a_conflict(jira: JiraClient) -> None:
    key, other = jira.an_issue(), jira.an_issue()
    jira.control("settings", {"transition_time": 3600})
    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(jira.transit(key, "Start work").status_code))
    first.start()
    eventually(lambda: jira.sandbox.world.jira.in_transition)

    second = jira.transit(key, "Done")

    assert second.status_code == 409
    assert second.json()["errorMessages"]
    jira.control("settings", {"transition_time": 0})
    assert jira.transit(other, "Start work").status_code == 204
    wait(jira, 3600)
    first.join(5)
    assert answers == [204]
    assert jira.status(key) == "In Progress"
    assert jira.transit(key, "Done").status_code == 204


def test_of_many_transitions_at_once_one_is_done_and_none_is_half_done(jira: JiraClient) -> None:
    """However the threads meet: a conflict, or a transition that does not lead out of the status any more."""
    key = jira.an_issue()
    answers: list[int] = []
    together = threading.Barrier(8)

    def transit() -> None:
        together.wait()
        answers.append(jira.transit(key, "Start work").status_code)

    threads = [threading.Thread(target=transit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(answers) == 8
    assert answers.count(204) == 1
    assert set(answers) <= {204, 400, 409}
    assert jira.history(key) == [["status"]]


def asked_by_the_app(jira: JiraClient, method: str, path: str, **more: Any) -> requests.Response:
    path = f"/rest/api/3/{path}"
    return web.request(method, jira.sandbox.url + path, headers=installed_app(jira, method, path), **more)


def paid(jira: JiraClient) -> int:
    return sum(jira.sandbox.world.jira.points.values())


COSTS: list[tuple[str, str, Any, int]] = [
    ("GET", "field", None, 1),
    ("GET", "issue/OPS-1", None, 2),
    ("GET", "issue/OPS-9", None, 1),
    ("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["OPS-1", "OPS-2"]}, 3),
    ("GET", "myself", None, 3),
    ("GET", "mypermissions?permissions=EDIT_ISSUES,BROWSE_PROJECTS", None, 5),
    ("PUT", "issue/OPS-1", {"fields": {"summary": "Another"}}, 1),
]


@pytest.mark.parametrize(("method", "path", "body", "points"), COSTS, ids=[f"{m} {p}" for m, p, _, _ in COSTS])
def test_a_call_costs_a_point_and_more_for_what_it_reads(
    still: JiraClient, installed: RecordingApp, method: str, path: str, body: Any, points: int
) -> None:
    still.an_issue()
    still.an_issue()

    asked_by_the_app(still, method, path, json=body)

    assert paid(still) == points


def is_near(answer: requests.Response) -> bool:
    return answer.headers.get("X-RateLimit-NearLimit") == "true"


def test_an_app_is_told_when_little_of_its_quota_is_left(still: JiraClient, installed: RecordingApp) -> None:
    still.control("settings", {"quota": 10})

    told = [is_near(asked_by_the_app(still, "GET", "field")) for _ in range(10)]

    assert told == [False] * 8 + [True] * 2
    assert not is_near(still.get("field")), "people have no quota"


def test_whoever_writes_to_an_issue_is_told_when_few_writes_are_left(still: JiraClient) -> None:
    key, other = still.an_issue(), still.an_issue()

    told = [is_near(still.put(f"issue/{key}/properties/p", n)) for n in range(18)]

    assert told == [False] * 16 + [True] * 2
    assert not is_near(still.put(f"issue/{other}/properties/p", 1))
    assert not is_near(still.get(f"issue/{key}"))


def test_a_burst_is_told_only_when_it_is_over(still: JiraClient) -> None:
    still.control("settings", {"burst_share": 0.02})
    assert not any(is_near(still.get("field")) for _ in range(11))
