"""Hand over to engineering: clone, link, files, alert."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.domain import IssueRef
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Unavailable
from app.handoff import clone, store, store_files, store_plain
from app.handoff.flow_files import copy_files
from app.handoff.flow_move import note_move, try_to_move
from app.handoff.flow_pair import both, pair_at
from app.handoff.flow_pictures import Pictures
from app.handoff.flow_return import open_again, take_back
from app.handoff.flow_standing import stands_still
from app.handoff.routing import goes_to_engineering, waits_for_engineering
from app.once import Found, once
from app.threads import talk


@flow
def route(site_id: int, issue_id: str) -> None:
    """An Ops issue was created, or its team changed. One clone for ever, however often this runs and wherever it goes."""
    if not belongs_to_engineering(site_id, issue_id):
        take_back(site_id, issue_id)
        return
    create_clone(site_id, issue_id)
    if not is_complete(site_id, issue_id):
        link_clone(site_id, issue_id)
        copy_files(site_id, issue_id)
        complete(site_id, issue_id)
    send_to_engineering(site_id, issue_id)


@step
def belongs_to_engineering(site_id: int, issue_id: str) -> bool:
    at = context.at(site_id)
    with at.db.reading() as session:
        pair = store.pair_of(session, site_id, issue_id)
    if pair and pair.engineering.id == issue_id:
        return False  # a clone, wherever somebody moved it and whatever became of its mark
    try:
        issue = at.issue(issue_id, clone.LABELS)
        return goes_to_engineering(issue, at.settings.ops_project, clone.as_label(at.settings.label_clone))
    except NotFound:
        return False  # deleted meanwhile


@step
def create_clone(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    project, issue_type = at.settings.engineering_project, at.settings.engineering_issue_type
    with at.db.reading() as session:
        if store.pair_of(session, site_id, ops_id):
            return
    shared, targets = at.shared, at.jira.create_fields(project, issue_type)
    original = Pictures(at, ops_id).named(at.issue(ops_id, *clone.fields_to_read(shared)))
    label = clone.as_label(at.settings.label_clone)
    plan = clone.draft(original, shared, targets, project, issue_type, label)
    if missing := clone.unfilled(plan, targets):
        raise _nothing_fills(missing, project, issue_type)
    agreed = clone.agreement(original, plan, shared, at.fields)
    mark = clone.mark_of(ops_id, agreed)

    def remember(session: Session, made: Found) -> None:
        store.remember(session, site_id, original.ref, IssueRef(made["id"], made["key"]), plan.left_out)
        for field, value in clone.said_in(made["mark"], agreed).items():
            store.agree(session, site_id, ops_id, field, value)
        if "drafted" in made:  # one that is found again may have been made from other values
            plain = clone.plain_agreement(original, plan, shared, targets, label)
            store_plain.agree(session, site_id, ops_id, plain)
        audit.record(session, site_id, "create_clone", made["key"])
        for lost in plan.left_out:
            audit.record(session, site_id, "not_carried", made["key"], f"{lost.field}: {lost.why}")

    once(
        at.db,
        clone_source(site_id, ops_id),
        make=lambda: {**at.jira.create_issue(plan.fields, mark), "mark": mark, "drafted": True},
        look=lambda hint: at.jira.marked(project, hint["floor"], lambda mark: clone.is_clone_of(mark, ops_id)),
        hint=lambda: {"floor": at.jira.last_number(project)},
        remember=remember,
        settle_time=at.settings.settle_time,
    )


def _nothing_fills(missing: Sequence[str], project: str, issue_type: str) -> Misconfigured:
    names = ", ".join(repr(name) for name in missing)
    return Misconfigured(
        f"Project {project} asks for {names} on a new {issue_type}, and nothing fills that.",
        "Let HANDOFF_FIELDS fill it from a field of the Ops issue that always has a value, give it a default value in "
        "Jira, or make it optional; then repeat the flow (`python -m app repeat`).",
    )


def clone_source(site_id: int, ops_id: str) -> str:
    return f"handoff.create_clone:{site_id}:{ops_id}"


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
    """The mark learns its own issue's id, and people see the link, in the right direction."""
    at = context.at(site_id)
    pair, link_type = pair_at(at, ops_id), at.link_type
    at.jira.set_mark(pair.engineering.id, clone.own_mark(pair.ops.id, pair.engineering.id))
    at.jira.link(link_type, actor=pair.engineering.id, other=pair.ops.id)
    # The answer has no body; and whoever swaps the two ends makes another link, which also counts as made.
    if not clone.is_linked(at.jira.links(pair.engineering.id), link_type, pair.ops.id):
        raise Unavailable(f"Jira took the link from {pair.engineering.key} to {pair.ops.key} and does not show it.")
    with at.db.writing() as session:
        audit.record(session, site_id, "link_clone", pair.ops.key)


@step
def send_to_engineering(site_id: int, ops_id: str) -> None:
    """Once more for a pair that had come back: then its clone is opened first."""
    at = context.at(site_id)
    pair, target = pair_at(at, ops_id), at.settings.status_to_engineering
    original, clone = both(at, pair)
    if original is None or (pair.returned and not open_again(at, pair, original, clone)):
        return
    pair = pair_at(at, ops_id)
    waits = waits_for_engineering(original, pair.engineering_done, at.settings.status_needs_notes)
    if not waits and pair.owed != target:
        return
    if pair.frozen and stands_still(at, pair):
        with at.db.writing() as session:
            store.change(session, site_id, ops_id, owed=target)
        return
    stuck = try_to_move(at, original, target)
    with at.db.writing() as session:
        note_move(session, site_id, pair, "send_to_engineering", target, stuck)
