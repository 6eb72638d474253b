"""A form that Slack did not open: whoever wanted it reads so, and what to do."""

from __future__ import annotations

from app import context, speaking
from app.engine import flow, flow_id, step
from app.intake import blocks


@flow
def say_not_opened(site_id: int, user: str, channel: str, thread: str, team: str = "") -> None:
    """*channel*: where it was pressed, empty outside of channels; *thread* likewise."""
    tell_presser(site_id, user, channel, thread, team)


@step
def tell_presser(site_id: int, user: str, channel: str, thread: str, team: str = "") -> None:
    at = context.at(site_id).within(team)
    source = f"intake.say_not_opened:{flow_id()}"
    text, shown = blocks.unopened()
    speaking.whisper(at, source, (channel, thread or None), user, text, shown, "")
