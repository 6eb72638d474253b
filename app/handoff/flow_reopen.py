"""What was solved is not: whoever works on it has it again, in engineering or in operations."""

from __future__ import annotations

from app import audit, context
from app.domain import StatusCategory
from app.engine import flow, step
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.flow_progress import advance


@flow
def reopen(site_id: int, ops_id: str) -> None:
    """The reporter does not take the ticket as solved."""
    if pair_id(site_id, ops_id):
        reopen_clone(site_id, ops_id)
        advance(site_id, ops_id)
    else:
        reopen_ops(site_id, ops_id)


@step
def reopen_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    clone = at.issue(pair.engineering.id)
    if clone.status.category is not StatusCategory.DONE:
        return  # by a try of ours whose answer was lost, or by a person
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
