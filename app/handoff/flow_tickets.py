"""The two tickets of a pair: read in one call, written one after the other, and looked at for what a write has replaced.

Jira knows no conditional write (facts: jira_api.md §8). A person who saves between our read and our write is found in the
changelog, which comes with the answer to the write; then the whole step begins again from its reads, and puts their text back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import context
from app.adf.canonical import digest
from app.domain import Adf, Issue
from app.domain_handoff import LeftOut, SharedField, SyncedValue, TextChange
from app.errors import Conflict, Refused
from app.handoff import store
from app.handoff.carrying import for_clone, for_original
from app.handoff.changelog import last_by_people, put_back, replaced
from app.handoff.fields import all_texts, changes_of
from app.handoff.flow_pictures import Pictures
from app.handoff.merge import EMPTY
from app.handoff.plain import NOTHING, Write

#: Field → what the Ops issue and its clone shall say; None: leave it.
Texts = Mapping[str, tuple[Adf | None, Adf | None]]


@dataclass(frozen=True)
class Tickets:
    """Both issues of a pair as they were read."""

    ops: Issue
    engineering: Issue
    #: The texts of the table, by the name under which what was agreed is kept.
    fields: Mapping[str, SharedField]
    #: (issue key, what) of each value that an issue did not take when it was written.
    lost: tuple[tuple[str, LeftOut], ...] = ()

    def texts(self, field: str) -> tuple[Adf | None, Adf | None]:
        """Two times nothing for a field that is in the table no more."""
        each = self.fields.get(field)
        return (self.ops.values.get(each.ops), self.engineering.values.get(each.engineering)) if each else (None, None)


def read_both(at: context.At, ops_id: str) -> Tickets | None:
    """Both as they are now, their pictures `named`; None if one was deleted, or may not be seen, or if the pair is frozen."""
    both = Pictures(at, ops_id).read()
    return Tickets(*both, all_texts(at.shared, at.fields)) if both else None


def texts_of_people(at: context.At, tickets: Tickets, fields: Iterable[str]) -> Texts:
    """What both sides say, with what our own write replaced when an earlier try did not come to its end."""
    said = {field: tickets.texts(field) for field in fields}
    with at.db.reading() as session:
        moments = store.being_written(session, at.site_id, tickets.ops.ref.id)
    if moments is None:
        return said
    ops, engineering = (at.jira.changes(issue.ref.id) for issue in (tickets.ops, tickets.engineering))
    return {
        field: (
            _with_missed(at, texts[0], _of_ops(ops, tickets.fields[field]), moments[0]),
            _with_missed(at, texts[1], _of_engineering(engineering, tickets.fields[field]), moments[1]),
        )
        for field, texts in said.items()
    }


def _with_missed(at: context.At, text: Adf | None, changes: list[TextChange], since: datetime) -> Adf | None:
    missed = replaced(changes, our_account(at), since)
    return put_back(text, missed) if missed else text


def begin_writing(at: context.At, session: Session, tickets: Tickets) -> None:
    """To be committed before anything is written."""
    store.begin_writing(session, at.site_id, tickets.ops.ref.id, _read(tickets.ops), _read(tickets.engineering))


def write_both(
    at: context.At, tickets: Tickets, texts: Texts, plain: tuple[Write, Write] = (NOTHING, NOTHING)
) -> Tickets:
    """The Ops issue first, then its clone; both as they were read, with what was written as Jira keeps it.

    Raises Conflict when a person's text was replaced.
    """
    to_ops, to_engineering = {}, {}
    for field, (ops_text, engineering_text) in texts.items():
        each, ops_says = tickets.fields[field], tickets.texts(field)[0]
        if ops_text is not None:
            to_ops[each.ops] = for_original(ops_text, ops_says)
        if engineering_text is not None:
            to_engineering[each.engineering] = for_clone(engineering_text)
    pictures = Pictures(at, tickets.ops.ref.id)
    ops, lost = _write(at, pictures, tickets.ops, to_ops, plain[0])
    engineering, lost_there = _write(at, pictures, tickets.engineering, to_engineering, plain[1])
    return replace(tickets, ops=ops, engineering=engineering, lost=lost + lost_there)


#: An issue as it is after a write, and what it did not take.
_Written = tuple[Issue, tuple[tuple[str, LeftOut], ...]]


def _write(at: context.At, pictures: Pictures, issue: Issue, texts: Mapping[str, Adf], plain: Write) -> _Written:
    """All fields in one call; *texts* by field id, `named`."""
    lost = tuple((issue.ref.key, each) for each in plain.lost)
    wanted: dict[str, Any] = {id: text if text["content"] else None for id, text in texts.items()}
    if not wanted and not plain.values:
        return issue, lost
    bound = {id: text and pictures.bound(text, issue, issue.values.get(id)) for id, text in wanted.items()}
    try:
        after, changes = pictures.edit(issue, bound | plain.values)
    except Refused as error:
        if not plain.values:
            raise
        # One value that Jira does not take must not keep the texts apart.
        refused = tuple(LeftOut(id, str(error)) for id in plain.values)
        return _write(at, pictures, issue, texts, Write({}, plain.lost + refused))
    names = {id: each.rule.ops for each in at.shared for id in (each.ops, each.engineering)}
    for id in texts:
        if replaced(changes_of(changes, id, names[id]), our_account(at), _read(issue)):
            raise Conflict(f"Somebody saved {names[id]} of {issue.ref.key} while it was written.")
    kept = {}
    for id, written in (wanted | dict(plain.said)).items():
        # Of the other fields, and of one that a person saved a moment later, the answer says what nobody has agreed on.
        last = changes_of(changes, id, names[id])[-1:]
        theirs = last and last[0].account_id != our_account(at)
        kept[id] = written if theirs else after.values.get(id)
    return replace(issue, values={**issue.values, **kept}), lost


def agree(at: context.At, session: Session, tickets: Tickets, field: str) -> None:
    """What Jira returned is what both sides agree on: it keeps a text in its own way."""
    ops, engineering = tickets.texts(field)
    said = SyncedValue(digest(ops), digest(engineering), ops or EMPTY)
    store.agree(session, at.site_id, tickets.ops.ref.id, field, said)


def last_changes(at: context.At, tickets: Tickets, field: str) -> tuple[TextChange | None, TextChange | None]:
    """Who changed *field* last on either side, we ourselves apart."""
    each, us = tickets.fields[field], our_account(at)
    ops = _of_ops(at.jira.changes(tickets.ops.ref.id), each)
    engineering = _of_engineering(at.jira.changes(tickets.engineering.ref.id), each)
    return last_by_people(ops, us), last_by_people(engineering, us)


def our_account(at: context.At) -> str:
    return at.jira_access.account_id or at.jira.myself().account_id


def _of_ops(changes: Mapping[str, list[TextChange]], each: SharedField) -> list[TextChange]:
    return changes_of(changes, each.ops, each.rule.ops)


def _of_engineering(changes: Mapping[str, list[TextChange]], each: SharedField) -> list[TextChange]:
    return changes_of(changes, each.engineering, each.rule.engineering)


def _read(issue: Issue) -> datetime:
    """The last change that *issue* had seen when it was read."""
    return issue.updated or issue.created
