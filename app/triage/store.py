"""Where an issue's triage controls stand, what they show, and what its thread was told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import Thread
from app.models import TriageRow
from app.triage.showing import Shown


def opened(session: Session, site_id: int, issue_id: str, place: Thread, shown: Shown, told: dict[str, Any]) -> None:
    row = TriageRow(site_id=site_id, issue_id=issue_id, channel=place.channel, ts=place.ts, shown=shown, told=told)
    row.closed_by = None
    session.merge(row)


def of_issue(session: Session, site_id: int, issue_id: str) -> TriageRow | None:
    """None for an issue without controls: it did not come from Slack, or its thread is older than they are."""
    return session.get(TriageRow, (site_id, issue_id))


def at_place(session: Session, channel: str, ts: str) -> TriageRow | None:
    """The controls that stand in this message."""
    return session.scalar(select(TriageRow).where(TriageRow.channel == channel, TriageRow.ts == ts))


def show(session: Session, site_id: int, issue_id: str, shown: Shown) -> None:
    session.get_one(TriageRow, (site_id, issue_id)).shown = shown


def told(session: Session, site_id: int, issue_id: str, told: dict[str, Any]) -> None:
    row = of_issue(session, site_id, issue_id)
    if row is not None:
        row.told = told


def close(session: Session, site_id: int, issue_id: str, user: str) -> None:
    session.get_one(TriageRow, (site_id, issue_id)).closed_by = user
