"""Keep both texts the same, whoever edits; and the plain fields that the sync table names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app import audit, context
from app.adf.canonical import digest
from app.domain import Adf, Issue, LeftOut, StatusCategory, SyncedValue
from app.engine import flow, step
from app.errors import NotFound, Refused
from app.handoff import flow_plain, store
from app.handoff.carrying import for_clone, for_original
from app.handoff.fields import NOTES, SYNCED, jira_field, value
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.flow_standing import stands_still
from app.handoff.merge import Decision, decide
from app.handoff.plain import Write


@flow
def sync(site_id: int, issue_id: str) -> None:
    """A text changed on one side or on both."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        sync_texts(site_id, ops_id)


@step
def sync_texts(site_id: int, ops_id: str) -> None:
    """Read both now, decide, write: in one step, so that whatever repeats it reads again."""
    at = context.at(site_id)
    pair, more = pair_at(at, ops_id), flow_plain.ids_to_read(at)
    if stands_still(at, pair):
        return
    try:
        ops, engineering = at.issue(pair.ops.id, *more), at.issue(pair.engineering.id, *more)
    except NotFound:
        return  # one of the two was deleted, or may not be seen: there is nothing to keep in step
    decisions = {field: _decision(at, field, ops, engineering) for field in SYNCED}
    plain = flow_plain.turns(at, ops, engineering)
    ops_plain, engineering_plain = (flow_plain.to_write(at, each, plain) for each in (ops, engineering))
    to_ops = {field: _said(d.to_ops, value(ops, field), for_original) for field, d in decisions.items()}
    ops, lost = _write(at, ops, to_ops, ops_plain)
    to_engineering = {
        field: _said(d.to_engineering, value(engineering, field), for_clone) for field, d in decisions.items()
    }
    engineering, lost_there = _write(at, engineering, to_engineering, engineering_plain)
    with at.db.writing() as session:
        for field, decision in decisions.items():
            if not decision.stays_apart:
                said = SyncedValue(digest(value(ops, field)), digest(value(engineering, field)))
                store.agree(session, site_id, ops_id, field, said)
            if decision.to_ops or decision.to_engineering:
                audit.record(session, site_id, f"sync {field}", pair.ops.key, "both kept" if decision.clash else "done")
        flow_plain.remember(session, at, ops, engineering)
        for id in {*ops_plain.values, *engineering_plain.values}:
            audit.record(session, site_id, f"sync {id}", pair.ops.key)
        flow_plain.note_lost(session, at, pair.ops.key, lost)
        flow_plain.note_lost(session, at, pair.engineering.key, lost_there)


def _decision(at: context.At, field: str, ops: Issue, engineering: Issue) -> Decision:
    with at.db.reading() as session:
        base = store.agreed(session, at.site_id, ops.ref.id, field)
    done = StatusCategory.DONE in (ops.status.category, engineering.status.category)
    return decide(value(ops, field), value(engineering, field), base, keep_text=field == NOTES and done)


def _said(text: Adf | None, there: Adf | None, as_it_is_said: Callable[[Adf, Adf | None], Adf]) -> Adf | None:
    return None if text is None else as_it_is_said(text, there)


def _write(
    at: context.At, issue: Issue, texts: dict[str, Adf | None], plain: Write
) -> tuple[Issue, tuple[LeftOut, ...]]:
    """The issue as it is afterwards, and what it does not take; all fields go in one call."""
    wanted: dict[str, Any] = {
        jira_field(field, at.fields): text if text["content"] else None
        for field, text in texts.items()
        if text is not None
    }
    if not wanted and not plain.values:
        return issue, plain.lost
    more = flow_plain.ids_to_read(at)
    try:
        return at.jira.edit_issue(issue.ref.id, wanted | plain.values, at.fields, more), plain.lost
    except Refused as error:
        if not plain.values:
            raise
        # One value that Jira does not take must not keep the texts apart.
        refused = tuple(LeftOut(id, str(error)) for id in plain.values)
    after = at.jira.edit_issue(issue.ref.id, wanted, at.fields, more) if wanted else issue
    return after, plain.lost + refused
