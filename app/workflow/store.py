"""What the watch over the gate remembers: whose clone a ticket is, and when it looked last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Look, Pair, Site

GATE = "gate"


def ops_id(session: Session, site_id: int, issue_id: str) -> str | None:
    """The Ops issue whose clone *issue_id* is; None if it is no clone that we know of."""
    return session.scalar(select(Pair.ops_id).where(Pair.site_id == site_id, Pair.engineering_id == issue_id))


def installed_at(session: Session, site_id: int) -> datetime:
    return session.get_one(Site, site_id).created_at


def looked_at(session: Session, site_id: int) -> datetime | None:
    look = session.get(Look, (site_id, GATE))
    return look.until if look else None


def set_looked_at(session: Session, site_id: int, moment: datetime) -> None:
    session.merge(Look(site_id=site_id, what=GATE, until=moment))
