"""Requests: what was asked, and the issue and thread that came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import IntakeRequest
from app.models import Request


def store(session: Session, id: str, request: IntakeRequest, asked_in: dict[str, Any]) -> bool:
    """False if this submission is here already. *asked_in*: user, channel, view."""
    asked = {
        "summary": request.summary,
        "description": request.description,
        "exception_type": request.exception_type,
        "team": request.team,
        "tags": list(request.tags),
        "priority": request.priority,
        **asked_in,
    }
    try:
        with session.begin_nested():  # a second press of the button may be under way in another process
            session.add(Request(id=id, asked=asked, site_id=None, issue_id=None))
    except IntegrityError:
        if session.get(Request, id) is None:
            raise  # it is not here, and a yes would lose it
        return False
    return True


def get(session: Session, id: str) -> Request:
    return session.get_one(Request, id)


def request_of(row: Request) -> IntakeRequest:
    asked = row.asked
    return IntakeRequest(
        summary=asked["summary"],
        description=asked["description"],
        exception_type=asked["exception_type"],
        team=asked["team"],
        tags=tuple(asked["tags"]),
        priority=asked["priority"],
    )


def of_issue(session: Session, site_id: int, issue_id: str) -> Request | None:
    """The request that an issue came from; None for one that was created in Jira."""
    return session.scalar(select(Request).where(Request.site_id == site_id, Request.issue_id == issue_id))


def forget_texts(row: Request) -> None:
    """Jira has them now; what people wrote must not lie in a second place."""
    row.asked = {**row.asked, "description": None, "name": None}
