"""Run flows, migrate, and see what has failed."""

from __future__ import annotations

import logging
import os
import signal
import threading

import click

from app import create_app, engine
from app.db import Database
from app.errors import NotFound
from app.migrate import migrate as run_migrations
from app.settings import Settings


@click.command("migrate")
def migrate() -> None:
    """Bring the database up to date. Safe to run again."""
    run_migrations(Settings.from_env().database_url)
    click.echo("The database is up to date.")


@click.command("worker")
def worker() -> None:
    """Run flows until SIGTERM or Ctrl-C. On PostgreSQL, as many of these as you like."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings.from_env()
    create_app(settings)
    engine.launch(settings)
    stop.wait()
    engine.shutdown(seconds=5)
    # The library joins its threads at exit, and one that waits for a neighbour would hold us for minutes.
    logging.shutdown()
    os._exit(0)


@click.command("repeat")
@click.argument("flow", required=False)
@click.option("--all", "every", is_flag=True, help="Every one that was put aside.")
def repeat(flow: str | None, every: bool) -> None:
    """Run a flow that was put aside (see `failed`) once more."""
    if every == bool(flow):
        raise click.UsageError("Name one flow, or say --all.")
    engine.connect(Database(Settings.from_env().database_url))
    chosen = [each["id"] for each in engine.failed()] if every else [flow or ""]
    try:
        for each in chosen:
            engine.repeat(each)
    except NotFound as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(chosen)} will run again.")


@click.command("failed")
def failed() -> None:
    """List flows that were put aside: id, name and reason."""
    engine.connect(Database(Settings.from_env().database_url))
    found = engine.failed()
    for each in found:
        click.echo(f"{each['id']}  {each['reason']}")
    click.echo(f"{len(found)} failed." if found else "Nothing has failed.")
