"""Jira as pages: the two boards, an issue with its buttons and its history, and a form for a new one."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import jira_issues, jira_transitions
from sandbox.jira_act import Act
from sandbox.refusals import JiraError
from sandbox.ui_adf import document as document_html
from sandbox.ui_documents import document, typed
from sandbox.ui_files import as_download
from sandbox.ui_who import viewer
from sandbox.world import Field, Issue, Json, Project, Transition, World

#: Fields that the issue page offers to edit, by name: the ids are the site's.
EDITABLE = ("Description", "Resolution Notes", "Team Responsible", "Priority")
RICH_TEXT = ("description", "textarea")
CHOICES = ("select", "priority")

blueprint = Blueprint("ui_jira", __name__)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


def _act() -> Act:
    return Act(_world(), current_app.extensions["courier"], viewer())


def _issue(key: str) -> Issue:
    return _world().issue(key) or abort(404)


def _field(name: str) -> Field:
    return next(f for f in _world().jira.fields.values() if f.name == name)


@blueprint.get("/boards")
def boards() -> ResponseReturnValue:
    world = _world()
    with world.lock:
        shown = [_board(world, project) for project in world.jira.projects.values()]
    return render_template("boards.html", boards=shown)


def _board(world: World, project: Project) -> Json:
    columns = []
    for status_id in project.columns:
        cards = [i for i in world.jira.issues.values() if i.project == project.key and i.status == status_id]
        columns.append({"status": world.jira.statuses[status_id], "cards": [_card(i) for i in cards]})
    return {"project": project, "columns": columns}


def _card(issue: Issue) -> Json:
    kind, team = issue.fields.get(_field("Exception Type").id), issue.fields.get(_field("Team Responsible").id)
    return {
        "key": issue.key,
        "summary": issue.fields["summary"],
        "priority": (issue.fields.get("priority") or {}).get("name"),
        "type": kind["value"] if kind else None,
        "team": team["value"] if team else None,
    }


@blueprint.get("/boards/<key>/new")
def new(key: str) -> ResponseReturnValue:
    return _create_page(key)


def _create_page(key: str, refusal: JiraError | None = None) -> str:
    project = _world().jira.projects.get(key) or abort(404)
    fields = [_world().jira.fields[id_] for id_ in project.create_screen]
    shown = [f for f in fields if f.kind in (*RICH_TEXT, *CHOICES, "multiselect")]
    return render_template(
        "create.html", project=project, fields=shown, refusal=refusal, given=request.form, here=request.path
    )


@blueprint.post("/boards/<key>/new")
def create(key: str) -> ResponseReturnValue:
    project = _world().jira.projects.get(key) or abort(404)
    fields: Json = {"project": {"key": key}, "issuetype": {"id": project.issue_type_id}}
    fields["summary"] = request.form.get("summary", "")
    for field in (_world().jira.fields[id_] for id_ in project.create_screen):
        value = _sent(field)
        if value:
            fields[field.id] = value
    try:
        issue = jira_issues.create(_act(), {"fields": fields})
    except JiraError as refusal:
        return _create_page(key, refusal), refusal.status
    return redirect(url_for("ui_jira.browse", key=issue.key), 303)


def _sent(field: Field) -> Json | list[Json] | None:
    """A field of a form as REST takes it."""
    if field.kind == "multiselect":
        return [{"id": id_} for id_ in request.form.getlist(field.id)]
    given = request.form.get(field.id, "")
    if field.kind in RICH_TEXT:
        return document(given)
    return {"id": given} if field.kind in CHOICES and given else None


@blueprint.get("/browse/<key>")
def browse(key: str) -> ResponseReturnValue:
    return _issue_page(key)


def _issue_page(key: str, refusal: JiraError | None = None) -> str:
    world = _world()
    with world.lock:
        issue = _issue(key)
        project = world.jira.projects[issue.project]
        return render_template(
            "issue.html",
            issue=issue,
            project=project,
            status=world.jira.statuses[issue.status],
            texts=[(name, document_html(issue, issue.fields.get(_field(name).id))) for name in EDITABLE[:2]],
            details=list(_details(world, issue)),
            transitions=[_button(world, issue, t) for t in jira_transitions.available(_act(), issue)],
            editable=[_shown_control(issue, _field(name)) for name in EDITABLE],
            links=_links(world, issue),
            comments=[(c, document_html(issue, c["body"])) for c in issue.comments],
            history=[_entry(world, entry.author, entry.created, entry.items) for entry in reversed(issue.history)],
            refusal=refusal,
        )


def _details(world: World, issue: Issue) -> list[tuple[str, str]]:
    """Name and value of what stands beside the text; empty ones are left out."""
    rows = []
    for name in ("Exception Type", "Team Responsible", "Context Tags", "Priority", "Labels", "Assignee", "Reporter"):
        shown = _plain(issue.fields.get(_field(name).id))
        if shown:
            rows.append((name, shown))
    moments = (("Created", issue.created), ("Updated", issue.updated), ("Resolved", issue.resolved))
    return rows + [(name, _when(moment)) for name, moment in moments if moment]


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("value") or value.get("name") or value.get("displayName") or "")
    return str(value or "")


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M UTC")


def _button(world: World, issue: Issue, transition: Transition) -> Json:
    fields = [_shown_control(issue, world.jira.fields[id_]) for id_ in transition.screen]
    target = world.jira.statuses[transition.target]
    return {"id": transition.id, "name": transition.name, "target": target, "fields": fields}


def _control(issue: Issue, field: Field) -> Json:
    value = issue.fields.get(field.id)
    if field.kind in RICH_TEXT:
        return {"field": field, "value": typed(value)}
    return {"field": field, "value": value["id"] if value else ""}


def _shown_control(issue: Issue, field: Field) -> Json:
    """After a refusal the form still holds what was typed."""
    control = _control(issue, field)
    return control | {"value": request.form.get(field.id, control["value"])}


def _links(world: World, issue: Issue) -> list[Json]:
    """Links to other issues in Jira's words: the inward issue is the one that acts."""
    shown = []
    for link in world.jira.links:
        if issue.id in (link.inward, link.outward):
            acts = link.inward == issue.id
            other = world.jira.issues[link.outward if acts else link.inward]
            words = world.jira.link_types[link.type_id]["outward" if acts else "inward"]
            shown.append({"words": words, "issue": other, "status": world.jira.statuses[other.status]})
    return shown


def _entry(world: World, author: str, created: float, items: list[Json]) -> Json:
    return {"author": world.people[author].name, "when": _when(created), "items": items}


@blueprint.post("/browse/<key>/transition")
def transition(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    chosen = next((t for t in _world().jira.projects[issue.project].transitions if t.id == request.form["id"]), None)
    fields = _changes(issue, [_world().jira.fields[id_] for id_ in chosen.screen]) if chosen else {}
    body = {"transition": {"id": request.form["id"]}, "fields": fields}
    try:
        jira_transitions.transit(_act(), issue, body)
    except JiraError as refusal:
        return _issue_page(key, refusal), refusal.status
    return redirect(url_for("ui_jira.browse", key=key), 303)


@blueprint.post("/browse/<key>/edit")
def edit(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    try:
        jira_issues.edit(_act(), issue, {"fields": _changes(issue, [_field(name) for name in EDITABLE])})
    except JiraError as refusal:
        return _issue_page(key, refusal), refusal.status
    return redirect(url_for("ui_jira.browse", key=key), 303)


def _changes(issue: Issue, fields: list[Field]) -> Json:
    """What the form changed. A text that was left as shown keeps the formatting that the box could not show."""
    changes: Json = {}
    for field in fields:
        given = request.form.get(field.id)
        if given is not None and given.replace("\r\n", "\n").strip() != _control(issue, field)["value"]:
            changes[field.id] = _sent(field)
    return changes


@blueprint.get("/browse/<key>/attachments/<attachment_id>")
def attachment(key: str, attachment_id: str) -> ResponseReturnValue:
    found = next((a for a in _issue(key).attachments if a.id == attachment_id), None) or abort(404)
    return as_download(found.filename, found.mime_type, found.content)
