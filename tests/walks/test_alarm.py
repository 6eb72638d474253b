"""Jira's limit on writes to one issue is met only in a fight over a ticket: whoever watches the log is called."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.people import JiraUser, post
from tests.callers import log_lines
from tests.service import Service
from tests.waiting import eventually, quiet


@pytest.mark.parametrize(
    ("reason", "lines"), [("jira-per-issue-on-write", 1), ("jira-burst-based", 0), (None, 0)], ids=str
)
def test_too_many_writes_to_one_issue_is_an_error_in_the_log_and_the_flow_goes_on(
    world: Sandbox, service: Service, reporter: JiraUser, reason: str | None, lines: int
) -> None:
    log = log_lines()
    limit = {"status": 429, "retry_after": 0, "headers": {"RateLimit-Reason": reason} if reason else {}}
    post(
        f"{world.url}/_sandbox/faults",
        {"path": "/transitions$", "method": "POST", "by": "solveonce", "times": 1, **limit},
    )

    key = reporter.new_issue()

    eventually(lambda: reporter.status(key) == "Sent to Engineering")
    quiet(world.url)
    told = [line for line in log.getvalue().splitlines() if "jira limits writes to one issue" in line]
    assert len(told) == lines
    assert all("level='error'" in line and "flow_step='handoff.send_to_engineering'" in line for line in told)
