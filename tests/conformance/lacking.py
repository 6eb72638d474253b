"""Operations that the official documents have, and documents trimmed to some operations may lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
JIRA, CONFLUENCE, CONFLUENCE_V1 = "jira-v3.json", "confluence-v2.json", "confluence-v1.json"
_TEXT = {"type": "string"}


@dataclass(frozen=True)
class Lacking:
    """An operation that the official document has, and a document trimmed to some operations may lack."""

    document: str
    method: str
    path: str
    operation: Json
    reason: str


def _id(name: str, kind: str = "string") -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _query(**kinds: str) -> list[Json]:
    return [{"name": name.replace("_", "-"), "in": "query", "schema": {"type": kind}} for name, kind in kinds.items()]


def _json(schema: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _operation(name: str, parameters: list[Json], status: int, answer: Json | None, body: Json | None = None) -> Json:
    made: Json = {"operationId": name, "parameters": parameters}
    made["responses"] = {str(status): {"description": ""} if answer is None else _json(answer)}
    return made | ({"requestBody": {"required": True, **_json(body)}} if body else {})


_COMMENT = {"$ref": "#/components/schemas/Comment"}
_PAGE_OF_COMMENTS = {
    "type": "object",
    "required": ["comments", "maxResults", "startAt", "total"],
    "properties": {
        "comments": {"type": "array", "items": _COMMENT},
        **{name: {"type": "integer"} for name in ("maxResults", "startAt", "total")},
    },
}
_LABELS = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": {"$ref": "#/components/schemas/Label"}}},
}
_CONTENT = {"$ref": "#/components/schemas/Content"}
_COPY = {
    "type": "object",
    "required": ["destination"],
    "additionalProperties": False,
    "properties": {
        **{
            f"copy{what}": {"type": "boolean"}
            for what in ("Attachments", "Permissions", "Properties", "Labels", "CustomContents")
        },
        "destination": {
            "type": "object",
            "required": ["type", "value"],
            "additionalProperties": False,
            "properties": {
                "type": {"enum": ["space", "existing_page", "parent_page", "parent_content"]},
                "value": _TEXT,
            },
        },
        "pageTitle": _TEXT,
        "body": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"$ref": "#/components/schemas/ContentBodyCreate"} for name in ("storage", "editor2")},
        },
    },
}
_COMMENTS_PATH = "/rest/api/3/issue/{issueIdOrKey}/comment"
_RESTRICTIONS_PATH = "/wiki/rest/api/content/{id}/restriction"
_RESTRICTIONS = {"$ref": "#/components/schemas/ContentRestrictionArray"}
_RESTRICTION_UPDATES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["operation", "restrictions"],
        "properties": {"operation": {"enum": ["read", "update"]}, "restrictions": {"type": "object"}},
    },
}
LACKING = (
    Lacking(
        JIRA,
        "get",
        _COMMENTS_PATH,
        _operation(
            "getComments",
            [_id("issueIdOrKey"), *_query(startAt="integer", maxResults="integer", orderBy="string", expand="string")],
            200,
            _PAGE_OF_COMMENTS,
        ),
        "people comment in the tests, to see that comments never travel; the service does not",
    ),
    Lacking(
        JIRA,
        "post",
        _COMMENTS_PATH,
        _operation("addComment", [_id("issueIdOrKey"), *_query(expand="string")], 201, _COMMENT, _COMMENT),
        "as getComments",
    ),
    Lacking(
        JIRA,
        "delete",
        "/rest/api/3/issue/{issueIdOrKey}",
        _operation("deleteIssue", [_id("issueIdOrKey"), *_query(deleteSubtasks="string")], 204, None),
        "people delete issues in the tests; the service does not",
    ),
    Lacking(
        CONFLUENCE,
        "delete",
        "/pages/{id}",
        _operation("deletePage", [_id("id", "integer"), *_query(purge="boolean", draft="boolean")], 204, None),
        "people delete pages in the tests; the service does not",
    ),
    Lacking(
        CONFLUENCE,
        "get",
        "/pages/{id}/labels",
        _operation(
            "getPageLabels",
            [_id("id", "integer"), *_query(prefix="string", sort="string", cursor="string", limit="integer")],
            200,
            _LABELS,
        ),
        "what addLabelsToContent of v1 wrote is read here",
    ),
    Lacking(
        CONFLUENCE_V1,
        "post",
        "/wiki/rest/api/content/{id}/copy",
        _operation("copyPage", [_id("id"), *_query(expand="string")], 200, _CONTENT, _COPY),
        "https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---children-and-descendants/"
        "#api-wiki-rest-api-content-id-copy-post",
    ),
    Lacking(
        CONFLUENCE_V1,
        "put",
        _RESTRICTIONS_PATH,
        _operation(
            "updateRestrictions", [_id("id"), *_query(expand="string")], 200, _RESTRICTIONS, _RESTRICTION_UPDATES
        ),
        "people restrict pages in the tests, to see what the service does then; the service does not",
    ),
    Lacking(
        CONFLUENCE_V1,
        "delete",
        _RESTRICTIONS_PATH,
        _operation("deleteRestrictions", [_id("id"), *_query(expand="string")], 200, _RESTRICTIONS),
        "as updateRestrictions",
    ),
)
