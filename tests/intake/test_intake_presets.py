"""What a channel presets, and what wins over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain_choices import EXCEPTION_TYPES
from app.errors import Misconfigured
from app.intake import blocks
from app.intake.drafting import NOTHING, Draft, draft
from app.intake.presets import Preset, preset_for, presets_in, with_preset
from app.intake.steps import request_of
from sandbox import Sandbox
from tests.callers import Doors
from tests.slack_limits import assert_modal

SETTING = (
    "#ops-requests: Exception Type = Internal ops and admin, Team Responsible = operations, "
    "Context Tags = Ops - reporting, context tags = Ops - scheduling; C0OPSEX: Priority = Major;"
)
REQUESTS = preset_for(presets_in(SETTING), "#ops-requests")


def elements(form: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}


def hints(form: dict[str, Any]) -> dict[str, str]:
    return {b["block_id"]: (b.get("hint") or {}).get("text", "") for b in form["blocks"] if b["type"] == "input"}


def test_a_channel_is_known_by_name_or_by_id() -> None:
    presets = presets_in(SETTING)

    assert REQUESTS
    assert dict(REQUESTS.values) == {
        "type": ("Internal ops and admin",),
        "team": ("Operations",),
        "tags": ("Ops - reporting", "Ops - scheduling"),
    }
    assert preset_for(presets, "C9", "ops-requests") == REQUESTS
    assert dict(presets["C0OPSEX"].values) == {"priority": ("Major",)}
    assert preset_for(presets, "C9", "general") is None
    assert preset_for(presets, "D1", "directmessage") is None
    assert dict(presets_in("")) == {}


@pytest.mark.parametrize(
    ("setting", "place", "remedy"),
    [
        ("ops-requests: Priority = Major", "'ops-requests: Priority = Major' does not begin with a channel", "#ops-requests:"),
        ("#ops", "'#ops' does not begin with a channel", "Write it like"),
        ("#ops: Priority", "INTAKE_PRESETS, #ops: 'Priority' is no field with its value", "Write it like"),
        ("#ops: Severity = Major", "'Severity = Major' names no field of the form", "Exception Type, Team Responsible"),
        ("#ops: Priority = High", "'Priority = High' cannot be chosen there", "General, Major, Critical, Blocker"),
        ("#ops: Priority = Major, priority = Blocker", "'priority = Blocker' is the second value", "Only Context Tags"),
        ("#ops: Priority = Major; #ops: Team Responsible = Operations", "names #ops twice", "behind one"),
        ("#ops:", "'' is no field with its value", "Write it like"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_remedy(setting: str, place: str, remedy: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        presets_in(setting)

    assert place in wrong.value.finding
    assert remedy in wrong.value.remedy


def test_a_mistake_stops_the_service_at_its_start(world: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="INTAKE_PRESETS, #ops"):
        Doors(world, tmp_path, intake_presets="#ops: Priority = High")


def test_the_form_shows_the_preset_and_says_whose_it_is() -> None:
    form = blocks.form("C1", replace(NOTHING, preset=REQUESTS))

    assert_modal(form)
    chosen, said = elements(form), hints(form)
    assert chosen["type_b"]["initial_option"]["value"] == "Internal ops and admin"
    assert [each["value"] for each in chosen["tags_b"]["initial_options"]] == ["Ops - reporting", "Ops - scheduling"]
    assert said["type_b"] == said["tags_b"] == "Preset for #ops-requests."
    assert said["team_b"].endswith("Preset for #ops-requests.")
    assert chosen["priority_b"]["initial_option"]["value"] == "General", "the default, where nothing is preset"
    assert said["priority_b"] == ""


def test_a_guess_wins_over_the_preset_field_by_field() -> None:
    guessed: Draft = draft("Refunds fail", {"type": {"Payments and transactions": ["refund"]}})

    form = blocks.form("C1", replace(guessed, preset=REQUESTS))

    assert elements(form)["type_b"]["initial_option"]["value"] == "Payments and transactions"
    assert hints(form)["type_b"] == "Guessed from: refund."
    assert elements(form)["team_b"]["initial_option"]["value"] == "Operations"
    assert hints(form)["team_b"].endswith("Preset for #ops-requests.")


def without_a_form(**more: Any) -> dict[str, Any]:
    """As it is stored: the type was guessed, nobody said team and priority."""
    guessed = [
        {"field": "type", "value": "Customer experience", "because": ["customer"]},
        {"field": "team", "value": "Engineering", "because": []},
        {"field": "priority", "value": "General", "because": []},
    ]
    values = {"exception_type": "Customer experience", "team": "Engineering", "tags": [], "priority": "General"}
    return {**values, "user": "U1", "guessed": guessed, "summary": "Where is it", **more}


def test_without_a_form_the_preset_stands_where_no_word_spoke() -> None:
    preset = preset_for(presets_in("#ops: Exception Type = Other (needs triage), Team Responsible = Operations, "
                                   "Context Tags = Ops - ticketing, Priority = Major"), "#ops")  # fmt: skip

    found = with_preset(without_a_form(), preset)

    assert (found["exception_type"], found["team"], found["priority"]) == ("Customer experience", "Operations", "Major")
    assert found["tags"] == ["Ops - ticketing"]
    assert with_preset(found, preset) == found, "a step may run twice"
    _, card = blocks.card("OPS-1", "https://x.example.com", found, "To Do")
    said = str(card)
    assert "type Customer experience (from “customer”)" in said
    assert (
        "team Operations (preset for #ops); priority Major (preset for #ops); tag Ops - ticketing (preset for #ops)"
        in said
    )


def test_what_somebody_chose_is_left_alone() -> None:
    """Tags that were guessed or chosen, fields that a workflow's step was given, and a form's own request."""
    assert with_preset(without_a_form(tags=["Finance - taxes"]), REQUESTS)["tags"] == ["Finance - taxes"]
    chosen = with_preset(without_a_form(guessed=[]), REQUESTS)
    assert (chosen["exception_type"], chosen["team"]) == ("Customer experience", "Engineering")
    form = {name: value for name, value in without_a_form().items() if name != "guessed"}
    assert with_preset(form, REQUESTS) == form
    assert EXCEPTION_TYPES[4] not in form.values()


def test_a_workflow_that_leaves_the_priority_empty_takes_the_words_then_the_preset_then_general() -> None:
    words = {"priority": {"Blocker": ["nobody can pay"]}}
    preset = preset_for(presets_in("#ops: Priority = Major"), "#ops")

    def taken(summary: str, preset: Preset | None, **inputs: str) -> tuple[str, str]:
        request, guessed = request_of({"summary": summary, "team": "Operations", **inputs}, words)
        asked = {"priority": request.priority, "tags": [], "guessed": guessed}
        found = with_preset(asked, preset)
        shown = {"exception_type": request.exception_type, "team": "Operations", "user": "U1", "summary": "s", **found}
        return found["priority"], str(blocks.card("OPS-1", "https://x.example.com", shown, "To Do"))

    assert taken("Since nine nobody can pay", preset)[0] == "Blocker"
    priority, card = taken("Badge printer", preset)
    assert (priority, "priority Major (preset for #ops)" in card) == ("Major", True)
    priority, card = taken("Badge printer", None)
    assert (priority, "priority General" in card) == ("General", False)
    assert taken("Badge printer", preset, priority="critical")[0] == "Critical"
    assert "priority General (nothing spoke for another)" in taken("Badge printer", None, priority="High")[1]
