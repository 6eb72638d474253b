"""Which fields follow each other: two texts, and never a comment."""

from __future__ import annotations

from app.handoff.fields import DESCRIPTION, NOTES, SYNCED, jira_field, value
from tests.builders import FIELDS, a_text, an_issue


def test_description_and_notes_follow_each_other_and_nothing_else_does() -> None:
    assert SYNCED == (DESCRIPTION, NOTES)


def test_each_is_read_and_written_where_jira_keeps_it() -> None:
    issue = an_issue(description="what happened", notes="what helped")

    assert [value(issue, field) for field in SYNCED] == [a_text("what happened"), a_text("what helped")]
    assert [jira_field(field, FIELDS) for field in SYNCED] == ["description", "cf_notes"]
