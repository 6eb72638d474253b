"""What a submitted form means, and what is wrong with it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake.request import BLOCKS, LONGEST_TEXT, problems, read
from tests.adf.documents import ANYTHING, quick
from tests.builders import a_request, a_text
from tests.specs import corpus


def chosen(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}


def rich_text(words: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


#: As Slack sends it (`view.state.values`).
FILLED = {
    "summary_b": {"summary_a": {"type": "plain_text_input", "value": "  Queue \t stuck  "}},
    "description_b": {"description_a": {"type": "rich_text_input", "rich_text_value": rich_text("Nothing moves")}},
    "type_b": {"type_a": {"type": "static_select", "selected_option": chosen("Event operations")}},
    "team_b": {"team_a": {"type": "static_select", "selected_option": chosen("Engineering")}},
    "tags_b": {
        "tags_a": {
            "type": "multi_static_select",
            "selected_options": [chosen("Ops - ticketing"), chosen("Finance - taxes")],
        }
    },
    "priority_b": {"priority_a": {"type": "static_select", "selected_option": chosen("Major")}},
}


def test_a_filled_form_is_read() -> None:
    assert read(FILLED) == a_request(
        summary="Queue stuck",
        description=a_text("Nothing moves"),
        exception_type="Event operations",
        team="Engineering",
        tags=("Ops - ticketing", "Finance - taxes"),
        priority="Major",
    )
    assert problems(read(FILLED)) == {}


def test_what_is_optional_may_be_empty() -> None:
    """Slack sends null for an empty field, and an empty list for no tags."""
    state = copy.deepcopy(FILLED)
    state["description_b"]["description_a"]["rich_text_value"] = None
    state["tags_b"]["tags_a"]["selected_options"] = []
    state["priority_b"]["priority_a"]["selected_option"] = None

    request = read(state)

    assert (request.description, request.tags, request.priority) == (None, (), "General")
    assert problems(request) == {}


def test_an_empty_form_says_beside_each_field_what_is_missing() -> None:
    assert problems(read({})) == {
        "summary_b": "Say in one line what is wrong.",
        "type_b": "Choose one.",
        "team_b": "Choose one.",
    }


@pytest.mark.parametrize("summary", ["", "   ", "???", "🔥🔥", "\u200b", "—"])
def test_a_summary_without_a_word_says_nothing(summary: str) -> None:
    assert problems(a_request(summary=summary)) == {"summary_b": "Say in one line what is wrong."}


@pytest.mark.parametrize("summary", ["x", "5", "漢", "Queue & <script>", "é" * 255])
def test_a_summary_with_a_word_will_do(summary: str) -> None:
    assert problems(a_request(summary=summary)) == {}


def test_a_summary_that_jira_would_refuse_is_named_with_the_way_out() -> None:
    [problem] = problems(a_request(summary="x" * 256)).values()

    assert problem.startswith("256 characters are too many for one line: 255 fit.")


def test_a_description_that_jira_would_refuse_is_named_with_the_way_out() -> None:
    assert problems(a_request(description=a_text("x" * LONGEST_TEXT))) == {}
    found = problems(a_request(description=a_text("x" * (LONGEST_TEXT + 1))))

    assert found == {
        "description_b": "32,768 characters are too many for Jira: 32,767 fit. Attach long logs as a file instead."
    }


@pytest.mark.parametrize(
    ("field", "block", "values"),
    [
        ("exception_type", "type_b", EXCEPTION_TYPES),
        ("team", "team_b", TEAMS),
        ("priority", "priority_b", PRIORITIES),
    ],
)
def test_only_what_is_on_the_list_can_be_chosen(field: str, block: str, values: tuple[str, ...]) -> None:
    for value in values:
        assert problems(a_request(**{field: value})) == {}
    for value in (values[0].upper(), values[0] + " ", "Made up"):
        assert problems(a_request(**{field: value})) == {
            block: f"“{value}” is not on the list any more. Choose another."
        }


def test_a_tag_that_is_not_on_the_list_is_named() -> None:
    assert problems(a_request(tags=TAGS)) == {}
    assert "“Made up”" in problems(a_request(tags=(TAGS[0], "Made up")))["tags_b"]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("foreign", [None, "words", 5, [], {}, [None], {"other_action": {}}], ids=repr)
def test_a_foreign_shape_is_read_as_not_filled_in(block: str, foreign: Any) -> None:
    empty = read({name: value for name, value in FILLED.items() if name != block})

    assert read({**FILLED, block: foreign}) == empty
    assert read({**FILLED, block: {BLOCKS[block]: foreign}}) == empty


@quick
@given(ANYTHING)
def test_reading_never_raises_whatever_slack_sends(value: Any) -> None:
    said = dict.fromkeys(["value", "selected_option", "selected_options", "rich_text_value"], value)

    assert set(problems(read({block: {action: said} for block, action in BLOCKS.items()}))) <= set(BLOCKS)
    assert problems(read(value))


@pytest.mark.parametrize("payload", corpus("slack/realistic", containing='"view_submission"'))
def test_a_form_of_somebody_else_s_is_read_as_empty(payload: Path) -> None:
    state = json.loads(payload.read_text())["view"]["state"].get("values")

    assert problems(read(state)) == problems(read({}))
