"""Slack's Web API: one door for all methods, the private files, and the addresses for late answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox import (
    slack_files,
    slack_manifest,
    slack_messages,
    slack_oauth,
    slack_rooms,
    slack_usergroups,
    slack_views,
    slack_workflows,
)
from sandbox.slack_allowances import TooFast, take
from sandbox.slack_answers import answer_late
from sandbox.slack_checks import SlackError
from sandbox.slack_scopes import granted, needed_for, require
from sandbox.slack_workspaces import enter_with
from sandbox.world import Json, World

Method = Callable[[World, Json], Json]
METHODS: dict[str, Method] = {
    **slack_rooms.METHODS,
    **slack_messages.METHODS,
    **slack_views.METHODS,
    **slack_files.METHODS,
    **slack_usergroups.METHODS,
    **slack_workflows.METHODS,
    **slack_manifest.METHODS,
    **slack_oauth.METHODS,
}
#: Arguments that are JSON text when the call is a form.
STRUCTURED = ("blocks", "metadata", "view", "attachments", "outputs")

SIGN_IN = """<!DOCTYPE html><html><head><title>Sign in to Sandbox | Slack</title></head>
<body><h1>Sign in to Sandbox</h1></body></html>"""

blueprint = Blueprint("slack", __name__, url_prefix="/slack")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(slack_oauth.blueprint)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


#: Methods that read no JSON, and what they cannot do without. Whoever sends them JSON has sent nothing, which is
#: told by some as a person or channel that does not exist (https://github.com/kortix-ai/suna/pull/6616).
FORM_ONLY = {
    "bots.info": (),
    "chat.getPermalink": ("channel", "message_ts"),
    "conversations.history": ("channel",),
    "conversations.info": ("channel",),
    "conversations.list": (),
    "conversations.members": ("channel",),
    "conversations.replies": ("channel", "ts"),
    "files.info": ("file",),
    "usergroups.list": (),
    "usergroups.users.list": ("usergroup",),
    "users.info": (),
    "users.list": (),
    "users.lookupByEmail": (),
}


@blueprint.route("/api/<method>", methods=["GET", "POST"])
def call(method: str) -> Response:
    """Slack answers 200 whatever happened, unless it was too much; `ok` says whether it did."""
    try:
        answer = jsonify({"ok": True, **_run(method)})
    except TooFast as wait:
        answer = jsonify(ok=False, error=wait.code)
        answer.status_code = 429
        answer.headers["Retry-After"] = str(wait.seconds)
    except SlackError as refused:
        messages = {"response_metadata": {"messages": refused.messages}} if refused.messages else {}
        answer = jsonify({"ok": False, "error": refused.code, **messages, **refused.more})
    answer.headers["X-OAuth-Scopes"] = ",".join(_world().settings.slack_scopes)
    answer.headers["X-Accepted-OAuth-Scopes"] = ",".join(needed_for(_world(), method, {}))
    return answer


def _run(method: str) -> Json:
    args = _arguments(method)
    if method == "oauth.v2.access":  # the one that needs no token
        return slack_oauth.access(_world(), args)
    _check_token(method, args)
    if method == "api.test":
        return {"args": args}
    if method not in METHODS:
        raise SlackError("unknown_method")
    world = _world()
    with world.lock:
        require(world, method, args)
        _check_needed(method, args)
        take(world, method, args)
        return METHODS[method](world, args)


def _arguments(method: str) -> Json:
    args: Json = dict(request.args)
    # Slack's own library calls a method without arguments as JSON, with nothing in it.
    if request.is_json and request.get_data():
        given = request.get_json(silent=True)
        if not isinstance(given, dict):
            raise SlackError("invalid_json")
        taken = {} if method in FORM_ONLY else given
        return args | {name: value for name, value in taken.items() if value is not None}
    args |= dict(request.form)
    return args | {name: _parsed(args[name]) for name in STRUCTURED if isinstance(args.get(name), str)}


def _check_needed(method: str, args: Json) -> None:
    missing = [name for name in FORM_ONLY.get(method, ()) if not args.get(name)]
    if missing:
        raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}" for name in missing])


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError("invalid_arguments", ["[ERROR] must be valid JSON"]) from None


def _check_token(method: str, args: Json) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token if scheme.lower() == "bearer" else args.pop("token", None)
    if not given:
        raise SlackError("not_authed")
    app = enter_with(_world(), given)
    if app is None or not (
        given in (app.bot_token, app.config_token) or slack_workflows.allowed(_world(), method, given)
    ):
        raise SlackError(_world().slack_app["dead"].get(given, "invalid_auth"))
    if method.startswith("apps.manifest.") != (given == app.config_token):
        raise SlackError("not_allowed_token_type")
    if given == app.bot_token and app.token_is:
        raise SlackError(app.token_is)
    g.by = app.bot_user


@blueprint.get("/files/<file_id>/<name>")
def download(file_id: str, name: str) -> Response:
    """Who is not signed in gets a page with status 200, and nothing else says that it is not the file."""
    world, token = _world(), request.headers.get("Authorization", "").removeprefix("Bearer ")
    app = enter_with(world, token)
    kept = world.slack.files.get(file_id)
    signed_in = app is not None and token == app.bot_token
    if not signed_in or not granted(world, "files:read") or world.settings.slack_sign_in_pages:
        return Response(SIGN_IN, mimetype="text/html")
    if kept is None:
        return Response("not found", 404, mimetype="text/plain")
    return Response(kept["content"], mimetype=kept["mimetype"])


@blueprint.post("/response/<token>")
def late_answer(token: str) -> tuple[Response, int] | str:
    """A `response_url`: no token in the header, five uses, thirty minutes."""
    try:
        answer_late(_world(), token, request.get_json(force=True, silent=True))
    except SlackError as refused:
        gone = refused.code in ("used_url", "expired_url")
        return jsonify({"ok": False, "error": refused.code}), 404 if gone else 400
    return "ok"


@blueprint.get("/archives/<channel>/p<digits>")
def permalink(channel: str, digits: str) -> AnyResponse:
    """A message's own address leads to it in its channel."""
    return redirect(url_for("ui_slack.channel", name=channel) + f"#m{digits}")
