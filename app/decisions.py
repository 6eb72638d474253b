"""What people decide about an issue by pressing something in Slack: stored before Slack is answered, and once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import context
from app.models import DecisionRow, utcnow

#: Heard, on its way to Jira, said by Jira to be so, or not to be had.
NEW, QUEUED, DONE, REFUSED = "new", "queued", "done", "refused"


@dataclass(frozen=True)
class Decision:
    id: str
    site_id: int
    issue_id: str
    #: Slack user who decided.
    user: str
    #: `severity`, `team`, `decline`, `accept`, …
    what: str
    #: What was chosen or written, and what was shown to whoever chose.
    asked: dict[str, Any]
    state: str
    at: datetime


def store(session: Session, id: str, site_id: int, issue_id: str, user: str, what: str, asked: dict[str, Any]) -> bool:
    """False if it is here already: whoever presses twice decides once."""
    row = DecisionRow(id=id, site_id=site_id, issue_id=issue_id, user=user, what=what, asked=asked, state=NEW)
    try:
        with session.begin_nested():  # the second press may be under way in another process
            session.add(row)
    except IntegrityError:
        if session.get(DecisionRow, id) is None:
            raise  # it is not here, and a yes would lose it
        return False
    return True


def at(site_id: int, id: str) -> context.At:
    """The site, in the workspace of the thread of the issue that was decided about."""
    with context.current().db.reading() as session:
        return context.at(site_id, get(session, id).issue_id)


def get(session: Session, id: str) -> Decision:
    return _decision(session.get_one(DecisionRow, id))


def add(session: Session, id: str, **more: Any) -> None:
    """Remember something more about what was decided."""
    row = session.get_one(DecisionRow, id)
    row.asked = {**row.asked, **more}


def proceed(session: Session, id: str, state: str, **more: Any) -> bool:
    """False if it had come to an end before. At its end what people wrote is forgotten: Jira or the thread has it."""
    ended = state in (DONE, REFUSED)
    still_open = DecisionRow.state.in_((NEW, QUEUED))
    values = {"state": state, **({"at": utcnow()} if ended else {})}
    changed = session.execute(update(DecisionRow).where(DecisionRow.id == id, still_open).values(**values))
    won = bool(getattr(changed, "rowcount", 0))
    if won:
        row = session.get_one(DecisionRow, id, populate_existing=True)
        row.asked = {**row.asked, **more}
    return won


def forget_texts(session: Session, id: str) -> None:
    """Jira or the thread has them now; what people wrote must not lie in a second place."""
    row = session.get_one(DecisionRow, id)
    row.asked = {name: value for name, value in row.asked.items() if name not in ("reason", "text", "email")}


def waiting(session: Session, site_id: int, issue_id: str) -> list[Decision]:
    """Those on their way to Jira, the oldest first."""
    return _of(session, site_id, issue_id, QUEUED)


def ended(session: Session, site_id: int, issue_id: str) -> list[Decision]:
    """Those that are so, the newest last."""
    return _of(session, site_id, issue_id, DONE)


def _of(session: Session, site_id: int, issue_id: str, state: str) -> list[Decision]:
    query = select(DecisionRow).where(DecisionRow.site_id == site_id, DecisionRow.issue_id == issue_id)
    return [_decision(row) for row in session.scalars(query.where(DecisionRow.state == state).order_by(DecisionRow.at))]


def last_chosen(session: Session, site_id: int, what: str) -> dict[str, datetime]:
    """Chosen value → when it was last chosen, over all issues of a site."""
    query = select(DecisionRow).where(
        DecisionRow.site_id == site_id, DecisionRow.what == what, DecisionRow.state == DONE
    )
    rows = session.scalars(query.order_by(DecisionRow.at.desc()).limit(_RECENT))
    return {str(row.asked.get("value")): row.at for row in reversed(list(rows))}


#: So many decisions are looked at to tell whose turn it is.
_RECENT = 200


def _decision(row: DecisionRow) -> Decision:
    return Decision(row.id, row.site_id, row.issue_id, row.user, row.what, row.asked, row.state, row.at)
