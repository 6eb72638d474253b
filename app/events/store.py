"""What an event has to be placed by: whose clone its issue is; and how far the look for missed events has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Installation, Look, Pair

#: How far the sweep has come, by Jira's clock; and when the last whole one began, by ours.
EVENTS, SWEEPS = "events", "sweeps"


def ops_id(session: Session, site_id: int, issue_id: str) -> str | None:
    """The Ops issue whose clone *issue_id* is; None if it is no clone that we know of."""
    return session.scalar(select(Pair.ops_id).where(Pair.site_id == site_id, Pair.engineering_id == issue_id))


def account_id(session: Session, site_id: int) -> str | None:
    """The account under which we write in the site's Jira; None while we have not asked."""
    named = select(Installation.account_id).where(Installation.site_id == site_id, Installation.product == "jira")
    return session.scalar(named.where(Installation.state == "enabled").order_by(Installation.id.desc()))


def seen(session: Session, site_id: int, what: str = EVENTS) -> datetime | None:
    """When, by Jira's clock, what was swept last had changed; None before the first sweep."""
    look = session.get(Look, (site_id, what))
    return look.until if look else None


def come_to(session: Session, site_id: int, moment: datetime, what: str = EVENTS) -> None:
    """What changed until *moment* was swept; never back."""
    look = session.get(Look, (site_id, what))
    if look is None:
        session.add(Look(site_id=site_id, what=what, until=moment))
    elif look.until < moment:
        look.until = moment
