"""Does the pair hold? Frozen when one of the two is deleted, hidden or moved; thawed when it is back; unlinked it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app import audit, context, engine
from app.domain import Issue
from app.domain_handoff import Handoff, Returned
from app.engine import flow, step
from app.errors import NotFound, Unavailable
from app.handoff import store, store_notices
from app.handoff.flow_pair import both, pair_at, pair_id
from app.handoff.notices import BACK, FROZEN, UNLINKED, Notice
from app.handoff.standing import ENGINEERING, MISSING, OPS, is_known_missing, missing_side, moved_side
from app.models import utcnow


@flow
def deleted(site_id: int, issue_id: str) -> None:
    """Jira says that an issue was deleted. Its twin is never deleted with it."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        freeze_missing(site_id, ops_id, issue_id)


@flow
def check_link(site_id: int, issue_id: str) -> None:
    """A link was made or taken away. Links are for people: the pair goes on without."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        look_at_link(site_id, ops_id)


def with_both(site_id: int, ops_id: str, work: Callable[[], str | None]) -> str | None:
    """What *work* gives. It is done again where it says MISSING and both are there after all, for 404 may be a passing thing.

    If one of the two is not there the pair is frozen, and what was left undone is done when that thaws.
    """
    while (found := work()) == MISSING:
        if freeze_missing(site_id, ops_id, ""):
            break
    return found


@step
def freeze_missing(site_id: int, ops_id: str, deleted_id: str) -> bool:
    """Freeze the pair if one of the two is not found; False if both are there.

    Only with Jira's word, that it deleted the issue *deleted_id*, one look is enough: 404 may be a passing thing.
    """
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    side = _missing(at, pair)
    if side is None or is_known_missing(pair, side):
        return side is not None
    ref, project = _place(at, pair, side)
    jira_said_so = ref == deleted_id
    if not jira_said_so:
        _second_look(at, ops_id)
    _freeze(at, pair, missing_side(side, jira_said_so, at.jira.may("BROWSE_PROJECTS", project)))
    return True


def _missing(at: context.At, pair: Handoff) -> str | None:
    ops, clone = both(at, pair)
    if ops and clone:
        with at.db.writing() as session:
            store.change(session, at.site_id, pair.ops.id, missing_since=None)
        return None
    return ENGINEERING if ops else OPS


def _place(at: context.At, pair: Handoff, side: str) -> tuple[str, str]:
    """Id and project of one of the two."""
    if side == OPS:
        return pair.ops.id, at.settings.ops_project
    return pair.engineering.id, at.settings.engineering_project


def _second_look(at: context.At, ops_id: str) -> None:
    """Raises Unavailable until some time has passed since it was not found for the first time."""
    with at.db.writing() as session:
        since = store.missing_since(session, at.site_id, ops_id)
    left = (since + timedelta(seconds=at.settings.settle_time) - utcnow()).total_seconds()
    if left > 0:
        raise Unavailable(f"A ticket of the pair of {ops_id} was not found; it is looked for again.", retry_after=left)


def holds(at: context.At, pair: Handoff, ops: Issue, clone: Issue) -> bool:
    """Whether the pair holds, by what both are now: one that was moved freezes it, and what is back thaws it."""
    why = moved_side(ops.project, clone.project, at.settings.ops_project, at.settings.engineering_project)
    if (ops.ref.key, clone.ref.key) != (pair.ops.key, pair.engineering.key):
        with at.db.writing() as session:
            store.change(session, at.site_id, pair.ops.id, ops_key=ops.ref.key, engineering_key=clone.ref.key)
    if why:
        _freeze(at, pair, why)
    elif pair.frozen:
        _thaw(at, pair)
    return why is None


def _freeze(at: context.At, pair: Handoff, why: str) -> None:
    if pair.frozen == why:
        return
    with at.db.writing() as session:
        store.change(session, at.site_id, pair.ops.id, frozen=why, missing_since=None)
        store_notices.clear(session, at.site_id, pair.ops.id, BACK)
        store_notices.tell(session, at.site_id, pair.ops.id, Notice(FROZEN, {"why": why}))
        audit.record(session, at.site_id, "freeze", pair.ops.key, why)


def _thaw(at: context.At, pair: Handoff) -> None:
    """Both texts may have changed meanwhile, and files were attached."""
    lane = f"{at.site_id}:{pair.ops.id}"
    with at.db.writing() as session:
        store.change(session, at.site_id, pair.ops.id, frozen=None, missing_since=None)
        store_notices.clear(session, at.site_id, pair.ops.id, FROZEN)
        store_notices.tell(session, at.site_id, pair.ops.id, Notice(BACK))
        audit.record(session, at.site_id, "thaw", pair.ops.key)
        for each in ("handoff.files", "handoff.sync"):
            engine.enqueue(session, each, at.site_id, pair.ops.id, id=f"{_run()}:thawed", lane=lane)


def stands_still(at: context.At, pair: Handoff) -> bool:
    """Whether nothing may be written to the pair. What it still waits for is tried again: an event of it has come."""
    if pair.frozen or pair.owed or pair.returned is Returned.CLOSING:
        lane = f"{at.site_id}:{pair.ops.id}"
        with at.db.writing() as session:
            engine.enqueue(session, "handoff.progress", at.site_id, pair.ops.id, id=f"{_run()}:again", lane=lane)
    return pair.frozen is not None


def _run() -> str:
    return engine.flow_id().partition("/")[2]


@step
def look_at_link(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    try:
        linked = pair.engineering.id in at.jira.linked(pair.ops.id)
        at.issue(pair.engineering.id)  # with it, its links go; that is another story
    except NotFound:
        return
    with at.db.writing() as session:
        if linked:
            store_notices.clear(session, site_id, ops_id, UNLINKED)
        elif store.is_complete(session, site_id, ops_id):
            store_notices.tell(session, site_id, ops_id, Notice(UNLINKED))
            audit.record(session, site_id, "unlinked", pair.ops.key, "told")
