"""Calls of Jira's that we have said yes to: each stored once, in the transaction that also starts its flows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Delivery


def was_deleted(session: Session, site_id: int, issue_id: str) -> bool:
    """Whether Jira told us that the issue was deleted; one that is only out of our sight was not."""
    told = select(Delivery.id).where(Delivery.site_id == site_id, Delivery.issue_id == issue_id)
    return session.scalar(told.where(Delivery.kind == "issue_deleted").limit(1)) is not None


def store(session: Session, site_id: int, identifier: str, kind: str, issue_id: str, reading: dict[str, Any]) -> bool:
    """False if this delivery is here already. Identifiers are unique for one site only."""
    delivery = Delivery(site_id=site_id, identifier=identifier, kind=kind, issue_id=issue_id, reading=reading)
    try:
        with session.begin_nested():  # two processes may get the same delivery in the same moment
            session.add(delivery)
    except IntegrityError:
        known = select(Delivery.id).where(Delivery.site_id == site_id, Delivery.identifier == identifier)
        if session.scalar(known) is None:
            raise  # it is not here, and a yes would lose it
        return False
    return True
