"""After an installation: learn under which account we write, so that our own changes are known when they come back.

After a removal from Slack: a token that is not good any more is thrown away.
"""

from __future__ import annotations

from app import audit, context, workspaces
from app.engine import flow, step
from app.logs import event
from app.sites import store


@flow
def greet(site_id: int) -> None:
    learn_account(site_id)


@step
def learn_account(site_id: int) -> None:
    at = context.at(site_id)
    access, me = at.jira_access, at.jira.myself()
    with at.db.writing() as session:
        store.remember_account(session, access.installation_id, me.account_id)


@flow
def look_at_workspace(team: str) -> None:
    drop_dead_token(team)


@step
def drop_dead_token(team: str) -> None:
    runtime = context.current()
    with runtime.db.reading() as session:
        token = workspaces.token(session, runtime.vault, team)
    if token is None or context.slack(team).is_good():
        return
    with runtime.db.writing() as session:
        if workspaces.token(session, runtime.vault, team) == token:  # else installed again meanwhile
            workspaces.drop(session, workspaces.installation_of(team))
            audit.record(session, None, f"drop workspace {team}", None)
    event("slack workspace removed", workspace=team)
