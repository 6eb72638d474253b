"""Who may triage: the members of the Slack channel or user group that the settings name; without either, everybody."""

from __future__ import annotations

import time

from app import context
from app.context import At
from app.errors import Misconfigured, NotFound, Refused

#: How long a list of members is trusted, in seconds.
AGE = 300.0


def may_triage(at: At, user: str) -> bool:
    """A no is never told from memory: whoever was let in a moment ago is let in.

    Raises Misconfigured, with the remedy, when Slack does not say who is in.
    """
    if not _named(at):
        return True
    return user in _members(at, AGE) or user in _members(at, 0.0)


def who_may(at: At) -> str:
    """In words, for whoever may not; mrkdwn."""
    where = at.settings.triage_channel or at.settings.triage_group
    return f"the members of {where}" if where else "everybody"


def _named(at: At) -> str:
    return at.settings.triage_channel or at.settings.triage_group


def _members(at: At, age: float) -> frozenset[str]:
    remembered, name = context.current().members, (at.team, _named(at))
    known = remembered.get(name)
    if known and time.monotonic() - known[0] < age:
        return known[1]
    found = _ask(at)
    remembered[name] = (time.monotonic(), found)
    return found


def _ask(at: At) -> frozenset[str]:
    channel, group = at.settings.triage_channel, at.settings.triage_group
    try:
        return at.slack.channel_members(channel) if channel else at.slack.group_members(group)
    except (Refused, NotFound) as error:
        remedy = "Invite the bot to the channel, or give the app the scope that is missing."
        raise Misconfigured(f"Slack does not say who may triage ({error}).", remedy) from error
