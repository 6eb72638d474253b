"""The canary: a test ticket that must not get to Done without Resolution Notes, which proves the rule in the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.adf.build import doc, paragraph, text
from app.domain import Check, FieldIds, Verdict
from app.sites.checks import right, wrong

SUMMARY = "SolveOnce canary: please leave this ticket where it is"
_WORDS = (
    "`python -m app doctor` tries to move this ticket to Done without Resolution Notes. That has to be refused. "
    "Nobody is told of it, and it has no row in the log."
)


def mark(source: str) -> dict[str, str]:
    """The entity property by which everybody of ours leaves the ticket alone, and by which it is found again."""
    return {"role": "canary", "source": source}


def values(project: str, issue_type: str, fields: FieldIds, settable: set[str]) -> dict[str, Any]:
    """The ticket as field values; team Operations, so that nothing is handed over."""
    wished = {
        "description": doc([paragraph([text(_WORDS)])]),
        fields.exception_type: {"value": "Other (needs triage)"},
        fields.team: {"value": "Operations"},
    }
    fixed = {"project": {"key": project}, "issuetype": {"name": issue_type}, "summary": SUMMARY}
    return fixed | {id: value for id, value in wished.items() if id in settable}


def ways_to_the_end(transitions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that lead to a status of the category Done."""
    return [way for way in transitions if way["to"]["statusCategory"]["key"] == "done"]


@dataclass(frozen=True)
class Try:
    """A transition to Done, tried; what Jira said when it refused, else None."""

    transition: str
    refusal: str | None


def verdict(project: str, key: str, status: str, tries: Sequence[Try], where_now: str) -> Check:
    """Each transition to Done has to be refused; *where_now*: the status in which the ticket was left."""
    name = f"{project} gate"
    passed = [each.transition for each in tries if each.refusal is None]
    if passed:
        named = " and ".join(repr(each) for each in passed)
        remedy = (
            f"In the workflow of {project} put SolveOnce's validator “Resolution Notes must not be empty”, "
            f"or Jira's own required field, on the transition {named}."
        )
        return wrong(name, f"{key} got to Done without notes by {named}; it lies in {where_now!r} now", remedy)
    if not tries:
        remedy = f"Move {key} by hand into a status with a transition to Done, and ask again."
        return Check(name, Verdict.NOTE, f"not tried: {key} is in {status!r}, and no transition leads to Done", remedy)
    return right(name, f"{key} was refused: “{tries[0].refusal}”")
