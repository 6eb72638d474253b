"""Clicks on buttons and menus, in messages, in modals and on the Home tab: `block_actions`."""

from __future__ import annotations

from typing import Any

from sandbox import slack_wire
from sandbox.slack_acts import outcome, room, visible_message
from sandbox.slack_answers import new_response_url
from sandbox.slack_checks import elements_of, options_of
from sandbox.slack_forms import NotPossible, fill_in, initial_state, option, value_name
from sandbox.slack_messages import message_json, next_ts
from sandbox.slack_modals import open_view
from sandbox.slack_payloads import acted, channel_brief
from sandbox.slack_views import new_trigger
from sandbox.world import Json, Message, Person, View, World


def click_in_message(
    world: World, who: Person, channel: str, ts: str, action_id: str, value: Any, shown: str | None = None
) -> Json:
    """Press a button or choose from a menu of a message; *shown*: id of the block as it stood before this person's eyes."""
    place = room(world, who, channel)
    message = visible_message(world, who, place["id"], ts)
    block, element = _wanted(message.blocks, action_id, value)
    action = _action(world, block, element, value) | ({"block_id": shown} if shown else {})
    trigger = new_trigger(world, who.slack_id, place["id"])
    payload = {
        "type": "block_actions",
        **acted(world, who, trigger),
        "container": _container(message),
        "channel": channel_brief(place),
        "state": {"values": initial_state(world, message.blocks)},
        "response_url": new_response_url(world, who.slack_id, place["id"], ts),
        "actions": [action],
    }
    if message.only_for is None:  # Slack keeps no ephemeral message to send along
        payload["message"] = message_json(world, message, with_metadata=True)
    return _sent(world, payload, trigger)


def click_in_view(world: World, who: Person, view_id: str, action_id: str, value: Any, values: Json) -> Json:
    """Press a button in an open modal, or send a field with `dispatch_action`; *values* is what else is filled in."""
    view = open_view(world, who, view_id)
    view.view["state"]["values"] = fill_in(world, view, values)
    return _clicked_view(world, who, view.view, action_id, value)


def click_on_home(world: World, who: Person, action_id: str, value: Any) -> Json:
    home = world.slack.homes.get(who.slack_id)
    if home is None:
        raise NotPossible("the app has published no Home tab for this person")
    return _clicked_view(world, who, home, action_id, value)


def _clicked_view(world: World, who: Person, view: Json, action_id: str, value: Any) -> Json:
    block, element = _wanted(view["blocks"], action_id, value)
    action = _action(world, block, element, value)
    trigger = new_trigger(world, who.slack_id, view=view["id"])
    payload = {
        "type": "block_actions",
        **acted(world, who, trigger),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }
    return _sent(world, payload, trigger)


def _sent(world: World, payload: Json, trigger: str) -> Json:
    reply = slack_wire.send_interaction(world, payload)
    # Slack marks the button with a warning sign; it has no words for what went wrong.
    error = "operation_timeout" if reply.failure == "http_timeout" else reply.failure
    return outcome(world, reply, trigger, error=error)


def _wanted(blocks: list[Json], action_id: str, value: Any) -> tuple[Json, Json]:
    found = [(b, e) for b in blocks for e in elements_of(b) if e.get("action_id") == action_id]
    if not found:
        raise NotPossible(f"there is nothing to press with the action id {action_id}")
    same = [(b, e) for b, e in found if value is not None and e.get("value") == value]
    return (same or found)[0]


def _container(message: Message) -> Json:
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    container["is_ephemeral"] = message.only_for is not None
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _action(world: World, block: Json, element: Json, value: Any) -> Json:
    kind = element["type"]
    action = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": kind,
        "action_ts": next_ts(world),
    }
    if kind == "button":
        return action | {k: element[k] for k in ("text", "value", "style", "url") if k in element}
    if kind == "overflow":
        return action | {"selected_option": option(options_of(element), str(value))}
    view = View("", "", {"blocks": [block], "state": {"values": {}}}, "")
    entry = fill_in(world, view, {element["action_id"]: value})[block["block_id"]][element["action_id"]]
    return action | {value_name(kind): entry[value_name(kind)]}
