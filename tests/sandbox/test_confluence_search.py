"""Confluence's search is late, shows what one may see, and reads no more CQL than it says."""

from __future__ import annotations

from typing import Any

import pytest
from web import web
from wiki_client import ADMIN, REPORTER, Wiki, restrict


def found(wiki: Wiki, cql: str, **more: Any) -> list[str]:
    answer = wiki("GET", "rest/api/search", cql=cql, **more)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["results"]]


def later(wiki: Wiki) -> None:
    wiki.sandbox.world.clock.advance(31)


def test_search_is_half_a_minute_late(wiki: Wiki) -> None:
    page = wiki.a_page("<p>The gate was stuck</p>")
    assert found(wiki, 'text ~ "gate"') == []
    later(wiki)
    assert found(wiki, 'text ~ "gate"') == ["Ops Exception Log"]
    wiki.update(page, 2, "<p>The lift was stuck</p>")
    assert (found(wiki, 'text ~ "gate"'), found(wiki, 'text ~ "lift"')) == (["Ops Exception Log"], [])
    later(wiki)
    assert (found(wiki, 'text ~ "gate"'), found(wiki, 'text ~ "lift"')) == ([], ["Ops Exception Log"])
    wiki("DELETE", f"pages/{page}")
    assert found(wiki, 'text ~ "lift"') == ["Ops Exception Log"], "and does not know the trash at once"
    later(wiki)
    assert found(wiki, 'text ~ "lift"') == []


@pytest.mark.parametrize(
    ("cql", "hits"),
    [
        (r'text ~ "\"OPS-12\""', True),
        (r'text ~ "\"12 OPS\""', False),
        ("text ~ refund*", True),
        ('text ~ "refunds stuck"', True),
        ('text ~ "refunds lift"', False),
        ("text ~ wide", False),
        ("label = ops-log and space = OPSTEAM", True),
        ("label = other", False),
        ("ancestor = 65538 and type = page", True),
        ("ancestor = 1", False),
        ('title = "ops exception LOG" order by lastmodified desc', True),
    ],
)
def test_a_search(wiki: Wiki, cql: str, hits: bool) -> None:
    page = wiki.a_page('<p>OPS-12: refunds <time datetime="2026-11-22">wide</time> are stuck</p>')
    wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": "ops-log"}])
    later(wiki)
    assert found(wiki, cql) == (["Ops Exception Log"] if hits else [])


@pytest.mark.parametrize("cql", ["", "text ~", "text = x", "creator = currentUser()", "space = A or space = B"])
def test_a_search_that_is_not_understood_is_400(wiki: Wiki, cql: str) -> None:
    refused = wiki("GET", "rest/api/search", cql=cql)
    assert (refused.status_code, "Could not parse cql" in refused.json()["message"]) == (400, True)


def test_search_does_not_show_what_one_may_not_read(wiki: Wiki) -> None:
    page = wiki.a_page("<p>salaries</p>")
    later(wiki)
    restrict(wiki, page, "read", ADMIN)
    assert (found(wiki, "text ~ salaries"), found(wiki.as_(ADMIN), "text ~ salaries")) == ([], ["Ops Exception Log"])


def test_search_goes_on_with_the_cursor(wiki: Wiki) -> None:
    for n in range(3):
        wiki.create(f"Archive {n}")
    later(wiki)
    first = wiki("GET", "rest/api/search", cql="title ~ archive", limit=2).json()
    rest = web.get(wiki.url + "/wiki" + first["_links"]["next"], auth=(REPORTER, "sandbox")).json()
    titles = [one["title"] for one in first["results"] + rest["results"]]
    assert (sorted(titles), first["totalSize"], "next" in rest["_links"]) == (
        ["Archive 0", "Archive 1", "Archive 2"],
        3,
        False,
    )
