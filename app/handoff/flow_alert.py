"""Tell engineering of a new clone."""

from __future__ import annotations

from app import context, speaking, threads
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused
from app.handoff import blocks, store, store_files
from app.handoff.files import not_carried
from app.handoff.flow_pair import pair_at
from app.slack.blocks import Block, section
from app.slack.mrkdwn import link


@flow
def alert(site_id: int, ops_id: str) -> None:
    """A flow of its own, in the lane for talking: while Slack is away the tickets go on."""
    try:
        alert_engineering(site_id, ops_id)
    except (Refused, NotFound, Misconfigured) as error:
        say_not_alerted(site_id, ops_id, str(error))
        raise


@step
def say_not_alerted(site_id: int, ops_id: str, reason: str) -> None:
    """In the ticket's own thread: engineering has a ticket that it was not told of."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, ops_id)
    if talk is None:
        return  # it did not come from Slack; `python -m app failed` names it
    place = link(at.browse(pair.engineering.key), pair.engineering.key)
    words = blocks.not_alerted(place, at.settings.channel_engineering, reason)
    speaking.tell(at, f"handoff.not_alerted:{site_id}:{ops_id}", talk, words, [section(words)], "say_not_alerted")


@step
def alert_engineering(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    text, shown = alert_message(at, ops_id)
    channel, key = at.settings.channel_engineering, pair_at(at, ops_id).ops.key
    speaking.announce(at, channel, f"handoff.alert:{site_id}:{ops_id}", text, shown, "alert_engineering", key)


def alert_message(at: context.At, ops_id: str, taken_by: str | None = None) -> tuple[str, list[Block]]:
    """Text and blocks, as the two tickets are now; *taken_by* is the Slack user who has the clone."""
    pair, original = pair_at(at, ops_id), at.issue(ops_id)
    with at.db.reading() as session:
        left_out = store.left_out(session, at.site_id, ops_id)
        files_left = not_carried(original.attachments, store_files.files_of(session, at.site_id, ops_id))
    key, value = pair.engineering.key, blocks.button_value(at.site_id, ops_id)
    urls = at.browse(key), at.browse(pair.ops.key)
    return blocks.alert(original, key, *urls, left_out, value, taken_by, files_left)
