"""Pairs of an Ops issue and its clone, and what both last agreed on. This table is the truth; links are for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain import IssueRef
from app.domain_handoff import Handoff, LeftOut, Returned, SyncedValue
from app.handoff.standing import DELETED
from app.models import Reservation, utcnow
from app.models_handoff import OpenSync, Pair, SyncedField


def remember(
    session: Session, site_id: int, ops: IssueRef, engineering: IssueRef, left_out: Sequence[LeftOut] = ()
) -> None:
    """One clone for ever: what stands here stays."""
    if session.get(Pair, (site_id, ops.id)) is None:
        session.add(
            Pair(
                site_id=site_id,
                ops_id=ops.id,
                ops_key=ops.key,
                engineering_id=engineering.id,
                engineering_key=engineering.key,
                left_out=[[lost.field, lost.why] for lost in left_out],
            )
        )


def pair_of(session: Session, site_id: int, issue_id: str) -> Handoff | None:
    """The pair that *issue_id* belongs to, from whichever side."""
    row = session.scalar(
        select(Pair).where(Pair.site_id == site_id, (Pair.ops_id == issue_id) | (Pair.engineering_id == issue_id))
    )
    return _handoff(row) if row else None


def under_way(session: Session, site_id: int) -> list[Handoff]:
    """The pairs that engineering works on, and those that are frozen; not those of which a ticket was deleted for good."""
    works = Pair.engineering_done.is_(False) & Pair.returned.is_(None)
    frozen = func.coalesce(Pair.frozen, "")
    wanted = ~frozen.endswith(f" {DELETED}") & (works | (frozen != ""))
    return [_handoff(row) for row in session.scalars(select(Pair).where(Pair.site_id == site_id, wanted))]


def _handoff(row: Pair) -> Handoff:
    return Handoff(
        IssueRef(row.ops_id, row.ops_key),
        IssueRef(row.engineering_id, row.engineering_key),
        row.engineering_done,
        Returned(row.returned) if row.returned else None,
        row.frozen,
        row.owed,
    )


def left_out(session: Session, site_id: int, ops_id: str) -> list[LeftOut]:
    """What the clone could not be given when it was made."""
    return [LeftOut(*lost) for lost in session.get_one(Pair, (site_id, ops_id)).left_out or []]


def is_complete(session: Session, site_id: int, ops_id: str) -> bool:
    return bool(session.scalar(select(Pair.complete).where(Pair.site_id == site_id, Pair.ops_id == ops_id)))


def set_complete(session: Session, site_id: int, ops_id: str) -> None:
    change(session, site_id, ops_id, complete=True)


def change(session: Session, site_id: int, ops_id: str, **values: Any) -> None:
    """Set columns of the pair: `returned`, `owed`, `frozen`, …"""
    session.execute(update(Pair).where(Pair.site_id == site_id, Pair.ops_id == ops_id).values(**values))


def missing_since(session: Session, site_id: int, ops_id: str) -> datetime:
    """When one of the two was not found for the first time: now, unless that is known already."""
    row = session.get_one(Pair, (site_id, ops_id))
    row.missing_since = row.missing_since or utcnow()
    return row.missing_since


def agreed(session: Session, site_id: int, ops_id: str, field: str) -> SyncedValue | None:
    row = session.get(SyncedField, (site_id, ops_id, field))
    return SyncedValue(row.ops_hash, row.engineering_hash, row.text) if row else None


def agree(session: Session, site_id: int, ops_id: str, field: str, value: SyncedValue) -> None:
    session.merge(
        SyncedField(
            site_id=site_id,
            ops_id=ops_id,
            field=field,
            ops_hash=value.ops_hash,
            engineering_hash=value.engineering_hash,
            text=value.text,
        )
    )


def begin_writing(session: Session, site_id: int, ops_id: str, ops_read: datetime, engineering_read: datetime) -> None:
    """Both tickets are about to be written. Of a try that did not come to its end the moments stay: it may have written."""
    if session.get(OpenSync, (site_id, ops_id)) is None:
        session.add(OpenSync(site_id=site_id, ops_id=ops_id, ops_read=ops_read, engineering_read=engineering_read))


def being_written(session: Session, site_id: int, ops_id: str) -> tuple[datetime, datetime] | None:
    """When the two issues had last been changed, as they were read before a write that did not come to its end."""
    row = session.get(OpenSync, (site_id, ops_id))
    return (row.ops_read, row.engineering_read) if row else None


def end_writing(session: Session, site_id: int, ops_id: str) -> None:
    session.execute(delete(OpenSync).where(OpenSync.site_id == site_id, OpenSync.ops_id == ops_id))


def forget_texts(session: Session, site_id: int) -> None:
    """Digests stay: they tell no text."""
    session.execute(update(SyncedField).where(SyncedField.site_id == site_id).values(text=None))


#: How long a clone may take to be made while an event of it waits.
UNDER_WAY = timedelta(hours=1)


def clone_under_way(session: Session, site_id: int) -> bool:
    """Whether some clone was asked for, not long ago, whose id is not known yet.

    A hand-off that was given up in that state must not keep engineering's own tickets waiting for ever.
    """
    open_ones = select(Reservation.source).where(
        Reservation.source.startswith(f"handoff.create_clone:{site_id}:", autoescape=True),
        Reservation.attempted_at > utcnow() - UNDER_WAY,
        Reservation.result.is_(None),
    )
    return session.scalar(open_ones.limit(1)) is not None
