"""Requests: what was asked, and the issue and thread that came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import engine
from app.domain import IntakeRequest
from app.intake import origin
from app.intake.assuming import guessed_from, request_from
from app.intake.drafting import Draft
from app.intake.messages import Said
from app.intake.overflow import fitting
from app.models import Request


def store(session: Session, id: str, request: IntakeRequest, asked_in: dict[str, Any]) -> bool:
    """False if this submission is here already. *asked_in*: user, channel, and what else the way in has to tell."""
    description, whole = fitting(request.description)
    asked = {
        "summary": request.summary,
        "description": description,
        "whole": whole,
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


def store_message(session: Session, message: Said, draft: Draft, by: str, team: str) -> str | None:
    """Store the request that a message makes without a form, and start its flow; None if its thread has one already."""
    request_id = origin.thread_request(message.channel, message.thread)
    asked_in = origin.asked_in(origin.origin_of(message), by)
    told = {"channel": message.channel, "workspace": team, "guessed": guessed_from(draft), "view": None}
    if not store(session, request_id, request_from(draft, message.file_names), asked_in | told):
        return None
    engine.enqueue(session, "intake.open_request", request_id, id=request_id, lane=request_id)
    return request_id


def find(session: Session, id: str) -> Request | None:
    return session.get(Request, id)


def get(session: Session, id: str) -> Request:
    return session.get_one(Request, id)


def team_of(row: Request) -> str:
    """The workspace in which somebody asked, as `app/workspaces.py` names it."""
    return str(row.asked.get("workspace") or "")


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
    """Jira has them now; what people wrote must not lie in a second place. What is to be attached stays until it is."""
    row.asked = {**row.asked, "description": None, "name": None}
