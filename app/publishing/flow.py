"""Write the row of a solved issue into the log, and ask the reporter for a review of the notes before."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine, threads
from app.domain import LogEntry, LogPage
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused, Unavailable
from app.once import Found, attempted_within, once
from app.publishing import blocks, page, rendering, store
from app.publishing.entry import digest, entry_for

#: For so many seconds a page that we made and that is not found is one that Confluence does not show yet.
_NOT_FOUND_YET = 60.0


@flow
def publish(site_id: int, issue_id: str) -> None:
    """An Ops issue is done, or changed since. As it is now: one row, brought up to date."""
    if has_entry(site_id, issue_id):
        find_log(site_id)
        write_row(site_id, issue_id)


@flow
def ask_notes(site_id: int, issue_id: str) -> None:
    """The clone is done: the reporter reviews the notes and closes."""
    ask_in_thread(site_id, issue_id)
    ask_directly(site_id, issue_id)


@step
def has_entry(site_id: int, issue_id: str) -> bool:
    return _entry(context.at(site_id), issue_id) is not None


@step
def find_log(site_id: int) -> None:
    """The page, by the id that we remember; created once where there is none."""
    at = context.at(site_id)
    with at.db.reading() as session:
        if store.page_id(session, site_id):
            return
    title = at.settings.log_title
    space = at.confluence.space_id(at.settings.log_space)

    def make() -> Found:
        try:
            return {"id": at.confluence.create_page(space, title, rendering.empty_page())}
        except Refused:
            # A title is unique in its space: somebody has made the page, perhaps we did and lost the answer.
            found = at.confluence.page_titled(space, title)
            if found is None:
                _look_in_the_trash(at, space, title)
                raise
            return {"id": found}

    def look(hint: dict[str, Any]) -> Found | None:
        found = at.confluence.page_titled(space, title)
        return {"id": found} if found else None

    def remember(session: Session, made: Found) -> None:
        store.remember_page(session, site_id, made["id"])
        audit.record(session, site_id, "find_log", None)

    once(at.db, _making(site_id), make=make, look=look, remember=remember, settle_time=at.settings.settle_time)


def _making(site_id: int) -> str:
    return f"publishing.log:{site_id}"


def _look_in_the_trash(at: context.At, space: str, title: str) -> None:
    """A page in the trash keeps its title and is in no ordinary list."""
    if at.confluence.page_titled(space, title, "trashed"):
        raise Misconfigured(
            f"A page titled {title!r} lies in the trash of the space {at.settings.log_space}.",
            "Restore it, or empty the trash, or change LOG_TITLE.",
        )


@step
def write_row(site_id: int, issue_id: str) -> None:
    """Read the issue and the page now, splice, write with the version that was read; a conflict starts again from the read."""
    at = context.at(site_id)
    entry = _entry(at, issue_id)
    if entry is None:
        return  # re-opened meanwhile
    with at.db.reading() as session:
        page_id, before = store.page_id(session, site_id), store.published(session, site_id, issue_id)
    assert page_id
    row = rendering.row(entry, at.settings.time_zone)
    if before and before.digest == digest(row):
        return
    current = _log_page(at, site_id, page_id)
    earlier = frozenset({before.issue_key} if before else ())
    body = page.with_row(current.body, entry.issue.key, row, rendering.empty_table(), earlier)
    if body != current.body:
        _update(at, current, body, f"SolveOnce: {entry.issue.key}")
    with at.db.writing() as session:
        store.remember_row(session, site_id, issue_id, entry.issue.key, page_id, digest(row))
        audit.record(session, site_id, "write_row", entry.issue.key, f"done {digest(row)[:8]}")


def _log_page(at: context.At, site_id: int, page_id: str) -> LogPage:
    try:
        return at.confluence.page(page_id)
    except NotFound as error:
        if attempted_within(at.db, _making(site_id), _NOT_FOUND_YET):
            raise Unavailable("The log page was just made, and Confluence does not find it yet.") from error
        raise Misconfigured(
            f"The log page {page_id} is gone, or we may not see it.",
            "Restore it, or give the app's user the right to edit it.",
        ) from error


def _update(at: context.At, current: LogPage, body: str, message: str) -> None:
    try:
        at.confluence.update_page(current, current.title, body, message)
    except NotFound as error:
        # Confluence says 404, not 403, to who may read a page and not edit it.
        raise Misconfigured(
            f"The log page {current.id} can be read and not changed.",
            "Put the app's user on the page's list of editors, or take the restriction away.",
        ) from error


@step
def ask_in_thread(site_id: int, issue_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return  # the ticket did not come from Slack
    issue = at.issue(issue_id)
    text, shown = blocks.ask_notes(talk.requester, issue.ref.key, at.browse(issue.ref.key), issue.notes)
    source = f"publishing.ask:{engine.flow_id()}"
    at.post_once(source, talk.thread.channel, text, shown, talk.thread.ts, "ask_in_thread", issue.ref.key)


@step
def ask_directly(site_id: int, issue_id: str) -> None:
    """The same in a direct message: a mention in a busy thread is easily missed."""
    at = context.at(site_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return
    issue = at.issue(issue_id)
    text, shown = blocks.ask_notes(talk.requester, issue.ref.key, at.browse(issue.ref.key), issue.notes)
    try:
        channel = at.slack.direct_channel(talk.requester)
        at.post_once(
            f"publishing.ask_directly:{engine.flow_id()}", channel, text, shown, None, "ask_directly", issue.ref.key
        )
    except (Refused, NotFound):
        return  # no direct messages with this person; the thread has asked


def _entry(at: context.At, issue_id: str) -> LogEntry | None:
    try:
        issue = at.issue(issue_id)
    except NotFound:
        return None  # deleted; its row stays: the log is a record
    return entry_for(issue, at.browse(issue.ref.key), at.settings.ops_project)
