"""The hand-off's tables: pairs, and what both last agreed on. Texts of people stand here where two have to be told apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, UtcDateTime, utcnow


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
    #: [field, why] of each thing that the clone could not be given; None for one of an earlier release.
    left_out: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    #: `closing`, `closed` or `left` while Operations has the issue again: what becomes of the clone.
    returned: Mapped[str | None] = mapped_column(String(20))
    #: Why nothing is written to either issue: `ops moved`, `engineering deleted`, …
    frozen: Mapped[str | None] = mapped_column(String(40))
    #: The status that the Ops issue has still to reach, as Jira did not let it.
    owed: Mapped[str | None]
    #: When one of the two was not found for the first time; once is not enough to call it gone.
    missing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class NoticeRow(Base):
    """What people were told about a pair last, of each kind: the same is not told twice."""

    __tablename__ = "notices"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    ops_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Names of statuses, Jira's reason of a refusal; no text of a ticket.
    about: Mapped[dict[str, Any]]
    #: Another one for each telling: what was superseded before it was told is not told any more.
    mark: Mapped[str] = mapped_column(String(40))


class SyncedField(Base):
    """What both sides said when they last agreed on a field: digests, and the text that changes are told from."""

    __tablename__ = "synced_fields"
    site_id: Mapped[int] = mapped_column(primary_key=True)
    ops_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    ops_hash: Mapped[str] = mapped_column(String(64))
    engineering_hash: Mapped[str] = mapped_column(String(64))
    #: The Ops side's document; None where it is not known.
    text: Mapped[dict[str, Any] | None]
    #: Of a field that is no text, which has no digests: `{"ops": …, "engineering": …}`, words of choices, labels, a number.
    said: Mapped[dict[str, Any] | None]


class OpenSync(Base):
    """A pair whose texts are being written: when its issues, as we have read them, were changed last.

    A person who saved after that moment and before our write finds their text replaced; it is looked for in the
    changelog, also by whoever goes on after a crash.
    """

    __tablename__ = "open_syncs"
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    ops_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ops_read: Mapped[datetime] = mapped_column(UtcDateTime)
    engineering_read: Mapped[datetime] = mapped_column(UtcDateTime)


class ClashRow(Base):
    """Two people changed the same part of a field, one in each ticket: both texts in full, and what became of it."""

    __tablename__ = "clashes"
    #: Made of the pair, the field and both texts: the same clash found again is one row.
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    ops_id: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(60))
    #: What both said before; None where that is not known.
    base_text: Mapped[dict[str, Any] | None]
    ops_text: Mapped[dict[str, Any]]
    engineering_text: Mapped[dict[str, Any]]
    #: Digests of the two, and of what was written instead.
    engineering_hash: Mapped[str] = mapped_column(String(64))
    written_hash: Mapped[str] = mapped_column(String(64))
    #: Whose text stands by rule: `ops`, `engineering` or `both`.
    stands: Mapped[str] = mapped_column(String(20))
    #: Display names of those who wrote.
    ops_by: Mapped[str]
    engineering_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: What a person chose, or `edited` when it was too late to choose; None while it is open.
    settled: Mapped[str | None] = mapped_column(String(20))
    #: Slack user.
    settled_by: Mapped[str | None] = mapped_column(String(40))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Where its card is.
    channel: Mapped[str | None] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_clashes_pair", "site_id", "ops_id", "field"),)


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
