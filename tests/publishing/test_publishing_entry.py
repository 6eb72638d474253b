"""Which issues get a row in the log, and what the row says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.adf.build import doc
from app.domain import LogEntry
from app.publishing.entry import Withheld, digest, entry_for
from app.settings import Settings
from tests.builders import a_picture, a_text, an_issue

LINK = "https://team.atlassian.net/browse/OPS-1"
OPS = ("OPS",)
NOTES = a_text("Restarted the queue")


def test_a_solved_issue_gets_a_row_with_everything_of_table_2() -> None:
    issue = an_issue(status="Done", description="Nothing moves", notes="Restarted the queue", tags=("Ops - ticketing",))

    assert entry_for(issue, LINK, OPS) == LogEntry(
        issue=issue.ref,
        link=LINK,
        exception_type="Platform / app issue",
        tags=("Ops - ticketing",),
        summary="Queue stuck",
        description=a_text("Nothing moves"),
        notes=NOTES,
        created=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        resolved=datetime(2026, 11, 22, 16, 40, tzinfo=UTC),
        reporter="Rae Reporter",
    )


@pytest.mark.parametrize("status", ["To Do", "In Progress", "Sent to Engineering", "Resolution Notes Required"])
def test_an_unresolved_issue_gets_no_row(status: str) -> None:
    assert entry_for(an_issue(status=status, notes=NOTES), LINK, OPS) is None


@pytest.mark.parametrize(
    "notes",
    [None, doc([]), a_text(""), a_text("  ", "\u200b"), doc([a_picture()])],
    ids=["none", "an empty document", "an empty paragraph", "blanks", "a lone image"],
)
def test_an_issue_without_notes_gets_no_row(notes: Any) -> None:
    assert entry_for(an_issue(status="Done", notes=notes), LINK, OPS) is None


def test_a_clone_gets_no_row_of_its_own() -> None:
    clone = an_issue("YAY-1", status="Done", notes=NOTES, mark={"role": "clone", "origin": "10001"})

    assert entry_for(clone, LINK, ("OPS", "YAY")) is None


def test_a_canary_that_somebody_finished_gets_no_row() -> None:
    assert entry_for(an_issue(status="Done", notes=NOTES, mark={"role": "canary"}), LINK, OPS) is None


@pytest.mark.parametrize("status", ["Done", "In Progress"])
def test_an_issue_of_a_project_that_is_not_on_the_list_is_withheld(status: str) -> None:
    issue = an_issue("HR-1", status=status, notes=NOTES)

    assert entry_for(issue, LINK, ("OPS", "NET")) == Withheld("project HR is not in LOG_PROJECTS")
    assert isinstance(entry_for(an_issue("HR-1", status="Done", notes=NOTES), LINK, ("OPS", "HR")), LogEntry)


@pytest.mark.parametrize("status", ["Done", "In Progress"])
def test_a_restricted_issue_is_withheld_done_or_not(status: str) -> None:
    issue = an_issue(status=status, notes=NOTES, security_level="Staff only")

    assert entry_for(issue, LINK, OPS) == Withheld("the issue has the security level 'Staff only'")


@pytest.mark.parametrize(
    ("setting", "found"),
    [("", ("OPS",)), (" , ", ("OPS",)), ("NET", ("NET",)), (" OPS, NET ,", ("OPS", "NET"))],
)
def test_the_projects_are_those_of_the_setting_else_the_ops_project(setting: str, found: tuple[str, ...]) -> None:
    assert Settings(log_projects=setting).logged_projects == found


def test_what_is_not_known_is_an_empty_cell_and_no_reason_to_leave_the_row_out() -> None:
    bare = an_issue(status="Done", notes=NOTES, exception_type=None, reporter=None, resolved=None)

    entry = entry_for(bare, LINK, OPS)

    assert entry
    assert (entry.exception_type, entry.reporter, entry.description, entry.resolved) == ("", "", None, bare.created)


def test_the_same_row_has_the_same_digest_and_another_row_another() -> None:
    row = {"link": "a", "summary": "b"}

    assert digest(row) == digest({"summary": "b", "link": "a"})
    assert len({digest(each) for each in (row, {"link": "ab", "summary": ""}, {"link": "b", "summary": "a"}, {})}) == 4
