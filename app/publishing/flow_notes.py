"""Carry out what was answered to the review: close with the notes as they are, write them anew, or send the ticket back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import audit, context, crew, decisions, engine, speaking, threads
from app.adf.canonical import digest
from app.adf.text import is_blank, plain_text
from app.decisions import Decision
from app.domain import Issue, StatusCategory, Thread
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused, SolveOnceError
from app.logs import event
from app.publishing import blocks
from app.publishing.rewriting import rewritten
from app.slack.mrkdwn import escaped


@flow
def fill_editor(site_id: int, issue_id: str, view_id: str, user: str = "") -> None:
    """The form is open, and waits for the notes. A release before this one did not say who the *user* is."""
    show_notes(site_id, issue_id, view_id, user)


@flow
def hear(site_id: int, decision_id: str) -> None:
    """Who may, and who is she? Apart from the ticket's own lane."""
    if may_review(site_id, decision_id):
        pass_review_on(site_id, decision_id)


@flow
def review(site_id: int, decision_id: str) -> None:
    carry_out_review(site_id, decision_id)


@flow
def settle_review(site_id: int, decision_id: str) -> None:
    """Jira has it, or will not have it: say so."""
    say_what_became_of_it(site_id, decision_id)


@step
def show_notes(site_id: int, issue_id: str, view_id: str, user: str) -> None:
    """Somebody waits: a Jira that does not answer now is said at once, and so is that she may not."""
    at = context.at(site_id, issue_id)
    try:
        issue = at.issue(issue_id)
        view = blocks.editor(f"{site_id}:{issue_id}", issue.ref.key, issue.notes, digest(issue.notes))
        if issue.security_level:
            view = blocks.not_yours(blocks.IN_JIRA)
        elif user and not _may(at, issue_id, user, _person(at, user)["email"]):
            view = blocks.not_yours(_who_may(at))
    except SolveOnceError as problem:
        view = blocks.cannot_read(str(problem))
    try:
        at.slack.update_view(view_id, view)
    except (Refused, NotFound) as error:
        event("form not filled", error=error.code)  # closed meanwhile


@step
def may_review(site_id: int, decision_id: str) -> bool:
    """The reporter, whoever owns the ticket, and those who triage."""
    at = decisions.at(site_id, decision_id)
    decision, _ = _about(at, decision_id)
    person = _person(at, decision.user)
    allowed = _may(at, decision.issue_id, decision.user, person["email"])
    with at.db.writing() as session:
        decisions.add(session, decision_id, name=person["name"])
        if not allowed and decisions.proceed(session, decision_id, decisions.REFUSED, why_not=_who_may(at)):
            _say(session, site_id, decision)
    return allowed


def _may(at: context.At, issue_id: str, user: str, email: str) -> bool:
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, issue_id)
    if (talk is not None and talk.requester == user) or _is_agent(at, user):
        return True
    owner = at.issue(issue_id).assignee if email else None
    return owner is not None and owner.account_id == at.jira.account_of(email)


def _is_agent(at: context.At, user: str) -> bool:
    try:
        return crew.may_triage(at, user)
    except Misconfigured as problem:
        event("nobody knows who may triage", reason=str(problem))
        return False


def _who_may(at: context.At) -> str:
    return f"Only the reporter, the ticket's owner and {escaped(crew.who_may(at))} may answer this."


def _person(at: context.At, user: str) -> dict[str, str]:
    try:
        return at.slack.person(user)
    except (Refused, NotFound):
        return {"name": user, "email": ""}  # a scope is missing, or the person is gone


@step
def pass_review_on(site_id: int, decision_id: str) -> None:
    with context.at(site_id).db.writing() as session:
        if decisions.proceed(session, decision_id, decisions.QUEUED):
            lane = f"{site_id}:{decisions.get(session, decision_id).issue_id}"
            engine.enqueue(session, "publishing.review", site_id, decision_id, id=decision_id, lane=lane)


@step
def carry_out_review(site_id: int, decision_id: str) -> None:
    at = context.at(site_id)
    decision, talk = _about(at, decision_id)
    if decision.state != decisions.QUEUED:
        return
    key = talk.issue_key if talk else None
    try:
        why_not = _done(at, decision, at.issue(decision.issue_id))
    except NotFound:
        why_not = "The ticket is gone, or the app may not see it any more."
    except (Refused, Misconfigured) as error:
        why_not = f"Jira did not take it: {escaped(str(error))}"
    with at.db.writing() as session:
        state = decisions.REFUSED if why_not else decisions.DONE
        if decisions.proceed(session, decision_id, state, why_not=why_not):
            said = f"not done for {decision.user}" if why_not else f"done by {decision.user}"
            audit.record(session, site_id, f"review {decision.what}", key, said)
            _say(session, site_id, decision)
            if not why_not:
                _start_what_follows(session, site_id, decision)


def _start_what_follows(session: Session, site_id: int, decision: Decision) -> None:
    """The event of our own write is an echo, so the other ticket follows from here."""
    lane, id = f"{site_id}:{decision.issue_id}", decision.id
    if decision.what == "notes":
        engine.enqueue(session, "handoff.sync", site_id, decision.issue_id, id=id, lane=lane)
    if decision.what == "accept":
        engine.enqueue(session, "handoff.progress", site_id, decision.issue_id, id=id, lane=lane)
    if decision.what == "reject":
        engine.enqueue(session, "handoff.reopen", site_id, decision.issue_id, id=id, lane=lane)


def _say(session: Session, site_id: int, decision: Decision) -> None:
    lane = threads.talk(site_id, decision.issue_id)
    engine.enqueue(session, "publishing.settle_review", site_id, decision.id, id=decision.id, lane=lane)


def _done(at: context.At, decision: Decision, issue: Issue) -> str:
    """Why not, as mrkdwn; empty when it is so."""
    if decision.what == "notes":
        notes = rewritten(decision.asked["text"], issue.notes, str(decision.asked.get("seen")))
        if notes is not None:
            at.jira.edit_issue(issue.ref.id, {at.fields.notes: notes}, at.fields)
    if decision.what != "accept" or issue.status.category is StatusCategory.DONE:
        return ""
    if issue.notes is None or is_blank(issue.notes):
        return f"{issue.ref.key} has no *{escaped(at.settings.field_notes)}* yet. Write them first, then accept."
    at.jira.move(issue, at.settings.status_done)
    return ""


@step
def say_what_became_of_it(site_id: int, decision_id: str) -> None:
    at = decisions.at(site_id, decision_id)
    decision, talk = _about(at, decision_id)
    if talk is None:
        return
    if decision.state == decisions.REFUSED:
        _whisper(at, decision, talk)
    elif decision.what == "reject":
        text, shown = blocks.not_solved(_name(decision), talk.issue_key, str(decision.asked.get("reason")))
        source = f"publishing.not_solved:{decision.id}"
        speaking.tell(at, source, talk, text, shown, "tell not solved")
    elif decision.what == "accept":
        _show_accepted(at, decision, talk.issue_key)
    with at.db.writing() as session:
        decisions.forget_texts(session, decision_id)


def _whisper(at: context.At, decision: Decision, talk: threads.Conversation) -> None:
    """To that person alone, with the button that helps."""
    why_not = str(decision.asked.get("why_not"))
    text, shown = blocks.write_notes(why_not, f"{decision.site_id}:{decision.issue_id}")
    source, place = f"publishing.whisper:{decision.id}", (talk.thread.channel, talk.thread.ts)
    speaking.whisper(at, source, place, decision.user, text, shown, talk.issue_key)
    _give_back(at, decision, why_not, talk.issue_key)


def _give_back(at: context.At, decision: Decision, why_not: str, key: str) -> None:
    """What was typed goes back to whoever typed it: a whisper is gone when she reloads, and we forget the words."""
    typed = plain_text(decision.asked.get("text")) or str(decision.asked.get("reason") or "")
    if not typed:
        return
    text, shown = blocks.not_taken(key, why_not, typed)
    try:
        channel = at.slack.direct_channel(decision.user)
        at.post_once(f"publishing.given_back:{decision.id}", channel, text, shown, None, "give_back", key)
    except (Refused, NotFound) as error:
        event("words not given back", decision=decision.what, error=error.code)


def _show_accepted(at: context.At, decision: Decision, key: str) -> None:
    """In the place of the question."""
    channel, ts = decision.asked.get("channel"), decision.asked.get("ts")
    if not channel or not ts:
        return
    issue = at.issue(decision.issue_id)
    notes = None if issue.security_level else issue.notes
    text, shown = blocks.answered(key, at.browse(key), notes, f"accepted by {escaped(_name(decision))}.")
    speaking.redraw(at, Thread(str(channel), str(ts)), text, shown)


def _name(decision: Decision) -> str:
    return str(decision.asked.get("name") or "Somebody")


def _about(at: context.At, id: str) -> tuple[Decision, threads.Conversation | None]:
    with at.db.reading() as session:
        decision = decisions.get(session, id)
        return decision, threads.conversation(session, at.site_id, decision.issue_id)
