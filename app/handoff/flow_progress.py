"""Follow the clone's progress."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import context, engine
from app.domain import Issue
from app.domain_handoff import Handoff
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import clone, store, store_notices
from app.handoff.flow_move import note_move, try_to_move
from app.handoff.flow_pair import both, pair_at, pair_id
from app.handoff.flow_return import take_our_notes_out
from app.handoff.flow_standing import holds, with_both
from app.handoff.notices import CLOSED_EARLY, FINISHED_ANYWAY, Notice
from app.handoff.progression import is_closed_early, is_finished, is_finished_anyway, next_status
from app.handoff.routing import goes_to_engineering, is_elsewhere, was_opened_again
from app.handoff.standing import MISSING
from app.threads import talk


@flow
def progress(site_id: int, issue_id: str) -> None:
    """The status of one of the two changed, or its place, or who may see it."""
    ops_id = pair_id(site_id, issue_id)
    if not ops_id:
        hand_over_after_all(site_id, issue_id)
        return
    with_both(site_id, ops_id, lambda: advance(site_id, ops_id))


@step
def hand_over_after_all(site_id: int, issue_id: str) -> None:
    """A ticket that was finished before it could be handed over, and is open again: now somebody waits for engineering.

    One that was there before us, and only moves on, is left to those who work on it.
    """
    at = context.at(site_id)
    project, label = at.settings.ops_project, clone.as_label(at.settings.label_clone)
    try:
        issue = at.issue(issue_id, clone.LABELS)
        wanted = goes_to_engineering(issue, project, label)
        if not wanted or not was_opened_again(at.survey.edits(issue_id, issue.created), at.survey.board(project)):
            return
    except NotFound:
        return
    with at.db.writing() as session:
        engine.enqueue(session, "handoff.route", site_id, issue_id, id=f"{_run()}:team", lane=f"{site_id}:{issue_id}")


@step
def advance(site_id: int, ops_id: str) -> str | None:
    """Move the Ops issue where its clone's progress puts it; remembered only when that is done, so a repetition decides alike."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    ops, clone = both(at, pair)
    if ops is None or clone is None:
        return MISSING
    if not holds(at, pair, ops, clone):
        return None
    if is_elsewhere(ops, pair):
        with at.db.writing() as session:
            engine.enqueue(session, "handoff.route", site_id, ops_id, id=f"{_run()}:team", lane=f"{site_id}:{ops_id}")
        return None
    if pair.returned and not is_finished(clone):
        take_our_notes_out(at, pair, clone)
    _follow(at, pair, ops, is_finished(clone))
    return None


def _follow(at: context.At, pair: Handoff, ops: Issue, done: bool) -> None:
    settings = at.settings
    target = next_status(ops, done, pair, settings.status_to_engineering, settings.status_needs_notes)
    stuck = try_to_move(at, ops, target) if target else None
    # A finished issue owes nothing; that its clone was re-opened is then remembered by not taking note of it.
    was_done = pair.engineering_done if stuck and is_finished(ops) else done
    with at.db.writing() as session:
        note_move(session, at.site_id, pair, f"advance to {target}", target, stuck)
        store.change(session, at.site_id, pair.ops.id, engineering_done=was_done)
        _tell_news(session, at.site_id, pair, done, early=is_closed_early(ops, done, pair) and not target)
        if target == settings.status_needs_notes and not stuck:
            lane = talk(at.site_id, pair.ops.id)
            engine.enqueue(session, "publishing.ask_notes", at.site_id, pair.ops.id, id=_run(), lane=lane)


def _tell_news(session: Session, site_id: int, pair: Handoff, done: bool, early: bool) -> None:
    if is_finished_anyway(done, pair):
        store_notices.tell(session, site_id, pair.ops.id, Notice(FINISHED_ANYWAY))
    elif not done:
        store_notices.clear(session, site_id, pair.ops.id, FINISHED_ANYWAY)
    if early:
        store_notices.tell(session, site_id, pair.ops.id, Notice(CLOSED_EARLY))
    else:
        store_notices.clear(session, site_id, pair.ops.id, CLOSED_EARLY)


def _run() -> str:
    return engine.flow_id().partition("/")[2]
