"""Plain fields that follow each other: what the sync of a pair writes besides its texts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app import context
from app.domain import Issue
from app.domain_handoff import Choice, SharedField
from app.handoff import store_plain
from app.handoff.changelog import last_by_people, newest
from app.handoff.clone import as_label
from app.handoff.fields import changes_of
from app.handoff.flow_tickets import our_account
from app.handoff.plain import Said, Sides, Write, clash, plain_fields, said, turn, write


def writes(at: context.At, ops: Issue, engineering: Issue) -> tuple[Write, Write]:
    """What has to be written into the Ops issue and into its clone; both were read with the fields of the table."""
    turns = _turns(at, ops, engineering)
    fields = plain_fields(at.shared)
    return (
        _write(at, ops, {each.ops: (each, turns[each.ops].ops) for each in fields}),
        _write(at, engineering, {each.engineering: (each, turns[each.ops].engineering) for each in fields}),
    )


def _turns(at: context.At, ops: Issue, engineering: Issue) -> dict[str, Sides]:
    with at.db.reading() as session:
        bases = store_plain.agreed(session, at.site_id, ops.ref.id)
    wanted = {}
    for each in plain_fields(at.shared):
        now, base = _now(at, each, ops, engineering), bases.get(each.ops)
        ops_is_newest = not clash(now, base, each.kind, each.rule) or _ops_is_newest(at, each, ops, engineering)
        wanted[each.ops] = turn(now, base, each.kind, each.rule, ops_is_newest)
    return wanted


def _now(at: context.At, each: SharedField, ops: Issue, engineering: Issue) -> Sides:
    return Sides(_said(at, each, each.ops, ops), _said(at, each, each.engineering, engineering))


def _said(at: context.At, each: SharedField, id: str, issue: Issue) -> Said:
    return said(issue.values.get(id), each.kind, as_label(at.settings.label_clone))


def _ops_is_newest(at: context.At, each: SharedField, ops: Issue, engineering: Issue) -> bool:
    """Whose change by a person is the later one; a value that was there from the beginning is the older one."""
    here = changes_of(at.jira.changes(ops.ref.id), each.ops, each.rule.ops)
    there = changes_of(at.jira.changes(engineering.ref.id), each.engineering, each.rule.engineering)
    us = our_account(at)
    return newest(last_by_people(here, us), last_by_people(there, us)) is Choice.OPS


def _write(at: context.At, issue: Issue, wanted: Mapping[str, tuple[SharedField, Said]]) -> Write:
    """What can be chosen there is asked only when there is something to write."""
    new = {id: (each.kind, words) for id, (each, words) in wanted.items() if words != _said(at, each, id, issue)}
    if not new:
        return Write({})
    return write(new, issue.values, at.jira.edit_fields(issue.ref.id), as_label(at.settings.label_clone))


def remember(session: Session, at: context.At, ops: Issue, engineering: Issue) -> None:
    """Both as Jira gave them back: what could not be said on one side is agreed to differ, and not tried again."""
    sides = {each.ops: _now(at, each, ops, engineering) for each in plain_fields(at.shared)}
    store_plain.agree(session, at.site_id, ops.ref.id, sides)
