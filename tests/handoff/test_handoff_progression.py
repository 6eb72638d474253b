"""When the Ops issue moves because its clone did."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import IssueRef
from app.domain_handoff import Handoff, Returned
from app.handoff.progression import is_closed_early, is_finished_anyway, next_status
from tests.builders import an_issue

TO_ENGINEERING, NEEDS_NOTES = "Sent to Engineering", "Resolution Notes Required"


def a_pair(was_done: bool = False, **more: Any) -> Handoff:
    return Handoff(IssueRef("1", "OPS-1"), IssueRef("2", "YAY-1"), was_done, **more)


def goes(status: str, clone_done: bool, pair: Handoff, **issue: Any) -> str | None:
    return next_status(an_issue(status=status, **issue), clone_done, pair, TO_ENGINEERING, NEEDS_NOTES)


@pytest.mark.parametrize(
    ("ops", "clone_done", "was_done", "goes_to"),
    [
        pytest.param("Sent to Engineering", True, False, NEEDS_NOTES, id="the clone is done: the reporter reviews"),
        pytest.param("In Progress", True, False, NEEDS_NOTES, id="it is done wherever the Ops issue stands"),
        pytest.param("To Do", True, False, NEEDS_NOTES, id="even where nobody moved the Ops issue"),
        pytest.param("Resolution Notes Required", True, False, NEEDS_NOTES, id="somebody was quicker: it stays there"),
        pytest.param("Done", True, False, None, id="a finished Ops issue stays finished"),
        pytest.param("Resolution Notes Required", True, True, None, id="told twice: nothing more"),
        pytest.param("Done", True, True, None, id="told again after the reporter closed: nothing more"),
        pytest.param("Resolution Notes Required", False, True, TO_ENGINEERING, id="the clone is re-opened"),
        pytest.param("Done", False, True, TO_ENGINEERING, id="re-opened after the reporter closed"),
        pytest.param("Sent to Engineering", False, False, None, id="ordinary progress of the clone"),
        pytest.param("To Do", False, False, None, id="the clone moved before the Ops issue did"),
    ],
)
def test_the_ops_issue_follows_the_clone(ops: str, clone_done: bool, was_done: bool, goes_to: str | None) -> None:
    assert goes(ops, clone_done, a_pair(was_done)) == goes_to


def test_good_notes_do_not_spare_the_review() -> None:
    notes = "Restarted the queue, added a watchdog."
    assert goes("Sent to Engineering", True, a_pair(), notes=notes) == NEEDS_NOTES


@pytest.mark.parametrize("returned", Returned)
@pytest.mark.parametrize(("clone_done", "was_done"), [(True, False), (False, True), (True, True), (False, False)])
def test_while_operations_has_it_the_clone_s_status_means_nothing(
    returned: Returned, clone_done: bool, was_done: bool
) -> None:
    assert goes("To Do", clone_done, a_pair(was_done, returned=returned)) is None


@pytest.mark.parametrize(
    ("ops", "clone_done", "pair", "goes_to"),
    [
        pytest.param("In Progress", True, a_pair(True, owed=NEEDS_NOTES), NEEDS_NOTES, id="it is tried again"),
        pytest.param("Done", True, a_pair(True, owed=NEEDS_NOTES), None, id="unless somebody finished it"),
        pytest.param("To Do", False, a_pair(True, owed=NEEDS_NOTES), TO_ENGINEERING, id="the clone is re-opened first"),
        pytest.param("To Do", True, a_pair(owed=TO_ENGINEERING), NEEDS_NOTES, id="or done first"),
        pytest.param(
            "In Progress", False, a_pair(owed="To Do", returned=Returned.LEFT), "To Do", id="back to Operations"
        ),
    ],
)
def test_a_status_that_was_not_reached_is_owed(ops: str, clone_done: bool, pair: Handoff, goes_to: str | None) -> None:
    assert goes(ops, clone_done, pair) == goes_to


@pytest.mark.parametrize(
    ("ops", "clone_done", "returned", "early"),
    [
        pytest.param("Done", False, None, True, id="closed while engineering works on it"),
        pytest.param("Done", True, None, False, id="both are done"),
        pytest.param("Sent to Engineering", False, None, False, id="both are open"),
        pytest.param("Done", False, Returned.LEFT, False, id="Operations had it back"),
    ],
)
def test_engineering_hears_of_an_ops_issue_that_is_closed_early(
    ops: str, clone_done: bool, returned: Returned | None, early: bool
) -> None:
    assert is_closed_early(an_issue(status=ops), clone_done, a_pair(returned=returned)) is early


@pytest.mark.parametrize(
    ("clone_done", "pair", "anyway"),
    [
        (True, a_pair(returned=Returned.LEFT), True),
        (True, a_pair(True, returned=Returned.LEFT), False),
        (True, a_pair(True, returned=Returned.CLOSED), False),
        (False, a_pair(returned=Returned.LEFT), False),
        (True, a_pair(), False),
    ],
)
def test_what_engineering_finishes_after_all_is_told_once(clone_done: bool, pair: Handoff, anyway: bool) -> None:
    assert is_finished_anyway(clone_done, pair) is anyway
