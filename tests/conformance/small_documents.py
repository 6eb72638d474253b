"""Small documents in the form of the official ones, for planted mistakes: four of REST, one of Slack, one of Connect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conformance import documents
from tests.conformance.judge import Judge

TEXT = {"type": "string"}


def an_object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _json(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _get(name: str, answer: Any, *parameters: Any) -> dict[str, Any]:
    return {"get": {"operationId": name, "parameters": list(parameters), "responses": {"200": answer}}}


ID = {"name": "id", "in": "path", "required": True}
FIELDS = {"name": "fields", "in": "query", "schema": {"type": "array", "items": TEXT}}
LIMIT = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 250}}
ISSUE = an_object("id", "fields", id=TEXT, created=TEXT | {"format": "date-time"}, fields={"type": "object"})
CHANGE = an_object("field", field=TEXT, to=TEXT)
JIRA = {
    "/rest/api/3/issue": {
        "post": {
            "operationId": "createIssue",
            "requestBody": {"required": True, **_json(an_object("fields", fields={"type": "object"}))},
            "responses": {"201": _json(an_object("id", id=TEXT))},
        }
    },
    "/rest/api/3/issue/bulk": _get("bulk", {"description": "no body"}),
    "/rest/api/3/issue/{id}": _get("getIssue", _json(ISSUE), ID | {"schema": TEXT}, FIELDS),
    "/rest/api/3/change": _get("getChange", _json({"$ref": "#/components/schemas/ChangeDetails"})),
}
CONFLUENCE = {
    "/pages": _get("getPages", _json(an_object("results", results={"type": "array"})), LIMIT),
    "/pages/{id}": _get("getPageById", _json(an_object("id", id=TEXT)), ID | {"schema": {"type": "integer"}}),
}
BLOCK = {"type": "object", "required": ["type"], "properties": {"type": {"const": "section"}, "text": TEXT}}
DIVIDER = {"type": "object", "properties": {"type": {"const": "divider"}}, "additionalProperties": False}
MESSAGE = an_object("blocks", blocks={"type": "array", "items": {"anyOf": [DIVIDER, BLOCK]}, "maxItems": 3})


def write(folder: Path) -> Path:
    """The documents below *folder*; the folder that ATLASSIAN_SPECS names."""
    specs, slack = folder / "openapi", folder / "schemas" / "slack"
    for each in (specs, slack):
        each.mkdir(parents=True)
    for name in documents.ADDRESSES:
        paths = {"jira-v3.json": JIRA, "confluence-v2.json": CONFLUENCE}.get(name, {})
        components = {"schemas": {"ChangeDetails": CHANGE}}
        document = {"openapi": "3.0.1", "info": {"title": name, "version": "1"}, "paths": paths}
        (specs / name).write_text(json.dumps(document | {"components": components}))
    (slack / "blockkit.message.schema.json").write_text(json.dumps(MESSAGE))
    descriptor = json.dumps(an_object("key", key=TEXT, name=TEXT))
    (folder / "schemas" / "connect-jira-descriptor.derived.schema.json").write_text(descriptor)
    return specs


def judge(folder: Path) -> Judge:
    return Judge(documents.read(write(folder)), folder)
