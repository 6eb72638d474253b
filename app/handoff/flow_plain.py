"""Plain fields that follow each other: what the sync of a pair writes besides its texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import audit, context
from app.domain import Choice, Issue, LeftOut, SharedField
from app.handoff import store_plain
from app.handoff.changelog import last_by_people, newest
from app.handoff.clone import as_label
from app.handoff.plain import Said, Sides, Write, clash, plain_fields, said, turn, write


@dataclass(frozen=True)
class Turns:
    """What each side shall say, by the Ops field's id."""

    ops_id: str
    wanted: Mapping[str, Sides]


def ids_to_read(at: context.At) -> list[str]:
    """Of both sides, so that the two issues can be read in one call."""
    return [id for each in plain_fields(at.shared) for id in (each.ops, each.engineering)]


def turns(at: context.At, ops: Issue, engineering: Issue) -> Turns:
    """Both were read with `ids_to_read`."""
    with at.db.reading() as session:
        bases = store_plain.agreed(session, at.site_id, ops.ref.id)
    wanted = {}
    for each in plain_fields(at.shared):
        now, base = _now(at, each, ops, engineering), bases.get(each.ops)
        ops_is_newest = not clash(now, base, each.kind, each.rule) or _ops_is_newest(at, each, ops, engineering)
        wanted[each.ops] = turn(now, base, each.kind, each.rule, ops_is_newest)
    return Turns(ops.ref.id, wanted)


def _now(at: context.At, each: SharedField, ops: Issue, engineering: Issue) -> Sides:
    return Sides(_said(at, each, each.ops, ops), _said(at, each, each.engineering, engineering))


def _said(at: context.At, each: SharedField, id: str, issue: Issue) -> Said:
    return said(issue.values.get(id), each.kind, as_label(at.settings.label_clone))


def _ops_is_newest(at: context.At, each: SharedField, ops: Issue, engineering: Issue) -> bool:
    """Whose change by a person is the later one; a value that was there from the beginning is the older one."""
    us = at.jira_access.account_id or at.jira.myself().account_id
    here, there = (
        last_by_people(changes.get(id) or changes.get(name) or [], us)
        for changes, id, name in (
            (at.jira.changes(ops.ref.id), each.ops, each.rule.ops),
            (at.jira.changes(engineering.ref.id), each.engineering, each.rule.engineering),
        )
    )
    return newest(here, there) is Choice.OPS


def to_write(at: context.At, issue: Issue, turns: Turns) -> Write:
    """The values for *issue*, one of the two. What can be chosen is asked only when there is something to write."""
    wanted = {}
    for each in plain_fields(at.shared):
        sides, is_ops = turns.wanted[each.ops], issue.ref.id == turns.ops_id
        id, words = (each.ops, sides.ops) if is_ops else (each.engineering, sides.engineering)
        if words != _said(at, each, id, issue):
            wanted[id] = (each.kind, words)
    if not wanted:
        return Write({})
    return write(wanted, issue.values, at.jira.edit_fields(issue.ref.id), as_label(at.settings.label_clone))


def remember(session: Session, at: context.At, ops: Issue, engineering: Issue) -> None:
    """Both as Jira gave them back: what could not be said on one side is agreed to differ, and not tried again."""
    sides = {each.ops: _now(at, each, ops, engineering) for each in plain_fields(at.shared)}
    store_plain.agree(session, at.site_id, ops.ref.id, sides)


def note_lost(session: Session, at: context.At, key: str, lost: Sequence[LeftOut]) -> None:
    for each in lost:
        audit.record(session, at.site_id, "not_carried", key, f"{each.field}: {each.why}")
