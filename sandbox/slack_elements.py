"""What Slack takes as an element of a block: buttons, menus, fields, with their limits.

Limits: Slack's Block Kit reference and the comments in @slack/types; where the sources differ the smaller holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack_rules import (
    Json,
    Rule,
    anything,
    both,
    fault,
    flag,
    listed,
    many,
    matching,
    number,
    one_of,
    plain,
    shape,
    string,
)
from sandbox.slack_rules import text as text_object

CONFIRM = shape(
    {"text": text_object(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
ACTION: dict[str, Rule] = {"action_id": string(255, 1)}
ASKING = ACTION | {"confirm": CONFIRM}
FIELD = ASKING | {"focus_on_load": flag, "placeholder": plain(150)}
DISPATCH = shape({}, {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1)})
TYPED = ACTION | {"dispatch_action_config": DISPATCH, "focus_on_load": flag, "placeholder": plain(150)}
SEVERAL: dict[str, Rule] = {"max_selected_items": number(1, float("inf"))}
FILTER = shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1),
        "exclude_bot_users": flag,
        "exclude_external_shared_channels": flag,
    },
)
LATE_ANSWER: dict[str, Rule] = {"response_url_enabled": flag}
CURRENT: dict[str, Rule] = {"default_to_current_conversation": flag, "filter": FILTER}


def _option(words: Rule, more: dict[str, Rule] | None = None) -> Rule:
    return shape({"text": words, "value": string(75, 1)}, {"description": text_object(75), **(more or {})})


OPTION = _option(plain(75))
#: Checkboxes and radio buttons may be formatted.
FORMATTED = _option(text_object(75))
OVERFLOWING = _option(plain(75), {"url": string(3000)})
GROUP = shape({"label": plain(75), "options": many(OPTION, 1, 100)})
CHOICES: dict[str, Rule] = {"options": many(OPTION, 1, 100), "option_groups": many(GROUP, 1, 100)}


def options_of(element: Json) -> list[Json]:
    """All options of a menu, those in groups included."""
    groups = [group for group in listed(element.get("option_groups")) if isinstance(group, dict)]
    return [*listed(element.get("options")), *(o for group in groups for o in listed(group.get("options")))]


def _one_list(menu: Any, where: str) -> Iterator[str]:
    if bool(menu.get("options")) == bool(menu.get("option_groups")):
        yield fault("needs options or option_groups, and not both", where)


def _initial(menu: Any, where: str) -> Iterator[str]:
    """Slack compares the whole object; an option that only has the same value opens no modal at all."""
    try:
        chosen = [menu["initial_option"]] if menu.get("initial_option") else menu.get("initial_options") or []
        missing = any(one not in options_of(menu) for one in chosen)
    except (AttributeError, TypeError):
        return  # what is no list of options has been told already
    if missing:
        yield fault("initial_option must match one of the options exactly", where)


def _lengths(field: Any, where: str) -> Iterator[str]:
    least, most = field.get("min_length"), field.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield fault("min_length is greater than max_length", where)


def one_picture(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict) and bool(value.get("image_url")) == bool(value.get("slack_file")):
        yield fault("needs image_url or slack_file, and not both", where)


PICTURE: dict[str, Rule] = {"image_url": string(3000, 1), "slack_file": shape({}, {"id": string(), "url": string()})}
IMAGE = both(shape({"alt_text": string(2000, 1)}, PICTURE), one_picture)
PRESSED: dict[str, Rule] = {"style": one_of("primary", "danger"), "accessibility_label": string(75)}

CLICKABLE: dict[str, Rule] = {
    "button": shape({"text": plain(75)}, ASKING | PRESSED | {"value": string(2000), "url": string(3000)}),
    "workflow_button": shape({"text": plain(75), "workflow": shape({"trigger": anything})}, ASKING | PRESSED),
    "overflow": shape({"options": many(OVERFLOWING, 1, 5)}, ASKING),
}
MENUS: dict[str, Rule] = {
    "static_select": both(shape({}, FIELD | CHOICES | {"initial_option": OPTION}), _one_list, _initial),
    "multi_static_select": both(
        shape({}, FIELD | CHOICES | SEVERAL | {"initial_options": many(OPTION, 1)}), _one_list, _initial
    ),
    "external_select": shape({}, FIELD | {"initial_option": OPTION, "min_query_length": number(0, float("inf"))}),
    "multi_external_select": shape(
        {}, FIELD | SEVERAL | {"initial_options": many(OPTION), "min_query_length": number(0, float("inf"))}
    ),
    "users_select": shape({}, FIELD | {"initial_user": string()}),
    "multi_users_select": shape({}, FIELD | SEVERAL | {"initial_users": many(string())}),
    "conversations_select": shape({}, FIELD | CURRENT | LATE_ANSWER | {"initial_conversation": string()}),
    "multi_conversations_select": shape({}, FIELD | CURRENT | SEVERAL | {"initial_conversations": many(string())}),
    "channels_select": shape({}, FIELD | LATE_ANSWER | {"initial_channel": string()}),
    "multi_channels_select": shape({}, FIELD | SEVERAL | {"initial_channels": many(string())}),
    "checkboxes": both(
        shape(
            {"options": many(FORMATTED, 1, 10)}, ASKING | {"focus_on_load": flag, "initial_options": many(FORMATTED, 1)}
        ),
        _initial,
    ),
    "radio_buttons": both(
        shape({"options": many(FORMATTED, 1, 10)}, ASKING | {"focus_on_load": flag, "initial_option": FORMATTED}),
        _initial,
    ),
    "datepicker": shape({}, FIELD | {"initial_date": matching(r"\d{4}-\d\d-\d\d")}),
    "timepicker": shape({}, FIELD | {"initial_time": matching(r"\d\d:\d\d"), "timezone": string()}),
    "datetimepicker": shape(
        {}, ASKING | {"focus_on_load": flag, "initial_date_time": number(1_000_000_000, 9_999_999_999)}
    ),
}
FIELDS: dict[str, Rule] = {
    "plain_text_input": both(
        shape(
            {},
            TYPED
            | {"initial_value": string(3000), "multiline": flag}
            | {"min_length": number(0, 3000), "max_length": number(1, 3000)},
        ),
        _lengths,
    ),
    "rich_text_input": shape(
        {},
        TYPED
        | {"initial_value": anything}
        | {"min_lines": number(1, float("inf")), "max_lines": number(1, float("inf"))},
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        TYPED | {"initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "email_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "url_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "file_input": shape({}, ACTION | {"filetypes": many(string(), 1), "max_files": number(1, 10)}),
}
#: What may stand in an input block, in an actions block, and beside a section's text.
IN_INPUT = MENUS | FIELDS
IN_ACTIONS = CLICKABLE | MENUS | {"rich_text_input": FIELDS["rich_text_input"]}
ACCESSORY = CLICKABLE | MENUS | {"image": IMAGE}
