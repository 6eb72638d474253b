"""Tickets from messages: the shortcut *Triage this message*, an emoji, a direct message; and files in tickets' threads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from app import context, engine, threads
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.intake import blocks, origin, store
from app.intake.commands import Wish, wish
from app.intake.drafting import draft_from
from app.intake.listeners import open_form, preset_of
from app.intake.messages import Said, has_emoji, is_by_a_person, said
from app.intake.store_words import guessing_words
from app.logs import event
from app.workspaces import is_strange, team_in

SHORTCUT = "ops_create_from_message"


def register(bolt: App) -> None:
    bolt.shortcut(SHORTCUT)(shortcut)
    bolt.event("message")(heard)
    if emoji():
        bolt.event("reaction_added")(reacted)


def emoji() -> str:
    return context.current().settings.slack_emoji.strip().strip(":")


def shortcut(ack: Ack, body: dict[str, Any]) -> None:
    """The form, filled from the message; or the ticket that the message's thread has already."""
    message = said(body["message"], str(body["channel"]["id"]))
    with context.current().db.reading() as session:
        known = _known(session, message)
    if known is None and body["message"].get("app_id") and body["message"]["app_id"] == body.get("api_app_id"):
        known = blocks.of_ours()  # an alert, a question: what it is about has its ticket
    words = guessing_words(context.current().settings.intake_words)
    preset = preset_of(message.channel, str(body["channel"].get("name") or ""))
    filled = replace(draft_from(message.rich, words), preset=preset)
    open_form(ack, body, known or blocks.form(message.channel, filled, origin.origin_of(message)))


def _known(session: Session, message: Said) -> dict[str, Any] | None:
    """What is shown instead of the form."""
    place = threads.of_place(session, message.channel, message.thread)
    if place:
        site_id, _, key = place
        return blocks.already(key, context.at(site_id).browse(key))
    request = store.find(session, origin.thread_request(message.channel, message.thread))
    if request is None:
        return None
    if request.site_id is not None and request.issue_id is not None:
        made = threads.key_of(session, request.site_id, request.issue_id)
        if made:  # its thread may be elsewhere: in a direct message, where we may not write here
            return blocks.already(made, context.at(request.site_id).browse(made))
    return blocks.being_made()


def reacted(ack: Ack, body: dict[str, Any]) -> None:
    """Slack does not say what the message says: that is read when the ticket is made. Once, whoever reacts."""
    what = body["event"]
    item = what.get("item") or {}
    # `ticket::skin-tone-2` is the same emoji.
    wanted = str(what.get("reaction") or "").partition("::")[0] == emoji()
    if wanted and item.get("type") == "message" and item.get("channel") and item.get("ts"):
        place = (str(item["channel"]), str(item["ts"]))
        shared = body.get("is_ext_shared_channel") is True
        arguments = (*place, str(what.get("user") or ""), str(body.get("api_app_id") or ""), team_in(body), shared)
        with context.current().db.writing() as session:
            run = ":".join(place)
            engine.enqueue(session, "intake.from_reaction", *arguments, id=run, lane=f"message:{run}")
    ack()


def heard(ack: Ack, body: dict[str, Any]) -> None:
    """Most of what is said in channels is none of our business; one look by an index tells."""
    what, channel = body["event"], str(body["event"].get("channel") or "")
    if is_by_a_person(what, str(body.get("api_app_id") or "")) and channel:
        message = said(what, channel)
        if not message.ts:
            event("message without a place", channel=channel)
        elif message.in_thread:
            _follow_files(message)
        elif what.get("channel_type") == "im" and not is_strange(body):
            take(message, team_in(body))
    ack()


def take(message: Said, team: str) -> None:
    """A direct message is a request: stored before Slack hears yes, and once however often it comes."""
    if _asks(message, team):
        return
    draft = draft_from(message.rich, guessing_words(context.current().settings.intake_words))
    if not draft.summary and not message.files:
        if has_emoji(plain_text(to_adf(message.rich))):
            _answer(message, Wish.HELP, "", team)
        return  # nothing but dots and the like
    with context.current().db.writing() as session:
        request_id = store.store_message(session, message, draft, message.author, team)
    if request_id:
        event("request stored", request=request_id, fresh=True)


def _asks(message: Said, team: str) -> bool:
    """`help`, `mine`, a key or `search …` ask something, here as behind the command."""
    settings = context.current().settings
    words = plain_text(to_adf(message.rich))
    wished, about = wish(words, (settings.ops_project, settings.engineering_project))
    if wished is Wish.NEW or message.files:
        return False
    _answer(message, wished, about, team)
    return True


def _answer(message: Said, wished: Wish, about: str, team: str) -> None:
    with context.current().db.writing() as session:
        place = (message.channel, message.ts)
        arguments = (wished.value, about, message.author, *place, team)
        engine.enqueue(session, "intake.answer_direct", *arguments, id=":".join(place), lane=f"answer:{message.author}")


def _follow_files(message: Said) -> None:
    if not message.files:
        return
    runtime = context.current()
    with runtime.db.reading() as session:
        known = threads.of_place(session, message.channel, message.thread) is not None
        known = known or store.find(session, origin.thread_request(message.channel, message.thread)) is not None
    if known:
        arguments = (message.channel, message.thread, list(message.files))
        run, lane = f"{message.channel}:{message.ts}", origin.files_lane(message.channel, message.thread)
        with runtime.db.writing() as session:
            engine.enqueue(session, "intake.follow_files", *arguments, id=run, lane=lane)
