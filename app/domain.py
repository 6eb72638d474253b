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
    #: When Jira changed it last; None where that was not asked for.
    updated: datetime | None = None
    #: Who works on it; None for an issue that nobody has taken.
    assignee: Person | None = None
    #: Name of the issue security level; None for an issue that everybody in the project sees.
    security_level: str | None = None
    #: The entity property that marks a clone: {"role": "clone", "origin": "<issue id>", "self": "<its own id>"}; empty on others.
    mark: Mapping[str, Any] = field(default_factory=dict)
    #: What else was asked for, by field id, as Jira gives it.
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_clone(self) -> bool:
        """Whether it bears a clone's mark: one that we made, or somebody's own copy of one."""
        return self.mark.get("role") == "clone"

    @property
    def is_canary(self) -> bool:
        """A test ticket of `doctor`: nobody is told of it, and it stays out of the log and of every sweep."""
        return self.mark.get("role") == "canary"


@dataclass(frozen=True)
class FieldChange:
    """One item of a Jira changelog, by the field's name as the webhook gives it (`fieldId` is often missing).

    Texts are left out on purpose: an event is a hint, the issue is read again.
    """

    field: str
    before: str | None
    after: str | None
    #: The field's id, where the webhook gives it.
    id: str | None = None


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
    #: Jira's changelog id of the edit; empty for what is no edit. The same change told twice has the same.
    change_id: str = ""

    def changed(self, *fields: str) -> bool:
        """By name or id. A field of ours may be called by either."""
        return any(change.field in fields or (change.id and change.id in fields) for change in self.changes)


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
    #: The workspace, as `app/workspaces.py` names it; empty: that of SLACK_BOT_TOKEN.
    team: str = ""


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
class FieldIds:
    """Jira's ids of the fields that we know by name, on one site."""

    exception_type: str
    team: str
    tags: str
    notes: str

    def all(self) -> tuple[str, ...]:
        return (self.exception_type, self.team, self.tags, self.notes)


@dataclass(frozen=True)
class Edit:
    """An entry of an issue's changelog: who changed which fields, and when."""

    id: str
    actor: str
    at: datetime
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Touched:
    """An issue that search says was changed; the index lags, so it is a hint."""

    issue: IssueRef
    project: str
    status: Status
    created: datetime
    updated: datetime


class Verdict(StrEnum):
    OK = "ok"
    #: It works, with less comfort.
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found, and what to do about it."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""
