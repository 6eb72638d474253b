"""When the Ops issue moves because its clone did: clone done → Resolution Notes Required; re-opened → Sent to Engineering."""

from __future__ import annotations

from app.domain import Issue, StatusCategory
from app.domain_handoff import Handoff


def next_status(ops: Issue, clone_done: bool, pair: Handoff, to_engineering: str, needs_notes: str) -> str | None:
    """Name of the status that the Ops issue belongs into now, or None where the clone's state means nothing to it.

    What *pair* remembers is compared with what both issues are, so the order of events does not matter. Done always
    leads to the reporter's review, even with good notes: the reporter closes. An Ops issue that is finished already
    stays so when its clone is done, and is sent back when the clone is re-opened. While Operations has it, it does
    not follow the clone. A status that it could not reach before is tried again, unless somebody finished it.
    """
    finished = is_finished(ops)
    if pair.returned is None and clone_done != pair.engineering_done:
        if not clone_done:
            return to_engineering
        return None if finished else needs_notes
    return None if finished else pair.owed


def is_finished(issue: Issue) -> bool:
    return issue.status.category is StatusCategory.DONE


def is_closed_early(ops: Issue, clone_done: bool, pair: Handoff) -> bool:
    """Somebody finished the Ops issue while engineering has it: engineering has to know, and decides."""
    return is_finished(ops) and not clone_done and pair.returned is None


def is_finished_anyway(clone_done: bool, pair: Handoff) -> bool:
    """Engineering finished what Operations had taken back: its notes may solve it all the same."""
    return pair.returned is not None and clone_done and not pair.engineering_done
