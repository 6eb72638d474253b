"""Start what an event is about; find events that never came; keep what we were told, for a while."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import context, deliveries, engine
from app.domain import IssueEvent, Touched
from app.engine import flow, step
from app.engine_schedules import scheduled
from app.errors import NotFound, Refused
from app.events import store, sweep
from app.events.echo import is_echo
from app.events.reading import to_json
from app.events.subscriptions import Subscription, placed, subscribed
from app.logs import event
from app.models import utcnow


def start_flows(session: Session, site_id: int, account_id: str | None, found: IssueEvent, run: str) -> None:
    """*run* tells one run from another: a delivery's identifier."""
    settings = context.current().settings
    clone_of = store.ops_id(session, site_id, found.issue.id)
    for each in subscriptions(session, site_id, account_id, found):
        start = placed(each, found, clone_of, settings)
        id = f"{site_id}:{run}:{each.flow}" if start.flow != each.flow else f"{site_id}:{run}"
        engine.enqueue(session, start.flow, site_id, *start.args, id=id, lane=f"{site_id}:{start.lane}")


def subscriptions(session: Session, site_id: int, account_id: str | None, found: IssueEvent) -> list[Subscription]:
    """What an event starts; *account_id* is the account under which we write."""
    meant = list(subscribed(found, is_echo(found, context.TRACE, account_id), context.current().settings))
    asked = any(each.paired for each in meant)
    paired = asked and store.is_paired(session, site_id, found.issue.id)
    return [each for each in meant if paired or not each.paired]


def accept(session: Session, site_id: int, account_id: str | None, found: IssueEvent, identifier: str) -> bool:
    """Store the delivery and start its flows in one transaction; False for one that is here already."""
    reading = to_json(found)
    if not deliveries.store(session, site_id, identifier, found.kind, found.issue.id, reading, found.change_id):
        return False
    start_flows(session, site_id, account_id, found, identifier)
    return True


# Every five minutes: what Jira could not tell us


@scheduled("events.sweep_sites", "*/5 * * * *")
def sweep_sites(moment: str) -> None:
    """Each site is asked what has changed."""
    sweep_each(moment)


@step
def sweep_each(moment: str) -> None:
    with context.current().db.writing() as session:
        context.start_at_each(session, context.sites(session), "events.sweep_site", moment, "sweep")


@flow
def sweep_site(site_id: int, moment: str) -> None:
    """Changes of which no event came start the same flows as if one had. *moment*: when it was asked for."""
    find_missed(site_id, moment)


@step
def find_missed(site_id: int, moment: str) -> None:
    """Page by page; how far it has come is stored together with the flows of the page, so nothing is passed over."""
    at = context.at(site_id)
    begun = utcnow()
    with at.db.reading() as session:
        seen, last = store.seen(session, site_id), store.seen(session, site_id, store.SWEEPS)
    if sweep.is_covered(moment, last):
        return  # they pile up while Jira is away
    try:
        _sweep(at, sweep.since(seen, begun, at.settings.sweep_overlap))
    except (Refused, NotFound) as error:
        # A project that is not there: the next sweep tries again, and `doctor` says why.
        event("site not swept", level=logging.ERROR, site=site_id, reason=str(error))
        return
    with at.db.writing() as session:
        store.come_to(session, site_id, begun - sweep.CLOCKS)
        store.come_to(session, site_id, begun, store.SWEEPS)


def _sweep(at: context.At, since: datetime) -> None:
    site_id, known = at.site_id, at.runtime.swept
    for page in at.survey.touched(sweep.query(at.settings, since, at.survey.time_zone())):
        fresh = [each for each in page if known.get((site_id, each.issue.id)) != each.updated]
        found = [missed for each in fresh for missed in _missed(at, each, since)]
        with at.db.writing() as session:
            _catch_up(session, site_id, found)
            store.come_to(session, site_id, max((each.updated for each in page), default=since))
        known.update({(site_id, each.issue.id): each.updated for each in fresh})
    for place in [place for place, updated in known.items() if place[0] == site_id and updated < since]:
        del known[place]


def _missed(at: context.At, touched: Touched, since: datetime) -> list[IssueEvent]:
    with at.db.reading() as session:
        told = deliveries.told(session, at.site_id, touched.issue.id)
    try:
        edits = at.survey.edits(touched.issue.id, since)
    except NotFound:
        return []  # deleted meanwhile
    except Refused as error:  # one ticket must not hold up all the others, with every sweep
        facts = {"site": at.site_id, "issue": touched.issue.key, "reason": str(error)}
        event("changelog not read", level=logging.ERROR, **facts)
        return []
    return list(sweep.missed(touched, edits, told, since))


def _catch_up(session: Session, site_id: int, found: Iterable[IssueEvent]) -> None:
    """Store each as if it had come; should it come late, it is known."""
    account = store.account_id(session, site_id)
    for each in found:
        if not subscriptions(session, site_id, account, each):
            continue  # as of a link, of which Jira tells in another way, or of a field that nobody follows
        if accept(session, site_id, account, each, sweep.identifier(each)):
            event("done without its event", site=site_id, kind=each.kind, issue=each.issue.key)


# Every night: what is old goes


@scheduled("events.tidy", "17 3 * * *")
def tidy(moment: str) -> None:
    """Deliveries and finished flows that are older than the settings say."""
    while drop_deliveries() + drop_flows():
        pass


@step
def drop_deliveries() -> int:
    runtime = context.current()
    with runtime.db.writing() as session:
        return deliveries.purge(session, utcnow() - timedelta(days=runtime.settings.deliveries_days))


@step
def drop_flows() -> int:
    return engine.purge(utcnow() - timedelta(days=context.current().settings.flows_days))
