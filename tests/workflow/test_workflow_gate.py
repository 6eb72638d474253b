"""Which tickets go back that are done without Resolution Notes, where to, and what people read."""

from __future__ import annotations

from typing import Any

import pytest

from app.adf.build import doc
from app.settings import Settings
from app.workflow.gate import searches, sent_back, stays, turn, way_back
from tests.builders import a_picture, an_issue

SETTINGS = Settings()
CANARY, CLONE = {"role": "canary"}, {"role": "clone", "origin": "1"}


@pytest.mark.parametrize(
    ("issue", "is_clone", "spared", "to"),
    [
        pytest.param({}, False, False, "Resolution Notes Required", id="an Ops ticket without notes"),
        pytest.param({"notes": "  "}, False, False, "Resolution Notes Required", id="with blanks"),
        pytest.param(
            {"notes": doc([a_picture()])}, False, False, "Resolution Notes Required", id="with a lone picture"
        ),
        pytest.param({"notes": "Restarted"}, False, False, None, id="with notes it stays"),
        pytest.param({"notes": "Won't do: no reason given"}, False, False, None, id="and so does one that we closed"),
        pytest.param({"status": "In Progress"}, False, False, None, id="one that is not done"),
        pytest.param({"mark": CANARY}, False, False, None, id="a canary is moved by whoever let it fly"),
        pytest.param({"key": "YAY-1"}, True, False, "In Progress", id="a clone"),
        pytest.param(
            {"key": "YAY-1"}, True, True, "In Progress", id="a clone, also where engineering's own are spared"
        ),
        pytest.param({"key": "YAY-1"}, False, False, "In Progress", id="engineering's own ticket"),
        pytest.param({"key": "YAY-1"}, False, True, None, id="engineering's own ticket, spared"),
        pytest.param({"key": "HR-1"}, False, False, None, id="a project that is none of ours"),
    ],
)
def test_what_is_done_without_notes_goes_back(
    issue: dict[str, Any], is_clone: bool, spared: bool, to: str | None
) -> None:
    settings = Settings(gate_engineering="clones") if spared else SETTINGS

    assert way_back(an_issue(**{"status": "Done", **issue}), is_clone, settings) == to


def test_a_setting_that_names_a_done_status_moves_nothing() -> None:
    """It would be found, moved and told anew with every look."""
    assert way_back(an_issue(status="Done"), False, Settings(status_needs_notes="Done")) is None


def test_the_field_is_named_by_its_number_and_what_nobody_touched_since_the_installation_is_left_alone() -> None:
    empty, changed = searches(SETTINGS, "customfield_10050", installed_for=90, not_looked_for=5000)

    assert empty == (
        'project in ("OPS", "YAY") AND statusCategory = Done AND cf[10050] IS EMPTY AND updated >= -90m '
        "ORDER BY updated DESC"
    )
    assert changed == 'project in ("OPS", "YAY") AND statusCategory = Done AND updated >= -90m ORDER BY updated DESC'


def test_people_read_what_is_missing_where_the_ticket_is_and_where_to_write() -> None:
    said = sent_back("OPS-1", "https://x.example/browse/OPS-1", "Resolution Notes", "Resolution Notes Required")

    assert "<https://x.example/browse/OPS-1|OPS-1> was done without Resolution Notes" in said
    assert "back in *Resolution Notes Required*" in said
    assert "into the field *Resolution Notes* of the ticket" in said


def test_a_neighbour_s_words_ring_for_nobody() -> None:
    said = stays("OPS-1", "https://x.example", "Resolution Notes", "To Do", "no way from <!channel>")

    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_each_ticket_has_its_turn_and_no_hour_has_more_than_it_may(count: int) -> None:
    found = [str(number) for number in range(count)]

    hours = [turn(found, 3, f"2026-11-22T{hour:02}:41:00.123+00:00") for hour in range(8, 11)]

    assert {id for hour in hours for id in hour} == set(found)
    assert all(len(hour) <= 3 for hour in hours)
