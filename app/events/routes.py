"""POST /connect/jira/webhooks/…: verify, store the delivery, start its flows, and only then say yes."""

from __future__ import annotations

import hashlib
import logging

from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue

from app import context
from app.auth.guard import from_host
from app.domain import IssueEvent
from app.events.flow import accept
from app.events.reading import read
from app.logs import event

bp = Blueprint("events", __name__, url_prefix="/connect/jira/webhooks")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.post("/issue-created")
@bp.post("/issue-updated")
@bp.post("/issue-deleted")
@from_host("jira")
def issue_event() -> ResponseReturnValue:
    """Jira repeats a delivery under the same identifier until it gets a 2xx, five times at most."""
    payload = request.get_json(force=True, silent=True)
    found = read(payload, request.headers.get("X-Atlassian-Webhook-Trace", ""))
    if found is None:
        event("delivery refused", level=logging.WARNING, site=g.access.site_id, reason="not an event that we read")
        return "not an event that we read", 400
    identifier = request.headers.get("X-Atlassian-Webhook-Identifier") or _made_up(found)
    with context.current().db.writing() as session:
        fresh = accept(session, g.access.site_id, g.access.account_id, found, identifier)
    event("delivery", site=g.access.site_id, kind=found.kind, issue=found.issue.key, fresh=fresh)
    return "", 202 if fresh else 200


def _made_up(found: IssueEvent) -> str:
    """A site that sends no identifier: the content has to do, which tells the time and the change."""
    return f"{found.kind}:{found.issue.id}:{hashlib.sha256(request.get_data()).hexdigest()}"
