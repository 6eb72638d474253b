"""Where the log is, what each issue's row said when we wrote it, and which rows wait to be written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import utcnow
from app.models_log import Log, LogPending, LogRow, LogShard
from app.publishing.edits import Written


def log(session: Session, site_id: int, title: str) -> Log:
    """The site's log, ours until the end of the transaction; *title* for the page of a new one."""
    row = session.get(Log, site_id, with_for_update=True)
    if row is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():  # somebody else made it this moment
            session.add(Log(site_id=site_id, title=title))
        row = session.get_one(Log, site_id, with_for_update=True)
    return row


def begin_to_write(session: Session, site_id: int, title: str) -> None:
    """From now on a row that is asked for wants another start."""
    log(session, site_id, title).flush_asked = False


def peek(session: Session, site_id: int) -> Log | None:
    """The site's log, if there is one yet."""
    return session.get(Log, site_id)


def head(session: Session, site_id: int) -> str:
    """Id of the log's head page, which has been made."""
    row = session.get_one(Log, site_id)
    assert row.page_id
    return row.page_id


def making(site_id: int, title: str) -> str:
    """What the head page's making is reserved under."""
    return f"publishing.log:{site_id}:{title}"[:255]


# Pages beside the head


def planned(session: Session, site_id: int, title: str) -> LogShard | None:
    """The page of this title, made or only planned."""
    return session.scalar(select(LogShard).where(LogShard.site_id == site_id, LogShard.title == title))


def plan(session: Session, site_id: int, kind: str, year: int, title: str, moving: Sequence[str]) -> LogShard:
    """Write down that a page will be made, and which rows move to it."""
    shard = LogShard(site_id=site_id, kind=kind, year=year, title=title, page_id=None, moving=list(moving))
    session.add(shard)
    session.flush()
    return shard


def planned_moves(session: Session, site_id: int) -> list[LogShard]:
    """Archives whose rows may still stand on the head too."""
    query = select(LogShard).where(LogShard.site_id == site_id, LogShard.kind == "archive").order_by(LogShard.id)
    return list(session.scalars(query.where(LogShard.settled.is_(False))))


def made(session: Session, shard_id: int, page_id: str) -> None:
    session.get_one(LogShard, shard_id).page_id = page_id


def settle_move(session: Session, site_id: int, shard_id: int, keys: Sequence[str], page_id: str) -> None:
    """The rows stand on *page_id*, and on the head no more."""
    shard = session.get_one(LogShard, shard_id)
    shard.page_id, shard.moving, shard.settled = page_id, [], True
    for row in rows_of_keys(session, site_id, keys).values():
        row.page_id = page_id


def forget_plan(session: Session, shard_id: int) -> None:
    session.execute(delete(LogShard).where(LogShard.id == shard_id))


def count_archives(session: Session, site_id: int, year: int | None = None) -> int:
    """Of one year, or of all."""
    query = select(func.count()).select_from(LogShard)
    query = query.where(LogShard.site_id == site_id, LogShard.kind == "archive")
    return session.scalar(query.where(LogShard.year == year) if year else query) or 0


def archives(session: Session, site_id: int) -> list[LogShard]:
    """Oldest first."""
    query = select(LogShard).where(LogShard.site_id == site_id, LogShard.kind == "archive", LogShard.settled)
    return list(session.scalars(query.order_by(LogShard.id)))


# Rows that wait


def ask(session: Session, site_id: int, issue_id: str, look: bool = False) -> None:
    """Have the issue's row written soon; asked twice it is written once."""
    _alone(session, site_id)
    row = session.get(LogPending, (site_id, issue_id))
    if row is None:
        session.add(LogPending(site_id=site_id, issue_id=issue_id, mark=uuid4().hex, look=look))
    else:
        row.mark, row.look = uuid4().hex, row.look or look


def _alone(session: Session, site_id: int) -> None:
    """Whoever changes the list of rows that wait does so alone: one asked for again must not go with the one written."""
    session.get(Log, site_id, with_for_update=True)


def waiting(session: Session, site_id: int, most: int) -> list[LogPending]:
    """The rows that wait longest, *most* at most."""
    query = select(LogPending).where(LogPending.site_id == site_id).order_by(LogPending.since, LogPending.issue_id)
    return list(session.scalars(query.limit(most)))


def count_waiting(session: Session, site_id: int) -> int:
    return session.scalar(select(func.count()).select_from(LogPending).where(LogPending.site_id == site_id)) or 0


def done_with(session: Session, site_id: int, asked: Iterable[LogPending]) -> None:
    """Take them off the list, but for those that were asked for again since they were read."""
    _alone(session, site_id)
    for each in asked:
        own = (LogPending.site_id == site_id, LogPending.issue_id == each.issue_id, LogPending.mark == each.mark)
        session.execute(delete(LogPending).where(*own))


def set_back(session: Session, asked: Iterable[LogPending]) -> None:
    """Behind the others: their page needs somebody's help."""
    for each in asked:
        _alone(session, each.site_id)
        row = session.get(LogPending, (each.site_id, each.issue_id))
        if row:
            row.since = utcnow()


# Rows that stand


def rows(session: Session, site_id: int, issue_ids: Sequence[str]) -> dict[str, LogRow]:
    """By issue id."""
    query = select(LogRow).where(LogRow.site_id == site_id, LogRow.issue_id.in_(issue_ids))
    return {row.issue_id: row for row in session.scalars(query)}


def rows_of_keys(session: Session, site_id: int, keys: Sequence[str]) -> dict[str, LogRow]:
    """By the key that the row shows."""
    query = select(LogRow).where(LogRow.site_id == site_id, LogRow.issue_key.in_(keys))
    return {row.issue_key: row for row in session.scalars(query)}


def all_rows(session: Session, site_id: int) -> list[LogRow]:
    return list(session.scalars(select(LogRow).where(LogRow.site_id == site_id)))


def remember_row(
    session: Session,
    site_id: int,
    issue_id: str,
    *,
    key: str,
    page_id: str,
    digest: str,
    cells: dict[str, Written],
    resolved: datetime,
) -> None:
    known = {name: [each.markup, each.text, each.page, each.shared] for name, each in cells.items()}
    session.merge(
        LogRow(
            site_id=site_id,
            issue_id=issue_id,
            issue_key=key,
            page_id=page_id,
            digest=digest,
            cells=known,
            resolved_at=resolved,
            published_at=utcnow(),
        )
    )


def forget_row(session: Session, site_id: int, issue_id: str) -> None:
    session.execute(delete(LogRow).where(LogRow.site_id == site_id, LogRow.issue_id == issue_id))


def written(row: LogRow | None) -> dict[str, Written]:
    """What we wrote into each cell of the row last."""
    return {name: Written(*known) for name, known in row.cells.items()} if row else {}


def place(session: Session, site_id: int, issue_id: str, key: str, page_id: str) -> None:
    """The issue's row was found on this page; what we wrote into it, if we did, we still know."""
    row = session.get(LogRow, (site_id, issue_id))
    if row is None:
        row = LogRow(site_id=site_id, issue_id=issue_id, digest="", cells={}, resolved_at=utcnow())
        session.add(row)
    row.issue_key, row.page_id = key, page_id


def rows_on(session: Session, site_id: int, page_ids: Sequence[str]) -> list[LogRow]:
    query = select(LogRow).where(LogRow.site_id == site_id, LogRow.page_id.in_(page_ids))
    return list(session.scalars(query))


def moving_keys(session: Session, site_id: int) -> set[str]:
    """Rows that stand on the head and on an archive at this moment, or soon will."""
    return {key for shard in planned_moves(session, site_id) for key in shard.moving}


def sites_with_logs(session: Session) -> list[int]:
    return list(session.scalars(select(Log.site_id)))


def forget_all(session: Session, site_id: int) -> None:
    """Where rows and pages are; the pages themselves stay."""
    for table in (LogRow, LogShard):
        session.execute(delete(table).where(table.site_id == site_id))


def count_rows(session: Session, site_id: int) -> int:
    return session.scalar(select(func.count()).select_from(LogRow).where(LogRow.site_id == site_id)) or 0
