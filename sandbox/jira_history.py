"""The changelog: what a change says of itself, on the issue and in webhooks."""

from __future__ import annotations

from typing import Any

from sandbox import adf, jira_index
from sandbox.jira_act import Act
from sandbox.jira_fields import unchanged
from sandbox.jira_view import RICH_TEXT
from sandbox.world import Field, HistoryEntry, Issue, Json, World


def changes(world: World, issue: Issue, values: Json) -> list[Json]:
    """The changelog items for setting *values* on *issue*; none for values that it has already."""
    items = []
    for id_, new in values.items():
        field, old = world.jira.fields[id_], issue.fields.get(id_)
        if not unchanged(field, old, new):
            items.append(_item(issue, field, old, new))
    return items


def _item(issue: Issue, field: Field, old: Any, new: Any) -> Json:
    (old_id, old_text), (new_id, new_text) = _shown(issue, field, old), _shown(issue, field, new)
    name = field.name if field.custom else field.id
    return item(name, field.id, (old_id, old_text), (new_id, new_text), custom=field.custom)


def item(
    name: str,
    field_id: str,
    old: tuple[str | None, str | None],
    new: tuple[str | None, str | None],
    custom: bool = False,
) -> Json:
    """One line of the changelog; *old* and *new* are an id and a text."""
    kind = "custom" if custom else "jira"
    line: Json = {"field": name, "fieldtype": kind, "fieldId": field_id}
    return line | {"from": old[0], "fromString": old[1], "to": new[0], "toString": new[1]}


def status_item(world: World, old: str, new: str) -> Json:
    statuses = world.jira.statuses
    return item("status", "status", (old, statuses[old].name), (new, statuses[new].name))


def _shown(issue: Issue, field: Field, value: Any) -> tuple[str | None, str | None]:
    """The id and the text with which the changelog names a value."""
    if value is None:
        return None, None
    if field.kind in RICH_TEXT:
        return None, adf.wiki_text(value, {a.media_id: a.filename for a in issue.attachments})
    if field.kind == "labels":
        return "", " ".join(value)
    if field.kind == "multiselect":
        return "[" + ", ".join(o["id"] for o in value) + "]", ",".join(o["value"] for o in value)
    if field.kind == "user":
        return value["accountId"], value["displayName"]
    return (value["id"], value.get("value") or value.get("name")) if isinstance(value, dict) else (None, value)


def record(act: Act, issue: Issue, items: list[Json]) -> HistoryEntry:
    """Write *items* into the changelog; the issue is updated by that."""
    issue.updated = act.world.now()
    entry = HistoryEntry(act.world.next_id("changelog", 10100), act.person.account_id, issue.updated, items)
    issue.history.append(entry)
    jira_index.note(act.world, issue)
    return entry
