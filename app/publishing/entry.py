"""Which issues get a row in the log, and what the row says."""

from __future__ import annotations

import hashlib

from app.adf.text import is_blank
from app.domain import Issue, LogEntry, StatusCategory


def entry_for(issue: Issue, link: str, ops_project: str) -> LogEntry | None:
    """The row for *issue*, or None while it is unresolved or has no notes. Comments are never part of it."""
    if issue.project != ops_project or issue.status.category is not StatusCategory.DONE:
        return None
    if issue.notes is None or is_blank(issue.notes):
        return None
    return LogEntry(
        issue=issue.ref,
        link=link,
        exception_type=issue.exception_type or "",
        tags=issue.tags,
        summary=issue.summary,
        description=issue.description,
        notes=issue.notes,
        created=issue.created,
        # Set by Jira on entering a done status; a workflow without a resolution may leave it empty.
        resolved=issue.resolved or issue.created,
        reporter=issue.reporter.name if issue.reporter else "",
    )


def digest(row: str) -> str:
    """Of the rendered row: equal means there is nothing to write."""
    return hashlib.sha256(row.encode()).hexdigest()
