"""The words of the set-up: what the doctor is told by Slack, and by whoever answers at our own address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SlackIdentity:
    """What Slack says of our token (`auth.test`, `bots.info`)."""

    team_id: str
    team: str
    #: Empty for the token of a person.
    bot_id: str
    #: Empty where Slack does not say it: without the scope users:read.
    app_id: str
    app_name: str
    #: None where Slack does not tell what the token may do.
    scopes: tuple[str, ...] | None
    #: Unix time of Slack's clock, at the moment of its answer.
    clock: float | None


@dataclass(frozen=True)
class SlackChannel:
    id: str
    is_member: bool
    is_archived: bool
    is_private: bool


@dataclass(frozen=True)
class SlackGroup:
    id: str
    is_disabled: bool


@dataclass(frozen=True)
class Answered:
    """What came back from an address: a status with a body, or the reason why nothing did."""

    #: None when nothing came.
    status: int | None = None
    #: What the body says as JSON; None for anything else.
    said: Any = None
    content_type: str = ""
    #: Where a redirect leads.
    location: str = ""
    #: `refused`, `unknown host`, `silent`, `certificate` or `no address`.
    reason: str = ""
