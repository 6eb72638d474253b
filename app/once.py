"""Make something at a neighbour exactly once, although the neighbour has no idempotency key.

1. A row of ours, unique on what it is for, is reserved before the first call, with a hint where to look later.
2. The attempt is written down, then the call is made, then its result.
3. A run that finds an attempt without a result waits until that call can no longer take effect, looks for its
   trace (a mark that we sent along, read from the store and never from a search index), and calls again only
   if there is none. This line is what makes it safe.
4. Of two runs at the same moment one attempts; the other has seen an older attempt than there is, and waits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import SolveOnceError, Unavailable
from app.models import Reservation, utcnow

Found = dict[str, Any]


def once(
    db: Database,
    source: str,
    *,
    make: Callable[[], Found],
    look: Callable[[dict[str, Any]], Found | None],
    settle_time: float,
    hint: Callable[[], dict[str, Any]] = dict,
    remember: Callable[[Session, Found], None] | None = None,
) -> Found:
    """What came into being for *source*, now or at an earlier try.

    *hint* is asked once, before the first attempt, and given to *look* together with `since`, the Unix time of
    that moment. *remember* stores what else has to be known together with the result, in the same transaction.
    Raises what *make* raises.
    """
    row = _reserved(db, source, hint)
    if row.result is not None:
        return row.result
    if row.attempted_at is not None:
        _wait_until_settled(row, settle_time)
        found = look(row.hint or {})
        if found is not None:
            return _settle(db, source, found, remember)
    _claim(db, source, row.attempted_at)
    try:
        made = make()
    except SolveOnceError as error:
        if not getattr(error, "perhaps_done", False):
            _give_back(db, source)  # a clear no: nothing can have come into being
        raise
    return _settle(db, source, made, remember)


def _reserved(db: Database, source: str, hint: Callable[[], dict[str, Any]]) -> Reservation:
    with db.reading() as session:
        row = session.get(Reservation, source)
    if row is not None:
        return row
    row = Reservation(source=source, hint={"since": utcnow().timestamp(), **hint()}, attempted_at=None, result=None)
    try:
        with db.writing() as session:
            session.add(row)
        return row
    except IntegrityError:  # another process has just reserved it
        with db.reading() as session:
            return session.get_one(Reservation, source)


def _wait_until_settled(row: Reservation, settle_time: float) -> None:
    assert row.attempted_at is not None
    left = (row.attempted_at + timedelta(seconds=settle_time) - utcnow()).total_seconds()
    if left > 0:
        raise Unavailable(f"An earlier try of {row.source} may still take effect.", retry_after=left)


def _claim(db: Database, source: str, seen: datetime | None) -> None:
    """Write the attempt down; raises Unavailable when another run has done so since this one looked."""
    unsettled = update(Reservation).where(Reservation.source == source, Reservation.result.is_(None))
    mine = unsettled.where(Reservation.attempted_at == seen if seen else Reservation.attempted_at.is_(None))
    with db.writing() as session:
        won = session.scalar(mine.values(attempted_at=utcnow()).returning(Reservation.source))
    if not won:
        raise Unavailable(f"Another run makes {source} at this moment.")


def _give_back(db: Database, source: str) -> None:
    with db.writing() as session:
        session.get_one(Reservation, source).attempted_at = None


def _settle(db: Database, source: str, result: Found, remember: Callable[[Session, Found], None] | None) -> Found:
    with db.writing() as session:
        session.get_one(Reservation, source).result = result
        if remember:
            remember(session, result)
    return result


def attempted_within(db: Database, source: str, seconds: float) -> bool:
    """Whether the last attempt to make what *source* stands for is at most so long ago."""
    with db.reading() as session:
        row = session.get(Reservation, source)
    if row is None or row.attempted_at is None:
        return False
    return utcnow() - row.attempted_at <= timedelta(seconds=seconds)
