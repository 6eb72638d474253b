"""Keep the log true: compare what should be there with what is, and have put right what is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from app import context, deliveries, engine
from app.domain import Issue
from app.errors import Misconfigured, NotFound
from app.logs import event
from app.models import utcnow
from app.models_log import LogRow
from app.publishing import columns, rendering, store
from app.publishing.entry import Withheld, digest, entry_for
from app.publishing.flow import start
from app.publishing.flow_page import read
from app.publishing.reconcile import Expected, Finding, Known, Standing, Wrong, findings, standing

Tell = Callable[[], None]
#: What is put right in the lane of the log's one writer, and how.
_IN_LANE = {
    Wrong.DOUBLED: "publishing.drop",
    Wrong.MISPLACED: "publishing.follow",
    Wrong.WITHHELD: "publishing.take_out",
}


def survey(at: context.At, told: Tell = lambda: None) -> list[Finding]:
    """Everything: each page of the log against our memory, and that against Jira. *told*: after each page and issue."""
    found, unread = rows_on(at, pages(at), told)
    with at.db.reading() as session:
        known = [known_row(row) for row in store.all_rows(session, at.site_id)]
    asked = list(expected(at, at.jira.search(all_solved(at), at.fields), told))
    solved = {each.issue_id for each in asked}
    asked += _withheld(at, [each for each in known if each.issue_id not in solved], len(known))
    return _settled(at, findings(found, known, asked, unread))


def rows_on(at: context.At, ids: Iterable[str], told: Tell = lambda: None) -> tuple[list[Standing], frozenset[str]]:
    """The rows on these pages, and those of the pages that cannot be read."""
    found: list[Standing] = []
    unread = set()
    chosen = columns.chosen(at.settings.log_columns)
    for id in ids:
        try:
            found += standing(id, read(at, id).body, chosen)
        except Misconfigured:
            unread.add(id)
        told()
    return found, frozenset(unread)


def pages(at: context.At) -> list[str]:
    """Ids of the log's pages: the head, what we remember, and what stands below the head and we have forgotten."""
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
        archives = [shard.page_id for shard in store.archives(session, at.site_id) if shard.page_id]
    if log is None or not log.page_id:
        return []
    return list(dict.fromkeys([log.page_id, *archives, *_below(at, log.page_id, 2)]))


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


def expected(at: context.At, issues: Iterable[Issue], told: Tell = lambda: None) -> Iterator[Expected]:
    """What the log should say about these issues; nothing about one that gets no row."""
    for issue in issues:
        told()
        entry = entry_for(issue, at.browse(issue.ref.key), at.settings.logged_projects)
        if isinstance(entry, Withheld):
            yield Expected(issue.ref.id, issue.ref.key, None)
        elif entry:
            cells = rendering.cells(entry, at.settings.time_zone, at.jira_access.base_url)
            yield Expected(issue.ref.id, issue.ref.key, digest(cells))


def _withheld(at: context.At, rows: list[Known], of: int) -> list[Expected]:
    """Those of *rows* that must not stand in the log: restricted, moved away, or out of the app's sight.

    Who sees less than half of the tickets (*of* so many) has lost a permission, and no row goes for that.
    """
    issues = at.jira.issues([row.issue_id for row in rows], at.fields)
    found = [each for each in expected(at, issues.values()) if each.digest is None]
    with at.db.reading() as session:
        gone = [row for row in rows if row.issue_id not in issues]
        unseen = [row for row in gone if not deliveries.was_deleted(session, at.site_id, row.issue_id)]
    if 2 * len(unseen) > of:
        event("log not compared", level=logging.WARNING, site=at.site_id, unseen=len(unseen), of=of)
        return found
    return found + [Expected(row.issue_id, row.key, None) for row in unseen]


def known_row(row: LogRow) -> Known:
    return Known(row.issue_id, row.issue_key, row.page_id, row.digest, store.written(row))


def _settled(at: context.At, found: list[Finding]) -> list[Finding]:
    """Without rows that are just moving to an archive, and stand on two pages for a moment."""
    with at.db.reading() as session:
        moving = store.moving_keys(session, at.site_id)
    return [each for each in found if each.key not in moving]


def put_right(at: context.At, wrong: Iterable[Finding], run: str) -> int:
    """Have the service put right what can be; how many findings that are. *run* tells one repair from another."""
    count = 0
    with at.db.writing() as session:
        store.log(session, at.site_id, at.settings.log_title).paused = None  # it is tried again now
        for number, each in enumerate(wrong):
            if each.wrong in (Wrong.FOREIGN, Wrong.UNREADABLE):
                continue
            count += 1
            if flow := _IN_LANE.get(each.wrong):
                args = (at.site_id, each.page_id, each.issue_id, each.key)
                id, lane = f"{at.site_id}:{run}:{number}", f"{at.site_id}:log"
                engine.enqueue(session, flow, *args, id=id, lane=lane)
            if each.wrong not in (Wrong.WITHHELD, Wrong.MISPLACED):  # whoever follows a row asks for it
                store.ask(session, at.site_id, each.issue_id, look=True)
        start(session, at, run)
    return count


# A part of it, every hour


def survey_of(at: context.At, ids: list[str]) -> list[Finding]:
    """These pages against our memory. When a row is missing there all pages are looked at: somebody may have moved it."""
    found, unread = rows_on(at, ids)
    wrong = _against_memory(at, ids, found, unread)
    if any(each.wrong is Wrong.MISSING for each in wrong):
        others = [id for id in pages(at) if id not in ids]
        more, unread_too = rows_on(at, others)
        wrong = _against_memory(at, [*ids, *others], [*found, *more], unread | unread_too)
    return _settled(at, wrong)


def _against_memory(at: context.At, ids: list[str], found: list[Standing], unread: frozenset[str]) -> list[Finding]:
    with at.db.reading() as session:
        known = store.rows_on(session, at.site_id, ids)
        known += list(store.rows_of_keys(session, at.site_id, [each.key for each in found]).values())
    remembered = list({row.issue_id: known_row(row) for row in known}.values())
    withheld = _withheld(at, remembered, len(remembered))
    hidden = {each.issue_id for each in withheld}
    shown = [each for each in remembered if each.issue_id not in hidden]
    to_go = [each for each in findings(found, [], withheld) if each.wrong is Wrong.WITHHELD]
    return [*to_go, *findings(found, shown, unread=unread)]


def changed_since(at: context.At, moment: datetime | None) -> list[Expected]:
    """What the log should say about solved issues that changed since *moment*; None is a week ago."""
    minutes = int((utcnow() - moment).total_seconds() // 60) + 30 if moment else 7 * 24 * 60
    jql, order = all_solved(at).split(" ORDER BY ")
    return list(expected(at, at.jira.search(f"{jql} AND updated >= -{minutes}m ORDER BY {order}", at.fields)))
