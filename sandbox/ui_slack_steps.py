"""Workflows as a page: a form for each step that the app offers, and what the workflow went on with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import slack_workflows
from sandbox.slack_forms import NotPossible
from sandbox.ui_slack import around
from sandbox.ui_who import viewer
from sandbox.world import Json, Person, World

blueprint = Blueprint("ui_slack_steps", __name__, url_prefix="/slack")
ROOM = {"id": "workflows", "name": "workflows"}
CHANNEL, USER = "slack#/types/channel_id", "slack#/types/user_id"


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


@blueprint.get("/workflows")
def forms() -> ResponseReturnValue:
    return _page(forms=_forms({}))


@blueprint.post("/workflows/<callback_id>/use")
def use(callback_id: str) -> ResponseReturnValue:
    """Use the workflow: what stands in its form is what the step is given."""
    inputs = {name: typed.replace("\r\n", "\n") for name, typed in request.form.items() if typed.strip()}
    shown = _forms(inputs)
    fields: list[Json] = next((form["fields"] for form in shown if form["id"] == callback_id), [])
    if missing := [field["title"] for field in fields if field["required"] and field["name"] not in inputs]:
        return _page(forms=shown, notice=f"Please fill in {', '.join(missing)}."), 400
    try:
        id = slack_workflows.run(_world(), viewer(), callback_id, inputs)
    except NotPossible as reason:
        return _page(forms=shown, notice=str(reason)), 400
    return redirect(url_for("ui_slack_steps.execution", id=id), 303)


@blueprint.get("/workflows/runs/<id>")
def execution(id: str) -> ResponseReturnValue:
    world = _world()
    try:
        run = slack_workflows.outcome(world, id)
    except NotPossible as reason:
        return render_template("nothing.html", reason=str(reason)), 404
    function = world.slack.app.functions.get(run["callback_id"], {}) if world.slack.app else {}
    titles = (function.get("output_parameters") or {}).get("properties") or {}
    told = [(titles.get(name, {}).get("title", name), value) for name, value in (run.get("outputs") or {}).items()]
    return _page(run=run, title=function.get("title", ""), told=[(name, _shown(value)) for name, value in told])


def _shown(value: Any) -> str:
    """A channel by its name."""
    return f"#{name}" if (name := _world().slack.channels.get(value, {}).get("name")) else str(value)


def _page(**about: Any) -> str:
    return render_template("slack_workflows.html", room=ROOM, **(around(_world(), viewer()) | {"notice": None} | about))


def _forms(typed: Json) -> list[Json]:
    app, who = _world().slack.app, viewer()
    found = app.functions if app else {}
    return [_form(id, function, typed, who) for id, function in found.items()]


def _form(id: str, function: Json, typed: Json, who: Person) -> Json:
    parameters = function.get("input_parameters") or {}
    required = parameters.get("required") or []
    fields = [
        {
            "name": name,
            "title": about.get("title", name),
            "hint": " ".join(filter(None, (about.get("description"), f"({about['hint']})" if "hint" in about else ""))),
            "required": name in required,
            "choices": _choices(about["type"]),
            # Whoever makes a form in Workflow Builder chooses a long field for what happened.
            "long": name == "description",
            "value": typed.get(name, who.slack_id if about["type"] == USER else ""),
        }
        for name, about in (parameters.get("properties") or {}).items()
    ]
    return {"id": id, "title": function.get("title"), "about": function.get("description"), "fields": fields}


def _choices(kind: str) -> list[tuple[str, str]]:
    """What can be chosen; nothing for what is typed."""
    world = _world()
    if kind == CHANNEL:
        return [(c["id"], "#" + c["name"]) for c in world.slack.channels.values() if c.get("name")]
    return [(p.slack_id, p.name) for p in world.people.values() if p.slack_id] if kind == USER else []
