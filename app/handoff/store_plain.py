"""What both sides said of their plain fields when they last agreed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handoff.plain import Sides
from app.models_handoff import SyncedField


def agreed(session: Session, site_id: int, ops_id: str) -> dict[str, Sides]:
    """By the Ops field's id; a field that is new in the table has none."""
    rows = session.scalars(select(SyncedField).where(SyncedField.site_id == site_id, SyncedField.ops_id == ops_id))
    return {row.field: Sides(row.said["ops"], row.said["engineering"]) for row in rows if row.said}


def agree(session: Session, site_id: int, ops_id: str, sides: Mapping[str, Sides]) -> None:
    for field, each in sides.items():
        said = {"ops": each.ops, "engineering": each.engineering}
        row = SyncedField(site_id=site_id, ops_id=ops_id, field=field, ops_hash="", engineering_hash="", said=said)
        session.merge(row)
