"""`/ops`, the shortcut *Create Triage Ticket*, and the submitted form."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.errors import SolveOnceError
from app.intake import blocks, store
from app.intake.request import problems, read
from app.logs import event

SHORTCUT = "ops_create_global"


def register(bolt: App) -> None:
    bolt.command("/ops")(command)
    bolt.shortcut(SHORTCUT)(shortcut)
    bolt.view(blocks.CALLBACK)(submitted)


def command(ack: Ack, body: dict[str, Any]) -> None:
    """`/ops` opens the form, `/ops <text>` with the text as its summary."""
    _open(ack, body, blocks.form(body["channel_id"], summary=(body.get("text") or "").strip()))


def shortcut(ack: Ack, body: dict[str, Any]) -> None:
    """A global shortcut knows no channel: its thread is opened where requests go."""
    _open(ack, body, blocks.form(context.current().settings.channel_requests))


def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Store first, then say yes. The same form sent twice is one request."""
    request = read(_answers(view))
    if wrong := problems(request):
        ack(response_action="errors", errors=wrong)
        return
    channel = blocks.channel_of(str(view.get("private_metadata") or "")) or context.current().settings.channel_intake
    request_id = f"view:{view['id']}"
    with context.current().db.writing() as session:
        fresh = store.store(
            session, request_id, request, {"user": body["user"]["id"], "channel": channel, "view": view["id"]}
        )
        if fresh:
            engine.enqueue(session, "intake.open_request", request_id, id=request_id, lane=request_id)
    event("request stored", request=request_id, fresh=fresh)
    ack(response_action="update", view=blocks.submitting())


def _answers(view: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; nothing in a view that has no fields."""
    values = (view.get("state") or {}).get("values")
    return values if isinstance(values, dict) else {}


def _open(ack: Ack, body: dict[str, Any], form: dict[str, Any]) -> None:
    """A trigger lives three seconds, so the form is opened before the answer, with nothing looked up in between."""
    try:
        context.slack(quick=True).open_view(body["trigger_id"], form)
    except SolveOnceError as error:
        event("form not opened", error=error.code, reason=str(error))
        ack("Slack did not let me open the form. Please try again.") if body.get("command") else ack()
        return
    ack()
