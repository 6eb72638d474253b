"""What an app's manifest grants it: commands, shortcuts, events, scopes and steps; nothing else is there for it."""

from __future__ import annotations

from sandbox.slack_checks import SlackError
from sandbox.slack_rooms import installed
from sandbox.world import Json, SlackApp, World


def take(world: World, app: SlackApp, manifest: Json) -> None:
    app.manifest = manifest
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    app.shortcuts = list(features.get("shortcuts") or [])
    app.commands = list(features.get("slash_commands") or [])
    app.events = list((settings.get("event_subscriptions") or {}).get("bot_events") or [])
    app.functions = dict(manifest.get("functions") or {})
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    world.settings.slack_scopes = tuple(scopes)


def export(world: World, args: Json) -> Json:
    """The manifest as it is now: with what an admin has changed since on the app's pages."""
    app = installed(world)
    if not args.get("app_id"):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: app_id"])
    if args["app_id"] != app.app_id:
        raise SlackError("app_not_found")
    if not app.manifest:
        raise SlackError("failed_export")
    return {"manifest": app.manifest}


METHODS = {"apps.manifest.export": export}
