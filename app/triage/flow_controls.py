"""Put the triage controls into a ticket's thread, and keep what they show true."""

from __future__ import annotations

from app import context, crew, decisions, speaking, threads
from app.decisions import Decision
from app.domain import Thread
from app.engine import flow, step
from app.errors import NotFound, Refused
from app.logs import event
from app.slack.mrkdwn import escaped
from app.triage import blocks, store
from app.triage.rota import addresses
from app.triage.showing import shown_of
from app.triage.standing import ABOUT, in_words


@flow
def offer(site_id: int, issue_id: str) -> None:
    """The ticket's thread is open: whoever triages finds everything in it."""
    post_controls(site_id, issue_id)


@flow
def refresh(site_id: int, issue_id: str) -> None:
    """Something changed that the controls show."""
    update_controls(site_id, issue_id)


@step
def post_controls(site_id: int, issue_id: str) -> None:
    at = context.at(site_id, issue_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return
    try:
        shown = shown_of(at.issue(issue_id))
    except NotFound:
        return  # deleted meanwhile
    text, drawn = blocks.controls(shown, at.browse(talk.issue_key), crew.who_may(at), _has_rota(at), ())
    source = f"triage.controls:{site_id}:{issue_id}"
    key = talk.issue_key
    try:
        place = at.post_once(source, talk.thread.channel, text, drawn, talk.thread.ts, "post_controls", key)
    except (Refused, NotFound) as error:
        if not speaking.is_closed(error):
            raise
        event("thread closed to us", issue=key, error=str(error))  # nobody can press there; Jira has the ticket
        return
    with at.db.writing() as session:
        if store.of_issue(session, site_id, issue_id) is None:
            told = {"owner": shown["owner_name"], "severity": shown["severity"]}
            store.opened(session, site_id, issue_id, place, shown, told)


@step
def update_controls(site_id: int, issue_id: str) -> None:
    """Reads the ticket now, so of several changes the last is shown, in whatever order this runs."""
    at = context.at(site_id, issue_id)
    with at.db.reading() as session:
        if store.of_issue(session, site_id, issue_id) is None:
            return
    try:
        shown = shown_of(at.issue(issue_id))
    except NotFound:
        return
    with at.db.writing() as session:
        store.show(session, site_id, issue_id, shown)
    draw(at, issue_id)


def draw(at: context.At, issue_id: str) -> None:
    """Show what we know, without asking Jira."""
    with at.db.reading() as session:
        row = store.of_issue(session, at.site_id, issue_id)
        waiting = decisions.waiting(session, at.site_id, issue_id)
    if row is None:
        return
    url = at.browse(row.shown["key"])
    if row.closed_by:
        text, drawn = blocks.closed(row.shown, url, row.closed_by)
    else:
        lines = [_line(decision) for decision in waiting]
        text, drawn = blocks.controls(row.shown, url, crew.who_may(at), _has_rota(at), lines)
    speaking.redraw(at, Thread(row.channel, row.ts), text, drawn)


def _line(decision: Decision) -> str:
    """One that waits; a text that somebody wrote is not shown before it counts."""
    by = f"by {escaped(str(decision.asked.get('name') or 'somebody'))}"
    value = decision.asked.get("owner_name") or decision.asked.get("value")
    if decision.what in ABOUT and value is not None:
        return f"{ABOUT[decision.what]} → *{escaped(in_words(value))}* {by}"
    return f"{decision.what} {by}"


def _has_rota(at: context.At) -> bool:
    return bool(addresses(at.settings.triage_rota))
