"""Hear what somebody pressed: may she, who is she, and hand it on; Jira is not needed for any of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import audit, context, crew, decisions, engine, speaking, threads
from app.decisions import Decision
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused, SolveOnceError, Unavailable
from app.logs import event
from app.slack.mrkdwn import escaped
from app.triage import blocks, store
from app.triage.flow_controls import draw


@flow
def hear(site_id: int, decision_id: str) -> None:
    why_not = weigh(site_id, decision_id)
    if why_not:
        turn_down(site_id, decision_id, why_not)
        return
    look_up(site_id, decision_id)
    pass_on(site_id, decision_id)
    show_that_it_waits(site_id, decision_id)


@step
def weigh(site_id: int, decision_id: str) -> str:
    """Why this person may not triage, in words for her; empty when she may. Raises Unavailable before we know the controls."""
    at = decisions.at(site_id, decision_id)
    with at.db.reading() as session:
        row = store.of_issue(session, site_id, decisions.get(session, decision_id).issue_id)
    if row is None:
        raise Unavailable("The controls are not written down yet.", retry_after=0.5)
    if row.closed_by:
        return f"{escaped(row.closed_by)} closed this triage. Edit the ticket in Jira."
    try:
        if crew.may_triage(at, _decision(at, decision_id).user):
            return ""
    except Misconfigured as problem:
        return escaped(str(problem))
    return f"Only {escaped(crew.who_may(at))} may triage. Please ask one of them, here in the thread."


@step
def turn_down(site_id: int, decision_id: str, why: str) -> None:
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    whisper(at, decision, why)
    with at.db.writing() as session:
        decisions.proceed(session, decision_id, decisions.REFUSED)
        decisions.forget_texts(session, decision_id)


@step
def look_up(site_id: int, decision_id: str) -> None:
    """The name of whoever decided, and the address of whoever shall own the ticket: Jira knows people by it."""
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    owner = {"take": decision.user, "assign": decision.asked.get("value")}.get(decision.what)
    with at.db.reading() as session:
        known = store.of_issue(session, site_id, decision.issue_id)
    found = {"name": _person(at, decision.user)["name"], "channel": known.channel if known else ""}
    if owner:
        person = _person(at, str(owner))
        found |= {"email": person["email"], "owner_name": person["name"]}
    with at.db.writing() as session:
        decisions.add(session, decision_id, **found)


def _person(at: context.At, user: str) -> dict[str, str]:
    try:
        return at.slack.person(user)
    except (Refused, NotFound):
        return {"name": user, "email": ""}  # a scope is missing, or the person is gone


@step
def pass_on(site_id: int, decision_id: str) -> None:
    at = decisions.at(site_id, decision_id)
    with at.db.writing() as session:
        decision = decisions.get(session, decision_id)
        if decision.what == "close":
            _close(at, session, decision)
        elif decisions.proceed(session, decision_id, decisions.QUEUED):
            name = "triage.ask" if _needs_no_jira(at, decision) else "triage.apply"
            talk = threads.talk(site_id, decision.issue_id)
            lane = talk if name == "triage.ask" else f"{site_id}:{decision.issue_id}"
            engine.enqueue(session, name, site_id, decision_id, id=decision_id, lane=lane)


def _needs_no_jira(at: context.At, decision: Decision) -> bool:
    return decision.what == "info" and not at.settings.status_needs_information


def _close(at: context.At, session: Session, decision: Decision) -> None:
    if not decisions.proceed(session, decision.id, decisions.DONE):
        return
    store.close(session, at.site_id, decision.issue_id, str(decision.asked.get("name") or decision.user))
    talk = threads.conversation(session, at.site_id, decision.issue_id)
    audit.record(session, at.site_id, "triage close", talk.issue_key if talk else None, f"done by {decision.user}")


@step
def show_that_it_waits(site_id: int, decision_id: str) -> None:
    """While Jira does not answer, the controls say that the choice is kept. Outside of the lanes that wait for Jira."""
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    if decision.what != "close":
        try:
            at.issue(decision.issue_id)
            return  # it is being written this moment, and shown then
        except Unavailable:
            pass
        except SolveOnceError as error:
            event("ticket not read", decision=decision.what, error=error.code)  # whoever writes it says why
            return
    draw(at, decision.issue_id)


def whisper(at: context.At, decision: Decision, words: str) -> None:
    """To that person alone, in the thread; directly where she is not in the channel."""
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, decision.issue_id)
    text, shown = blocks.note(words)
    place, key = ((talk.thread.channel, talk.thread.ts), talk.issue_key) if talk else (("", None), "")
    speaking.whisper(at, f"triage.whisper:{decision.id}", place, decision.user, text, shown, key)
    if decision.asked.get("reason"):
        _give_back(at, decision, words, key)


def _give_back(at: context.At, decision: Decision, why_not: str, key: str) -> None:
    """What was typed goes back to whoever typed it: a whisper is gone when she reloads, and we forget the words."""
    text, shown = blocks.not_taken(key, why_not, str(decision.asked["reason"]))
    try:
        channel = at.slack.direct_channel(decision.user)
        at.post_once(f"triage.given_back:{decision.id}", channel, text, shown, None, "give_back", key)
    except (Refused, NotFound) as error:
        event("words not given back", decision=decision.what, error=error.code)


def _decision(at: context.At, id: str) -> Decision:
    with at.db.reading() as session:
        return decisions.get(session, id)
