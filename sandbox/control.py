"""How tests and the demo turn the sandbox: start afresh, settings, and what was called and delivered."""

from __future__ import annotations

import dataclasses
import math
from zoneinfo import available_timezones

from flask import Blueprint, Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_admin, seed
from sandbox.world import Json, World

blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")


def register(app: Flask) -> None:
    """Add the control endpoints to *app*."""
    app.register_blueprint(blueprint)
    app.register_blueprint(jira_admin.blueprint)


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """For whoever waits for the sandbox to come up."""
    return jsonify(ready=True)


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Everything as in the beginning; no app is installed, and what was under way is not delivered."""
    world = _world()
    with world.lock:
        world.reset()
        seed.fill(world)
    return "", 204


@blueprint.get("/calls")
def calls() -> ResponseReturnValue:
    """The calls that neighbours received, oldest first; `since`, `neighbour` and `path` (a part of it) select."""
    since = request.args.get("since", 0.0, float)
    neighbour, path = request.args.get("neighbour"), request.args.get("path", "")
    return jsonify([c for c in list(_world().calls) if _selected(c, since, neighbour, path)])


def _selected(call: Json, since: float, neighbour: str | None, path: str) -> bool:
    return bool(call["time"] >= since and neighbour in (None, call["neighbour"]) and path in call["path"])


@blueprint.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    """What was sent to apps, each try by itself, oldest first."""
    return jsonify(list(_world().deliveries))


@blueprint.get("/idle")
def idle() -> ResponseReturnValue:
    """Whether every webhook and post-function has been delivered, or given up."""
    return jsonify(idle=current_app.extensions["courier"].idle())


@blueprint.get("/clock")
def clock() -> ResponseReturnValue:
    """What time it is here, and how many seconds that is ahead of real time."""
    world = _world()
    return jsonify(now=world.now(), offset=world.clock.offset, real=world.clock.offset == 0)


@blueprint.post("/clock")
def move_clock() -> ResponseReturnValue:
    """`{"advance": seconds}`, `{"at": unix time}` or `{"real": true}`; answers like GET."""
    match request.get_json():
        case {"real": True, **more} if not more:
            _world().clock.make_real()
        case {"advance": float(seconds) | int(seconds), **more} if not more and _is_time(seconds):
            _world().clock.advance(seconds)
        case {"at": float(moment) | int(moment), **more} if not more and _is_time(moment):
            _world().clock.set(moment)
        case _:
            return jsonify(error='Give one of {"advance": seconds}, {"at": unix time} and {"real": true}.'), 400
    return clock()


def _is_time(value: float) -> bool:
    return not isinstance(value, bool) and math.isfinite(value)


@blueprint.get("/settings")
def settings() -> ResponseReturnValue:
    return jsonify(dataclasses.asdict(_world().settings))


@blueprint.post("/settings")
def change_settings() -> ResponseReturnValue:
    """Change the settings that are named, leave the others."""
    given = request.get_json()
    known = {field.name for field in dataclasses.fields(_world().settings)}
    if set(given) - known:
        return jsonify(error=f"Unknown settings: {sorted(set(given) - known)}. There are {sorted(known)}."), 400
    if "time_zone" in given and given["time_zone"] not in available_timezones():
        return jsonify(error=f"There is no time zone {given['time_zone']!r}."), 400
    if isinstance(given.get("webhook_retries"), list):
        given["webhook_retries"] = tuple(given["webhook_retries"])
    with _world().lock:
        _world().settings = dataclasses.replace(_world().settings, **given)
    return settings()


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world
