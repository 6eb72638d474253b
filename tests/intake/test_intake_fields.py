"""The form's answers as Jira takes them, and who asked, one way or the other."""

from __future__ import annotations

import pytest

from app.adf.text import plain_text
from app.domain import Adf
from app.intake.fields import issue_fields, with_reporter
from sandbox.adf_check import is_valid
from tests.builders import FIELDS, a_request, a_text

EVERYTHING = {"summary", "description", "priority", "reporter", *FIELDS.all()}
ASKED = a_request(
    description=a_text("Nothing moves"), team="Engineering", tags=("Ops - ticketing",), priority="Blocker"
)


def test_every_answer_becomes_a_field() -> None:
    assert issue_fields(ASKED, FIELDS, "OPS", "Ops Exception", "5b10", "Rae", EVERYTHING) == {
        "project": {"key": "OPS"},
        "issuetype": {"name": "Ops Exception"},
        "summary": "Queue stuck",
        "description": a_text("Nothing moves"),
        "priority": {"name": "Blocker"},
        "cf_type": {"value": "Platform / app issue"},
        "cf_team": {"value": "Engineering"},
        "cf_tags": [{"value": "Ops - ticketing"}],
        "reporter": {"id": "5b10"},
    }


@pytest.mark.parametrize(
    ("account", "settable"),
    [(None, EVERYTHING), ("5b10", EVERYTHING - {"reporter"})],
    ids=["nobody in Jira", "the reporter may not be set"],
)
def test_who_asked_is_in_the_description_where_jira_cannot_know(account: str | None, settable: set[str]) -> None:
    values = issue_fields(ASKED, FIELDS, "OPS", "Ops Exception", account, "Rae", settable)

    assert "reporter" not in values
    assert plain_text(values["description"]) == "Nothing moves\nReported by Rae in Slack"


def test_what_may_not_be_set_and_what_was_not_asked_are_left_out() -> None:
    values = issue_fields(a_request(), FIELDS, "OPS", "Ops Exception", "5b10", "Rae", EVERYTHING - {"priority"})

    assert set(values) == {"project", "issuetype", "summary", "cf_type", "cf_team", "reporter"}


@pytest.mark.parametrize("description", [None, a_text(""), a_text("  ")], ids=["none", "empty", "blanks"])
def test_no_description_is_no_empty_line_above_who_asked(description: Adf | None) -> None:
    made = with_reporter(description, "Rae")

    assert made == a_text("Reported by Rae in Slack")
    assert is_valid(made)
