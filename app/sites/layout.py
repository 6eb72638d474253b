"""Which of a site's fields and link types are the ones we know by name; never the first of two candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain import FieldIds
from app.domain_handoff import FieldRule, Kind, SharedField
from app.errors import Misconfigured

#: Of Jira's own fields, by id, those that can travel.
SYSTEM_KINDS = {
    "summary": Kind.LINE,
    "description": Kind.TEXT,
    "environment": Kind.TEXT,
    "priority": Kind.CHOICE,
    "labels": Kind.LABELS,
    "duedate": Kind.PLAIN,
}
#: Of custom fields, by the last word of `schema.custom`.
CUSTOM_KINDS = {
    "textarea": Kind.TEXT,
    "textfield": Kind.LINE,
    "select": Kind.CHOICE,
    "radiobuttons": Kind.CHOICE,
    "multiselect": Kind.CHOICES,
    "multicheckboxes": Kind.CHOICES,
    "labels": Kind.LABELS,
    "float": Kind.PLAIN,
    "url": Kind.PLAIN,
    "datepicker": Kind.PLAIN,
    "datetime": Kind.PLAIN,
}
#: What the customer's table calls our four fields, in the order of `FieldIds`; a site may call them otherwise.
OURS = ("Exception Type", "Team Responsible", "Context Tags", "Resolution Notes")


def field_ids(fields: Sequence[dict[str, Any]], exception_type: str, team: str, tags: str, notes: str) -> FieldIds:
    """Ids by the names that the settings give. Raises Misconfigured for a name that stands for none or for several."""
    return FieldIds(*(field_id(fields, name) for name in (exception_type, team, tags, notes)))


def field_id(fields: Sequence[dict[str, Any]], name: str) -> str:
    """Id of the field of this name. Raises Misconfigured."""
    # Names are not unique in Jira, and one look at the wrong field writes into somebody else's.
    found = [field["id"] for field in fields if field.get("name") == name and field.get("custom", True)]
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise Misconfigured(f"Jira has no field {name!r}.", "Create it, or name the right one in the settings FIELD_….")
    raise Misconfigured(
        f"Jira has {len(found)} fields {name!r} ({', '.join(found)}).",
        "Rename all but one, or name another in the settings FIELD_….",
    )


def shared_fields(
    fields: Sequence[dict[str, Any]], rules: Sequence[FieldRule], ours: FieldIds
) -> tuple[SharedField, ...]:
    """The sync table on this site. Raises Misconfigured for a name that stands for none or several, and for two kinds."""
    return tuple(_shared(fields, rule, dict(zip(OURS, ours.all(), strict=True))) for rule in rules)


def _shared(fields: Sequence[dict[str, Any]], rule: FieldRule, ours: dict[str, str]) -> SharedField:
    ops, engineering = (_named(fields, name, ours) for name in (rule.ops, rule.engineering))
    kind, other = _kind(ops), _kind(engineering)
    if kind is not other:
        raise Misconfigured(
            f"HANDOFF_FIELDS: {rule.ops!r} is a field of the kind {kind}, {rule.engineering!r} one of the kind {other}.",
            "Name two fields of one kind.",
        )
    return SharedField(rule, str(ops["id"]), str(engineering["id"]), kind)


def _named(fields: Sequence[dict[str, Any]], name: str, ours: dict[str, str]) -> dict[str, Any]:
    """By its id, which for Jira's own fields is their English name in small letters; else by its name."""
    id = ours.get(name, name).lower()
    found = [field for field in fields if str(field["id"]).lower() == id]
    found = found or [field for field in fields if field.get("name") == name]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Misconfigured(
            f"HANDOFF_FIELDS: Jira has no field {name!r}.", "Create it, or put the right name or the field's id there."
        )
    listed = ", ".join(str(field["id"]) for field in found)
    raise Misconfigured(
        f"HANDOFF_FIELDS: Jira has {len(found)} fields {name!r} ({listed}).", "Put the id of the right one there."
    )


def _kind(field: dict[str, Any]) -> Kind:
    schema = field.get("schema") or {}
    custom = str(schema.get("custom") or "").rpartition(":")[2]
    kind = CUSTOM_KINDS.get(custom) if custom else SYSTEM_KINDS.get(str(field["id"]))
    if kind is None:
        raise Misconfigured(
            f"HANDOFF_FIELDS: {field.get('name')!r} ({field['id']}) is of a kind that does not travel.",
            "Name fields of text, choices, labels, numbers or dates.",
        )
    return kind


def link_type_id(types: Sequence[dict[str, str]], outward: str) -> str:
    """Id of the link type by its outward words: its name may be changed or translated. Raises Misconfigured."""
    found = [each["id"] for each in types if each.get("outward", "").lower() == outward.lower()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Misconfigured(
            f"Jira has no link type that says {outward!r}.", "Create one, or set LINK_OUTWARD to the words of yours."
        )
    raise Misconfigured(
        f"Jira has {len(found)} link types that say {outward!r} ({', '.join(found)}).",
        "Rename all but one, or set LINK_OUTWARD to the words of another.",
    )
