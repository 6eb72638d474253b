"""A ticket from a message on which somebody put the emoji: read it, store the request, go on as with any other."""

from __future__ import annotations

from app import context, threads
from app.engine import flow, step
from app.errors import NotFound, Refused
from app.intake import blocks, store
from app.intake.drafting import draft_from
from app.intake.messages import is_talk, said
from app.intake.store_words import guessing_words
from app.logs import event


@flow
def from_reaction(channel: str, ts: str, user: str, our_app: str, team: str = "", shared: bool = False) -> None:
    """*user*: who put the emoji there; the ticket is for whoever wrote the message, unless an app did.

    *shared*: whether another organisation is in that channel too.
    """
    try:
        take_message(channel, ts, user, our_app, team, shared)
    except Refused as error:
        say_not_read(channel, ts, user, str(error), team)
        raise


@step
def say_not_read(channel: str, ts: str, user: str, reason: str, team: str = "") -> None:
    """Whoever put the emoji there waits for a ticket; by its menu Slack gives us the message itself."""
    runtime = context.current()
    with runtime.db.reading() as session:
        site_id = context.site_of(session, team)
    if site_id is None:
        return
    at, (text, shown) = context.at(site_id).within(team), blocks.not_read(runtime.settings.slack_emoji, reason)
    source = f"intake.say_not_read:{channel}:{ts}"
    at.post_once(source, at.slack.direct_channel(user), text, shown, None, "say_not_read", "")


@step
def take_message(channel: str, ts: str, user: str, our_app: str, team: str = "", shared: bool = False) -> None:
    runtime = context.current()
    if shared and not runtime.settings.slack_strangers and _is_stranger(user, team):
        event("emoji of another organisation's", channel=channel, ts=ts)
        return
    try:
        found = context.slack(team).message(channel, ts)
    except NotFound:
        found = None
    if found is None or not is_talk(found, our_app):
        event("emoji without effect", channel=channel, ts=ts)
        return
    message = said(found, channel)
    draft = draft_from(message.rich, guessing_words(runtime.settings.intake_words))
    with runtime.db.writing() as session:
        if threads.of_place(session, channel, message.thread) is None:
            store.store_message(session, message, draft, user, team)


def _is_stranger(user: str, team: str) -> bool:
    """Slack tells of an emoji without saying to whom its person belongs."""
    slack = context.slack(team)
    ours = {each for each in team.split("/") if each} or {slack.whoami()["team_id"]}
    return not slack.homes_of(user) & ours
