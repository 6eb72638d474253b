"""What one asks Jira before one acts: who am I, which fields, projects, people and permissions there are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.jira_act import Act, current_act, found_issue, found_project, page
from sandbox.jira_contexts import covers, options
from sandbox.jira_permissions import GLOBAL, PERMISSIONS, may, on_issue, without_permission
from sandbox.jira_view import (
    issue_type_json,
    jira_time,
    link_type_json,
    option_json,
    person_json,
    priority_json,
    project_json,
    resolution_json,
    status_json,
)
from sandbox.refusals import JiraError
from sandbox.world import Field, Json, Person, Project, World

PLUGIN = "com.atlassian.jira.plugin.system.customfieldtypes"
#: Kind of field → Jira's type, and the type of its items for a list.
TYPES: dict[str, tuple[str, str | None]] = {
    "summary": ("string", None),
    "description": ("string", None),
    "textarea": ("string", None),
    "textfield": ("string", None),
    "float": ("number", None),
    "datepicker": ("date", None),
    "select": ("option", None),
    "multiselect": ("array", "option"),
    "labels": ("array", "string"),
    "attachment": ("array", "attachment"),
    "issuelinks": ("array", "issuelinks"),
    "comments": ("comments-page", None),
}
blueprint = Blueprint("jira_meta", __name__)


@blueprint.get("/myself")
def myself() -> ResponseReturnValue:
    act = current_act()
    return jsonify(person_json(act.world, act.person) | {"locale": "en_US"})


@blueprint.get("/serverInfo")
def server_info() -> ResponseReturnValue:
    """Open to everybody, as in Jira."""
    world = _world()
    return jsonify(
        baseUrl=world.base_url,
        displayUrl=world.base_url,
        version="1001.0.0-SNAPSHOT",
        versionNumbers=[1001, 0, 0],
        deploymentType="Cloud",
        buildNumber=100300,
        serverTime=jira_time(world, world.now()),
        serverTimeZone=world.settings.time_zone,
        serverTitle="SolveOnce sandbox",
    )


@blueprint.get("/field")
def fields() -> ResponseReturnValue:
    world = current_act().world
    return jsonify([_field_json(field) for field in world.jira.fields.values()])


def _field_json(field: Field) -> Json:
    clauses = [f"cf[{_number(field)}]", field.name] if field.custom else [field.id]
    details: Json = {"id": field.id, "key": field.id, "name": field.name, "custom": field.custom}
    details |= {"orderable": True, "navigable": True, "searchable": True, "clauseNames": clauses}
    return details | {"schema": _schema(field)}


def _number(field: Field) -> int:
    return int(field.id.removeprefix("customfield_"))


def _schema(field: Field) -> Json:
    type_, items = TYPES.get(field.kind, (field.kind, None))
    schema: Json = {"type": type_} | ({"items": items} if items else {})
    if field.custom:
        return schema | {"custom": f"{PLUGIN}:{field.kind}", "customId": _number(field)}
    return schema | {"system": field.id}


@blueprint.get("/issueLinkType")
def link_types() -> ResponseReturnValue:
    world = current_act().world
    return jsonify(issueLinkTypes=[link_type_json(world, type_id) for type_id in world.jira.link_types])


@blueprint.get("/priority/search")
def priorities() -> ResponseReturnValue:
    world = current_act().world
    start, size = page(request.args, 50, 50)
    levels = world.jira.fields["priority"].options
    shown = [
        priority_json(world, o) | {"isDefault": o.value == "General", "statusColor": "#0747a6", "description": ""}
        for o in levels[start : start + size]
    ]
    last = start + size >= len(levels)
    return jsonify(startAt=start, maxResults=size, total=len(levels), isLast=last, values=shown)


@blueprint.get("/user")
def user() -> ResponseReturnValue:
    world = current_act().world
    person = world.people.get(request.args.get("accountId", ""))
    if person is None:
        raise JiraError(404, "Specified user does not exist or you do not have required permissions")
    return jsonify(person_json(world, person))


@blueprint.get("/user/search")
def search_users() -> ResponseReturnValue:
    """By the beginning of a name or an address, which may find more than one looked for."""
    act = current_act()
    world, (start, size) = act.world, page(request.args, 50, 1000)
    account_id, query = request.args.get("accountId"), request.args.get("query")
    if (account_id is None) == (query is None):
        raise JiraError(400, "Exactly one of 'query' and 'accountId' must be given.")
    # Who may not browse users finds nobody, and is not told why.
    people = list(world.people.values()) if may(world, act.person, "USER_PICKER") else []
    found = [p for p in people if _is_meant(p, account_id, (query or "").lower())]
    return jsonify([person_json(world, p) for p in found[start : start + size]])


def _is_meant(person: Person, account_id: str | None, query: str) -> bool:
    if account_id is not None:
        return person.account_id == account_id
    email = person.email if person.account_type == "atlassian" else ""
    return any(part.lower().startswith(query) for part in (*person.name.split(), person.name, email) if part)


@blueprint.get("/mypermissions")
def my_permissions() -> ResponseReturnValue:
    """Of an issue, of a project, or whether one has it anywhere at all."""
    act = current_act()
    wanted = [key for key in request.args.get("permissions", "").split(",") if key]
    if not wanted:
        raise JiraError(400, "The 'permissions' query parameter is required.")
    unknown = [key for key in wanted if key not in PERMISSIONS]
    if unknown:
        raise JiraError(400, f"Unrecognized permission(s): {', '.join(unknown)}")
    project = _place_of_permissions(act)
    return jsonify(permissions={key: _permission(act, key, project) for key in wanted})


def _place_of_permissions(act: Act) -> Project | None:
    issue = request.args.get("issueKey") or request.args.get("issueId")
    if issue:
        return act.world.jira.projects[found_issue(act, issue).project]
    project = request.args.get("projectKey") or request.args.get("projectId")
    return found_project(act, project) if project else None


def _permission(act: Act, key: str, project: Project | None) -> Json:
    scope = "GLOBAL" if key in GLOBAL else "PROJECT"
    details: Json = {"id": str(PERMISSIONS.index(key)), "key": key, "name": key.replace("_", " ").capitalize()}
    return details | {
        "type": scope,
        "description": "",
        "havePermission": may(act.world, act.person, key, project),
    }


@blueprint.get("/project/<id_or_key>")
def project(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    world, found = act.world, found_project(act, id_or_key)
    types = [issue_type_json(world, found)]
    return jsonify(project_json(world, found) | {"style": "classic", "isPrivate": False, "issueTypes": types})


@blueprint.get("/project/<id_or_key>/statuses")
def statuses(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    world, found = act.world, found_project(act, id_or_key)
    type_ = {name: value for name, value in issue_type_json(world, found).items() if name in _SHORT_TYPE}
    return jsonify([type_ | {"statuses": [status_json(world, status) for status in found.columns]}])


_SHORT_TYPE = ("self", "id", "name", "subtask")


@blueprint.get("/issue/createmeta/<id_or_key>/issuetypes")
def creatable_types(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    types = [issue_type_json(act.world, found_project(act, id_or_key))]
    start, size = page(request.args, 50, 200)
    return jsonify(startAt=start, maxResults=size, total=len(types), issueTypes=types[start : start + size])


@blueprint.get("/issue/createmeta/<id_or_key>/issuetypes/<type_id>")
def creatable_fields(id_or_key: str, type_id: str) -> ResponseReturnValue:
    """The fields of the create screen, and what can be chosen in them."""
    act = current_act()
    world, found = act.world, found_project(act, id_or_key)
    if type_id != found.issue_type_id:
        raise JiraError(400, "The issue type does not belong to the project.")
    start, size = page(request.args, 50, 200)
    closed = without_permission(world, act.person, found)
    metas = [meta for meta in _create_metas(world, found) if meta["fieldId"] not in closed]
    return jsonify(startAt=start, maxResults=size, total=len(metas), fields=metas[start : start + size])


def _create_metas(world: World, found: Project) -> list[Json]:
    here = (id_ for id_ in found.create_screen if covers(world.jira.fields[id_], found))
    screen = ("project", "issuetype", *here)
    required = {"project", "issuetype", *found.required}
    metas = [field_meta(world, found, world.jira.fields[id_], id_ in required) | {"fieldId": id_} for id_ in screen]
    metas[0]["allowedValues"] = [project_json(world, found)]
    metas[1]["allowedValues"] = [issue_type_json(world, found)]
    return metas


@blueprint.get("/issue/<id_or_key>/editmeta")
def editable_fields(id_or_key: str) -> ResponseReturnValue:
    """The fields of the edit screen, which has here what the create screen has; an edit itself checks no screen."""
    act = current_act()
    issue = found_issue(act, id_or_key)
    world, project = act.world, act.world.jira.projects[issue.project]
    closed = without_permission(world, act.person, project)
    here = (world.jira.fields[id_] for id_ in project.create_screen if id_ not in closed)
    shown = (
        [field for field in here if covers(field, project)] if on_issue(world, act.person, "EDIT_ISSUES", issue) else []
    )
    return jsonify(
        fields={field.id: field_meta(world, project, field, field.id in project.required) for field in shown}
    )


def field_meta(world: World, project: Project, field: Field, required: bool) -> Json:
    """One field of a screen: how it can be set, and to what."""
    operations = ["add", "set", "remove"] if field.kind in ("labels", "multiselect") else ["set"]
    meta: Json = {"required": required, "schema": _schema(field), "name": field.name, "key": field.id}
    meta |= {"hasDefaultValue": field.id == "priority", "operations": operations}
    shown: Any = {"priority": priority_json, "resolution": resolution_json}.get(field.kind, option_json)
    offered = options(world, field, project)
    return meta | ({"allowedValues": [shown(world, option) for option in offered]} if offered else {})


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world
