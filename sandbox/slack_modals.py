"""Filling in and closing modals: `view_submission`, `view_closed`, and what the answer does to the window."""

from __future__ import annotations

import copy
import json
from typing import Any

from sandbox import slack_wire
from sandbox.slack_acts import brief
from sandbox.slack_answers import new_response_url
from sandbox.slack_checks import SlackError, check_view
from sandbox.slack_forms import NotPossible, client_refusals, fill_in
from sandbox.slack_payloads import acted
from sandbox.slack_views import change, new_trigger, open_views, push
from sandbox.slack_wire import Reply
from sandbox.world import Json, Person, View, World

#: Slack's words for both of its causes: no answer in time, and an answer it does not understand.
TROUBLE = "We had some trouble connecting. Try again?"


def open_view(world: World, who: Person, view_id: str) -> View:
    view = world.slack.views.get(view_id)
    if view is None or view.user != who.slack_id or not view.open:
        raise NotPossible(f"{who.name} has no view {view_id} open")
    return view


def submit(world: World, who: Person, view_id: str, values: Json) -> Json:
    """Fill in *values* and press the button; what Slack's client refuses by itself never reaches the app."""
    view = open_view(world, who, view_id)
    if not view.view.get("submit"):
        raise NotPossible("this view has no button to submit it")
    state = fill_in(world, view, values)
    view.view["state"]["values"] = state
    refusals = client_refusals(view, state)
    if refusals:
        return _result(None, errors=refusals)
    trigger = new_trigger(world, who.slack_id, view.channel, view.id)
    payload = {"type": "view_submission", **acted(world, who, trigger), "view": view.view}
    payload["response_urls"] = _response_urls(world, who, view)
    payload.pop("action_ts")
    reply = slack_wire.send_interaction(world, copy.deepcopy(payload))
    try:
        return _obey(world, view, reply)
    except SlackError:
        return _result(reply.status, error=TROUBLE)


def _response_urls(world: World, who: Person, view: View) -> list[Json]:
    """One for each channel that was chosen in a field which asks for it (`response_url_enabled`)."""
    urls = []
    for block in view.view["blocks"]:
        element = block.get("element") or {}
        if block["type"] == "input" and element.get("response_url_enabled"):
            entry = view.view["state"]["values"][block["block_id"]][element["action_id"]]
            chosen = entry.get("selected_conversation") or entry.get("selected_channel")
            about = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": chosen}
            if chosen:
                urls.append(about | {"response_url": new_response_url(world, who.slack_id, chosen)})
    return urls


def _result(
    status: int | None,
    closed: bool = False,
    errors: dict[str, str] | None = None,
    view: Json | None = None,
    error: str | None = None,
) -> Json:
    return {"status": status, "closed": closed, "errors": errors, "view": view, "error": error}


def _obey(world: World, view: View, reply: Reply) -> Json:
    if reply.failure or reply.status != 200:
        raise SlackError("trouble")
    if not reply.text.strip():
        view.open = False
        return _result(200, closed=True)
    order = _order(reply)
    action = order.get("response_action")
    if action == "clear":
        for one in _stack(world, view):
            one.open = False
        return _result(200, closed=True)
    if action == "errors":
        return _result(200, errors=_errors(view, order.get("errors")))
    return _result(200, view=brief(_next_view(world, view, order)))


def _order(reply: Reply) -> Json:
    try:
        order: Any = json.loads(reply.text)
    except ValueError:
        raise SlackError("trouble") from None
    if not isinstance(order, dict):
        raise SlackError("trouble")
    return order


def _errors(view: View, given: Any) -> dict[str, str]:
    """Errors stand beside input blocks of this view; with any other key Slack shows none of them."""
    inputs = {b["block_id"] for b in view.view["blocks"] if b["type"] == "input"}
    if not isinstance(given, dict) or not given or not set(given) <= inputs:
        raise SlackError("trouble")
    if not all(isinstance(text, str) and text for text in given.values()):
        raise SlackError("trouble")
    return given


def _next_view(world: World, view: View, order: Json) -> View:
    check_view(order.get("view"))
    if order.get("response_action") == "update":
        change(world, view, order["view"])
        return view
    if order.get("response_action") == "push":
        return push(world, order["view"], view)
    raise SlackError("trouble")


def _stack(world: World, view: View) -> list[View]:
    return [v for v in open_views(world, view.user) if v.view["root_view_id"] == view.view["root_view_id"]]


def close(world: World, who: Person, view_id: str) -> None:
    """Press Cancel; with `clear_on_close` everything below goes too. The app hears of it if it asked to."""
    view = open_view(world, who, view_id)
    cleared = bool(view.view.get("clear_on_close"))
    for one in _stack(world, view) if cleared else [view]:
        one.open = False
    if view.view.get("notify_on_close"):
        payload = {"type": "view_closed", **acted(world, who), "view": view.view, "is_cleared": cleared}
        payload["response_urls"] = []
        payload.pop("action_ts")
        slack_wire.send_interaction(world, payload)
