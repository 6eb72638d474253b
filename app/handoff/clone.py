"""What the engineering issue looks like: the Ops issue's description, tags, type and priority, not its status or comments."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.adf.media import for_issue
from app.domain import FieldIds, Issue


def clone_fields(
    original: Issue, ids: FieldIds, project: str, issue_type: str, settable: Collection[str]
) -> dict[str, Any]:
    """Field values for `POST /issue`; only such as may be set there. Comments, status and resolution are never carried.

    Pictures in a text are shown by name: Jira refuses a text with another issue's media, and the files follow as attachments.
    """
    values: dict[str, Any] = {
        "summary": original.summary,
        "description": for_issue(original.description, None) if original.description else None,
        "priority": {"name": original.priority} if original.priority else None,
        ids.exception_type: {"value": original.exception_type} if original.exception_type else None,
        ids.team: {"value": original.team} if original.team else None,
        ids.tags: [{"value": tag} for tag in original.tags],
        ids.notes: for_issue(original.notes, None) if original.notes else None,
    }
    wanted = {name: value for name, value in values.items() if value and name in settable}
    return {"project": {"key": project}, "issuetype": {"name": issue_type}, **wanted}


def not_carried(original: Issue, ids: FieldIds, settable: Collection[str]) -> list[str]:
    """Names of what the original says and the clone cannot hold: told, never dropped silently."""
    said = {
        "Description": ("description", original.description),
        "Priority": ("priority", original.priority),
        "Exception Type": (ids.exception_type, original.exception_type),
        "Context Tags": (ids.tags, original.tags),
        "Resolution Notes": (ids.notes, original.notes),
    }
    return [name for name, (field, value) in said.items() if value and field not in settable]
