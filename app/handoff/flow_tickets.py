"""The two tickets of a pair: read in one call, written one after the other, and looked at for what a write has replaced.

Jira knows no conditional write (facts: jira_api.md §8). A person who saves between our read and our write is found in the
changelog, which comes with the answer to the write; then the whole step begins again from its reads, and puts their text back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import context
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.domain import Adf, Issue, SyncedValue, TextChange
from app.errors import Conflict
from app.handoff import store
from app.handoff.changelog import last_by_people, put_back, replaced
from app.handoff.fields import changes_of, jira_field, value, with_value
from app.handoff.flow_pair import pair_at
from app.handoff.merge import EMPTY

#: Field → what the Ops issue and its clone shall say; None: leave it.
Texts = Mapping[str, tuple[Adf | None, Adf | None]]


@dataclass(frozen=True)
class Tickets:
    """Both issues of a pair as they were read."""

    ops: Issue
    engineering: Issue

    def texts(self, field: str) -> tuple[Adf | None, Adf | None]:
        return value(self.ops, field), value(self.engineering, field)


def read_both(at: context.At, ops_id: str) -> Tickets | None:
    """Both as they are now; None if one was deleted, or may not be seen."""
    pair = pair_at(at, ops_id)
    found = at.jira.issues([pair.ops.id, pair.engineering.id], at.fields)
    return Tickets(found[pair.ops.id], found[pair.engineering.id]) if len(found) == 2 else None


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
            _with_missed(at, texts[0], _of(at, ops, field), moments[0]),
            _with_missed(at, texts[1], _of(at, engineering, field), moments[1]),
        )
        for field, texts in said.items()
    }


def _with_missed(at: context.At, text: Adf | None, changes: list[TextChange], since: datetime) -> Adf | None:
    missed = replaced(changes, our_account(at), since)
    return put_back(text, missed) if missed else text


def begin_writing(at: context.At, session: Session, tickets: Tickets) -> None:
    """To be committed before anything is written."""
    store.begin_writing(session, at.site_id, tickets.ops.ref.id, _read(tickets.ops), _read(tickets.engineering))


def write_both(at: context.At, tickets: Tickets, texts: Texts) -> Tickets:
    """The Ops issue first, then its clone; both as they were read, with what was written as Jira keeps it.

    Raises Conflict when a person's text was replaced.
    """
    ops = _write(at, tickets.ops, {field: each[0] for field, each in texts.items()})
    return Tickets(ops, _write(at, tickets.engineering, {field: each[1] for field, each in texts.items()}))


def _write(at: context.At, issue: Issue, texts: Mapping[str, Adf | None]) -> Issue:
    """All fields in one call."""
    wanted = {
        jira_field(field, at.fields): for_issue(text, value(issue, field)) if text["content"] else None
        for field, text in texts.items()
        if text is not None
    }
    if not wanted:
        return issue
    after, changes = at.jira.edit_and_look(issue.ref.id, wanted, at.fields)
    for field in [field for field, text in texts.items() if text is not None]:
        found = _of(at, changes, field)
        if replaced(found, our_account(at), _read(issue)):
            raise Conflict(f"Somebody saved {field} of {issue.ref.key} while it was written.")
        # Of the other fields, and of one that a person saved a moment later, the answer says what nobody has agreed on.
        theirs = found and found[-1].account_id != our_account(at)
        issue = with_value(issue, field, wanted[jira_field(field, at.fields)] if theirs else value(after, field))
    return issue


def agree(at: context.At, session: Session, tickets: Tickets, field: str) -> None:
    """What Jira returned is what both sides agree on: it keeps a text in its own way."""
    ops, engineering = tickets.texts(field)
    said = SyncedValue(digest(ops), digest(engineering), ops or EMPTY)
    store.agree(session, at.site_id, tickets.ops.ref.id, field, said)


def last_changes(at: context.At, tickets: Tickets, field: str) -> tuple[TextChange | None, TextChange | None]:
    """Who changed *field* last on either side, we ourselves apart."""
    found = (_of(at, at.jira.changes(issue.ref.id), field) for issue in (tickets.ops, tickets.engineering))
    ops, engineering = (last_by_people(changes, our_account(at)) for changes in found)
    return ops, engineering


def our_account(at: context.At) -> str:
    return at.jira_access.account_id or at.jira.myself().account_id


def _of(at: context.At, changes: Mapping[str, list[TextChange]], field: str) -> list[TextChange]:
    return changes_of(changes, field, at.fields, at.settings.field_notes)


def _read(issue: Issue) -> datetime:
    """The last change that *issue* had seen when it was read."""
    return issue.updated or issue.created
