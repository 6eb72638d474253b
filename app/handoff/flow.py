"""Hand over to engineering (clone, link, files, alert), keep both texts the same, and follow the clone's progress."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.domain import Adf, Handoff, Issue, IssueRef, StatusCategory, SyncedValue
from app.engine import flow, step
from app.errors import NotFound, Unavailable
from app.handoff import blocks, store
from app.handoff.clone import clone_fields, missing_files, not_carried
from app.handoff.fields import NOTES, SYNCED, jira_field, value
from app.handoff.merge import Decision, decide
from app.handoff.progression import next_status
from app.handoff.routing import goes_to_engineering, waits_for_engineering
from app.once import Found, once
from app.threads import talk


@flow
def route(site_id: int, issue_id: str) -> None:
    """An Ops issue was created, or its team changed. One clone for ever, however often this runs."""
    if not belongs_to_engineering(site_id, issue_id):
        return
    create_clone(site_id, issue_id)
    if not is_complete(site_id, issue_id):
        link_clone(site_id, issue_id)
        for attachment_id in files_to_copy(site_id, issue_id):
            copy_file(site_id, issue_id, attachment_id)
        complete(site_id, issue_id)
    send_to_engineering(site_id, issue_id)


@flow
def alert(site_id: int, ops_id: str) -> None:
    """A flow of its own, in the lane for talking: while Slack is away the tickets go on."""
    alert_engineering(site_id, ops_id)


@flow
def sync(site_id: int, issue_id: str) -> None:
    """A text changed on one side or on both."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        sync_texts(site_id, ops_id)


@flow
def progress(site_id: int, issue_id: str) -> None:
    """The clone's status changed."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        advance(site_id, ops_id)


@flow
def await_pair(site_id: int, issue_id: str, then: str) -> None:
    """An event of an issue that may be a clone whose hand-off is not remembered yet: *then* is the flow it is meant for."""
    start_in_lane(site_id, issue_id, then)


@step
def belongs_to_engineering(site_id: int, issue_id: str) -> bool:
    at = context.at(site_id)
    try:
        return goes_to_engineering(at.issue(issue_id), at.settings.ops_project)
    except NotFound:
        return False  # deleted meanwhile


@step
def create_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    project, issue_type = at.settings.engineering_project, at.settings.engineering_issue_type
    with at.db.reading() as session:
        if store.pair_of(session, site_id, ops_id):
            return
    original = at.issue(ops_id)
    settable = at.jira.settable_fields(project, issue_type)
    values = clone_fields(original, at.fields, project, issue_type, settable)

    def remember(session: Session, made: Found) -> None:
        store.remember(session, site_id, original.ref, IssueRef(made["id"], made["key"]))
        for field in SYNCED:
            said = digest(value(original, field))
            store.agree(session, site_id, ops_id, field, SyncedValue(said, said))
        audit.record(session, site_id, "create_clone", made["key"])

    once(
        at.db,
        clone_source(site_id, ops_id),
        make=lambda: at.jira.create_issue(values, {"role": "clone", "origin": ops_id}),
        look=lambda hint: at.jira.marked(project, hint["floor"], lambda mark: _is_clone_of(mark, ops_id)),
        hint=lambda: {"floor": at.jira.last_number(project)},
        remember=remember,
        settle_time=at.settings.settle_time,
    )


def clone_source(site_id: int, ops_id: str) -> str:
    return f"handoff.create_clone:{site_id}:{ops_id}"


def _is_clone_of(mark: dict[str, Any], ops_id: str) -> bool:
    return mark.get("role") == "clone" and mark.get("origin") == ops_id


@step
def is_complete(site_id: int, ops_id: str) -> bool:
    """Whether an earlier run went all the way; then there is nothing left to make."""
    with context.at(site_id).db.reading() as session:
        return store.is_complete(session, site_id, ops_id)


@step
def complete(site_id: int, ops_id: str) -> None:
    with context.at(site_id).db.writing() as session:
        store.set_complete(session, site_id, ops_id)
        engine.enqueue(session, "handoff.alert", site_id, ops_id, id=f"{site_id}:{ops_id}", lane=talk(site_id, ops_id))


@step
def link_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair = _pair(at, ops_id)
    at.jira.link(at.link_type, actor=pair.engineering.id, other=pair.ops.id)
    with at.db.writing() as session:
        audit.record(session, site_id, "link_clone", pair.ops.key)


@step
def files_to_copy(site_id: int, ops_id: str) -> list[str]:
    at = context.at(site_id)
    pair = _pair(at, ops_id)
    return missing_files(at.issue(pair.ops.id), at.issue(pair.engineering.id))


@step
def copy_file(site_id: int, ops_id: str, attachment_id: str) -> None:
    """Looks again before it copies: the answer of an earlier try may have been lost, and Jira keeps two of one name."""
    at = context.at(site_id)
    pair = _pair(at, ops_id)
    original = at.issue(pair.ops.id)
    if attachment_id not in missing_files(original, at.issue(pair.engineering.id)):
        return
    file = next(each for each in original.attachments if each.id == attachment_id)
    at.jira.copy_attachment(file, pair.engineering.id)
    with at.db.writing() as session:
        audit.record(session, site_id, f"copy_file {attachment_id}", pair.engineering.key)


@step
def alert_engineering(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair, original = _pair(at, ops_id), at.issue(ops_id)
    settable = at.jira.settable_fields(at.settings.engineering_project, at.settings.engineering_issue_type)
    left_out = not_carried(original, at.fields, settable)
    key = pair.engineering.key
    text, shown = blocks.alert(original, key, at.browse(key), at.browse(pair.ops.key), left_out)
    channel = at.slack.channel_id(at.settings.channel_engineering)
    at.post_once(f"handoff.alert:{site_id}:{ops_id}", channel, text, shown, None, "alert_engineering", pair.ops.key)


@step
def send_to_engineering(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair, original = _pair(at, ops_id), at.issue(ops_id)
    if not waits_for_engineering(original, pair.engineering_done, at.settings.status_needs_notes):
        return
    if at.jira.move(original, at.settings.status_to_engineering):
        with at.db.writing() as session:
            audit.record(session, site_id, "send_to_engineering", pair.ops.key)


@step
def pair_id(site_id: int, issue_id: str) -> str | None:
    """Id of the pair's Ops issue; None for an issue that has no clone and is none."""
    at = context.at(site_id)
    with at.db.reading() as session:
        pair = store.pair_of(session, site_id, issue_id)
    return pair.ops.id if pair else None


@step
def sync_texts(site_id: int, ops_id: str) -> None:
    """Read both now, decide, write: in one step, so that whatever repeats it reads again."""
    at = context.at(site_id)
    pair = _pair(at, ops_id)
    try:
        ops, engineering = at.issue(pair.ops.id), at.issue(pair.engineering.id)
    except NotFound:
        return  # one of the two was deleted, or may not be seen: there is nothing to keep in step
    decisions = {field: _decision(at, field, ops, engineering) for field in SYNCED}
    ops = _write(at, ops, {field: d.to_ops for field, d in decisions.items()})
    engineering = _write(at, engineering, {field: d.to_engineering for field, d in decisions.items()})
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


def _write(at: context.At, issue: Issue, texts: dict[str, Adf | None]) -> Issue:
    """The issue as it is afterwards; all fields go in one call."""
    wanted = {
        jira_field(field, at.fields): for_issue(text, value(issue, field)) if text["content"] else None
        for field, text in texts.items()
        if text is not None
    }
    return at.jira.edit_issue(issue.ref.id, wanted, at.fields) if wanted else issue


@step
def advance(site_id: int, ops_id: str) -> None:
    """Move the Ops issue where its clone's progress puts it; remembered only when that is done, so a repetition decides alike."""
    at = context.at(site_id)
    pair = _pair(at, ops_id)
    try:
        ops, clone = at.issue(pair.ops.id), at.issue(pair.engineering.id)
    except NotFound:
        return
    settings, done = at.settings, clone.status.category is StatusCategory.DONE
    target = next_status(ops, done, pair.engineering_done, settings.status_to_engineering, settings.status_needs_notes)
    if target:
        at.jira.move(ops, target)
    with at.db.writing() as session:
        store.set_engineering_done(session, site_id, ops_id, done)
        if target:
            audit.record(session, site_id, f"advance to {target}", pair.ops.key)
        if target == settings.status_needs_notes:
            run = engine.flow_id().partition("/")[2]
            engine.enqueue(session, "publishing.ask_notes", site_id, ops_id, id=run, lane=talk(site_id, ops_id))


@step
def start_in_lane(site_id: int, issue_id: str, then: str) -> None:
    at = context.at(site_id)
    with at.db.writing() as session:
        pair = store.pair_of(session, site_id, issue_id)
        if pair:
            run = engine.flow_id().partition("/")[2]
            engine.enqueue(session, then, site_id, issue_id, id=run, lane=f"{site_id}:{pair.ops.id}")
        elif store.clone_under_way(session, site_id):
            raise Unavailable("A hand-off is under way; the issue may be its clone.")


def _pair(at: context.At, ops_id: str) -> Handoff:
    with at.db.reading() as session:
        pair = store.pair_of(session, at.site_id, ops_id)
    assert pair, f"no pair for issue {ops_id}"
    return pair
