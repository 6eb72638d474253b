"""Somebody opened the app's Home tab."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.workspaces import team_in


def register(bolt: App) -> None:
    bolt.event("app_home_opened")(opened)


def opened(ack: Ack, body: dict[str, Any]) -> None:
    """Slack may send it twice; the tab is drawn once for each time that it was opened, without Jira too."""
    event = body.get("event") or {}
    user, run = event.get("user"), body.get("event_id")
    if user and run and event.get("tab", "home") == "home":
        with context.current().db.writing() as session:
            team = team_in(body)
            site_id = context.site_of(session, team)
            id, lane = f"{user}:{run}", f"home:{user}"
            if site_id is None:
                engine.enqueue(session, "home.publish_unconnected", user, team, id=id, lane=lane)
            else:
                engine.enqueue(session, "home.publish", site_id, user, team, id=id, lane=lane)
    ack()
