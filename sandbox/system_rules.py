"""Jira's own workflow rules: a condition that hides a transition from people, and a validator for required fields.

Keys and parameters as in https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflows/.
"""

from __future__ import annotations

from typing import Any

from sandbox.jira_contexts import covers
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json, Person, SystemRule, Transition, World

RESTRICT, FIELD_VALUE = "system:restrict-from-all-users", "system:validate-field-value"
#: Kind of rule → the keys that the sandbox plays.
KEYS = {"condition": (RESTRICT,), "validator": (FIELD_VALUE,)}
#: Parameters with the values that they may have, where that is limited.
CHOICES = {"restrictMode": ("users", "usersAndAPI"), "ruleType": ("fieldRequired",), "ignoreContext": ("true", "false")}
REQUIRED = {RESTRICT: ("restrictMode",), FIELD_VALUE: ("ruleType", "fieldsRequired")}


def system_rule(world: World, kind: str, key: str, parameters: Json) -> SystemRule:
    """The rule that an administrator configures; raises `ValueError` when Jira would not save it."""
    if key not in KEYS.get(kind, ()):
        raise ValueError(f"There is no {kind} {key!r} here.")
    if not all(isinstance(value, str) for value in parameters.values()):
        raise ValueError("All parameters of a rule are strings.")
    missing = [name for name in REQUIRED[key] if not parameters.get(name)]
    if missing:
        raise ValueError(f"The rule needs {', '.join(missing)}.")
    for name, choices in CHOICES.items():
        if name in parameters and parameters[name] not in choices:
            raise ValueError(f"{name} is one of {', '.join(choices)}.")
    unknown = set(_fields(parameters)) - set(world.jira.fields)
    if unknown:
        raise ValueError(f"There is no field {', '.join(sorted(unknown))}.")
    return SystemRule(key, parameters)


def _fields(parameters: Json) -> list[str]:
    return [name for name in parameters.get("fieldsRequired", "").split(",") if name]


def hides(transition: Transition, person: Person) -> bool:
    """Whether a condition keeps *transition* from *person*; an app comes through the API, people do not."""
    modes = [rule.parameters["restrictMode"] for rule in transition.conditions]
    return "usersAndAPI" in modes or ("users" in modes and person.account_type != "app")


def refusal(world: World, rule: SystemRule, issue: Issue) -> JiraError | None:
    """What the validator *rule* has against *issue*, as it would be after the transition."""
    missing = [id_ for id_ in _fields(rule.parameters) if _is_required(world, rule, issue, id_)]
    if not missing:
        return None
    own_words = rule.parameters.get("errorMessage")
    names = {id_: world.jira.fields[id_].name for id_ in missing}
    return JiraError(400, errors={id_: own_words or f"{name} is required." for id_, name in names.items()})


def _is_required(world: World, rule: SystemRule, issue: Issue, id_: str) -> bool:
    # The trap of the documents' own example: "true" lets pass what has no context for the issue.
    ignored = rule.parameters.get("ignoreContext") == "true"
    here = covers(world.jira.fields[id_], world.jira.projects[issue.project])
    return _is_empty(issue.fields.get(id_)) and (here or not ignored)


def _is_empty(value: Any) -> bool:
    """What counts as empty is not documented for rich text: here any paragraph, be it blank, is a value."""
    return value in (None, "", []) or (isinstance(value, dict) and value.get("type") == "doc" and not value["content"])
