"""Pages on which a person looks at everything, and acts as anybody of the team."""

from __future__ import annotations

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox import (
    ui_connect,
    ui_issue,
    ui_jira,
    ui_slack,
    ui_slack_steps,
    ui_start,
    ui_strip,
    ui_who,
    ui_wiki,
    ui_wiki_edit,
    ui_wiki_life,
    ui_workflow,
)
from sandbox.faults import neighbour_of
from sandbox.slack_forms import has_state
from sandbox.ui_forms import field_name, of_message
from sandbox.ui_macros import Reading
from sandbox.ui_markdown_storage import storage_of
from sandbox.ui_mrkdwn import EMOJI, mrkdwn, rich_text, with_emoji
from sandbox.ui_storage import page_html
from sandbox.ui_who import viewer
from sandbox.world import Json, World

JIRA = (ui_jira.blueprint, ui_issue.blueprint, ui_workflow.blueprint)
WIKI = (ui_wiki.blueprint, ui_wiki_edit.blueprint, ui_wiki_life.blueprint)
NEIGHBOURS = (*JIRA, *WIKI, ui_slack.blueprint, ui_slack_steps.blueprint)
ROOMS = (ui_start.blueprint, ui_who.blueprint, ui_connect.blueprint, ui_strip.blueprint, *NEIGHBOURS)
#: Everything from here, nothing written into the page itself: what people wrote can never run.
POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"
#: Heading and reason of a page that is not shown.
WHY_NOT = {
    400: ("Not done", "That cannot be done here."),
    403: ("For administrators", "Become Alex Admin at the top of the page."),
    404: ("Nothing here", "There is no such page for you; perhaps the sandbox was started afresh."),
}


def register(app: Flask) -> None:
    """Add the pages, and what their templates use, to *app*."""
    ui_strip.prepare(app)
    for room in ROOMS:
        app.register_blueprint(room)
    world: World = app.extensions["world"]
    app.add_template_filter(lambda text: mrkdwn(world, text), "mrkdwn")
    app.add_template_filter(lambda block: rich_text(world, block), "rich_text")
    app.add_template_filter(with_emoji)
    app.add_template_filter(lambda name: EMOJI.get(name, f":{name}:"), "emoji")
    app.add_template_filter(field_name, "field_name_of")
    app.add_template_filter(has_state, "has_state")
    app.add_template_filter(lambda element, block: of_message(world, block, element), "in_message")
    app.add_template_filter(lambda text: page_html(Reading(world, None, viewer()), storage_of(text)), "markdown")
    app.context_processor(_on_every_page)
    app.after_request(_guarded)
    app.register_error_handler(404, _nowhere)


def _nothing(error: Exception) -> ResponseReturnValue:
    status = int(getattr(error, "code", 404))
    heading, reason = WHY_NOT[status]
    return render_template("nothing.html", heading=heading, reason=reason), status


def _nowhere(error: NotFound) -> ResponseReturnValue:
    """An address that nobody knows: a page for people, but a neighbour and the control answer in their own way."""
    of_people = neighbour_of(request.path) is None and not request.path.startswith("/_")
    return _nothing(error) if of_people else error.get_response()


def _on_every_page() -> Json:
    # After a form was refused, its own address would be no page to come back to.
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path.rpartition("/")[0] or "/"
    return {"viewer": ui_who.viewer(), "people": ui_who.everybody(), "here": here}


def _guarded(response: Response) -> Response:
    """Only the page that shows an app's frame may have one, and only from that app."""
    if response.mimetype == "text/html":
        frames = f"; frame-src {g.frames}" if "frames" in g else ""
        response.headers.setdefault("Content-Security-Policy", POLICY + frames)
        response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


for _room in ROOMS:
    for _status in WHY_NOT:
        _room.register_error_handler(_status, _nothing)
