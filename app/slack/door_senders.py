"""From which workspace a signed payload comes, and whether the person who acts belongs to another organisation."""

from __future__ import annotations

from slack_bolt import BoltRequest

from app import context, workspaces
from app.auth.slack import is_stranger
from app.runtime import Runtime


def workspace_of(asked: BoltRequest) -> str | None:
    """None where we are not installed, or do not listen to. The library knows where each kind of payload says it.

    Raises Unavailable when Slack has to say which workspace SLACK_BOT_TOKEN belongs to, and does not.
    """
    enterprise_id = str(asked.context.enterprise_id or "")
    runtime = context.current()
    for team_id in _teams_in(asked):
        if not runtime.settings.slack_by_oauth:
            known = runtime.settings.slack_installers
            found = "" if not known or known & {team_id, enterprise_id} else None
        else:
            found = _installed(runtime, team_id, enterprise_id)
        if found is not None:
            return found
    return None


def _teams_in(asked: BoltRequest) -> list[str]:
    """Where a press comes from somebody of another organisation, our own message still says where we are."""
    # With an organisation's installation its authorization names no workspace; the envelope does.
    named = asked.context.team_id or asked.body.get("context_team_id") or asked.body.get("team_id")
    message = asked.body.get("message") if asked.body.get("type") == "block_actions" else None
    ours = message.get("team") if isinstance(message, dict) else None
    return list(dict.fromkeys(str(each) for each in (named or "", ours) if each is not None))


def _installed(runtime: Runtime, team_id: str, enterprise_id: str) -> str | None:
    with runtime.db.reading() as session:
        found = workspaces.team_of(session, team_id, enterprise_id)
    if found and not runtime.settings.slack_installers & {team_id, enterprise_id}:
        return None  # taken from the list since
    if found is None and runtime.settings.slack_bot_token and team_id:
        runtime.own_team = runtime.own_team or context.slack(quick=True).whoami().get("team_id", "")
        return "" if runtime.own_team == team_id else None
    return found


def by_a_stranger(asked: BoltRequest, team: str) -> bool:
    """Whether somebody of another organisation acts in *team*, whom the settings do not let act."""
    runtime = context.current()
    if runtime.settings.slack_strangers:
        return False
    # An event's is that of its authorization; a press's would be the person's.
    organisation = (asked.context.enterprise_id or "") if "event" in asked.body else ""
    if team and not organisation:
        with runtime.db.reading() as session:
            organisation = workspaces.enterprise_of(session, team)
    return is_stranger(asked.body, asked.context.team_id or "", organisation)
