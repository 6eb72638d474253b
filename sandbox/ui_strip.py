"""The strip at the bottom of every page: what the service does now, what goes wrong on purpose, and what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from sandbox import faults
from sandbox.presets import CALM
from sandbox.ui_service import Watch
from sandbox.ui_who import back_to
from sandbox.world import Json, World

#: Whose calls: the paths under which that neighbour answers.
PLACES = {
    "every neighbour": "^/(rest|_media|wiki/api|wiki/rest|slack/(api|files|response))/",
    "Jira": "^/(rest|_media)/",
    "Confluence": "^/wiki/(api|rest)/",
    "Slack": "^/slack/(api|files|response)/",
}
#: What a click switches on: the button, what happens, and the fault. All but `Down` end by themselves.
KINDS: tuple[tuple[str, str, Json], ...] = (
    ("429", "three calls are too many: wait a second", {"status": 429, "retry_after": 1, "times": 3}),
    ("500", "three calls fail", {"status": 500, "times": 3}),
    ("Cut", "three calls are cut off before they are done", {"cut": True, "times": 3}),
    ("Lost answer", "three writes are done, and their answers lost", {"lose": True, "method": "POST|PUT", "times": 3}),
    ("Down", "it answers 503 until you switch it off", {"status": 503}),
)
STEPS = (("+1 min", 60), ("+1 h", 3600), ("+1 day", 86_400))

blueprint = Blueprint("ui_strip", __name__, url_prefix="/strip")


def prepare(app: Flask) -> None:
    """Every page shows the strip, and somebody watches the service for it."""
    app.extensions["watch"] = Watch(app.extensions["world"])
    app.context_processor(lambda: {"strip": shown})


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


def shown() -> Json:
    """What the strip says now."""
    world, watch = _world(), current_app.extensions["watch"]
    with world.lock:
        on = [_told(fault) for fault in world.faults if not is_spent(fault)]
        preset = world.preset[0] if world.preset else None
    return {
        "doing": watch.doing(),
        "faults": on,
        "preset": preset,
        "clock": clock(world),
        "places": list(PLACES),
        "kinds": KINDS,
        "steps": STEPS,
    }


def is_spent(fault: Json) -> bool:
    return fault["times"] is not None and bool(fault["fired"] >= fault["times"])


def _told(fault: Json) -> Json:
    """A fault in a few words, with how often it has struck."""
    names: tuple[tuple[str, Callable[[], object]], ...] = (
        ("cut", lambda: "cut"),
        ("lose", lambda: "lost answer"),
        ("status", lambda: fault["status"]),
        ("delay", lambda: f"{fault['delay']} s late"),
    )
    what = next((say() for name, say in names if fault[name]), "headers")
    where = next((name for name, path in PLACES.items() if path == fault["path"]), fault["path"])
    of = f" of {fault['times']}" if fault["times"] else ""
    return {"what": what, "where": where, "struck": f"{fault['fired']}{of}", "preset": fault["preset"]}


def clock(world: World) -> Json:
    ahead = round(world.clock.offset)
    now = datetime.fromtimestamp(world.now(), UTC)
    return {"time": now.strftime("%H:%M"), "date": now.strftime("%d %b %Y"), "ahead": _span(ahead), "real": ahead == 0}


def _span(seconds: int) -> str:
    sign, seconds = ("−" if seconds < 0 else "+"), abs(seconds)
    parts = [(seconds // 86_400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min")]
    return sign + (" ".join(f"{count} {unit}" for count, unit in parts if count) or f"{seconds} s")


@blueprint.get("")
def strip() -> ResponseReturnValue:
    """The strip alone, for the script that keeps it up to date."""
    return render_template("_strip.html", here=request.args.get("here", "/"))


@blueprint.post("/faults")
def switch() -> ResponseReturnValue:
    """One click: a kind of trouble at one neighbour, the hostile mood, or everything off."""
    what, path = request.form.get("what", ""), PLACES.get(request.form.get("where", "every neighbour"))
    if what == "off":
        _all_off()
    elif what == "hostile":
        faults.switch_on_preset("hostile")
    else:
        fault = next((fault for name, _, fault in KINDS if name == what), None)
        if fault is None or path is None:
            abort(400)
        _switch_on(path, fault)
    return back_to(request.form.get("back"))


def _switch_on(path: str, fault: Json) -> None:
    """In place of those of the same kind that are spent, so that the list stays short."""
    world = _world()
    with world.lock:
        world.faults[:] = [f for f in world.faults if not is_spent(f)]
        methods = str(fault.get("method") or "").split("|")
        faults.switch_on([{**fault, "path": path, "method": method or None} for method in methods])


def _all_off() -> None:
    with _world().lock:
        faults.switch_on_preset(CALM)
        _world().faults.clear()


@blueprint.post("/clock")
def move() -> ResponseReturnValue:
    by = request.form.get("by", "")
    if by == "real":
        _world().clock.make_real()
    elif by.isdigit() and int(by) in (seconds for _, seconds in STEPS):
        _world().clock.advance(int(by))
    else:
        abort(400)
    return back_to(request.form.get("back"))
