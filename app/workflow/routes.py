"""POST /connect/jira/post-functions/…: a ticket passed a transition of ours. And the page that sets the validator up."""

from __future__ import annotations

import json
import logging
import secrets
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from app import context, deliveries, engine
from app.auth.guard import from_host
from app.errors import SolveOnceError
from app.logs import event
from app.workflow import post_functions

bp = Blueprint("workflow", __name__, url_prefix="/connect/jira")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.post("/post-functions/<module>")
@from_host("jira")
def post_function(module: str) -> ResponseReturnValue:
    """Store the call, start its flow in the same transaction, answer 202; what it decides, it reads from Jira."""
    flow = post_functions.FLOWS.get(module)
    issue_id = post_functions.issue_id(request.get_json(force=True, silent=True))
    if flow is None or issue_id is None:
        reason = "no issue in the call" if flow else "no such post-function"
        event("post-function refused", level=logging.WARNING, site=g.access.site_id, module=module, reason=reason)
        return reason, 400
    run = post_functions.call_id(module, request.headers.get("X-Atlassian-Webhook-Identifier"), secrets.token_hex(8))
    site_id = g.access.site_id
    with context.current().db.writing() as session:
        fresh = deliveries.store(session, site_id, run, f"post-function:{module}", issue_id, {})
        if fresh:
            lane = post_functions.lane(module, issue_id)
            engine.enqueue(session, flow, site_id, issue_id, id=f"{site_id}:{run}", lane=f"{site_id}:{lane}")
    event("post-function", site=site_id, module=module, issue=issue_id, fresh=fresh)
    return "", 202 if fresh else 200


@bp.get("/workflow/validator/<action>")
@from_host("jira")
def validator_page(action: str) -> ResponseReturnValue:
    """Shown inside Jira's workflow editor: the rule needs to know which field holds the Resolution Notes on this site."""
    if action not in ("create", "edit", "view"):
        abort(404)
    at = context.at(g.access.site_id)
    try:
        config = json.dumps({"fieldId": at.fields.notes, "fieldName": at.settings.field_notes})
    except SolveOnceError as problem:
        # The admin who sees this can do something about it: the reason names the field and the setting.
        event("validator page not shown", level=logging.WARNING, site=g.access.site_id, reason=str(problem))
        return str(problem), 503, {"Content-Type": "text/plain; charset=utf-8"}
    page = render_template(
        "jira/validator.html",
        config=config,
        field=at.settings.field_notes,
        editing=action != "view",
        all_js=at.settings.connect_all_js,
    )
    return page, {"Content-Security-Policy": _policy(at.settings.connect_all_js)}


def _policy(all_js: str) -> str:
    """Our own files and Jira's script, and nothing else; Jira shows the page in a frame, so that is not forbidden."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(all_js))
    return f"default-src 'none'; script-src 'self' {origin}; style-src 'self'"
