"""The texts that follow each other: those of the sync table, Description and Resolution Notes by default. Comments never travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain import FieldIds, Kind, SharedField, TextChange, Way

#: Under which what was agreed on the Resolution Notes is kept, whatever their field's id.
NOTES = "notes"


def text_fields(shared: Sequence[SharedField], ids: FieldIds) -> dict[str, SharedField]:
    """By the name under which what was agreed is kept: `notes`, or the Ops field's id."""
    texts = [each for each in shared if each.kind is Kind.TEXT and each.rule.way is not Way.ONCE]
    return {NOTES if each.ops == ids.notes else each.ops: each for each in texts}


def ids_to_read(shared: Sequence[SharedField]) -> list[str]:
    """Of both sides, for the two issues are read in one call."""
    return [id for each in shared if each.rule.way is not Way.ONCE for id in (each.ops, each.engineering)]


def changes_of(changes: Mapping[str, Sequence[TextChange]], id: str, name: str) -> list[TextChange]:
    """Of an issue's changelog what is about one field; an item of a custom field often has its name only."""
    return list(changes.get(id) or changes.get(name) or ())


def label(field: str, fields: Mapping[str, SharedField], notes_name: str) -> str:
    """What people call it."""
    if field == NOTES:
        return notes_name
    return fields[field].rule.ops if field in fields else field
