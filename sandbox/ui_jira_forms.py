"""Jira's fields in HTML forms: what each control shows, and what was sent as REST takes it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app, request

from sandbox.jira_act import Act
from sandbox.jira_contexts import covers, options
from sandbox.ui_markdown import document
from sandbox.ui_markdown_text import Kept, written
from sandbox.ui_who import viewer
from sandbox.world import Field, Issue, Json, Project, World

RICH_TEXT = ("description", "textarea")
ONE, MANY = ("select", "priority"), ("multiselect",)
#: What a form may set, in its order; the other fields are Jira's own.
TEXTS, CHOSEN = ("Summary", "Description", "Resolution Notes"), ("Team Responsible", "Exception Type", "Context Tags")
SET_BY_PEOPLE = (*TEXTS, *CHOSEN, "Priority", "Labels", "Assignee")


def the_world() -> World:
    world: World = current_app.extensions["world"]
    return world


def act() -> Act:
    """What the viewer does now."""
    return Act(the_world(), current_app.extensions["courier"], viewer())


def named(name: str) -> Field:
    """A field by its name, as ids are the site's own."""
    return next(f for f in the_world().jira.fields.values() if f.name == name)


def fields_for_people(project: Project) -> list[Field]:
    """Those of *project* that a person fills in."""
    return [field for field in map(named, SET_BY_PEOPLE) if covers(field, project)]


def control(field: Field, project: Project, issue: Issue | None) -> Json:
    """What a control shows: the choices, and what is chosen or typed. After a refusal it is what was sent."""
    offered = [(o.id, o.value) for o in options(the_world(), field, project)]
    if field.kind == "user":
        offered = [(p.account_id, p.name) for p in the_world().people.values() if p.account_type == "atlassian"]
    value = _shown(field, issue.fields.get(field.id) if issue else None, issue)
    was = request.form.get("was:" + field.id) or _digest(value)
    if request.method == "POST" and field.id in request.form:
        value = request.form.getlist(field.id) if field.kind in MANY else request.form[field.id]
    required = field.id in project.required
    return {"field": field, "value": value, "options": offered, "required": required, "was": was}


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _shown(field: Field, value: Any, issue: Issue | None) -> Any:
    if field.kind in RICH_TEXT:
        return written(value, Kept(pictures(issue)))
    if field.kind in MANY:
        return [one["id"] for one in value or []]
    if field.kind == "labels":
        return " ".join(value or [])
    if isinstance(value, dict):
        return value.get("id") or value.get("accountId") or ""
    return value or ""


def pictures(issue: Issue | None) -> dict[str, str]:
    """The media ids of an issue's pictures by name, where the name tells which."""
    found: dict[str, str] = {}
    for file in issue.attachments if issue else []:
        if file.mime_type.startswith("image/"):
            found[file.filename] = file.media_id if file.filename not in found else ""
    return {name: id_ for name, id_ in found.items() if id_}


def sent(field: Field, issue: Issue | None) -> Any:
    """The field of the form as REST takes it; None where it is empty."""
    if field.kind in MANY:
        return [{"id": id_} for id_ in request.form.getlist(field.id)] or None
    given = request.form.get(field.id, "").replace("\r\n", "\n").strip()
    if field.kind in RICH_TEXT:
        return document(given, issue.fields.get(field.id) if issue else None, pictures(issue))
    if field.kind == "labels":
        return given.split()
    if field.kind == "user":
        return {"accountId": given} if given else None
    return ({"id": given} if given else None) if field.kind in ONE else given


def changes(issue: Issue, fields: list[Field]) -> Json:
    """What the form changed. What was left as it was shown is not sent: it stays as it is, in every detail."""
    changed: Json = {}
    for field in fields:
        # A group of boxes without a tick sends nothing, so a form names its groups.
        if field.id not in request.form and field.id not in request.form.getlist("boxes"):
            continue
        # Compared with what this form showed: somebody may have changed the field since.
        shown = request.form.get("was:" + field.id) or _digest(_shown(field, issue.fields.get(field.id), issue))
        if _digest(_given(field)) != shown:
            changed[field.id] = sent(field, issue)
    return changed


def _given(field: Field) -> Any:
    if field.kind in MANY:
        return request.form.getlist(field.id)
    return request.form[field.id].replace("\r\n", "\n").strip()
