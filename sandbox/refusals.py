"""How each neighbour words a refusal: the bodies of error answers."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request

#: What Jira answers to a caller it does not know.
UNAUTHENTICATED = "Client must be authenticated to access this resource."


class JiraError(Exception):
    """Jira says no: general messages, and messages by field."""

    def __init__(self, status: int, message: str | None = None, errors: dict[str, str] | None = None) -> None:
        super().__init__(message or errors)
        self.status = status
        self.messages = [message] if message else []
        self.errors = errors or {}


def jira_refusal(error: JiraError) -> Response:
    """The answer for *error*."""
    return _json(error.status, {"errorMessages": error.messages, "errors": error.errors})


def refusal(neighbour: str, status: int, message: str) -> Response:
    """An answer with *status* in the style of *neighbour*; Confluence's v1 and v2 each have words of their own."""
    return _json(status, _body(neighbour, status, message))


def _body(neighbour: str, status: int, message: str) -> dict[str, Any]:
    if neighbour == "confluence" and request.path.startswith("/wiki/rest/"):
        data = {"authorized": status not in (401, 403), "valid": True, "errors": [], "successful": False}
        return {"statusCode": status, "data": data, "message": message}
    if neighbour == "confluence":
        return {"errors": [{"status": status, "code": _code(status), "title": message, "detail": None}]}
    if neighbour == "slack":
        return {"ok": False, "error": "ratelimited" if status == 429 else "internal_error"}
    return {"errorMessages": [message], "errors": {}}


def _code(status: int) -> str:
    names = {400: "INVALID_REQUEST_PARAMETER", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND"}
    names |= {409: "CONFLICT", 413: "PAYLOAD_TOO_LARGE", 429: "RATE_LIMITED", 503: "SERVICE_UNAVAILABLE"}
    return names.get(status, "INTERNAL_SERVER_ERROR")


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")
