"""Which of a site's fields and link types are ours: never the first of two candidates."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import FieldIds
from app.errors import Misconfigured
from app.sites.layout import field_ids, link_type_id

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
