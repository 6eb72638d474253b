"""Installing by OAuth, and two workspaces that know nothing of each other."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from web import web

from sandbox.server import Sandbox
from sandbox.slack_workspaces import SECOND
from sandbox.world_slack import FIRST

BACK = "http://127.0.0.1:9/slack/oauth_redirect"
SECRET = "the-secret"
APP = {
    "client_id": "1.2",
    "client_secret": SECRET,
    "redirect_urls": [BACK],
    "request_url": "http://127.0.0.1:9/slack/events",
    "signing_secret": "signing",
    "manifest": {"oauth_config": {"scopes": {"bot": ["chat:write", "channels:read", "channels:history"]}}},
}


@pytest.fixture
def app(sandbox: Sandbox) -> Sandbox:
    assert web.post(f"{sandbox.url}/_sandbox/slack/app", json=APP, timeout=5).status_code == 204
    return sandbox


def allow(sandbox: Sandbox, team: str, **other: str) -> requests.Response:
    form = {"client_id": "1.2", "redirect_uri": BACK, "scope": "chat:write", "state": "s", "team": team, **other}
    decision = {"decision": "allow", **form}
    return web.post(f"{sandbox.url}/slack/oauth/v2/authorize", data=decision, timeout=5, allow_redirects=False)


def a_code(sandbox: Sandbox, team: str) -> str:
    return allow(sandbox, team).headers["Location"].partition("code=")[2].partition("&")[0]


def change(sandbox: Sandbox, code: str, secret: str = SECRET, id: str = "1.2", back: str = BACK) -> Any:
    form = {"code": code, "redirect_uri": back}
    return web.post(f"{sandbox.url}/slack/api/oauth.v2.access", data=form, auth=(id, secret), timeout=5).json()


def call(sandbox: Sandbox, method: str, token: str, **args: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return web.post(f"{sandbox.url}/slack/api/{method}", data=args, headers=headers, timeout=5).json()


def test_a_code_is_good_once_for_ten_minutes_for_whoever_knows_the_secret(app: Sandbox) -> None:
    code = a_code(app, FIRST)
    assert change(app, "no-code")["error"] == "invalid_code"
    assert change(app, code, id="9.9")["error"] == "invalid_client_id"
    assert change(app, code, secret="guessed")["error"] == "bad_client_secret"
    assert change(app, code, back="http://127.0.0.1:9/else")["error"] == "bad_redirect_uri"

    granted = change(app, code)
    assert (granted["team"]["id"], granted["token_type"], granted["bot_user_id"]) == (FIRST, "bot", "U0SOLVE")
    assert change(app, code)["error"] == "code_already_used"
    late = a_code(app, FIRST)
    app.world.clock.advance(601)
    assert change(app, late)["error"] == "invalid_code"


def test_slack_does_not_ask_for_an_app_or_an_address_that_it_does_not_know(app: Sandbox) -> None:
    assert allow(app, FIRST, client_id="9.9").status_code == 400
    assert allow(app, FIRST, redirect_uri="https://elsewhere.example").status_code == 400
    assert "error=access_denied&state=s" in allow(app, FIRST, decision="cancel").headers["Location"]


def test_a_token_sees_nothing_of_the_other_workspace_and_is_dead_when_it_was_revoked(app: Sandbox) -> None:
    first, second = (change(app, a_code(app, team))["access_token"] for team in (FIRST, SECOND))

    names = {each["id"] for each in call(app, "conversations.list", second)["channels"]}
    assert names == {"C1OPSEX", "C1OPSRQ", "C1ENGTRI"}
    assert call(app, "chat.postMessage", second, channel="C0OPSEX", text="x")["error"] == "channel_not_found"
    assert call(app, "chat.postMessage", second, channel="C1OPSEX", text="x")["ok"]
    assert call(app, "conversations.history", first, channel="C1OPSEX")["error"] == "channel_not_found"
    assert call(app, "conversations.history", first, channel="C0OPSEX")["messages"] == []
    # Installed once more it is the same token.
    assert change(app, a_code(app, SECOND))["access_token"] == second

    assert call(app, "auth.revoke", second)["revoked"] is True
    assert call(app, "auth.test", second)["error"] == "token_revoked"
    assert call(app, "auth.test", first)["team_id"] == FIRST
