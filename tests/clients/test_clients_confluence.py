"""Confluence as the client understands it: a page's version is the lock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from app.clients.confluence import ConfluenceClient
from app.clients.http import Http
from app.domain_log import LogPage
from app.errors import Conflict, NotFound, Refused

API = "https://team.atlassian.net/wiki/api/v2"
PAGE = LogPage(id="77", version=4, title="Ops Exception Log", body="<p>old</p>")
RAW_PAGE = {
    "id": "77",
    "title": "Ops Exception Log",
    "version": {"number": 4},
    "body": {"storage": {"representation": "storage", "value": "<p>old</p>"}},
}


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def confluence() -> ConfluenceClient:
    return ConfluenceClient(Http("https://team.atlassian.net/wiki", lambda method, target: "JWT x", timeout=5))


def sent(wire: responses.RequestsMock) -> Any:
    return json.loads(wire.calls[0].request.body or "null")


def test_a_space_is_found_by_its_key(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("GET", API + "/spaces", json={"results": [{"id": "65537", "key": "OPSTEAM"}]})

    assert confluence.space_id("OPSTEAM") == "65537"
    assert wire.calls[0].request.params == {"keys": "OPSTEAM"}


def test_a_space_that_we_cannot_see_is_named(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("GET", API + "/spaces", json={"results": []})

    with pytest.raises(NotFound, match="no Confluence space 'OPSTEAM'"):
        confluence.space_id("OPSTEAM")


def test_a_page_is_read_as_it_is_stored(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("GET", API + "/pages/77", json=RAW_PAGE)

    assert confluence.page("77") == PAGE
    assert wire.calls[0].request.params == {"body-format": "storage"}


@pytest.mark.parametrize(("results", "id"), [([], None), ([{"id": "77"}], "77")])
def test_a_page_is_found_by_its_whole_title(
    wire: Any, confluence: ConfluenceClient, results: list[Any], id: str | None
) -> None:
    wire.add("GET", API + "/pages", json={"results": results})

    assert confluence.page_titled("65537", "Ops & more") == id
    assert wire.calls[0].request.params == {"space-id": "65537", "title": "Ops & more", "status": "current"}


def test_a_page_is_created_in_storage_format(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("POST", API + "/pages", json=RAW_PAGE)

    assert confluence.create_page("65537", "Log", "<p>new</p>") == "77"
    assert sent(wire)["body"] == {"representation": "storage", "value": "<p>new</p>"}


def test_a_title_that_is_taken_is_a_no(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("POST", API + "/pages", status=400, json={"errors": [{"title": "A page with this title already exists"}]})

    with pytest.raises(Refused, match="already exists"):
        confluence.create_page("65537", "Log", "<p/>")


def test_an_update_carries_the_version_that_it_was_made_from(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("PUT", API + "/pages/77", json=RAW_PAGE)

    confluence.update_page(PAGE, "<p>new</p>", "SolveOnce: OPS-1")

    assert sent(wire)["version"] == {"number": 5, "message": "SolveOnce: OPS-1", "minorEdit": True}


def test_somebody_who_wrote_meanwhile_is_a_conflict(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("PUT", API + "/pages/77", status=409, json={"errors": [{"title": "Version must be incremented"}]})

    with pytest.raises(Conflict):
        confluence.update_page(PAGE, "<p>new</p>", "SolveOnce: OPS-1")


def test_a_page_that_is_gone_is_not_found(wire: Any, confluence: ConfluenceClient) -> None:
    wire.add("GET", API + "/pages/77", status=404, json={"errors": [{"title": "Not Found"}]})

    with pytest.raises(NotFound):
        confluence.page("77")
