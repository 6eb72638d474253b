"""Creating, editing and deleting issues, whoever asks for it."""

from __future__ import annotations

import json
from typing import Any

from sandbox import jira_attachments, jira_history, jira_index, jira_webhooks, workflow_rules
from sandbox.jira_act import Act
from sandbox.jira_fields import DEFAULT_PRIORITY, Setting, read_changes, required_errors, settable, settable_by
from sandbox.jira_permissions import may, on_issue
from sandbox.jira_view import person_json, priority_json
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json, Project

PROPERTY_LIMIT = 32_768


def create(act: Act, body: Json) -> Issue:
    """A new issue from the body of a create call."""
    with act.world.lock:
        project = _project(act, body)
        if "transition" in body:
            raise JiraError(400, "The sandbox does not transition an issue while creating it.")
        issue = _new_issue(act, project, _create_values(act, project, body))
        issue.properties = read_properties(body)
        _pass_create_transition(act, project, issue)
        project.last_number += 1
        act.world.jira.issues[issue.id] = issue
        jira_index.note(act.world, issue)
        jira_webhooks.issue_created(act, issue)
        workflow_rules.tell_post_functions(act, issue, project.transitions[0], None)
        return issue


def _project(act: Act, body: Json) -> Project:
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise JiraError(400, errors={"project": "Specify a valid project ID or key"})
    given = _object(fields, "project")
    projects = [p for p in act.world.jira.projects.values() if may(act.world, act.person, "BROWSE_PROJECTS", p)]
    project = next((p for p in projects if given.get("id") == p.id or given.get("key") == p.key), None)
    if project is None:
        raise JiraError(400, errors={"project": "Specify a valid project ID or key"})
    type_ = _object(fields, "issuetype")
    if type_.get("id") != project.issue_type_id and type_.get("name") != project.issue_type:
        raise JiraError(400, errors={"issuetype": "Specify a valid issue type"})
    if not may(act.world, act.person, "CREATE_ISSUES", project):
        raise JiraError(400, "You do not have permission to create issues in this project.")
    return project


def _object(fields: Json, name: str) -> Json:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _create_values(act: Act, project: Project, body: Json) -> Json:
    allowed = settable_by(act.world, act.person, project, project.create_screen)
    setting = Setting(act.world, project, None, allowed)
    own = {name: value for name, value in body["fields"].items() if name not in ("project", "issuetype")}
    values = {name: value for name, value in read_changes(setting, {**body, "fields": own}).items() if value}
    errors = required_errors(setting, values)
    if errors:
        raise JiraError(400, errors=errors)
    return values


def _new_issue(act: Act, project: Project, values: Json) -> Issue:
    world, now = act.world, act.world.now()
    default = next(o for o in world.jira.fields["priority"].options if o.id == DEFAULT_PRIORITY)
    fields: Json = dict.fromkeys(settable(world))
    fields |= {"priority": priority_json(world, default), "labels": []}
    if project.default_assignee:
        fields["assignee"] = person_json(world, world.people[project.default_assignee])
    fields |= {"reporter": person_json(world, act.person)} | values
    id_, key = world.next_id("issue"), f"{project.key}-{project.last_number + 1}"
    return Issue(id_, key, project.key, project.initial_status, fields, act.person.account_id, now, now)


def _pass_create_transition(act: Act, project: Project, issue: Issue) -> None:
    refused = workflow_rules.refusal(act, project.transitions[0], None, issue)
    if refused is not None:
        raise refused


def edit(act: Act, issue: Issue, body: Json) -> None:
    """Change fields and properties; Jira does not check screens here, and ignores an attempt to set the status."""
    with act.world.lock:
        body = {**body, "fields": _without_status(body.get("fields"))}
        setting = Setting(act.world, act.world.jira.projects[issue.project], issue, _editable(act, issue))
        values, properties = read_changes(setting, body), read_properties(body)
        if properties and not setting.allowed:
            raise JiraError(400, "You do not have permission to edit issues in this project.")
        items, shown = jira_history.changes(act.world, issue, values), jira_attachments.shown_media(issue)
        if items:
            # A value that is as it was keeps its stored form.
            changed = {item["fieldId"] for item in items}
            issue.fields = issue.fields | {id_: value for id_, value in values.items() if id_ in changed}
        issue.properties.update(properties)
        if items:
            jira_webhooks.issue_updated(act, issue, jira_history.record(act, issue, items))
            jira_attachments.delete_dropped(act, issue, shown)
        elif properties:
            jira_index.note(act.world, issue)


def _editable(act: Act, issue: Issue) -> set[str]:
    """Without the permission to edit Jira refuses each field as one that it does not know."""
    if not on_issue(act.world, act.person, "EDIT_ISSUES", issue):
        return set()
    return settable_by(act.world, act.person, act.world.jira.projects[issue.project], settable(act.world))


def _without_status(fields: Any) -> Any:
    return {k: v for k, v in fields.items() if k != "status"} if isinstance(fields, dict) else fields


def delete(act: Act, issue: Issue) -> None:
    """The issue, its links and its attachments are gone; nothing tells later that it was there."""
    with act.world.lock:
        jira_webhooks.issue_deleted(act, issue)
        for link in [link for link in act.world.jira.links if issue.id in (link.inward, link.outward)]:
            jira_webhooks.link_event(act, "issuelink_deleted", link, "Secondary")
            act.world.jira.links.remove(link)
        del act.world.jira.issues[issue.id]
        jira_index.note_deletion(act.world, issue.id)


def read_properties(body: Json) -> dict[str, Any]:
    """The entity properties of a create or edit call."""
    given = body.get("properties") or []
    if not isinstance(given, list) or not all(isinstance(p, dict) and {"key", "value"} <= set(p) for p in given):
        raise JiraError(400, "Each property needs a key and a value.")
    for entry in given:
        check_property(entry["key"], entry["value"])
    return {entry["key"]: entry["value"] for entry in given}


def check_property(key: Any, value: Any) -> None:
    """Refuse what Jira does not store as an entity property."""
    if not isinstance(key, str) or not 0 < len(key) <= 255:
        raise JiraError(400, "The property key must have between 1 and 255 characters.")
    if len(json.dumps(value, ensure_ascii=False)) > PROPERTY_LIMIT:
        raise JiraError(400, f"The property value can't exceed {PROPERTY_LIMIT} characters.")
