"""A ticket from a message on which somebody put the emoji: read it, store the request, go on as with any other."""

from __future__ import annotations

from app import context, threads
from app.engine import flow, step
from app.errors import NotFound
from app.intake import store
from app.intake.drafting import draft_from
from app.intake.messages import is_talk, said
from app.intake.store_words import guessing_words
from app.logs import event


@flow
def from_reaction(channel: str, ts: str, user: str, our_app: str, team: str = "", shared: bool = False) -> None:
    """*user*: who put the emoji there; the ticket is for whoever wrote the message, unless an app did.

    *shared*: whether another organisation is in that channel too.
    """
    take_message(channel, ts, user, our_app, team, shared)


@step
def take_message(channel: str, ts: str, user: str, our_app: str, team: str = "", shared: bool = False) -> None:
    runtime = context.current()
    try:
        found = context.slack(team).message(channel, ts)
    except NotFound:
        found = None
    if found is None or not is_talk(found, our_app):
        event("emoji without effect", channel=channel, ts=ts)
        return
    if shared and not runtime.settings.slack_strangers and _is_stranger(user, team):
        event("emoji of another organisation's", channel=channel, ts=ts)
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
