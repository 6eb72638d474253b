"""Speaking to people in Slack where Slack may say no: each is told where it can be told, and nobody waits in vain."""

from __future__ import annotations

import time
from typing import Any

from app import context, engine
from app.context import At
from app.domain import Thread
from app.errors import NotFound, Refused, SolveOnceError
from app.logs import event
from app.threads import Conversation
from app.workspaces import team_in

#: Slack's words for a place in which we may not write; `restricted_action_…` says more exactly why.
CLOSED = (
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "cannot_reply_to_message",
    "cant_update_message",
    "edit_window_closed",
)
Blocks = list[dict[str, Any]]
#: How long it is known which channel a `#name` is, in seconds. Slack lists its channels only twenty times a minute
#: (Tier 2), and a busy hour has more messages than that.
AGE = 300.0


def is_closed(error: SolveOnceError) -> bool:
    """Whether Slack's no is about the place: another may do. A private channel that we are not in is simply not found."""
    return isinstance(error, NotFound) or (isinstance(error, Refused) and error.error.startswith(CLOSED))


def tell(at: At, source: str, talk: Conversation, text: str, blocks: Blocks, step: str) -> None:
    """Once, in the ticket's thread and its workspace; directly to whoever asked for it where we may not write there any more."""
    at = at.within(talk.thread.team)
    try:
        at.post_once(source, talk.thread.channel, text, blocks, talk.thread.ts, step, talk.issue_key)
    except (Refused, NotFound) as error:
        if not is_closed(error):
            raise
        event("thread closed to us", issue=talk.issue_key, error=str(error))
        channel = at.slack.direct_channel(talk.requester)
        at.post_once(f"{source}:direct", channel, text, blocks, None, step, talk.issue_key)


def announce(
    at: At, name: str, source: str, text: str, blocks: Blocks, step: str, key: str, below: str | None = None
) -> Thread:
    """Once, in the channel `#name`, or of that id. Raises NotFound or Refused where we may not write."""
    known = _known(at, name) if name.startswith("#") else None
    if known:
        try:
            return at.post_once(source, known, text, blocks, below, step, key)
        except (Refused, NotFound) as error:
            if not is_closed(error):  # else another channel may have its name by now
                raise
    return at.post_once(source, _look_for(at, name), text, blocks, below, step, key)


def _known(at: At, name: str) -> str | None:
    when, channel = at.runtime.channels.get((at.team, name), (0.0, ""))
    return channel if channel and time.monotonic() - when < AGE else None


def _look_for(at: At, name: str) -> str:
    channel = at.slack.channel_id(name)
    at.runtime.channels[at.team, name] = time.monotonic(), channel
    return channel


def whisper(at: At, source: str, place: tuple[str, str | None], user: str, text: str, blocks: Blocks, key: str) -> None:
    """To that person alone, in *place*: channel and thread. Directly, and once, where that cannot be."""
    channel, thread = place
    try:
        if channel:
            at.slack.whisper(channel, user, text, blocks, thread)
            return
    except (Refused, NotFound) as error:
        event("not whispered", channel=channel, error=str(error))  # she or the bot has left the channel
    at.post_once(source, at.slack.direct_channel(user), text, blocks, None, "whisper", key)


def redraw(at: At, place: Thread, text: str, blocks: Blocks) -> None:
    """Replace a message of ours, unless it was deleted or may not be changed any more: the ticket says it too."""
    try:
        at.slack.update(place, text, blocks)
    except (Refused, NotFound) as error:
        if not is_closed(error):
            raise
        event("message not redrawn", channel=place.channel, ts=place.ts, error=str(error))


def open_form(body: dict[str, Any], view: dict[str, Any]) -> str:
    """The id of the view that the person sees now. Empty when Slack did not open it: a trigger lives three seconds.

    Then she is told by a message: a press has no other answer.
    """
    team = team_in(body)
    try:
        return context.slack(team, quick=True).open_view(str(body.get("trigger_id") or ""), view)
    except SolveOnceError as error:
        event("form not opened", error=error.code, reason=str(error))
    container, user = body.get("container") or {}, str((body.get("user") or {}).get("id") or "")
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    with context.current().db.writing() as session:
        site_id, run = context.site_of(session, team), f"{user}:{body.get('trigger_id')}"
        if site_id is not None and user:
            arguments = (site_id, user, channel, str(container.get("thread_ts") or ""), team)
            engine.enqueue(session, "intake.say_not_opened", *arguments, id=run, lane=f"answer:{user}")
    return ""
