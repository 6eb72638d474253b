"""What engineering gets: everything to work on, nothing that was said in comments, and no gap that nobody is told of."""

from __future__ import annotations

import pytest

from app.adf.build import doc
from app.handoff.clone import clone_fields, not_carried
from tests.builders import FIELDS, a_picture, a_text, an_issue

EVERYTHING = {"summary", "description", "priority", *FIELDS.all()}
FULL = an_issue(
    description="Nothing moves",
    notes="Tried a restart",
    tags=("Ops - ticketing", "Finance - taxes"),
    priority="Major",
    team="Engineering",
)


def test_the_clone_says_what_the_original_says() -> None:
    assert clone_fields(FULL, FIELDS, "YAY", "Task", EVERYTHING) == {
        "project": {"key": "YAY"},
        "issuetype": {"name": "Task"},
        "summary": "Queue stuck",
        "description": a_text("Nothing moves"),
        "priority": {"name": "Major"},
        "cf_type": {"value": "Platform / app issue"},
        "cf_team": {"value": "Engineering"},
        "cf_tags": [{"value": "Ops - ticketing"}, {"value": "Finance - taxes"}],
        "cf_notes": a_text("Tried a restart"),
    }


def test_what_the_original_does_not_say_is_not_set() -> None:
    bare = an_issue(exception_type=None, team=None, priority=None)

    assert set(clone_fields(bare, FIELDS, "YAY", "Task", EVERYTHING)) == {"project", "issuetype", "summary"}


def test_a_picture_of_the_original_is_a_name_in_the_clone() -> None:
    """Jira refuses a text with another issue's media; the file itself follows as an attachment."""
    shown = an_issue(description=doc([a_picture("error.png")]), notes=doc([a_picture("fixed.png")]))

    values = clone_fields(shown, FIELDS, "YAY", "Task", EVERYTHING)

    assert (values["description"], values["cf_notes"]) == (a_text("📎 error.png"), a_text("📎 fixed.png"))


@pytest.mark.parametrize(
    ("settable", "left_out"),
    [
        (EVERYTHING, []),
        (EVERYTHING - {"cf_notes"}, ["Resolution Notes"]),
        (EVERYTHING - {"cf_tags", "cf_type"}, ["Exception Type", "Context Tags"]),
        ({"summary"}, ["Description", "Priority", "Exception Type", "Context Tags", "Resolution Notes"]),
    ],
    ids=["nothing", "notes", "type and tags", "all but the summary"],
)
def test_what_the_clone_cannot_hold_is_not_sent_and_is_told(settable: set[str], left_out: list[str]) -> None:
    values = clone_fields(FULL, FIELDS, "YAY", "Task", settable)

    assert set(values) - {"project", "issuetype"} <= settable
    assert not_carried(FULL, FIELDS, settable) == left_out


def test_nothing_is_told_about_what_the_original_does_not_say() -> None:
    assert not_carried(an_issue(priority=None, exception_type=None), FIELDS, settable=set()) == []
