"""The log's tables: its pages, its rows, and what waits to be written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, UtcDateTime, utcnow


class Log(Base):
    """A site's log. Its head page is found by this id, never again by its title: an admin may rename it."""

    __tablename__ = "logs"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: None until the page is made.
    page_id: Mapped[str | None] = mapped_column(String(40))
    #: Under which the head is made; a log that is built anew gets another one.
    title: Mapped[str]
    #: Whether the head has its label and its width.
    dressed: Mapped[bool] = mapped_column(default=False)
    #: Whether somebody will write the waiting rows, and has not begun.
    flush_asked: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why nothing can be written, with the remedy; None while all is well.
    paused: Mapped[str | None] = mapped_column(Text)
    #: How many archives were planned: the number of the last one.
    archives: Mapped[int] = mapped_column(default=0)
    #: Up to when tickets were compared with it, by the hour.
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether it is being built anew from Jira, and not all issues were looked at.
    rebuilding: Mapped[bool] = mapped_column(default=False)


class LogShard(Base):
    """A page of the log beside its head: an archive, or the page above a year's archives."""

    __tablename__ = "log_shards"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    #: `archive` or `year`.
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    title: Mapped[str]
    #: None until the page is made.
    page_id: Mapped[str | None] = mapped_column(String(40))
    #: Keys of the rows that move here, from before the copy until the head was cut; then empty.
    moving: Mapped[list[str]] = mapped_column(JSON)
    #: Whether its rows stand here only.
    settled: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("site_id", "title"),)


class LogRow(Base):
    """Where an issue's row stands in the log, and digests of what we wrote."""

    __tablename__ = "log_rows"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    issue_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    issue_key: Mapped[str]
    page_id: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    #: Column → what we wrote last: [markup, text, text on the page, whether a person's words stand there too].
    cells: Mapped[dict[str, Any]]
    resolved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, onupdate=utcnow)

    __table_args__ = (Index("ix_log_rows_page", "site_id", "page_id"), Index("ix_log_rows_key", "site_id", "issue_key"))


class LogPending(Base):
    """An issue whose row has to be looked at: what it says is read from Jira when it is written."""

    __tablename__ = "log_pending"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    issue_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Another one for each time that it was asked for: a row asked for again while it is written stays.
    mark: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Look at the page even if the ticket says what it said: the page was found wrong.
    look: Mapped[bool] = mapped_column(default=False)
