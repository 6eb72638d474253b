"""Move a ticket of a pair; where Jira does not let us, people are told once, and nothing fails or waits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import audit, context
from app.domain import Issue
from app.domain_handoff import Handoff
from app.errors import Conflict, Misconfigured, NotFound, Refused
from app.handoff import store, store_notices
from app.handoff.notices import STUCK_OPS, Notice, stuck

Stuck = dict[str, str]


def issue_or_none(at: context.At, id: str) -> Issue | None:
    """None for an issue that was deleted or that we may not see."""
    try:
        return at.issue(id)
    except NotFound:
        return None


def try_to_move(at: context.At, issue: Issue, status: str, resolution: str | None = None) -> Stuck | None:
    """None once *issue* is in *status*; else what stands in the way, which trying again does not mend.

    Raises Conflict when somebody else moves or deletes the issue at this moment: read again, decide again.
    """
    try:
        at.jira.move(issue, status, resolution)
    except Misconfigured:
        return stuck(issue.status.name, status, "")
    except Refused as no:
        # A transition that somebody has just used is refused as well: from where the issue is now it may go.
        now = issue_or_none(at, issue.ref.id)
        if now is None or now.status != issue.status:
            raise Conflict(f"{issue.ref.key} was moved by somebody else") from no
        return stuck(issue.status.name, status, str(no))
    except NotFound as no:
        raise Conflict(f"{issue.ref.key} was there a moment ago") from no
    return None


def note_move(session: Session, site_id: int, pair: Handoff, step: str, target: str | None, no: Stuck | None) -> None:
    """Remember how the Ops issue's move to *target* went; what is owed is tried again at the pair's next event."""
    store.change(session, site_id, pair.ops.id, owed=target if no else None)
    if no:
        store_notices.tell(session, site_id, pair.ops.id, Notice(STUCK_OPS, no))
        audit.record(session, site_id, step, pair.ops.key, f"no way from {no['status']} to {no['target']}"[:200])
        return
    store_notices.clear(session, site_id, pair.ops.id, STUCK_OPS)
    if target:
        audit.record(session, site_id, step, pair.ops.key)
