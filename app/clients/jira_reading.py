"""REST v3 JSON → Issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain import Attachment, FieldIds, Issue, IssueRef, Person, Status, StatusCategory
from app.domain_handoff import TargetField, TextChange

SYSTEM = (
    "project",
    "issuetype",
    "status",
    "summary",
    "description",
    "priority",
    "reporter",
    "assignee",
    "created",
    "updated",
    "resolutiondate",
    "statuscategorychangedate",
    "attachment",
    "security",
)


def names_to_read(fields: FieldIds, more: Sequence[str] = ()) -> list[str]:
    """The `fields` parameter: without it Jira sends everything, comments included."""
    return list(dict.fromkeys((*SYSTEM, *fields.all(), *more)))


def issue_from(raw: dict[str, Any], fields: FieldIds, more: Sequence[str] = ()) -> Issue:
    values = raw["fields"]
    status = status_from(values["status"])
    return Issue(
        ref=IssueRef(raw["id"], raw["key"]),
        project=values["project"]["key"],
        issue_type=values["issuetype"]["name"],
        status=status,
        summary=values.get("summary") or "",
        description=values.get("description"),
        notes=values.get(fields.notes),
        exception_type=_name(values.get(fields.exception_type)),
        team=_name(values.get(fields.team)),
        tags=tuple(_name(tag) or "" for tag in values.get(fields.tags) or []),
        priority=_name(values.get("priority")),
        reporter=_person(values.get("reporter")),
        assignee=_person(values.get("assignee")),
        created=moment(values["created"]),
        resolved=_resolved(values, status),
        updated=moment(values["updated"]) if values.get("updated") else None,
        attachments=tuple(_attachment(each) for each in values.get("attachment") or []),
        security_level=_name(values.get("security")),
        mark=_mark((raw.get("properties") or {}).get("solveonce")),
        values={id: values.get(id) for id in more},
    )


def _resolved(values: dict[str, Any], status: Status) -> datetime | None:
    """Since when it is done. Jira dates a resolution, and where the workflow sets none, the change of the category only."""
    since = values.get("statuscategorychangedate") if status.category is StatusCategory.DONE else None
    said = values.get("resolutiondate") or since
    return moment(said) if said else None


def _mark(value: Any) -> dict[str, Any]:
    """Whoever may edit the issue may write anything there."""
    return value if isinstance(value, dict) else {}


def target_from(raw: dict[str, Any]) -> TargetField:
    """A field of the create metadata. A value that is laid aside may still be listed, and cannot be chosen."""
    offered = [each for each in raw.get("allowedValues") or [] if isinstance(each, dict) and not each.get("disabled")]
    return TargetField(
        id=raw["fieldId"],
        name=raw.get("name") or raw["fieldId"],
        required=bool(raw.get("required")),
        has_default=bool(raw.get("hasDefaultValue")),
        choices=tuple((_name(each) or "", str(each["id"])) for each in offered if each.get("id")),
    )


def changes_from(histories: list[dict[str, Any]]) -> dict[str, list[TextChange]]:
    """What changed, by field id and by field name (a custom field's item often has no id), oldest first."""
    found: dict[str, list[TextChange]] = {}
    for each in sorted(histories, key=lambda one: int(one["id"])):
        author = each.get("author") or {}  # nobody, where a workflow rule did it
        for item in each["items"]:
            change = TextChange(
                id=int(each["id"]),
                account_id=author.get("accountId") or "",
                name=author.get("displayName") or "",
                at=moment(each["created"]),
                before=item.get("fromString") or "",
                after=item.get("toString") or "",
            )
            for name in {item.get("fieldId"), item.get("field")} - {None, ""}:
                found.setdefault(name, []).append(change)
    return found


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


def _person(raw: dict[str, Any] | None) -> Person | None:
    return Person(raw["accountId"], raw.get("displayName", "")) if raw else None


def _attachment(raw: dict[str, Any]) -> Attachment:
    author = raw.get("author") or {}
    type_ = raw.get("mimeType") or "application/octet-stream"
    return Attachment(raw["id"], raw["filename"], raw.get("size", 0), type_, author.get("accountId") or "")
