"""Modals and Home tabs: opening, changing and stacking them, and the short life of a trigger."""

from __future__ import annotations

import copy
import secrets

from sandbox.slack_checks import SlackError, check_view, elements_of
from sandbox.slack_messages import with_block_ids
from sandbox.slack_rooms import installed, slack_user
from sandbox.world import Json, View, World

#: Slack shows at most three views on top of each other.
MAX_STACK = 3


def new_trigger(world: World, user: str, channel: str | None = None, view: str | None = None) -> str:
    """What a person's act gives the app: the right to open one view, soon. *view* is the one she acted in."""
    with world.lock:
        number = world.next_id("slack trigger", 9_000_000_001)
        trigger = f"{number}.7309280.{secrets.token_hex(16)}"
        expires = world.now() + world.settings.slack_patience
        about = {"user": user, "channel": channel, "in_view": view, "expires": expires, "used": False, "view": None}
        world.slack.triggers[trigger] = about
    return trigger


def opened_with(world: World, trigger: str) -> View | None:
    """The view that the app opened with *trigger*, if it did and the view is still there."""
    view = world.slack.views.get(world.slack.triggers[trigger]["view"] or "")
    return view if view and view.open else None


def open_views(world: World, user: str) -> list[View]:
    """What the person has open, the one on top last."""
    return [v for v in world.slack.views.values() if v.user == user and v.open]


def _use_trigger(world: World, args: Json) -> Json:
    trigger = world.slack.triggers.get(str(args.get("trigger_id") or ""))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger["used"]:
        raise SlackError("exchanged_trigger_id")
    if world.now() > trigger["expires"]:
        raise SlackError("expired_trigger_id")
    return trigger


def views_open(world: World, args: Json) -> Json:
    trigger = _use_trigger(world, args)
    check_view(args.get("view"))
    _check_external_id(world, args["view"])
    trigger["used"] = True
    view = show(world, args["view"], trigger["user"], trigger["channel"])
    trigger["view"] = view.id
    return {"view": copy.deepcopy(view.view)}


def views_push(world: World, args: Json) -> Json:
    trigger = _use_trigger(world, args)
    below = world.slack.views.get(trigger["in_view"] or "")
    if below is None or not below.open:
        raise SlackError("not_found")
    check_view(args.get("view"))
    trigger["used"] = True
    view = push(world, args["view"], below)
    trigger["view"] = view.id
    return {"view": copy.deepcopy(view.view)}


def push(world: World, given: Json, below: View) -> View:
    """Show a view on top of *below*."""
    stack = [v for v in open_views(world, below.user) if v.view["root_view_id"] == below.view["root_view_id"]]
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    return show(world, given, below.user, below.channel, below)


def show(world: World, given: Json, user: str, channel: str | None, below: View | None = None) -> View:
    with world.lock:
        view_id = "V0" + world.next_id("slack view")
        whole = _whole(world, given, view_id)
        whole["root_view_id"] = below.view["root_view_id"] if below else view_id
        whole["previous_view_id"] = below.id if below else None
        view = View(view_id, user, whole, whole["hash"], channel=channel)
        world.slack.views[view_id] = view
    return view


def _whole(world: World, given: Json, view_id: str) -> Json:
    """A view as Slack hands it around: what the app gave, and what Slack adds."""
    app = installed(world)
    defaults = {"callback_id": "", "private_metadata": "", "external_id": "", "close": None, "submit": None}
    flags = {"clear_on_close": False, "notify_on_close": False, "submit_disabled": False}
    whole = {**defaults, **flags, **copy.deepcopy(given)}
    whole["blocks"] = with_block_ids(world, given["blocks"])
    owners = {"app_id": app.app_id, "app_installed_team_id": world.slack.team_id, "bot_id": app.bot_id}
    mark = f"{int(world.now())}.{secrets.token_hex(4)}"
    return whole | owners | {"id": view_id, "team_id": world.slack.team_id, "hash": mark, "state": {"values": {}}}


def views_update(world: World, args: Json) -> Json:
    view = _wanted(world, args)
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    check_view(args.get("view"))
    _check_external_id(world, args["view"], view)
    change(world, view, args["view"])
    return {"view": copy.deepcopy(view.view)}


def _wanted(world: World, args: Json) -> View:
    for view in world.slack.views.values():
        named = args.get("view_id") == view.id
        known = bool(args.get("external_id")) and args["external_id"] == view.view["external_id"]
        if view.open and (named or known):
            return view
    raise SlackError("not_found")


def change(world: World, view: View, given: Json) -> None:
    """Put *given* in the place of what the view shows; what was typed stays where block and action keep their ids."""
    with world.lock:
        typed = view.view["state"]["values"]
        whole = _whole(world, given, view.id)
        whole |= {"root_view_id": view.view["root_view_id"], "previous_view_id": view.view["previous_view_id"]}
        for block in whole["blocks"]:
            for element in elements_of(block):
                kept = typed.get(block["block_id"], {}).get(element.get("action_id"))
                if kept and kept["type"] == element["type"]:
                    whole["state"]["values"].setdefault(block["block_id"], {})[element["action_id"]] = kept
        view.view, view.hash = whole, whole["hash"]


def _check_external_id(world: World, given: Json, own: View | None = None) -> None:
    wanted = given.get("external_id")
    others = (v for v in world.slack.views.values() if v.open and v is not own)
    if wanted and any(v.view["external_id"] == wanted for v in others):
        raise SlackError("duplicate_external_id")


def views_publish(world: World, args: Json) -> Json:
    user = str(args.get("user_id") or "")
    if slack_user(world, user) is None:
        raise SlackError("user_not_found")
    check_view(args.get("view"), ("home",))
    earlier = world.slack.homes.get(user)
    if args.get("hash") and (earlier is None or args["hash"] != earlier["hash"]):
        raise SlackError("hash_conflict")
    view_id = earlier["id"] if earlier else "V0" + world.next_id("slack view")
    whole = _whole(world, args["view"], view_id) | {"root_view_id": view_id, "previous_view_id": None}
    world.slack.homes[user] = whole
    return {"view": copy.deepcopy(whole)}


METHODS = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
