"""Jira's boards as pages: cards in the columns of their status, moved by buttons; and a form for a new issue."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import jira_issues, jira_transitions
from sandbox.jira_act import Act
from sandbox.jira_permissions import may, sees
from sandbox.refusals import JiraError
from sandbox.ui_jira_forms import act, control, fields_for_people, named, sent, the_world
from sandbox.world import Issue, Json, Project, Transition, World

blueprint = Blueprint("ui_jira", __name__)

#: A column shows so many cards, the newest, and tells how many more there are.
COLUMN = 30


@blueprint.get("/boards")
def boards() -> ResponseReturnValue:
    return boards_page()


def boards_page(refusal: Json | None = None) -> str:
    """Both boards; *refusal* is what Jira said to the move that was tried here."""
    world, doing = the_world(), act()
    with world.lock:
        projects = [p for p in world.jira.projects.values() if may(world, doing.person, "BROWSE_PROJECTS", p)]
        shown = [_board(doing, project) for project in projects]
    return render_template("boards.html", boards=shown, refusal=refusal, here="/boards")


def _board(doing: Act, project: Project) -> Json:
    world = doing.world
    by_status: dict[str, list[Issue]] = {status_id: [] for status_id in project.columns}
    for issue in world.jira.issues.values():
        if issue.project == project.key and issue.status in by_status and sees(world, doing.person, issue):
            by_status[issue.status].append(issue)
    everything = request.args.get("all") == project.key
    columns = []
    for status_id, found in by_status.items():
        cards = found[::-1] if everything else found[: -COLUMN - 1 : -1]
        shown = {"cards": [_card(issue) for issue in cards], "count": len(found)}
        columns.append({"status": world.jira.statuses[status_id], "ways": _ways(doing, project, found), **shown})
    return {"project": project, "columns": columns, "stand_in": f"{project.key}-0"}


def _ways(doing: Act, project: Project, issues: list[Issue]) -> list[Json]:
    """The moves out of a column: the same for each of its cards."""
    ways = jira_transitions.available(doing, issues[0]) if issues else []
    return [way(doing.world, transition) for transition in ways]


def way(world: World, transition: Transition) -> Json:
    """A transition as its button shows it."""
    target = world.jira.statuses[transition.target]
    return {"id": transition.id, "name": transition.name, "target": target, "screen": transition.screen}


def _card(issue: Issue) -> Json:
    kind, team = issue.fields.get(named("Exception Type").id), issue.fields.get(named("Team Responsible").id)
    assignee = issue.fields.get("assignee")
    return {
        "key": issue.key,
        "address": f"/browse/{issue.key}",
        "summary": issue.fields["summary"],
        "priority": (issue.fields.get("priority") or {}).get("name"),
        "type": kind["value"] if kind else None,
        "team": team["value"] if team else None,
        "assignee": assignee["displayName"] if assignee else None,
    }


@blueprint.get("/boards/<key>/new")
def new(key: str) -> ResponseReturnValue:
    return _create_page(key)


def _project(key: str) -> Project:
    project = the_world().jira.projects.get(key)
    if project is None or not may(the_world(), act().person, "BROWSE_PROJECTS", project):
        abort(404)
    return project


def _create_page(key: str, refusal: JiraError | None = None) -> str:
    project = _project(key)
    shown = [f for f in fields_for_people(project) if f.id in project.create_screen]
    controls = [control(field, project, None) for field in shown]
    return render_template("create.html", project=project, controls=controls, refusal=refusal, here=request.path)


@blueprint.post("/boards/<key>/new")
def create(key: str) -> ResponseReturnValue:
    project = _project(key)
    fields: Json = {"project": {"key": key}, "issuetype": {"id": project.issue_type_id}}
    for field in fields_for_people(project):
        value = sent(field, None) if field.id in project.create_screen else None
        if value not in (None, "", []):
            fields[field.id] = value
    try:
        issue = jira_issues.create(act(), {"fields": fields})
    except JiraError as refusal:
        return _create_page(key, refusal), refusal.status
    return redirect(url_for("ui_issue.browse", key=issue.key), 303)
