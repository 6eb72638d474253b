"""The part that all of Slack's interaction payloads share, and the person and channel in them."""

from __future__ import annotations

from sandbox.slack_messages import next_ts
from sandbox.slack_rooms import handle, installed
from sandbox.slack_wire import TOKEN
from sandbox.world import Json, Person, World


def acted(world: World, who: Person, trigger: str | None = None) -> Json:
    """Who did it, in which team, and the trigger for a view, if the act gives one."""
    payload: Json = {
        "token": TOKEN,
        "action_ts": next_ts(world),
        "team": {"id": world.slack.team_id, "domain": world.slack.name.lower()},
        "user": {
            "id": who.slack_id,
            "username": handle(who),
            "name": handle(who),
            "team_id": who.stranger_of or world.slack.team_id,
        },
        "api_app_id": installed(world).app_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return payload | ({"trigger_id": trigger} if trigger else {})


def channel_brief(place: Json) -> Json:
    return {"id": place["id"], "name": shown_name(place)}


def shown_name(place: Json) -> str:
    """A call tells the names of public channels only (docs.slack.dev, slash commands: `channel_name`)."""
    return "privategroup" if place.get("is_private") else str(place.get("name", "directmessage"))
