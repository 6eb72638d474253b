"""*Take it*: the clone is assigned to whoever pressed, and begun.

Three flows, so that a Slack that is away holds up no ticket: who that is and what they are told runs in the lane of
what people are told, what becomes of the clone in the pair's own.
"""

from __future__ import annotations

from app import audit, context, engine, speaking
from app.domain import Thread
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused
from app.handoff import blocks, store_notices
from app.handoff.flow_alert import alert_message
from app.handoff.flow_pair import pair_at
from app.handoff.taking import ASSIGNEE, Taking, holder, is_started, taking
from app.slack.blocks import section
from app.threads import talk


@flow
def find_taker(site_id: int, ops_id: str, user: str, channel: str, ts: str) -> None:
    """*user* pressed the button of the message *ts*."""
    account = account_of(site_id, user, ops_id)
    if account:
        start_taking(site_id, ops_id, account, user, channel, ts)
    else:
        say_no_account(site_id, ops_id, user, channel)


@step
def account_of(site_id: int, user: str, ops_id: str = "") -> str | None:
    """The Jira account with the e-mail address that Slack has."""
    at = _at_alert(site_id, ops_id)
    try:
        email = at.slack.person(user)["email"]
    except (Refused, NotFound):
        return None
    return at.jira.account_of(email) if email else None


@step
def start_taking(site_id: int, ops_id: str, account: str, user: str, channel: str, ts: str) -> None:
    with context.at(site_id).db.writing() as session:
        run, lane = engine.flow_id().partition("/")[2], f"{site_id}:{ops_id}"
        engine.enqueue(session, "handoff.take", site_id, ops_id, account, user, channel, ts, id=run, lane=lane)


@step
def say_no_account(site_id: int, ops_id: str, user: str, channel: str) -> None:
    at = _at_alert(site_id, ops_id)
    key = pair_at(at, ops_id).engineering.key
    _whisper(at, channel, user, blocks.no_account(key, at.browse(key)))


@flow
def take(site_id: int, ops_id: str, account: str, user: str, channel: str, ts: str) -> None:
    """The person with this Jira *account* wants the clone."""
    taken, reason = assign_clone(site_id, ops_id, account)
    if taken in (Taking.FREE, Taking.MINE):
        reason = begin(site_id, ops_id)
    report(site_id, ops_id, user, channel, ts, taken, reason)


@step
def assign_clone(site_id: int, ops_id: str, account: str) -> list[str]:
    """What came of it, and Jira's reason where it refused."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    try:
        clone = at.issue(pair.engineering.id, ASSIGNEE)
        verdict = taking(clone, account)
        if verdict is Taking.HELD:
            verdict = taking(clone, account, by_default=ASSIGNEE not in at.jira.changes(clone.ref.id))
        if verdict is not Taking.FREE:
            return [verdict, ""]
        at.jira.edit_issue(pair.engineering.id, {ASSIGNEE: {"id": account}}, at.fields)
    except NotFound:
        return [Taking.GONE, ""]
    except Refused as error:
        return [Taking.REFUSED, str(error)]
    with at.db.writing() as session:
        audit.record(session, site_id, "take", pair.engineering.key)
    return [verdict, ""]


@step
def begin(site_id: int, ops_id: str) -> str:
    """Move a clone that nobody has begun; the reason if it stays where it is and should not."""
    at = context.at(site_id)
    pair, status = pair_at(at, ops_id), at.settings.status_engineering_taken
    try:
        clone = at.issue(pair.engineering.id)
        if is_started(clone) or not at.jira.move(clone, status):
            return ""
    except (Misconfigured, Refused, NotFound) as error:
        return str(error)
    with at.db.writing() as session:
        audit.record(session, site_id, f"begin {status}", pair.engineering.key)
    return ""


@step
def report(site_id: int, ops_id: str, user: str, channel: str, ts: str, taken: str, reason: str) -> None:
    args = (site_id, ops_id, user, channel, ts, taken, reason)
    with context.at(site_id).db.writing() as session:
        run = engine.flow_id().partition("/")[2]
        engine.enqueue(session, "handoff.tell_taken", *args, id=run, lane=talk(site_id, ops_id))


@flow
def tell_taken(site_id: int, ops_id: str, user: str, channel: str, ts: str, taken: str, reason: str) -> None:
    """The alert shows who has it; what did not go as wished is told to the one who pressed."""
    if taken in (Taking.FREE, Taking.MINE):
        show_taken(site_id, ops_id, user, channel, ts)
    if reason or taken not in (Taking.FREE, Taking.MINE):
        say_problem(site_id, ops_id, user, channel, taken, reason)


@step
def show_taken(site_id: int, ops_id: str, user: str, channel: str, ts: str) -> None:
    at = _at_alert(site_id, ops_id)
    try:
        message = alert_message(at, ops_id, user)
    except NotFound:
        return  # the original is gone
    speaking.redraw(at, Thread(channel, ts), *message)


@step
def say_problem(site_id: int, ops_id: str, user: str, channel: str, taken: str, reason: str) -> None:
    at = _at_alert(site_id, ops_id)
    pair = pair_at(at, ops_id)
    try:
        has_it = holder(at.issue(pair.engineering.id, ASSIGNEE))
    except NotFound:
        has_it = None
    key = pair.engineering.key
    words = blocks.problem(Taking(taken), key, at.browse(key), has_it.name if has_it else "Somebody", reason)
    _whisper(at, channel, user, words)


def _at_alert(site_id: int, ops_id: str) -> context.At:
    """The site, in the workspace where engineering was told of the clone."""
    at = context.at(site_id)
    with at.db.reading() as session:
        alert = store_notices.alerted(session, site_id, ops_id)
    return at.within(alert.team) if alert else at


def _whisper(at: context.At, channel: str, user: str, words: str) -> None:
    speaking.whisper(at, f"handoff.whisper:{engine.flow_id()}", (channel, None), user, words, [section(words)], "")
