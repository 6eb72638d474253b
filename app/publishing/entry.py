"""Which issues get a row in the log, and what the row says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.adf.text import is_blank
from app.domain import Issue, StatusCategory
from app.domain_log import LogEntry


@dataclass(frozen=True)
class Withheld:
    """A solved issue that must not be shown to everybody who reads the log, and why."""

    reason: str


def entry_for(issue: Issue, link: str, projects: Iterable[str]) -> LogEntry | Withheld | None:
    """The row for *issue*; None while it is unresolved or has no notes. Comments are never part of it.

    Readers of the log may see less in Jira than the app does: an issue with a security level, and one of a project
    that is not in *projects*, is withheld (facts: confluence_adf.md §7, trap 18).
    """
    if issue.is_clone or issue.is_canary:
        return None  # its original has the row; a test ticket has none
    if issue.project not in projects:
        return Withheld(f"project {issue.project} is not in LOG_PROJECTS")
    if issue.security_level:
        return Withheld(f"the issue has the security level {issue.security_level!r}")
    if issue.status.category is not StatusCategory.DONE or issue.notes is None or is_blank(issue.notes):
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
        # A ticket that was made in a done status, in a Jira that does not date it.
        resolved=issue.resolved or issue.created,
        reporter=issue.reporter.name if issue.reporter else "",
    )


def digest(cells: Mapping[str, str]) -> str:
    """Of a rendered row: equal means there is nothing to write."""
    return hashlib.sha256("\0".join(f"{name}\0{cells[name]}" for name in sorted(cells)).encode()).hexdigest()
