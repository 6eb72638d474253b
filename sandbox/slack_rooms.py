"""Slack's users and channels, as the Web API tells them."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.slack_checks import SlackError
from sandbox.slack_scopes import granted, kind_of, kinds_asked
from sandbox.world import Json, Person, SlackApp, World


def installed(world: World) -> SlackApp:
    """The installed app; there is one."""
    if world.slack.app is None:
        raise SlackError("invalid_auth")
    return world.slack.app


def handle(person: Person) -> str:
    """Slack's user name, which is the first part of the address."""
    return person.email.split("@")[0]


def slack_user(world: World, user_id: str) -> Person | None:
    return next((p for p in people_here(world) if p.slack_id == user_id), None)


def people_here(world: World) -> list[Person]:
    """Those whom the workspace knows, strangers of shared channels included."""
    return [p for p in world.people.values() if p.slack_id and p.slack_team == world.slack.team_id]


def channel(world: World, channel_id: str) -> Json:
    found: Json | None = world.slack.channels.get(channel_id)
    if found is None:
        raise SlackError("channel_not_found")
    return found


def channel_to_post(world: World, name: str) -> Json:
    """Only where something is posted a channel may be named, or a person, for the direct messages with her."""
    if name.startswith(("U", "W")) and slack_user(world, name):
        return direct_channel(world, name)
    named = (c for c in world.slack.channels.values() if c.get("name") == name.removeprefix("#"))
    return next(named, None) or channel(world, name)


def direct_channel(world: World, user_id: str) -> Json:
    """The conversation of one person with the app, opened when first needed."""
    person = slack_user(world, user_id)
    if person is None:
        raise SlackError("channel_not_found")
    key = "D" + user_id[1:]
    members = [user_id, installed(world).bot_user]
    room = {"id": key, "is_im": True, "user": user_id, "members": members, "is_ext_shared": bool(person.stranger_of)}
    return world.slack.channels.setdefault(key, room)


def with_bot(world: World, room: Json) -> Json:
    """*room*, unless the bot is not in it."""
    if installed(world).bot_user not in room["members"]:
        # A private channel does not exist for those who are not in it.
        raise SlackError("channel_not_found" if room.get("is_private") else "not_in_channel")
    return room


def in_use(room: Json) -> Json:
    """*room*, for something new in it: an archived channel can only be read."""
    if room.get("is_archived"):
        raise SlackError("is_archived")
    return room


def paged(items: list[Any], args: Json, default: int = 100) -> tuple[list[Any], str]:
    """One page of *items* and the cursor of the next, "" when this was the last."""
    try:
        start = int(base64.b64decode(args.get("cursor") or b"MA==", validate=True))
        size = int(args.get("limit") or default)
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
    more = start + size < len(items)
    return items[start : start + size], base64.b64encode(str(start + size).encode()).decode() if more else ""


def channel_json(world: World, room: Json) -> Json:
    base = {
        "id": room["id"],
        "created": 1732250000,
        "is_archived": bool(room.get("is_archived")),
        "is_org_shared": False,
    }
    if room.get("is_im"):
        return base | {"is_im": True, "user": room["user"], "is_open": True}
    private = bool(room.get("is_private"))
    return base | {
        "name": room["name"],
        "name_normalized": room["name"],
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": bool(room.get("is_ext_shared")),
        "is_member": installed(world).bot_user in room["members"],
        "num_members": len(room["members"]),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(world: World, person: Person) -> Json:
    profile = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": world.slack.team_id,
    }
    if granted(world, "users:read.email"):
        profile["email"] = person.email
    home = {"team_id": person.stranger_of or world.slack.team_id}
    return (
        _user(world, person.slack_id, handle(person), person.name, profile)
        | home
        | {
            "is_admin": "jira-admins" in person.groups,
            "is_bot": False,
        }
    )


def bot_json(world: World) -> Json:
    app = installed(world)
    profile = {"real_name": "SolveOnce", "display_name": "", "bot_id": app.bot_id, "api_app_id": app.app_id}
    return _user(world, app.bot_user, "solveonce", "SolveOnce", profile) | {"is_admin": False, "is_bot": True}


def _user(world: World, user_id: str, name: str, real_name: str, profile: Json) -> Json:
    return {
        "id": user_id,
        "team_id": world.slack.team_id,
        "name": name,
        "deleted": False,
        "real_name": real_name,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_app_user": False,
        "updated": 1732250000,
    }


def auth_test(world: World, args: Json) -> Json:
    app = installed(world)
    return {
        "url": world.base_url + "/slack/",
        "team": world.slack.name,
        "user": "solveonce",
        "team_id": world.slack.team_id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def bots_info(world: World, args: Json) -> Json:
    app = installed(world)
    if args.get("bot") != app.bot_id:
        raise SlackError("bot_not_found")
    told = {"id": app.bot_id, "app_id": app.app_id, "user_id": app.bot_user, "name": "SolveOnce"}
    return {"bot": told | {"deleted": False, "updated": 1732250000, "icons": {}}}


def users_info(world: World, args: Json) -> Json:
    user_id = str(args.get("user") or "")
    if user_id == installed(world).bot_user:
        return {"user": bot_json(world)}
    person = slack_user(world, user_id)
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_json(world, person)}


def users_lookup_by_email(world: World, args: Json) -> Json:
    wanted = str(args.get("email") or "").lower()
    person = next((p for p in people_here(world) if p.email.lower() == wanted), None)
    if person is None:
        raise SlackError("users_not_found")
    return {"user": user_json(world, person)}


def users_list(world: World, args: Json) -> Json:
    everybody = [user_json(world, p) for p in people_here(world)] + [bot_json(world)]
    members, cursor = paged(everybody, args)
    return {"members": members, "cache_ts": int(world.now()), "response_metadata": {"next_cursor": cursor}}


def conversations_list(world: World, args: Json) -> Json:
    kinds = kinds_asked(args)
    rooms = [r for r in world.slack.channels.values() if kind_of(r) in kinds and _visible(world, r)]
    channels, cursor = paged([channel_json(world, r) for r in rooms], args)
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def _visible(world: World, room: Json) -> bool:
    return not room.get("is_private") or installed(world).bot_user in room["members"]


def _seen_channel(world: World, args: Json) -> Json:
    room = channel(world, str(args.get("channel") or ""))
    if not _visible(world, room):
        raise SlackError("channel_not_found")
    return room


def conversations_info(world: World, args: Json) -> Json:
    return {"channel": channel_json(world, _seen_channel(world, args))}


def conversations_members(world: World, args: Json) -> Json:
    members, cursor = paged(_seen_channel(world, args)["members"], args)
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def conversations_join(world: World, args: Json) -> Json:
    room, bot = _seen_channel(world, args), installed(world).bot_user
    if room.get("is_im"):
        raise SlackError("method_not_supported_for_channel_type")
    if bot not in in_use(room)["members"]:
        room["members"].append(bot)
    return {"channel": channel_json(world, room)}


def conversations_open(world: World, args: Json) -> Json:
    users = args.get("users")
    wanted = users if isinstance(users, list) else [u for u in str(users or "").split(",") if u]
    if len(wanted) != 1:
        # Conversations of several people are no part of this workspace.
        raise SlackError("users_list_not_supplied" if not wanted else "method_not_supported_for_channel_type")
    if slack_user(world, wanted[0]) is None:
        raise SlackError("user_not_found")
    room = direct_channel(world, wanted[0])
    whole = str(args.get("return_im")).lower() in ("true", "1")
    return {"channel": channel_json(world, room) if whole else {"id": room["id"]}}


METHODS = {
    "auth.test": auth_test,
    "bots.info": bots_info,
    "users.info": users_info,
    "users.lookupByEmail": users_lookup_by_email,
    "users.list": users_list,
    "conversations.list": conversations_list,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.join": conversations_join,
    "conversations.open": conversations_open,
}
