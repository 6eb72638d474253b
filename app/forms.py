"""A form that somebody asked for: opened at once, as a trigger lives three seconds; when it is not, she hears of it."""

from __future__ import annotations

from typing import Any

from app import context, engine
from app.errors import SolveOnceError
from app.logs import event


def open_form(body: dict[str, Any], view: dict[str, Any]) -> str:
    """The id of the view; empty when Slack did not open it. Nothing is looked up in between."""
    try:
        return context.slack(quick=True).open_view(body["trigger_id"], view)
    except SolveOnceError as error:
        event("form not opened", error=error.code, reason=str(error))
    if not body.get("command"):  # a command is answered by whoever heard it
        _tell_later(body)
    return ""


def _tell_later(body: dict[str, Any]) -> None:
    user, run = str((body.get("user") or {}).get("id") or ""), str(body["trigger_id"])
    if user:
        arguments = (user, str(body.get("response_url") or ""), run)
        with context.current().db.writing() as session:
            engine.enqueue(session, "intake.say_unopened", *arguments, id=f"{user}:{run}", lane=f"answer:{user}")
