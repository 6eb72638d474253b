"""Which texts follow each other: those of the table, and never a comment."""

from __future__ import annotations

from app.domain_handoff import FieldRule, Kind, SharedField, Way
from app.handoff.fields import NOTES, all_texts, changes_of, ids_to_read, label, text_fields
from tests.builders import FIELDS


def shared(ops: str, engineering: str, kind: Kind = Kind.TEXT, way: Way = Way.BOTH) -> SharedField:
    return SharedField(FieldRule(ops.title(), engineering.title(), way), ops, engineering, kind)


TABLE = (
    shared("description", "description"),
    shared("cf_notes", "cf_cause"),
    shared("environment", "cf_where", way=Way.TO_ENGINEERING),
    shared("cf_old", "cf_old", way=Way.ONCE),
    shared("priority", "priority", Kind.CHOICE),
)


def test_the_texts_of_the_table_follow_each_other_and_those_carried_once_do_not() -> None:
    fields = text_fields(TABLE, FIELDS)

    assert list(fields) == ["description", NOTES, "environment"]
    assert (fields[NOTES].ops, fields[NOTES].engineering) == ("cf_notes", "cf_cause")


def test_what_follows_is_read_on_both_sides_and_every_text_for_its_pictures() -> None:
    assert ids_to_read((*TABLE, shared("cf_type", "cf_type", Kind.CHOICE, Way.ONCE))) == [
        *("description", "description", "cf_notes", "cf_cause"),
        *("environment", "cf_where", "cf_old", "cf_old", "priority", "priority"),
    ]
    assert list(all_texts(TABLE, FIELDS)) == [*text_fields(TABLE, FIELDS), "cf_old"]


def test_a_change_is_known_by_the_field_s_id_or_else_by_its_name() -> None:
    here, there = [object()], [object()]

    assert changes_of({"cf_1": here, "Cause": there}, "cf_1", "Cause") == here  # type: ignore[dict-item]
    assert changes_of({"Cause": there}, "cf_1", "Cause") == there  # type: ignore[dict-item]
    assert changes_of({}, "cf_1", "Cause") == []


def test_people_read_its_name() -> None:
    fields = text_fields(TABLE, FIELDS)

    assert label(NOTES, fields, "Resolution Notes") == "Resolution Notes"
    assert label("environment", fields, "Resolution Notes") == "Environment"
    assert label("cf_gone", fields, "Resolution Notes") == "cf_gone"
