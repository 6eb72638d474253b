"""The sync table: Description and Resolution Notes are the same text in both tickets, whoever edits. Comments never travel."""

from __future__ import annotations

from app.domain import Adf, FieldIds, Issue

DESCRIPTION, NOTES = "description", "notes"
#: The fields that follow each other; a comment is not one of them, in either direction.
SYNCED = (DESCRIPTION, NOTES)


def value(issue: Issue, field: str) -> Adf | None:
    return issue.description if field == DESCRIPTION else issue.notes


def jira_field(field: str, ids: FieldIds) -> str:
    """The id under which Jira takes it."""
    return "description" if field == DESCRIPTION else ids.notes
