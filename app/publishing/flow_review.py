"""Ask the reporter for a review of the Resolution Notes, when engineering is done."""

from __future__ import annotations

from app import context, engine, speaking, threads
from app.domain import Issue
from app.engine import flow, step
from app.errors import NotFound, Refused
from app.logs import event
from app.publishing import blocks


@flow
def ask_notes(site_id: int, issue_id: str) -> None:
    """The clone is done: the reporter reviews the notes and closes."""
    ask_in_thread(site_id, issue_id)
    ask_directly(site_id, issue_id)


@step
def ask_in_thread(site_id: int, issue_id: str) -> None:
    at = context.at(site_id, issue_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return  # the ticket did not come from Slack
    issue = at.issue(issue_id)
    text, shown = _question(at, talk, issue)
    source = f"publishing.ask:{engine.flow_id()}"
    try:
        at.post_once(source, talk.thread.channel, text, shown, talk.thread.ts, "ask_in_thread", issue.ref.key)
    except (Refused, NotFound) as error:
        if not speaking.is_closed(error):
            raise
        event("thread closed to us", issue=issue.ref.key, error=str(error))  # she is asked directly all the same


def _question(at: context.At, talk: threads.Conversation, issue: Issue) -> blocks.Message:
    key, about = issue.ref.key, f"{at.site_id}:{issue.ref.id}"
    if issue.security_level:
        return blocks.ask_elsewhere(talk.requester, key, at.browse(key))
    return blocks.ask_notes(talk.requester, key, at.browse(key), issue.notes, about)


@step
def ask_directly(site_id: int, issue_id: str) -> None:
    """The same in a direct message: a mention in a busy thread is easily missed."""
    at = context.at(site_id, issue_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return
    issue = at.issue(issue_id)
    text, shown = _question(at, talk, issue)
    try:
        channel = at.slack.direct_channel(talk.requester)
        at.post_once(
            f"publishing.ask_directly:{engine.flow_id()}", channel, text, shown, None, "ask_directly", issue.ref.key
        )
    except (Refused, NotFound):
        return  # no direct messages with this person; the thread has asked
