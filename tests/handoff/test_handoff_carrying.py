"""A field's value as the other ticket can hold it."""

from __future__ import annotations

from typing import Any

import pytest

from app.adf.build import doc, paragraph
from app.domain_handoff import Kind, TargetField
from app.handoff.carrying import LONGEST_TEXT, Carried, carried, says_something, words_of
from tests.builders import a_text

TARGET = TargetField("cf_1", "Colour", choices=(("Red", "11"), ("Blue", "12"), ("Grey", "13"), ("Grey", "14")))


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        pytest.param(a_text("x"), Kind.TEXT, Carried(a_text("x")), id="a text"),
        pytest.param("one line", Kind.LINE, Carried("one line"), id="a line"),
        pytest.param("two\nlines", Kind.LINE, Carried("two lines"), id="Jira refuses a line end in a line"),
        pytest.param({"id": "1", "value": "Red"}, Kind.CHOICE, Carried({"id": "11"}), id="an option, by its words"),
        pytest.param({"id": "9", "name": "Blue"}, Kind.CHOICE, Carried({"id": "12"}), id="a priority, by its name"),
        pytest.param(
            {"id": "11", "value": "Pink"}, Kind.CHOICE, Carried(lost="there is no choice “Pink” there"), id="not by id"
        ),
        pytest.param({"value": "red"}, Kind.CHOICE, Carried(lost="there is no choice “red” there"), id="as written"),
        pytest.param(
            {"value": "Grey"},
            Kind.CHOICE,
            Carried(lost="there are 2 choices “Grey” there"),
            id="never the first of two",
        ),
        pytest.param(
            [{"value": "Red"}, {"value": "Blue"}], Kind.CHOICES, Carried([{"id": "11"}, {"id": "12"}]), id="options"
        ),
        pytest.param(
            [{"value": "Pink"}], Kind.CHOICES, Carried(lost="there is no choice “Pink” there"), id="none of them"
        ),
        pytest.param(["a", "b"], Kind.LABELS, Carried(["a", "b"]), id="labels"),
        pytest.param(2.5, Kind.PLAIN, Carried(2.5), id="a number"),
        pytest.param("2026-11-22", Kind.PLAIN, Carried("2026-11-22"), id="a date"),
    ],
)
def test_a_value_is_said_in_the_other_ticket(value: Any, kind: Kind, found: Carried) -> None:
    assert carried(value, kind, TARGET) == found


def test_a_line_is_cut_where_jira_would_refuse_it_and_the_rest_is_told() -> None:
    found = carried("x" * 300, Kind.LINE, TARGET)

    assert found == Carried("x" * 254 + "…", "it was cut after 254 characters of 300")
    assert carried("x" * 255, Kind.LINE, TARGET) == Carried("x" * 255)


def test_a_text_that_names_made_too_long_is_told() -> None:
    mention = {"type": "mention", "attrs": {"id": "712020:erin", "text": "@" + "E" * 400}}

    found = carried(doc([paragraph([mention] * 100)]), Kind.TEXT, TARGET)

    assert found == Carried(lost="it is longer than 32,767 characters")
    assert carried(a_text("x" * LONGEST_TEXT), Kind.TEXT, TARGET).value


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        (None, Kind.TEXT, False),
        (doc([]), Kind.TEXT, False),
        (a_text("x"), Kind.TEXT, True),
        ("", Kind.LINE, False),
        ([], Kind.CHOICES, False),
        (0, Kind.PLAIN, True),
        (0.0, Kind.PLAIN, True),
    ],
)
def test_an_empty_field_says_nothing_and_a_zero_does(value: Any, kind: Kind, says: bool) -> None:
    assert says_something(value, kind) is says


def test_what_people_read_of_a_choice() -> None:
    assert [words_of(each) for each in ({"value": "Red"}, {"name": "Major"}, "red", {})] == ["Red", "Major", "red", ""]
