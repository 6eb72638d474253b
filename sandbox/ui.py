"""Pages on which a person looks at everything, and acts as anybody of the team."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue

from sandbox import ui_jira, ui_slack, ui_who, ui_wiki
from sandbox.ui_forms import field_name
from sandbox.ui_mrkdwn import EMOJI, mrkdwn, rich_text
from sandbox.world import Json, World

blueprint = Blueprint("ui", __name__)
ROOMS = (blueprint, ui_who.blueprint, ui_jira.blueprint, ui_wiki.blueprint, ui_slack.blueprint)


def register(app: Flask) -> None:
    """Add the pages, and what their templates use, to *app*."""
    for room in ROOMS:
        app.register_blueprint(room)
    world: World = app.extensions["world"]
    app.add_template_filter(lambda text: mrkdwn(world, text), "mrkdwn")
    app.add_template_filter(lambda block: rich_text(world, block), "rich_text")
    app.add_template_filter(lambda name: EMOJI.get(name, f":{name}:"), "emoji")
    app.add_template_filter(field_name, "field_name_of")
    app.context_processor(_on_every_page)


def _nothing(error: Exception) -> ResponseReturnValue:
    return render_template("nothing.html", reason="There is no such page; perhaps the sandbox was started afresh."), 404


def _on_every_page() -> Json:
    # After a form was refused, its own address would be no page to come back to.
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path.rpartition("/")[0]
    return {"viewer": ui_who.viewer(), "people": ui_who.everybody(), "here": here}


for _room in ROOMS:
    _room.register_error_handler(404, _nothing)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    world: World = current_app.extensions["world"]
    with world.lock:
        counts = [
            (p, sum(i.project == p.key for i in world.jira.issues.values())) for p in world.jira.projects.values()
        ]
        return render_template(
            "start.html",
            apps=list(world.apps.values()),
            slack_app=world.slack.app,
            counts=counts,
            spaces=list(world.confluence.spaces.values()),
            pages=[p for p in world.confluence.pages.values() if p.status == "current"],
            channels=[c for c in world.slack.channels.values() if c.get("name")],
            faults=world.faults,
        )
