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
def from_reaction(channel: str, ts: str, user: str, our_app: str) -> None:
    """*user*: who put the emoji there; the ticket is for whoever wrote the message, unless an app did."""
    try:
        take_message(channel, ts, user, our_app)
    except Refused as error:
        say_not_read(channel, ts, user, str(error))
        raise


@step
def say_not_read(channel: str, ts: str, user: str, reason: str) -> None:
    """Whoever put the emoji there waits for a ticket; by its menu Slack gives us the message itself."""
    runtime = context.current()
    with runtime.db.reading() as session:
        site_id = context.only_site(session)
    if site_id is None:
        return
    at, (text, shown) = context.at(site_id), blocks.not_read(runtime.settings.slack_emoji, reason)
    source = f"intake.say_not_read:{channel}:{ts}"
    at.post_once(source, at.slack.direct_channel(user), text, shown, None, "say_not_read", "")


@step
def take_message(channel: str, ts: str, user: str, our_app: str) -> None:
    runtime = context.current()
    try:
        found = context.slack().message(channel, ts)
    except NotFound:
        found = None
    if found is None or not is_talk(found, our_app):
        event("emoji without effect", channel=channel, ts=ts)
        return
    message = said(found, channel)
    draft = draft_from(message.rich, guessing_words(runtime.settings.intake_words))
    with runtime.db.writing() as session:
        if threads.of_place(session, channel, message.thread) is None:
            store.store_message(session, message, draft, user)
