"""What becomes of pages: their tree, the archive, the trash and the way back; and what reading and writing tell of it."""

from __future__ import annotations

from typing import Any

import pytest
from web import web
from wiki_client import ADMIN, LEAD, REPORTER, SPACE, Wiki, title_of

HOME = "65538"


def a_tree(wiki: Wiki) -> dict[str, str]:
    """A log, a year below it, and two archives below that; ids by title."""
    ids = {"Log": wiki.create("Log").json()["id"]}
    for title, above in (("2026", "Log"), ("00001", "2026"), ("00002", "2026")):
        ids[title] = wiki.create(title, parentId=ids[above]).json()["id"]
    return ids


def below(wiki: Wiki, page: str, **query: Any) -> list[str]:
    return [child["title"] for child in wiki("GET", f"pages/{page}/direct-children", **query).json()["results"]]


def state(wiki: Wiki, page: str) -> tuple[str, str | None]:
    found = wiki("GET", f"pages/{page}", status="current,archived,trashed").json()
    return found["status"], found["parentId"]


def test_children_stand_in_the_order_of_the_tree(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    assert below(wiki, ids["2026"]) == ["00001", "00002"]
    wiki.do("move", page="00001", parent="2026")
    assert below(wiki, ids["2026"]) == ["00002", "00001"]
    assert below(wiki, ids["2026"], sort="title") == ["00001", "00002"]
    assert below(wiki, ids["2026"], sort="-title") == ["00002", "00001"]
    assert wiki("GET", f"pages/{ids['2026']}/direct-children", sort="size").status_code == 400


def test_children_come_in_pages_that_lead_on(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    first = wiki("GET", f"pages/{ids['2026']}/direct-children", limit=1)
    following = first.json()["_links"]["next"]
    assert first.headers["Link"].startswith(f'<{following}>; rel="next", ')
    second = web.get(wiki.url + following, auth=(wiki.by, "sandbox"))
    assert [child["title"] for child in second.json()["results"]] == ["00002"]
    assert "next" not in second.json()["_links"]
    assert 'rel="next"' not in second.headers["Link"]


def test_a_child_that_one_may_not_see_is_left_out(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    wiki.do("restrict", page="00001", operation="read", users=[ADMIN])
    assert below(wiki, ids["2026"]) == ["00002"]
    assert below(wiki.as_(ADMIN), ids["2026"]) == ["00001", "00002"]
    wiki.do("restrict", page="00001", operation="read")
    assert below(wiki, ids["2026"]) == ["00001", "00002"]


def test_an_archived_page_can_be_read_and_not_written(wiki: Wiki) -> None:
    page = wiki.a_page("<p>x</p>")
    wiki.do("archive", page=page)
    assert wiki("GET", f"pages/{page}").json()["status"] == "archived"
    assert wiki("GET", f"pages/{page}", status="current").status_code == 404
    assert wiki.update(page, 2).status_code == 404
    assert wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).status_code == 404
    assert wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": "a"}]).status_code == 403
    assert [each["id"] for each in wiki("GET", "pages", title="ops exception log").json()["results"]] == [page]
    assert wiki("GET", "pages", title="ops exception log", status="current").json()["results"] == []
    wiki.do("unarchive", page=page)
    assert wiki.update(page, 2).status_code == 200


def test_what_is_below_a_page_that_goes_moves_up(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    wiki.do("archive", page="2026")
    assert (below(wiki, ids["Log"]), below(wiki, ids["2026"])) == (["00001", "00002"], [])
    wiki("DELETE", f"pages/{ids['Log']}")
    assert state(wiki, ids["00001"]) == ("current", HOME)


def test_a_page_in_the_trash_is_read_only_by_who_asks_for_it(wiki: Wiki) -> None:
    page = wiki.a_page("<p>x</p>")
    wiki.do("trash", page=page)
    assert wiki("GET", f"pages/{page}").status_code == 404
    assert wiki("GET", f"pages/{page}", status="trashed").json()["status"] == "trashed"
    assert wiki.storage(page, status="trashed") == "<p>x</p>"


def test_or_by_everybody_as_on_many_sites(wiki: Wiki) -> None:
    page = wiki.a_page()
    wiki.do("trash", page=page)
    wiki.sandbox.world.settings.confluence_trash_found = True
    assert wiki("GET", f"pages/{page}").json()["status"] == "trashed"
    assert wiki("GET", f"pages/{page}", status="current").status_code == 404


def test_an_update_of_a_page_in_the_trash_brings_it_back_without_its_text(wiki: Wiki) -> None:
    """The document: "page contents will not be updated and only the page status will be changed"."""
    page = wiki.a_page("<p>old</p>")
    wiki("DELETE", f"pages/{page}")
    assert wiki.update(page, 3, "<p>new</p>").status_code == 409
    assert wiki.update(page, 2, "<p>new</p>").status_code == 200
    assert (wiki.storage(page), state(wiki, page)) == ("<p>old</p>", ("current", HOME))


def test_who_comes_back_without_a_parent_stands_at_the_top(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    for page in ("00001", "2026"):
        wiki.do("trash", page=page)
    wiki.do("restore", page="00001")
    assert state(wiki, ids["00001"]) == ("current", None)
    wiki.do("restore", page="2026")
    assert state(wiki, ids["2026"]) == ("current", ids["Log"])


def test_a_purged_page_is_gone_for_good(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert wiki.do("purge", page=page).status_code == 400
    wiki.do("trash", page=page)
    assert wiki.do("purge", page=page).status_code == 200
    assert wiki("GET", f"pages/{page}", status="trashed").status_code == 404


def test_a_page_is_renamed_and_moved_by_a_person(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    renamed = wiki.do("rename", page="Log", title="Log of fixes", user=LEAD).json()
    moved = wiki.do("move", page="2026", parent="Operations Team").json()
    assert (renamed["version"], moved["version"], moved["parentId"]) == (2, 1, HOME)
    assert wiki("GET", f"pages/{ids['Log']}").json()["title"] == "Log of fixes"
    assert below(wiki, HOME) == ["Log of fixes", "2026"]


def test_an_update_can_move_a_page(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    answer = wiki.update(ids["00001"], 2, title="00001", parentId=ids["Log"])
    assert (answer.status_code, answer.json()["parentId"]) == (200, ids["Log"])
    assert below(wiki, ids["Log"]) == ["2026", "00001"]
    assert wiki.update(ids["00001"], 3, title="00001", parentId="1").status_code == 404
    refused = wiki.update(ids["2026"], 2, title="2026", parentId=ids["00002"])
    assert (refused.status_code, "below itself" in title_of(refused)) == (400, True)


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("archive", {"page": "Nowhere"}),
        ("unarchive", {"page": "Log"}),
        ("restore", {"page": "Log"}),
        ("move", {"page": "Log", "parent": "Log"}),
        ("move", {"page": "Log", "parent": "00001"}),
        ("rename", {"page": "Log", "title": "2026"}),
        ("restrict", {"page": "Log", "operation": "delete"}),
        ("archive", {"page": "Log", "user": "nobody@example.com"}),
    ],
)
def test_what_cannot_be_done_says_so(wiki: Wiki, what: str, given: dict[str, str]) -> None:
    a_tree(wiki)
    refused = wiki.do(what, **given)
    assert (refused.status_code, bool(refused.json()["error"])) == (400, True)


def test_who_may_not_edit_a_page_cannot_put_it_away(wiki: Wiki) -> None:
    a_tree(wiki)
    wiki.do("restrict", page="Log", operation="update", users=[LEAD])
    assert wiki.do("archive", page="Log", user=ADMIN).status_code == 400
    assert wiki.do("archive", page="Log", user=LEAD).status_code == 200


def test_an_update_answers_less_than_a_read(wiki: Wiki) -> None:
    page = wiki.a_page()
    told = wiki.update(page, 2).json()
    assert told["body"]["storage"]["value"] == "<p>y</p>"
    assert set(told["version"]) == {"number", "createdAt"}
    read = wiki("GET", f"pages/{page}").json()
    assert (read["version"]["message"], read["version"]["authorId"]) == ("one row more", read["authorId"])
    assert set(read) - set(told) == {"position", "lastOwnerId"}


def test_a_new_page_is_answered_with_its_body(wiki: Wiki) -> None:
    made = wiki.create(storage="<p>é</p>").json()
    assert (made["body"]["storage"]["value"], made["version"]["message"]) == ("<p>&eacute;</p>", "")


def test_a_body_may_name_its_form_first(wiki: Wiki) -> None:
    nested = {"storage": {"representation": "storage", "value": "<p>n</p>"}}
    assert wiki.storage(wiki.create(body=nested).json()["id"]) == "<p>n</p>"


def test_a_read_brings_what_one_asks_for(wiki: Wiki) -> None:
    page = wiki.a_page()
    wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": "ops-log"}])
    wiki("POST", f"pages/{page}/properties", {"key": "editor", "value": "v2"})
    wiki.update(page, 2)
    wanted = {f"include-{name}": "true" for name in ("labels", "properties", "versions")}
    found = wiki("GET", f"pages/{page}", **wanted, **{"include-version": "false"}).json()
    assert [label["name"] for label in found["labels"]["results"]] == ["ops-log"]
    assert [(p["key"], p["value"]) for p in found["properties"]["results"]] == [("editor", "v2")]
    assert [version["number"] for version in found["versions"]["results"]] == [2, 1]
    assert "version" not in found


def test_one_version_tells_which_are_around_it(wiki: Wiki) -> None:
    page = wiki.a_page()
    wiki.update(page, 2)
    first, last = (wiki("GET", f"pages/{page}/versions/{number}").json() for number in (1, 2))
    assert (first["nextVersion"], "prevVersion" in first) == (2, False)
    assert (last["prevVersion"], "nextVersion" in last, last["message"]) == (1, False, "one row more")
    assert wiki("GET", f"pages/{page}/versions/3").status_code == 404


def test_pages_are_found_by_their_ids_with_their_bodies(wiki: Wiki) -> None:
    ids = a_tree(wiki)
    wanted = {"id": f"{ids['00002']},{ids['00001']}", "body-format": "storage", "sort": "-title"}
    found = wiki("GET", "pages", **wanted).json()["results"]
    assert [(page["title"], page["body"]["storage"]["value"]) for page in found] == [
        ("00002", "<p>x</p>"),
        ("00001", "<p>x</p>"),
    ]


def test_a_title_is_found_at_once_whatever_search_knows(wiki: Wiki) -> None:
    wiki.sandbox.world.settings.confluence_search_lag = 3600.0
    page = wiki.a_page()
    where = {"space-id": SPACE, "title": "Ops Exception Log"}
    assert [found["id"] for found in wiki("GET", "pages", **where).json()["results"]] == [page]
    wiki.do("rename", page=page, title="Renamed", user=REPORTER)
    assert wiki("GET", "pages", **where).json()["results"] == []


def test_confluence_may_make_the_property_editor_first(wiki: Wiki) -> None:
    wiki.sandbox.world.settings.confluence_own_properties = True
    page = wiki.a_page()
    assert wiki("POST", f"pages/{page}/properties", {"key": "editor", "value": "v2"}).status_code == 400
    (own,) = wiki("GET", f"pages/{page}/properties", key="editor").json()["results"]
    change = {"key": "editor", "value": "v2", "version": {"number": 2}}
    assert wiki("PUT", f"pages/{page}/properties/{own['id']}", change).status_code == 200
