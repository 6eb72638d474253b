"""Answers to what a person did: at once in the reply, or later at the `response_url` that came with it."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.slack_checks import SlackError, check_blocks
from sandbox.slack_messages import add, find, next_ts, with_block_ids
from sandbox.slack_rooms import installed
from sandbox.world import Json, Message, World, acting_in

USES = 5
LIFE = 30 * 60


def new_response_url(world: World, user: str, channel: str, source: str | None = None) -> str:
    """An address for late answers; *source* is the ts of the message that was clicked, if it was one."""
    token = secrets.token_urlsafe(18)
    expires = world.now() + LIFE
    about = {"user": user, "channel": channel, "uses": 0, "expires": expires, "source": source}
    with world.lock:
        world.slack.response_urls[token] = about
    return f"{world.base_url}/slack/response/{token}"


def answer_late(world: World, token: str, body: Any) -> None:
    with world.lock:
        teams = (team for team, slack in world.workspaces.items() if token in slack.response_urls)
        acting_in.set(next(teams, acting_in.get()))
        about = world.slack.response_urls.get(token)
        if about is None or world.now() > about["expires"]:
            raise SlackError("expired_url")
        if about["uses"] >= USES:
            raise SlackError("used_url")
        if not isinstance(body, dict):
            raise SlackError("invalid_payload")
        about["uses"] += 1
        answer(world, about["user"], about["channel"], body, about["source"])


def answer(world: World, user: str, channel: str, body: Json, source: str | None = None) -> Message | None:
    """Show an answer: to the person alone, unless `in_channel`; or in the place of the message that was clicked."""
    clicked = find(world, channel, source) if source else None
    if clicked and body.get("delete_original"):
        world.slack.messages.remove(clicked)
        return None
    if clicked and body.get("replace_original"):
        return _replace(world, clicked, body)
    return _say(world, user, channel, body)


def _say(world: World, user: str, channel: str, body: Json) -> Message:
    text, blocks = _content(body)
    app = installed(world)
    message = Message(next_ts(world), channel, app.bot_user, text, bot_id=app.bot_id)
    message.blocks = with_block_ids(world, blocks)
    message.thread_ts = body.get("thread_ts")
    if body.get("response_type", "ephemeral") != "in_channel":
        message.only_for = user
    return add(world, message)


def _replace(world: World, clicked: Message, body: Json) -> Message:
    text, blocks = _content(body)
    clicked.text, clicked.blocks = text, with_block_ids(world, blocks)
    return clicked


def _content(body: Json) -> tuple[str, list[Json]]:
    text, blocks = str(body.get("text") or ""), body.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    check_blocks(blocks, "message")
    return text, blocks
