"""Reads field values as callers send them, and refuses those that Jira refuses."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox import adf
from sandbox.adf_check import is_valid
from sandbox.jira_contexts import covers, options
from sandbox.jira_permissions import may, without_permission
from sandbox.jira_view import COMPUTED, RICH_TEXT, option_json, person_json, priority_json, resolution_json
from sandbox.refusals import JiraError
from sandbox.world import Field, Issue, Json, Option, Person, Project, World

TEXT_LIMIT = 32_767
SUMMARY_LIMIT = 255
LINE_LIMIT = 255
DEFAULT_PRIORITY = "4"
NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
#: Fields whose value is a list that one can add to and remove from.
LISTS = ("labels", "multiselect")


class BadValue(Exception):
    """What is wrong with one field's value, in Jira's words."""


@dataclass
class Setting:
    """Where values are to be set: on which fields, of which issue (None while it is created)."""

    world: World
    project: Project
    issue: Issue | None
    #: The fields that may be set; the screen, for those operations that have one.
    allowed: Collection[str]


def settable(world: World) -> list[str]:
    """All fields that a person or app can fill; a resolution only on the screen of a transition."""
    return [id_ for id_ in world.jira.fields if id_ not in COMPUTED and id_ != "resolution"]


def settable_by(world: World, person: Person, project: Project, screen: Collection[str]) -> set[str]:
    """Those of *screen* that *person* may fill in *project*."""
    here = {id_ for id_ in screen if covers(world.jira.fields[id_], project)}
    return here - without_permission(world, person, project)


def read_changes(setting: Setting, body: Json) -> Json:
    """The new values by field id, from `fields` and `update` of a request; `JiraError` names every bad field."""
    fields, update = _object(body, "fields"), _object(body, "update")
    errors = {id_: f"Field '{id_}' cannot appear in both 'fields' and 'update'" for id_ in set(fields) & set(update)}
    values: Json = {}
    for id_ in [*fields, *update]:
        try:
            values[id_] = _value(setting, id_, fields[id_]) if id_ in fields else _updated(setting, id_, update[id_])
        except BadValue as reason:
            errors.setdefault(id_, str(reason))
    if errors:
        raise JiraError(400, errors=errors)
    return values


def _object(body: Json, name: str) -> Json:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise JiraError(400, f"'{name}' must be an object.")
    return value


def required_errors(setting: Setting, values: Json) -> dict[str, str]:
    """What is missing among *values*, by field."""
    missing = [id_ for id_ in setting.project.required if values.get(id_) in (None, "", [])]
    return {id_: _required(setting.world.jira.fields[id_]) for id_ in missing}


def _required(field: Field) -> str:
    return "You must specify a summary of the issue." if field.id == "summary" else f"{field.name} is required."


def _value(setting: Setting, id_: str, raw: Any) -> Any:
    if id_ not in setting.allowed or id_ in COMPUTED:
        raise BadValue(NOT_ON_SCREEN.format(id_))
    field = setting.world.jira.fields[id_]
    if raw is None:
        return _cleared(setting, field)
    return READERS[field.kind](setting, field, raw)


def _cleared(setting: Setting, field: Field) -> Any:
    if setting.issue is not None and field.id in setting.project.required:
        raise BadValue(_required(field))
    return [] if field.kind == "labels" else None


def _updated(setting: Setting, id_: str, operations: Any) -> Any:
    """The value after the operations `set`, `add` and `remove` in their order."""
    if id_ not in setting.allowed or id_ in COMPUTED:
        raise BadValue(NOT_ON_SCREEN.format(id_))
    field = setting.world.jira.fields[id_]
    value = setting.issue.fields.get(id_) if setting.issue else None
    for operation in operations if isinstance(operations, list) else [operations]:
        if not isinstance(operation, dict) or len(operation) != 1:
            raise BadValue("Each operation must be an object with one of set, add, remove.")
        (name, operand), *_ = operation.items()
        value = _operated(setting, field, value, name, operand)
    return value


def _operated(setting: Setting, field: Field, value: Any, name: str, operand: Any) -> Any:
    if name == "set":
        return _value(setting, field.id, operand)
    if name not in ("add", "remove") or field.kind not in LISTS:
        raise BadValue(f"Field with id '{field.id}' and name '{field.name}' does not support operation '{name}'")
    others = [item for item in value or [] if item not in (given := READERS[field.kind](setting, field, [operand]))]
    return others + given if name == "add" else others or _cleared(setting, field)


def _summary(setting: Setting, field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise BadValue("Operation value must be a string")
    if "\n" in raw or "\r" in raw:
        raise BadValue("The summary is invalid because it contains newline characters.")
    if len(raw) > SUMMARY_LIMIT:
        raise BadValue(f"Summary can't exceed {SUMMARY_LIMIT} characters.")
    if not raw.strip():
        raise BadValue(_required(field))
    return raw.strip()


def _rich_text(setting: Setting, field: Field, raw: Any) -> Json:
    return read_rich_text(setting, raw)


def read_rich_text(setting: Setting, raw: Any) -> Json:
    """A document as it will be kept."""
    if not isinstance(raw, dict) or not adf.is_document(raw):
        raise BadValue("Operation value must be an Atlassian Document.")
    if not is_valid(raw):
        # Jira names neither the field nor the place.
        raise JiraError(400, "INVALID_INPUT")
    known = {a.media_id for a in setting.issue.attachments} if setting.issue else set()
    if not _media_ids(raw) <= known:
        raise JiraError(400, "ATTACHMENT_VALIDATION_ERROR")
    if len(adf.plain_text(raw)) > TEXT_LIMIT:
        raise BadValue(f"The entered text is too long. It exceeds the allowed limit of {TEXT_LIMIT:,} characters.")
    return adf.normalised(raw, setting.world.next_id("document"))


def _media_ids(document: Json) -> set[str]:
    media = [node["attrs"] for node in adf.nodes(document) if node.get("type") in ("media", "mediaInline")]
    return {str(attrs.get("id")) for attrs in media if attrs.get("type") != "external"}


def _labels(setting: Setting, field: Field, raw: Any) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(label, str) for label in raw):
        raise BadValue("Operation value must be an array of strings")
    for label in raw:
        if " " in label:
            raise BadValue(f"The label '{label}' contains spaces which is invalid.")
        if not 0 < len(label) <= SUMMARY_LIMIT:
            raise BadValue("A label must have between 1 and 255 characters.")
    return sorted(set(raw))


def _select(setting: Setting, field: Field, raw: Any) -> Json:
    return option_json(setting.world, _option(setting, field, raw))


def _multiselect(setting: Setting, field: Field, raw: Any) -> list[Json] | None:
    if not isinstance(raw, list):
        raise BadValue("data was not an array")
    chosen = {option.id: option for option in (_option(setting, field, item) for item in raw)}
    return [option_json(setting.world, option) for option in chosen.values()] or None


def _option(setting: Setting, field: Field, raw: Any) -> Option:
    if not isinstance(raw, dict) or not ("id" in raw or "value" in raw):
        raise BadValue(f"Specify a valid 'id' or 'name' for {field.name}")
    key = "id" if "id" in raw else "value"
    offered = options(setting.world, field, setting.project)
    found = next((o for o in offered if getattr(o, key) == str(raw[key])), None)
    if found is None:
        raise BadValue(f"Option {key} '{raw[key]}' is not valid")
    return found


def _line(setting: Setting, field: Field, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise BadValue("Operation value must be a string")
    if len(raw) > LINE_LIMIT:
        raise BadValue(f"The entered text is too long. It exceeds the allowed limit of {LINE_LIMIT} characters.")
    return raw or None


def _number(setting: Setting, field: Field, raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise BadValue("Operation value must be a number")
    return float(raw)


def _date(setting: Setting, field: Field, raw: Any) -> str:
    try:
        return date.fromisoformat(raw).isoformat()
    except (TypeError, ValueError):
        raise BadValue("Operation value must be a string in the format 'yyyy-MM-dd'") from None


def _priority(setting: Setting, field: Field, raw: Any) -> Json:
    given = raw if isinstance(raw, dict) else {}
    found = next((o for o in field.options if given.get("id") == o.id or given.get("name") == o.value), None)
    if found is None:
        raise BadValue("The priority selected is invalid.")
    return priority_json(setting.world, found)


def _resolution(setting: Setting, field: Field, raw: Any) -> Json:
    given = raw if isinstance(raw, dict) else {}
    found = next((o for o in field.options if given.get("id") == o.id or given.get("name") == o.value), None)
    if found is None:
        raise BadValue(f"Specify a valid 'id' or 'name' for {field.name}")
    return resolution_json(setting.world, found)


def _user(setting: Setting, field: Field, raw: Any) -> Json:
    given = raw if isinstance(raw, dict) else {}
    person = setting.world.people.get(str(given.get("accountId") or given.get("id")))
    if person is None:
        raise BadValue(f"Specify a valid value for {field.id}")
    if field.id == "assignee" and not may(setting.world, person, "ASSIGNABLE_USER", setting.project):
        raise BadValue(f"User '{person.account_id}' cannot be assigned issues.")
    return person_json(setting.world, person)


Reader = Callable[[Setting, Field, Any], Any]
READERS: dict[str, Reader] = {
    "summary": _summary,
    "labels": _labels,
    "select": _select,
    "multiselect": _multiselect,
    "textfield": _line,
    "float": _number,
    "datepicker": _date,
    "priority": _priority,
    "resolution": _resolution,
    "user": _user,
    **dict.fromkeys(RICH_TEXT, _rich_text),
}


def unchanged(field: Field, old: Any, new: Any) -> bool:
    """Whether setting *new* over *old* changes nothing that Jira would write down."""
    if field.kind in RICH_TEXT:
        return adf.same(old, new)
    return bool((old or None) == (new or None))
