"""What Slack sends to the app: signed requests with little patience, and events that are tried again."""

from __future__ import annotations

import contextvars
import hashlib
import hmac
import json
import secrets
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import requests

from sandbox.world import Json, SlackApp, World

#: Slack tries an event again at once, after a minute and after five (facts: slack.md §1.3).
REAL_RETRIES = (0.0, 60.0, 300.0)
TOKEN = "sandbox-verification-token"
#: What an app hears after it was removed.
LAST = ("app_uninstalled", "tokens_revoked")


@dataclass
class Reply:
    """What came back from the app; `status` is None when nothing did."""

    status: int | None
    text: str = ""
    content_type: str = ""
    #: Slack's word for what went wrong: `http_timeout`, `connection_failed` or `http_error`.
    failure: str | None = None
    no_retry: bool = False


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Version 0 of Slack's request signature (docs.slack.dev, verifying requests from Slack)."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def send_command(world: World, form: Json) -> Reply:
    return _post(world, "command", urlencode(form).encode(), "application/x-www-form-urlencoded")


def send_interaction(world: World, payload: Json) -> Reply:
    """Clicks, shortcuts and submitted views travel as JSON in a form field."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return _post(world, payload["type"], body, "application/x-www-form-urlencoded")


def send_event_later(world: World, event: Json) -> None:
    """Deliver in the background; there is nothing to do while no app is installed."""
    app = world.slack.app
    if app is None or not app.hears(event):
        return
    envelope = _envelope(world, app, event)
    # In the workspace in which it happened.
    here = contextvars.copy_context()
    threading.Thread(target=here.run, args=(_deliver, world, app, envelope), name="slack-event", daemon=True).start()


def say_hello(world: World) -> bool:
    """Slack's check of a request URL: the app must send the challenge back."""
    challenge = secrets.token_urlsafe(24)
    hello = {"token": TOKEN, "challenge": challenge, "type": "url_verification"}
    reply = _post(world, "url_verification", json.dumps(hello).encode(), "application/json")
    return reply.status == 200 and challenge in reply.text


def _envelope(world: World, app: SlackApp, event: Json) -> Json:
    kind, room = event["type"], event.get("channel") or event.get("item", {}).get("channel", "")
    shared = bool(world.slack.channels.get(room, {}).get("is_ext_shared"))
    bot = {"enterprise_id": None, "team_id": world.slack.team_id, "user_id": app.bot_user}
    return {
        "token": TOKEN,
        "team_id": world.slack.team_id,
        "context_team_id": world.slack.team_id,
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + world.next_id("slack event"),
        "event_time": int(world.now()),
        "authorizations": [bot | {"is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{kind}-{world.slack.team_id}-{app.app_id}-{room}",
    }


def _deliver(world: World, app: SlackApp, envelope: Json) -> None:
    """Until the app says yes, or says that it wants no more, or Slack has tried often enough."""
    body, name = json.dumps(envelope).encode(), envelope["event"]["type"]
    generation = world.generation
    headers: dict[str, str] = {}
    for attempt, pause in enumerate((0.0, *_retries(world))):
        still_there = world.slack.app is app or (name in LAST and world.generation == generation)
        if not world.clock.sleep(pause) or not still_there:
            return  # the app was removed or the sandbox reset while we waited
        reply = _post(world, name, body, "application/json", headers, envelope["event_id"], attempt + 1, app)
        if attempt == 0 and world.settings.slack_events_twice:
            reply.failure = reply.failure or "http_timeout"
        elif reply.failure is None:
            return
        if reply.no_retry:
            return
        headers = {"x-slack-retry-num": str(attempt + 1), "x-slack-retry-reason": str(reply.failure)}


def _retries(world: World) -> tuple[float, ...]:
    told = world.settings.slack_retries
    return REAL_RETRIES if told == "real" else tuple(told)


def _post(
    world: World,
    event: str,
    body: bytes,
    content_type: str,
    headers: dict[str, str] | None = None,
    identifier: str | None = None,
    attempt: int = 1,
    app: SlackApp | None = None,
) -> Reply:
    app = app or world.slack.app
    if app is None:
        return Reply(None, failure="connection_failed")
    # Real time, wherever the sandbox's clock stands: the app compares it with its own.
    stamp = str(int(time.time()))
    signed = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(app.signing_secret, stamp, body),
    }
    reply = _call(app.request_url, body, signed | (headers or {}), world.settings.slack_patience)
    note = {"kind": "slack", "event": event, "url": app.request_url, "status": reply.status, "try": attempt}
    with world.lock:
        world.deliveries.append({"time": world.now(), **note, "identifier": identifier, "issue": None})
    return reply


def _call(url: str, body: bytes, headers: dict[str, str], patience: float) -> Reply:
    with requests.Session() as session:
        # A proxy of this machine has no business between two programs on its loopback.
        session.trust_env = False
        try:
            r = session.post(url, data=body, headers=headers, timeout=patience, allow_redirects=False)
        except requests.Timeout:
            return Reply(None, failure="http_timeout")
        except requests.RequestException:
            return Reply(None, failure="connection_failed")
    failure = None if r.ok and r.status_code < 300 else "http_error"
    # It counts beside a refusal only.
    stop = failure is not None and r.headers.get("x-slack-no-retry") == "1"
    return Reply(r.status_code, r.text, r.headers.get("Content-Type", ""), failure, stop)
