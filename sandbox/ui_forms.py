"""Modals as HTML forms: what each field shows, and what was filled in when the form comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import request

from sandbox.slack_checks import elements_of, options_of
from sandbox.slack_files import store_file
from sandbox.slack_forms import fill_in, has_state, value_name
from sandbox.slack_menus import EXTERNAL, suggestions
from sandbox.slack_rich_text import typed_again
from sandbox.slack_rooms import slack_user
from sandbox.world import Json, Person, View, World

#: Elements whose value is chosen from a list, and how many may be chosen.
ONE = ("static_select", "external_select", "radio_buttons", "users_select", "conversations_select", "channels_select")
MANY = (
    "multi_static_select",
    "checkboxes",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
)


def fields(world: World, view: View) -> Json:
    """For each element with a value, by its name in the form: the kind of control, its choices, and what it holds."""
    state = fill_in(world, view, {})
    shown = {}
    for block in view.view["blocks"]:
        for element in filter(has_state, elements_of(block)):
            value = state[block["block_id"]][element["action_id"]].get(value_name(element["type"]))
            shown[field_name(block, element)] = _field(world, view, block, element, value)
    return shown


def of_message(world: World, block: Json, element: Json) -> Json:
    """The same for an element of a message or Home tab, which remembers nothing of what was chosen."""
    view = View("", "", {"blocks": [block], "state": {"values": {}}}, "")
    value = fill_in(world, view, {})[block["block_id"]][element["action_id"]].get(value_name(element["type"]))
    return _field(world, view, block, element, value)


def field_name(block: Json, element: Json) -> str:
    """A field goes by its block; where a block has several elements, by the element's own action."""
    return str(block["block_id"] if block["type"] == "input" else element["action_id"])


def _field(world: World, view: View, block: Json, element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind in ONE + MANY:
        control = "radio" if kind == "radio_buttons" else "one" if kind in ONE else "many"
        return {"control": control, "choices": _choices(world, view, block, element), "value": _chosen(value)}
    if kind == "rich_text_input":
        return {"control": "long", "value": typed_again(value) if value else ""}
    if kind == "plain_text_input":
        return {"control": "long" if element.get("multiline") else "line", "value": value or ""}
    if kind == "datetimepicker":
        shown = datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M") if value else ""
        return {"control": "datetime-local", "value": shown}
    plain = {"datepicker": "date", "timepicker": "time", "number_input": "number", "file_input": "file"}
    return {"control": plain.get(kind, "line"), "value": "" if kind == "file_input" else value or ""}


def _choices(world: World, view: View, block: Json, element: Json) -> list[tuple[str, str]]:
    if "users_select" in element["type"]:
        return [(p.slack_id, p.name) for p in world.people.values() if p.slack_id]
    if "conversations_select" in element["type"] or "channels_select" in element["type"]:
        return [(c["id"], "#" + c["name"]) for c in world.slack.channels.values() if c.get("name")]
    external = element["type"] in EXTERNAL
    options = suggestions(world, view, block["block_id"], element, "") if external else options_of(element)
    return [(o["value"], _in_words(o)) for o in options]


def _in_words(option: Json) -> str:
    """With what the option means, which Slack shows below it."""
    means = (option.get("description") or {}).get("text")
    return f"{option['text']['text']}: {means}" if means else str(option["text"]["text"])


def _chosen(value: Any) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return [one["value"] if isinstance(one, dict) else one for one in many if one]


def filled_in(world: World, who: Person, view: View) -> Json:
    """What the browser sent for *view*, as the people's functions take it."""
    values = {}
    for block in view.view["blocks"]:
        for element in filter(has_state, elements_of(block)):
            name = field_name(block, element)
            values[name] = _sent(world, who, view, block, element, "v:" + name)
    return values


def _sent(world: World, who: Person, view: View, block: Json, element: Json, name: str) -> Any:
    kind = element["type"]
    if kind in MANY:
        return request.form.getlist(name)
    if kind == "file_input":
        uploads = [f for f in request.files.getlist(name) if f.filename]
        return [store_file(world, who.slack_id, f.filename or "file", f.mimetype, f.read())["id"] for f in uploads]
    typed = request.form.get(name, "").replace("\r\n", "\n")
    if kind == "rich_text_input":
        before = fill_in(world, view, {})[block["block_id"]][element["action_id"]].get("rich_text_value")
        # A box of plain text cannot show everything; who changed nothing loses nothing.
        return before if before and typed == typed_again(before) else typed
    return typed


def author_name(world: World, user_id: str) -> str:
    person = slack_user(world, user_id)
    return person.name if person else "SolveOnce"
