"""Who gets a clone by *Take it*: whoever comes first; one that was given to somebody, or that is done, stays as it is."""

from __future__ import annotations

from enum import StrEnum

from app.domain import Issue, Person, StatusCategory

ASSIGNEE = "assignee"


class Taking(StrEnum):
    FREE = "free"
    MINE = "mine"
    HELD = "held"
    DONE = "done"
    GONE = "gone"
    #: Jira does not let them be assigned.
    REFUSED = "refused"


def holder(clone: Issue) -> Person | None:
    """Who is assigned now; *clone* was read with its assignee."""
    raw = clone.values.get(ASSIGNEE)
    return Person(raw["accountId"], raw.get("displayName", "")) if raw else None


def taking(clone: Issue, account: str, by_default: bool = False) -> Taking:
    """What it means that the person with this *account* wants *clone*.

    *by_default*: whoever is assigned has been so since its creation. That is the project's default assignee, who
    gets every ticket, and nobody's decision.
    """
    if clone.status.category is StatusCategory.DONE:
        return Taking.DONE
    has_it = holder(clone)
    if has_it is None or (by_default and has_it.account_id != account):
        return Taking.FREE
    return Taking.MINE if has_it.account_id == account else Taking.HELD


def is_started(clone: Issue) -> bool:
    """Whether somebody has begun: then it is not moved, as that could be a step back."""
    return clone.status.category is not StatusCategory.NEW
