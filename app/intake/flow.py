"""From a stored request to an issue with a thread: find the reporter, create, open the thread, join the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context, engine, speaking, threads, workspaces
from app.adf.slack_names import ids_in, named, with_names
from app.domain import Issue, Thread
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused, SolveOnceError, Unavailable
from app.intake import blocks, store
from app.intake.fields import issue_fields
from app.intake.flow_queued import place_card, row_of, told_when_it_waits
from app.intake.origin import files_lane
from app.intake.presets import Preset, needs_names, preset_for, presets_in, with_preset
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
    """Who asked, as Jira knows them, the names of those who are mentioned, and what the channel presets.

    Nobody is no reason to lose the request.
    """
    at = _at(site_id, request_id)
    asked = row_of(at, request_id).asked
    name, account = asked["user"], None
    try:
        person = at.slack.person(asked["user"])
        name = person["name"]
        with told_when_it_waits(at, request_id):
            account = at.jira.account_of(person["email"]) if person["email"] else None
    except (Refused, NotFound):
        pass  # a scope is missing, or the person is gone: the description will say who asked
    names = _names(at, ids_in(asked["summary"], asked["description"])[:MOST_NAMES])
    said = {"summary": named(asked["summary"], names), "description": with_names(asked["description"], names)}
    preset = _preset(at, asked)
    with at.db.writing() as session:
        row = store.get(session, request_id)
        found = {**said, "name": name, "account": account, "permalink": _permalink(at, asked)}
        row.asked = {**with_preset(row.asked, preset), **found}


def _preset(at: context.At, asked: Mapping[str, Any]) -> Preset | None:
    """Of the channel of a request that came without a form, in which people saw the preset."""
    presets, channel = presets_in(at.settings.intake_presets), str(asked["channel"])
    if "guessed" not in asked or not presets:
        return None
    if channel in presets or not channel.startswith(("C", "G")) or not needs_names(presets):
        return preset_for(presets, channel)
    try:
        return preset_for(presets, channel, at.slack.channel_name(channel))
    except (Refused, NotFound):
        return None  # a private channel that we may not see


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
    with told_when_it_waits(at, request_id):
        _create_issue(at, request_id)


def _create_issue(at: context.At, request_id: str) -> None:
    row, project, issue_type = row_of(at, request_id), at.settings.ops_project, at.settings.ops_issue_type
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
        threads.expect(session, at.site_id, made["id"], made["key"], row.asked["user"], at.team)
        audit.record(session, at.site_id, "create_issue", made["key"])
        lane = files_lane(row.asked["channel"], row.asked.get("thread") or request_id)
        if files := row.asked.get("files"):
            engine.enqueue(session, "intake.copy_files", at.site_id, made["id"], files, id=request_id, lane=lane)
        if row.asked.get("message"):
            engine.enqueue(session, "intake.gather_files", at.site_id, request_id, id=request_id, lane=lane)
        if row.asked.get("whole"):
            engine.enqueue(session, "intake.attach_text", at.site_id, request_id, id=request_id, lane=lane)

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
    asked = row_of(at, request_id).asked
    text, shown = blocks.not_created(asked, reason)
    source = f"intake.say_it_failed:{engine.flow_id()}"
    at.post_once(
        source, at.slack.direct_channel(asked.get("by") or asked["user"]), text, shown, None, "say_it_failed", ""
    )
    if asked.get("queued"):
        place_card(at, row_of(at, request_id), *blocks.not_queued(asked), "")


@step
def open_thread(site_id: int, request_id: str) -> None:
    """The card, where the person asked: below the message that it is about; in a direct message if we may not write there."""
    at = _at(site_id, request_id)
    row = row_of(at, request_id)
    issue = at.issue(_issue_id(row))
    text, card = _card(at, issue, row.asked)
    thread, posted = place_card(at, row, text, card, issue.ref.key)
    with at.db.writing() as session:
        threads.opened(session, site_id, issue.ref.id, thread, issue.status.name, posted)
        id, lane = f"{site_id}:{issue.ref.id}", threads.talk(site_id, issue.ref.id)
        engine.enqueue(session, "triage.offer", site_id, issue.ref.id, id=id, lane=lane)
        if not row.asked.get("message"):
            # Slack shows the card to people before we know where it stands: who answers at once with a file is heard.
            files = files_lane(thread.channel, thread.ts)
            engine.enqueue(session, "intake.gather_files", site_id, request_id, id=f"card:{request_id}", lane=files)


@step
def link_thread(site_id: int, request_id: str) -> None:
    """The remote link on the issue; under the same global id it is put again, not added."""
    at = _at(site_id, request_id)
    talk = _conversation(at, request_id)
    place = talk.thread
    global_id = f"solveonce:slack={place.channel}&ts={place.ts}"
    at.jira.remote_link(_issue_id(row_of(at, request_id)), global_id, at.slack.permalink(talk.card), "Slack thread")
    with at.db.writing() as session:
        audit.record(session, site_id, "link_thread", talk.issue_key)


@step
def show_created(site_id: int, request_id: str) -> None:
    """The form, if the person has it still open, shows the ticket."""
    at = _at(site_id, request_id)
    view = row_of(at, request_id).asked.get("view")
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
    except NotFound:  # deleted, or hidden from us: then from others too
        speaking.redraw(at, talk.card, *blocks.withheld(talk.issue_key, at.browse(talk.issue_key)))
        return
    speaking.redraw(at, talk.card, *_card(at, issue, blocks.as_it_is(row.asked, issue)))


def _at(site_id: int, request_id: str) -> context.At:
    """The site, in the workspace in which somebody asked."""
    at = context.at(site_id)
    return at.within(store.team_of(row_of(at, request_id)))


def _card(at: context.At, issue: Issue, asked: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """One with a security level is not for everybody's eyes who reads the channel."""
    key, url = issue.ref.key, at.browse(issue.ref.key)
    return blocks.withheld(key, url) if issue.security_level else blocks.card(key, url, asked, issue.status.name)


def _issue_id(row: Request) -> str:
    assert row.issue_id, f"request {row.id} has no issue yet"
    return row.issue_id


def _conversation(at: context.At, request_id: str) -> threads.Conversation:
    with at.db.reading() as session:
        talk = threads.conversation(session, at.site_id, _issue_id(store.get(session, request_id)))
    assert talk, f"request {request_id} has no thread"
    return talk
