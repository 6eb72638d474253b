"""Start once more what Jira told us: python -m app replay."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import click
from sqlalchemy.orm import Session

from app import context, create_app, deliveries, engine
from app.events import flow, store
from app.events.reading import from_json
from app.models import Delivery, utcnow
from app.settings import Settings
from app.workflow import post_functions

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(_context: click.Context, _option: click.Parameter, given: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([mhd])", given)
    if not found:
        raise click.BadParameter("Say it like 30m, 2h or 3d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command("replay")
@click.option("--since", "span", default="2h", show_default=True, callback=_span, help="How far back: 30m, 2h, 3d.")
@click.option("--issue", default="", help="Only what was told of this one: its key or id.")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be started.")
def replay(span: timedelta, issue: str, dry: bool) -> None:
    """Start the flows of stored deliveries again. Each reads its ticket as it is now, and does what is not done."""
    create_app(Settings.from_env())
    db, run = context.current().db, f"replay:{uuid4().hex}"
    with db.reading() as session:
        sites = context.sites(session)
        chosen = [each for each in deliveries.since(session, utcnow() - span, issue) if each.site_id in sites]
    started: Counter[str] = Counter()
    for each in chosen:
        with db.writing() as session:
            started.update(_names(session, each) if dry else _start(session, each, run))
    for name, count in sorted(started.items()):
        click.echo(f"{count:6} {name}")
    click.echo(f"{len(chosen)} deliveries, {started.total()} flows {'would be ' if dry else ''}started.")


def _module(delivery: Delivery) -> str | None:
    """Of a post-function's call; None for an event."""
    kind, _, module = delivery.kind.partition(":")
    return module if kind == "post-function" else None


def _names(session: Session, delivery: Delivery) -> list[str]:
    """The flows that *delivery* starts."""
    module = _module(delivery)
    if module:
        return [post_functions.FLOWS[module]]
    account = store.account_id(session, delivery.site_id)
    return [each.flow for each in flow.subscriptions(from_json(delivery.reading), account)]


def _start(session: Session, delivery: Delivery, run: str) -> list[str]:
    """Start them under another name than the first time; which."""
    site_id, id, module = delivery.site_id, delivery.issue_id, _module(delivery)
    names = _names(session, delivery)
    run = f"{run}:{delivery.identifier}"
    if module:
        lane = f"{site_id}:{post_functions.lane(module, id)}"
        engine.enqueue(session, names[0], site_id, id, id=f"{site_id}:{run}", lane=lane)
    else:
        account = store.account_id(session, site_id)
        flow.start_flows(session, site_id, account, from_json(delivery.reading), run)
    return names
