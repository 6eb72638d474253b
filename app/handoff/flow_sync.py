"""Keep both texts the same, whoever edits."""

from __future__ import annotations

from app import audit, context
from app.adf.canonical import digest
from app.domain import Adf, Issue, StatusCategory, SyncedValue
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import store
from app.handoff.fields import NOTES, SYNCED, jira_field, value
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.flow_pictures import Pictures
from app.handoff.merge import Decision, decide


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
    pair = pair_at(at, ops_id)
    pictures = Pictures(at, ops_id)
    try:
        ops, engineering = pictures.read()
    except NotFound:
        return  # one of the two was deleted, or may not be seen: there is nothing to keep in step
    decisions = {field: _decision(at, field, ops, engineering) for field in SYNCED}
    ops = _write(at, pictures, ops, {field: d.to_ops for field, d in decisions.items()})
    engineering = _write(at, pictures, engineering, {field: d.to_engineering for field, d in decisions.items()})
    with at.db.writing() as session:
        for field, decision in decisions.items():
            if not decision.stays_apart:
                said = SyncedValue(digest(value(ops, field)), digest(value(engineering, field)))
                store.agree(session, site_id, ops_id, field, said)
            if decision.to_ops or decision.to_engineering:
                audit.record(session, site_id, f"sync {field}", pair.ops.key, "both kept" if decision.clash else "done")


def _decision(at: context.At, field: str, ops: Issue, engineering: Issue) -> Decision:
    with at.db.reading() as session:
        base = store.agreed(session, at.site_id, ops.ref.id, field)
    done = StatusCategory.DONE in (ops.status.category, engineering.status.category)
    return decide(value(ops, field), value(engineering, field), base, keep_text=field == NOTES and done)


def _write(at: context.At, pictures: Pictures, issue: Issue, texts: dict[str, Adf | None]) -> Issue:
    """The issue as it is afterwards; all fields go in one call."""
    wanted = {
        jira_field(field, at.fields): pictures.bound(text, issue, value(issue, field)) if text["content"] else None
        for field, text in texts.items()
        if text is not None
    }
    return pictures.edit(issue, wanted) if wanted else issue
