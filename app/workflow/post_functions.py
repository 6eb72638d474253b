"""What a post-function call means: which flow is started, for which issue, in which lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Module key in the descriptor → flow.
FLOWS = {"clone-and-link": "handoff.route", "publish-log-row": "publishing.publish"}


def issue_id(payload: Any) -> str | None:
    """Of the issue that moved. Its fields in the payload may be stale: the flow reads it again."""
    issue = payload.get("issue") if isinstance(payload, Mapping) else None
    id = issue.get("id") if isinstance(issue, Mapping) else None
    return str(id) if isinstance(id, str | int) and str(id).isdigit() else None


def call_id(module: str, delivery: str | None, otherwise: str) -> str:
    """The same call repeated has the same id. Where Jira sends no delivery id each call counts by itself (*otherwise*):

    two calls may look alike and still be two transitions, and a flow that runs twice does no harm, but one left out does.
    """
    return f"{module}:{delivery or otherwise}"


def lane(module: str, issue_id: str) -> str:
    """What runs one at a time, in order: all about one Ops issue; that a row waits to be written holds up nothing else."""
    return f"log:{issue_id}" if module == "publish-log-row" else issue_id
