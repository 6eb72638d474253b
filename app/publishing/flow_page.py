"""Write the waiting rows of each page: read, splice, write with the version that was read."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from app import audit, context, deliveries
from app.domain_log import LogEntry, LogPage
from app.errors import Misconfigured, NotFound, Refused, Unavailable
from app.logs import event
from app.models import utcnow
from app.models_log import LogPending, LogRow
from app.once import attempted_within
from app.publishing import columns, page, rendering, store
from app.publishing.batch import Item, Work, keys, message, name_of, oldest_first, outcome
from app.publishing.entry import Withheld, digest, entry_for
from app.publishing.flow_archive import Move, cut_head, finish_cuts, moved
from app.publishing.page import Put, Wanted

#: So many rows are written at once: what Jira gives in one call.
MOST = 100
#: For so many seconds a page that we made and that is not found is one that Confluence does not show yet.
_NOT_FOUND_YET = 60.0
_NOT_TAKEN = ("400", "413")


def write_waiting(at: context.At) -> bool:
    """Bring the rows that wait longest up to date; False when there are some and nothing could be done."""
    finish_cuts(at)
    asked, works = _works(at)
    done = [_tried(at, work, asked) for work in works]
    if any(done):
        _note_written(at, well=all(done))
    return not works or any(done)


def anything_to_write(at: context.At) -> bool:
    """Whether any of the rows that wait has something to say; the others wait no longer."""
    return bool(_works(at)[1])


def _works(at: context.At) -> tuple[dict[str, LogPending], list[Work]]:
    with at.db.reading() as session:
        asked = {each.issue_id: each for each in store.waiting(session, at.site_id, MOST)}
        known = store.rows(session, at.site_id, list(asked))
        log = store.peek(session, at.site_id)
    return asked, _judged(at, asked, known, (log and log.page_id) or "")


def paused_by(at: context.At, problem: Misconfigured) -> bool:
    """Remember why nothing can be written; always False."""
    event("log paused", level=logging.WARNING, site=at.site_id, reason=str(problem))
    with at.db.writing() as session:
        store.log(session, at.site_id, at.settings.log_title).paused = str(problem)
        audit.record(session, at.site_id, "pause", None, f"paused: {problem}")
    return False


def _note_written(at: context.At, well: bool) -> None:
    with at.db.writing() as session:
        log = store.log(session, at.site_id, at.settings.log_title)
        log.written_at, log.paused = utcnow(), None if well else log.paused


# What has to be done


def _judged(at: context.At, asked: dict[str, LogPending], known: dict[str, LogRow], head: str) -> list[Work]:
    """The work on each page; what needs none is taken off the list."""
    issues = at.jira.issues(list(asked), at.fields)
    allowed = at.settings.logged_projects
    items: dict[str, list[Item]] = {}
    withdrawn: dict[str, dict[str, str]] = {}
    idle = []
    for id in asked.keys() - issues.keys():
        row = known.get(id)
        if row is None or _was_deleted(at, id):
            idle.append(asked[id])  # a row of a deleted issue stays: the log is a record
        else:
            _note_withheld(at, row.issue_key, Withheld("the app may not see the issue any more"))
            withdrawn.setdefault(row.page_id, {})[id] = row.issue_key
    for id, issue in issues.items():
        row, entry = known.get(id), entry_for(issue, at.browse(issue.ref.key), allowed)
        if isinstance(entry, Withheld):
            _note_withheld(at, issue.ref.key, entry)
            if row:
                withdrawn.setdefault(row.page_id, {})[id] = row.issue_key
                continue
        elif entry:
            made = _item(at, entry, row, asked[id].mark)
            if not row or row.digest != made.digest or asked[id].look:
                items.setdefault(row.page_id if row else head, []).append(made)
                continue
        idle.append(asked[id])
    with at.db.writing() as session:
        store.done_with(session, at.site_id, idle)
    pages = sorted({*items, *withdrawn}, key=lambda id: id != head)
    return [_work(id, items.get(id, []), withdrawn.get(id, {}), asked) for id in pages]


def _work(id: str, items: list[Item], withdrawn: dict[str, str], asked: dict[str, LogPending]) -> Work:
    return Work(id, oldest_first(items), withdrawn, tuple(asked[each].mark for each in withdrawn))


def _item(at: context.At, entry: LogEntry, row: LogRow | None, mark: str) -> Item:
    zone, base = at.settings.time_zone, at.jira_access.base_url
    rich = rendering.cells(entry, zone, base)
    plain = rendering.cells(entry, zone, base, plain=True)
    wanted = Wanted(keys(entry, row.issue_key if row else None), rich, store.written(row))
    return Item(entry, wanted, plain, digest(rich), mark)


def _was_deleted(at: context.At, issue_id: str) -> bool:
    with at.db.reading() as session:
        return deliveries.was_deleted(session, at.site_id, issue_id)


def _note_withheld(at: context.At, key: str, withheld: Withheld) -> None:
    with at.db.writing() as session:
        audit.record(session, at.site_id, "withhold", key, f"not published: {withheld.reason}")


# Writing a page


def _tried(at: context.At, work: Work, asked: dict[str, LogPending]) -> bool:
    """The work done, in as many parts as Confluence wants; False when the page needs somebody's help."""
    try:
        _write(at, work, asked)
    except Refused as error:
        return _in_parts(at, work, asked, error)
    except Misconfigured as problem:
        return _set_back(at, work, asked, problem)
    return True


def _in_parts(at: context.At, work: Work, asked: dict[str, LogPending], error: Refused) -> bool:
    if error.error not in _NOT_TAKEN:
        return _set_back(at, work, asked, not_allowed(error))
    try:
        went_well = [_tried(at, part, asked) for part in work.parts(str(error))]
    except Misconfigured as problem:
        return _set_back(at, work, asked, problem)
    return all(went_well)


def not_allowed(error: Refused) -> Misconfigured:
    """A clear no that has nothing to do with a row."""
    return Misconfigured(
        f"Confluence does not let us write the log: {error}",
        "Give the app's user the right to add and edit pages in the space; then run `python -m app log repair`.",
    )


def _set_back(at: context.At, work: Work, asked: dict[str, LogPending], problem: Misconfigured) -> bool:
    """Its rows wait on, behind those of other pages."""
    with at.db.writing() as session:
        store.set_back(session, [asked[id] for id in _ids(work)])
    return paused_by(at, problem)


def _ids(work: Work) -> list[str]:
    return [*(each.entry.issue.id for each in work.items), *work.withdrawn]


def _write(at: context.At, work: Work, asked: dict[str, LogPending]) -> None:
    """A conflict starts again from the read; a lost answer is known by the message of the page's version."""
    current = read(at, work.page_id)
    put = page.put(
        current.body,
        [each.wanted for each in work.items],
        columns.chosen(at.settings.log_columns),
        frozenset(work.withdrawn.values()),
    )
    moves = cut_head(at, current, put.body, work)
    done_before = name_of(work) in current.message
    body = page.without(current.body if done_before else put.body, moved(moves) | frozenset(work.withdrawn.values()))
    if body != current.body:
        update(at, current, body, message(work, put))
    with at.db.writing() as session:
        store.done_with(session, at.site_id, [asked[id] for id in _ids(work)])
        _remember(session, at, work, put, moves)


def _remember(session: Session, at: context.At, work: Work, put: Put, moves: list[Move]) -> None:
    for each in work.items:
        key = each.entry.issue.key
        place = next((move.page_id for move in moves if key in move.keys), work.page_id)
        store.remember_row(
            session,
            at.site_id,
            each.entry.issue.id,
            key=key,
            page_id=place,
            digest=each.digest,
            cells=put.written[key],
            resolved=each.entry.resolved,
        )
        audit.record(session, at.site_id, "write_row", key, outcome(each, put))
    for id, key in work.withdrawn.items():
        store.forget_row(session, at.site_id, id)
        audit.record(session, at.site_id, "withdraw_row", key)
    for move in moves:
        store.settle_move(session, at.site_id, move.shard_id, move.keys, move.page_id)
        audit.record(session, at.site_id, "archive", None, f"{len(move.keys)} rows to page {move.page_id}")


def read(at: context.At, page_id: str) -> LogPage:
    """A page of the log as it is now. Raises Misconfigured when it is gone or laid aside."""
    try:
        found = at.confluence.page(page_id)
    except NotFound as error:
        if _just_made(at):
            raise Unavailable("The log page was just made, and Confluence does not find it yet.") from error
        raise Misconfigured(
            f"The page {page_id} of the log is gone, or we may not see it.",
            "Restore it, or give the app's user the right to edit it; `python -m app log rebuild` makes a new log.",
        ) from error
    if found.status != "current":
        raise Misconfigured(
            f"The page {page_id} of the log is {found.status}.",
            "Restore it where it was; `python -m app log rebuild` makes a new log.",
        )
    return found


def _just_made(at: context.At) -> bool:
    """Whether we have made the log a moment ago and have not seen it yet."""
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
    return bool(
        log and not log.dressed and attempted_within(at.db, store.making(at.site_id, log.title), _NOT_FOUND_YET)
    )


def update(at: context.At, current: LogPage, body: str, message: str) -> None:
    """Raises Conflict if somebody wrote since *current* was read, Misconfigured when we may not write."""
    try:
        at.confluence.update_page(current, body, message)
    except NotFound as error:
        # Confluence says 404, not 403, to who may read a page and not edit it.
        raise Misconfigured(
            f"The page {current.id} of the log can be read and not changed.",
            "Put the app's user on the page's list of editors, or take the restriction away.",
        ) from error
