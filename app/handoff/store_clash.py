"""Clashes: two people changed the same part of a text, and what became of it. Both texts stand here in full."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.adf.canonical import digest
from app.domain import Thread
from app.domain_handoff import Choice
from app.handoff.clash import Clash, clash_id, standing
from app.models import Reservation, utcnow
from app.models_handoff import ClashRow

#: Settled without being asked: a field that travels one way.
ONE_WAY = "one way"
#: Somebody had edited the text before a choice was made.
EDITED = "edited"


def note(
    session: Session,
    site_id: int,
    ops_id: str,
    field: str,
    clash: Clash,
    settled: str | None = None,
    by: tuple[str, str] = ("", ""),
) -> str | None:
    """Write a clash down; its id, or None if it is here: found again, perhaps after one of the two tickets was written."""
    id, ops, engineering = clash_id(site_id, ops_id, field, clash), digest(clash.ops), digest(clash.engineering)
    again = select(ClashRow.id).where(
        ClashRow.site_id == site_id,
        ClashRow.ops_id == ops_id,
        ClashRow.field == field,
        ClashRow.engineering_hash == engineering,
        ClashRow.written_hash == ops,
    )
    if session.get(ClashRow, id) or session.scalar(again.limit(1)):
        return None
    row = ClashRow(id=id, site_id=site_id, ops_id=ops_id, field=field, stands=clash.stands, settled=settled)
    row.base_text, row.ops_text, row.engineering_text = clash.base, clash.ops, clash.engineering
    row.engineering_hash, row.written_hash = engineering, digest(standing(clash))
    row.ops_by, row.engineering_by = by
    session.add(row)
    return id


def get(session: Session, id: str) -> ClashRow | None:
    return session.get(ClashRow, id)


def clash_of(row: ClashRow) -> Clash:
    return Clash(row.base_text, row.ops_text, row.engineering_text, Choice(row.stands))


def placed(session: Session, id: str, thread: Thread) -> None:
    """Where its card is."""
    row = session.get_one(ClashRow, id)
    row.channel, row.ts = thread.channel, thread.ts


def settle(session: Session, id: str, how: str, by: str) -> bool:
    """The first who chooses has chosen; False for whoever comes later."""
    row = session.get_one(ClashRow, id)
    if row.settled:
        return False
    row.settled, row.settled_by, row.settled_at = how, by, utcnow()
    return True


def alert_of(session: Session, site_id: int, ops_id: str) -> Thread | None:
    """The message that told engineering of the clone."""
    row = session.get(Reservation, f"handoff.alert:{site_id}:{ops_id}")
    return Thread(**row.result) if row and row.result else None


def forget(session: Session, site_id: int) -> None:
    session.execute(delete(ClashRow).where(ClashRow.site_id == site_id))
