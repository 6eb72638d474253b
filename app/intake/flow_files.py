"""Files from Slack to the ticket: those of the message that it was made from, and later ones of its thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine, speaking, threads
from app.domain import SlackFile, StatusCategory
from app.engine import flow, step
from app.errors import NotFound, Refused, Unavailable
from app.intake import blocks_files, origin, store
from app.intake.files import is_sign_in_page, kind_of, why_not
from app.intake.messages import is_by_a_person, said
from app.intake.overflow import NAME
from app.logs import event
from app.once import Found, once


@flow
def copy_files(site_id: int, issue_id: str, files: list[str]) -> None:
    """*files*: ids in Slack. One that cannot be copied is told in the thread, and keeps no other."""
    for file_id in files:
        reason = copy_file(site_id, issue_id, file_id)
        if reason:
            say_not_copied(site_id, issue_id, file_id, reason)


@flow
def follow_files(channel: str, thread: str, files: list[str]) -> None:
    """Somebody posted files in a ticket's thread: they follow until its triage is closed, or the ticket done."""
    site_id, issue_id = ticket_of(channel, thread)
    if is_done(site_id, issue_id):
        say_done(site_id, issue_id)
    else:
        copy_files(site_id, issue_id, files)


@flow
def gather_files(site_id: int, request_id: str) -> None:
    """What people posted below the message before there was a request; of the rest Slack tells us."""
    issue_id, files = files_below(site_id, request_id)
    copy_files(site_id, issue_id, files)


@flow
def attach_text(site_id: int, request_id: str) -> None:
    """What somebody wrote is longer than Jira's field: all of it stands in a file."""
    attach_whole_text(site_id, request_id)


@step
def files_below(site_id: int, request_id: str) -> tuple[str, list[str]]:
    """The issue's id, and the ids of the files; none from a conversation that we may not read."""
    at = context.at(site_id)
    with at.db.reading() as session:
        row = store.get(session, request_id)
        asked, issue_id = row.asked, row.issue_id
    assert issue_id, f"request {request_id} has no issue yet"
    channel, thread, since = (str(asked.get(name) or "") for name in ("channel", "thread", "message"))
    if not since:  # it came without a message: people answer the card
        place = conversation(at, issue_id).thread
        channel, thread, since = place.channel, place.ts, place.ts
    try:
        below = at.within(store.team_of(row)).slack.replies(channel, thread, since)
    except (Refused, NotFound) as problem:
        event("thread not read", request=request_id, reason=str(problem))
        return issue_id, []
    found = [said(each, channel) for each in below if is_by_a_person(each, "")]
    return issue_id, [file for each in found for file in each.files]


@step
def attach_whole_text(site_id: int, request_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        row = store.get(session, request_id)
    words, issue_id = row.asked.get("whole"), row.issue_id
    if not words or not issue_id:
        return
    _attach_once(at, issue_id, "text", NAME, lambda: at.jira_files.attach_text(NAME, words, issue_id))
    with at.db.writing() as session:
        row = store.get(session, request_id)
        row.asked = {**row.asked, "whole": None}


@step
def ticket_of(channel: str, thread: str) -> tuple[int, str]:
    """Site and id. Raises Unavailable while the ticket is still being made."""
    with context.current().db.reading() as session:
        place = threads.of_place(session, channel, thread)
        row = store.find(session, origin.thread_request(channel, thread))
    if place:
        return place[0], place[1]
    if row is None or row.site_id is None or row.issue_id is None:
        raise Unavailable("The ticket of this thread is not made yet.", retry_after=1.0)
    return row.site_id, row.issue_id


@step
def is_done(site_id: int, issue_id: str) -> bool:
    """Whether files follow no more: whoever triaged has closed it, or the ticket is done."""
    at = context.at(site_id)
    with at.db.reading() as session:
        triaged = threads.is_triaged(session, site_id, issue_id)
    return triaged or at.issue(issue_id).status.category is StatusCategory.DONE


@step
def copy_file(site_id: int, issue_id: str, file_id: str) -> str | None:
    """Copy it once, whatever happens; or say why it cannot be copied."""
    at = context.at(site_id, issue_id)
    try:
        file = at.slack.file(file_id)
        reason = why_not(file, at.settings.slack_file_limit * 1024**2)
        if reason is None:
            _copy(at, issue_id, file)
    except NotFound:
        return "Slack does not have it any more, or SolveOnce may not see it"
    except Refused as problem:
        reason = "it is larger than Jira allows" if problem.error == "413" else str(problem)
    return reason


def _copy(at: context.At, issue_id: str, file: SlackFile) -> None:
    def make() -> str:
        with closing(at.slack_files.download(file.url)) as bytes_of_it:
            return _attach(at, issue_id, file, bytes_of_it)

    _attach_once(at, issue_id, f"slack:{file.id}", file.name, make)


def _attach_once(at: context.At, issue_id: str, what: str, name: str, make: Callable[[], str]) -> None:
    issue = at.issue(issue_id)

    def look(hint: dict[str, Any]) -> Found | None:
        now = at.issue(issue_id).attachments
        new = [each for each in now if each.id not in hint["before"] and each.filename == name]
        return {"id": new[0].id} if new else None

    def remember(session: Session, made: Found) -> None:
        audit.record(session, at.site_id, f"copy_file {made['id']}", issue.ref.key)
        # The clone gets it too: what Jira tells of our own change is an echo, and starts nothing.
        run, lane = f"{issue_id}:{what}", f"{at.site_id}:{issue_id}"
        engine.enqueue(session, "handoff.files", at.site_id, issue_id, id=run, lane=lane)

    once(
        at.db,
        f"intake.copy_file:{at.site_id}:{issue_id}:{what}",
        make=lambda: {"id": make()},
        look=look,
        hint=lambda: {"before": [each.id for each in issue.attachments]},
        remember=remember,
        settle_time=at.settings.settle_time,
    )


def _attach(at: context.At, issue_id: str, file: SlackFile, found: Any) -> str:
    """The id of the attachment; *found* is the client's stream."""
    if is_sign_in_page(file, found.content_type, found.length, found.first):
        raise Refused(
            "Slack gave a page to sign in instead of it: the app lacks `files:read`, or is not in its channel"
        )
    size = file.size if found.length is None else found.length
    if size > at.settings.slack_file_limit * 1024**2:
        raise Refused(f"it is larger than {at.settings.slack_file_limit} MB")
    return at.jira_files.attach(file.name, kind_of(found.first, file.mime_type), found, size, issue_id)


@step
def say_not_copied(site_id: int, issue_id: str, file_id: str, reason: str) -> None:
    at = context.at(site_id, issue_id)
    try:
        name = at.slack.file(file_id).name
    except (NotFound, Refused):
        name = file_id
    talk = conversation(at, issue_id)
    text, shown = blocks_files.not_copied(talk.issue_key, name, reason, at.browse(talk.issue_key))
    source = f"intake.say_not_copied:{site_id}:{issue_id}:{file_id}"
    speaking.tell(at, source, talk, text, shown, "say_not_copied")


@step
def say_done(site_id: int, issue_id: str) -> None:
    """Once for a ticket: who posts a second file knows it."""
    at = context.at(site_id, issue_id)
    talk = conversation(at, issue_id)
    with at.db.reading() as session:
        triaged = threads.is_triaged(session, site_id, issue_id)
    text, shown = blocks_files.not_followed(talk.issue_key, at.browse(talk.issue_key), triaged)
    source = f"intake.say_done:{site_id}:{issue_id}"
    speaking.tell(at, source, talk, text, shown, "say_done")


def conversation(at: context.At, issue_id: str) -> threads.Conversation:
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, issue_id)
    assert talk, f"issue {issue_id} has no thread"
    return talk
