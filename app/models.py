"""Every table but those of `models_handoff`, `models_log` and `models_slack`. Texts of people stand here until Jira has them."""

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
    """An aware datetime. SQLite forgets the zone, so it is always UTC that is stored, and the zone put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else value  # Jira tells times in the site's zone

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
    #: Two webhooks of one site tell the same change under two identifiers.
    __table_args__ = (
        UniqueConstraint("site_id", "identifier"),
        UniqueConstraint("site_id", "issue_id", "change_id", name="uq_deliveries_change"),
        Index("ix_deliveries_received", "received_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    identifier: Mapped[str]
    kind: Mapped[str] = mapped_column(String(60))
    issue_id: Mapped[str] = mapped_column(String(40))
    #: Jira's changelog id of an edit; None for what is no edit.
    change_id: Mapped[str | None] = mapped_column(String(40))
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
    #: The workspace, as `app/workspaces.py` names it; None or empty: that of SLACK_BOT_TOKEN.
    team: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (Index("ix_threads_place", "channel", "ts"),)


class DecisionRow(Base):
    """What somebody pressed or wrote in Slack about an issue, stored before Slack was answered."""

    __tablename__ = "decisions"
    #: `click:U0123:<action_ts>:<action_id>` or `view:V0123`: pressing twice is one decision.
    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    issue_id: Mapped[str] = mapped_column(String(40))
    user: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(40))
    #: What was chosen, and what was shown when it was; emptied of texts at the end.
    asked: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    #: When it was pressed; at its end, when that came.
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    __table_args__ = (
        Index("ix_decisions_issue", "site_id", "issue_id"),
        Index("ix_decisions_what", "site_id", "what", "state", "at"),
    )


class TriageRow(Base):
    """An issue's triage controls in its thread, and what its thread was told."""

    __tablename__ = "triages"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    issue_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    #: Of the message with the controls.
    ts: Mapped[str] = mapped_column(String(40))
    #: What the controls show, and of it what the thread has heard: {"severity": "Major", "owner": …}.
    shown: Mapped[dict[str, Any]]
    told: Mapped[dict[str, Any]]
    #: Slack user who closed the triage; None while it is open.
    closed_by: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("channel", "ts"),)


class Look(Base):
    """Up to when something of a site was looked at by itself, so that the next look begins there."""

    __tablename__ = "looks"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: `gate` and `sweeps`, by our clock; `events`, by Jira's.
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


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
