"""The Slack workspaces in which the app is installed, and the Jira site that each belongs to: python -m app slack."""

from __future__ import annotations

import click

from app import workspaces
from app.db import Database
from app.settings import Settings
from app.sites import store as sites


@click.group("slack", help="The Slack workspaces in which the app is installed by OAuth.")
def slack() -> None:
    pass


@slack.command("list")
def listed() -> None:
    """Each workspace, with the site that its requests go to."""
    with Database(Settings.from_env().database_url).reading() as session:
        hosts = {id: host for host, id in sites.enabled_sites(session).items()}
        found = workspaces.every(session)
        for row in found:
            site = workspaces.site_of(session, row.id, list(hosts))
            where = "nobody has said which site: its requests wait" if site is None else hosts.get(site, f"site {site}")
            # A name is the workspace's own: nothing in it moves the cursor.
            name = "".join(each if each.isprintable() else " " for each in row.name)
            click.echo(f"{row.id}  {name}  {row.state}  {where}")
    if not found:
        click.echo("The app is installed in no workspace by OAuth.")


@slack.command("pair")
@click.argument("workspace")
@click.option("--site", "host", required=True, help="The Jira site, like team.atlassian.net.")
def pair(workspace: str, host: str) -> None:
    """Say to which site the requests of a WORKSPACE (its id, T… or E…) go. What waits goes on by itself."""
    with Database(Settings.from_env().database_url).writing() as session:
        known = sites.enabled_sites(session)
        if host not in known:
            raise click.ClickException(f"Jira is not installed there. There is: {', '.join(sorted(known)) or 'none'}.")
        if not workspaces.pair(session, workspace, known[host]):
            raise click.ClickException(f"{workspace} is not known: see `python -m app slack list`.")
    click.echo(f"Requests of {workspace} go to {host}.")
