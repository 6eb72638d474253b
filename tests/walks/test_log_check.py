"""The log is kept true: what is missing, doubled, stale or not for everybody is found and put right."""

from __future__ import annotations

import re

import pytest

from app import context, engine
from app.models import AuditEntry
from app.publishing import flow_check
from sandbox import Sandbox
from sandbox.people import JiraUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import archives, head, keys, rows, solve, solved, waiting

pytestmark = pytest.mark.settings(log_page_rows=6, log_keep_rows=2, log_batch=2)
LEAD = "lead@example.com"


def wrong() -> list[tuple[str, str]]:
    return [(each.wrong.value, each.key) for each in flow_check.survey(context.at(1))]


def repaired() -> int:
    at = context.at(1)
    return flow_check.put_right(at, flow_check.survey(at), "test")


def stand(world: Sandbox, service: Service, count: int) -> list[str]:
    """So many solved issues, with their rows."""
    found = solved(world, service, count)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    quiet(world.url)
    return found


def edit(world: Sandbox, page: object, pattern: str, by: str) -> None:
    """As a person in the editor: a new version of the page."""
    page.body, count = re.subn(pattern, by, page.body, flags=re.DOTALL)  # type: ignore[attr-defined]
    assert count
    page.version += 1  # type: ignore[attr-defined]
    page.message = ""  # type: ignore[attr-defined]


def row_pattern(key: str) -> str:
    return rf"<tr\b(?:(?!<tr\b).)*?/browse/{key}\".*?</tr>"


def test_a_log_that_is_right_has_no_findings(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    stand(world, service, 8)

    assert wrong() == []


def test_a_row_that_somebody_deleted_is_missing_and_comes_back_on_its_page(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    stand(world, service, 8)
    archive = archives(world)[0]
    gone, there = keys(archive)[0], keys(head(world))[-1]
    edit(world, archive, row_pattern(gone), "")
    edit(world, head(world), row_pattern(there), "")

    assert sorted(wrong()) == [("missing", key) for key in sorted([gone, there])]
    repaired()
    eventually(lambda: not waiting(service) and wrong() == [])
    assert gone in keys(archive)


def test_a_second_row_on_another_page_is_taken_out(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    stand(world, service, 8)
    archive, key = archives(world)[0], keys(head(world))[0]
    row = re.search(row_pattern(key), head(world).body, re.DOTALL)
    assert row
    edit(world, archive, "</tbody>", row.group() + "</tbody>")

    assert wrong() == [("doubled", key)]
    repaired()
    eventually(lambda: wrong() == [])
    assert key in keys(head(world))
    assert key not in keys(archive)


def test_a_row_that_somebody_moved_to_another_page_is_followed(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    stand(world, service, 8)
    archive, key = archives(world)[0], keys(head(world))[0]
    row = re.search(row_pattern(key), head(world).body, re.DOTALL)
    assert row
    edit(world, head(world), row_pattern(key), "")
    edit(world, archive, "</tbody>", row.group() + "</tbody>")

    assert wrong() == [("misplaced", key)]
    repaired()
    eventually(lambda: wrong() == [])
    reporter.write_notes(key, "Followed")
    eventually(lambda: "Followed" in archive.body)


def test_a_row_that_says_something_else_than_its_ticket_is_brought_up_to_date(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = stand(world, service, 1)[0]
    edit(world, head(world), "Refunds are stuck", "Something else")

    assert wrong() == [("stale", key)]
    repaired()
    eventually(lambda: wrong() == [])
    assert "Something else" not in head(world).body


def test_what_a_person_wrote_into_the_notes_is_no_finding(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    stand(world, service, 1)
    edit(world, head(world), "Restarted", "Restarted the queue, see the runbook")

    assert wrong() == []


def test_a_ticket_that_is_not_for_everybody_is_withheld_and_taken_out(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = stand(world, service, 1)[0]
    level = {"user": "admin@example.com", "issue": key, "level": "Staff only"}
    world.world.settings.webhook_late = 3600
    post(f"{world.url}/_sandbox/jira/security", level)

    eventually(lambda: wrong() == [("withheld", key)])
    repaired()
    eventually(lambda: not rows(world) and not waiting(service))
    assert wrong() == []


def test_a_ticket_that_gets_a_security_level_leaves_the_log_at_once(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key, other = stand(world, service, 2)
    level = {"user": "admin@example.com", "issue": key, "level": "Staff only"}
    post(f"{world.url}/_sandbox/jira/security", level)

    eventually(lambda: dict(rows(world)) == {other: 1})
    with service.db.reading() as session:
        told = [row.outcome for row in session.query(AuditEntry).filter_by(issue_key=key, step="withhold")]
    assert told == ["not published: the issue has the security level 'Staff only'"]


def test_a_row_of_nobodys_ticket_is_left_alone(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = stand(world, service, 1)[0]
    row = re.search(row_pattern(key), head(world).body, re.DOTALL)
    assert row
    edit(world, head(world), "</tbody>", row.group().replace(key, "OPS-999") + "</tbody>")

    assert wrong() == [("foreign", "OPS-999")]
    assert repaired() == 0
    quiet(world.url)
    assert "OPS-999" in keys(head(world))


def test_a_ticket_whose_event_never_came_is_found_by_the_hour(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    stand(world, service, 2)
    world.world.settings.search_lag = 0
    world.world.settings.webhook_late = 3600
    key = solve(reporter)

    with service.db.writing() as session:
        engine.enqueue(session, "publishing.tend", 1, "2026-11-22T10:23:00", id="hour", lane="1:tend")

    eventually(lambda: rows(world)[key] == 1)


def test_a_row_that_a_published_draft_dropped_is_back_within_the_hour(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    first = stand(world, service, 1)[0]
    person = {"page": effects.LOG, "user": LEAD}
    post(f"{world.url}/_sandbox/confluence/draft", {**person, "add": "<p>House rules</p>"})
    second = solve(reporter)
    eventually(lambda: rows(world)[second] == 1)
    quiet(world.url)
    post(f"{world.url}/_sandbox/confluence/publish", person)
    assert list(rows(world)) == [first]

    with service.db.writing() as session:
        engine.enqueue(session, "publishing.tend", 1, "2026-11-22T10:23:00", id="hour", lane="1:tend")

    eventually(lambda: dict(rows(world)) == {first: 1, second: 1})
    assert "House rules" in head(world).body
