"""Tell the thread where its ticket is."""

from __future__ import annotations

from app import context, engine, threads
from app.engine import flow, step
from app.errors import NotFound
from app.slack.blocks import section
from app.triage.telling import is_news, sentence


@flow
def tell_status(site_id: int, issue_id: str) -> None:
    """A ticket's status changed. One that did not come from Slack has no thread to tell."""
    post_status(site_id, issue_id)


@step
def post_status(site_id: int, issue_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
    if talk is None:
        return
    try:
        issue = at.issue(issue_id)
    except NotFound:
        return  # deleted meanwhile
    if not is_news(issue.status.name, talk.told_status):
        return
    words = sentence(issue.ref.key, issue.status)
    source = f"triage.status:{engine.flow_id()}"
    at.post_once(source, talk.thread.channel, words, [section(words)], talk.thread.ts, "post_status", issue.ref.key)
    with at.db.writing() as session:
        threads.told(session, site_id, issue_id, issue.status.name)
