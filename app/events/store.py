"""What an event has to be placed by: whose clone its issue is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Pair


def is_paired(session: Session, site_id: int, issue_id: str) -> bool:
    """Whether we know a clone of *issue_id*, or it is one."""
    either = (Pair.ops_id == issue_id) | (Pair.engineering_id == issue_id)
    return session.scalar(select(Pair.ops_id).where(Pair.site_id == site_id, either)) is not None


def ops_id(session: Session, site_id: int, issue_id: str) -> str | None:
    """The Ops issue whose clone *issue_id* is; None if it is no clone that we know of."""
    return session.scalar(select(Pair.ops_id).where(Pair.site_id == site_id, Pair.engineering_id == issue_id))
