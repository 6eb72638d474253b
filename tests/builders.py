"""Issues, entries and texts in which a test states only what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.adf.build import doc, paragraph, text
from app.domain import (
    Adf,
    Attachment,
    FieldIds,
    IntakeRequest,
    Issue,
    IssueEvent,
    IssueRef,
    Person,
    Status,
    StatusCategory,
)
from app.domain import FieldChange as Change
from app.domain_log import LogEntry

FIELDS = FieldIds(exception_type="cf_type", team="cf_team", tags="cf_tags", notes="cf_notes")
#: The boards' columns, and of which category each is.
CATEGORIES = {
    "To Do": StatusCategory.NEW,
    "Backlog": StatusCategory.NEW,
    "In Progress": StatusCategory.INDETERMINATE,
    "Sent to Engineering": StatusCategory.INDETERMINATE,
    "Resolution Notes Required": StatusCategory.INDETERMINATE,
    "Done": StatusCategory.DONE,
}


def a_text(*lines: str) -> Adf:
    """A document with a paragraph for each line."""
    return doc([paragraph([text(line)] if line else []) for line in lines])


def a_picture(name: str = "error.png", id: str = "1001") -> dict[str, Any]:
    media = {"type": "media", "attrs": {"type": "file", "id": id, "collection": "", "alt": name}}
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}


def a_status(name: str) -> Status:
    return Status(id=str(list(CATEGORIES).index(name)), name=name, category=CATEGORIES[name])


def an_issue(key: str = "OPS-1", status: str = "To Do", **changes: Any) -> Issue:
    """An Ops issue of this morning; texts may be given as plain strings."""
    for name in ("description", "notes"):
        if isinstance(changes.get(name), str):
            changes[name] = a_text(changes[name])
    plain: dict[str, Any] = {
        "ref": IssueRef(id=key.partition("-")[2].rjust(5, "1"), key=key),
        "project": key.partition("-")[0],
        "issue_type": "Ops Exception",
        "status": a_status(status),
        "summary": "Queue stuck",
        "description": None,
        "notes": None,
        "exception_type": "Platform / app issue",
        "team": "Operations",
        "tags": (),
        "priority": "General",
        "reporter": Person("5b10", "Rae Reporter"),
        "created": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "resolved": datetime(2026, 11, 22, 16, 40, tzinfo=UTC) if status == "Done" else None,
    }
    return Issue(**{**plain, **changes})


def a_file(name: str, size: int = 10, id: str = "") -> Attachment:
    return Attachment(id=id or name, filename=name, size=size, mime_type="text/plain")


def an_entry(key: str = "OPS-1", **changes: Any) -> LogEntry:
    plain: dict[str, Any] = {
        "issue": IssueRef("10001", key),
        "link": f"https://team.atlassian.net/browse/{key}",
        "exception_type": "Platform / app issue",
        "tags": ("Ops - ticketing",),
        "summary": "Queue stuck",
        "description": a_text("Nothing moves"),
        "notes": a_text("Restarted the queue"),
        "created": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "resolved": datetime(2026, 11, 22, 16, 40, tzinfo=UTC),
        "reporter": "Rae Reporter",
    }
    return LogEntry(**{**plain, **changes})


def a_request(**changes: Any) -> IntakeRequest:
    plain: dict[str, Any] = {
        "summary": "Queue stuck",
        "description": None,
        "exception_type": "Platform / app issue",
        "team": "Operations",
        "tags": (),
        "priority": "General",
    }
    return IntakeRequest(**{**plain, **changes})


def an_event(kind: str = "issue_updated", *changed: str, key: str = "OPS-1", **more: Any) -> IssueEvent:
    """An event in which the fields *changed* did, by the names that Jira's changelog gives them."""
    plain: dict[str, Any] = {
        "kind": kind,
        "issue": IssueRef("10001", key),
        "project": key.partition("-")[0],
        "actor": "5b10",
        "trace": "",
        "changes": tuple(Change(field, None, None) for field in changed),
    }
    return IssueEvent(**{**plain, **more})
