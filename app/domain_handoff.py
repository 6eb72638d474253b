"""The hand-off's words: a pair of tickets, which of their fields and files follow each other, and what both agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain import Adf, IssueRef


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
