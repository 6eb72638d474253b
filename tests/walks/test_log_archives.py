"""A log of many pages: the newest rows on the head, older ones on archives; no crash leaves a gap or a double."""

from __future__ import annotations

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import JiraUser, post
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import archives, head, keys, look_again, pages, paused, rows, solved, waiting

pytestmark = pytest.mark.settings(log_page_rows=6, log_keep_rows=2, log_batch=2)


def fault(world: Sandbox, **what: object) -> None:
    post(f"{world.url}/_sandbox/faults", dict(what))


def once_each(world: Sandbox, found: list[str]) -> bool:
    return dict(rows(world)) == dict.fromkeys(found, 1)


def written(world: Sandbox, service: Service, count: int) -> list[str]:
    found = solved(world, service, count)
    eventually(lambda: once_each(world, found) and not waiting(service))
    return found


def test_a_full_head_moves_its_oldest_rows_to_archives_below_their_year(world: Sandbox, service: Service) -> None:
    first = written(world, service, 1)
    id = head(world).id

    found = [*first, *solved(world, service, 14)]

    eventually(lambda: once_each(world, found) and not waiting(service))
    made = archives(world)
    assert head(world).id == id
    assert 2 <= len(keys(head(world))) <= 6
    assert all(1 <= len(keys(page)) <= 6 for page in made)
    year = next(page for page in pages(world) if page.title.endswith(" – 2026"))
    assert {page.parent_id for page in made} == {year.id}
    assert year.parent_id == id


def test_the_newest_row_stands_on_top_and_the_log_reads_on_in_its_archives(world: Sandbox, service: Service) -> None:
    for count in (4, 8, 12):
        solved(world, service, 4)
        eventually(lambda count=count: rows(world).total() == count and not waiting(service))

    read = [key for page in [head(world), *reversed(archives(world))] for key in keys(page)]

    assert [int(key.removeprefix("OPS-")) for key in read] == list(range(12, 0, -1))


def test_archives_have_the_heads_label_and_width(world: Sandbox, service: Service) -> None:
    written(world, service, 8)

    for page in pages(world):
        known = {each["key"]: each["value"] for each in page.properties.values()}
        assert known["content-appearance-published"] == "full-width"
        assert known["editor"] == "v2"
        assert page.labels == ["ops-exception-log"]


def test_a_row_on_an_archive_is_brought_up_to_date_where_it_stands(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    found = written(world, service, 8)
    page = archives(world)[0]

    reporter.write_notes(keys(page)[0], "Restarted twice")

    eventually(lambda: "Restarted twice" in page.body)
    assert once_each(world, found)


@pytest.mark.parametrize(
    "trouble",
    [
        {"path": "/copy", "method": "POST", "lose": True, "times": 1},
        {"path": "/copy", "method": "POST", "status": 500, "times": 2},
        {"path": "/copy", "method": "POST", "cut": True, "times": 1},
        {"path": "/wiki/api/v2/pages/", "method": "PUT", "lose": True, "every": 2},
        {"path": "/wiki/api/v2/pages/", "method": "PUT", "status": 409, "every": 2},
    ],
    ids=["lost answer", "500", "cut", "head's answer lost", "conflict"],
)
def test_a_move_that_is_interrupted_is_brought_to_its_end(
    world: Sandbox, service: Service, trouble: dict[str, object]
) -> None:
    fault(world, **trouble)

    written(world, service, 12)

    assert len(archives(world)) == len({page.title for page in archives(world)})


def test_a_row_that_a_person_changes_while_it_moves_is_not_lost(world: Sandbox, service: Service) -> None:
    found = written(world, service, 6)
    fault(world, path=f"/wiki/api/v2/pages/{head(world).id}", method="PUT", status=409, times=3)
    found += solved(world, service, 1)
    eventually(lambda: archives(world))
    oldest = keys(archives(world)[0])[-1]
    page = head(world)
    page.body = page.body.replace("Restarted", "Restarted by hand")
    page.version += 1

    eventually(lambda: once_each(world, found))
    assert oldest in keys(archives(world)[0])
    assert "Restarted by hand" in archives(world)[0].body


def test_a_log_that_is_full_and_has_nothing_to_do_does_nothing(world: Sandbox, service: Service) -> None:
    written(world, service, 8)
    quiet(world.url)
    versions = {page.id: page.version for page in pages(world)}

    look_again(service)
    quiet(world.url)

    assert {page.id: page.version for page in pages(world)} == versions
    assert paused(service) == ""
    assert engine.failed() == []
