"""Follow the clone's progress."""

from __future__ import annotations

from app import audit, context, engine
from app.domain import StatusCategory
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import store
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.progression import next_status
from app.threads import talk


@flow
def progress(site_id: int, issue_id: str) -> None:
    """The clone's status changed."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        advance(site_id, ops_id)


@step
def advance(site_id: int, ops_id: str) -> None:
    """Move the Ops issue where its clone's progress puts it; remembered only when that is done, so a repetition decides alike."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    try:
        ops, clone = at.issue(pair.ops.id), at.issue(pair.engineering.id)
    except NotFound:
        return
    settings, done = at.settings, clone.status.category is StatusCategory.DONE
    target = next_status(ops, done, pair.engineering_done, settings.status_to_engineering, settings.status_needs_notes)
    if target:
        at.jira.move(ops, target)
    with at.db.writing() as session:
        store.set_engineering_done(session, site_id, ops_id, done)
        if target:
            audit.record(session, site_id, f"advance to {target}", pair.ops.key)
        if target == settings.status_needs_notes:
            run = engine.flow_id().partition("/")[2]
            engine.enqueue(session, "publishing.ask_notes", site_id, ops_id, id=run, lane=talk(site_id, ops_id))
