"""Carry out what was decided: one field, a duplicate, a decline; read first, so that nothing is overwritten unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import audit, context, decisions, engine, threads
from app.decisions import Decision
from app.domain import Issue
from app.domain_choices import TAGS
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused
from app.slack.mrkdwn import escaped
from app.triage import closing
from app.triage.blocks import RESTRICTED
from app.triage.rota import addresses, next_in_turn
from app.triage.showing import shown_of
from app.triage.standing import ABOUT, Earlier, Verdict, in_words, too_late, verdict

#: What follows of a decision: the event of our own write is an echo, which starts nothing.
FOLLOWED_BY = {
    "team": ("handoff.route", "handoff.sync"),
    "severity": ("handoff.sync",),
    "type": ("handoff.sync",),
    "tags": ("handoff.sync",),
    "decline": ("handoff.sync", "handoff.progress"),
    "duplicate": ("handoff.sync", "handoff.progress"),
}


@flow
def apply(site_id: int, decision_id: str) -> None:
    """In the lane of the ticket, like an edit of a person's would be worked off."""
    account = whose_turn(site_id, decision_id)
    carry_out(site_id, decision_id, account)


@step
def whose_turn(site_id: int, decision_id: str) -> str | None:
    """The Jira account that shall own the ticket; None where the decision is about nobody, or Jira does not know her."""
    at = context.at(site_id)
    decision = _decision(at, decision_id)
    if decision.what in ("take", "assign"):
        email = decision.asked.get("email")
        return at.jira.account_of(email) if email else None
    if decision.what != "rota":
        return None
    with at.db.reading() as session:
        last = decisions.last_chosen(session, site_id, "rota")
    found = [at.jira.account_of(email) for email in addresses(at.settings.triage_rota)]
    accounts = [account for account in found if account]
    project = at.settings.ops_project
    open_tickets = {
        one: at.jira.count(f'project = "{project}" AND assignee = "{one}" AND statusCategory != Done')
        for one in accounts
    }
    return next_in_turn(accounts, open_tickets, last)


@dataclass(frozen=True)
class Outcome:
    """What became of a decision; *why_not* is mrkdwn for whoever made it."""

    key: str | None
    why_not: str = ""
    #: What to remember of it.
    value: Any = None


@step
def carry_out(site_id: int, decision_id: str, account: str | None) -> None:
    at = context.at(site_id)
    decision = _decision(at, decision_id)
    if decision.state != decisions.QUEUED:
        return
    try:
        outcome = _done(at, decision, at.issue(decision.issue_id), account)
    except NotFound:
        outcome = Outcome(None, "The ticket is gone, or the app may not see it any more.")
    except (Refused, Misconfigured) as error:
        outcome = Outcome(None, f"Jira did not take it: {escaped(str(error))}")
    _settle(at, decision, outcome)


def _settle(at: context.At, decision: Decision, outcome: Outcome) -> None:
    """Remember the end, write it down, and start what follows, in one transaction."""
    site_id, issue_id = at.site_id, decision.issue_id
    state = decisions.REFUSED if outcome.why_not else decisions.DONE
    with at.db.writing() as session:
        if not decisions.proceed(session, decision.id, state, value=outcome.value, why_not=outcome.why_not):
            return
        said = f"not done for {decision.user}" if outcome.why_not else f"done by {decision.user}"
        audit.record(session, site_id, f"triage {decision.what}", outcome.key, said)
        lane = threads.talk(site_id, issue_id)
        engine.enqueue(session, "triage.settle", site_id, decision.id, id=decision.id, lane=lane)
        for each in () if outcome.why_not else FOLLOWED_BY.get(decision.what, ()):
            engine.enqueue(session, each, site_id, issue_id, id=decision.id, lane=f"{site_id}:{issue_id}")


def _done(at: context.At, decision: Decision, issue: Issue, account: str | None) -> Outcome:
    if issue.security_level:
        return Outcome(issue.ref.key, f"{issue.ref.key}: {RESTRICTED}")
    if decision.what in ABOUT:
        return _choose(at, decision, issue, account)
    if decision.what == "info":
        if at.settings.status_needs_information:
            at.jira.move(issue, at.settings.status_needs_information)
        return Outcome(issue.ref.key)
    return _close(at, decision, issue)


def _choose(at: context.At, decision: Decision, issue: Issue, account: str | None) -> Outcome:
    subject = ABOUT[decision.what]
    wanted: Any = account or decision.asked.get("value")
    if subject == "owner" and account is None:
        return Outcome(issue.ref.key, _nobody(decision))
    if subject == "tags":
        # What is not on our list was put there in Jira, and could not be unchosen here.
        wanted = [*(wanted or []), *(tag for tag in issue.tags if tag not in TAGS)]
    now, earlier = shown_of(issue)[subject], _earlier(at, decision, subject)
    found = verdict(wanted, now, str(decision.asked.get("seen")), decision.user, earlier)
    if found is Verdict.TOO_LATE:
        shown = shown_of(issue)["owner_name"] if subject == "owner" else now
        chosen = decision.asked.get("owner_name") if subject == "owner" else wanted
        return Outcome(issue.ref.key, too_late(subject, in_words(chosen), in_words(shown), earlier))
    if found is Verdict.WRITE:
        at.jira.edit_issue(issue.ref.id, _values(at, subject, wanted), at.fields)
    return Outcome(issue.ref.key, value=wanted)


def _nobody(decision: Decision) -> str:
    if decision.what == "rota":
        return "Jira knows none of the people in TRIAGE_ROTA. Please tell your administrator."
    name = escaped(str(decision.asked.get("owner_name") or "this person"))
    return f"Jira has no account with the e-mail address of {name}, so the ticket was not assigned."


def _values(at: context.At, subject: str, wanted: Any) -> dict[str, Any]:
    """Field values as Jira takes them."""
    if subject == "severity":
        return {"priority": {"name": wanted}}
    if subject == "owner":
        return {"assignee": {"id": wanted}}
    if subject == "tags":
        return {at.fields.tags: [{"value": tag} for tag in wanted]}
    return {at.fields.team if subject == "team" else at.fields.exception_type: {"value": wanted}}


def _earlier(at: context.At, decision: Decision, subject: str) -> Earlier | None:
    with at.db.reading() as session:
        before = decisions.ended(session, at.site_id, decision.issue_id)
    same = [each for each in before if ABOUT.get(each.what) == subject]
    return Earlier(same[-1].user, str(same[-1].asked.get("name") or "Somebody")) if same else None


def _close(at: context.At, decision: Decision, issue: Issue) -> Outcome:
    """Declined, or a duplicate: the reason becomes the notes, without which no ticket is done."""
    key, said, target = issue.ref.key, str(decision.asked["reason"]), at.settings.status_declined
    words = closing.duplicate(said) if decision.what == "duplicate" else closing.declined(said)
    notes = closing.notes_with(issue.notes, words)
    if issue.status.name == target:
        return Outcome(key, "" if notes is None else f"{key} is {escaped(target)} already.", value=target)
    # Looked for first: a ticket with a reason why it is closed, and still open, helps nobody.
    if not any(way["to"]["name"] == target for way in at.jira.transitions(issue.ref.id)):
        there, wanted = escaped(issue.status.name), escaped(target)
        return Outcome(key, f"{key} is in {there}, and no transition leads to {wanted} from there.")
    if decision.what == "duplicate" and (why_not := _link_duplicate(at, issue, said)):
        return Outcome(key, why_not)
    if notes is not None:
        issue = at.jira.edit_issue(issue.ref.id, {at.fields.notes: notes}, at.fields)
    at.jira.move(issue, target)
    return Outcome(key, value=target)


def _link_duplicate(at: context.At, issue: Issue, key: str) -> str:
    """Why it cannot be, else empty."""
    try:
        other = at.issue(key)
    except NotFound:
        return f"There is no ticket {key}."
    if other.ref.id == issue.ref.id:
        return f"{key} cannot be a duplicate of itself."
    if other.security_level:
        return f"There is no ticket {key}."  # it is not for everybody's eyes
    at.jira.link(at.link_type_saying(at.settings.link_duplicate), actor=issue.ref.id, other=other.ref.id)
    return ""


def _decision(at: context.At, id: str) -> Decision:
    with at.db.reading() as session:
        return decisions.get(session, id)
