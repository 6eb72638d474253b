"""More than one Slack workspace: which one is meant, a second one with people of its own, and how the app leaves one."""

from __future__ import annotations

import uuid

from flask import Flask

from sandbox import slack_wire
from sandbox.world import Json, Person, SlackApp, World, acting_in
from sandbox.world_slack import FIRST, Slack

SECOND = "T1SECOND"
PEOPLE = (
    ("sam@second.example.com", "Sam Second", "U1SAM", ("ops",)),
    ("tess@second.example.com", "Tess Second", "U1TESS", ("ops",)),
)
CHANNELS = (
    ("C1OPSEX", "ops-exceptions"),
    ("C1OPSRQ", "ops-requests"),
    ("C1ENGTRI", "ops-exceptions-eng-triage"),
)


def register(app: Flask) -> None:
    """Whoever calls begins in the first workspace."""
    app.before_request(lambda: enter(FIRST))


def enter(team: str) -> None:
    """What is done from here on, in this thread, is done in this workspace."""
    acting_in.set(team)


def enter_with(world: World, token: str) -> SlackApp | None:
    """The app in the workspace that *token* is for; that is the workspace in which is acted then."""
    for team, slack in world.workspaces.items():
        steps = {each["token"] for each in slack.executions.values()}
        if slack.app is not None and token in {slack.app.bot_token, slack.app.config_token, *steps}:
            enter(team)
            return slack.app
    return None


def open_second(world: World) -> Slack:
    """The same each time; its people have accounts in Jira."""
    with world.lock:
        if SECOND not in world.workspaces:
            slack = world.workspaces[SECOND] = Slack(SECOND, "Second")
            for email, name, slack_id, groups in PEOPLE:
                id = f"712020:{uuid.uuid5(uuid.NAMESPACE_URL, email)}"
                world.people[id] = Person(id, email, name, slack_id, groups, slack_team=SECOND)
            members = [person[2] for person in PEOPLE]
            for id, name in CHANNELS:
                slack.channels[id] = {"id": id, "name": name, "members": list(members)}
        return world.workspaces[SECOND]


def choices(world: World) -> list[Json]:
    """Those that somebody may install an app in; the second is there when it is chosen."""
    there = [{"id": team, "name": slack.name} for team, slack in world.workspaces.items()]
    return there if SECOND in world.workspaces else [*there, {"id": SECOND, "name": "Second"}]


def put_in(world: World, team: str, app: SlackApp) -> None:
    """Install *app* in a workspace; its bot is a member of the public channels."""
    if team == SECOND:
        open_second(world)
    slack = world.workspaces[team]
    slack.app = app
    for channel in slack.channels.values():
        if app.bot_user not in channel["members"] and not channel.get("is_private"):
            channel["members"].append(app.bot_user)


def take_out(world: World, team: str, error: str = "account_inactive") -> None:
    """Its token is dead, and the app hears of it, with the last two events that it gets from there."""
    enter(team)
    app = world.slack.app
    if app is None:
        return
    slack_wire.send_event_later(world, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user]}})
    slack_wire.send_event_later(world, {"type": "app_uninstalled"})
    with world.lock:
        world.slack_app["dead"][app.bot_token] = error
        world.slack.app = None
