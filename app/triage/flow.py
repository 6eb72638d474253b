"""Tell the thread where its ticket is: what changed within a few seconds as one, and what was told never again."""

from __future__ import annotations

from app import context, decisions, engine, speaking, threads
from app.domain import Issue
from app.engine import flow, step
from app.errors import NotFound
from app.slack.blocks import section
from app.triage import store
from app.triage.showing import shown_of
from app.triage.standing import ABOUT
from app.triage.telling import Change, changes, digest


@flow
def tell(site_id: int, issue_id: str) -> None:
    """Something that people want to know changed. A ticket that did not come from Slack has no thread to tell."""
    tell_soon(site_id, issue_id)


@step
def tell_soon(site_id: int, issue_id: str) -> None:
    """Not at once: whoever triages chooses severity, team and owner in a row. What is told first tells all of it."""
    at = context.at(site_id)
    issue = _issue(at, issue_id)
    if issue is None or not _news(at, issue):
        return
    with at.db.writing() as session:
        run, lane, later = engine.flow_id(), threads.talk(site_id, issue_id), at.settings.tell_window
        engine.enqueue(session, "triage.tell_news", site_id, issue_id, id=run, lane=lane, delay=later)


@flow
def tell_news(site_id: int, issue_id: str) -> None:
    """What is news by now; nothing where an earlier one has told it."""
    post_news(site_id, issue_id)


@step
def post_news(site_id: int, issue_id: str) -> None:
    say_news(context.at(site_id, issue_id), issue_id)


def say_news(at: context.At, issue_id: str) -> None:
    """What the thread has not heard by now, once for each flow."""
    issue = _issue(at, issue_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, issue_id)
    news = _news(at, issue) if issue else []
    if issue is None or talk is None or not news:
        return
    words, source = digest(issue.ref.key, issue.status, news), f"triage.status:{engine.flow_id()}"
    speaking.tell(at, source, talk, words, [section(words)], "post_news")
    shown = shown_of(issue)
    with at.db.writing() as session:
        if any(change.subject == "status" for change in news):
            threads.told(session, at.site_id, issue_id, issue.status.name)
        store.told(session, at.site_id, issue_id, {"owner": shown["owner_name"], "severity": shown["severity"]})


def _news(at: context.At, issue: Issue) -> list[Change]:
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, issue.ref.id)
        row = store.of_issue(session, at.site_id, issue.ref.id)
        under_way = decisions.waiting(session, at.site_id, issue.ref.id)
        decided = decisions.ended(session, at.site_id, issue.ref.id)
    if talk is None or issue.security_level:
        return []
    shown, told = shown_of(issue), {name: row.told.get(name) for name in _TOLD} if row else {}
    if not any(each.what in _TOLD_THEMSELVES and not each.asked.get("told") for each in [*under_way, *decided]):
        told["status"] = talk.told_status
    now = {"status": issue.status.name, "owner": shown["owner_name"], "severity": shown["severity"]}
    by = {ABOUT[each.what]: str(each.asked.get("name") or "") for each in decided if _stands(each, shown)}
    return changes(now, told, by)


#: What of a ticket the thread is told besides its status.
_TOLD = ("owner", "severity")
#: Decisions of which the reporter reads the reason, together with the new status.
_TOLD_THEMSELVES = ("decline", "duplicate")


def _stands(decision: decisions.Decision, shown: dict[str, object]) -> bool:
    """Whether what was decided is still so; then it carries the name of whoever decided."""
    subject = ABOUT.get(decision.what)
    return subject is not None and decision.asked.get("value") == shown[subject]


def _issue(at: context.At, issue_id: str) -> Issue | None:
    try:
        return at.issue(issue_id)
    except NotFound:
        return None  # deleted meanwhile
