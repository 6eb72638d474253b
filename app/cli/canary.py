"""Let the canary fly: try whether a project's workflow lets a ticket without Resolution Notes be done."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context
from app.domain import Check, Issue, StatusCategory
from app.errors import NotFound, Refused
from app.once import Found, once
from app.sites import canary


def fly(at: context.At, project: str, issue_type: str) -> Check:
    """Whether each transition to Done refuses it. It is moved back if one does not."""
    issue = _home(at, _ticket(at, project, issue_type))
    if issue.notes:
        issue = at.jira.edit_issue(issue.ref.id, {at.fields.notes: None}, at.fields)
    tries = []
    for way in canary.ways_to_the_end(at.jira.transitions(issue.ref.id)):
        tries.append(canary.Try(way["name"], _refusal(at, issue, way["id"])))
        if tries[-1].refusal is None:
            break  # it is somewhere else now, with other transitions
    now = _home(at, at.issue(issue.ref.id), issue.status.name)
    return canary.verdict(project, issue.ref.key, issue.status.name, tries, now.status.name)


def _refusal(at: context.At, issue: Issue, transition_id: str) -> str | None:
    try:
        at.jira.transition(issue.ref.id, transition_id)
    except Refused as error:
        return str(error).partition(" 400 ")[2] or str(error)  # Jira's own words, as a person reads them
    return None


def _home(at: context.At, issue: Issue, wanted: str = "") -> Issue:
    """Out of Done again, to *wanted* if a transition leads there; left where it is if none leads out."""
    if issue.status.category is not StatusCategory.DONE:
        return issue
    ways = [way for way in at.jira.transitions(issue.ref.id) if way not in canary.ways_to_the_end([way])]
    ways.sort(key=lambda way: way["to"]["name"] != wanted)
    if ways:
        at.jira.transition(issue.ref.id, ways[0]["id"])
    return at.issue(issue.ref.id)


def _ticket(at: context.At, project: str, issue_type: str) -> Issue:
    """The project's canary, made once; anew only where somebody deleted it."""
    for number in count(1):
        id, fresh = _made(at, project, issue_type, f"doctor.canary:{at.site_id}:{project}:{number}")
        try:
            return at.issue(id)
        except NotFound:
            if fresh:
                raise  # we do not see what we make: another one would not be seen either
    raise AssertionError("count has no end")


def _made(at: context.At, project: str, issue_type: str, source: str) -> tuple[str, bool]:
    """Its id, and whether it was made this moment."""
    mark, fresh = canary.mark(source), False

    def make() -> Found:
        nonlocal fresh
        fresh = True
        settable = at.jira.settable_fields(project, issue_type)
        return at.jira.create_issue(canary.values(project, issue_type, at.fields, settable), mark)

    def look(hint: dict[str, Any]) -> Found | None:
        return at.jira.marked(project, hint["floor"], lambda found: found == mark)

    def remember(session: Session, made: Found) -> None:
        audit.record(session, at.site_id, "make_canary", made["key"], run=f"cli.doctor/{source}")

    def hint() -> dict[str, Any]:
        return {"floor": at.jira.last_number(project)}

    made = once(at.db, source, make=make, look=look, hint=hint, remember=remember, settle_time=at.settings.settle_time)
    return str(made["id"]), fresh
