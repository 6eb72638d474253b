"""What an app's manifest grants it: commands, shortcuts, events, scopes and steps; nothing else is there for it."""

from __future__ import annotations

from sandbox.world import Json, SlackApp, World


def take(world: World, app: SlackApp, manifest: Json) -> None:
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    app.shortcuts = list(features.get("shortcuts") or [])
    app.commands = list(features.get("slash_commands") or [])
    app.events = list((settings.get("event_subscriptions") or {}).get("bot_events") or [])
    app.functions = dict(manifest.get("functions") or {})
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    world.settings.slack_scopes = tuple(scopes)
