"""Tell people what became of a pair: in the Ops ticket's thread, in the thread of engineering's alert, or in both."""

from __future__ import annotations

from app import context, speaking, threads
from app.engine import flow, step
from app.handoff import store_notices
from app.handoff.flow_pair import pair_at
from app.handoff.notices import FOR_ENGINEERING, FOR_OPS, Notice, sentence
from app.slack.blocks import section
from app.slack.mrkdwn import link


@flow
def notify(site_id: int, ops_id: str, kind: str, mark: str) -> None:
    """In the lane for talking. Without a thread of its own the Ops ticket's news go to engineering's."""
    heard = kind in FOR_OPS and tell_ops(site_id, ops_id, kind, mark)
    if kind in FOR_ENGINEERING or not heard:
        tell_engineering(site_id, ops_id, kind, mark)


@step
def tell_ops(site_id: int, ops_id: str, kind: str, mark: str) -> bool:
    """False for a ticket that did not come from Slack."""
    at = context.at(site_id, ops_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, ops_id)
        notice = store_notices.to_tell(session, site_id, ops_id, kind, mark)
    if talk and notice:
        words = _words(at, ops_id, notice)
        speaking.tell(at, f"handoff.notice:{mark}:ops", talk, words, [section(words)], f"tell {notice.kind}")
    return talk is not None


@step
def tell_engineering(site_id: int, ops_id: str, kind: str, mark: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        alert = store_notices.alerted(session, site_id, ops_id)
        notice = store_notices.to_tell(session, site_id, ops_id, kind, mark)
    if notice:
        at, channel = (at.within(alert.team), alert.channel) if alert else (at, at.settings.channel_engineering)
        words, source = _words(at, ops_id, notice), f"handoff.notice:{mark}:engineering"
        key, below = pair_at(at, ops_id).ops.key, alert.ts if alert else None
        speaking.announce(at, channel, source, words, [section(words)], f"tell {notice.kind}", key, below)


def _words(at: context.At, ops_id: str, notice: Notice) -> str:
    pair = pair_at(at, ops_id)
    ops, engineering = (link(at.browse(each.key), each.key) for each in (pair.ops, pair.engineering))
    return sentence(notice, ops, engineering)
