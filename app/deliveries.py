"""Calls of Jira's that we have said yes to: each stored once, in the transaction that also starts its flows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Delivery

DELETED = "issue_deleted"
#: So many are removed in one transaction: others wait for the database meanwhile.
_AT_ONCE = 1000


def was_deleted(session: Session, site_id: int, issue_id: str) -> bool:
    """Whether Jira told us that the issue was deleted; one that is only out of our sight was not."""
    told = select(Delivery.id).where(Delivery.site_id == site_id, Delivery.issue_id == issue_id)
    return session.scalar(told.where(Delivery.kind == DELETED).limit(1)) is not None


def store(
    session: Session,
    site_id: int,
    identifier: str,
    kind: str,
    issue_id: str,
    reading: dict[str, Any],
    change_id: str = "",
) -> bool:
    """False if this delivery is here already, or another that tells the same change of the issue.

    Identifiers are unique for one site only, and two webhooks of one site tell a change under two of them.
    """
    delivery = Delivery(
        site_id=site_id,
        identifier=identifier,
        kind=kind,
        issue_id=issue_id,
        change_id=change_id or None,
        reading=reading,
    )
    try:
        with session.begin_nested():  # two processes may get the same delivery in the same moment
            session.add(delivery)
    except IntegrityError:
        same = Delivery.identifier == identifier
        if change_id:
            same |= (Delivery.issue_id == issue_id) & (Delivery.change_id == change_id)
        if session.scalar(select(Delivery.id).where(Delivery.site_id == site_id, same).limit(1)) is None:
            raise  # it is not here, and a yes would lose it
        return False
    return True


def told(session: Session, site_id: int, issue_id: str) -> set[str]:
    """What we were told of an issue: the changelog ids of its edits, and the kinds of everything."""
    found = session.execute(
        select(Delivery.kind, Delivery.change_id).where(Delivery.site_id == site_id, Delivery.issue_id == issue_id)
    )
    return {each for row in found for each in row if each}


def since(session: Session, moment: datetime, issue: str = "") -> Sequence[Delivery]:
    """Deliveries from *moment* on, oldest first; with *issue* only those of the issue of this key or id."""
    query = select(Delivery).where(Delivery.received_at >= moment).order_by(Delivery.id)
    if issue:
        named = select(Delivery.issue_id).where(Delivery.reading["key"].as_string() == issue)
        query = query.where(Delivery.issue_id.in_(named) | (Delivery.issue_id == issue))
    return session.scalars(query).all()


def purge(session: Session, before: datetime) -> int:
    """Remove some that came earlier; how many. That an issue was deleted stays known: nobody says it again."""
    old = select(Delivery.id).where(Delivery.received_at < before, Delivery.kind != DELETED).limit(_AT_ONCE)
    ids = session.scalars(old).all()
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)
