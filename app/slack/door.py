"""POST /slack/events: everything from Slack. Bolt sorts it; a listener stores and answers, nothing more.

Set up as measured in facts/slack.md §0 and §3: no thread pool of Bolt's (five slow listeners would block the next
command), no call to Slack at start, and a catch-all, as Bolt answers 404 to an event that nobody listens to.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from app.auth.slack import why_refused
from app.logs import event
from app.settings import Settings

Listeners = Callable[[App], None]


def register(app: Flask, settings: Settings, rooms: list[Listeners]) -> None:
    """Open the door, if Slack is set up; *rooms* are the `register` functions of the rooms' listeners."""
    bp = Blueprint("slack", __name__)
    secrets = [secret.strip() for secret in settings.slack_signing_secret.split(",") if secret.strip()]
    handler = SlackRequestHandler(bolt_app(settings, rooms)) if settings.slack_bot_token else None

    @bp.post("/slack/events")
    def slack_events() -> ResponseReturnValue:
        if handler is None:
            return jsonify(error="Slack is not set up here: SLACK_BOT_TOKEN is missing."), 503
        # The raw body first: whoever reads the form before it takes the signature's text away.
        body = request.get_data()
        headers = request.headers
        reason = why_refused(
            body,
            headers.get("X-Slack-Request-Timestamp", ""),
            headers.get("X-Slack-Signature", ""),
            secrets,
            time.time(),
        )
        if reason:
            event("call refused", level=logging.WARNING, reason=reason, method="POST", path=request.path)
            return jsonify(error="This call is not signed as it must be."), 401
        return handler.handle(request)

    app.register_blueprint(bp)


def bolt_app(settings: Settings, rooms: list[Listeners]) -> App:
    bolt = App(
        client=WebClient(base_url=settings.slack_api_url, timeout=2, retry_handlers=[]),
        # Signatures are checked above, where two secrets count and malformed ones are a no, not an exception.
        request_verification_enabled=False,
        signing_secret="checked-before-bolt",  # noqa: S106 - not a secret
        process_before_response=True,
        token_verification_enabled=False,
        authorize=_authorize(settings),
        logger=logging.getLogger("slack_bolt.app"),
    )
    for listen in rooms:
        listen(bolt)
    _catch_all(bolt)
    return bolt


def _authorize(settings: Settings) -> Callable[..., AuthorizeResult]:
    def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token)

    return authorize


def _catch_all(bolt: App) -> None:
    """What nobody listens to is fine: a link button, an event that came with a scope."""

    def fine(ack: Any) -> None:
        ack()

    bolt.event(re.compile(".*"))(fine)
    bolt.action(re.compile(".*"))(fine)
