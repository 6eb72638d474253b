"""The texts that follow each other: those of the sync table, Description and Resolution Notes by default. Comments never travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain import FieldIds
from app.domain_handoff import Kind, SharedField, TextChange, Way

#: Under which what was agreed on the Resolution Notes is kept, whatever their field's id.
NOTES = "notes"


def text_fields(shared: Sequence[SharedField], ids: FieldIds) -> dict[str, SharedField]:
    """By the name under which what was agreed is kept: `notes`, or the Ops field's id."""
    return {name: each for name, each in all_texts(shared, ids).items() if each.rule.way is not Way.ONCE}


def all_texts(shared: Sequence[SharedField], ids: FieldIds) -> dict[str, SharedField]:
    """With those that are carried once: the clone shows their pictures when their files are there."""
    return {NOTES if each.ops == ids.notes else each.ops: each for each in shared if each.kind is Kind.TEXT}


def text_ids(shared: Sequence[SharedField]) -> list[str]:
    """Of both sides."""
    return [id for each in shared if each.kind is Kind.TEXT for id in (each.ops, each.engineering)]


def ids_to_read(shared: Sequence[SharedField]) -> list[str]:
    """Of what follows and of all texts; of both sides, for the two issues are read in one call."""
    read = [each for each in shared if each.kind is Kind.TEXT or each.rule.way is not Way.ONCE]
    return [id for each in read for id in (each.ops, each.engineering)]


def changes_of(changes: Mapping[str, Sequence[TextChange]], id: str, name: str) -> list[TextChange]:
    """Of an issue's changelog what is about one field; an item of a custom field often has its name only."""
    return list(changes.get(id) or changes.get(name) or ())


def label(field: str, fields: Mapping[str, SharedField], notes_name: str) -> str:
    """What people call it."""
    if field == NOTES:
        return notes_name
    return fields[field].rule.ops if field in fields else field
