"""A request from Slack is good when it is signed with our signing secret and not older than five minutes.

In channels that organisations share (Slack Connect) people act who belong to another one: they are strangers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.signature import Clock, SignatureVerifier

#: `v0=` and 64 hexadecimal digits; anything else would make the library raise instead of saying no.
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def why_refused(body: bytes, timestamp: str, signature: str, secrets: Sequence[str], now: float) -> str | None:
    """A reason for the log, or None when the request is good. Two secrets are accepted while one is being changed."""
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return "malformed signature"
    if abs(now - int(timestamp)) > 300:
        return "stale"
    try:
        good = any(SignatureVerifier(each, clock=_At(now)).is_valid(body, timestamp, signature) for each in secrets)
    except UnicodeDecodeError:
        return "not text"
    return None if good else "wrong signature"


def is_stranger(body: Mapping[str, Any], team_id: str, enterprise_id: str) -> bool:
    """Whether whoever acts belongs elsewhere than to the workspace (and organisation) in which we are installed.

    A press and a form name the person's workspace and organisation, a message its writer's (`user_team`, `source_team`,
    `team`). Who puts an emoji somewhere is not told: there the answer is no, and Slack has to be asked. What is no id of
    Slack's says nothing.
    """
    event = body.get("event")
    theirs = _writers_home(event, body) if isinstance(event, Mapping) else _actors_home(body)
    here, team = _team_of_our_message(body) or team_id, body.get("team")
    ours = _ids(here, enterprise_id)
    if isinstance(team, Mapping) and team.get("id") == here:
        ours |= _ids(team.get("enterprise_id"))
    return bool(theirs) and bool(ours) and theirs.isdisjoint(ours)


def _ids(*said: Any) -> set[str]:
    return {each for each in said if isinstance(each, str) and re.fullmatch("[TE][A-Za-z0-9-]+", each)}


def _writers_home(event: Mapping[str, Any], body: Mapping[str, Any]) -> set[str]:
    """Empty where Slack says that the channel is shared with nobody: another workspace is one of the same organisation."""
    if event.get("type") != "message" or body.get("is_ext_shared_channel") is False:
        return set()
    return _ids(event.get("user_team") or event.get("source_team") or event.get("team"))


def _actors_home(body: Mapping[str, Any]) -> set[str]:
    """On Enterprise Grid a person's own workspace may be another one of the same organisation."""
    user, organisation = body.get("user"), body.get("enterprise")
    theirs = _ids(user.get("team_id")) if isinstance(user, Mapping) else set()
    of_grid = _ids(organisation.get("id")) if isinstance(organisation, Mapping) else set()
    return theirs | of_grid if theirs else set()


def _team_of_our_message(body: Mapping[str, Any]) -> str:
    """What is pressed stands in a message of ours, which says in which workspace we are; the press says the person's."""
    message = body.get("message") if body.get("type") == "block_actions" else None
    ours = isinstance(message, Mapping) and message.get("bot_id")
    return next(iter(_ids(message.get("team"))), "") if ours and message else ""


class _At(Clock):
    """The library asks a clock; ours stands at the moment of the request."""

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def now(self) -> float:
        return self._moment
