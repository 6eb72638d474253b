"""Whether a pair holds: both tickets are there, each in its own project. If not it is frozen: nothing is written to either."""

from __future__ import annotations

from app.domain import IssueRef
from app.domain_handoff import Handoff

OPS, ENGINEERING = "ops", "engineering"
#: What a step says that has not found one of the two.
MISSING = "missing"
DELETED, GONE, CLOSED, MOVED = "deleted", "gone", "closed", "moved"


def moved_side(ops_in: str, clone_in: str, ops_project: str, engineering_project: str) -> str | None:
    """Why the pair is frozen, if one of the two lies in another project now; the texts there are no business of ours."""
    if ops_in != ops_project:
        return f"{OPS} {MOVED}"
    return f"{ENGINEERING} {MOVED}" if clone_in != engineering_project else None


def missing_side(side: str, jira_said_so: bool, may_browse: bool) -> str:
    """Why it is frozen, if *side* is not found. Jira answers 404 for what was deleted and for what we may not see."""
    if jira_said_so:
        return f"{side} {DELETED}"
    return f"{side} {GONE if may_browse else CLOSED}"


def is_known_missing(pair: Handoff, side: str) -> bool:
    """Whether people know already that *side* is not there."""
    return pair.frozen in {f"{side} {why}" for why in (DELETED, GONE, CLOSED)}


def stands_otherwise(
    pair: Handoff, ops_in: str | None, clone_in: str | None, ops_project: str, engineering_project: str
) -> bool:
    """Whether the pair holds, or is frozen, otherwise than we remember. The two lie in these projects; None for one not found.

    Two that lie where they always did are not looked into, though the settings may name other projects by now.
    """
    if pair.frozen is None and (ops_in, clone_in) == (_project(pair.ops), _project(pair.engineering)):
        return False
    if ops_in and clone_in:
        return moved_side(ops_in, clone_in, ops_project, engineering_project) != pair.frozen
    return not is_known_missing(pair, ENGINEERING if ops_in else OPS)


def _project(issue: IssueRef) -> str:
    """Its project's key."""
    return issue.key.rpartition("-")[0]
