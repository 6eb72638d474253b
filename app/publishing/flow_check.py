"""Keep the log true: compare what should be there with what is, and have put right what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app import audit, context, engine
from app.engine import flow, step
from app.engine_schedules import scheduled
from app.errors import Misconfigured, NotFound
from app.models import LogRow, utcnow
from app.publishing import columns, page, rendering, store
from app.publishing.entry import Withheld, digest, entry_for
from app.publishing.flow import start
from app.publishing.flow_page import read, update
from app.publishing.reconcile import Expected, Finding, Known, Standing, Wrong, findings, standing

#: So many archives are looked at each hour, one after the other.
ARCHIVES_AN_HOUR = 20
#: Tickets that changed in so many minutes are looked at each hour.
_RECENT = 150

Tell = Callable[[], None]


def survey(at: context.At, told: Tell = lambda: None) -> list[Finding]:
    """Everything: each page of the log against our memory, and that against each solved issue in Jira.

    *told* is called after each page and each issue. Raises Misconfigured when a page cannot be read.
    """
    found = [row for id in pages(at) for row in _read(at, id, told)]
    expected = list(_expected(at, all_solved(at), told))
    with at.db.reading() as session:
        known = [_known(row) for row in store.all_rows(session, at.site_id)]
        busy = store.moving_keys(session, at.site_id)
    return [each for each in findings(found, known, expected) if each.key not in busy]


def pages(at: context.At) -> list[str]:
    """Ids of the log's pages: the head, what we remember, and what stands below the head and we have forgotten."""
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
        if log is None or not log.page_id:
            return []
        ids = [log.page_id, *(shard.page_id for shard in store.archives(session, at.site_id) if shard.page_id)]
    return list(dict.fromkeys([*ids, *_below(at, log.page_id, 2)]))


def _below(at: context.At, id: str, depth: int) -> Iterator[str]:
    try:
        children = list(at.confluence.children(id))
    except NotFound:
        return  # whoever reads the page will say so
    for child, _ in children:
        yield child
        if depth > 1:
            yield from _below(at, child, depth - 1)


def all_solved(at: context.At) -> str:
    """JQL for every issue that should have a row, oldest first."""
    named = ", ".join(f'"{key}"' for key in at.settings.logged_projects)
    return f"project in ({named}) AND statusCategory = Done ORDER BY resolved ASC, key ASC"


def _read(at: context.At, id: str, told: Tell) -> list[Standing]:
    found = standing(id, read(at, id).body, columns.chosen(at.settings.log_columns))
    told()
    return found


def _expected(at: context.At, jql: str, told: Tell = lambda: None) -> Iterator[Expected]:
    allowed = at.settings.logged_projects
    for issue in at.jira.search(jql, at.fields):
        told()
        entry = entry_for(issue, at.browse(issue.ref.key), allowed)
        if isinstance(entry, Withheld):
            yield Expected(issue.ref.id, issue.ref.key, None)
        elif entry:
            cells = rendering.cells(entry, at.settings.time_zone, at.jira_access.base_url)
            yield Expected(issue.ref.id, issue.ref.key, digest(cells))


def _known(row: LogRow) -> Known:
    return Known(row.issue_id, row.issue_key, row.page_id, row.digest, store.written(row))


# Putting right


def put_right(at: context.At, wrong: Iterable[Finding], run: str) -> int:
    """Have the service put right what can be; how many findings that are. *run* tells one repair from another."""
    count = 0
    with at.db.writing() as session:
        store.log(session, at.site_id, at.settings.log_title).paused = None  # it is tried again now
        for each in wrong:
            count += each.wrong is not Wrong.FOREIGN
            if each.wrong is Wrong.DOUBLED:
                id = f"{at.site_id}:{run}:{each.page_id}:{each.key}"
                lane = f"{at.site_id}:log"
                engine.enqueue(session, "publishing.drop", at.site_id, each.page_id, each.issue_id, id=id, lane=lane)
            elif each.wrong in (Wrong.MISPLACED, Wrong.WITHHELD):
                store.place(session, at.site_id, each.issue_id, each.key, each.page_id)
            if each.wrong is not Wrong.FOREIGN:
                store.ask(session, at.site_id, each.issue_id, look=True)
        start(session, at, run)
    return count


@flow
def drop(site_id: int, page_id: str, issue_id: str) -> None:
    """Take a second row of an issue off a page, in the lane of the log's one writer."""
    drop_row(site_id, page_id, issue_id)


@step
def drop_row(site_id: int, page_id: str, issue_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        row = store.rows(session, site_id, [issue_id]).get(issue_id)
    if row is None or row.page_id == page_id:
        return  # it is the one that stays now
    current = read(at, page_id)
    if page.row_of(read(at, row.page_id).body, row.issue_key) is None:
        return  # the other one is gone meanwhile: this is the only one
    body = page.without(current.body, frozenset({row.issue_key}))
    if body != current.body:
        update(at, current, body, "SolveOnce: a second row taken out")
        with at.db.writing() as session:
            audit.record(session, site_id, "drop_row", row.issue_key, f"second row on page {page_id}")


# By itself


@scheduled("publishing.tend_logs", "23 * * * *")
def tend_logs(moment: str) -> None:
    """Every hour: each site's log is looked at."""
    tend_each(moment)


@step
def tend_each(moment: str) -> None:
    with context.current().db.writing() as session:
        for site_id in store.sites_with_logs(session):
            engine.enqueue(
                session, "publishing.tend", site_id, moment, id=f"{site_id}:{moment}", lane=f"{site_id}:tend"
            )


@flow
def tend(site_id: int, moment: str) -> None:
    """The head, some archives, and the tickets that changed lately; a log that was paused is tried again."""
    look_at_pages(site_id, moment)
    look_at_tickets(site_id, moment)


@step
def look_at_pages(site_id: int, moment: str) -> None:
    """A published draft may have dropped our last write, without an error for anybody (facts: confluence_adf.md §1.4)."""
    at = context.at(site_id)
    ids = _turn(at)
    try:
        found = [row for id in ids for row in _read(at, id, lambda: None)]
    except Misconfigured:
        found, ids = [], []  # the write that follows pauses the log, with the remedy
    with at.db.reading() as session:
        known = [_known(row) for row in store.rows_on(session, site_id, ids)]
        known += [_known(row) for row in store.rows_of_keys(session, site_id, [each.key for each in found]).values()]
        busy = store.moving_keys(session, site_id)
    wrong = [each for each in findings(found, {each.issue_id: each for each in known}.values()) if each.key not in busy]
    # A row that stands on a page of another turn is no finding here.
    put_right(at, [each for each in wrong if each.wrong is not Wrong.MISPLACED], f"tend:{moment}")


def _turn(at: context.At) -> list[str]:
    """The head, and the archives whose turn it is."""
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
        archives = [shard.page_id for shard in store.archives(session, at.site_id) if shard.page_id]
    turns = max(1, -(-len(archives) // ARCHIVES_AN_HOUR))
    turn = int(utcnow().timestamp() // 3600) % turns
    chosen = archives[turn * ARCHIVES_AN_HOUR : (turn + 1) * ARCHIVES_AN_HOUR]
    return [log.page_id, *chosen] if log and log.page_id else []


@step
def look_at_tickets(site_id: int, moment: str) -> None:
    """Events may be lost on the way; a row that says something else than its ticket is asked for again."""
    at = context.at(site_id)
    jql, order = all_solved(at).split(" ORDER BY ")
    recent = list(_expected(at, f"{jql} AND updated >= -{_RECENT}m ORDER BY {order}"))
    with at.db.writing() as session:
        known = store.rows(session, site_id, [each.issue_id for each in recent])
        for each in recent:
            row = known.get(each.issue_id)
            if (row.digest if row else None) != each.digest:
                store.ask(session, site_id, each.issue_id)
        start(session, at, f"tend:{moment}:tickets")
