"""Keys for the secrets at rest: make one, and encrypt everything anew after a change."""

from __future__ import annotations

import click

from app import workspaces
from app.auth import vault as keys
from app.auth.vault import Vault
from app.db import Database
from app.settings import Settings
from app.sites import store


@click.command("new-key")
def new_key() -> None:
    """Print a new key for SECRET_KEYS."""
    click.echo(keys.new_key())


@click.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt all stored secrets with the first key of SECRET_KEYS; the others may be removed afterwards."""
    settings = Settings.from_env()
    vault = Vault(settings.secret_keys)
    with Database(settings.database_url).writing() as session:
        count = store.relock_all(session, vault) + workspaces.relock_all(session, vault)
    click.echo(f"{count} secrets are encrypted with the newest key.")
