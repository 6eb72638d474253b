"""Move the oldest rows of a full head to an archive: copied first, cut afterwards, so that no crash leaves a gap.

Which rows move is written down before the copy. A run that finds such a plan brings it to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app import context
from app.domain import LogPage
from app.errors import NotFound, Refused, Unavailable
from app.models import LogShard, utcnow
from app.once import Found, once
from app.publishing import columns, page, rendering, shards, store, table
from app.publishing.batch import Work
from app.publishing.shards import Caps


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
    return [_copied(at, current, body, shard) for shard in planned]


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
            number = store.count_archives(session, at.site_id) + 1
            title = shards.archive_title(log.title, number, min(days), max(days))
            planned.append(store.plan(session, at.site_id, "archive", max(days).year, title, own))
    return planned


def _copied(at: context.At, head: LogPage, body: str, shard: LogShard) -> Move:
    """The archive with the rows as *body* has them: made, or, when an earlier try made it, brought up to date."""
    keys = tuple(shard.moving)
    own = page.rows_of(body, keys)  # a row that is gone from the head was cut already
    made_now: list[LogPage] = []

    def make() -> Found:
        chosen = columns.chosen(at.settings.log_columns)
        text = rendering.archive_page(chosen, at.confluence.address(head), list(own.values()))
        parent = _year_page(at, head, shard.year)
        made_now.append(at.confluence.copy_page(head.id, parent, shard.title, text))
        return {"id": made_now[0].id}

    id = _made_once(at, head, shard, make)
    _bring_up_to_date(at, made_now[0] if made_now else _made_before(at, id), own)
    return Move(shard.id, id, keys)


def _made_before(at: context.At, id: str) -> LogPage:
    try:
        return at.confluence.page(id)
    except NotFound as error:  # nothing is cut from the head until it can be seen
        raise Unavailable(f"The archive {id} was made, and Confluence does not find it.") from error


def _bring_up_to_date(at: context.At, archive: LogPage, own: dict[str, str]) -> None:
    """A person may have changed a row on the head since it was copied: nothing is cut that is not on the archive."""
    body = page.replaced(archive.body, own)
    if body != archive.body:
        at.confluence.update_page(archive, body, "SolveOnce: rows changed while they moved")


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

    id = _made_once(at, head, shard, make)
    with at.db.writing() as session:
        store.settle_move(session, at.site_id, shard.id, (), id)
    return id


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

    source = f"publishing.shard:{at.site_id}:{head.id}:{shard.id}"
    found = once(at.db, source, make=make_or_find, look=look, settle_time=at.settings.settle_time)
    return str(found["id"])


def _give_up(at: context.At, shard: LogShard) -> None:
    """Nothing was made: the next plan may be another one, with fewer rows."""
    with at.db.writing() as session:
        store.forget_plan(session, shard.id)
