"""Say what became of a decision: to the reporter, to whoever decided, and on the controls."""

from __future__ import annotations

from app import audit, context, decisions, speaking, threads
from app.decisions import Decision
from app.engine import flow, step
from app.slack.mrkdwn import link
from app.triage import blocks
from app.triage.flow import say_news
from app.triage.flow_controls import draw, update_controls
from app.triage.flow_hearing import whisper


@flow
def settle(site_id: int, decision_id: str) -> None:
    """Jira has it, or will not have it. How a ticket ended is said last: after what is to be told of it besides."""
    say_the_rest(site_id, decision_id)
    issue_id = say_what_became_of_it(site_id, decision_id)
    update_controls(site_id, issue_id)


@flow
def ask(site_id: int, decision_id: str) -> None:
    """The reporter is asked for information; the ticket stays as it is, so Jira is not needed."""
    ask_reporter(site_id, decision_id)


@step
def say_the_rest(site_id: int, decision_id: str) -> None:
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    if decision.what in ("decline", "duplicate") and decision.state == decisions.DONE:
        say_news(at, decision.issue_id)


@step
def say_what_became_of_it(site_id: int, decision_id: str) -> str:
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    if decision.state == decisions.REFUSED:
        whisper(at, decision, escaped_reason(decision))
    elif decision.what in ("decline", "duplicate"):
        _say_it_ended(at, decision)
    elif decision.what == "info":
        _post_question(at, decision)
    with at.db.writing() as session:
        decisions.forget_texts(session, decision_id)
        decisions.add(session, decision_id, told=True)
    return decision.issue_id


def escaped_reason(decision: Decision) -> str:
    return str(decision.asked.get("why_not") or "It was not done.")


def _say_it_ended(at: context.At, decision: Decision) -> None:
    """In place of the news that the status changed: the reporter has to read why."""
    talk, reason, status = _talk(at, decision), str(decision.asked.get("reason")), str(decision.asked["value"])
    if talk is None:
        return
    is_duplicate = decision.what == "duplicate"
    words = f"Duplicate of {link(at.browse(reason), reason)}." if is_duplicate else blocks.quoted_reason(reason)
    key = talk.issue_key
    text, shown = blocks.ended(talk.requester, key, at.browse(key), _name(decision), words, status)
    source = f"triage.ended:{decision.id}"
    speaking.tell(at, source, talk, text, shown, f"tell {decision.what}")
    with at.db.writing() as session:
        threads.told(session, at.site_id, decision.issue_id, status)


@step
def ask_reporter(site_id: int, decision_id: str) -> None:
    at = decisions.at(site_id, decision_id)
    decision = _decision(at, decision_id)
    _post_question(at, decision)
    with at.db.writing() as session:
        if decisions.proceed(session, decision_id, decisions.DONE, told=True):
            decisions.forget_texts(session, decision_id)
            talk = threads.conversation(session, site_id, decision.issue_id)
            key = talk.issue_key if talk else None
            audit.record(session, site_id, "triage info", key, f"done by {decision.user}")
    draw(at, decision.issue_id)


def _post_question(at: context.At, decision: Decision) -> None:
    talk = _talk(at, decision)
    if talk is None or decision.asked.get("told"):
        return
    key = talk.issue_key
    text, shown = blocks.question(talk.requester, key, _name(decision), str(decision.asked.get("reason")))
    source = f"triage.question:{decision.id}"
    speaking.tell(at, source, talk, text, shown, "ask_reporter")


def _talk(at: context.At, decision: Decision) -> threads.Conversation | None:
    with at.db.reading() as session:
        return threads.conversation(session, at.site_id, decision.issue_id)


def _name(decision: Decision) -> str:
    return str(decision.asked.get("name") or "Somebody")


def _decision(at: context.At, id: str) -> Decision:
    with at.db.reading() as session:
        return decisions.get(session, id)
