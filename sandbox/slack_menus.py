"""Menus whose options the app supplies while a person types: `block_suggestion`."""

from __future__ import annotations

import json
from typing import Any

from sandbox import slack_wire
from sandbox.slack_checks import options_of
from sandbox.slack_elements import OPTION
from sandbox.slack_payloads import acted
from sandbox.slack_rooms import slack_user
from sandbox.slack_rules import many
from sandbox.world import Json, View, World

EXTERNAL = ("external_select", "multi_external_select")
#: More than this Slack does not show, nor any that is longer than a menu's own; and says nothing.
MAX_OPTIONS = 100


def suggestions(world: World, view: View, block_id: str, element: Json, typed: str) -> list[Json]:
    """What the app offers for *typed*; nothing when it does not answer as it should."""
    who = slack_user(world, view.user)
    if who is None or world.slack.app is None:
        return []
    payload = {
        "type": "block_suggestion",
        **acted(world, who),
        "container": {"type": "view", "view_id": view.id},
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": typed,
        "view": view.view,
    }
    payload.pop("action_ts")
    reply = slack_wire.send_interaction(world, payload)
    return _options(reply.text) if reply.status == 200 else []


def _options(text: str) -> list[Json]:
    try:
        given: Any = json.loads(text)
    except ValueError:
        return []
    options = options_of(given) if isinstance(given, dict) else []
    return options if not any(many(OPTION, 0, MAX_OPTIONS)(options, "/options")) else []
