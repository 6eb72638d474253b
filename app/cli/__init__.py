"""The command line: python -m app."""

from __future__ import annotations

import sys

import click

from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.keys import new_key, rotate_keys
from app.cli.log import log
from app.cli.manifest import manifest
from app.cli.replay import replay
from app.cli.rules import rules
from app.cli.settings import settings
from app.cli.slack import slack
from app.cli.work import failed, migrate, repeat, worker
from app.errors import Misconfigured


@click.group(help="SolveOnce: run it, look after it, try it.")
def cli() -> None:
    pass


LOOK_AFTER = (doctor, failed, log, repeat, replay, slack)
COMMANDS = (*LOOK_AFTER, demo, manifest, migrate, new_key, rotate_keys, rules, settings, worker)
for each in COMMANDS:
    cli.add_command(each)


def main() -> None:
    """A wrong setting ends with its remedy, not with a traceback."""
    try:
        cli(prog_name="python -m app")
    except Misconfigured as problem:
        click.echo(f"{problem.finding} {problem.remedy}", err=True)
        sys.exit(2)
