"""The rules of apps on transitions: putting them there, asking the validators, telling the post-functions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox import system_rules
from sandbox.courier import Parcel
from sandbox.expressions import Entity, ExpressionError, RichText, evaluate
from sandbox.jira_act import Act
from sandbox.jira_view import COMPUTED, RICH_TEXT, issue_json
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json, Person, Project, Rule, SystemRule, Transition, World

MODULES = {"validator": "jiraWorkflowValidators", "post-function": "jiraWorkflowPostFunctions"}
#: Kind of rule → where a transition keeps it.
PLACES = {"condition": "conditions", "validator": "validators", "post-function": "post_functions"}
#: What Jira says when a rule cannot be asked; it does not say why.
GENERIC_REFUSAL = "A workflow rule of an app could not be evaluated, so the transition was not performed."


@dataclass(frozen=True)
class Target:
    """Which transitions a rule goes on: one by its name, or all that lead to a status."""

    transition: str | None
    to_status: str | None

    def covers(self, world: World, transition: Transition) -> bool:
        """Whether *transition* is meant. `Create` is only meant when named."""
        if self.transition:
            return transition.name == self.transition
        return transition.id != "1" and world.jira.statuses[transition.target].name == self.to_status


def add_rule(world: World, project_key: str, target: Target, kind: str, rule: Rule | SystemRule) -> list[str]:
    """Put *rule* on the transitions of a project; their names. Raises `ValueError` when that cannot be."""
    with world.lock:
        if project_key not in world.jira.projects:
            raise ValueError(f"There is no project {project_key!r}.")
        if isinstance(rule, Rule):
            _check(world, kind, rule)
        chosen = [t for t in world.jira.projects[project_key].transitions if target.covers(world, t)]
        if not chosen:
            raise ValueError(f"{project_key} has no transition to {target.to_status or target.transition!r}.")
        for transition in chosen:
            rules: list[Any] = getattr(transition, PLACES[kind])
            if rule not in rules:
                rules.append(rule)
        return [transition.name for transition in chosen]


def _check(world: World, kind: str, rule: Rule) -> None:
    if kind not in MODULES:
        raise ValueError(f"A rule is one of {' and '.join(MODULES)}, not {kind!r}.")
    if rule.app_key not in world.apps:
        raise ValueError(f"The app {rule.app_key!r} is not installed.")
    if _module(world, kind, rule) is None:
        raise ValueError(f"The descriptor of {rule.app_key!r} has no {kind} {rule.module_key!r}.")


def _module(world: World, kind: str, rule: Rule) -> Json | None:
    app = world.apps.get(rule.app_key)
    modules = app.descriptor.get("modules", {}).get(MODULES[kind], []) if app else []
    return next((module for module in modules if module["key"] == rule.module_key), None)


def refusal(act: Act, transition: Transition, before: Issue | None, after: Issue) -> JiraError | None:
    """What the first validator that refuses *transition* says; None if all let it pass.

    *after* is the issue with the edits of the transition's screen, *before* without (None while it is created).
    """
    for rule in transition.validators:
        if isinstance(rule, SystemRule):
            refused = system_rules.refusal(act.world, rule, after)
        else:
            text = _asked(act, rule, transition, before, after)
            refused = None if text is None else JiraError(400, text)
        if refused is not None:
            return refused
    return None


def _asked(act: Act, rule: Rule, transition: Transition, before: Issue | None, after: Issue) -> str | None:
    """What an app's validator says; one that cannot be worked out refuses."""
    module = _module(act.world, "validator", rule)
    if module is None:
        return GENERIC_REFUSAL
    try:
        return _verdict(module, _variables(act, rule, transition, before, after))
    except (ExpressionError, ValueError):
        return GENERIC_REFUSAL


def _verdict(module: Json, variables: dict[str, Any]) -> str | None:
    config = variables["config"]
    # A rule's configuration may bring an expression of its own, which then counts instead of the descriptor's.
    own = config.get("expression") if isinstance(config, dict) else None
    result = evaluate(own or module.get("expression", ""), variables)
    if result is True:
        return None
    if isinstance(result, str):
        return result
    return _message(module.get("errorMessage") or {}, variables) if result is False else GENERIC_REFUSAL


def _message(message: Json, variables: dict[str, Any]) -> str:
    text = evaluate(message["expression"], variables) if "expression" in message else message.get("value")
    return str(text) if text else GENERIC_REFUSAL


def _variables(act: Act, rule: Rule, transition: Transition, before: Issue | None, after: Issue) -> dict[str, Any]:
    world = act.world
    variables = {
        "issue": issue_entity(world, after),
        "user": _user(act.person),
        "project": _project(world.jira.projects[after.project]),
        "transition": Entity("Transition", _transition_properties(world, transition, before)),
        "config": json.loads(rule.config) if rule.config else None,
    }
    # There is no original issue while one is created.
    return variables | ({"originalIssue": issue_entity(world, before)} if before else {})


def issue_entity(world: World, issue: Issue) -> Entity:
    """The issue as expressions see it: of the rich text fields only the system's own are `RichText`."""
    fields = {id_: issue.fields.get(id_) for id_ in world.jira.fields if id_ not in COMPUTED}
    project = world.jira.projects[issue.project]
    entity = {name: _field(world, name, value) for name, value in fields.items()}
    entity |= {"id": int(issue.id), "key": issue.key, "project": _project(project)}
    entity["status"] = _status(world, issue.status)
    entity["issueType"] = Entity("IssueType", {"id": int(project.issue_type_id), "name": project.issue_type})
    entity["creator"] = _user(world.people[issue.creator])
    return Entity("Issue", entity)


def _field(world: World, id_: str, value: Any) -> Any:
    field = world.jira.fields[id_]
    if value is None:
        return None
    if field.kind == "user":
        return _user(world.people[value["accountId"]])
    if field.id == "priority":
        return Entity("Priority", {"id": int(value["id"]), "name": value["name"]})
    return RichText(value) if field.kind in RICH_TEXT and not field.custom else value


def _user(person: Person) -> Entity:
    return Entity("User", {"accountId": person.account_id, "displayName": person.name})


def _project(project: Project) -> Entity:
    return Entity("Project", {"id": int(project.id), "key": project.key, "name": project.name})


def _status(world: World, status_id: str) -> Entity:
    status = world.jira.statuses[status_id]
    category = Entity("StatusCategory", {"key": status.category})
    return Entity("Status", {"id": int(status.id), "name": status.name, "category": category})


def _transition_properties(world: World, transition: Transition, before: Issue | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": int(transition.id), "name": transition.name}
    properties["to"] = _status(world, transition.target)
    return properties | {"from": _status(world, before.status) if before else None}


def tell_post_functions(act: Act, issue: Issue, transition: Transition, from_status: str | None) -> None:
    """Queue the calls for the post-functions on *transition*, which has just been done."""
    for rule in transition.post_functions:
        module = _module(act.world, "post-function", rule)
        if module is None:
            # Of an app that is gone nothing remains to be called.
            continue
        body: Json = {"configuration": {"value": rule.config}}
        body["issue"] = issue_json(act.world, issue, act.world.jira.fields, api=2)
        body["transition"] = _transition_json(act.world, issue, transition, from_status)
        path, subject = module["triggered"]["url"], act.person.account_id
        parcel = Parcel("post-function", rule.module_key, rule.app_key, path, body, subject)
        parcel.lane, parcel.issue = f"{rule.app_key} {issue.id}", issue.key
        act.courier.post(parcel)


def _transition_json(world: World, issue: Issue, transition: Transition, from_status: str | None) -> Json:
    project, statuses = world.jira.projects[issue.project], world.jira.statuses
    return {
        "workflowId": int(project.id),
        "workflowName": f"{project.key} workflow",
        "transitionId": int(transition.id),
        "transitionName": transition.name,
        "from_status": statuses[from_status].name if from_status else "",
        "to_status": statuses[transition.target].name,
    }
