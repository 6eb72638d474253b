"""Every table, on one page. Texts of people stand here only until Jira has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator


class Base(DeclarativeBase):
    # Nothing is NULL: by default it would be JSON's `null`, which no `is_(None)` finds.
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON(none_as_null=True), str: String(255)}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def utcnow() -> datetime:
    return datetime.now(UTC)


class Site(Base):
    """One Atlassian Cloud site that uses us. Jira and Confluence are paired by its host."""

    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Installation(Base):
    """How we got into a product of a site."""

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("app_key", "client_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    #: `jira` or `confluence`.
    product: Mapped[str] = mapped_column(String(20))
    app_key: Mapped[str]
    client_key: Mapped[str]
    #: Encrypted; empty once uninstalled.
    shared_secret: Mapped[str] = mapped_column(Text)
    base_url: Mapped[str]
    #: `enabled`, `disabled` or `uninstalled`.
    state: Mapped[str] = mapped_column(String(20))
    #: The account under which the app writes, once we asked.
    account_id: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, onupdate=utcnow)


class Delivery(Base):
    """A webhook or post-function call, stored before we said yes. No texts: ids and names of fields only."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("site_id", "identifier"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    identifier: Mapped[str]
    kind: Mapped[str] = mapped_column(String(60))
    issue_id: Mapped[str] = mapped_column(String(40))
    reading: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Turn(Base):
    """Counts what was enqueued, in one row; a lane runs in this order."""

    __tablename__ = "turns"
    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Reservation(Base):
    """Something of ours that must come into being once at a neighbour without an idempotency key."""

    __tablename__ = "reservations"
    #: What it is for: `intake.create_issue:V0123`. One row, one thing, for ever.
    source: Mapped[str] = mapped_column(primary_key=True)
    #: What helps to find its trace: {"floor": 41}.
    hint: Mapped[dict[str, Any] | None]
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What came into being: {"id": …, "key": …}; None while that is not known.
    result: Mapped[dict[str, Any] | None]


class Pair(Base):
    """An Ops issue and its engineering clone. One clone for ever: `ops_id` is the key."""

    __tablename__ = "pairs"
    __table_args__ = (UniqueConstraint("site_id", "engineering_id"),)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    ops_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ops_key: Mapped[str]
    engineering_id: Mapped[str] = mapped_column(String(40))
    engineering_key: Mapped[str]
    engineering_done: Mapped[bool] = mapped_column(default=False)
    #: Linked, its files copied, engineering about to be told.
    complete: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class SyncedField(Base):
    """Digests of what both sides said when they last agreed on a field."""

    __tablename__ = "synced_fields"
    site_id: Mapped[int] = mapped_column(primary_key=True)
    ops_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    ops_hash: Mapped[str] = mapped_column(String(64))
    engineering_hash: Mapped[str] = mapped_column(String(64))


class CopiedFile(Base):
    """Which file of one ticket of a pair stands for which of the other; what is not here has not travelled yet."""

    __tablename__ = "copied_files"
    __table_args__ = (UniqueConstraint("site_id", "target_id"), Index("ix_copied_files_pair", "site_id", "ops_id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: The attachment that a person made.
    source_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: The pair.
    ops_id: Mapped[str] = mapped_column(String(40))
    #: Whether the source is engineering's.
    to_ops: Mapped[bool]
    filename: Mapped[str] = mapped_column(Text)
    #: What both texts call it.
    name: Mapped[str] = mapped_column(Text)
    #: The copy; it stays known when somebody deletes it, so that it does not come back.
    target_id: Mapped[str | None] = mapped_column(String(40))
    #: A copy that an earlier release made, of a file that is gone.
    orphan: Mapped[bool] = mapped_column(default=False)
    #: Ids in texts, read when they are needed.
    source_media: Mapped[str | None] = mapped_column(String(40))
    target_media: Mapped[str | None] = mapped_column(String(40))
    #: Why it could not be carried: `too large`, or Jira's status.
    refused: Mapped[str | None] = mapped_column(String(40))


class Request(Base):
    """What a person asked for in Slack, stored before Slack was answered."""

    __tablename__ = "intake_requests"
    #: `view:V0123`: the same submission twice is one request; `thread:C1:1.2`: so is whatever a thread's messages ask.
    id: Mapped[str] = mapped_column(primary_key=True)
    #: Channel, user, and what was typed; emptied of texts once Jira has them.
    asked: Mapped[dict[str, Any]]
    site_id: Mapped[int | None]
    issue_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    __table_args__ = (Index("ix_intake_requests_issue", "site_id", "issue_id"),)


class ThreadRow(Base):
    """The Slack thread of an issue; the row stands from the issue's creation, its place follows."""

    __tablename__ = "threads"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    issue_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    issue_key: Mapped[str]
    #: Slack user who asked.
    requester: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str | None] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))
    #: Our message about the ticket, where it is not the thread's first.
    card_ts: Mapped[str | None] = mapped_column(String(40))
    #: The status that the thread heard last.
    told_status: Mapped[str | None]

    __table_args__ = (Index("ix_threads_place", "channel", "ts"),)


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


class AuditEntry(Base):
    """One effect of ours at a neighbour: append-only."""

    __tablename__ = "audit"
    #: Flow id and step: the same effect repeated after a crash is one line.
    id: Mapped[str] = mapped_column(String(400), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    site_id: Mapped[int | None]
    flow: Mapped[str]
    step: Mapped[str]
    issue_key: Mapped[str | None]
    #: `done`, `nothing to do`, or the reason of a failure; never a text of a person.
    outcome: Mapped[str] = mapped_column(Text)
