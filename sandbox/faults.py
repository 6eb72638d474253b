"""Writes down every call to a neighbour, and makes calls fail as asked: `POST /_sandbox/faults`."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.auth import claimed_caller
from sandbox.presets import PRESETS, put_on
from sandbox.refusals import refusal
from sandbox.world import Json, World

#: Which neighbour answers under which path. Everything else is a page for people or the sandbox's own control.
NEIGHBOURS = (
    ("/rest/", "jira"),
    ("/_media/", "jira"),
    ("/wiki/api/", "confluence"),
    ("/wiki/rest/", "confluence"),
    ("/slack/api/", "slack"),
    ("/slack/files/", "slack"),
    ("/slack/response/", "slack"),
    ("/_sandbox/keys/", "connect"),
)
DEFAULTS: Json = {"method": None, "status": None, "retry_after": None, "delay": None, "cut": False, "lose": False}
DEFAULTS |= {"times": None, "every": None, "headers": {}, "by": None, "containing": None}

blueprint = Blueprint("faults", __name__)


def install_faults(app: Flask) -> None:
    """Put the log and the faults before every other handler of *app*."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(blueprint)


@blueprint.post("/_sandbox/faults")
def add() -> ResponseReturnValue:
    """Add one fault or a list of them; or `{"preset": "hostile"}`, which `{"preset": "calm"}` takes back."""
    body = request.get_json()
    if isinstance(body, dict) and "preset" in body:
        return _put_on(body["preset"])
    try:
        ids = switch_on(body if isinstance(body, list) else [body])
    except (ValueError, re.error) as reason:
        return jsonify(error=str(reason)), 400
    return jsonify([{"id": id_} for id_ in ids] if isinstance(body, list) else {"id": ids[0]})


def _put_on(name: object) -> ResponseReturnValue:
    if not isinstance(name, str) or name not in PRESETS:
        return jsonify(error=f"There is no preset {name!r}, only {', '.join(PRESETS)}."), 400
    return jsonify(preset=name, faults=switch_on_preset(name))


def switch_on_preset(name: str) -> list[str]:
    """Settings and faults of a preset; the ids of its faults."""
    with _world().lock:
        return switch_on(put_on(_world(), name), preset=name)


def switch_on(given: Sequence[object], preset: str | None = None) -> list[str]:
    """Faults as `POST /_sandbox/faults` takes them, all or none; their ids. Raises `ValueError` or `re.error`."""
    faults = [_fault(one) | {"preset": preset} for one in given]
    with _world().lock:
        for fault in faults:
            fault["id"] = _world().next_id("fault", 1)
            _world().faults.append(fault)
    return [fault["id"] for fault in faults]


@blueprint.get("/_sandbox/faults")
def listed() -> ResponseReturnValue:
    """The faults with how often they were `seen` (matched a call) and `fired`."""
    return jsonify(_world().faults)


@blueprint.delete("/_sandbox/faults")
def clear() -> ResponseReturnValue:
    """All is well again."""
    _world().faults.clear()
    return "", 204


def _fault(given: object) -> Json:
    if not isinstance(given, dict):
        raise ValueError("a fault is a JSON object")
    unknown = set(given) - set(DEFAULTS) - {"path"}
    if unknown or "path" not in given:
        raise ValueError(f"a fault needs a path and knows no {sorted(unknown)}")
    re.compile(given["path"])
    said = {name: value for name, value in given.items() if value is not None}
    return {**DEFAULTS, **said, "seen": 0, "fired": 0}


def neighbour_of(path: str) -> str | None:
    """The neighbour who answers under *path*."""
    return next((name for start, name in NEIGHBOURS if path.startswith(start)), None)


def _begin() -> Response | None:
    g.started = time.monotonic()
    g.neighbour = neighbour_of(request.path)
    g.fault = _due_fault() if g.neighbour else None
    _tell_watchers("before")
    if g.fault is None:
        return None
    if g.fault["delay"]:
        time.sleep(g.fault["delay"])
    if g.fault["cut"]:
        _cut()
        return Response(status=500)
    return _failure(g.fault) if g.fault["status"] else None


def _due_fault() -> Json | None:
    """The first fault that this call meets; every fault that matches counts it."""
    with _world().lock:
        due = [fault for fault in _world().faults if _matches(fault) and _is_due(fault)]
        if due:
            due[0]["fired"] += 1
        return due[0] if due else None


def _matches(fault: Json) -> bool:
    right_method = fault["method"] in (None, request.method)
    # Without `by` a fault meets people and apps alike.
    right_caller = fault["by"] is None or re.search(fault["by"], claimed_caller() or "") is not None
    right_words = fault["containing"] is None or fault["containing"] in request.get_data(as_text=True)
    return right_method and right_caller and right_words and re.search(fault["path"], _path()) is not None


def _is_due(fault: Json) -> bool:
    fault["seen"] += 1
    used_up = fault["times"] is not None and fault["fired"] >= fault["times"]
    return not used_up and fault["seen"] % (fault["every"] or 1) == 0


def _failure(fault: Json) -> Response:
    answer = refusal(g.neighbour, fault["status"], f"The sandbox was asked to answer {fault['status']}.")
    if fault["retry_after"] is not None:
        answer.headers["Retry-After"] = str(fault["retry_after"])
    return answer


def _end(response: Response) -> Response:
    if getattr(g, "neighbour", None) is None:
        return response
    fault = g.fault or DEFAULTS
    response.headers.update(fault["headers"])
    reason = response.headers.get("RateLimit-Reason")
    _record(0 if fault["cut"] else response.status_code, {"lost": True} if fault["lose"] else {}, reason)
    _tell_watchers("after")
    if fault["lose"]:
        _cut()
    return response


def _tell_watchers(phase: str) -> None:
    """Tests look over our shoulder: `before` a call has an effect, and `after` it while the answer is still here."""
    if g.neighbour:
        for watch in list(_world().watchers):
            watch(phase, request.method, _path())


def _record(status: int, lost: Json, reason: str | None) -> None:
    world = _world()
    call: Json = {"time": world.now(), "neighbour": g.neighbour, "method": request.method, "path": _path()}
    call |= {"status": status, "ms": round((time.monotonic() - g.started) * 1000, 1)}
    call["by"] = g.get("by") or claimed_caller()
    with world.lock:
        world.calls.append(call | lost | ({"reason": reason} if reason else {}))


def _path() -> str:
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def _cut() -> None:
    """Hang up on the caller. What is answered after this goes nowhere."""
    connection: Any = request.environ.get("werkzeug.socket")
    if connection is None:
        raise ConnectionError("this call did not come over a socket, so it cannot be cut")
    connection.shutdown(socket.SHUT_RDWR)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world
