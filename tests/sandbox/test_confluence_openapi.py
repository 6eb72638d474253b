"""Confluence's answers fit Atlassian's own description of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from web import web

from sandbox.server import Sandbox

BESIDE = Path(__file__).parents[3] / "shared" / "contracts" / "openapi"
DOCUMENT = Path(os.environ.get("ATLASSIAN_SPECS", BESIDE)) / "confluence-v2.json"

pytestmark = pytest.mark.skipif(
    not DOCUMENT.is_file(),
    reason="download https://developer.atlassian.com/cloud/confluence/openapi-v2.v3.json as confluence-v2.json "
    "and name its folder in ATLASSIAN_SPECS",
)
PAGE = {"spaceId": "65537", "status": "current", "title": "Log", "body": {"representation": "storage", "value": "<p/>"}}


def json_schema(part: Any) -> Any:
    """OpenAPI 3.0's schema as JSON Schema: `nullable` is a type of its own there."""
    if isinstance(part, list):
        return [json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: json_schema(value) for name, value in part.items() if name != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if part.get("nullable") else made


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json_schema(json.loads(DOCUMENT.read_text()))
    # "… or null if there is no parent page" says its text; its schema forgot.
    for page in ("PageSingle", "PageBulk"):
        for name in ("parentId", "parentType"):
            found["components"]["schemas"][page]["properties"][name] = {"type": ["string", "null"]}
    return found


def test_every_answer_fits(document: dict[str, Any], sandbox: Sandbox) -> None:
    def call(method: str, path: str, template: str, body: Any = None, **query: Any) -> dict[str, Any]:
        url, auth = sandbox.url + "/wiki/api/v2" + path, ("reporter@example.com", "sandbox")
        answer = web.request(method, url, json=body, params=query, auth=auth)
        described = document["paths"][template][method]["responses"][str(answer.status_code)]
        schema = described["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), {**schema, "components": document["components"]})
        found: dict[str, Any] = answer.json()
        return found

    call("get", "/spaces", "/spaces", keys="OPSTEAM")
    call("get", "/spaces/65537", "/spaces/{id}")
    page = call("post", "/pages", "/pages", PAGE)["id"]
    call("post", "/pages", "/pages", PAGE | {"title": "At the root"}, **{"root-level": "true"})
    call("get", "/pages", "/pages", **{"space-id": "65537", "body-format": "storage", "limit": 1})
    call("put", f"/pages/{page}", "/pages/{id}", PAGE | {"id": page, "version": {"number": 2}})
    call("get", f"/pages/{page}", "/pages/{id}", **{"body-format": "storage"})
    call("get", f"/pages/{page}/versions", "/pages/{id}/versions")
    properties, one = "/pages/{page-id}/properties", "/pages/{page-id}/properties/{property-id}"
    kept = call("post", f"/pages/{page}/properties", properties, {"key": "a", "value": [1]})["id"]
    call("get", f"/pages/{page}/properties", properties)
    change = {"key": "a", "value": 2, "version": {"number": 2}}
    call("put", f"/pages/{page}/properties/{kept}", one, change)
    call("get", f"/pages/{page}/properties/{kept}", one)
