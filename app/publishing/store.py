"""Where the log is, and what each issue's row said when we wrote it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.models import Log, LogRow


def page_id(session: Session, site_id: int) -> str | None:
    row = session.get(Log, site_id)
    return row.page_id if row else None


def remember_page(session: Session, site_id: int, page_id: str) -> None:
    session.merge(Log(site_id=site_id, page_id=page_id))


def published(session: Session, site_id: int, issue_id: str) -> LogRow | None:
    return session.get(LogRow, (site_id, issue_id))


def remember_row(session: Session, site_id: int, issue_id: str, issue_key: str, page_id: str, digest: str) -> None:
    session.merge(LogRow(site_id=site_id, issue_id=issue_id, issue_key=issue_key, page_id=page_id, digest=digest))
