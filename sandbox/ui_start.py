"""The start page: the story, where to click next, and what else is here."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from sandbox import ui_story
from sandbox.world import World

blueprint = Blueprint("ui_start", __name__)
#: So many tickets can be chosen to be followed.
CHOICE = 5


@blueprint.get("/")
def start() -> ResponseReturnValue:
    world: World = current_app.extensions["world"]
    with world.lock:
        ours = ui_story.tickets(world)
        # `?ticket=` that is empty asks for the next one, of which there is nothing yet.
        wanted = request.args.get("ticket")
        issue = None if wanted == "" else ui_story.followed(world, wanted)
        ticket = ui_story.look(world, issue)
        return render_template(
            "start.html",
            ticket=ticket,
            steps=ui_story.steps(world, ticket),
            choice=[each.key for each in ours[:CHOICE]],
            projects=_projects(world),
            apps=list(world.apps.values()),
            slack_app=world.slack.app,
            pages=[p for p in world.confluence.pages.values() if p.status == "current"],
            spaces=list(world.confluence.spaces.values()),
            channels=[c for c in world.slack.channels.values() if c.get("name")],
        )


def _projects(world: World) -> list[tuple[str, str, int]]:
    issues = world.jira.issues.values()
    return [(p.key, p.name, sum(i.project == p.key for i in issues)) for p in world.jira.projects.values()]
