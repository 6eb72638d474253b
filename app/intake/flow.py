"""From a stored request to an issue with a thread: find the reporter, create, open the thread, join the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine, threads, workspaces
from app.adf.slack_names import ids_in, named, with_names
from app.domain import Thread
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused, SolveOnceError, Unavailable
from app.intake import blocks, store
from app.intake.fields import issue_fields
from app.intake.origin import files_lane
from app.logs import event
from app.models import Request
from app.once import Found, once


@flow
def open_request(request_id: str) -> None:
    site_id = find_site(request_id)
    find_reporter(site_id, request_id)
    try:
        create_issue(site_id, request_id)
    except (Refused, Misconfigured, NotFound) as error:
        say_it_failed(site_id, request_id, str(error))
        raise
    open_thread(site_id, request_id)
    link_thread(site_id, request_id)
    show_created(site_id, request_id)


@step
def find_site(request_id: str) -> int:
    """Slack takes requests while Jira is not there yet; they wait here."""
    runtime = context.current()
    with runtime.db.writing() as session:
        row = store.get(session, request_id)
        team = store.team_of(row)
        site_id = context.site_of(session, team)
        if site_id is not None:
            row.site_id = site_id
            workspaces.belongs(session, team, site_id)
            return site_id
        has_jira = bool(context.sites(session))
    if has_jira:
        _say_it_waits(team, row)
        raise Unavailable(f"Nobody has said to which Jira the Slack workspace {team} belongs.")
    raise Unavailable("Jira is not installed yet.")


def _say_it_waits(team: str, row: Request) -> None:
    """Once, to whoever asked; nothing is lost, and nothing goes to a Jira by chance."""
    runtime, source = context.current(), f"intake.say_it_waits:{row.id}"
    text, shown = blocks.waits_for_pairing(workspaces.installation_of(team))
    slack, user = context.slack(team), row.asked.get("by") or row.asked["user"]

    def make() -> Found:
        return asdict(slack.post(slack.direct_channel(user), text, shown, source))

    def look(hint: dict[str, Any]) -> Found | None:
        found = slack.posted(slack.direct_channel(user), source, hint["since"] - context.CLOCKS)
        return asdict(found) if found else None

    try:
        once(runtime.db, source, make=make, look=look, settle_time=runtime.settings.settle_time)
    except (Refused, NotFound) as error:
        event("nobody told that it waits", request=row.id, reason=str(error))


@step
def find_reporter(site_id: int, request_id: str) -> None:
    """Who asked, as Jira knows them, and the names of those who are mentioned. Nobody is no reason to lose the request."""
    at = _at(site_id, request_id)
    asked = _row(at, request_id).asked
    name, account = asked["user"], None
    try:
        person = at.slack.person(asked["user"])
        name, account = person["name"], at.jira.account_of(person["email"]) if person["email"] else None
    except (Refused, NotFound):
        pass  # a scope is missing, or the person is gone: the description will say who asked
    names = _names(at, ids_in(asked["summary"], asked["description"])[:MOST_NAMES])
    said = {"summary": named(asked["summary"], names), "description": with_names(asked["description"], names)}
    with at.db.writing() as session:
        row = store.get(session, request_id)
        row.asked = {**row.asked, **said, "name": name, "account": account, "permalink": _permalink(at, asked)}


#: Each name is a call to Slack; whoever is mentioned after these stays an id.
MOST_NAMES = 40


def _names(at: context.At, ids: list[str]) -> dict[str, str]:
    found = {}
    for id in ids:
        try:
            found[id] = at.slack.person(id)["name"] if id[0] in "UW" else at.slack.channel_name(id)
        except (Refused, NotFound):
            continue  # a private channel, or no id at all: it stays as it was typed
    return found


def _permalink(at: context.At, asked: Mapping[str, Any]) -> str | None:
    """Of the message that the request came from; one in a direct message opens for nobody else."""
    if not asked.get("message") or str(asked["channel"]).startswith("D"):
        return None
    try:
        return at.slack.permalink(Thread(asked["channel"], asked["message"]))
    except (Refused, NotFound):
        return None  # deleted meanwhile, or in a channel that we may not see


@step
def create_issue(site_id: int, request_id: str) -> None:
    at = _at(site_id, request_id)
    row, project, issue_type = _row(at, request_id), at.settings.ops_project, at.settings.ops_issue_type
    settable = at.jira.settable_fields(project, issue_type)
    asked_by, account = row.asked["name"] or "somebody", row.asked["account"]
    message = row.asked.get("permalink")
    values = issue_fields(store.request_of(row), at.fields, project, issue_type, account, asked_by, settable, message)

    def make() -> Found:
        return at.jira.create_issue(values, {"role": "request", "request": request_id})

    def look(hint: dict[str, Any]) -> Found | None:
        return at.jira.marked(project, hint["floor"], lambda mark: mark.get("request") == request_id)

    def remember(session: Session, made: Found) -> None:
        row = store.get(session, request_id)
        row.issue_id = made["id"]
        store.forget_texts(row)
        threads.expect(session, site_id, made["id"], made["key"], row.asked["user"], at.team)
        audit.record(session, site_id, "create_issue", made["key"])
        lane = files_lane(row.asked["channel"], row.asked.get("thread") or request_id)
        if files := row.asked.get("files"):
            engine.enqueue(session, "intake.copy_files", site_id, made["id"], files, id=request_id, lane=lane)
        if row.asked.get("message"):
            engine.enqueue(session, "intake.gather_files", site_id, request_id, id=request_id, lane=lane)
        if row.asked.get("whole"):
            engine.enqueue(session, "intake.attach_text", site_id, request_id, id=request_id, lane=lane)

    once(
        at.db,
        f"intake.create_issue:{request_id}",
        make=make,
        look=look,
        hint=lambda: {"floor": at.jira.last_number(project)},
        remember=remember,
        settle_time=at.settings.settle_time,
    )


@step
def say_it_failed(site_id: int, request_id: str, reason: str) -> None:
    """A clear no of Jira's: the person must not wait for a ticket that will not come. What was typed is kept."""
    at = _at(site_id, request_id)
    asked = _row(at, request_id).asked
    text, shown = blocks.not_created(asked, reason)
    source = f"intake.say_it_failed:{engine.flow_id()}"
    at.post_once(
        source, at.slack.direct_channel(asked.get("by") or asked["user"]), text, shown, None, "say_it_failed", ""
    )


@step
def open_thread(site_id: int, request_id: str) -> None:
    """The card, where the person asked: below the message that it is about; in a direct message if we may not write there."""
    at = _at(site_id, request_id)
    row = _row(at, request_id)
    issue = at.issue(_issue_id(row))
    text, card = blocks.card(issue.ref.key, at.browse(issue.ref.key), row.asked, issue.status.name)
    source, user, below = f"intake.open_thread:{request_id}", row.asked["user"], row.asked.get("thread")
    try:
        channel = at.slack.channel_id(row.asked["channel"])
        posted = at.post_once(source, channel, text, card, below, "open_thread", issue.ref.key)
        thread = Thread(posted.channel, below or posted.ts)
    except (Refused, NotFound) as error:
        if isinstance(error, Refused) and error.error not in CLOSED_TO_US:
            raise
        posted = thread = at.post_once(
            f"{source}:direct", at.slack.direct_channel(user), text, card, None, "open_thread", issue.ref.key
        )
    with at.db.writing() as session:
        threads.opened(session, site_id, issue.ref.id, thread, issue.status.name, posted)
        id, lane = f"{site_id}:{issue.ref.id}", threads.talk(site_id, issue.ref.id)
        engine.enqueue(session, "triage.offer", site_id, issue.ref.id, id=id, lane=lane)


#: Slack's words for a channel in which we may not write; one that we may not see is simply not found.
CLOSED_TO_US = ("not_in_channel", "is_archived", "restricted_action")


@step
def link_thread(site_id: int, request_id: str) -> None:
    """The remote link on the issue; under the same global id it is put again, not added."""
    at = _at(site_id, request_id)
    talk = _conversation(at, request_id)
    place = talk.thread
    global_id = f"solveonce:slack={place.channel}&ts={place.ts}"
    at.jira.remote_link(_issue_id(_row(at, request_id)), global_id, at.slack.permalink(talk.card), "Slack thread")
    with at.db.writing() as session:
        audit.record(session, site_id, "link_thread", talk.issue_key)


@step
def show_created(site_id: int, request_id: str) -> None:
    """The form, if the person has it still open, shows the ticket."""
    at = _at(site_id, request_id)
    view = _row(at, request_id).asked.get("view")
    if view is None:
        return  # it came without a form
    talk = _conversation(at, request_id)
    try:
        link = at.slack.permalink(talk.card)
        at.slack.update_view(view, blocks.created(talk.issue_key, at.browse(talk.issue_key), link))
    except SolveOnceError as error:
        # Closed, or Slack is busy: the thread has said it already.
        event("form not updated", request=request_id, error=error.code)


@flow
def refresh_card(site_id: int, issue_id: str) -> None:
    """A ticket changed: its card shows it as it is."""
    update_card(site_id, issue_id)


@step
def update_card(site_id: int, issue_id: str) -> None:
    at = context.at(site_id, issue_id)
    with at.db.reading() as session:
        talk = threads.conversation(session, site_id, issue_id)
        row = store.of_issue(session, site_id, issue_id)
    if talk is None or row is None:
        return
    try:
        issue = at.issue(issue_id)
        asked = blocks.as_it_is(row.asked, issue)
        at.slack.update(talk.card, *blocks.card(issue.ref.key, at.browse(issue.ref.key), asked, issue.status.name))
    except NotFound:
        return  # the issue or the message is gone


def _at(site_id: int, request_id: str) -> context.At:
    """The site, in the workspace in which somebody asked."""
    at = context.at(site_id)
    return at.within(store.team_of(_row(at, request_id)))


def _row(at: context.At, request_id: str) -> Request:
    with at.db.reading() as session:
        return store.get(session, request_id)


def _issue_id(row: Request) -> str:
    assert row.issue_id, f"request {row.id} has no issue yet"
    return row.issue_id


def _conversation(at: context.At, request_id: str) -> threads.Conversation:
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, _issue_id(store.get(session, request_id)))
    assert talk, f"request {request_id} has no thread"
    return talk
