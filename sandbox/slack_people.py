"""The remote control of Slack's people: each address under `/_sandbox/slack/` is one thing somebody does."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import (
    slack_acts,
    slack_clicks,
    slack_manifest,
    slack_modals,
    slack_wire,
    slack_workflows,
    slack_workspaces,
)
from sandbox.slack_checks import elements_of
from sandbox.slack_files import store_file
from sandbox.slack_forms import NotPossible
from sandbox.slack_menus import suggestions
from sandbox.slack_messages import message_json, permalink_of, replies_to
from sandbox.slack_rooms import slack_user
from sandbox.slack_views import open_views
from sandbox.world import Json, Message, Person, SlackApp, World

blueprint = Blueprint("slack_people", __name__, url_prefix="/_sandbox/slack")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


def _given(name: str, default: Any = None) -> Any:
    return (request.get_json(silent=True) or {}).get(name, default)


def _needed(name: str) -> Any:
    value = _given(name)
    if value in (None, ""):
        raise NotPossible(f"say {name}")
    return value


def _who() -> Person:
    who = slack_acts.person(_world(), str(_needed("user")))
    if _world().slack.app is None:
        raise NotPossible("no app is installed in Slack: POST /_sandbox/slack/install")
    return who


@blueprint.errorhandler(NotPossible)
def _not_possible(reason: NotPossible) -> ResponseReturnValue:
    return jsonify(error=str(reason)), 400


@blueprint.post("/install")
def install() -> ResponseReturnValue:
    """Install the app and make its bot a member of the public channels.

    With `verify` the request URL is checked first; `shortcuts` and `commands`, as in a manifest, are what the
    pages offer. With a whole `manifest` the app is granted the scopes and hears the events that stand there.
    """
    app = SlackApp(str(_needed("request_url")), str(_needed("signing_secret")), str(_needed("bot_token")))
    app.shortcuts = list(_given("shortcuts") or [])
    app.commands = list(_given("commands") or [])
    world = _world()
    with world.lock:
        if _given("manifest"):
            slack_manifest.take(world, app, _given("manifest"))
        earlier, world.slack.app = world.slack.app, app
        for channel in world.slack.channels.values():
            if app.bot_user not in channel["members"] and not channel.get("is_private"):
                channel["members"].append(app.bot_user)
    if _given("verify") and not slack_wire.say_hello(world):
        world.slack.app = earlier
        raise NotPossible("the request URL did not send the challenge back")
    return "", 204


@blueprint.post("/app")
def app() -> ResponseReturnValue:
    """Make the app, to be installed by OAuth: its `client_id` and `client_secret`, `redirect_urls`, and the manifest."""
    names = ("client_id", "client_secret", "redirect_urls", "request_url", "signing_secret", "manifest")
    with _world().lock:
        _world().slack_app |= {name: _needed(name) for name in names}
    return "", 204


@blueprint.post("/uninstall")
def uninstall() -> ResponseReturnValue:
    """An admin of the workspace `team` removes the app."""
    slack_workspaces.take_out(_world(), str(_needed("team")))
    return "", 204


@blueprint.post("/command")
def command() -> Response:
    who, text = _who(), str(_given("text", ""))
    return jsonify(slack_acts.type_command(_world(), who, _needed("channel"), _needed("command"), text))


@blueprint.post("/shortcut")
def shortcut() -> Response:
    who, callback_id, ts = _who(), str(_needed("callback_id")), _given("message_ts")
    if ts:
        return jsonify(slack_acts.use_message_shortcut(_world(), who, callback_id, _needed("channel"), ts))
    return jsonify(slack_acts.use_global_shortcut(_world(), who, callback_id))


@blueprint.post("/submit")
def submit() -> Response:
    return jsonify(slack_modals.submit(_world(), _who(), _needed("view_id"), _given("values", {})))


@blueprint.post("/close")
def close() -> ResponseReturnValue:
    slack_modals.close(_world(), _who(), _needed("view_id"))
    return "", 204


@blueprint.post("/click")
def click() -> Response:
    """In a message (`channel`, `ts`), in a modal (`view_id`, and what is filled in as `values`), or on the Home tab."""
    world, who, action, value = _world(), _who(), str(_needed("action_id")), _given("value")
    if _given("view_id"):
        return jsonify(slack_clicks.click_in_view(world, who, _given("view_id"), action, value, _given("values", {})))
    if _given("ts"):
        return jsonify(slack_clicks.click_in_message(world, who, _needed("channel"), _given("ts"), action, value))
    return jsonify(slack_clicks.click_on_home(world, who, action, value))


@blueprint.post("/suggest")
def suggest() -> Response:
    """Type into a menu whose options the app supplies, and see what it offers."""
    modal = slack_modals.open_view(_world(), _who(), str(_needed("view_id")))
    for block in modal.view["blocks"]:
        for element in elements_of(block):
            if element.get("action_id") == _needed("action_id"):
                typed = str(_given("value", ""))
                return jsonify(options=suggestions(_world(), modal, block["block_id"], element, typed))
    raise NotPossible(f"there is no menu {_given('action_id')} in this view")


@blueprint.post("/message")
def message() -> Response:
    who, text = _who(), str(_given("text", ""))
    files = [_stored(who, one) for one in _given("files") or []]
    said = slack_acts.say(_world(), who, _needed("channel"), text, _given("thread_ts"), files)
    return jsonify(ts=said.ts, channel=said.channel, files=files)


@blueprint.post("/files")
def upload() -> Response:
    """A file that is in no channel yet, for a form's file field."""
    return jsonify(id=_stored(_who(), request.get_json()))


def _stored(who: Person, given: Json) -> str:
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (KeyError, binascii.Error):
        raise NotPossible("a file needs a name and its content in base64") from None
    return str(store_file(_world(), who.slack_id, str(given["name"]), given.get("mimetype"), content)["id"])


@blueprint.post("/react")
def react() -> ResponseReturnValue:
    slack_acts.put_emoji(_world(), _who(), _needed("channel"), _needed("ts"), _needed("name"))
    return "", 204


@blueprint.post("/home")
def home() -> Response:
    return jsonify(view=slack_acts.open_home(_world(), _who()))


@blueprint.post("/workflow")
def workflow() -> Response:
    """Somebody uses a workflow with a step of the app's; `inputs` are what the step is given."""
    who, callback_id = _who(), str(_needed("callback_id"))
    return jsonify(execution=slack_workflows.run(_world(), who, callback_id, _given("inputs") or {}))


@blueprint.get("/workflow/<execution>")
def workflow_outcome(execution: str) -> ResponseReturnValue:
    """What became of a step."""
    return jsonify(slack_workflows.outcome(_world(), execution))


@blueprint.get("/messages")
def messages() -> Response:
    """What stands in a channel (or in all), or in one thread; with `user`, also what only this person sees."""
    world, asked = _world(), request.args
    who = slack_acts.person(world, asked["user"]) if asked.get("user") else None
    with world.lock:
        shown = [
            m for m in world.slack.messages if seen_by(m, who) and _in_channel(world, m, who, asked.get("channel"))
        ]
        thread = asked.get("thread_ts")
        if thread:
            shown = [m for m in shown if thread in (m.ts, m.thread_ts)]
        else:
            shown = [m for m in shown if not m.thread_ts or m.broadcast]
        return jsonify([seen(world, m) for m in shown])


def seen_by(one: Message, who: Person | None) -> bool:
    return one.only_for is None or (who is not None and who.slack_id == one.only_for)


def _in_channel(world: World, one: Message, who: Person | None, name: str | None) -> bool:
    if name is None:
        return who is None or who.slack_id in world.slack.channels[one.channel]["members"]
    if name.startswith("@") and who:
        return bool(one.channel == slack_acts.room(world, who, name)["id"])
    return name.removeprefix("#") in (one.channel, world.slack.channels[one.channel].get("name"))


def seen(world: World, one: Message) -> Json:
    """A message as people see it: as the Web API has it, with its address, who wrote it, and who alone sees it."""
    author = slack_user(world, one.user)
    extra = {"channel": one.channel, "permalink": permalink_of(world, one), "only_for": one.only_for}
    extra["author"] = author.name if author else "SolveOnce"
    return message_json(world, one, with_metadata=True) | extra | {"replies": len(replies_to(world, one))}


@blueprint.get("/views")
def views() -> Response:
    """The views that a person has open, the one on top last."""
    who = slack_acts.person(_world(), request.args.get("user", ""))
    with _world().lock:
        return jsonify([slack_acts.brief(v) for v in open_views(_world(), who.slack_id)])
