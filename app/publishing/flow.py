"""From a solved issue to its row in the log: rows wait for company, and one writer at a time writes them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused
from app.models import utcnow
from app.once import Found, once
from app.publishing import columns, rendering, store
from app.publishing.flow_page import anything_to_write, not_allowed, paused_by, read, write_waiting

#: Pages of the log carry it.
LABEL = "ops-exception-log"
#: Width and editor are properties of a page; without `editor` Confluence goes by the content (facts: §1.5).
PROPERTIES = {"editor": "v2", "content-appearance-published": "full-width", "content-appearance-draft": "full-width"}
#: How often is looked whether a batch is together, in seconds.
_LOOK = 0.1


@flow
def publish(site_id: int, issue_id: str) -> None:
    """An Ops issue is done, or changed since: its row is looked at, together with others that wait."""
    ask(site_id, issue_id)


@flow
def flush(site_id: int) -> None:
    """Write the rows that wait. A site's log has one lane, so there is one writer."""
    begin(site_id)
    while gather(site_id):
        if not (find_log(site_id) and dress(site_id) and write(site_id)):
            return  # paused: what is left waits on, and the next flush looks again


@step
def ask(site_id: int, issue_id: str) -> None:
    at = context.at(site_id)
    with at.db.writing() as session:
        log = store.log(session, site_id, at.settings.log_title)
        store.ask(session, site_id, issue_id)
        if not log.flush_asked:
            start(session, at, engine.flow_id())


def start(session: Session, at: context.At, run: str) -> None:
    """Have the waiting rows written; *run* tells one start from another."""
    site_id = at.site_id
    store.log(session, site_id, at.settings.log_title).flush_asked = True
    engine.enqueue(session, "publishing.flush", site_id, id=f"{site_id}:{run}", lane=f"{site_id}:log")


@step
def begin(site_id: int) -> None:
    at = context.at(site_id)
    with at.db.writing() as session:
        store.begin_to_write(session, site_id, at.settings.log_title)


@step
def gather(site_id: int) -> int:
    """How many rows wait: told at once after a pause, else when a batch is together or the window is over."""
    at = context.at(site_id)
    end = time.monotonic() + at.settings.log_window  # a clock that was set back must not hold us up
    while True:
        with at.db.reading() as session:
            count = store.count_waiting(session, site_id)
            log = store.peek(session, site_id)
        since = (utcnow() - log.written_at).total_seconds() if log and log.written_at else at.settings.log_window
        left = min(at.settings.log_window - since, end - time.monotonic())
        if not count or count >= at.settings.log_batch or left <= 0:
            return count
        time.sleep(min(left, _LOOK))


@step
def find_log(site_id: int) -> bool:
    """The page, by the id that we remember; created once where there is none and a row to write. False without one."""
    at = context.at(site_id)
    with at.db.writing() as session:
        log = store.log(session, site_id, at.settings.log_title)
    if log.page_id:
        return True
    if not anything_to_write(at):
        return False  # a page for no row would only puzzle people
    try:
        _make_log(at, log.title)
    except Misconfigured as problem:
        return paused_by(at, problem)
    except Refused as error:
        return paused_by(at, not_allowed(error))
    return True


def _make_log(at: context.At, title: str) -> None:
    try:
        space = at.confluence.space_id(at.settings.log_space)
    except NotFound as error:
        raise Misconfigured(str(error), "Create it and let the app's user write there, or change LOG_SPACE.") from error

    def make() -> Found:
        try:
            chosen = columns.chosen(at.settings.log_columns)
            return {"id": at.confluence.create_page(space, title, rendering.empty_page(chosen))}
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
        store.log(session, at.site_id, title).page_id = made["id"]
        audit.record(session, at.site_id, "find_log", None)

    source = store.making(at.site_id, title)
    once(at.db, source, make=make, look=look, remember=remember, settle_time=at.settings.settle_time)


def _look_in_the_trash(at: context.At, space: str, title: str) -> None:
    """A page in the trash keeps its title and is in no ordinary list."""
    if at.confluence.page_titled(space, title, "trashed"):
        raise Misconfigured(
            f"A page titled {title!r} lies in the trash of the space {at.settings.log_space}.",
            "Restore it, or empty the trash, or change LOG_TITLE.",
        )


def dress(site_id: int) -> bool:
    """Its label and its width, once; each a step of its own, so that it comes nearer to its end with every try."""
    if not bare(site_id):
        return True
    if not seen(site_id):
        return False
    label(site_id)
    for key in PROPERTIES:
        set_property(site_id, key)
    note_dressed(site_id)
    return True


@step
def bare(site_id: int) -> bool:
    with context.at(site_id).db.reading() as session:
        log = store.peek(session, site_id)
    return not (log and log.dressed)


@step
def seen(site_id: int) -> bool:
    """A page just made may not be found yet. False when it is gone."""
    at = context.at(site_id)
    try:
        read(at, _head(at))
    except Misconfigured as problem:
        return paused_by(at, problem)
    return True


@step
def label(site_id: int) -> None:
    at = context.at(site_id)
    with _not_insisting(at, LABEL):
        at.confluence.add_label(_head(at), LABEL)


@step
def set_property(site_id: int, key: str) -> None:
    at = context.at(site_id)
    with _not_insisting(at, key):
        at.confluence.set_property(_head(at), key, PROPERTIES[key])


@step
def note_dressed(site_id: int) -> None:
    at = context.at(site_id)
    with at.db.writing() as session:
        store.log(session, site_id, at.settings.log_title).dressed = True


@contextlib.contextmanager
def _not_insisting(at: context.At, what: str) -> Iterator[None]:
    """A site that refuses it has a log that is less wide."""
    try:
        yield
    except Refused as error:
        with at.db.writing() as session:
            audit.record(session, at.site_id, "dress", None, f"{what} refused: {error}")


def _head(at: context.At) -> str:
    with at.db.reading() as session:
        return store.head(session, at.site_id)


@step
def write(site_id: int) -> bool:
    """Bring the rows that wait longest up to date; False when none of them could be."""
    return write_waiting(context.at(site_id))
