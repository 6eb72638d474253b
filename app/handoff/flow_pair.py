"""Which pair an event belongs to."""

from __future__ import annotations

from app import context, engine
from app.domain import Issue
from app.domain_handoff import Handoff
from app.engine import flow, step
from app.errors import Unavailable
from app.handoff import store


@flow
def await_pair(site_id: int, issue_id: str, then: str) -> None:
    """An event of an issue that may be a clone whose hand-off is not remembered yet: *then* is the flow it is meant for."""
    start_in_lane(site_id, issue_id, then)


@step
def start_in_lane(site_id: int, issue_id: str, then: str) -> None:
    at = context.at(site_id)
    with at.db.writing() as session:
        pair = store.pair_of(session, site_id, issue_id)
        if pair:
            run = engine.flow_id().partition("/")[2]
            engine.enqueue(session, then, site_id, issue_id, id=run, lane=f"{site_id}:{pair.ops.id}")
        elif store.clone_under_way(session, site_id):
            raise Unavailable("A hand-off is under way; the issue may be its clone.")


@step
def pair_id(site_id: int, issue_id: str) -> str | None:
    """Id of the pair's Ops issue; None for an issue that has no clone and is none."""
    at = context.at(site_id)
    with at.db.reading() as session:
        pair = store.pair_of(session, site_id, issue_id)
    return pair.ops.id if pair else None


def pair_at(at: context.At, ops_id: str) -> Handoff:
    """The pair of an Ops issue that is known to have one."""
    with at.db.reading() as session:
        pair = store.pair_of(session, at.site_id, ops_id)
    assert pair, f"no pair for issue {ops_id}"
    return pair


def both(at: context.At, pair: Handoff) -> tuple[Issue | None, Issue | None]:
    """The Ops issue and its clone as they are now, in one call; None for one that was deleted or that we may not see."""
    found = at.jira.issues([pair.ops.id, pair.engineering.id], at.fields)
    return found.get(pair.ops.id), found.get(pair.engineering.id)
