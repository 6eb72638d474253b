"""Keep both texts the same, whoever edits; and the plain fields that the sync table names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app import audit, context, engine
from app.adf.canonical import digest
from app.domain import Adf, StatusCategory
from app.domain_handoff import Choice, FieldRule, OnClash, TextChange, Way
from app.engine import flow, step
from app.handoff import flow_plain, store, store_clash
from app.handoff.changelog import newest
from app.handoff.clash import Clash, one_way
from app.handoff.fields import NOTES
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.flow_pictures import Pictures
from app.handoff.flow_standing import stands_still, with_both
from app.handoff.flow_tickets import (
    Tickets,
    agree,
    begin_writing,
    last_changes,
    read_both,
    texts_of_people,
    write_both,
)
from app.handoff.merge import EMPTY, Decision, common_text, decide
from app.handoff.standing import MISSING
from app.threads import talk

_BY_RULE = {OnClash.OPS: Choice.OPS, OnClash.ENGINEERING: Choice.ENGINEERING}


@dataclass(frozen=True)
class Field:
    """A line of the sync table, what both sides say, and what becomes of it."""

    name: str
    rule: FieldRule
    texts: tuple[Adf | None, Adf | None]
    base: Adf | None = None
    decision: Decision = field(default_factory=Decision)
    #: Who changed it last on each side, where both did.
    by: tuple[TextChange | None, TextChange | None] = (None, None)


@flow
def sync(site_id: int, issue_id: str) -> None:
    """A field that follows was changed on one side or on both."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id:
        keep_in_step(site_id, ops_id)


def keep_in_step(site_id: int, ops_id: str) -> None:
    with_both(site_id, ops_id, lambda: sync_texts(site_id, ops_id))


@step
def sync_texts(site_id: int, ops_id: str) -> str | None:
    """MISSING where one of the two is not found; else None.

    Read both now, decide, write: in one step, so that whatever repeats it reads again.

    1. Both are read in one call; a file that a text shows is carried first. What our own write replaced in an earlier
       try is put back.
    2. Each field is decided. Clashes are written down, and that we are about to write.
    3. The Ops issue is written, then its clone, each in one call with all of its fields.
    4. What Jira kept is what both agree on. A crash before this line leads to the same texts again.
    """
    at = context.at(site_id)
    if stands_still(at, pair_at(at, ops_id)):
        return None
    tickets = read_both(at, ops_id)
    if tickets is None:
        return MISSING
    fields, pictures = _decided(at, tickets), Pictures(at, ops_id)
    wanted = {each.name: _wanted(pictures, tickets, each) for each in fields}
    plain = flow_plain.writes(at, tickets.ops, tickets.engineering)
    if any(text is not None for texts in wanted.values() for text in texts):
        with at.db.writing() as session:
            begin_writing(at, session, tickets)
            for each in fields:
                _note_clash(at, session, tickets, each)
    tickets = write_both(at, tickets, wanted, plain)
    with at.db.writing() as session:
        store.end_writing(session, site_id, ops_id)
        for each in fields:
            if not each.decision.stays_apart:
                agree(at, session, tickets, each.name)
            if any(text is not None for text in wanted[each.name]):
                outcome = "merged" if all(text is not None for text in wanted[each.name]) else "done"
                audit.record(session, site_id, f"sync {each.name}", tickets.ops.ref.key, outcome)
        flow_plain.remember(session, at, tickets.ops, tickets.engineering)
        for id in sorted({*plain[0].values, *plain[1].values}):
            audit.record(session, site_id, f"sync {id}", tickets.ops.ref.key)
        for key, lost in tickets.lost:
            audit.record(session, site_id, "not_carried", key, f"{lost.field}: {lost.why}")
    return None


def _decided(at: context.At, tickets: Tickets) -> list[Field]:
    said = texts_of_people(at, tickets, tickets.fields)
    return [_decision(at, tickets, Field(name, each.rule, said[name])) for name, each in tickets.fields.items()]


def _decision(at: context.At, tickets: Tickets, each: Field) -> Field:
    if each.rule.way is Way.ONCE:
        return replace(each, decision=Decision(stays_apart=True))
    with at.db.reading() as session:
        base = store.agreed(session, at.site_id, tickets.ops.ref.id, each.name)
    finished = StatusCategory.DONE in (tickets.ops.status.category, tickets.engineering.status.category)

    def decision(stands: Choice) -> Decision:
        return decide(*each.texts, base, each.name == NOTES and finished, each.rule.way, stands)

    found, by = decision(Choice.OPS), each.by
    if found.overlaps:
        by = last_changes(at, tickets, each.name)
        found = decision(_BY_RULE.get(each.rule.on_clash) or newest(*by))
    return replace(each, base=common_text(base), decision=found, by=by)


def _wanted(pictures: Pictures, tickets: Tickets, each: Field) -> tuple[Adf | None, Adf | None]:
    """What has to be written on each side; also a person's text that our own write had replaced there."""
    to_ops, to_engineering = (
        text if text is not None or digest(said) == digest(there) else said
        for text, said, there in zip(
            (each.decision.to_ops, each.decision.to_engineering), each.texts, tickets.texts(each.name), strict=True
        )
    )
    if to_ops is None and to_engineering is None:
        return _with_pictures(pictures, tickets, each)
    return to_ops, to_engineering


def _with_pictures(pictures: Pictures, tickets: Tickets, each: Field) -> tuple[Adf | None, Adf | None]:
    """Both say the same; where one has a file's name and could show it as the other does, it is written once more."""
    (ops, engineering), way = tickets.texts(each.name), each.rule.way
    to_ops = pictures.richer(engineering, tickets.ops, ops) if way in (Way.BOTH, Way.TO_OPS) else None
    to_engineering = pictures.richer(ops, tickets.engineering, engineering) if way is not Way.TO_OPS else None
    return to_ops, to_engineering


def _note_clash(at: context.At, session: Session, tickets: Tickets, each: Field) -> None:
    """Before the writes: both texts in full, the card, and a line in the audit; once, however often this runs."""
    decision, (ops, engineering), key = each.decision, each.texts, tickets.ops.ref.key
    if decision.overwritten is not None:
        source = Choice.OPS if each.rule.way is Way.TO_ENGINEERING else Choice.ENGINEERING
        clash = one_way(source, ops, engineering)
        id = store_clash.note(session, at.site_id, tickets.ops.ref.id, each.name, clash, store_clash.ONE_WAY)
        if id:
            audit.record(session, at.site_id, f"overwrite {each.name}", key, f"the text that stood there: clash {id}")
    if decision.stands:
        clash = Clash(None if decision.whole else each.base, ops or EMPTY, engineering or EMPTY, decision.stands)
        names = tuple(change.name if change else "" for change in each.by)
        id = store_clash.note(session, at.site_id, tickets.ops.ref.id, each.name, clash, by=(names[0], names[1]))
        if id:
            audit.record(session, at.site_id, f"clash {each.name}", key, f"clash {id}: {decision.stands} stands")
            lane = talk(at.site_id, tickets.ops.ref.id)
            engine.enqueue(session, "handoff.tell_clash", at.site_id, id, id=id, lane=lane)
