"""The sync table: Description and Resolution Notes are the same text in both tickets, whoever edits. Comments never travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain import Adf, FieldIds, FieldRule, Issue, TextChange, Way

DESCRIPTION, NOTES = "description", "notes"
#: The fields that follow each other; a comment is not one of them, in either direction.
SYNCED = (DESCRIPTION, NOTES)


def value(issue: Issue, field: str) -> Adf | None:
    return issue.description if field == DESCRIPTION else issue.notes


def with_value(issue: Issue, field: str, text: Adf | None) -> Issue:
    """*issue* as it is with another text in *field*."""
    return replace(issue, description=text) if field == DESCRIPTION else replace(issue, notes=text)


def jira_field(field: str, ids: FieldIds) -> str:
    """The id under which Jira takes it."""
    return "description" if field == DESCRIPTION else ids.notes


def text_rules(rules: Sequence[FieldRule], ids: FieldIds, notes_name: str) -> dict[str, FieldRule]:
    """Of the table, the lines for texts that follow each other, by our name of the field."""
    names = {"description": DESCRIPTION, notes_name.lower(): NOTES, ids.notes.lower(): NOTES}
    sides = [(names.get(rule.ops.lower()), names.get(rule.engineering.lower()), rule) for rule in rules]
    return {ops: rule for ops, engineering, rule in sides if ops and ops == engineering and rule.way is not Way.ONCE}


def changes_of(
    changes: Mapping[str, Sequence[TextChange]], field: str, ids: FieldIds, notes_name: str
) -> list[TextChange]:
    """Of an issue's changelog what is about *field*; an item of a custom field often has its name only."""
    return list(changes.get(jira_field(field, ids)) or changes.get(label(field, notes_name)) or ())


def label(field: str, notes_name: str) -> str:
    """What people call it."""
    return "Description" if field == DESCRIPTION else notes_name
