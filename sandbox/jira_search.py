"""Search by JQL: `/search/jql`, which reads the index and gives ids unless asked for more."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_index, jql
from sandbox.jira_act import Act, current_act, json_body, shown_issue
from sandbox.jira_permissions import sees
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json

RECONCILE_LIMIT = 50
PROPERTIES_LIMIT = 5
#: Most issues a page: of ids alone, and with fields.
PAGE_OF_IDS, PAGE_WITH_FIELDS = 5000, 100

blueprint = Blueprint("jira_search", __name__)


@dataclass
class Search:
    """A search as it was asked for."""

    text: str
    fields: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    size: int = 50
    token: str | None = None
    reconciled: list[str] = field(default_factory=list)

    @property
    def ids_only(self) -> bool:
        return not self.properties and self.fields in ([], ["id"])


@blueprint.get("/search/jql")
def by_query() -> ResponseReturnValue:
    act, args = current_act(), request.args
    lists = {name: ",".join(args.getlist(name)).split(",") for name in ("fields", "properties", "reconcileIssues")}
    return jsonify(_found(act, _search({**args.to_dict(), **lists})))


@blueprint.post("/search/jql")
def by_body() -> ResponseReturnValue:
    # A search changes nothing, so an app needs no more than READ for it.
    act, body = current_act("READ"), json_body()
    if not isinstance(body.get("expand") or "", str):
        raise JiraError(400, "'expand' must be a string.")
    return jsonify(_found(act, _search(body)))


@blueprint.post("/search/approximate-count")
def count() -> ResponseReturnValue:
    """How many issues a query finds; of the index, so it lags as search does."""
    act, body = current_act("READ"), json_body()
    with act.world.lock:
        return jsonify(count=len(_matching(act, Search(str(body.get("jql") or "")))))


def _search(given: Json) -> Search:
    search = Search(str(given.get("jql") or ""), _strings(given, "fields"), _strings(given, "properties"))
    search.reconciled = _strings(given, "reconcileIssues")
    search.token = given.get("nextPageToken")
    if len(search.reconciled) > RECONCILE_LIMIT or len(search.properties) > PROPERTIES_LIMIT:
        limits = f"reconcileIssues takes {RECONCILE_LIMIT} ids at most and properties {PROPERTIES_LIMIT} keys."
        raise JiraError(400, limits)
    try:
        search.size = int(given.get("maxResults") or 50)
    except (TypeError, ValueError):
        raise JiraError(400, "'maxResults' must be a number.") from None
    return search


def _strings(given: Json, name: str) -> list[str]:
    value: Any = given.get(name) or []
    if not isinstance(value, list):
        raise JiraError(400, f"'{name}' must be an array.")
    return [str(item) for item in value if item != ""]


def _found(act: Act, search: Search) -> Json:
    with act.world.lock:
        matching = _matching(act, search)
        start = _offset(search)
        end = start + max(1, min(search.size, PAGE_OF_IDS if search.ids_only else PAGE_WITH_FIELDS))
        answer: Json = {"issues": [_shown(act, issue, search) for issue in matching[start:end]]}
    is_last = end >= len(matching)
    return answer | {"isLast": is_last} | ({} if is_last else {"nextPageToken": _token(search, end)})


def _matching(act: Act, search: Search) -> list[Issue]:
    query = jql.parse(act.world, search.text, act.person)
    if not query.restricted:
        raise JiraError(400, jql.UNBOUNDED)
    found = jira_index.searchable(act.world, search.reconciled)
    return query.sorted(issue for issue in found if _sees(act, issue))


def _sees(act: Act, copy: Issue) -> bool:
    """Permissions are those of now, whatever the index still says."""
    return sees(act.world, act.person, act.world.jira.issues.get(copy.id, copy))


def _shown(act: Act, issue: Issue, search: Search) -> Json:
    return {"id": issue.id} if search.ids_only else shown_issue(act, issue, search.fields, search.properties)


def _token(search: Search, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{_mark(search)}:{offset}".encode()).decode()


def _offset(search: Search) -> int:
    """Where the page of the token begins; a token only serves the search it was given for."""
    if not search.token:
        return 0
    try:
        mark, offset = base64.urlsafe_b64decode(search.token).decode().split(":")
        if mark == _mark(search):
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise JiraError(400, "The provided next page token is invalid or expired.")


def _mark(search: Search) -> str:
    return hashlib.sha256(f"{search.text} {search.reconciled}".encode()).hexdigest()[:16]
