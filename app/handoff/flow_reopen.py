"""What was solved is not: whoever works on it has it again, in engineering or in operations."""

from __future__ import annotations

from app import audit, context
from app.domain import StatusCategory
from app.engine import flow, step
from app.handoff import store
from app.handoff.flow_move import issue_or_none
from app.handoff.flow_pair import pair_at
from app.handoff.flow_progress import MISSING, advance
from app.handoff.flow_standing import freeze_missing


@flow
def reopen(site_id: int, ops_id: str) -> None:
    """The reporter does not take the ticket as solved."""
    if not engineering_has_it(site_id, ops_id):
        reopen_ops(site_id, ops_id)
        return
    reopen_clone(site_id, ops_id)
    if advance(site_id, ops_id) == MISSING:
        freeze_missing(site_id, ops_id, "")


@step
def engineering_has_it(site_id: int, ops_id: str) -> bool:
    """What Operations took back is not engineering's any more, though it has a clone."""
    with context.at(site_id).db.reading() as session:
        pair = store.pair_of(session, site_id, ops_id)
    return pair is not None and pair.returned is None


@step
def reopen_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    clone = issue_or_none(at, pair.engineering.id)
    if pair.frozen or clone is None or clone.status.category is not StatusCategory.DONE:
        return  # nothing is written to a pair that does not hold; re-opened by a lost try of ours, or by a person
    at.jira.move(clone, at.settings.status_engineering_reopened)
    with at.db.writing() as session:
        audit.record(session, site_id, "reopen_clone", clone.ref.key)


@step
def reopen_ops(site_id: int, ops_id: str) -> None:
    """Into the first of the settings' statuses that can be reached."""
    at = context.at(site_id)
    issue = at.issue(ops_id)
    wanted = [name.strip() for name in at.settings.status_reopened.split(",") if name.strip()]
    if issue.status.name in wanted:
        return
    reachable = {way["to"]["name"] for way in at.jira.transitions(ops_id)}
    target = next((name for name in wanted if name in reachable), wanted[0] if wanted else "")
    at.jira.move(issue, target)  # says what is missing where none can be reached
    with at.db.writing() as session:
        audit.record(session, site_id, f"reopen to {target}", issue.ref.key)
