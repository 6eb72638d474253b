"""The official documents themselves: that they are here, that what we add to them is needed, and what the sandbox plays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from sandbox import Sandbox, create_sandbox
from tests import specs
from tests.conformance import deviations, documents
from tests.conformance.judge import Judge
from tests.conformance.recorder import INSTALL, Call

if told := documents.missing(specs.OPENAPI):
    pytest.skip(told, allow_module_level=True)

BESIDE = (specs.CONTRACTS / "schemas" / "slack").is_dir()
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


def a_call(target: str, sent: Any, answered: Any, status: int = 200, descriptor: Any = None) -> Call:
    """One of the service's, with JSON both ways."""
    method, path = target.split(" ")
    body = b"" if sent is None else json.dumps(sent).encode()
    asked = Call(method, path, content_type="application/json", body=body, by_service=True, descriptor=descriptor)
    return replace(asked, status=status, answer_type="application/json", answer=json.dumps(answered).encode())


def a_modal(**different: Any) -> dict[str, Any]:
    return {"view": {"type": "modal", "title": {"type": "plain_text", "text": "New"}, "blocks": [], **different}}


def a_message(*blocks: Any) -> Call:
    return a_call("POST /slack/api/chat.postMessage", {"channel": "C1", "blocks": blocks}, {"ok": True})


CREATED = {"id": "10001", "key": "OPS-1", "self": "http://127.0.0.1/rest/api/3/issue/10001"}
BODY = {"representation": "storage", "value": "<p/>"}
PAGE = {"id": "1", "title": "Log", "status": "current", "body": BODY, "version": {"number": 2}}
LONG = {"type": "plain_text", "text": "A title of a modal, and too long for one"}
WRONG = {
    "fields are an object": (a_call("POST /rest/api/3/issue", {"fields": "x"}, CREATED, 201), "request: at /fields"),
    "an id is text": (a_call("GET /rest/api/3/issue/1", None, CREATED | {"id": 10001}), "answer: at /id"),
    "notes are a field": (a_call("GET /rest/api/3/issue/1", None, CREATED | {"notes": ""}), "'notes' was unexpected"),
    "a page is in a space": (a_call("POST /wiki/api/v2/pages", {"title": "x", "body": BODY}, PAGE), "'spaceId'"),
    "a change has a version": (
        a_call("PUT /wiki/api/v2/pages/1", {**PAGE, "version": None}, PAGE),
        "request: at /version",
    ),
    "a version is a number": (
        a_call("GET /wiki/api/v2/pages/1", None, PAGE | {"version": {"number": "2"}}),
        "answer: at /version/number",
    ),
    "a label has a prefix": (
        a_call("POST /wiki/rest/api/content/1/label", [{"name": "x"}], {}, 404),
        "is not valid under any",
    ),
    "text is an object": (a_message({"type": "section", "text": "x"}), "at /blocks/0/text"),
    "a button has a text": (
        a_message({"type": "actions", "elements": [{"type": "button", "action_id": "a"}]}),
        "at /blocks/0/elements/0: 'text' is a required property",
    ),
    "a title is short": (a_call("POST /slack/api/views.open", a_modal(title=LONG), {"ok": True}), "is too long"),
    "a view on the Home tab is no modal": (a_call("POST /slack/api/views.publish", a_modal(), {"ok": True}), "/type"),
    "a descriptor has an address": (
        a_call(f"POST {INSTALL}", None, {}, descriptor=("jira", {"key": "x"})),
        "'baseUrl' is a required property",
    ),
}
#: Atlassian's documents can be here without what is published beside them in this project.
HERE = {name: each for name, each in WRONG.items() if "/rest/" in each[0].path or "/wiki/" in each[0].path or BESIDE}


@pytest.mark.parametrize(("call", "words"), HERE.values(), ids=HERE.keys())
def test_a_mistake_is_found_with_the_real_documents(call: Call, words: str) -> None:
    assert words in " ".join(Judge(ALL, specs.CONTRACTS).judge(call).complaints)


def test_confluences_operations_once_each() -> None:
    """Whether the answers fit is seen to as in every test."""
    body = {"representation": "storage", "value": "<p/>"}
    page = {"spaceId": "65537", "status": "current", "title": "Log", "body": body}
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
