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
def from_reaction(channel: str, ts: str, user: str, our_app: str) -> None:
    """*user*: who put the emoji there; the ticket is for whoever wrote the message, unless an app did."""
    take_message(channel, ts, user, our_app)


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
