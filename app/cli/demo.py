"""The whole story on this machine, with no account: the service, its flows and a sandbox on loopback."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from app.auth.vault import new_key
from app.cli.demo_processes import Failed, Process, check_port, wait_for
from app.cli.demo_story import Story
from app.migrate import migrate

SIGNING_SECRET, BOT_TOKEN = "the-sandbox-has-no-secrets", "xoxb-sandbox"


@click.command("demo")
@click.option("--port", envvar="PORT", default=8080, show_default=True, help="The service.")
@click.option(
    "--sandbox-port", envvar="SANDBOX_PORT", default=8090, show_default=True, help="Jira, Confluence and Slack."
)
@click.option("--folder", envvar="DEMO_DIR", help="Where its state lies. By default a new temporary folder.")
@click.option(
    "--once", envvar="DEMO_ONCE", is_flag=True, help="End after the story; status 0 only if every step was seen."
)
@click.option("--hostile", envvar="HOSTILE", is_flag=True, help="Neighbours that are late, twice, lost and strict.")
def demo(port: int, sandbox_port: int, folder: str | None, once: bool, hostile: bool) -> None:
    """Play the story from a Slack message to a row in the log, and stay up for clicking. Ctrl-C ends everything."""
    place = Path(folder or tempfile.mkdtemp(prefix="solveonce-demo-")).resolve()
    try:
        with running(place, port, sandbox_port) as (service, sandbox):
            Story(sandbox.url, service.url, hostile).play(SIGNING_SECRET, BOT_TOKEN)
            _invite(sandbox.url, place)
            if not once:
                _stay(service, sandbox)
    except Failed as failure:
        click.echo(f"\n{failure}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nEnded.")


@contextlib.contextmanager
def running(place: Path, port: int, sandbox_port: int) -> Iterator[tuple[Process, Process]]:
    """Both processes, ready; ended together, however the body ends. Raises Failed with what to do."""
    check_port("PORT", port, "the service")
    check_port("SANDBOX_PORT", sandbox_port, "the sandbox")
    if port == sandbox_port:
        raise Failed(f"PORT and SANDBOX_PORT are both {port}. Choose two different ones.")
    database = _fresh_database(place)
    for number in (signal.SIGTERM, signal.SIGINT):  # said outright: a shell's background job ignores Ctrl-C
        signal.signal(number, _interrupt)
    sandbox = Process("sandbox", ["-m", "sandbox", "--port", str(sandbox_port)], {}, place, sandbox_port)
    env = _environment(database, port, sandbox.url)
    with sandbox:
        wait_for(sandbox, "/_sandbox/ready")
        command = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
        with Process("service", command, env, place, port) as service:
            wait_for(service, "/readyz")
            yield service, sandbox


def _fresh_database(place: Path) -> str:
    """The sandbox starts empty, so the service does too; nothing else in the folder is touched."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        for old in place.glob("solveonce.sqlite*"):
            old.unlink()
    except OSError as error:
        raise Failed(f"DEMO_DIR {place} cannot be written: {error.strerror}. Choose another folder.") from error
    url = f"sqlite:///{place}/solveonce.sqlite"
    migrate(url)
    return url


def _environment(database: str, port: int, sandbox: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEYS": new_key(),
        "ALLOWED_SITES": "127.0.0.1",
        "CONNECT_KEYS_URLS": f"{sandbox}/_sandbox/keys",
        "CONNECT_ALL_JS": f"{sandbox}/atlassian-connect/all.js",
        "SLACK_API_URL": f"{sandbox}/slack/api/",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        # Somebody is watching, and may switch a neighbour off for an hour: short pauses, and many of them.
        "RETRY_FIRST": "0.2",
        "RETRY_LONGEST": "0.5",
        "RETRY_TRIES": "10000",
        "SETTLE_TIME": "0.6",
        "LOG_WINDOW": "1.0",
    }


def _invite(sandbox: str, place: Path) -> None:
    click.echo(f"\nThe story is told. Look around, and play it again by hand: {sandbox}/")
    for name, path in (("both boards", "/boards"), ("Slack", "/slack"), ("the log", "/wiki/spaces/OPSTEAM")):
        click.echo(f"  {name:12} {sandbox}{path}")
    click.echo(f"  {'state, logs':12} {place}")


def _stay(*processes: Process) -> None:
    click.echo("\nCtrl-C ends everything.")
    while True:
        time.sleep(1)
        for each in processes:
            each.check()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
