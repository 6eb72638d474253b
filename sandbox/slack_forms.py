"""From what a person fills in to `state.values`, and what Slack's own client refuses before the app hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.slack_checks import elements_of, options_of
from sandbox.slack_files import file_json
from sandbox.slack_menus import EXTERNAL, suggestions
from sandbox.slack_rich_text import rich_text
from sandbox.slack_rooms import slack_user
from sandbox.world import Json, View, World

REQUIRED = "Please complete this required field."
#: Element type → the name under which its value stands in the state.
VALUE_NAMES = {
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
PLAIN_INPUTS = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
INITIAL_NAMES = (
    "initial_value",
    "initial_option",
    "initial_options",
    "initial_user",
    "initial_users",
    "initial_conversation",
    "initial_conversations",
    "initial_channel",
    "initial_channels",
    "initial_date",
    "initial_time",
    "initial_date_time",
)


class NotPossible(ValueError):
    """Something that a person cannot do in Slack; says why."""


def value_name(kind: str) -> str:
    return VALUE_NAMES.get(kind, "value")


def has_state(element: Json) -> bool:
    """Buttons and overflow menus are pressed and forgotten; everything else has a value."""
    return element.get("type") in PLAIN_INPUTS or (element.get("type") in VALUE_NAMES and element["type"] != "overflow")


def fill_in(world: World, view: View, values: Json) -> Json:
    """`state.values` of *view* with *values* put in by block id (or action id, where a block has several elements)."""
    state: Json = {}
    known: set[str] = set()
    for block in view.view["blocks"]:
        for element in filter(has_state, elements_of(block)):
            names = [n for n in (block["block_id"], element["action_id"]) if n in values]
            known.update(names)
            entry = (
                _filled(world, view, block, element, values[names[0]]) if names else _untouched(view, block, element)
            )
            state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    unknown = sorted(set(values) - known)
    if unknown:
        raise NotPossible(f"there is no field {', '.join(unknown)} in this view; it has {', '.join(state) or 'none'}")
    return state


def initial_state(world: World, blocks: list[Json]) -> Json:
    """The state of a message's menus that nobody touched."""
    view = View("", "", {"blocks": blocks, "state": {"values": {}}}, "")
    return fill_in(world, view, {})


def _untouched(view: View, block: Json, element: Json) -> Json:
    typed = view.view["state"]["values"].get(block["block_id"], {}).get(element["action_id"])
    if typed:
        return dict(typed)
    initial = next((element[name] for name in INITIAL_NAMES if element.get(name) is not None), None)
    if initial is None and element.get("default_to_current_conversation"):
        initial = view.channel
    empty: Any = [] if _is_list(element) else None
    return {"type": element["type"], value_name(element["type"]): initial if initial is not None else empty}


def _is_list(element: Json) -> bool:
    return str(element["type"]).startswith("multi_") or element["type"] in ("checkboxes", "file_input")


def _filled(world: World, view: View, block: Json, element: Json, given: Any) -> Json:
    kind = element["type"]
    if given is None or given in ("", []):
        return {"type": kind, value_name(kind): [] if _is_list(element) else None}
    if _is_list(element):
        many = given if isinstance(given, list) else [given]
        return {"type": kind, value_name(kind): [_one(world, view, block, element, one) for one in many]}
    return {"type": kind, value_name(kind): _one(world, view, block, element, given)}


def _one(world: World, view: View, block: Json, element: Json, given: Any) -> Any:
    kind = element["type"]
    if kind == "rich_text_input":
        return given if isinstance(given, dict) else rich_text(str(given))
    if kind == "file_input":
        if given not in world.slack.files:
            raise NotPossible(f"there is no file {given}; upload it first")
        return file_json(world, world.slack.files[given])
    if value_name(kind).startswith("selected_option"):
        return given if isinstance(given, dict) else _chosen(world, view, block, element, str(given))
    if "users_select" in kind:
        return _user_id(world, str(given))
    if "conversations_select" in kind or "channels_select" in kind:
        return _channel_id(world, str(given))
    return _moment(given) if kind == "datetimepicker" else str(given)


def _moment(given: Any) -> int:
    """Unix time, or `2026-11-22T09:30` in the time zone of everybody here."""
    if isinstance(given, int):
        return given
    try:
        return int(datetime.fromisoformat(str(given)).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise NotPossible(f"{given} is no date with a time") from None


def _chosen(world: World, view: View, block: Json, element: Json, wanted: str) -> Json:
    if element["type"] in EXTERNAL:
        return option(suggestions(world, view, block["block_id"], element, wanted), wanted)
    return option(options_of(element), wanted)


def option(options: list[Json], wanted: str) -> Json:
    """The option with this value, or with this text as people read it."""
    for one in options:
        if wanted in (one.get("value"), one["text"]["text"]):
            return {"text": one["text"], "value": one["value"]}
    raise NotPossible(f"{wanted!r} is not among the options: {', '.join(o['text']['text'] for o in options)}")


def _user_id(world: World, given: str) -> str:
    person = slack_user(world, given) or world.person(given)
    if person is None or not person.slack_id or person.slack_team != world.slack.team_id:
        raise NotPossible(f"there is nobody called {given}")
    return person.slack_id


def _channel_id(world: World, given: str) -> str:
    wanted = given.removeprefix("#")
    found = next((c for c in world.slack.channels.values() if wanted in (c["id"], c.get("name"))), None)
    if found is None:
        raise NotPossible(f"there is no channel {given}")
    return str(found["id"])


def client_refusals(view: View, state: Json) -> dict[str, str]:
    """What Slack's client says beside the fields before it sends anything: required, too short, too long, too many."""
    refusals = {}
    for block in view.view["blocks"]:
        if block["type"] == "input":
            entry = state[block["block_id"]][block["element"]["action_id"]]
            reason = next(_reasons(block, entry.get(value_name(entry["type"]))), None)
            if reason:
                refusals[block["block_id"]] = reason
    return refusals


def _reasons(block: Json, value: Any) -> Iterator[str]:
    element = block["element"]
    if not value or (isinstance(value, dict) and value.get("type") == "rich_text" and not value["elements"]):
        if not block.get("optional"):
            yield REQUIRED
        return
    if isinstance(value, str) and element["type"] in PLAIN_INPUTS:
        yield from _length_reasons(element, value)
    most = element.get("max_selected_items") or element.get("max_files")
    if isinstance(value, list) and most and len(value) > most:
        yield f"Please choose at most {most}."


def _length_reasons(element: Json, value: str) -> Iterator[str]:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(value) < least:
        yield f"Please enter at least {least} characters."
    if len(value) > most:
        yield f"Please enter at most {most} characters."
