"""The Workflow Builder step *Create Triage Ticket*: its inputs are a request like any other."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.intake import steps, store
from app.intake.store_words import guessing_words
from app.logs import event
from app.workspaces import team_in


def register(bolt: App) -> None:
    bolt.event("function_executed")(executed)


def executed(ack: Ack, body: dict[str, Any]) -> None:
    """Store first, then say yes; the step itself is completed when its ticket has a thread."""
    what = body["event"]
    ours = (what.get("function") or {}).get("callback_id") == steps.CALLBACK
    if ours and what.get("function_execution_id"):
        _store(what, team_in(body))
    ack()


def _store(what: dict[str, Any], team: str) -> None:
    runtime = context.current()
    inputs = what.get("inputs") or {}
    execution = str(what["function_execution_id"])
    request, guessed = steps.request_of(inputs, guessing_words(runtime.settings.intake_words))
    user = steps.requester(inputs)
    channel = str(inputs.get("channel_id") or runtime.settings.channel_intake)
    # With this token one can speak for the workflow, for a quarter of an hour.
    token = runtime.vault.lock(str(what.get("bot_access_token") or ""))
    asked_in = {"user": user, "by": user, "channel": channel, "workspace": team, "view": None, "guessed": guessed}
    request_id = f"function:{execution}"
    with runtime.db.writing() as session:
        fresh = store.store(session, request_id, request, asked_in | {"execution": {"id": execution, "token": token}})
        if fresh:
            engine.enqueue(session, "intake.run_step", request_id, id=request_id, lane=request_id)
    event("request stored", request=request_id, fresh=fresh)
