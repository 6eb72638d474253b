"""Deliveries: each one stored once, in the transaction that also starts its flows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Delivery, Pair


def store(session: Session, site_id: int, identifier: str, kind: str, issue_id: str, reading: dict[str, Any]) -> bool:
    """False if this delivery is here already. Identifiers are unique for one site only."""
    known = select(Delivery.id).where(Delivery.site_id == site_id, Delivery.identifier == identifier)
    if session.scalar(known) is not None:
        return False
    session.add(Delivery(site_id=site_id, identifier=identifier, kind=kind, issue_id=issue_id, reading=reading))
    session.flush()
    return True


def ops_id(session: Session, site_id: int, issue_id: str) -> str | None:
    """The Ops issue whose clone *issue_id* is; None if it is no clone that we know of."""
    return session.scalar(select(Pair.ops_id).where(Pair.site_id == site_id, Pair.engineering_id == issue_id))
