"""Somebody's act in Jira: who, and what goes out because of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request

from sandbox.auth import caller
from sandbox.courier import Courier
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


def found_issue(world: World, id_or_key: str) -> Issue:
    """The issue, or 404; keys are found in either case, as in Jira."""
    issue = world.issue(id_or_key) or world.issue(id_or_key.upper())
    if issue is None:
        raise JiraError(404, "Issue does not exist or you do not have permission to see it.")
    return issue


def found_project(world: World, id_or_key: str) -> Project:
    """The project, or 404."""
    project = next((p for p in world.jira.projects.values() if id_or_key in (p.id, p.key)), None)
    if project is None:
        raise JiraError(404, f"No project could be found with key '{id_or_key}'.")
    return project


def found_attachment(world: World, id_: str) -> tuple[Issue, Attachment]:
    """The attachment and the issue that has it, or 404."""
    for issue in list(world.jira.issues.values()):
        for attachment in issue.attachments:
            if attachment.id == id_:
                return issue, attachment
    raise JiraError(404, f"The attachment with id '{id_}' does not exist")


def page(parameters: Any, default: int, most: int) -> tuple[int, int]:
    """`startAt` and `maxResults` of a paged answer."""
    try:
        start, size = int(parameters.get("startAt") or 0), int(parameters.get("maxResults") or default)
    except ValueError:
        raise JiraError(400, "startAt and maxResults must be numbers.") from None
    return max(start, 0), min(max(size, 0), most)
