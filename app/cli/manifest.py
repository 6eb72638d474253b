"""The manifest from which an admin makes the Slack app, with this site's address and command in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from app.settings import Settings

MANIFEST = Path(__file__).parents[2] / "slack" / "manifest.json"
#: Stands in the file for the service's address.
ADDRESS = "https://solveonce.example.com"


@click.command("manifest")
def manifest() -> None:
    """Print the Slack app's manifest, to be pasted at api.slack.com (*Create New App*, *From a manifest*)."""
    click.echo(json.dumps(manifest_for(Settings.from_env()), indent=2, ensure_ascii=False))


def manifest_for(settings: Settings) -> dict[str, Any]:
    address = json.dumps(settings.base_url.rstrip("/"))[1:-1]
    made: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8").replace(ADDRESS, address))
    made["features"]["slash_commands"][0]["command"] = settings.slack_command
    if not settings.slack_emoji.strip(" :"):
        events = made["settings"]["event_subscriptions"]["bot_events"]
        events.remove("reaction_added")
        made["oauth_config"]["scopes"]["bot"].remove("reactions:read")
    return made
