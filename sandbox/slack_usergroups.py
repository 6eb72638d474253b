"""Slack's user groups: which there are, and who is in one."""

from __future__ import annotations

from sandbox.slack_checks import SlackError
from sandbox.slack_messages import flag
from sandbox.world import Json, World


def usergroups_list(world: World, args: Json) -> Json:
    """A disabled group is told only to whoever asks for those too."""
    every = flag(args, "include_disabled")
    groups = [_json(world, group) for group in world.slack.usergroups.values() if every or not group.get("disabled")]
    return {"usergroups": groups}


def usergroups_users_list(world: World, args: Json) -> Json:
    group = world.slack.usergroups.get(str(args.get("usergroup") or ""))
    if group is None or (group.get("disabled") and not flag(args, "include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group["users"])}


def _json(world: World, group: Json) -> Json:
    return {
        "id": group["id"],
        "team_id": world.slack.team_id,
        "is_usergroup": True,
        "name": group["handle"],
        "handle": group["handle"],
        "date_delete": 1732250000 if group.get("disabled") else 0,
        "user_count": len(group["users"]),
    }


METHODS = {"usergroups.list": usergroups_list, "usergroups.users.list": usergroups_users_list}
