"""What people do to the log and its tickets while rows move, wait, or are not looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import context, engine
from app.models import Installation
from app.publishing import flow_check
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser, post
from sandbox.world import Page
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import archives, head, keys, look_again, paused, rows, solved, waiting

pytestmark = pytest.mark.settings(log_page_rows=6, log_keep_rows=2, log_batch=2)
ADMIN = "admin@example.com"


def written(world: Sandbox, service: Service, count: int) -> list[str]:
    found = solved(world, service, count)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    quiet(world.url)
    return found


def restrict(world: Sandbox, key: str) -> None:
    post(f"{world.url}/_sandbox/jira/security", {"user": ADMIN, "issue": key, "level": "Staff only"})


def hold_head(world: Sandbox, times: int) -> None:
    """The head cannot be written so many times: what moves has been copied, and is not cut."""
    path = f"/wiki/api/v2/pages/{head(world).id}"
    post(f"{world.url}/_sandbox/faults", {"path": path, "method": "PUT", "status": 409, "times": times})


def test_a_ticket_that_the_app_may_not_see_any_more_leaves_the_log(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key, other = written(world, service, 2)
    with service.db.reading() as session:
        us = session.scalar(select(Installation.account_id).where(Installation.product == "jira"))
    post(f"{world.url}/_sandbox/jira/visibility", {"issue": key, "hidden_from": [us]})

    with service.db.writing() as session:
        engine.enqueue(session, "publishing.tend", 1, "2026-11-22T10:23:00", id="hour", lane="1:tend")

    eventually(lambda: dict(rows(world)) == {other: 1})


def test_an_app_that_has_lost_its_sight_takes_no_row_out(world: Sandbox, service: Service) -> None:
    found = written(world, service, 3)
    with service.db.reading() as session:
        us = session.scalar(select(Installation.account_id).where(Installation.product == "jira"))
    for key in found[:2]:
        post(f"{world.url}/_sandbox/jira/visibility", {"issue": key, "hidden_from": [us]})

    assert flow_check.survey(context.at(1)) == []


def test_a_deleted_ticket_keeps_its_row(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key, other = written(world, service, 2)
    JiraUser(world.url, ADMIN).call("DELETE", f"issue/{key}")
    quiet(world.url)

    with service.db.writing() as session:
        flow_check.put_right(context.at(1), flow_check.survey(context.at(1)), "after")
        assert session.is_active
    quiet(world.url)

    assert dict(rows(world)) == {key: 1, other: 1}


def test_a_ticket_that_is_re_opened_and_then_restricted_leaves_the_log(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key, other = written(world, service, 2)
    reporter.move(key, "In Progress")
    quiet(world.url)

    restrict(world, key)

    eventually(lambda: dict(rows(world)) == {other: 1})


def test_a_row_that_is_restricted_while_it_moves_stands_nowhere(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    found = written(world, service, 6)
    hold_head(world, times=4)
    found += solved(world, service, 1)
    oldest = eventually(lambda: archives(world) and keys(archives(world)[0]))[-1]

    restrict(world, oldest)

    found.remove(oldest)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))


def test_a_persons_words_survive_a_cut_whose_answer_was_lost(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    found = written(world, service, 6)
    oldest = keys(head(world))[-1]
    page = head(world)
    before, row, after = page.body.rpartition("Restarted")
    page.body, page.version, page.message = f"{before}{row} by hand{after}", page.version + 1, ""
    path = f"/wiki/api/v2/pages/{page.id}"
    post(f"{world.url}/_sandbox/faults", {"path": path, "method": "PUT", "lose": True, "times": 1})
    reporter.edit(oldest, summary="Refunds were stuck")

    found += solved(world, service, 1)

    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    assert oldest in keys(archives(world)[0])
    assert "Restarted by hand" in archives(world)[0].body


@pytest.mark.parametrize("state", ["trashed", "archived"])
def test_nothing_is_cut_while_its_archive_cannot_be_read(
    world: Sandbox, service: Service, reporter: JiraUser, state: str
) -> None:
    world.world.settings.confluence_trash_found = True
    found = written(world, service, 6)
    hold_head(world, times=3)
    found += solved(world, service, 1)
    archive: Page = eventually(lambda: archives(world))[0]
    archive.status = state

    reason = eventually(lambda: paused(service))

    assert archive.title in reason
    assert set(found[:6]) <= set(keys(head(world)))
    archive.status = "current"
    look_again(service)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not paused(service))


def test_a_year_page_in_the_trash_pauses_the_log_with_its_title(world: Sandbox, service: Service) -> None:
    found = written(world, service, 8)
    year = next(page for page in world.world.confluence.pages.values() if page.title.endswith(" – 2026"))
    year.status = "trashed"

    found += solved(world, service, 6)

    assert year.title in eventually(lambda: paused(service))
    year.status = "current"
    look_again(service)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not paused(service))


def test_one_page_that_cannot_be_read_does_not_end_the_look_at_the_others(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    written(world, service, 8)
    archives(world)[0].status = "trashed"
    page, gone = head(world), keys(head(world))[0]
    start = page.body.index("<tr", page.body.index("</tr>"))
    page.body = page.body[:start] + page.body[page.body.index("</tr>", start) + 5 :]
    page.version, page.message = page.version + 1, ""

    found = flow_check.survey(context.at(1))

    assert {(each.wrong.value, each.key) for each in found} == {("missing", gone), ("unreadable", "")}


def test_a_re_installed_app_goes_on_with_its_log(world: Sandbox, service: Service) -> None:
    found = written(world, service, 3)
    admin = Admin(world.url, service.url)
    admin.install("jira")
    admin.install("confluence")

    found += solved(world, service, 3)

    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1))
