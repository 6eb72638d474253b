"""Back to Operations, and to engineering once more: what becomes of the clone. There is never a second one."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.orm import Session

from app import audit, context
from app.adf.canonical import digest
from app.adf.text import is_blank
from app.domain import Adf, Issue, StatusCategory
from app.domain_handoff import Handoff, Returned, SyncedValue
from app.engine import step
from app.errors import NotFound, Refused
from app.handoff import store, store_notices
from app.handoff.carrying import for_clone
from app.handoff.fields import NOTES
from app.handoff.flow_move import Stuck, note_move, try_to_move
from app.handoff.flow_pair import both
from app.handoff.flow_pictures import Pictures
from app.handoff.flow_standing import holds
from app.handoff.notices import AGAIN, CLOSED_EARLY, FINISHED_ANYWAY, RETURNED, STUCK_ENGINEERING, UNLINKED, Notice
from app.handoff.progression import is_finished
from app.handoff.returning import OUR_NOTES, is_ours
from app.handoff.routing import ENGINEERING, comes_back
from app.logs import event


@step
def take_back(site_id: int, issue_id: str) -> None:
    """If another team has the issue now: its clone is closed if nobody began, and it goes to *To Do*.

    1. What shall become of both is written down before the first call, so that a repetition decides alike.
    2. The clone is closed, unless somebody has begun meanwhile.
    3. The Ops issue is moved.
    """
    at = context.at(site_id)
    with at.db.reading() as session:
        pair = store.pair_of(session, site_id, issue_id)
    if pair is None or pair.ops.id != issue_id:
        return
    original, clone = both(at, pair)
    if original is None or not comes_back(original) or (clone and not holds(at, pair, original, clone)):
        return
    if pair.returned is None and not _knows_teams(at):
        return
    if pair.returned is None:
        pair = _begin(at, pair, original, clone)
    if clone and pair.returned is Returned.CLOSING:
        _close(at, pair, original, clone)
    if pair.owed and not is_finished(original):
        stuck = try_to_move(at, original, pair.owed)
        with at.db.writing() as session:
            note_move(session, site_id, pair, "take_back", pair.owed, stuck)


def _knows_teams(at: context.At) -> bool:
    """Whether people can choose Engineering. If that was renamed, every ticket that engineering has seems to be another's."""
    try:
        team = at.jira.create_fields(at.settings.ops_project, at.settings.ops_issue_type).get(at.fields.team)
    except (NotFound, Refused):
        team = None  # who may not make tickets there is not told what they offer
    if team is None or ENGINEERING in {words for words, _ in team.choices}:
        return True
    event("not taken back", level=logging.ERROR, site=at.site_id, reason=f"no team is called {ENGINEERING} in Jira")
    return False


def _begin(at: context.At, pair: Handoff, original: Issue, clone: Issue | None) -> Handoff:
    returned = Returned.CLOSING if clone and clone.status.category is StatusCategory.NEW else Returned.LEFT
    owed = None if is_finished(original) else at.settings.status_ops_todo
    done = clone is not None and is_finished(clone)
    with at.db.writing() as session:
        store.change(session, at.site_id, pair.ops.id, returned=returned, owed=owed, engineering_done=done)
        store_notices.clear(session, at.site_id, pair.ops.id, AGAIN, CLOSED_EARLY)
        if clone and returned is Returned.LEFT:
            fate = {"clone": "done" if done else "started"}
            store_notices.tell(session, at.site_id, pair.ops.id, Notice(RETURNED, fate))
        audit.record(session, at.site_id, f"back to Operations, clone {returned}", pair.ops.key)
    return replace(pair, returned=returned, owed=owed)


def _close(at: context.At, pair: Handoff, original: Issue, clone: Issue) -> None:
    """Done already is closed by us, in an earlier try; begun by somebody meanwhile is left."""
    stuck, begun = None, clone.status.category is StatusCategory.INDETERMINATE
    if begun:
        take_our_notes_out(at, pair, clone)
    if clone.status.category is StatusCategory.NEW:
        _put_our_notes(at, pair, original, clone)
        stuck = try_to_move(at, clone, at.settings.status_engineering_wont_do, at.settings.resolution_wont_do)
    fate = "not started" if stuck else "started" if begun else "closed"
    with at.db.writing() as session:
        if not stuck:
            returned = Returned.LEFT if begun else Returned.CLOSED
            store.change(session, at.site_id, pair.ops.id, returned=returned, engineering_done=not begun)
            audit.record(session, at.site_id, "close_clone", pair.engineering.key, fate)
        store_notices.tell(session, at.site_id, pair.ops.id, Notice(RETURNED, {"clone": fate}))
        _note_stuck_clone(at, session, pair, stuck)


def _note_stuck_clone(at: context.At, session: Session, pair: Handoff, stuck: Stuck | None) -> None:
    if stuck:
        store_notices.tell(session, at.site_id, pair.ops.id, Notice(STUCK_ENGINEERING, stuck))
        outcome = f"no way from {stuck['status']} to {stuck['target']}"[:200]
        audit.record(session, at.site_id, "move_clone", pair.engineering.key, outcome)
    else:
        store_notices.clear(session, at.site_id, pair.ops.id, STUCK_ENGINEERING)


def _put_our_notes(at: context.At, pair: Handoff, original: Issue, clone: Issue) -> None:
    """The gate wants notes. The original's, if it has any; else words of ours, which both sides agree to differ on."""
    if is_blank(clone.notes):
        words = _notes_for_clone(at, original, clone)
        try:
            clone = at.jira.edit_issue(clone.ref.id, {at.fields.notes: words}, at.fields)
        except (NotFound, Refused):
            return  # it is gone this moment, or the project has no such field, and then no such gate
    if is_ours(clone.notes):
        _agree_on_notes(at, pair, clone)


def _notes_for_clone(at: context.At, original: Issue, clone: Issue) -> Adf:
    pictures = Pictures(at, original.ref.id)
    notes = pictures.named_text(original.notes, original)
    return OUR_NOTES if notes is None or is_blank(notes) else pictures.bound(for_clone(notes), clone, clone.notes)


def _agree_on_notes(at: context.At, pair: Handoff, clone: Issue) -> None:
    """That the clone says this. What Ops said when they last agreed stays: notes of today may still have to travel."""
    with at.db.writing() as session:
        before = store.agreed(session, at.site_id, pair.ops.id, NOTES) or SyncedValue(digest(None), digest(None))
        store.agree(session, at.site_id, pair.ops.id, NOTES, replace(before, engineering_hash=digest(clone.notes)))


def open_again(at: context.At, pair: Handoff, original: Issue, clone: Issue | None) -> bool:
    """Engineering gets the issue once more, in the same clone; False if that is not there or could not be re-opened."""
    if clone is None or not holds(at, pair, original, clone):
        return False  # the event of its deletion, or the next look at it, freezes the pair
    stuck = _open(at, pair, clone)
    with at.db.writing() as session:
        _note_stuck_clone(at, session, pair, stuck)
        if not stuck:
            _hand_over(at, session, pair)
    return not stuck


def _open(at: context.At, pair: Handoff, clone: Issue) -> Stuck | None:
    if is_finished(clone) and (stuck := try_to_move(at, clone, at.settings.status_engineering_reopened)):
        return stuck
    take_our_notes_out(at, pair, clone)
    _link_again(at, pair)
    return None


def _hand_over(at: context.At, session: Session, pair: Handoff) -> None:
    owed = at.settings.status_to_engineering
    store.change(session, at.site_id, pair.ops.id, returned=None, engineering_done=False, owed=owed)
    store_notices.clear(session, at.site_id, pair.ops.id, RETURNED, UNLINKED, FINISHED_ANYWAY)
    store_notices.tell(session, at.site_id, pair.ops.id, Notice(AGAIN))
    audit.record(session, at.site_id, "open_again", pair.engineering.key)


def _link_again(at: context.At, pair: Handoff) -> None:
    """The same link twice is one. It is for people: without the permission to link the rest goes on."""
    outcome = "done"
    try:
        at.jira.link(at.link_type, actor=pair.engineering.id, other=pair.ops.id)
    except (NotFound, Refused) as no:
        outcome = str(no)
    with at.db.writing() as session:
        audit.record(session, at.site_id, "link_clone", pair.ops.key, outcome)


def take_our_notes_out(at: context.At, pair: Handoff, clone: Issue) -> None:
    """Somebody works on *clone* again: whoever finishes it says what was done, as the gate wants it."""
    if not is_ours(clone.notes):
        return
    try:
        emptied = at.jira.edit_issue(clone.ref.id, {at.fields.notes: None}, at.fields)
    except (NotFound, Refused):
        return  # they stay, and still do not travel
    _agree_on_notes(at, pair, emptied)
