"""The log page as Confluence makes it hard: not found yet, not editable, in the trash, commented on, overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from app import engine
from app.publishing import store
from sandbox import Sandbox
from sandbox.people import JiraUser, post
from sandbox.world import Page
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

ADMIN, LEAD = "admin@example.com", "lead@example.com"
OPSTEAM = "65537"


def solve(reporter: JiraUser, notes: str = "Restarted") -> str:
    """An issue of the operations team, done; its key."""
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, notes)
    reporter.move(key, "Done")
    return key


def wiki(world: Sandbox, method: str, path: str, body: Any = None) -> requests.Response:
    url = f"{world.url}/wiki/{path}"
    answer = requests.request(method, url, json=body, auth=(ADMIN, "sandbox"), timeout=20)
    answer.raise_for_status()
    return answer


def log_page(world: Sandbox) -> Page:
    return next(page for page in world.world.confluence.pages.values() if page.title == effects.LOG)


def paused(service: Service) -> str:
    """Why nothing is written, or nothing."""
    with service.db.reading() as session:
        log = store.peek(session, 1)
    return (log and log.paused) or ""


def look_again(service: Service) -> None:
    """What happens with each new row, and by itself every hour."""
    with service.db.writing() as session:
        engine.enqueue(session, "publishing.flush", 1, id="again", lane="1:log")


def rows(world: Sandbox) -> list[str]:
    return [row[0] for row in effects.log_rows(world)]


def test_a_page_just_made_is_waited_for(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    world.world.settings.confluence_page_lag = 3600.0
    key = solve(reporter)
    eventually(lambda: any(c["status"] == 404 for c in list(world.world.calls) if "/wiki/api/v2/pages/" in c["path"]))

    world.world.settings.confluence_page_lag = 0.0

    eventually(lambda: rows(world) == [key])
    assert engine.failed() == []


def test_where_the_workflow_sets_no_resolution_the_row_says_when_the_ticket_was_done(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """Jira calls nothing resolved there."""
    world.world.settings.resolution_on_done = False
    post(f"{world.url}/_sandbox/clock", {"advance": -10 * 86400})
    key = reporter.new_issue(team="Operations")
    post(f"{world.url}/_sandbox/clock", {"real": True})
    reporter.write_notes(key, "Restarted")
    reporter.move(key, "Done")

    [row] = eventually(lambda: effects.log_rows(world))

    assert reporter.issue(key)["resolutiondate"] is None
    created, resolved = (date.fromisoformat(cell[:10]) for cell in row[6:8])
    assert resolved - created == timedelta(days=10)


def test_a_conflict_without_a_second_writer_is_only_tried_again(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.confluence_conflict_every = 2

    keys = [solve(reporter) for _ in range(3)]

    eventually(lambda: sorted(rows(world)) == keys)
    assert any(c["status"] == 409 for c in world.world.calls if c["method"] == "PUT" and "/pages/" in c["path"])


def test_a_page_that_may_not_be_edited_is_told_with_the_way_out(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world) == [first])
    quiet(world.url)
    where = f"rest/api/content/{log_page(world).id}/restriction"
    admin = world.world.person(ADMIN)
    assert admin
    editors = {"user": [{"type": "known", "accountId": admin.account_id}]}
    wiki(world, "PUT", where, [{"operation": "update", "restrictions": editors}])

    second = solve(reporter)

    reason = eventually(lambda: paused(service))
    assert "can be read and not changed" in reason
    assert "list of editors" in reason
    wiki(world, "DELETE", where)
    look_again(service)
    eventually(lambda: rows(world) == [second, first])


def test_a_log_in_the_trash_is_told_and_found_again(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    body = {"representation": "storage", "value": "<p>Last year's</p>"}
    old = wiki(world, "POST", "api/v2/pages", {"spaceId": OPSTEAM, "title": effects.LOG, "body": body}).json()["id"]
    wiki(world, "DELETE", f"api/v2/pages/{old}")

    key = solve(reporter)

    assert "lies in the trash of the space OPSTEAM" in eventually(lambda: paused(service))
    world.world.confluence.pages[old].status = "current"  # an admin restores it
    look_again(service)
    eventually(lambda: rows(world) == [key])
    assert "Last year's" in log_page(world).body


def test_an_inline_comment_stays_where_it_stands(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    first = solve(reporter, "Restarted the queue")
    eventually(lambda: rows(world) == [first])
    for words in ("Restarted", first):
        post(f"{world.url}/_sandbox/confluence/comment", {"page": effects.LOG, "text": words})

    second = solve(reporter)

    eventually(lambda: rows(world) == [second, first])
    comments = requests.get(
        f"{world.url}/_sandbox/confluence/comments", params={"page": effects.LOG}, timeout=20
    ).json()
    assert [one["anchored"] for one in comments] == [True, True]


def test_a_row_that_a_published_draft_dropped_is_back_with_the_next_change(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    first = solve(reporter)
    eventually(lambda: rows(world) == [first])
    person = {"page": effects.LOG, "user": LEAD}
    post(f"{world.url}/_sandbox/confluence/draft", {**person, "add": "<p>House rules</p>"})
    second = solve(reporter)
    eventually(lambda: rows(world) == [second, first])
    quiet(world.url)
    post(f"{world.url}/_sandbox/confluence/publish", person)
    assert rows(world) == [first]

    reporter.edit(second, summary="Refunds were stuck")

    eventually(lambda: rows(world) == [second, first])
    assert log_page(world).body.endswith("<p>House rules</p>")


@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_lost_after_the_page_was_written_makes_no_second_row(
    world: Sandbox, service: Service, reporter: JiraUser, times: int
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/wiki/api/v2/pages", "method": "PUT", "lose": True, "times": times})

    keys = [solve(reporter) for _ in range(3)]

    eventually(lambda: sorted(rows(world)) == keys)
    quiet(world.url)
    assert sorted(rows(world)) == keys
