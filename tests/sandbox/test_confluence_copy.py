"""Copying a page in v1: where it goes, what it takes along, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from wiki_client import ADMIN, LEAD, Wiki, restrict

from sandbox.presets import PRESETS


def copy(wiki: Wiki, source: str, destination: Any, title: str = "Archive", **more: Any) -> requests.Response:
    expand = {"expand": more.pop("expand")} if "expand" in more else {}
    body = {"destination": destination, "pageTitle": title, **more}
    return wiki("POST", f"rest/api/content/{source}/copy", body, **expand)


def below(parent: str) -> dict[str, str]:
    return {"type": "parent_page", "value": parent}


def storage(value: str) -> dict[str, Any]:
    return {"storage": {"value": value, "representation": "storage"}}


def a_template(wiki: Wiki) -> str:
    """A page with two labels, two properties and a restriction."""
    page = wiki.a_page("<p>template</p>")
    for name in ("ops-log", "archive"):
        wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": name}])
    for key, value in (("editor", "v2"), ("content-appearance-published", "full-width")):
        wiki("POST", f"pages/{page}/properties", {"key": key, "value": value})
    restrict(wiki, page, "update", wiki.by, LEAD)
    return page


def labels(wiki: Wiki, page: str) -> list[str]:
    return [each["name"] for each in wiki("GET", f"pages/{page}/labels").json()["results"]]


def properties(wiki: Wiki, page: str) -> dict[str, Any]:
    found = wiki("GET", f"pages/{page}/properties").json()["results"]
    assert {each["version"]["number"] for each in found} <= {1}
    return {each["key"]: each["value"] for each in found}


def test_a_copy_is_a_new_page_below_its_parent(wiki: Wiki) -> None:
    source, parent = wiki.a_page("<p>é</p>"), wiki.create("2026").json()["id"]

    made = copy(wiki, source, below(parent), expand="body.storage").json()

    assert (made["type"], made["status"], made["title"], made["version"]["number"]) == ("page", "current", "Archive", 1)
    assert (made["space"]["key"], made["history"]["createdBy"]["displayName"]) == ("OPSTEAM", "Riley Reporter")
    assert made["body"]["storage"]["value"] == "<p>&eacute;</p>"
    page = wiki("GET", f"pages/{made['id']}").json()
    assert (page["id"] != source, page["parentId"], page["version"]["number"]) == (True, parent, 1)


def test_the_body_may_be_another(wiki: Wiki) -> None:
    source = wiki.a_page("<p>template</p>")
    made = copy(wiki, source, below(source), body=storage("<p>rows</p>")).json()
    assert "body" not in made
    assert (wiki.storage(made["id"]), wiki.storage(source)) == ("<p>rows</p>", "<p>template</p>")


def test_it_takes_along_what_one_asks_for(wiki: Wiki) -> None:
    source = a_template(wiki)

    bare = copy(wiki, source, below(source), "Bare").json()["id"]
    full = copy(wiki, source, below(source), "Full", copyLabels=True, copyProperties=True, copyPermissions=True).json()[
        "id"
    ]

    assert (labels(wiki, bare), properties(wiki, bare)) == ([], {})
    assert labels(wiki, full) == ["ops-log", "archive"]
    assert properties(wiki, full) == {"editor": "v2", "content-appearance-published": "full-width"}
    assert wiki.as_(ADMIN).update(bare, 2, title="Bare").status_code == 200
    assert wiki.as_(ADMIN).update(full, 2, title="Full").status_code == 404, "it is restricted as its source is"


def test_what_the_copy_took_along_is_its_own(wiki: Wiki) -> None:
    source = a_template(wiki)
    made = copy(wiki, source, below(source), copyProperties=True).json()["id"]
    one = wiki("GET", f"pages/{made}/properties", key="editor").json()["results"][0]

    change = {"key": "editor", "value": "v1", "version": {"number": 2}}
    assert wiki("PUT", f"pages/{made}/properties/{one['id']}", change).status_code == 200

    assert properties(wiki, source)["editor"] == "v2"


def test_a_copy_may_stand_at_the_top_of_a_space(wiki: Wiki) -> None:
    made = copy(wiki, wiki.a_page(), {"type": "space", "value": "OPSTEAM"}).json()["id"]
    assert wiki("GET", f"pages/{made}").json()["parentId"] is None


def test_a_copy_may_replace_a_page(wiki: Wiki) -> None:
    source, target = wiki.a_page("<p>new</p>"), wiki.create("Target", "<p>old</p>").json()["id"]

    body = {"destination": {"type": "existing_page", "value": target}}
    made = wiki("POST", f"rest/api/content/{source}/copy", body).json()

    assert (made["id"], made["title"], made["version"]["number"]) == (target, "Target", 2)
    assert (wiki.storage(target), wiki.storage(target, version=1)) == ("<p>new</p>", "<p>old</p>")


@pytest.mark.parametrize(
    "given",
    [
        {"destination": None},
        {"destination": {"type": "parent_page"}},
        {"destination": {"type": "elsewhere", "value": "1"}},
        {"body": {"storage": {"value": "<p>open", "representation": "storage"}}},
        {"body": {"storage": {"value": "<p/>", "representation": "wiki"}}},
        {"pageTitle": "OPS exception LOG"},
        {"pageTitle": "x" * 256},
    ],
    ids=[
        "no destination",
        "half a destination",
        "an unknown destination",
        "an ill-formed body",
        "another form of body",
        "a taken title",
        "a long title",
    ],
)
def test_a_copy_is_refused(wiki: Wiki, given: dict[str, Any]) -> None:
    source = wiki.a_page()
    answer = wiki(
        "POST", f"rest/api/content/{source}/copy", {"destination": below(source), "pageTitle": "Archive"} | given
    )
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)
    assert wiki("GET", "pages", title="Archive").json()["results"] == []


def test_without_a_title_it_would_have_that_of_its_source(wiki: Wiki) -> None:
    source = wiki.a_page()
    assert wiki("POST", f"rest/api/content/{source}/copy", {"destination": below(source)}).status_code == 400


def test_a_body_over_5_242_880_bytes_is_413(wiki: Wiki) -> None:
    source = wiki.a_page()
    assert copy(wiki, source, below(source), body=storage("x" * 5_242_880)).status_code == 413


def test_what_one_does_not_see_one_cannot_copy_nor_copy_to(wiki: Wiki) -> None:
    page = wiki.a_page()
    hidden = wiki.as_(ADMIN).create("Hidden").json()["id"]
    restrict(wiki.as_(ADMIN), hidden, "read", ADMIN)

    assert copy(wiki, hidden, below(page)).status_code == 404
    assert copy(wiki, page, below(hidden)).status_code == 404
    assert copy(wiki, page, {"type": "space", "value": "NOSUCH"}).status_code == 404
    assert copy(wiki, "1", below(page)).status_code == 404
    wiki("DELETE", f"pages/{page}")
    assert copy(wiki, page, below("65538")).status_code == 404


def test_a_page_that_one_may_not_edit_one_cannot_replace(wiki: Wiki) -> None:
    source, target = wiki.a_page(), wiki.create("Target").json()["id"]
    restrict(wiki, target, "update", wiki.by)
    destination = {"type": "existing_page", "value": target}
    assert copy(wiki.as_(ADMIN), source, destination).status_code == 403


def test_a_copy_is_found_a_moment_later(wiki: Wiki) -> None:
    source = wiki.a_page()
    wiki.sandbox.world.settings.confluence_page_lag = 0.0
    made = copy(wiki, source, below(source)).json()["id"]
    wiki.sandbox.world.settings.confluence_page_lag = 60.0

    assert wiki("GET", f"pages/{made}").status_code == 404
    (found,) = wiki("GET", "pages", title="Archive").json()["results"]
    assert found["id"] == made


def test_an_answer_may_be_lost_although_the_copy_is_there(wiki: Wiki) -> None:
    source = wiki.a_page()
    fault = {"path": r"/wiki/rest/api/content/\d+/copy$", "method": "POST", "times": 1, "lose": True}
    wiki.sandbox.world.faults.clear()
    requests.post(f"{wiki.url}/_sandbox/faults", json=fault, timeout=20).raise_for_status()

    with pytest.raises(requests.ConnectionError):
        copy(wiki, source, below(source))

    assert copy(wiki, source, below(source)).status_code == 400
    assert len(wiki("GET", "pages", title="Archive").json()["results"]) == 1


def test_a_hostile_site_loses_answers_to_copies_and_refuses_some() -> None:
    path = "/wiki/rest/api/content/98305/copy"
    met = [fault for fault in PRESETS["hostile"].faults if fault.get("method") in (None, "POST")]
    met = [fault for fault in met if re.search(fault["path"], path)]
    assert [(fault.get("lose"), fault.get("status")) for fault in met] == [(True, None), (None, 503)]
