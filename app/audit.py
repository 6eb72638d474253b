"""Every effect of ours, written down once: who, what, which issue, when, outcome. Append-only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import engine
from app.models import AuditEntry


def record(
    session: Session, site_id: int | None, step: str, issue_key: str | None, outcome: str = "done", run: str = ""
) -> None:
    """Add a line in the caller's transaction; a step that runs twice leaves one. Outside of a flow *run* says which."""
    run = run or engine.flow_id()
    id = f"{run}/{step}/{issue_key or ''}/{outcome}"[:400]
    if session.get(AuditEntry, id) is None:
        session.add(
            AuditEntry(
                id=id, site_id=site_id, flow=run.partition("/")[0], step=step, issue_key=issue_key, outcome=outcome
            )
        )
