"""Entity properties of issues: anything an app wants to keep with an issue. Writing one is no change of the issue."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_index
from sandbox.jira_act import Act, current_act, found_issue, need
from sandbox.jira_issues import check_property
from sandbox.jira_view import self_url
from sandbox.refusals import JiraError
from sandbox.world import Issue

NO_PROPERTY = "The property with this key does not exist."

blueprint = Blueprint("jira_properties", __name__)


@blueprint.get("/issue/<id_or_key>/properties")
def listed(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    keys = [{"self": self_url(act.world, f"issue/{issue.id}/properties/{key}"), "key": key} for key in issue.properties]
    return jsonify(keys=keys)


@blueprint.get("/issue/<id_or_key>/properties/<key>")
def read(id_or_key: str, key: str) -> ResponseReturnValue:
    issue = found_issue(current_act(), id_or_key)
    if key not in issue.properties:
        raise JiraError(404, NO_PROPERTY)
    return jsonify(key=key, value=issue.properties[key])


@blueprint.put("/issue/<id_or_key>/properties/<key>")
def write(id_or_key: str, key: str) -> ResponseReturnValue:
    act, issue = _editable(id_or_key)
    value = request.get_json(force=True, silent=True)
    if value is None and request.get_data().strip() != b"null":
        raise JiraError(400, "The property value must be valid JSON.")
    check_property(key, value)
    with act.world.lock:
        status = 200 if key in issue.properties else 201
        issue.properties[key] = value
        jira_index.note(act.world, issue)
    return "", status


@blueprint.delete("/issue/<id_or_key>/properties/<key>")
def delete(id_or_key: str, key: str) -> ResponseReturnValue:
    act, issue = _editable(id_or_key)
    with act.world.lock:
        if key not in issue.properties:
            raise JiraError(404, NO_PROPERTY)
        del issue.properties[key]
        jira_index.note(act.world, issue)
    return "", 204


def _editable(id_or_key: str) -> tuple[Act, Issue]:
    """Whoever may edit the issue may write its properties."""
    act = current_act()
    issue = found_issue(act, id_or_key)
    need(act, "EDIT_ISSUES", issue, 403, "You do not have permission to edit issues in this project.")
    return act, issue
