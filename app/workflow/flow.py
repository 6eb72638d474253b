"""Watch the gate: send back what is done without Resolution Notes, and say so; at once, and every hour."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from app import audit, context, engine, speaking, threads
from app.domain import Issue
from app.engine import flow, step
from app.engine_schedules import scheduled
from app.errors import Misconfigured, NotFound, Refused
from app.logs import event
from app.models import utcnow
from app.slack.blocks import section
from app.workflow import gate, store

#: So many tickets at most of either search are sent back in one hourly look: a migration may bring thousands.
MOST = 50
#: Minutes by which a look reaches back before the one before: the search index lags.
OVERLAP = 30


@flow
def send_back(site_id: int, issue_id: str) -> None:
    """A ticket may be done without Resolution Notes."""
    found = slipped(site_id, issue_id)
    if not found:
        return
    outcome = move_back(site_id, issue_id, found["status"])
    if outcome["moved"]:
        say_it_went_back(site_id, issue_id, found)
    elif outcome["reason"]:
        say_it_stays(site_id, issue_id, found, outcome["reason"])


@step
def slipped(site_id: int, issue_id: str) -> dict[str, str] | None:
    """Where it belongs, and since when it is done; remembered before it moves, so that a crash does not lose the reason."""
    at = context.at(site_id)
    try:
        issue = at.issue(issue_id)
    except NotFound:
        return None  # deleted meanwhile
    status = _way_back(at, issue)
    if status is None:
        return None
    return {"key": issue.ref.key, "status": status, "since": (issue.resolved or issue.created).isoformat()}


def _way_back(at: context.At, issue: Issue) -> str | None:
    with at.db.reading() as session:
        is_clone = store.ops_id(session, at.site_id, issue.ref.id) is not None
    return gate.way_back(issue, is_clone, at.settings)


@step
def move_back(site_id: int, issue_id: str, status: str) -> dict[str, Any]:
    """Whether it went back, or why Jira would not have it; neither when somebody put it right meanwhile."""
    at = context.at(site_id)
    try:
        issue = at.issue(issue_id)
        if issue.status.name == status:
            return {"moved": True}  # by a try of ours whose answer was lost
        if _way_back(at, issue) is None:
            return {"moved": False, "reason": ""}
        at.jira.move(issue, status)
    except NotFound:
        return {"moved": False, "reason": ""}
    except (Misconfigured, Refused) as error:
        return {"moved": False, "reason": str(error)}
    return {"moved": True}


@step
def say_it_went_back(site_id: int, issue_id: str, found: dict[str, str]) -> None:
    """Whoever follows tickets that are opened again hears of it from us: our own change is an echo to them."""
    at = context.at(site_id)
    run = engine.flow_id().partition("/")[2]
    with at.db.writing() as session:
        ops_id = store.ops_id(session, site_id, issue_id) or issue_id
        engine.enqueue(session, "handoff.progress", site_id, issue_id, id=f"{run}:gate", lane=f"{site_id}:{ops_id}")
        lane = threads.talk(site_id, ops_id)
        engine.enqueue(session, "workflow.tell", site_id, issue_id, found["status"], "", id=run, lane=lane)
        outcome = f"sent back to {found['status']}: done without {at.settings.field_notes}"
        audit.record(session, site_id, "send_back", found["key"], outcome)


@step
def say_it_stays(site_id: int, issue_id: str, found: dict[str, str], reason: str) -> None:
    """Once for each time that it became done: the same run again, every hour, is one."""
    at = context.at(site_id)
    run = f"{site_id}:{issue_id}:{found['since']}"
    with at.db.writing() as session:
        lane = threads.talk(site_id, store.ops_id(session, site_id, issue_id) or issue_id)
        engine.enqueue(session, "workflow.tell", site_id, issue_id, found["status"], reason, id=run, lane=lane)
        outcome = f"not sent back to {found['status']}: {reason}"
        audit.record(session, site_id, "send_back", found["key"], outcome, run=f"workflow.send_back/{run}")


@flow
def tell(site_id: int, issue_id: str, status: str, reason: str) -> None:
    """In the ticket's thread, else where its board's people are. *reason*: why it could not be sent back, else empty."""
    tell_people(site_id, issue_id, status, reason)


@step
def tell_people(site_id: int, issue_id: str, status: str, reason: str) -> None:
    at = context.at(site_id)
    try:
        issue = at.issue(issue_id)
    except NotFound:
        return
    key, url, field = issue.ref.key, at.browse(issue.ref.key), at.settings.field_notes
    words = gate.stays(key, url, field, status, reason) if reason else gate.sent_back(key, url, field, status)
    source, talk = f"workflow.tell:{engine.flow_id()}", _conversation(at, issue)
    if talk:
        # In its own thread are those who may write the notes there; in a channel a press would say nothing about who may.
        speaking.tell(at, source, talk, words, [section(words), gate.write_button(site_id, issue_id)], "tell_people")
        return
    engineers = issue.project == at.settings.engineering_project
    channel = at.settings.channel_engineering if engineers else at.settings.channel_intake
    speaking.announce(at, channel, source, words, [section(words)], "tell_people", key)


def _conversation(at: context.At, issue: Issue) -> threads.Conversation | None:
    """Engineers read their own channel, not the thread of whoever asked."""
    if issue.project == at.settings.engineering_project:
        return None
    with at.db.reading() as session:
        return threads.conversation(session, at.site_id, issue.ref.id)


# By itself, every hour: what happened without an event, or before we heard of events


@scheduled("workflow.watch_gates", "41 * * * *")
def watch_gates(moment: str) -> None:
    """Each site's two boards are looked over."""
    watch_each(moment)


@step
def watch_each(moment: str) -> None:
    with context.current().db.writing() as session:
        context.start_at_each(session, context.sites(session), "workflow.watch_gate", moment, "gate")


@flow
def watch_gate(site_id: int, moment: str) -> None:
    look_over(site_id, moment)


@step
def look_over(site_id: int, moment: str) -> None:
    """What search finds is only a candidate: it lags, and whoever sends a ticket back reads it again."""
    at = context.at(site_id)
    begun = utcnow()
    try:
        empty, blank = _candidates(at, begun)
    except (Misconfigured, Refused, NotFound) as error:  # the next look tries again, and `doctor` says why
        event("gate not watched", level=logging.ERROR, site=site_id, reason=str(error))
        return
    with at.db.writing() as session:
        for id in (*gate.turn(empty, MOST, moment), *blank[:MOST]):
            lane = f"{site_id}:{store.ops_id(session, site_id, id) or id}"
            engine.enqueue(session, "workflow.send_back", site_id, id, id=f"{site_id}:{moment}:{id}", lane=lane)
        if len(blank) <= MOST:  # else the next look has to find the rest; the empty ones every look finds
            store.set_looked_at(session, site_id, begun)


def _candidates(at: context.At, now: datetime) -> tuple[list[str], list[str]]:
    """Ids of those whose notes Jira calls empty, and of those that only we call so."""
    with at.db.reading() as session:
        installed = store.installed_at(session, at.site_id)
        last = store.looked_at(session, at.site_id) or installed
    minutes = [int((now - moment).total_seconds() // 60) + OVERLAP for moment in (installed, last)]
    empty, changed = (
        {issue.ref.id: None for issue in at.jira.search(jql, at.fields) if _way_back(at, issue)}
        for jql in gate.searches(at.settings, at.fields.notes, *minutes)
    )
    return list(empty), [id for id in changed if id not in empty]
