"""Jira's REST API: issues, and the registration of everything else under `/rest/api/3`."""

from __future__ import annotations

from contextlib import suppress
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
from sandbox.world import Issue, Json

BULK_LIMIT, BULK_PROPERTIES = 100, 5
HISTORY_LIMIT = 100
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
    shown = _shown(act, id_or_key, _list(request.args.get("fields")), _list(request.args.get("properties")))
    return jsonify(shown | _expanded(act, shown["id"]))


def _list(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _shown(act: Act, id_or_key: str, fields: list[str], properties: list[str]) -> Json:
    with act.world.lock:
        return shown_issue(act, found_issue(act, id_or_key), fields or ["*all"], properties)


@blueprint.put("/issue/<id_or_key>")
def edit(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    if request.args.get("notifyUsers") == "false" and not is_admin(act.world, act.person):
        raise JiraError(400, NOT_SILENT)
    jira_issues.edit(act, issue, json_body())
    if request.args.get("returnIssue") == "true":
        return jsonify(_shown(act, issue.id, [], []) | _expanded(act, issue.id))
    return "", 204


def _expanded(act: Act, id_: str) -> Json:
    """With `expand=changelog` the issue's recent changes, newest first."""
    if "changelog" not in _list(request.args.get("expand")):
        return {}
    history = found_issue(act, id_).history
    recent = [history_json(act.world, entry) for entry in history[: -HISTORY_LIMIT - 1 : -1]]
    return {"changelog": {"startAt": 0, "maxResults": HISTORY_LIMIT, "total": len(history), "histories": recent}}


@blueprint.delete("/issue/<id_or_key>")
def delete(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    need(act, "DELETE_ISSUES", issue, 403, "You do not have permission to delete issues in this project.")
    jira_issues.delete(act, issue)
    return "", 204


@blueprint.post("/issue/bulkfetch")
def bulk_fetch() -> ResponseReturnValue:
    """From the store, never from the index; each issue once, by ascending id.

    What is not there, and what one may not see, is left out without a word: `issueErrors` has only what may go better
    next time (the document's text for BulkIssueResults).
    """
    act, body = current_act(), json_body()
    wanted, properties = _strings(body, "issueIdsOrKeys"), _strings(body, "properties")
    if not 0 < len(wanted) <= BULK_LIMIT:
        raise JiraError(400, f"Between 1 and {BULK_LIMIT} issue IDs or keys must be given.")
    if len(properties) > BULK_PROPERTIES:
        raise JiraError(400, f"At most {BULK_PROPERTIES} property keys can be given.")
    fields = _navigable_unless_named(_strings(body, "fields"))
    with act.world.lock:
        issues = _found(act, wanted)
        return jsonify(issues=[shown_issue(act, issue, fields, properties) for issue in issues], issueErrors=[])


def _found(act: Act, wanted: list[str]) -> list[Issue]:
    found: dict[int, Issue] = {}
    for id_or_key in wanted:
        with suppress(JiraError):
            issue = found_issue(act, id_or_key)
            found[int(issue.id)] = issue
    return [found[id_] for id_ in sorted(found)]


def _navigable_unless_named(fields: list[str]) -> list[str]:
    """Where a single issue comes with all fields, many come with those that are navigable."""
    return fields if any(not name.startswith("-") for name in fields) else ["*navigable", *fields]


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
