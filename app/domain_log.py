"""The log's words: a row of the Ops Exception Log, and a page of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain import Adf, IssueRef


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
