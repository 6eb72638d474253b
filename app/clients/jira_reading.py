"""REST v3 JSON → Issue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain import Attachment, FieldIds, Issue, IssueRef, Person, Status, StatusCategory

SYSTEM = (
    "project",
    "issuetype",
    "status",
    "summary",
    "description",
    "priority",
    "reporter",
    "created",
    "resolutiondate",
    "attachment",
    "security",
)


def names_to_read(fields: FieldIds) -> str:
    """The `fields` parameter: without it Jira sends everything, comments included."""
    return ",".join((*SYSTEM, *fields.all()))


def issue_from(raw: dict[str, Any], fields: FieldIds) -> Issue:
    values = raw["fields"]
    reporter = values.get("reporter")
    return Issue(
        ref=IssueRef(raw["id"], raw["key"]),
        project=values["project"]["key"],
        issue_type=values["issuetype"]["name"],
        status=status_from(values["status"]),
        summary=values.get("summary") or "",
        description=values.get("description"),
        notes=values.get(fields.notes),
        exception_type=_name(values.get(fields.exception_type)),
        team=_name(values.get(fields.team)),
        tags=tuple(_name(tag) or "" for tag in values.get(fields.tags) or []),
        priority=_name(values.get("priority")),
        reporter=Person(reporter["accountId"], reporter.get("displayName", "")) if reporter else None,
        created=moment(values["created"]),
        resolved=moment(values["resolutiondate"]) if values.get("resolutiondate") else None,
        attachments=tuple(_attachment(each) for each in values.get("attachment") or []),
        security_level=_name(values.get("security")),
        mark=(raw.get("properties") or {}).get("solveonce") or {},
    )


def status_from(raw: dict[str, Any]) -> Status:
    category = raw["statusCategory"]["key"]
    # Jira has a fourth, `undefined` ("No Category"): neither under way nor done.
    known = StatusCategory(category) if category in set(StatusCategory) else StatusCategory.NEW
    return Status(raw["id"], raw["name"], known)


def moment(text: str) -> datetime:
    """`2026-09-27T10:03:11.123+0200`: Jira writes the offset without a colon."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def _name(option: dict[str, Any] | None) -> str | None:
    return (option.get("value") or option.get("name")) if option else None


def _attachment(raw: dict[str, Any]) -> Attachment:
    author = raw.get("author") or {}
    type_ = raw.get("mimeType") or "application/octet-stream"
    return Attachment(raw["id"], raw["filename"], raw.get("size", 0), type_, author.get("accountId") or "")
