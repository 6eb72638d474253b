"""When the Ops issue moves because its clone did: clone done → Resolution Notes Required; re-opened → Sent to Engineering."""

from __future__ import annotations

from app.domain import Issue, StatusCategory


def next_status(ops: Issue, clone_done: bool, was_done: bool, to_engineering: str, needs_notes: str) -> str | None:
    """Name of the status that the Ops issue belongs into now, or None where the clone's move means nothing to it.

    Done always leads to the reporter's review, even with good notes: the reporter closes. An Ops issue that is
    finished already stays so when its clone is done, and is sent back when the clone is re-opened.
    """
    if clone_done and not was_done:
        return None if ops.status.category is StatusCategory.DONE else needs_notes
    if was_done and not clone_done:
        return to_engineering
    return None
