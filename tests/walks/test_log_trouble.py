"""When Confluence does not take a row, or a page of the log is gone: nothing is lost, nobody is held up, people are told."""

from __future__ import annotations

import pytest

from app import engine
from app.adf.build import code_block, doc
from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post
from sandbox.world import Page
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import archives, head, keys, look_again, paused, rows, solve, solved, waiting

pytestmark = pytest.mark.settings(log_page_rows=6, log_keep_rows=2, log_batch=5, log_window=0.5)
POISON = "refuse this"
#: Id of the status.
DONE = "10004"


def fault(world: Sandbox, **what: object) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/wiki/", "by": "solveonce", **what})


def outcomes(service: Service, key: str, step: str = "write_row") -> list[str]:
    with service.db.reading() as session:
        query = session.query(AuditEntry).filter_by(issue_key=key, step=step).order_by(AuditEntry.at)
        return [row.outcome for row in query]


@pytest.mark.parametrize("status", [400, 413])
def test_one_row_that_confluence_refuses_goes_in_as_plain_text_and_holds_up_no_other(
    world: Sandbox, service: Service, reporter: JiraUser, status: int
) -> None:
    fault(world, status=status, method="PUT", containing='ac:name=\\"code\\"')
    bad = reporter.new_issue(team="Operations")
    reporter.edit(bad, **{NOTES: doc([code_block(POISON)])})

    found = solved(world, service, 3)
    reporter.move(bad, "Done")
    found += [bad, *solved(world, service, 2)]

    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    assert POISON in head(world).body
    assert "in plain text: Confluence refused its markup" in outcomes(service, bad)[-1]
    assert paused(service) == ""


def test_a_page_that_refuses_every_row_is_paused_with_a_remedy_and_keeps_the_rows_waiting(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world)[first] == 1)
    quiet(world.url)
    fault(world, status=413, method="PUT", path=f"/wiki/api/v2/pages/{head(world).id}")

    second = solve(reporter)

    reason = eventually(lambda: paused(service))
    assert "Confluence refuses the page" in reason
    assert "python -m app log repair" in reason
    assert waiting(service) == 1
    assert world.world.issue(second).status == DONE  # type: ignore[union-attr]


def test_an_app_that_may_not_add_pages_is_told_so_and_the_row_waits(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    fault(world, status=403, method="POST", path="/wiki/api/v2/pages$")

    key = solve(reporter)

    assert "right to add and edit pages" in eventually(lambda: paused(service))
    assert engine.failed() == []
    world.world.faults.clear()
    look_again(service)
    eventually(lambda: rows(world)[key] == 1)


@pytest.mark.parametrize("state", ["trashed", "archived"])
def test_a_head_that_is_laid_aside_pauses_the_log_and_forks_nothing(
    world: Sandbox, service: Service, reporter: JiraUser, state: str
) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world)[first] == 1)
    quiet(world.url)
    page = head(world)
    page.status = state
    count = len(world.world.confluence.pages)

    second = solve(reporter)

    assert page.id in eventually(lambda: paused(service))
    assert len(world.world.confluence.pages) == count
    page.status = "current"
    look_again(service)
    eventually(lambda: dict(rows(world)) == {first: 1, second: 1} and not paused(service))


def test_a_head_that_was_moved_and_renamed_is_still_the_log(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world)[first] == 1)
    quiet(world.url)
    page = head(world)
    page.title, page.parent_id = "Solved once", None

    second = solve(reporter)

    eventually(lambda: keys(page) == [second, first])
    assert page.title == "Solved once"


def test_an_archive_that_is_gone_holds_up_no_other_row(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    found = solved(world, service, 8)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and archives(world) and not waiting(service))
    archive: Page = archives(world)[0]
    old = keys(archive)[0]
    archive.status = "trashed"

    reporter.write_notes(old, "Changed meanwhile")
    new = solve(reporter)

    eventually(lambda: rows(world)[new] == 1 and paused(service))
    archive.status = "current"
    look_again(service)
    eventually(lambda: "Changed meanwhile" in archive.body and not paused(service))
    assert dict(rows(world)) == dict.fromkeys([*found, new], 1)


def test_confluence_away_holds_up_no_ticket(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    fault(world, status=503)

    key = solve(reporter)

    assert world.world.issue(key).status == DONE  # type: ignore[union-attr]
    eventually(lambda: any(c["status"] == 503 and c["path"].startswith("/wiki/") for c in world.world.calls))
    post(f"{world.url}/_sandbox/faults", {"preset": "calm"})
    world.world.faults.clear()
    eventually(lambda: rows(world)[key] == 1)
    assert engine.failed() == []


@pytest.mark.settings(log_page_rows=6, log_keep_rows=2, log_batch=5, log_window=3)
def test_a_burst_of_rows_is_one_write(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world)[first] == 1)
    quiet(world.url)
    before = len([c for c in world.world.calls if c["method"] == "PUT" and "/wiki/api/v2/pages/" in c["path"]])

    found = [first, *solved(world, service, 12)]

    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1))
    after = [c for c in world.world.calls if c["method"] == "PUT" and "/wiki/api/v2/pages/" in c["path"]]
    assert len(after) - before <= 3


@pytest.mark.settings(log_window=600)
def test_a_single_row_after_a_pause_waits_for_nobody(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    """If it did, it would come after ten minutes."""
    key = solve(reporter)

    eventually(lambda: rows(world)[key] == 1)


def test_an_issue_that_moves_to_another_project_leaves_the_log(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = solve(reporter)
    eventually(lambda: rows(world)[key] == 1)
    quiet(world.url)
    moved = post(f"{world.url}/_sandbox/jira/move", {"user": "admin@example.com", "issue": key, "project": "YAY"})[
        "key"
    ]

    eventually(lambda: not rows(world))
    assert outcomes(service, moved, "withhold")[-1] == "not published: project YAY is not in LOG_PROJECTS"


@pytest.mark.settings(log_projects="OPS,YAY", log_window=0.2)
def test_a_moved_issue_of_an_allowed_project_is_followed(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = solve(reporter)
    eventually(lambda: rows(world)[key] == 1)
    quiet(world.url)
    moved = post(f"{world.url}/_sandbox/jira/move", {"user": "admin@example.com", "issue": key, "project": "YAY"})[
        "key"
    ]

    eventually(lambda: f"/browse/{moved}" in head(world).body)
    assert f"/browse/{key}" not in head(world).body
