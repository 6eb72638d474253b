"""Which Ops issues go to engineering: Team Responsible = Engineering, and never a clone; with another team they come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.domain import Edit, Issue, Status, StatusCategory
from app.domain_handoff import Handoff, Returned

ENGINEERING = "Engineering"


def goes_to_engineering(issue: Issue, ops_project: str, clone_label: str = "") -> bool:
    """Whether *issue* is handed over. A finished one is not: nobody is waiting for engineering any more.

    Somebody's own copy of a clone, in whichever project, has the clone's mark or at least its label.
    """
    return (
        issue.project == ops_project
        and issue.team == ENGINEERING
        and not issue.is_clone
        and not (clone_label and clone_label in (issue.values.get("labels") or []))
        and issue.status.category is not StatusCategory.DONE
    )


def was_opened_again(edits: Iterable[Edit], board: Mapping[str, Sequence[Status]]) -> bool:
    """Whether it has ever left a status of the category *done*. *board*: statuses by issue type."""
    done = {status.id for each in board.values() for status in each if status.category is StatusCategory.DONE}
    return any(change.field == "status" and change.before in done for edit in edits for change in edit.changes)


def comes_back(issue: Issue) -> bool:
    """Whether another team is responsible. While nobody has said who, nothing is taken from engineering."""
    return issue.team not in (None, ENGINEERING)


def is_elsewhere(ops: Issue, pair: Handoff) -> bool:
    """Whether the team and where the pair stands do not say the same: a change of the team was not heard, or not possible."""
    if comes_back(ops):
        return pair.returned in (None, Returned.CLOSING)
    return pair.returned is not None and ops.team == ENGINEERING and ops.status.category is not StatusCategory.DONE


def waits_for_engineering(issue: Issue, clone_done: bool, needs_notes: str) -> bool:
    """Whether *issue* belongs into *Sent to Engineering* now; a late second call must not undo the reporter's review."""
    return not clone_done and issue.status.category is not StatusCategory.DONE and issue.status.name != needs_notes
