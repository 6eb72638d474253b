"""The words: what the product talks about, in Jira's, Slack's and Confluence's own terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

#: A document in the Atlassian Document Format, as REST v3 gives it.
Adf = dict[str, Any]


class StatusCategory(StrEnum):
    """Jira's three status categories; names of statuses are local, these are universal."""

    NEW = "new"
    INDETERMINATE = "indeterminate"
    DONE = "done"


@dataclass(frozen=True)
class Status:
    id: str
    name: str
    category: StatusCategory


@dataclass(frozen=True)
class IssueRef:
    """Store the id, show the key: a move changes the key."""

    id: str
    key: str


@dataclass(frozen=True)
class Attachment:
    id: str
    filename: str
    size: int
    mime_type: str
    #: Account id of who attached it.
    author: str = ""


@dataclass(frozen=True)
class Person:
    account_id: str
    name: str


@dataclass(frozen=True)
class Issue:
    """Our reading of an issue, as REST v3 returned it a moment ago."""

    ref: IssueRef
    project: str
    issue_type: str
    status: Status
    summary: str
    description: Adf | None
    notes: Adf | None
    exception_type: str | None
    team: str | None
    tags: tuple[str, ...]
    priority: str | None
    reporter: Person | None
    created: datetime
    resolved: datetime | None
    attachments: tuple[Attachment, ...] = ()
    #: Name of the issue security level; None for an issue that everybody in the project sees.
    security_level: str | None = None
    #: The entity property that marks a clone: {"role": "clone", "origin": "<issue id>"}; empty on others.
    mark: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_clone(self) -> bool:
        return self.mark.get("role") == "clone"


@dataclass(frozen=True)
class FieldChange:
    """One item of a Jira changelog, by the field's name as the webhook gives it (`fieldId` is often missing).

    Texts are left out on purpose: an event is a hint, the issue is read again.
    """

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class IssueEvent:
    """One webhook delivery, read."""

    kind: str
    issue: IssueRef
    project: str
    actor: str
    trace: str
    changes: tuple[FieldChange, ...] = ()
    #: Whether the issue's status was of the category *done* when the event was made.
    done: bool = False

    def changed(self, *fields: str) -> bool:
        return any(change.field in fields for change in self.changes)


@dataclass(frozen=True)
class Handoff:
    """The pair: an Ops issue and its engineering clone."""

    ops: IssueRef
    engineering: IssueRef
    #: Whether the clone was done when we last looked; tells a re-opening from ordinary progress.
    engineering_done: bool = False


@dataclass(frozen=True)
class SharedFile:
    """A file of one of the two tickets and its copy at the other, by attachment ids."""

    source: str
    #: Whether it came from engineering.
    to_ops: bool
    filename: str
    #: What it is called in the texts of both: its filename, told apart from others of the same.
    name: str
    #: None while there is no copy.
    target: str | None = None
    #: It is a copy itself, of a file that is gone: it stays where it is.
    orphan: bool = False
    #: The ids under which texts show it, as far as they were needed.
    source_media: str | None = None
    target_media: str | None = None
    #: Why it could not be carried.
    refused: str | None = None

    def attachment_at(self, ops: bool) -> str | None:
        """Its attachment id at the Ops issue, or at its clone."""
        return self.target if self.to_ops == ops else self.source

    def media_at(self, ops: bool) -> str | None:
        return self.target_media if self.to_ops == ops else self.source_media


class Way(StrEnum):
    """Which way a field's value travels between the two tickets; the signs are those of the setting HANDOFF_FIELDS."""

    BOTH = "<->"
    TO_ENGINEERING = "->"
    TO_OPS = "<-"
    #: Carried over when the clone is made, and never again.
    ONCE = "=>"


class OnClash(StrEnum):
    """What stands when both sides changed a value since they last agreed."""

    #: Paragraph by paragraph; where both changed the same one, the newest stands.
    MERGE = "merge"
    NEWEST = "newest"
    OPS = "ops"
    ENGINEERING = "engineering"


@dataclass(frozen=True)
class FieldRule:
    """One line of the sync table. Fields are named as in Jira, or by their ids."""

    ops: str
    engineering: str
    way: Way
    on_clash: OnClash = OnClash.MERGE


@dataclass(frozen=True)
class SyncedValue:
    """What both sides said when they last agreed: digests of the canonical text, one for each side."""

    ops_hash: str
    engineering_hash: str


@dataclass(frozen=True)
class IntakeRequest:
    """What a person asked for in Slack."""

    summary: str
    description: Adf | None
    exception_type: str
    team: str
    tags: tuple[str, ...]
    priority: str


@dataclass(frozen=True)
class Thread:
    """Where the conversation is: Slack's channel id and the parent message's `ts`."""

    channel: str
    ts: str


@dataclass(frozen=True)
class SlackFile:
    """A file in Slack, as `files.info` tells of it."""

    id: str
    name: str
    mime_type: str
    #: In bytes.
    size: int
    #: Where its bytes are; empty for a canvas and the like.
    url: str
    #: `hosted`, `snippet`, `tombstone`, …
    mode: str
    is_external: bool


@dataclass(frozen=True)
class LogEntry:
    """A row of the Ops Exception Log; texts are ADF, dates are aware datetimes."""

    issue: IssueRef
    link: str
    exception_type: str
    tags: tuple[str, ...]
    summary: str
    description: Adf | None
    notes: Adf
    created: datetime
    resolved: datetime
    reporter: str


@dataclass(frozen=True)
class LogPage:
    id: str
    version: int
    title: str
    #: Storage format, as it was read.
    body: str
    #: `current`, `archived`, `trashed`, …
    status: str = "current"
    space_id: str = ""
    #: What the last writer noted with the version.
    message: str = ""


@dataclass(frozen=True)
class FieldIds:
    """Jira's ids of the fields that we know by name, on one site."""

    exception_type: str
    team: str
    tags: str
    notes: str

    def all(self) -> tuple[str, ...]:
        return (self.exception_type, self.team, self.tags, self.notes)
