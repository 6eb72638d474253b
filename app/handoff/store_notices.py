"""What people were told about a pair, of each kind the last: the same is not told twice."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import engine
from app.domain import Thread
from app.handoff.notices import Notice
from app.models import Reservation
from app.models_handoff import NoticeRow
from app.threads import talk


def tell(session: Session, site_id: int, ops_id: str, notice: Notice) -> None:
    """Have people told, unless the last that they were told of this kind says the same and still holds."""
    row = session.get(NoticeRow, (site_id, ops_id, notice.kind))
    if row and row.about == notice.about:
        return
    mark = uuid4().hex
    session.merge(NoticeRow(site_id=site_id, ops_id=ops_id, kind=notice.kind, about=dict(notice.about), mark=mark))
    lane = talk(site_id, ops_id)
    engine.enqueue(session, "handoff.notify", site_id, ops_id, notice.kind, mark, id=f"{site_id}:{mark}", lane=lane)


def clear(session: Session, site_id: int, ops_id: str, *kinds: str) -> None:
    """What these say holds no more: if it comes again it is news."""
    rows = NoticeRow.site_id == site_id, NoticeRow.ops_id == ops_id, NoticeRow.kind.in_(kinds)
    session.execute(delete(NoticeRow).where(*rows))


def to_tell(session: Session, site_id: int, ops_id: str, kind: str, mark: str) -> Notice | None:
    """None if it holds no more, or another one of its kind came after it."""
    row = session.get(NoticeRow, (site_id, ops_id, kind))
    return Notice(kind, row.about) if row and row.mark == mark else None


def alerted(session: Session, site_id: int, ops_id: str) -> Thread | None:
    """Where engineering was told of the clone: the alert's thread."""
    row = session.get(Reservation, f"handoff.alert:{site_id}:{ops_id}")
    return Thread(**row.result) if row and row.result else None
