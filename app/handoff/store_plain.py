"""What both sides said of their plain fields when they last agreed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handoff.plain import Sides
from app.models import SyncedPlain


def agreed(session: Session, site_id: int, ops_id: str) -> dict[str, Sides]:
    """By the Ops field's id; a field that is new in the table has none."""
    rows = session.scalars(select(SyncedPlain).where(SyncedPlain.site_id == site_id, SyncedPlain.ops_id == ops_id))
    return {row.field: Sides(row.said["ops"], row.said["engineering"]) for row in rows}


def agree(session: Session, site_id: int, ops_id: str, sides: Mapping[str, Sides]) -> None:
    for field, said in sides.items():
        value = {"ops": said.ops, "engineering": said.engineering}
        session.merge(SyncedPlain(site_id=site_id, ops_id=ops_id, field=field, said=value))
