"""When the Ops issue moves because its clone did."""

from __future__ import annotations

import pytest

from app.handoff.progression import next_status
from tests.builders import an_issue

TO_ENGINEERING, NEEDS_NOTES = "Sent to Engineering", "Resolution Notes Required"


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
    assert next_status(an_issue(status=ops), clone_done, was_done, TO_ENGINEERING, NEEDS_NOTES) == goes_to


def test_good_notes_do_not_spare_the_review() -> None:
    ops = an_issue(status="Sent to Engineering", notes="Restarted the queue, added a watchdog.")

    assert next_status(ops, True, False, TO_ENGINEERING, NEEDS_NOTES) == NEEDS_NOTES
