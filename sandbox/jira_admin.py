"""What Jira's administrators and people do in its pages, and the REST API has no call for: `/_sandbox/jira/...`."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_clone, jira_index, jira_move, jira_security, workflow_rules
from sandbox.jira_act import Act
from sandbox.jira_permissions import GLOBAL, PERMISSIONS
from sandbox.system_rules import system_rule
from sandbox.world import Issue, Json, Person, Project, Rule, SystemRule, World

blueprint = Blueprint("jira_admin", __name__, url_prefix="/_sandbox/jira")


@blueprint.errorhandler(ValueError)
def refused(reason: ValueError) -> ResponseReturnValue:
    return jsonify(error=str(reason)), 400


@blueprint.errorhandler(KeyError)
def incomplete(missing: KeyError) -> ResponseReturnValue:
    return jsonify(error=f"The call needs {missing}."), 400


@blueprint.post("/rules")
def add_rule() -> ResponseReturnValue:
    """Put an app's rule, or one of Jira's own (`rule_key`, `parameters`), on transitions in the workflow editor."""
    given = request.get_json()
    target = workflow_rules.Target(given.get("transition"), given.get("to_status"))
    names = workflow_rules.add_rule(_world(), given["project"], target, given["kind"], _rule(given))
    return jsonify(transitions=names)


def _rule(given: Json) -> Rule | SystemRule:
    if "rule_key" in given:
        return system_rule(_world(), given["kind"], given["rule_key"], given.get("parameters") or {})
    return Rule(given["app_key"], given["module_key"], given.get("config") or "")


@blueprint.post("/permissions")
def limit_permission() -> ResponseReturnValue:
    """`{"project", "permission", "groups"}`: only these groups have it, with null everybody.

    An app is in the group that is named like its key. A global permission needs no project.
    """
    given, world = request.get_json(), _world()
    permission, groups = given["permission"], given["groups"]
    if permission not in PERMISSIONS:
        raise ValueError(f"There is no permission {permission!r}.")
    place = world.jira.permissions if permission in GLOBAL else _project(given["project"]).permissions
    with world.lock:
        if groups is None:
            place.pop(permission, None)
        else:
            place[permission] = tuple(groups)
    return "", 204


@blueprint.post("/visibility")
def hide() -> ResponseReturnValue:
    """`{"issue", "hidden_from"}`: for these people (by address) and groups the issue does not exist."""
    given, world = request.get_json(), _world()
    issue = _issue(given["issue"])
    people = {each: person.account_id for each in given["hidden_from"] if (person := world.person(each))}
    with world.lock:
        issue.hidden_from = tuple(people.get(each, each) for each in given["hidden_from"])
        jira_index.note(world, issue)
    return "", 204


@blueprint.post("/security")
def set_security() -> ResponseReturnValue:
    """`{"user", "issue", "level"}`: the person sets the issue's security level, by its name; null takes it away.

    Who then still sees the issue is said with `/visibility`; by itself a level hides it from nobody.
    """
    given = request.get_json()
    jira_security.set_level(_act(given["user"]), _issue(given["issue"]), given["level"])
    return "", 204


@blueprint.post("/move")
def move() -> ResponseReturnValue:
    """`{"user", "issue", "project"}`: the person moves the issue there; its new key."""
    given = request.get_json()
    issue = _issue(given["issue"])
    jira_move.move(_act(given["user"]), issue, _project(given["project"]))
    return jsonify(key=issue.key)


@blueprint.post("/clone")
def clone() -> ResponseReturnValue:
    """`{"user", "issue", "properties"}`: the person presses Jira's own *Clone*; the new issue's key."""
    given = request.get_json()
    made = jira_clone.clone(_act(given["user"]), _issue(given["issue"]), given["properties"])
    return jsonify(key=made.key)


@blueprint.post("/profile")
def profile() -> ResponseReturnValue:
    """`{"user", "time_zone"}`: what a person chooses in the profile; null is the site's zone."""
    given = request.get_json()
    zone = given["time_zone"]
    if zone is not None and zone not in available_timezones():
        raise ValueError(f"There is no time zone {zone!r}.")
    _person(given["user"]).time_zone = zone
    return "", 204


def _act(handle: str) -> Act:
    return Act(_world(), current_app.extensions["courier"], _person(handle))


def _issue(key: str) -> Issue:
    issue = _world().issue(key)
    if issue is None:
        raise ValueError(f"There is no issue {key!r}.")
    return issue


def _project(key: str) -> Project:
    if key not in _world().jira.projects:
        raise ValueError(f"There is no project {key!r}.")
    return _world().jira.projects[key]


def _person(handle: str) -> Person:
    person = _world().person(handle)
    if person is None:
        raise ValueError(f"There is nobody called {handle!r}.")
    return person


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world
