"""What all of Confluence's addresses share: who calls, what was sent, and how lists and refusals look."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Response, current_app, jsonify, request

from sandbox.auth import caller
from sandbox.refusals import refusal
from sandbox.world import Json, Person, World

#: Confluence reads no more than this of any request (CONFCLOUD-73881).
MAX_REQUEST = 5_242_880


class ConfluenceError(Exception):
    """Confluence says no."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


def world_of_request() -> World:
    world: World = current_app.extensions["world"]
    return world


def refused(error: ConfluenceError) -> Response:
    return refusal("confluence", error.status, error.title)


def who() -> Person:
    """The account behind the call; a body that is too large is not even looked at."""
    person = caller("confluence")
    if (request.content_length or 0) > MAX_REQUEST:
        told = f"Requests for this resource can be at most {MAX_REQUEST} bytes"
        raise ConfluenceError(413, f"Request too large. {told}")
    return person


def body() -> Json:
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise ConfluenceError(400, "Request body is not a JSON object")
    return given


def moment(seconds: float) -> str:
    """`2026-09-27T10:03:11.123Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def listing(items: list[Json]) -> Response:
    """One page of a list; `_links.next` leads to the next while there is one."""
    try:
        limit = min(max(int(request.args.get("limit", 25)), 1), 250)
        start = int(base64.b64decode(request.args.get("cursor", "MA==")))
    except ValueError:
        raise ConfluenceError(400, "Provided value for 'limit' or 'cursor' is not valid") from None
    links = {"base": world_of_request().base_url + "/wiki"}
    if start + limit < len(items):
        cursor = base64.b64encode(str(start + limit).encode()).decode()
        following = {**request.args.to_dict(), "limit": str(limit), "cursor": cursor}
        links["next"] = f"{request.path}?{urlencode(following)}"
    return jsonify(results=items[start : start + limit], _links=links)
