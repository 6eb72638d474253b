"""A project's workflow as an administrator sees it: its transitions, and the rules that apps and Jira put on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import workflow_rules
from sandbox.auth import is_admin
from sandbox.ui_connect import frame
from sandbox.ui_jira_forms import act, the_world
from sandbox.workflow_rules import MODULES, PLACES, Target
from sandbox.world import Json, Project, Rule, SystemRule, Transition, World

KINDS = {"condition": "Condition", "validator": "Validator", "post-function": "Post function"}
#: The name of a rule's variables in the addresses of its pages.
SUBJECTS = {"validator": "validator", "post-function": "postFunction"}

blueprint = Blueprint("ui_workflow", __name__, url_prefix="/boards/<key>/workflow")


def _project(key: str) -> Project:
    return the_world().jira.projects.get(key) or abort(404)


def _transition(key: str, transition_id: str) -> Transition:
    return next((t for t in _project(key).transitions if t.id == transition_id), None) or abort(404)


def _need_admin() -> None:
    if not is_admin(the_world(), act().person):
        abort(403)


@blueprint.get("")
def workflow(key: str) -> ResponseReturnValue:
    world, project = the_world(), _project(key)
    with world.lock:
        rows = [_row(world, transition) for transition in project.transitions]
    admin = is_admin(world, act().person)
    return render_template("workflow.html", project=project, rows=rows, may_edit=admin)


def _row(world: World, transition: Transition) -> Json:
    statuses = world.jira.statuses
    return {
        "transition": transition,
        "sources": [statuses[s].name for s in transition.sources],
        "target": statuses[transition.target],
        "rules": [
            {"kind": kind, "number": number, "name": KINDS[kind], **_told(world, kind, rule)}
            for kind, place in PLACES.items()
            for number, rule in enumerate(getattr(transition, place))
        ],
    }


def _told(world: World, kind: str, rule: Rule | SystemRule) -> Json:
    if isinstance(rule, SystemRule):
        return {"words": rule.key, "by": "Jira", "config": rule.parameters, "has_page": False}
    module = _module(world, kind, rule.app_key, rule.module_key)
    app = world.apps.get(rule.app_key)
    words = (module or {}).get("name", {}).get("value") or rule.module_key
    by = (app.descriptor.get("name") if app else None) or f"{rule.app_key}, which is not installed"
    return {"words": words, "by": by, "config": rule.config, "has_page": bool((module or {}).get("edit"))}


def _module(world: World, kind: str, app_key: str, module_key: str) -> Json | None:
    app = world.apps.get(app_key)
    found = app.descriptor.get("modules", {}).get(MODULES.get(kind, ""), []) if app else []
    return next((module for module in found if module["key"] == module_key), None)


@blueprint.get("/<transition_id>/add")
def choose(key: str, transition_id: str) -> ResponseReturnValue:
    """The rules that installed apps offer."""
    _need_admin()
    world = the_world()
    offered = [
        {"kind": kind, "name": KINDS[kind], "app": app, "module": module}
        for app in world.apps.values()
        for kind, place in MODULES.items()
        for module in app.descriptor.get("modules", {}).get(place, [])
    ]
    chosen = _transition(key, transition_id)
    return render_template("workflow_add.html", project=_project(key), transition=chosen, offered=offered)


@blueprint.get("/<transition_id>/add/<kind>/<app_key>/<module_key>")
def new(key: str, transition_id: str, kind: str, app_key: str, module_key: str) -> ResponseReturnValue:
    _need_admin()
    return _rule_page(key, transition_id, kind, Rule(app_key, module_key, ""), "create", "")


def _rule_page(key: str, transition_id: str, kind: str, rule: Rule, page: str, rule_id: str) -> str:
    """The app's page for a rule in a frame, or a line where it has none."""
    world = the_world()
    module = _module(world, kind, rule.app_key, rule.module_key)
    if module is None:
        abort(404)
    subject = SUBJECTS[kind]
    variables = {f"{subject}.id": rule_id, f"{subject}.config": rule.config}
    shown = frame(world.apps[rule.app_key], module[page]["url"], variables) if page in module else None
    return render_template(
        "workflow_rule.html",
        project=_project(key),
        transition=_transition(key, transition_id),
        app=world.apps[rule.app_key],
        module=module,
        rule=rule,
        kind=KINDS[kind],
        frame=shown,
    )


@blueprint.post("/<transition_id>/add/<kind>/<app_key>/<module_key>")
def add(key: str, transition_id: str, kind: str, app_key: str, module_key: str) -> ResponseReturnValue:
    _need_admin()
    rule = Rule(app_key, module_key, request.form.get("config", ""))
    target = Target(_transition(key, transition_id).name, None)
    try:
        workflow_rules.add_rule(the_world(), key, target, kind, rule)
    except ValueError:
        abort(404)
    return redirect(_back(key, transition_id), 303)


@blueprint.get("/<transition_id>/<kind>/<int:number>")
def edit(key: str, transition_id: str, kind: str, number: int) -> ResponseReturnValue:
    _need_admin()
    rule = _rules(key, transition_id, kind, number)[number]
    if not isinstance(rule, Rule):
        abort(404)
    return _rule_page(key, transition_id, kind, rule, "edit", f"{transition_id}-{number}")


@blueprint.post("/<transition_id>/<kind>/<int:number>")
def save(key: str, transition_id: str, kind: str, number: int) -> ResponseReturnValue:
    _need_admin()
    rules = _rules(key, transition_id, kind, number)
    rule = rules[number]
    if not isinstance(rule, Rule):
        abort(404)
    rules[number] = Rule(rule.app_key, rule.module_key, request.form.get("config", ""))
    return redirect(_back(key, transition_id), 303)


@blueprint.post("/<transition_id>/<kind>/<int:number>/remove")
def remove(key: str, transition_id: str, kind: str, number: int) -> ResponseReturnValue:
    _need_admin()
    with the_world().lock:
        del _rules(key, transition_id, kind, number)[number]
    return redirect(_back(key, transition_id), 303)


def _rules(key: str, transition_id: str, kind: str, number: int) -> list[Any]:
    transition = _transition(key, transition_id)
    rules: list[Any] = getattr(transition, PLACES[kind]) if kind in PLACES else []
    return rules if number < len(rules) else abort(404)


def _back(key: str, transition_id: str) -> str:
    return url_for("ui_workflow.workflow", key=key) + f"#t{transition_id}"
