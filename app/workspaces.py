"""The Slack workspaces in which the app was installed by OAuth: their tokens, encrypted, and the site of each.

A workspace is named by its *team*: `T0123`; `E0123/T0123` where the app was installed for a whole organisation, whose one
token serves all its workspaces; and empty for the workspace of SLACK_BOT_TOKEN, which stands in no table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.vault import Vault
from app.models_slack import SlackWorkspace

INSTALLED, UNINSTALLED = "installed", "uninstalled"
#: Under these names the door tells the listeners, in the payload, in which workspace somebody acts, and whether it is
#: somebody of another organisation.
TEAM, STRANGER = "solveonce_team", "solveonce_stranger"


@dataclass(frozen=True)
class Installed:
    """What Slack says of a finished installation, without its token."""

    id: str
    enterprise_id: str
    name: str
    bot_user: str
    app_id: str
    scopes: str


def team_in(body: Mapping[str, Any]) -> str:
    return str(body.get(TEAM) or "")


def is_strange(body: Mapping[str, Any]) -> bool:
    return bool(body.get(STRANGER))


def installation_of(team: str) -> str:
    """The id under which a team's installation is kept: the organisation's, or its own."""
    return team.partition("/")[0]


def team_id(team: str) -> str:
    """What calls with an organisation's token have to name; empty where the token says it."""
    return team.partition("/")[2]


def save(session: Session, vault: Vault, about: Installed, token: str, sites: Collection[int]) -> None:
    """Put or replace an installation. Where one site has Jira it belongs there; what an admin said before stays."""
    row = session.get(SlackWorkspace, about.id) or SlackWorkspace(id=about.id, site_id=None, main_team=None)
    row.enterprise_id, row.name, row.bot_user = about.enterprise_id or None, about.name, about.bot_user
    row.app_id, row.scopes = about.app_id, about.scopes
    row.bot_token, row.state = vault.lock(token), INSTALLED
    if row.site_id is None and len(sites) == 1:
        row.site_id = next(iter(sites))
    session.add(row)


def drop(session: Session, id: str) -> None:
    """Out of use; its site stays known, for the day when somebody installs it again."""
    row = session.get(SlackWorkspace, id)
    if row is not None:
        row.state, row.bot_token = UNINSTALLED, ""


def team_of(session: Session, team_id: str, enterprise_id: str) -> str | None:
    """The name of the workspace from which something came; None where the app is not installed."""
    for id, team in ((team_id, team_id), (enterprise_id, f"{enterprise_id}/{team_id}")):
        row = session.get(SlackWorkspace, id) if id else None
        if row is not None and row.state == INSTALLED:
            return team
    return None


def enterprise_of(session: Session, team: str) -> str:
    """The organisation of a workspace; empty where it has none."""
    row = session.get(SlackWorkspace, installation_of(team))
    return (row.enterprise_id or "") if row is not None else ""


def token(session: Session, vault: Vault, team: str) -> str | None:
    row = session.get(SlackWorkspace, installation_of(team))
    return vault.open(row.bot_token) if row is not None and row.bot_token else None


def site_of(session: Session, team: str, sites: Collection[int]) -> int | None:
    """The site that a workspace belongs to: the one that was said, else the only one of *sites*."""
    row = session.get(SlackWorkspace, installation_of(team))
    if row is not None and row.site_id is not None:
        return row.site_id
    return next(iter(sites)) if len(sites) == 1 else None


def belongs(session: Session, team: str, site_id: int) -> None:
    """Remember it: another site where Jira is installed later gets nothing of what is written here."""
    row = session.get(SlackWorkspace, installation_of(team))
    if row is not None:
        row.site_id = row.site_id or site_id
        row.main_team = row.main_team or team_id(team) or None


def pair(session: Session, id: str, site_id: int) -> bool:
    """What an admin says; False for a workspace that we do not know."""
    row = session.get(SlackWorkspace, id)
    if row is not None:
        row.site_id = site_id
    return row is not None


def first_of(session: Session, site_id: int) -> str | None:
    """Where a site's people are told what belongs to no thread: its oldest installation."""
    here = select(SlackWorkspace).where(SlackWorkspace.site_id == site_id, SlackWorkspace.state == INSTALLED)
    row = session.scalar(here.order_by(SlackWorkspace.installed_at, SlackWorkspace.id).limit(1))
    if row is None:
        return None
    return name_of(row)


def name_of(row: SlackWorkspace) -> str:
    """Of an organisation: the workspace in which it was heard of first."""
    return row.id if row.id.startswith("T") else f"{row.id}/{row.main_team or ''}"


def every(session: Session) -> Sequence[SlackWorkspace]:
    return session.scalars(select(SlackWorkspace).order_by(SlackWorkspace.installed_at)).all()


def relock_all(session: Session, vault: Vault) -> int:
    """Encrypt every token anew with the newest key; how many."""
    rows = [row for row in every(session) if row.bot_token]
    for row in rows:
        row.bot_token = vault.relock(row.bot_token)
    return len(rows)
