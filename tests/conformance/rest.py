"""Holds a call to Jira's or Confluence's REST API to its operation in the official documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.conformance.documents import SITE, Json, Operation
from tests.conformance.recorder import Call
from tests.conformance.rules import Rules

#: What a site answers where it has no operation, or not with this method.
NO_SUCH_OPERATION = (401, 404, 405, 410)
#: A Connect app's token in the query is authentication, and no parameter of the operation.
TOKEN = "jwt"


class RestRules(Rules):
    """Those of *operation*; None for an address that is no operation of the documents."""

    def __init__(self, operation: Operation | None) -> None:
        self._operation = operation
        self.held_to = "the operation's schemas" if operation else "it must be refused"

    def name(self, call: Call) -> str:
        return self._operation.name if self._operation else "no operation"

    def about_request(self, call: Call) -> Iterator[str]:
        if self._operation is None:
            yield "this is no operation of the official documents"
            return
        for name in sorted({name for name, _ in call.query} - self._operation.query_names - {TOKEN}):
            yield f"request: the operation has no query parameter {name!r}"
        if call.body and "requestBody" not in self._operation.raw:
            yield "request: the operation takes no body"
        for error in self._operation.document.openapi.iter_request_errors(_Request(call)):
            yield from (f"request: {reason}" for reason in _reasons(error))

    def about_answer(self, call: Call) -> Iterator[str]:
        if self._operation is None:
            if call.status not in NO_SUCH_OPERATION:
                yield f"answer: {call.status} to what is no operation of the official documents"
            return
        described = self._operation.response(call.status or 0)
        if described is None:
            yield f"answer: status {call.status} is not in the document"
        elif not call.answer:
            yield from _empty(described, call)
        else:
            yield from self._about_body(described, call)

    def _about_body(self, described: Json, call: Call) -> Iterator[str]:
        assert self._operation
        # A file may come, or the page of a redirection; JSON that the document does not have may not.
        if "content" not in described and "json" in call.answer_type:
            yield f"answer: {call.status} has a body here and none in the document"
        for error in self._operation.document.openapi.iter_response_errors(_Request(call), _Response(call)):
            yield from (f"answer: {reason}" for reason in _reasons(error))


def _empty(described: Json, call: Call) -> Iterator[str]:
    """Right where the document has no schema, and for errors, "many of which have no body at all"."""
    schemas = [media.get("schema") for media in described.get("content", {}).values()]
    if any(schemas) and (call.status or 0) < 400:
        yield f"answer: {call.status} has no body here and one in the document"


def _reasons(error: Exception) -> list[str]:
    """The schema's complaints behind openapi-core's, each with the place it is about."""
    cause: Any = error.__cause__ or error
    details = getattr(cause, "schema_errors", None)
    if not details:
        return [f"{error}: {cause}"[:300] if cause is not error else str(error)[:300]]
    return [f"at /{'/'.join(map(str, each.absolute_path))}: {each.message[:300]}" for each in details]


class _Request:
    """A call's request in openapi-core's terms."""

    def __init__(self, call: Call) -> None:
        from openapi_core.datatypes import RequestParameters  # as in `documents`: costs a second

        self.host_url = SITE
        self.path = call.path
        self.method = call.method.lower()
        self.body = call.body or None
        self.content_type = call.content_type or "application/json"
        self.parameters = RequestParameters(query=ImmutableMultiDict(call.query))


class _Response:
    """A call's answer in openapi-core's terms."""

    def __init__(self, call: Call) -> None:
        self.status_code = call.status
        self.data = call.answer
        self.content_type = call.answer_type
        self.headers = Headers()
