"""Which Slack thread belongs to which issue; every room that talks to people asks here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import Thread
from app.errors import Unavailable
from app.models import ThreadRow, TriageRow


@dataclass(frozen=True)
class Conversation:
    issue_key: str
    requester: str
    thread: Thread
    #: Our message about the ticket: the thread's first, or a reply in the thread of somebody's message.
    card: Thread
    told_status: str | None


def talk(site_id: int, issue_id: str) -> str:
    """The lane of what people are told about an issue: in order, and apart from the ticket's own work."""
    return f"{site_id}:talk:{issue_id}"


def clicks(site_id: int, issue_id: str) -> str:
    """The lane in which is heard what people press about an issue: neither Jira nor the ticket's own work holds it up."""
    return f"{site_id}:clicks:{issue_id}"


def expect(session: Session, site_id: int, issue_id: str, issue_key: str, requester: str, team: str = "") -> None:
    """The issue exists and its thread will follow, in the workspace *team*: whoever has something to tell waits for it."""
    session.merge(
        ThreadRow(
            site_id=site_id,
            issue_id=issue_id,
            issue_key=issue_key,
            requester=requester,
            channel=None,
            ts=None,
            card_ts=None,
            told_status=None,
            team=team,
        )
    )


def opened(session: Session, site_id: int, issue_id: str, thread: Thread, status: str, card: Thread) -> None:
    row = session.get_one(ThreadRow, (site_id, issue_id))
    row.channel, row.ts, row.card_ts, row.told_status = thread.channel, thread.ts, card.ts, status


def conversation(session: Session, site_id: int, issue_id: str) -> Conversation | None:
    """None for an issue that did not come from Slack. Raises Unavailable while its thread is not open yet."""
    row = session.get(ThreadRow, (site_id, issue_id))
    if row is None:
        return None
    if row.channel is None or row.ts is None:
        raise Unavailable("The thread is not open yet.", retry_after=0.5)
    # The first release knew no card apart from the thread.
    team = row.team or ""
    thread, card = Thread(row.channel, row.ts, team), Thread(row.channel, row.card_ts or row.ts, team)
    return Conversation(row.issue_key, row.requester, thread, card, row.told_status)


def of_place(session: Session, channel: str, ts: str) -> tuple[int, str, str] | None:
    """Site, id and key of the issue whose thread this is; None for any other thread."""
    row = session.scalar(select(ThreadRow).where(ThreadRow.channel == channel, ThreadRow.ts == ts).limit(1))
    return (row.site_id, row.issue_id, row.issue_key) if row else None


def team_of(session: Session, site_id: int, issue_id: str) -> str | None:
    """The workspace of the issue's thread; None for an issue that did not come from Slack."""
    row = session.get(ThreadRow, (site_id, issue_id))
    return None if row is None else row.team or ""


def key_of(session: Session, site_id: int, issue_id: str) -> str | None:
    """The issue's key, also while its thread is not open yet."""
    row = session.get(ThreadRow, (site_id, issue_id))
    return row.issue_key if row else None


def told(session: Session, site_id: int, issue_id: str, status: str) -> None:
    session.get_one(ThreadRow, (site_id, issue_id)).told_status = status


def is_triaged(session: Session, site_id: int, issue_id: str) -> bool:
    """Whether somebody closed the triage: the issue's files follow the thread no more."""
    row = session.get(TriageRow, (site_id, issue_id))
    return row is not None and row.closed_by is not None


def asked_by(session: Session, site_id: int, user: str, teams: Collection[str] = ("",), most: int = 100) -> list[str]:
    """Ids of the issues that a Slack user asked for, the newest first. *teams*: names of the one workspace of this user."""
    mine = select(ThreadRow.issue_id).where(ThreadRow.site_id == site_id, ThreadRow.requester == user)
    mine = mine.where(func.coalesce(ThreadRow.team, "").in_(teams))
    # Jira's ids are numbers that grow; as text "9" comes after "10".
    return sorted(session.scalars(mine), key=int, reverse=True)[:most]
