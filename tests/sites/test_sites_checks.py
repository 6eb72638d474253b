"""What the doctor's checks make of what was found."""

from __future__ import annotations

import pytest

from app.domain import Check, Verdict
from app.errors import Misconfigured, NotFound, SolveOnceError, Unavailable
from app.settings import Settings
from app.sites import canary, checks
from tests.builders import FIELDS, a_status

TEXTAREA = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"


def test_no_finding_is_without_a_remedy() -> None:
    found = [
        checks.database(["0001"], ["0003"]),
        *checks.fields([], Settings()),
        checks.link_type([], "clones"),
        *checks.board("OPS", "Bug", {"Task": []}, {}),
        *checks.board("OPS", "Task", {"Task": []}, {"status_needs_notes": "Review"}),
        *checks.permissions("OPS", {}),
        checks.create_screen("OPS", {"1": "Notes"}, set()),
        checks.channel("channel_intake", "#ops", None),
        checks.channel("channel_intake", "#ops", False),
        canary.verdict("OPS", "OPS-1", "To Do", [canary.Try("Done", None)], "To Do"),
        canary.verdict("OPS", "OPS-1", "To Do", [], "To Do"),
    ]

    assert [each for each in found if each.verdict is Verdict.WRONG and not each.remedy] == []
    assert [each.name for each in found if each.verdict is Verdict.OK] == ["OPS issue type"]


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (Misconfigured("The log is gone.", "Restore it."), "Restore it."),
        (Unavailable("503"), "is up, reachable from here"),
        (NotFound("404"), "may see and use it"),
    ],
    ids=["with its own remedy", "nobody answers", "not there, or not to be seen"],
)
def test_that_looking_did_not_work_is_a_finding(error: SolveOnceError, remedy: str) -> None:
    found = checks.failed("Jira", error)

    assert found.verdict is Verdict.WRONG
    assert remedy in found.remedy


def test_a_field_of_another_kind_is_named_with_the_setting() -> None:
    field = {"id": "customfield_1", "name": "Context Tags", "custom": True, "schema": {"custom": TEXTAREA}}
    [found] = [each for each in checks.fields([field], Settings()) if each.name == "field Context Tags"]

    assert found.finding == "customfield_1 is of the kind textarea, not multiselect"
    assert "FIELD_TAGS" in found.remedy


def test_a_status_of_the_end_is_no_status_to_go_back_to() -> None:
    found = checks.board("OPS", "Task", {"Task": [a_status("Done")]}, {"status_needs_notes": "Done"})

    assert Check("OPS end", Verdict.OK, "Done") in found
    assert [each.verdict for each in found if each.name == "OPS status"] == [Verdict.WRONG]


def test_what_is_missing_for_comfort_is_a_note() -> None:
    have = dict.fromkeys(checks.NEEDED, True)

    assert [each.verdict for each in checks.permissions("OPS", have)] == [Verdict.OK, Verdict.NOTE, Verdict.NOTE]


# The canary


def test_a_canary_is_for_operations_and_asks_for_nothing_that_the_screen_has_not() -> None:
    made = canary.values("OPS", "Ops Exception", FIELDS, {FIELDS.team, "description"})

    assert made[FIELDS.team] == {"value": "Operations"}
    assert FIELDS.exception_type not in made
    assert FIELDS.notes not in canary.values("OPS", "Ops Exception", FIELDS, set(FIELDS.all()))


def test_each_transition_to_the_end_has_to_refuse() -> None:
    tries = [canary.Try("Done", "Notes are empty."), canary.Try("Close", None)]

    found = canary.verdict("OPS", "OPS-1", "To Do", tries, "In Progress")

    assert found.verdict is Verdict.WRONG
    assert "by 'Close'; it lies in 'In Progress' now" in found.finding
    assert "on the transition 'Close'" in found.remedy
    assert (
        canary.verdict("OPS", "OPS-1", "To Do", tries[:1], "To Do").finding == "OPS-1 was refused: “Notes are empty.”"
    )
