"""After an installation: learn under which account we write, so that our own changes are known when they come back."""

from __future__ import annotations

from app import context
from app.engine import flow, step
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
