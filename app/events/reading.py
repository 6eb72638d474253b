"""What a Jira webhook says: payload → IssueEvent. Texts are left behind: the issue is read again when something is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import FieldChange, IssueEvent, IssueRef

KINDS = frozenset({"jira:issue_created", "jira:issue_updated", "jira:issue_deleted"})
#: Of these the value is needed to decide what an event means; they are ids, not people's words.
_WITH_VALUES = frozenset({"status", "project", "Key"})


def read(payload: Any, trace: str = "") -> IssueEvent | None:
    """The event, or None for a payload that is none of ours."""
    if not isinstance(payload, Mapping) or str(payload.get("webhookEvent")) not in KINDS:
        return None
    issue = payload.get("issue")
    if not isinstance(issue, Mapping) or not issue.get("id") or not issue.get("key"):
        return None
    key = str(issue["key"])
    return IssueEvent(
        kind=str(payload["webhookEvent"]).removeprefix("jira:"),
        issue=IssueRef(str(issue["id"]), key),
        project=_project(issue) or key.rpartition("-")[0],
        actor=_actor(payload.get("user")),
        trace=trace,
        changes=tuple(_changes(payload.get("changelog"))),
        done=_done(issue),
        change_id=_change_id(payload),
    )


def to_json(event: IssueEvent) -> dict[str, Any]:
    """As it is stored with a delivery."""
    return {
        "kind": event.kind,
        "id": event.issue.id,
        "key": event.issue.key,
        "project": event.project,
        "actor": event.actor,
        "trace": event.trace,
        "changes": [[change.field, change.before, change.after] for change in event.changes],
        "done": event.done,
        "change_id": event.change_id,
    }


def from_json(stored: Mapping[str, Any]) -> IssueEvent:
    """What `to_json` stored."""
    return IssueEvent(
        kind=stored["kind"],
        issue=IssueRef(stored["id"], stored["key"]),
        project=stored["project"],
        actor=stored["actor"],
        trace=stored["trace"],
        changes=tuple(FieldChange(*change) for change in stored["changes"]),
        done=stored["done"],
        change_id=stored.get("change_id", ""),  # an earlier release did not keep it
    )


def _project(issue: Mapping[str, Any]) -> str | None:
    fields = issue.get("fields")
    project = fields.get("project") if isinstance(fields, Mapping) else None
    return str(project["key"]) if isinstance(project, Mapping) and project.get("key") else None


def _done(issue: Mapping[str, Any]) -> bool:
    fields = issue.get("fields")
    status = fields.get("status") if isinstance(fields, Mapping) else None
    category = status.get("statusCategory") if isinstance(status, Mapping) else None
    return isinstance(category, Mapping) and category.get("key") == "done"


def _change_id(payload: Mapping[str, Any]) -> str:
    changelog = payload.get("changelog")
    if not isinstance(changelog, Mapping) or payload["webhookEvent"] != "jira:issue_updated":
        return ""
    id = str(changelog.get("id"))
    return id if id.isdigit() and len(id) <= 40 else ""


def _actor(user: Any) -> str:
    return str(user.get("accountId") or "") if isinstance(user, Mapping) else ""


def _changes(changelog: Any) -> list[FieldChange]:
    items = changelog.get("items") if isinstance(changelog, Mapping) else None
    return [_change(item) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _change(item: Mapping[str, Any]) -> FieldChange:
    field = str(item.get("field") or item.get("fieldId") or "")
    values = field in _WITH_VALUES
    return FieldChange(field, _text(item.get("from")) if values else None, _text(item.get("to")) if values else None)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
