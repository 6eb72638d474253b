"""Somebody's act in Jira: who, and what goes out because of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request

from sandbox.auth import caller
from sandbox.courier import Courier
from sandbox.jira_permissions import may, on_issue, sees
from sandbox.jira_view import chosen_fields, issue_json
from sandbox.refusals import JiraError
from sandbox.world import Attachment, Issue, Json, Person, Project, World


@dataclass
class Act:
    """Passed to whatever changes Jira, so that the change has an author and its events a cause."""

    world: World
    courier: Courier
    person: Person
    #: `X-Atlassian-Webhook-Trace` of the call, which comes back in the webhooks that it causes.
    trace: str | None = None


def current_act(scope: str | None = None) -> Act:
    """The act of the current REST request; ends it with 401 if nobody is known to do it."""
    person = caller("jira", scope)
    extensions = current_app.extensions
    return Act(extensions["world"], extensions["courier"], person, request.headers.get("X-Atlassian-Webhook-Trace"))


def json_body() -> Json:
    """The request's body, which must be a JSON object."""
    body: Any = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise JiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def found_issue(act: Act, id_or_key: str) -> Issue:
    """The issue, or 404 as well for whoever may not see it; keys are found in either case, and by their old ones."""
    issue = act.world.issue(id_or_key) or act.world.issue(id_or_key.upper())
    if issue is None or not sees(act.world, act.person, issue):
        raise JiraError(404, "Issue does not exist or you do not have permission to see it.")
    return issue


def found_project(act: Act, id_or_key: str) -> Project:
    """The project, or 404 as well for whoever may not browse it."""
    project = next((p for p in act.world.jira.projects.values() if id_or_key in (p.id, p.key, *p.former_keys)), None)
    if project is None or not may(act.world, act.person, "BROWSE_PROJECTS", project):
        raise JiraError(404, f"No project could be found with key '{id_or_key}'.")
    return project


def found_attachment(act: Act, id_: str) -> tuple[Issue, Attachment]:
    """The attachment and the issue that has it, or 404."""
    for issue in list(act.world.jira.issues.values()):
        for attachment in issue.attachments:
            if attachment.id == id_ and sees(act.world, act.person, issue):
                return issue, attachment
    raise JiraError(404, f"The attachment with id '{id_}' does not exist")


def need(act: Act, permission: str, issue: Issue, status: int, message: str) -> None:
    """Answers *status* with *message* unless whoever acts has *permission* for the issue."""
    if not on_issue(act.world, act.person, permission, issue):
        raise JiraError(status, message)


def shown_issue(act: Act, issue: Issue, fields: Iterable[str], properties: Iterable[str] = ()) -> Json:
    """The issue as whoever acts may see it: without its links to issues that do not exist for them."""
    answer = issue_json(act.world, issue, chosen_fields(act.world, fields), properties)
    if links := answer["fields"].get("issuelinks"):
        answer["fields"]["issuelinks"] = [link for link in links if _sees_other_end(act, link)]
    return answer


def _sees_other_end(act: Act, link: Json) -> bool:
    other = link.get("inwardIssue") or link["outwardIssue"]
    return sees(act.world, act.person, act.world.jira.issues[other["id"]])


def page(parameters: Any, default: int, most: int) -> tuple[int, int]:
    """`startAt` and `maxResults` of a paged answer."""
    try:
        start, size = int(parameters.get("startAt") or 0), int(parameters.get("maxResults") or default)
    except ValueError:
        raise JiraError(400, "startAt and maxResults must be numbers.") from None
    return max(start, 0), min(max(size, 0), most)
