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


class Returned(StrEnum):
    """Operations has the Ops issue again: what becomes of its clone."""

    #: Nobody had started it; it is to be closed, and is not yet.
    CLOSING = "closing"
    CLOSED = "closed"
    #: Somebody had started it, or it was done: people decide.
    LEFT = "left"


@dataclass(frozen=True)
class Handoff:
    """The pair: an Ops issue and its engineering clone."""

    ops: IssueRef
    engineering: IssueRef
    #: Whether the clone was done when we last looked; tells a re-opening from ordinary progress.
    engineering_done: bool = False
    #: None while engineering has it.
    returned: Returned | None = None
    #: Why nothing is written to either issue, as `standing.py` words it; None while the pair holds.
    frozen: str | None = None
    #: The status that the Ops issue has still to reach, as Jira did not let it.
    owed: str | None = None


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


class Kind(StrEnum):
    """What a field's value is made of, as far as it matters to whoever carries it over."""

    TEXT = "text"
    #: A single line.
    LINE = "line"
    #: One of the values that a field offers; a priority is one, too.
    CHOICE = "choice"
    CHOICES = "choices"
    LABELS = "labels"
    #: A number or a date: the same on both sides.
    PLAIN = "plain"


@dataclass(frozen=True)
class SharedField:
    """A line of the sync table on one site: the ids of its fields."""

    rule: FieldRule
    ops: str
    engineering: str
    kind: Kind

    @property
    def way_out(self) -> bool:
        """Whether the clone is given it."""
        return self.rule.way is not Way.TO_OPS


@dataclass(frozen=True)
class TargetField:
    """A field as it can be filled in one project, from Jira's create metadata."""

    id: str
    name: str
    required: bool = False
    #: Jira fills it when nothing is said.
    has_default: bool = False
    #: (what people read, id) of each value that can be chosen; the ids are those of this project's context.
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """What the clone could not be given: told to people, never dropped silently."""

    field: str
    why: str


@dataclass(frozen=True)
class SyncedValue:
    """What both sides said when they last agreed: digests of the canonical text, one for each side."""

    ops_hash: str
    engineering_hash: str
    #: The Ops side's document; None where only digests are known, `EMPTY` where the field was empty.
    text: Adf | None = None


class Choice(StrEnum):
    """Whose text stands where two people changed the same."""

    OPS = "ops"
    ENGINEERING = "engineering"
    BOTH = "both"


@dataclass(frozen=True)
class TextChange:
    """One change of one text field, as the issue's changelog tells it: in wiki markup, never as a document."""

    id: int
    account_id: str
    #: Display name of whoever changed it.
    name: str
    at: datetime
    before: str
    after: str


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
