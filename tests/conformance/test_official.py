"""The official documents themselves: that they are here, that what we add to them is needed, and what the sandbox plays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox import Sandbox, create_sandbox
from tests import specs
from tests.conformance import deviations, documents

if told := documents.missing(specs.OPENAPI):
    pytest.skip(told, allow_module_level=True)

ALL = documents.read(specs.OPENAPI)


def routes() -> Iterator[tuple[str, str]]:
    """Method and an address for each operation that the sandbox plays; what answers everything else is not one."""
    for rule in create_sandbox("http://127.0.0.1:8090").url_map.iter_rules():
        if str(rule).startswith(("/rest/", "/wiki/api/", "/wiki/rest/")) and "<path:" not in str(rule):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, re.sub("<[^>]+>", "1", str(rule))


@pytest.mark.parametrize(("method", "path"), list(routes()), ids=lambda part: str(part))
def test_what_the_sandbox_plays_is_an_operation(method: str, path: str) -> None:
    assert ALL.operation(method, path), "the real site has no such thing"


@pytest.mark.parametrize("document", ALL.each, ids=lambda document: str(document.name))
def test_each_deviation_is_about_something_in_the_documents(document: documents.Document) -> None:
    assert document.unused == []


def test_the_full_documents_form_of_a_page_can_be_right() -> None:
    """They say `oneOf` of two forms that both accept any object."""
    raw = json.loads((specs.OPENAPI / "confluence-v2.json").read_text())
    where: Any = raw
    for step in deviations.ONE_OF_THAT_IS_ANY_OF[0][1].split(" "):
        where = where[step]
    where["oneOf"] = where.pop("anyOf", None) or where["oneOf"]

    deviations.put_into("confluence-v2.json", raw)

    assert "anyOf" in where
    assert "oneOf" not in where


def test_confluences_operations_once_each() -> None:
    """Whether the answers fit is seen to as in every test."""
    page = {"spaceId": "65537", "status": "current", "title": "Log"}
    page["body"] = {"representation": "storage", "value": "<p/>"}
    with Sandbox() as sandbox, requests.Session() as session:
        session.auth = ("reporter@example.com", "sandbox")

        def call(method: str, path: str, body: Any = None, **query: Any) -> Any:
            answer = session.request(method, f"{sandbox.url}/wiki/{path}", json=body, params=query, timeout=10)
            assert answer.ok, answer.text
            return answer.json()

        call("GET", "api/v2/spaces", keys="OPSTEAM")
        call("GET", "api/v2/spaces/65537")
        made = call("POST", "api/v2/pages", page)["id"]
        call("POST", "api/v2/pages", page | {"title": "At the root"}, **{"root-level": "true"})
        call("GET", "api/v2/pages", **{"space-id": "65537", "body-format": "storage", "limit": 1})
        call("PUT", f"api/v2/pages/{made}", page | {"id": made, "version": {"number": 2}})
        call("GET", f"api/v2/pages/{made}", **{"body-format": "storage"})
        call("GET", f"api/v2/pages/{made}/versions")
        kept = call("POST", f"api/v2/pages/{made}/properties", {"key": "a", "value": [1]})["id"]
        call("GET", f"api/v2/pages/{made}/properties")
        call("PUT", f"api/v2/pages/{made}/properties/{kept}", {"key": "a", "value": 2, "version": {"number": 2}})
        call("GET", f"api/v2/pages/{made}/properties/{kept}")
        call("GET", f"rest/api/content/{made}/restriction")
        call("GET", "rest/api/search", cql="text ~ log")
