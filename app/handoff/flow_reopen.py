"""What was solved is not: whoever works on it has it again, in engineering or in operations."""

from __future__ import annotations

from app import audit, context, engine, speaking, threads
from app.domain import StatusCategory
from app.engine import flow, step
from app.handoff import store
from app.handoff.flow_move import Stuck, issue_or_none, try_to_move
from app.handoff.flow_pair import pair_at
from app.handoff.flow_progress import advance
from app.handoff.flow_standing import with_both
from app.handoff.notices import stays
from app.slack.blocks import section
from app.slack.mrkdwn import link
from app.threads import talk


@flow
def reopen(site_id: int, ops_id: str) -> None:
    """The reporter does not take the ticket as solved."""
    if not engineering_has_it(site_id, ops_id):
        stuck = reopen_ops(site_id, ops_id)
        if stuck:
            report_stuck(site_id, ops_id, ops_id, stuck)
        return
    stuck = reopen_clone(site_id, ops_id)
    if stuck:
        report_stuck(site_id, ops_id, pair_clone(site_id, ops_id), stuck)
        return
    with_both(site_id, ops_id, lambda: advance(site_id, ops_id))


@step
def engineering_has_it(site_id: int, ops_id: str) -> bool:
    """What Operations took back is not engineering's any more, though it has a clone."""
    with context.at(site_id).db.reading() as session:
        pair = store.pair_of(session, site_id, ops_id)
    return pair is not None and pair.returned is None


@step
def pair_clone(site_id: int, ops_id: str) -> str:
    return pair_at(context.at(site_id), ops_id).engineering.id


@step
def reopen_clone(site_id: int, ops_id: str) -> Stuck | None:
    """What stands in the way, if something does."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    clone = issue_or_none(at, pair.engineering.id)
    if pair.frozen or clone is None or clone.status.category is not StatusCategory.DONE:
        return None  # nothing is written to a pair that does not hold; re-opened by a lost try of ours, or by a person
    stuck = try_to_move(at, clone, at.settings.status_engineering_reopened)
    if stuck is None:
        with at.db.writing() as session:
            audit.record(session, site_id, "reopen_clone", clone.ref.key)
    return stuck


@step
def reopen_ops(site_id: int, ops_id: str) -> Stuck | None:
    """Into the first of the settings' statuses that can be reached; else what stands in the way."""
    at = context.at(site_id)
    issue = at.issue(ops_id)
    wanted = [name.strip() for name in at.settings.status_reopened.split(",") if name.strip()]
    if issue.status.name in wanted:
        return None
    reachable = {way["to"]["name"] for way in at.jira.transitions(ops_id)}
    target = next((name for name in wanted if name in reachable), wanted[0] if wanted else "")
    stuck = try_to_move(at, issue, target)
    if stuck is None:
        with at.db.writing() as session:
            audit.record(session, site_id, f"reopen to {target}", issue.ref.key)
    return stuck


@step
def report_stuck(site_id: int, ops_id: str, stuck_id: str, stuck: Stuck) -> None:
    """Whoever does not take the ticket as solved waits for it; told apart from the ticket's own lane."""
    with context.at(site_id).db.writing() as session:
        id, lane = engine.flow_id().partition("/")[2], talk(site_id, ops_id)
        engine.enqueue(session, "handoff.tell_stuck", site_id, ops_id, stuck_id, stuck, id=id, lane=lane)
        audit.record(session, site_id, "reopen", None, f"no way from {stuck['status']} to {stuck['target']}"[:200])


@flow
def tell_stuck(site_id: int, ops_id: str, stuck_id: str, stuck: Stuck) -> None:
    """*stuck_id*: the ticket of the two that could not be re-opened."""
    say_it_is_stuck(site_id, ops_id, stuck_id, stuck)


@step
def say_it_is_stuck(site_id: int, ops_id: str, stuck_id: str, stuck: Stuck) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        talk_about = threads.conversation(session, site_id, ops_id)
    issue = issue_or_none(at, stuck_id)
    if talk_about is None or issue is None:
        return
    words = f"<@{talk_about.requester}> {stays(stuck, link(at.browse(issue.ref.key), issue.ref.key))}"
    source = f"handoff.tell_stuck:{engine.flow_id()}"
    speaking.tell(at, source, talk_about, words, [section(words)], "tell stuck")
