"""POST /slack/events: everything from Slack. Bolt sorts it; a listener stores and answers, nothing more.

Set up as measured in facts/slack.md §0 and §3: no thread pool of Bolt's (five slow listeners would block the next
command), no call to Slack at start, and a yes to what nobody listens to, as Bolt answers 404 to it.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy.exc import DataError, DBAPIError

from app import context
from app.auth.slack import why_refused
from app.clients.slack import tls
from app.context import slack_token
from app.errors import SolveOnceError
from app.logs import event
from app.settings import Settings
from app.slack.blocks import section
from app.slack.door_senders import by_a_stranger, workspace_of
from app.slack.envelope import for_the_library
from app.workspaces import STRANGER, TEAM

Listeners = Callable[[App], None]
#: It is read before we know who sent it. A form of Slack's may have 250 kB, and is sent twice over and encoded.
LARGEST_REQUEST = 5 * 1024 * 1024


def register(app: Flask, settings: Settings, rooms: list[Listeners]) -> None:
    """Open the door, if Slack is set up; *rooms* are the `register` functions of the rooms' listeners."""
    bp = Blueprint("slack", __name__)
    secrets = [secret.strip() for secret in settings.slack_signing_secret.split(",") if secret.strip()]
    bolt = bolt_app(settings, rooms) if settings.slack_bot_token or settings.slack_by_oauth else None

    @bp.post("/slack/events")
    def slack_events() -> ResponseReturnValue:
        if bolt is None:
            return jsonify(error="Slack is not set up here: SLACK_BOT_TOKEN is missing."), 503
        # The raw body first: whoever reads the form before it takes the signature's text away.
        request.max_content_length = LARGEST_REQUEST
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
        said = what_it_says(body, request.mimetype)
        if said is None:
            event("call refused", level=logging.WARNING, reason="not readable", method="POST", path=request.path)
            return jsonify(error="This call cannot be read."), 400
        return _answer(bolt, said)

    app.register_blueprint(bp)


def what_it_says(body: bytes, mimetype: str) -> dict[str, Any] | None:
    """JSON, JSON in the field `payload` of a form, or the form itself, which is a command; None for anything else.

    Bolt has a reader of its own, but it takes every form in which the word "payload" occurs for one with that field:
    `/ops the payload is broken` would not be heard. And it raises where there is nothing to read.
    """
    text = body.decode(errors="replace")
    try:
        if mimetype == "application/json" or text.startswith("{"):
            said = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            said = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said else None


def _answer(bolt: App, said: dict[str, Any]) -> ResponseReturnValue:
    # Nothing of the request but what is signed: some headers would tell Bolt to run no listener.
    try:
        asked = BoltRequest(body=for_the_library(said), headers={"content-type": "application/json"})
        answer = None if _is_hello(said) else _for_nobody_of_ours(asked, said)
        if answer is not None:
            return answer
        reply = bolt.dispatch(asked)
    except Exception as error:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError):
            raise  # 503: it was not stored, and has to come again
        # Signed, and not what Slack sends: to come again would not make it better.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        event("not understood", level=logging.ERROR, kind=_kind(said), error=type(error).__name__, where=where)
        return _not_understood(said)
    if reply.status == 404:
        event("nobody listens", kind=_kind(said))
        return _outdated(said)
    return to_flask_response(reply)


def _for_nobody_of_ours(asked: BoltRequest, said: dict[str, Any]) -> ResponseReturnValue | None:
    """The answer to what comes from elsewhere; None for what the listeners shall have, who find the workspace in it."""
    try:
        team = workspace_of(asked)
    except SolveOnceError as error:
        event("workspace not known", level=logging.WARNING, error=error.code, reason=str(error))
        return jsonify(error="Slack did not say which workspace this is; please send it again."), 503
    if team is None:
        # Slack would repeat what it hears no yes to.
        event("call refused", level=logging.WARNING, reason="workspace is not installed", kind=_kind(said))
        return "", 200
    stranger = by_a_stranger(asked, team)
    if stranger and "event" not in said:
        return _not_for_strangers(said, team)
    asked.body.update({TEAM: team, STRANGER: stranger})
    asked.context[TEAM] = team
    return None


def _is_hello(said: dict[str, Any]) -> bool:
    """Slack's check of the address, which comes from no workspace."""
    return said.get("type") == "url_verification" or "ssl_check" in said


def _not_for_strangers(said: dict[str, Any], team: str) -> ResponseReturnValue:
    """Somebody of another organisation, in a shared channel: told to that person alone; a link opens all the same."""
    event("call refused", reason="person of another organisation", kind=_kind(said))
    sorry = "Only people of the organisation that set SolveOnce up may do this. Please ask one of them, here."
    if said.get("type") == "view_submission":
        return jsonify(response_action="errors", errors={_first_field(said.get("view")): sorry})
    if "command" in said:
        return jsonify(text=sorry)
    is_link = any(each.get("url") for each in said.get("actions") or [])
    if said.get("response_url") and not is_link:
        try:
            context.slack(team, quick=True).respond(str(said["response_url"]), sorry, [section(sorry)])
        except SolveOnceError as error:
            event("stranger not told", error=error.code)
    return "", 200


def _kind(said: dict[str, Any]) -> str:
    return str(said.get("type") or said.get("command"))[:60]


def _not_understood(said: dict[str, Any]) -> ResponseReturnValue:
    """What the person reads who sent it; a form stays open, with everything in it."""
    sorry = "SolveOnce could not read this, and nothing was stored. Please try again."
    if said.get("type") == "view_submission":
        return jsonify(response_action="errors", errors={_first_field(said.get("view")): sorry})
    return jsonify(text=sorry) if "command" in said else ("", 200)


def _outdated(said: dict[str, Any]) -> ResponseReturnValue:
    """A form that was opened before a deploy would be closed by a mere yes, with what was written in it."""
    if said.get("type") != "view_submission":
        return "", 200
    words = "This form is of an earlier release. Copy your words, close it, and open it anew."
    return jsonify(response_action="errors", errors={_first_field(said.get("view")): words})


def _first_field(view: Any) -> str:
    """Slack takes an error only for an input block of that very form; any other name is "trouble connecting"."""
    blocks = view.get("blocks") if isinstance(view, dict) else None
    inputs = [each for each in blocks or [] if isinstance(each, dict) and each.get("type") == "input"]
    return next((str(each["block_id"]) for each in inputs if each.get("block_id")), "summary_b")


def bolt_app(settings: Settings, rooms: list[Listeners]) -> App:
    bolt = App(
        client=WebClient(base_url=settings.slack_api_url, timeout=2, ssl=tls(), retry_handlers=[]),
        # Signatures are checked above, where two secrets count and malformed ones are a no, not an exception.
        request_verification_enabled=False,
        signing_secret="checked-before-bolt",  # noqa: S106 - not a secret
        process_before_response=True,
        token_verification_enabled=False,
        authorize=_authorize,
        logger=logging.getLogger("slack_bolt.app"),
    )
    for listen in rooms:
        listen(bolt)
    _catch_all(bolt)
    bolt.error(_failed)
    return bolt


def _authorize(context: Mapping[str, Any], enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Bolt's own client speaks with the token of the workspace that the payload comes from, too."""
    token = slack_token(str(context.get(TEAM) or ""))
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)


def _catch_all(bolt: App) -> None:
    """What we know of and do not act on: a link button, an event that came with a scope."""

    def fine(ack: Any) -> None:
        ack()

    bolt.event(re.compile(".*"))(fine)
    bolt.action(re.compile(".*"))(fine)


def _failed(error: Exception) -> None:
    """Bolt would write the error's text, with what people wrote, into the log; Flask's handlers are the same as for Jira."""
    raise error
