"""Hand over to engineering: clone, link, files, alert."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.adf.canonical import digest
from app.domain import IssueRef, SyncedValue
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import store, store_files
from app.handoff.clone import clone_fields
from app.handoff.fields import SYNCED, value
from app.handoff.flow_files import copy_file, files_to_copy
from app.handoff.flow_pair import pair_at
from app.handoff.flow_pictures import Pictures
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
    original = Pictures(at, ops_id).named(at.issue(ops_id))
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
        if store_files.files_of(session, site_id, ops_id):  # which the clone's texts may show now
            lane = f"{site_id}:{ops_id}"
            engine.enqueue(session, "handoff.pictures", site_id, ops_id, id=lane, lane=lane)


@step
def link_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    at.jira.link(at.link_type, actor=pair.engineering.id, other=pair.ops.id)
    with at.db.writing() as session:
        audit.record(session, site_id, "link_clone", pair.ops.key)


@step
def send_to_engineering(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair, original = pair_at(at, ops_id), at.issue(ops_id)
    if not waits_for_engineering(original, pair.engineering_done, at.settings.status_needs_notes):
        return
    if at.jira.move(original, at.settings.status_to_engineering):
        with at.db.writing() as session:
            audit.record(session, site_id, "send_to_engineering", pair.ops.key)
