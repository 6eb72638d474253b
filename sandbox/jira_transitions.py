"""Moving issues through the workflow: `/issue/{id}/transitions`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_history, jira_webhooks, system_rules, workflow_rules
from sandbox.jira_act import Act, current_act, found_issue, json_body
from sandbox.jira_fields import Setting, read_changes, settable_by
from sandbox.jira_issues import read_properties
from sandbox.jira_meta import field_meta
from sandbox.jira_permissions import on_issue
from sandbox.jira_view import status_json
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json, Transition, World

blueprint = Blueprint("jira_transitions", __name__)


@blueprint.get("/issue/<id_or_key>/transitions")
def listed(id_or_key: str) -> ResponseReturnValue:
    """The transitions that lead out of the issue's present status."""
    act = current_act()
    issue = found_issue(act, id_or_key)
    with_fields = "transitions.fields" in request.args.get("expand", "")
    chosen = [t for t in available(act, issue) if request.args.get("transitionId") in (None, t.id)]
    return jsonify(expand="transitions", transitions=[_json(act.world, issue, t, with_fields) for t in chosen])


@blueprint.post("/issue/<id_or_key>/transitions")
def do(id_or_key: str) -> ResponseReturnValue:
    """Perform one, with edits of the fields on its screen."""
    act = current_act()
    transit(act, found_issue(act, id_or_key), json_body())
    return "", 204


def available(act: Act, issue: Issue) -> list[Transition]:
    """What whoever acts can do with *issue* now: nothing without permission; never `Create`."""
    if not on_issue(act.world, act.person, "TRANSITION_ISSUES", issue):
        return []
    transitions = act.world.jira.projects[issue.project].transitions[1:]
    here = [t for t in transitions if not t.sources or issue.status in t.sources]
    return [t for t in here if not system_rules.hides(t, act.person)]


def transit(act: Act, issue: Issue, body: Json) -> None:
    """Perform the transition that *body* names, or raise `JiraError`; two of one issue at a time are a conflict.

    https://developer.atlassian.com/cloud/jira/platform/change-notice-update-in-simultaneous-transitions-issue-api/
    """
    with _alone(act.world, issue):
        if act.world.settings.transition_time and not act.world.clock.sleep(act.world.settings.transition_time):
            raise JiraError(503, "The sandbox was reset meanwhile.")
        _perform(act, issue, body)


@contextlib.contextmanager
def _alone(world: World, issue: Issue) -> Iterator[None]:
    under_way = world.jira.in_transition
    with world.lock:
        if issue.id in under_way:
            raise JiraError(409, "The issue is being transitioned by another request. Try again.")
        under_way.add(issue.id)
    try:
        yield
    finally:
        under_way.discard(issue.id)


def _perform(act: Act, issue: Issue, body: Json) -> None:
    """Validators are asked with the edits of the screen applied."""
    with act.world.lock:
        transition, project = _transition(act, issue, body), act.world.jira.projects[issue.project]
        allowed = settable_by(act.world, act.person, project, transition.screen)
        setting = Setting(act.world, project, issue, allowed)
        values, properties = read_changes(setting, body), read_properties(body)
        items = jira_history.changes(act.world, issue, values)
        changed = {item["fieldId"] for item in items}
        fields = issue.fields | {id_: value for id_, value in values.items() if id_ in changed}
        refused = workflow_rules.refusal(act, transition, issue, replace(issue, fields=fields))
        if refused is not None:
            told = {"issue": issue.id, "transition": transition.id, "by": act.person.account_id}
            act.world.jira.refusals.append(told | {"time": act.world.now()})
            raise refused
        issue.fields = fields
        issue.properties.update(properties)
        _enter(act, issue, transition, items)


def _transition(act: Act, issue: Issue, body: Json) -> Transition:
    given = body.get("transition")
    id_: Any = given.get("id") if isinstance(given, dict) else None
    if id_ is None:
        raise JiraError(400, "Missing 'transition' identifier")
    found = next((t for t in available(act, issue) if t.id == str(id_)), None)
    if found is None:
        raise JiraError(400, f"Transition id '{id_}' is not valid for this issue.")
    return found


def _enter(act: Act, issue: Issue, transition: Transition, items: list[Json]) -> None:
    """Change the status, write it down with the edits as one change, and tell everybody."""
    world, before = act.world, issue.status
    issue.status = transition.target
    if before != issue.status:
        items = [*items, jira_history.status_item(world, before, issue.status)]
        _set_dates(world, issue, before)
    if items:
        jira_webhooks.issue_updated(act, issue, jira_history.record(act, issue, items))
    workflow_rules.tell_post_functions(act, issue, transition, before)


def _set_dates(world: World, issue: Issue, before: str) -> None:
    was, now = (world.jira.statuses[status].category for status in (before, issue.status))
    if was == now:
        return
    issue.category_changed = world.now()
    if "done" in (was, now):
        issue.resolved = world.now() if now == "done" and world.settings.resolution_on_done else None


def _json(world: World, issue: Issue, transition: Transition, with_fields: bool) -> Json:
    answer: Json = {"id": transition.id, "name": transition.name, "to": status_json(world, transition.target)}
    answer |= {"hasScreen": bool(transition.screen), "isGlobal": not transition.sources, "isInitial": False}
    answer |= {
        "isAvailable": True,
        "isConditional": bool(transition.conditions),
        "looped": transition.target == issue.status,
    }
    if with_fields:
        project = world.jira.projects[issue.project]
        shown = (world.jira.fields[id_] for id_ in transition.screen)
        answer["fields"] = {field.id: field_meta(world, project, field, False) for field in shown}
    return answer
