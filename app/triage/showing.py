"""What the controls show of an issue, and the stamp by which a click says what it was made on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.domain import Issue, StatusCategory

Shown = dict[str, Any]


def shown_of(issue: Issue) -> Shown:
    """As small plain values: they are stored, so that the controls can be drawn while Jira is away."""
    return {
        "key": issue.ref.key,
        "severity": issue.priority,
        "team": issue.team,
        "type": issue.exception_type,
        "tags": list(issue.tags),
        "owner": issue.assignee.account_id if issue.assignee else None,
        "owner_name": issue.assignee.name if issue.assignee else None,
        "status": issue.status.name,
        "done": issue.status.category is StatusCategory.DONE,
        "restricted": bool(issue.security_level),
    }


def stamp(value: Any) -> str:
    """Short enough for a block id, whatever the value is. Tags are a set: their order says nothing."""
    told = sorted(value) if isinstance(value, list) else value
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
