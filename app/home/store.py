"""Which engineering tickets are ours: the clones of Ops issues."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models_handoff import Pair


def clones_among(session: Session, site_id: int, issue_ids: Collection[str]) -> set[str]:
    """Those of *issue_ids* that are clones."""
    among = select(Pair.engineering_id).where(Pair.site_id == site_id, Pair.engineering_id.in_(issue_ids))
    return set(session.scalars(among))
