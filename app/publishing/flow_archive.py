"""Move the oldest rows of a full head to an archive: copied first, cut afterwards, so that no crash leaves a gap.

Which rows move is written down before the copy. A run that finds such a plan brings it to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app import context
from app.domain_log import LogPage
from app.errors import Misconfigured, NotFound, Refused, Unavailable
from app.models import utcnow
from app.models_log import LogShard
from app.once import Found, attempted_within, once
from app.publishing import columns, page, rendering, shards, store, table
from app.publishing.batch import Work
from app.publishing.shards import Caps

#: For so many seconds a page that we made and that is not found is one that Confluence does not show yet.
_NOT_FOUND_YET = 60.0


@dataclass(frozen=True)
class Move:
    """Rows that stand on an archive now and have to leave the head."""

    shard_id: int
    page_id: str
    keys: tuple[str, ...]


def moved(moves: list[Move]) -> frozenset[str]:
    return frozenset(key for move in moves for key in move.keys)


def cut_head(at: context.At, current: LogPage, body: str, work: Work) -> list[Move]:
    """Copy what does not fit on the head any more to archives. *body* is the head as it is about to be.

    Nothing for any other page. Whoever writes the head without these rows settles the moves.
    """
    with at.db.reading() as session:
        if store.head(session, at.site_id) != current.id:
            return []
        planned = store.planned_moves(session, at.site_id)
    planned = planned or _plan(at, body, work)
    withdrawn = frozenset(work.withdrawn.values())
    return [_copied(at, current, body, shard, withdrawn) for shard in planned]


def finish_cuts(at: context.At) -> None:
    """Settle the moves whose rows have left the head already: we were stopped before that was written down.

    Before anything is decided about these rows, or they would be put onto the head anew.
    """
    with at.db.reading() as session:
        planned = [shard for shard in store.planned_moves(session, at.site_id) if shard.page_id]
        log = store.peek(session, at.site_id)
    if not planned or log is None or not log.page_id:
        return
    try:
        there = {row.key for row in table.log_rows(at.confluence.page(log.page_id).body)}
    except NotFound:
        return  # whoever writes will say so
    with at.db.writing() as session:
        for shard in planned:
            if shard.page_id and there.isdisjoint(shard.moving):
                store.settle_move(session, at.site_id, shard.id, shard.moving, shard.page_id)


def _plan(at: context.At, body: str, work: Work) -> list[LogShard]:
    s = at.settings
    caps = Caps(s.log_page_rows, s.log_page_bytes, s.log_keep_rows)
    if caps.surely_holds(body):
        return []
    rows = table.log_rows(body)
    sizes = [len(body[row.start : row.end].encode()) for row in rows]
    leaving = shards.leaving(sizes, len(body.encode()) - sum(sizes), caps)
    if not leaving:
        return []
    keys = [row.key or "" for row in rows]
    resolved = {each.entry.issue.key: each.entry.resolved for each in work.items}
    with at.db.writing() as session:
        log = store.log(session, at.site_id, s.log_title)
        resolved |= {key: row.resolved_at for key, row in store.rows_of_keys(session, at.site_id, keys).items()}
        planned = []
        for place in leaving:
            own = [keys[each] for each in place]
            days = [resolved[key] for key in own if key in resolved] or [utcnow()]
            log.archives += 1  # never one that was given away before: a title is taken for good
            title = shards.archive_title(log.title, log.archives, min(days), max(days))
            planned.append(store.plan(session, at.site_id, "archive", max(days).year, title, own))
    return planned


def _copied(at: context.At, head: LogPage, body: str, shard: LogShard, withdrawn: frozenset[str]) -> Move:
    """The archive with the rows as *body* has them: made, or, when an earlier try made it, brought up to date."""
    keys = tuple(shard.moving)
    own = page.rows_of(body, keys)  # a row that is gone from the head was cut already
    made_now: list[LogPage] = []

    def make() -> Found:
        chosen = columns.chosen(at.settings.log_columns)
        text = rendering.archive_page(chosen, at.confluence.address(head), list(own.values()))
        parent = _year_page(at, head, shard.year)
        try:
            made_now.append(at.confluence.copy_page(head.id, parent, shard.title, text))
        except NotFound as error:  # the head has just been read
            raise _gone(shards.year_title(_title(at), shard.year, 0)) from error
        return {"id": made_now[0].id}

    id = _made_once(at, head, shard, make)
    archive = made_now[0] if made_now else _made_before(at, head, shard, id)
    _bring_up_to_date(at, archive, own, withdrawn)
    return Move(shard.id, id, tuple(key for key in keys if key not in withdrawn))


def _made_before(at: context.At, head: LogPage, shard: LogShard, id: str) -> LogPage:
    """Nothing is cut from the head while people cannot read it there."""
    try:
        found = at.confluence.page(id)
    except NotFound as error:
        if attempted_within(at.db, _source(at, head, shard), _NOT_FOUND_YET):
            raise Unavailable(f"The archive {id} was just made, and Confluence does not find it yet.") from error
        raise _gone(shard.title) from error
    if found.status != "current":
        raise _gone(shard.title)
    return found


def _gone(title: str) -> Misconfigured:
    return Misconfigured(
        f"The page {title!r} of the log is gone, or was laid aside.",
        "Restore it where it was, from the trash or the archive; rows that should stand there wait.",
    )


def _bring_up_to_date(at: context.At, archive: LogPage, own: dict[str, str], withdrawn: frozenset[str]) -> None:
    """A person may have changed a row on the head since it was copied: nothing is cut that is not on the archive."""
    body = page.without(page.replaced(archive.body, own), withdrawn)
    if body == archive.body:
        return
    try:
        at.confluence.update_page(archive, body, "SolveOnce: rows changed while they moved")
    except NotFound as error:
        raise _gone(archive.title) from error


def _year_page(at: context.At, head: LogPage, year: int) -> str:
    """Id of the page above the archives of *year*."""
    with at.db.writing() as session:
        log = store.log(session, at.site_id, at.settings.log_title)
        title = shards.year_title(log.title, year, store.count_archives(session, at.site_id, year))
        shard = store.planned(session, at.site_id, title) or store.plan(session, at.site_id, "year", year, title, [])
    if shard.page_id:
        return shard.page_id

    def make() -> Found:
        return {"id": at.confluence.copy_page(head.id, head.id, title, rendering.year_page()).id}

    return _made_once(at, head, shard, make)


def _title(at: context.At) -> str:
    with at.db.reading() as session:
        log = store.peek(session, at.site_id)
    return log.title if log else at.settings.log_title


def _made_once(at: context.At, head: LogPage, shard: LogShard, make: Callable[[], Found]) -> str:
    """The page of *shard*. Its title is unique in the space, so one that is there is ours, or in our way."""

    def look(hint: dict[str, Any]) -> Found | None:
        found = at.confluence.page_titled(head.space_id, shard.title)
        return {"id": found} if found else None

    def make_or_find() -> Found:
        try:
            return make()
        except Refused:
            found = look({})
            if found is None:
                _give_up(at, shard)
                raise
            return found

    def remember(session: Session, found: Found) -> None:
        store.made(session, shard.id, found["id"])

    source, settle_time = _source(at, head, shard), at.settings.settle_time
    return str(once(at.db, source, make=make_or_find, look=look, remember=remember, settle_time=settle_time)["id"])


def _source(at: context.At, head: LogPage, shard: LogShard) -> str:
    return f"publishing.shard:{at.site_id}:{head.id}:{shard.id}"


def _give_up(at: context.At, shard: LogShard) -> None:
    """Nothing was made: the next plan may be another one, with fewer rows."""
    with at.db.writing() as session:
        store.forget_plan(session, shard.id)
