"""Which of a site's fields and link types are ours: never the first of two candidates."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import FieldIds
from app.domain_handoff import FieldRule, Kind, Way
from app.errors import Misconfigured
from app.sites.layout import field_ids, link_type_id, shared_fields

NAMES = ("Exception Type", "Team Responsible", "Context Tags", "Resolution Notes")


def fields(*names: str) -> list[dict[str, Any]]:
    return [{"id": f"customfield_{n}", "name": name, "custom": True} for n, name in enumerate(names)]


def test_fields_are_found_by_their_names_among_others() -> None:
    found = field_ids(fields("Sprint", *NAMES, "Resolution notes"), *NAMES)

    assert found == FieldIds("customfield_1", "customfield_2", "customfield_3", "customfield_4")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_field_is_named_with_the_way_out(name: str) -> None:
    with pytest.raises(Misconfigured) as told:
        field_ids(fields(*(each for each in NAMES if each != name)), *NAMES)

    assert told.value.finding == f"Jira has no field {name!r}."
    assert told.value.remedy == "Create it, or name the right one in the settings FIELD_…."


@pytest.mark.parametrize("name", NAMES)
def test_two_candidates_are_both_named_and_neither_is_taken(name: str) -> None:
    with pytest.raises(Misconfigured) as told:
        field_ids(fields(*NAMES, name), *NAMES)

    assert "customfield_4" in told.value.finding
    assert f"customfield_{NAMES.index(name)}" in told.value.finding
    assert told.value.remedy.startswith("Rename all but one")


def test_a_system_field_of_the_same_name_is_no_candidate() -> None:
    system = {"id": "resolution", "name": "Resolution Notes", "custom": False}

    assert field_ids([system, *fields(*NAMES)], *NAMES).notes == "customfield_3"


CLONERS = {"id": "10001", "name": "Cloners", "inward": "is cloned by", "outward": "clones"}
BLOCKS = {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}


@pytest.mark.parametrize("words", ["clones", "Clones"])
def test_the_link_type_is_found_by_its_words(words: str) -> None:
    """Its name is translated, its words are what people read."""
    assert link_type_id([BLOCKS, {**CLONERS, "name": "Klone"}], words) == "10001"


def test_a_missing_link_type_is_named_with_the_way_out() -> None:
    with pytest.raises(Misconfigured, match=r"no link type that says 'clones'.*LINK_OUTWARD"):
        link_type_id([BLOCKS], "clones")


def test_two_link_types_of_the_same_words_are_both_named() -> None:
    with pytest.raises(Misconfigured, match=r"2 link types that say 'clones' \(10001, 10002\)"):
        link_type_id([CLONERS, {**CLONERS, "id": "10002"}], "clones")


# The sync table

IDS = FieldIds("customfield_0", "customfield_1", "customfield_2", "customfield_3")


def a_field(id: str, name: str, custom: str = "") -> dict[str, Any]:
    schema = {"custom": f"com.atlassian.jira.plugin.system.customfieldtypes:{custom}"} if custom else {"system": id}
    return {"id": id, "name": name, "custom": bool(custom), "schema": schema}


SITE = [
    a_field("summary", "Zusammenfassung"),
    a_field("description", "Description"),
    a_field("priority", "Priority"),
    a_field("labels", "Labels"),
    a_field("duedate", "Due date"),
    a_field("reporter", "Reporter"),
    a_field("customfield_0", "Art", "select"),
    a_field("customfield_1", "Team", "select"),
    a_field("customfield_2", "Merkmale", "multiselect"),
    a_field("customfield_3", "Loesung", "textarea"),
    a_field("customfield_4", "Severity", "radiobuttons"),
    a_field("customfield_5", "Twice", "textfield"),
    a_field("customfield_6", "Twice", "textfield"),
    a_field("customfield_7", "Cost", "float"),
    a_field("customfield_8", "Approvers", "multiuserpicker"),
    a_field("customfield_9", "Description", "textarea"),
]


def resolved(line: str) -> tuple[str, str, Kind]:
    ops, _, engineering = line.partition(" -> ")
    (found,) = shared_fields(SITE, [FieldRule(ops, engineering, Way.BOTH)], IDS)
    return found.ops, found.engineering, found.kind


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("Summary -> Summary", ("summary", "summary", Kind.LINE), id="Jira's own, whatever its language"),
        pytest.param("Zusammenfassung -> summary", ("summary", "summary", Kind.LINE), id="by its name on this site"),
        pytest.param("Description -> description", ("description", "description", Kind.TEXT), id="Jira's own first"),
        pytest.param("Due date -> duedate", ("duedate", "duedate", Kind.PLAIN), id="a date"),
        pytest.param("Labels -> Labels", ("labels", "labels", Kind.LABELS), id="labels"),
        pytest.param("Cost -> Cost", ("customfield_7", "customfield_7", Kind.PLAIN), id="a number"),
        pytest.param("Priority -> Severity", ("priority", "customfield_4", Kind.CHOICE), id="two kinds of choice"),
        pytest.param(
            "Resolution Notes -> Loesung", ("customfield_3", "customfield_3", Kind.TEXT), id="ours, by FIELD_…"
        ),
        pytest.param("Context Tags -> customfield_2", ("customfield_2", "customfield_2", Kind.CHOICES), id="by its id"),
        pytest.param("customfield_5 -> customfield_6", ("customfield_5", "customfield_6", Kind.LINE), id="one of two"),
    ],
)
def test_the_table_s_names_stand_for_this_site_s_fields(line: str, found: tuple[str, str, Kind]) -> None:
    assert resolved(line) == found


@pytest.mark.parametrize(
    ("line", "finding", "remedy"),
    [
        ("Nowhere -> Labels", "HANDOFF_FIELDS: Jira has no field 'Nowhere'.", "Create it"),
        ("Twice -> Twice", "Jira has 2 fields 'Twice' (customfield_5, customfield_6).", "Put the id"),
        ("Approvers -> Approvers", "'Approvers' (customfield_8) is of a kind that does not travel.", "Name fields of"),
        ("Reporter -> Reporter", "'Reporter' (reporter) is of a kind that does not travel.", "Name fields of"),
        (
            "Priority -> Labels",
            "'Priority' is a field of the kind choice, 'Labels' one of the kind labels.",
            "Name two",
        ),
    ],
)
def test_a_name_that_cannot_be_used_is_told_with_the_way_out(line: str, finding: str, remedy: str) -> None:
    with pytest.raises(Misconfigured) as told:
        resolved(line)

    assert finding in told.value.finding
    assert told.value.remedy.startswith(remedy)
