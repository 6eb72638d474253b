"""Jira's REST API: issues, and the registration of everything else under `/rest/api/3`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import (
    jira_attachments,
    jira_comments,
    jira_issues,
    jira_limits,
    jira_links,
    jira_meta,
    jira_properties,
    jira_search,
    jira_transitions,
)
from sandbox.auth import is_admin
from sandbox.jira_act import Act, current_act, found_issue, json_body, need, page, shown_issue
from sandbox.jira_view import history_json, self_url
from sandbox.refusals import JiraError, jira_refusal
from sandbox.world import Json

BULK_LIMIT = 100
#: Jira's own words, as sites answer although the document says that the parameter is ignored.
NOT_SILENT = "To discard the user notification either admin or project admin permissions are required."

blueprint = Blueprint("jira", __name__)


def register(app: Flask) -> None:
    """Add Jira to *app*."""
    rooms = (jira_transitions, jira_links, jira_properties, jira_comments, jira_attachments, jira_search, jira_meta)
    app.before_request(jira_limits.check)
    app.after_request(jira_limits.tell)
    app.register_blueprint(blueprint, url_prefix="/rest/api/3")
    for room in rooms:
        app.register_blueprint(room.blueprint, url_prefix="/rest/api/3")
    app.register_blueprint(jira_attachments.media)
    app.register_error_handler(JiraError, jira_refusal)


@blueprint.post("/issue")
def create() -> ResponseReturnValue:
    act = current_act()
    issue = jira_issues.create(act, json_body())
    return jsonify({"id": issue.id, "key": issue.key, "self": self_url(act.world, f"issue/{issue.id}")}), 201


@blueprint.get("/issue/<id_or_key>")
def read(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    return jsonify(_shown(act, id_or_key, _list(request.args.get("fields")), _list(request.args.get("properties"))))


def _list(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _shown(act: Act, id_or_key: str, fields: list[str], properties: list[str], default: str = "*all") -> Json:
    with act.world.lock:
        return shown_issue(act, found_issue(act, id_or_key), fields or [default], properties)


@blueprint.put("/issue/<id_or_key>")
def edit(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    if request.args.get("notifyUsers") == "false" and not is_admin(act.world, act.person):
        raise JiraError(400, NOT_SILENT)
    jira_issues.edit(act, issue, json_body())
    if request.args.get("returnIssue") == "true":
        return jsonify(_shown(act, issue.id, [], []))
    return "", 204


@blueprint.delete("/issue/<id_or_key>")
def delete(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    need(act, "DELETE_ISSUES", issue, 403, "You do not have permission to delete issues in this project.")
    jira_issues.delete(act, issue)
    return "", 204


@blueprint.post("/issue/bulkfetch")
def bulk_fetch() -> ResponseReturnValue:
    """From the store, never from the index; who is asked for by both id and key comes once."""
    act, body = current_act(), json_body()
    wanted = _strings(body, "issueIdsOrKeys")
    if not 0 < len(wanted) <= BULK_LIMIT:
        raise JiraError(400, f"Between 1 and {BULK_LIMIT} issue IDs or keys must be given.")
    issues: dict[str, Json] = {}
    errors = []
    for id_or_key in wanted:
        try:
            shown = _shown(act, id_or_key, _strings(body, "fields"), _strings(body, "properties"), "*navigable")
            issues[shown["id"]] = shown
        except JiraError as error:
            errors.append({"id": id_or_key, "errorMessage": error.messages[0]})
    return jsonify(issues=list(issues.values()), issueErrors=errors)


def _strings(body: Json, name: str) -> list[str]:
    value: Any = body.get(name) or []
    if not isinstance(value, list):
        raise JiraError(400, f"'{name}' must be an array.")
    return [str(item) for item in value]


@blueprint.get("/issue/<id_or_key>/changelog")
def changelog(id_or_key: str) -> ResponseReturnValue:
    """Oldest first."""
    act = current_act()
    issue = found_issue(act, id_or_key)
    start, size = page(request.args, 100, 100)
    entries, total = issue.history[start : start + size], len(issue.history)
    answer: Json = {"self": self_url(act.world, f"issue/{issue.id}/changelog"), "startAt": start, "maxResults": size}
    answer |= {"total": total, "isLast": start + size >= total}
    return jsonify(answer | {"values": [history_json(act.world, entry) for entry in entries]})


@blueprint.route("/<path:unknown>", methods=["GET", "POST", "PUT", "DELETE"])
def unknown_path(unknown: str) -> ResponseReturnValue:
    """Whatever the sandbox does not play is no page but an error body, as on a site."""
    raise JiraError(404, f"null for uri: {request.path}")
