"""What the two changelogs tell: who changed a text last, and whether somebody saved while we wrote.

A changelog has texts in wiki markup only (facts: jira_api.md §10), so what is found there is put back as plain lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.adf.build import lines
from app.adf.threeway import Stands, merge
from app.domain import Adf
from app.domain_handoff import Choice, TextChange


def last_by_people(changes: Sequence[TextChange], our_account: str) -> TextChange | None:
    """The latest change of a text that is not ours: so the answer stays the same when we have written one side."""
    return max((each for each in changes if each.account_id != our_account), key=_when, default=None)


def newest(ops: TextChange | None, engineering: TextChange | None) -> Choice:
    """Whose text is the newer one; a text that was there from the beginning is the older one."""
    if ops and engineering:
        return Choice.OPS if _when(ops) > _when(engineering) else Choice.ENGINEERING
    return Choice.ENGINEERING if engineering else Choice.OPS


def _when(change: TextChange) -> tuple[datetime, int]:
    return change.at, change.id


def replaced(changes: Sequence[TextChange], our_account: str, read: datetime) -> tuple[str, str] | None:
    """What a person saved after we had *read* the text, and our write has replaced: (the text as we had read it, theirs).

    *changes* are those of one field, oldest first. None if our write replaced what we had read.
    """
    since = [each for each in changes if each.at > read]
    ours = max((n for n, each in enumerate(since) if each.account_id == our_account), default=0)
    missed = [each for each in since[:ours] if each.account_id != our_account]
    return (missed[0].before, missed[-1].after) if missed else None


def put_back(text: Adf | None, missed: tuple[str, str]) -> Adf:
    """*text* with what a person wrote in *missed*; where it cannot be told apart from *text*, both stand."""
    before, after = missed
    return merge(lines(before), text, lines(after), Stands.BOTH).doc
