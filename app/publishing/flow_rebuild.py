"""Build the log anew from Jira, on fresh pages; the old ones stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.domain import Issue
from app.engine import flow, step
from app.publishing import store
from app.publishing.entry import Withheld, entry_for
from app.publishing.flow import start
from app.publishing.flow_check import all_solved

#: So many issues are asked for at once.
_AT_ONCE = 100


def begin(session: Session, at: context.At, now: datetime) -> str:
    """Have the log's one writer begin anew; the title of the new head. One that is under way already goes on."""
    log = store.log(session, at.site_id, at.settings.log_title)
    if log.rebuilding:
        return log.title
    title = f"{at.settings.log_title} (rebuilt {now:%Y-%m-%d %H:%M:%S})"
    id = f"{at.site_id}:{title}"
    engine.enqueue(session, "publishing.start_anew", at.site_id, title, id=id, lane=f"{at.site_id}:log")
    return title


@flow
def start_anew(site_id: int, title: str) -> None:
    """In the lane of the log's one writer, so that nobody writes to the old pages meanwhile."""
    forget_pages(site_id, title)


@step
def forget_pages(site_id: int, title: str) -> None:
    with context.at(site_id).db.writing() as session:
        log = store.log(session, site_id, title)
        if log.title == title and log.rebuilding:
            return
        store.forget_all(session, site_id)
        log.title, log.page_id, log.dressed, log.paused, log.rebuilding = title, None, False, None, True
        audit.record(session, site_id, "start_anew", None, f"a new log: {title}")


def ask_for_all(at: context.At, told: Callable[[], None]) -> int:
    """Have each solved issue's row written that the new log has not yet; how many rows it will have.

    May be broken off and begun again. *told* is called for each issue.
    """
    allowed = at.settings.logged_projects
    count, batch = 0, []
    for issue in at.jira.search(all_solved(at), at.fields):
        told()
        if _has_row(at, issue, allowed):
            count += 1
            batch.append(issue.ref.id)
        if len(batch) == _AT_ONCE:
            _ask(at, batch)
            batch = []
    _ask(at, batch)
    with at.db.writing() as session:
        store.log(session, at.site_id, at.settings.log_title).rebuilding = False
    return count


def _has_row(at: context.At, issue: Issue, allowed: tuple[str, ...]) -> bool:
    entry = entry_for(issue, at.browse(issue.ref.key), allowed)
    return entry is not None and not isinstance(entry, Withheld)


def _ask(at: context.At, ids: list[str]) -> None:
    if not ids:
        return
    with at.db.writing() as session:
        known = store.rows(session, at.site_id, ids)
        for id in ids:
            if id not in known:
                store.ask(session, at.site_id, id)
        start(session, at, f"rebuild:{uuid4().hex}")
