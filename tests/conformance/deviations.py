"""What is known of real sites and is not in the official documents, each with its source, and each narrow.

Nothing else is let through: what is not in these tables is held to the documents as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.conformance.lacking import CONFLUENCE, CONFLUENCE_V1, JIRA, LACKING

Json = dict[str, Any]


@dataclass(frozen=True)
class Deviation:
    """In *document*, the value described at *where* may also be null."""

    document: str
    where: str
    source: str


DEVIATIONS = (
    *(
        Deviation(
            JIRA,
            f"components schemas ChangeDetails properties {name}",
            "real changelogs have null where a field was or became empty",
        )
        for name in ("from", "fromString", "to", "toString")
    ),
    *(
        Deviation(
            CONFLUENCE,
            f"components schemas {page} properties {name}",
            'the text of parentId: "ID of the parent page, or null if there is no parent page"',
        )
        for page in ("PageSingle", "PageBulk")
        for name in ("parentId", "parentType")
    ),
)

#: Where the full documents say `oneOf` of two forms that both accept any object, so that nothing is ever right
#: (contracts/openapi/README.md, "Prism", 3).
ONE_OF_THAT_IS_ANY_OF = (
    (CONFLUENCE, "components requestBodies PageCreateRequest content application/json schema properties body"),
    (CONFLUENCE, "components requestBodies PageUpdateRequest content application/json schema properties body"),
)

#: Lists in a query that may come as one text with commas, as the texts of `id` and `space-id` say, and not only repeated.
LISTS_WITH_COMMAS = (CONFLUENCE, ("id", "space-id", "status"))

#: Statuses that real sites answer and that the operation's document lacks.
STATUSES = {
    (CONFLUENCE_V1, "copyPage"): (409, 413),  # as updatePage, where a page is replaced
    (CONFLUENCE, "updatePage"): (409, 413),  # facts/confluence_adf.md §1
    (CONFLUENCE, "updatePagePropertyById"): (409,),  # the same: properties have a version of their own
}
#: Error answers that can be words as well as JSON.
WORDS = {
    (JIRA, "addAttachment"): (403,),  # "XSRF check failed", where X-Atlassian-Token is missing
}
#: Statuses that any operation may answer: Atlassian's pages on authentication, status codes and rate limits.
ANYWHERE = (400, 401, 403, 404, 405, 429, 500, 502, 503, 504)

_TEXT = {"type": "string"}
#: How each product words an error; most operations' documents leave it out.
ERRORS: dict[str, Json] = {
    # Jira's ErrorCollection; both parts are there, and either may be empty (facts/jira_api.md §2).
    JIRA: {
        "type": "object",
        "required": ["errorMessages", "errors"],
        "additionalProperties": False,
        "properties": {
            "errorMessages": {"type": "array", "items": _TEXT},
            "errors": {"type": "object", "additionalProperties": _TEXT},
            "status": {"type": "integer"},
        },
    },
    # {'errors': [{'status': 404, 'code': 'NOT_FOUND', 'title': 'Not Found', 'detail': None}]}, as quoted in
    # https://github.com/hunyadi/md2conf/issues/113
    CONFLUENCE: {
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["status", "code", "title", "detail"],
                    "additionalProperties": False,
                    "properties": {
                        "status": {"type": "integer"},
                        "code": _TEXT,
                        "title": _TEXT,
                        "detail": _TEXT | {"nullable": True},
                    },
                },
            }
        },
    },
    # {"statusCode":404,"data":{"authorized":false,"valid":true,"errors":[],…},"message":…}, as quoted in
    # https://github.com/chaoss/grimoirelab-perceval/issues/180
    CONFLUENCE_V1: {
        "type": "object",
        "required": ["statusCode", "message"],
        "properties": {"statusCode": {"type": "integer"}, "message": _TEXT, "data": {"type": "object"}},
    },
}
ERRORS["jira-software.json"] = ERRORS[JIRA]


def is_date_time(value: object) -> bool:
    """RFC 3339, or as Jira writes it: `2026-09-27T10:03:11.123+0000`, without a colon (facts/jira_api.md §2)."""
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)"
    return not isinstance(value, str) or re.fullmatch(form, value) is not None


def put_into(name: str, raw: Json) -> list[Deviation]:
    """Change *raw*, the document *name*, by these tables; gives the deviations that found nothing to change."""
    for lacking in LACKING:
        if lacking.document == name:
            raw["paths"].setdefault(lacking.path, {}).setdefault(lacking.method, lacking.operation)
    for document, where in ONE_OF_THAT_IS_ANY_OF:
        part = _at(raw, where) if document == name else None
        if part and "oneOf" in part:
            part["anyOf"] = part.pop("oneOf")
    for path in raw["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                _add_refusals(name, operation)
                _allow_commas(name, operation)
    return [each for each in DEVIATIONS if each.document == name and not _changed(raw, each)]


def _changed(raw: Json, deviation: Deviation) -> bool:
    part = _at(raw, deviation.where)
    if part is None:
        return False
    described = dict(part)
    part.clear()
    part["anyOf"] = [described, {"enum": [None], "nullable": True}]
    return True


def _at(raw: Json, where: str) -> Json | None:
    part: Any = raw
    for step in where.split(" "):
        part = part.get(step) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else None


def _allow_commas(name: str, operation: Json) -> None:
    document, lists = LISTS_WITH_COMMAS
    for parameter in operation.get("parameters", []) if name == document else []:
        if parameter.get("name") in lists and parameter.get("schema", {}).get("type") == "array":
            parameter["explode"] = False


def _add_refusals(name: str, operation: Json) -> None:
    """Error answers without a schema get the product's own form."""
    responses, known_as = operation["responses"], (name, operation.get("operationId", ""))
    for status in (*ANYWHERE, *STATUSES.get(known_as, ())):
        responses.setdefault(str(status), {"description": ""})
    for status, response in responses.items():
        described = [media.get("schema") for media in response.get("content", {}).values()]
        if status >= "400" and not any(described):
            response["content"] = {"application/json": {"schema": ERRORS[name]}}
    for status in WORDS.get(known_as, ()):
        responses[str(status)]["content"] |= {"text/html": {"schema": _TEXT}, "text/plain": {"schema": _TEXT}}
