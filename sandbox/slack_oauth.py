"""Installing the app by OAuth: Slack's question to a person, the code, and the token that it is changed for.

docs.slack.dev, installing with OAuth, and the pages of `oauth.v2.access` and `auth.revoke`.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox import slack_manifest, slack_workspaces
from sandbox.slack_checks import SlackError
from sandbox.slack_rooms import installed
from sandbox.world import Json, SlackApp, World
from sandbox.world_slack import FIRST

#: A code lives so many seconds.
LIFE = 600

blueprint = Blueprint("slack_oauth", __name__, url_prefix="/slack/oauth/v2")


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


@blueprint.get("/authorize")
def ask() -> ResponseReturnValue:
    """What the app wants, and in which workspace; or why Slack does not even ask."""
    problem = _problem(_world(), dict(request.args))
    if problem:
        return render_template("nothing.html", heading="Something went wrong", reason=problem), 400
    shown = {"choices": slack_workspaces.choices(_world()), "asked": dict(request.args)}
    return render_template("slack_authorize.html", scopes=request.args["scope"].split(","), **shown)


@blueprint.post("/authorize")
def decide() -> ResponseReturnValue:
    """Back to the app, with a code or with the person's no."""
    world, asked = _world(), dict(request.form)
    problem = _problem(world, asked)
    if problem:
        return render_template("nothing.html", heading="Something went wrong", reason=problem), 400
    answer = {"state": asked.get("state", "")}
    if asked.get("decision") != "allow":
        return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', **answer})}")
    code = secrets.token_hex(16)
    with world.lock:
        about = {"team": asked["team"], "redirect_uri": asked["redirect_uri"], "scope": asked["scope"], "used": False}
        world.slack_app["codes"][code] = about | {"expires": world.now() + LIFE}
    return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, **answer})}")


def _problem(world: World, asked: Json) -> str | None:
    if not asked.get("client_id") or asked["client_id"] != world.slack_app.get("client_id"):
        return "Invalid client_id parameter"
    if asked.get("redirect_uri") not in world.slack_app["redirect_urls"]:
        return "redirect_uri did not match any configured URIs"
    return None if asked.get("scope") else "No scopes requested"


def access(world: World, args: Json) -> Json:
    """`oauth.v2.access`: a code is good once, for ten minutes, for whoever knows the secret and the same address."""
    known, basic = world.slack_app, request.authorization
    id, secret = (basic.username, basic.password) if basic else (args.get("client_id"), args.get("client_secret"))
    g.by = str(id)
    if not id or id != known.get("client_id"):
        raise SlackError("invalid_client_id")
    if secret != known["client_secret"]:
        raise SlackError("bad_client_secret")
    with world.lock:
        code = known["codes"].get(str(args.get("code")))
        if code is None or world.now() > code["expires"]:
            raise SlackError("invalid_code")
        if code["used"]:
            raise SlackError("code_already_used")
        if code["redirect_uri"] != args.get("redirect_uri"):
            raise SlackError("bad_redirect_uri")
        code["used"] = True
        return _installed(world, code)


def _installed(world: World, code: Json) -> Json:
    """In a workspace where it is installed already it gets the token that it has."""
    team, known = code["team"], world.slack_app
    slack = slack_workspaces.open_second(world) if team == slack_workspaces.SECOND else world.workspaces[team]
    app = slack.app
    if app is None:
        mark = "0" if team == FIRST else "1"
        token = f"xoxb-{team.lower()}-{secrets.token_hex(8)}"
        app = SlackApp(known["request_url"], known["signing_secret"], token)
        app.bot_id, app.bot_user = f"B{mark}SOLVE", f"U{mark}SOLVE"
        slack_manifest.take(world, app, known["manifest"])
        slack_workspaces.put_in(world, team, app)
    rotates = known["manifest"].get("settings", {}).get("token_rotation_enabled")
    return {
        "app_id": app.app_id,
        "authed_user": {"id": next(p.slack_id for p in world.people.values() if p.slack_team == team and p.slack_id)},
        "scope": code["scope"],
        "token_type": "bot",
        "access_token": app.bot_token,
        "bot_user_id": app.bot_user,
        "team": {"id": team, "name": slack.name},
        "enterprise": None,
        "is_enterprise_install": False,
        **({"refresh_token": "xoxe-1-" + secrets.token_hex(8), "expires_in": 43200} if rotates else {}),
    }


def revoke(world: World, args: Json) -> Json:
    """`auth.revoke`: with its token the bot is gone from the workspace."""
    installed(world)
    if str(args.get("test")).lower() not in ("true", "1"):
        slack_workspaces.take_out(world, world.slack.team_id, "token_revoked")
    return {"revoked": True}


METHODS = {"auth.revoke": revoke}
