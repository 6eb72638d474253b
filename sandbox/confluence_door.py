"""What all of Confluence's addresses share: who calls, what was sent, and how lists and refusals look."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, jsonify, request

from sandbox.auth import caller
from sandbox.refusals import refusal
from sandbox.world import Json, Person, World

#: Confluence reads no more than this of any request (CONFCLOUD-73881).
MAX_REQUEST = 5_242_880
#: How some refusals begin; the classes of the program that answers.
EXCEPTIONS = "com.atlassian.confluence.api.service.exceptions"


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
    size = request.content_length
    # In a chunked request nobody says how much it will be.
    if (len(request.get_data()) if size is None else size) > MAX_REQUEST:
        told = f"Requests for this resource can be at most {MAX_REQUEST} bytes"
        raise ConfluenceError(413, f"Request too large. {told}")
    return person


def conflict_by_chance(world: World) -> None:
    """Confluence's own threads get in each other's way now and then: a conflict without a second writer.

    https://github.com/duo-labs/markdown-to-confluence/issues/6
    """
    every, before = world.settings.confluence_conflict_every, world.confluence.updates
    world.confluence.updates += 1
    if every and before % every == 0:
        told = "Batch update returned unexpected row count from update [0]; actual row count: 0; expected: 1"
        raise ConfluenceError(409, f"{EXCEPTIONS}.ConflictException: javax.persistence.OptimisticLockException: {told}")


def body() -> Json:
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise ConfluenceError(400, "Request body is not a JSON object")
    return given


def moment(seconds: float) -> str:
    """`2026-09-27T10:03:11.123Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def listing(items: list[Any], shown: Callable[[Any], Json] = lambda item: item) -> Response:
    """One page of a list; `_links.next` and the header `Link` lead to the next while there is one."""
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
    answer = jsonify(results=[shown(item) for item in items[start : start + limit]], _links=links)
    answer.headers["Link"] = ", ".join(f'<{links[name]}>; rel="{name}"' for name in ("next", "base") if name in links)
    return answer
