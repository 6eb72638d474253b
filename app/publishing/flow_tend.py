"""By itself, every hour: the log's pages and the tickets that changed are compared; a paused log is tried again."""

from __future__ import annotations

from app import audit, context, engine
from app.engine import flow, step
from app.engine_schedules import scheduled
from app.models import utcnow
from app.models_log import LogShard
from app.publishing import page, store
from app.publishing.entry import Withheld, entry_for
from app.publishing.flow import start
from app.publishing.flow_check import changed_since, put_right, survey_of
from app.publishing.flow_page import read, update

#: So many archives are looked at each hour, one after the other.
ARCHIVES_AN_HOUR = 20


@scheduled("publishing.tend_logs", "23 * * * *")
def tend_logs(moment: str) -> None:
    """Each site's log is looked at."""
    tend_each(moment)


@step
def tend_each(moment: str) -> None:
    with context.current().db.writing() as session:
        context.start_at_each(session, store.sites_with_logs(session), "publishing.tend", moment, "tend")


@flow
def tend(site_id: int, moment: str) -> None:
    """The head, some archives, and the tickets that changed since the last look."""
    look_at_pages(site_id, moment)
    look_at_tickets(site_id, moment)


@step
def look_at_pages(site_id: int, moment: str) -> None:
    """A published draft may have dropped our last write, without an error for anybody (facts: confluence_adf.md §1.4)."""
    at = context.at(site_id)
    put_right(at, survey_of(at, _turn(at)), f"tend:{moment}")


def _turn(at: context.At) -> list[str]:
    """The head, and the archives whose turn it is."""
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
        archives: list[LogShard] = store.archives(session, at.site_id)
    turns = max(1, -(-len(archives) // ARCHIVES_AN_HOUR))
    turn = int(utcnow().timestamp() // 3600) % turns
    ids = [log.page_id if log else None]
    ids += [shard.page_id for shard in archives[turn * ARCHIVES_AN_HOUR : (turn + 1) * ARCHIVES_AN_HOUR]]
    return [id for id in ids if id]


@step
def look_at_tickets(site_id: int, moment: str) -> None:
    """Events may be lost on the way; a row that says something else than its ticket is asked for again."""
    at = context.at(site_id)
    begun = utcnow()
    with at.db.reading() as session:
        log = store.peek(session, site_id)
    recent = changed_since(at, log.looked_at if log else None)
    with at.db.writing() as session:
        known = store.rows(session, site_id, [each.issue_id for each in recent])
        for each in recent:
            row = known.get(each.issue_id)
            if (row.digest if row else None) != each.digest:
                store.ask(session, site_id, each.issue_id)
        store.log(session, site_id, at.settings.log_title).looked_at = begun
        start(session, at, f"tend:{moment}:tickets")


# In the lane of the log's one writer: what was found is looked at again before anything is done


@flow
def drop(site_id: int, page_id: str, issue_id: str, key: str) -> None:
    """Take a second row of an issue off a page."""
    drop_row(site_id, page_id, issue_id)


@step
def drop_row(site_id: int, page_id: str, issue_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        row = store.rows(session, site_id, [issue_id]).get(issue_id)
    if row is None or row.page_id == page_id:
        return  # it is the one that stays now
    if page.row_of(read(at, row.page_id).body, row.issue_key) is None:
        return  # the other one is gone meanwhile: this is the only one
    _without(at, page_id, row.issue_key, "a second row taken out")


@flow
def follow(site_id: int, page_id: str, issue_id: str, key: str) -> None:
    """An issue's row stands on another page than we thought."""
    follow_row(site_id, page_id, issue_id, key)


@step
def follow_row(site_id: int, page_id: str, issue_id: str, key: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        row = store.rows(session, site_id, [issue_id]).get(issue_id)
    if row and page.row_of(read(at, row.page_id).body, row.issue_key) is not None:
        return  # it stands where we thought after all
    if page.row_of(read(at, page_id).body, key) is None:
        return
    with at.db.writing() as session:
        store.place(session, site_id, issue_id, key, page_id)
        store.ask(session, site_id, issue_id, look=True)
        start(session, at, engine.flow_id())
        audit.record(session, site_id, "follow_row", key, f"found on page {page_id}")


@flow
def take_out(site_id: int, page_id: str, issue_id: str, key: str) -> None:
    """A row of an issue that is not for everybody's eyes."""
    take_out_row(site_id, page_id, issue_id, key)


@step
def take_out_row(site_id: int, page_id: str, issue_id: str, key: str) -> None:
    at = context.at(site_id)
    issue = at.jira.issues([issue_id], at.fields).get(issue_id)
    entry = entry_for(issue, at.browse(key), at.settings.logged_projects) if issue else None
    if issue and not isinstance(entry, Withheld):
        return
    reason = entry.reason if isinstance(entry, Withheld) else "the app may not see the issue any more"
    _without(at, page_id, key, f"not published: {reason}")
    with at.db.writing() as session:
        store.forget_row(session, site_id, issue_id)


def _without(at: context.At, page_id: str, key: str, outcome: str) -> None:
    current = read(at, page_id)
    body = page.without(current.body, frozenset({key}))
    if body != current.body:
        update(at, current, body, "SolveOnce: a row taken out")
    with at.db.writing() as session:
        audit.record(session, at.site_id, "drop_row", key, f"{outcome}: page {page_id}")
