"""The app was removed from a Slack workspace, or its token was taken away."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.workspaces import team_in


def register(bolt: App) -> None:
    bolt.event("app_uninstalled")(gone)
    bolt.event("tokens_revoked")(gone)


def gone(ack: Ack, body: dict[str, Any]) -> None:
    """An event may be late, and somebody have installed the app again: whether the token is good is asked of Slack."""
    team, run = team_in(body), str(body.get("event_id") or "")
    if team and run:
        with context.current().db.writing() as session:
            engine.enqueue(session, "sites.look_at_workspace", team, id=f"{team}:{run}", lane=f"workspace:{team}")
    ack()
