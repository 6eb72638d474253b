"""POST /connect/jira/webhooks/…: verify, store the delivery, start its flows, and only then say yes."""

from __future__ import annotations

import hashlib
import logging

from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import context, deliveries, engine
from app.auth.guard import from_host
from app.domain import IssueEvent
from app.events import store
from app.events.echo import is_echo
from app.events.reading import read, to_json
from app.events.subscriptions import placed, subscribed
from app.logs import event
from app.sites.store import Access

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
        fresh = accept(session, g.access, found, identifier)
    event("delivery", site=g.access.site_id, kind=found.kind, issue=found.issue.key, fresh=fresh)
    return "", 202 if fresh else 200


def accept(session: Session, access: Access, found: IssueEvent, identifier: str) -> bool:
    """Store the delivery and start its flows in one transaction; False for one that is here already."""
    if not deliveries.store(session, access.site_id, identifier, found.kind, found.issue.id, to_json(found)):
        return False
    start_flows(session, access, found, identifier)
    return True


def start_flows(session: Session, access: Access, found: IssueEvent, run: str) -> None:
    """*run* tells one run from another: a delivery's identifier."""
    settings, site_id = context.current().settings, access.site_id
    clone_of = store.ops_id(session, site_id, found.issue.id)
    paired = store.is_paired(session, site_id, found.issue.id)
    for each in subscribed(found, is_echo(found, context.TRACE, access.account_id), settings):
        if each.paired and not paired:
            continue
        start = placed(each, found, clone_of, settings)
        id = f"{site_id}:{run}:{each.flow}" if start.flow != each.flow else f"{site_id}:{run}"
        engine.enqueue(session, start.flow, site_id, *start.args, id=id, lane=f"{site_id}:{start.lane}")


def _made_up(found: IssueEvent) -> str:
    """A site that sends no identifier: the content has to do, which tells the time and the change."""
    return f"{found.kind}:{found.issue.id}:{hashlib.sha256(request.get_data()).hexdigest()}"
