"""What Slack refuses in blocks, views and metadata, with the error codes it uses.

Limits: Slack's Block Kit reference and the comments in @slack/types; where the sources differ the smaller number holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """Answered as `{"ok": false, "error": code}` with HTTP 200."""

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []


SURFACES: dict[str, tuple[str, ...]] = {
    "section": ("message", "modal", "home"),
    "divider": ("message", "modal", "home"),
    "image": ("message", "modal", "home"),
    "actions": ("message", "modal", "home"),
    "context": ("message", "modal", "home"),
    "header": ("message", "modal", "home"),
    "input": ("message", "modal", "home"),
    "rich_text": ("message", "modal", "home"),
    "video": ("message", "modal", "home"),
    "file": ("message",),
    "markdown": ("message",),
}
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}

#: Elements that can stand in an input block.
INPUTS = {
    "plain_text_input",
    "rich_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "file_input",
}
NOT_OUTSIDE_INPUT = {"file_input", "number_input", "email_text_input", "url_text_input", "plain_text_input"}
CLICKABLE = (INPUTS - NOT_OUTSIDE_INPUT) | {"button", "overflow", "image", "workflow_button"}


def check_blocks(blocks: Any, surface: str) -> None:
    """Raise `SlackError` naming every fault found, as Slack lists them in `response_metadata.messages`."""
    if not isinstance(blocks, list) or any(not isinstance(b, dict) for b in blocks):
        raise SlackError("invalid_blocks_format")
    faults = list(_faults_of_all(blocks, surface))
    if faults:
        code = "invalid_blocks" if surface == "message" else "invalid_arguments"
        raise SlackError(code, [f"[ERROR] {fault}" for fault in faults])


def check_view(view: Any, kinds: tuple[str, ...] = ("modal",)) -> None:
    """Raise `SlackError` unless *view* is one that Slack would show."""
    if not isinstance(view, dict) or view.get("type") not in kinds:
        raise SlackError(
            "invalid_arguments", [f"[ERROR] view type must be one of {list(kinds)} [json-pointer:/view/type]"]
        )
    if len(json.dumps(view)) > 250_000:
        raise SlackError("view_too_large")
    faults = list(_view_faults(view))
    if faults:
        raise SlackError("invalid_arguments", [f"[ERROR] {fault}" for fault in faults])
    check_blocks(view.get("blocks"), view["type"])


def check_metadata(metadata: Any) -> None:
    """Metadata needs a type and a payload, and is small."""
    if metadata is None:
        return
    whole = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not whole or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > 16_384:
        raise SlackError("metadata_too_large")


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block, wherever the block keeps them."""
    kind = block.get("type")
    if kind == "input":
        return [block.get("element") or {}]
    if kind == "actions":
        return list(block.get("elements") or [])
    if kind == "section" and block.get("accessory"):
        return [block["accessory"]]
    return []


def options_of(element: Json) -> list[Json]:
    """All options of a menu, those in groups included."""
    groups = element.get("option_groups") or []
    return list(element.get("options") or []) + [o for g in groups for o in g.get("options") or []]


def _faults_of_all(blocks: list[Json], surface: str) -> Iterator[str]:
    if len(blocks) > MAX_BLOCKS[surface]:
        yield f"no more than {MAX_BLOCKS[surface]} items allowed [json-pointer:/blocks]"
    ids = [b["block_id"] for b in blocks if b.get("block_id")]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"`block_id` {twice} already exists"
    for number, block in enumerate(blocks):
        for fault in _block_faults(block, surface):
            yield f"{fault} [json-pointer:/blocks/{number}]"


def _block_faults(block: Json, surface: str) -> Iterator[str]:
    kind = str(block.get("type"))
    if surface not in SURFACES.get(kind, ()):
        yield f"unsupported type: {kind}"
        return
    yield from _longer(block.get("block_id"), 255, "block_id")
    checks = {
        "section": _section_faults,
        "header": _header_faults,
        "context": _context_faults,
        "actions": _actions_faults,
        "input": _input_faults,
        "image": _image_faults,
    }
    yield from checks.get(kind, _nothing)(block)
    for element in elements_of(block):
        yield from _element_faults(element)


def _nothing(block: Json) -> Iterator[str]:
    yield from ()


def _section_faults(block: Json) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield "missing required field: text or fields"
    if block.get("text") is not None:
        yield from _text_faults(block["text"], 3000, "text")
    fields = block.get("fields") or []
    if len(fields) > 10:
        yield "no more than 10 fields allowed"
    for one in fields:
        yield from _text_faults(one, 2000, "field")
    accessory = block.get("accessory")
    if accessory and accessory.get("type") not in CLICKABLE:
        yield f"unsupported accessory: {accessory.get('type')}"


def _header_faults(block: Json) -> Iterator[str]:
    yield from _text_faults(block.get("text"), 150, "text", plain=True)


def _context_faults(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "a context block has 1 to 10 elements"
    for one in elements:
        if one.get("type") != "image":
            yield from _text_faults(one, 2000, "element")


def _actions_faults(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield "an actions block has 1 to 25 elements"
    ids = [e.get("action_id") for e in elements if e.get("action_id")]
    if len(ids) != len(set(ids)):
        yield "`action_id` must be unique in its block"
    for one in elements:
        if one.get("type") not in CLICKABLE:
            yield f"unsupported element: {one.get('type')}"


def _input_faults(block: Json) -> Iterator[str]:
    yield from _text_faults(block.get("label"), 2000, "label", plain=True)
    if block.get("hint") is not None:
        yield from _text_faults(block["hint"], 2000, "hint", plain=True)
    kind = (block.get("element") or {}).get("type")
    if kind not in INPUTS:
        yield f"unsupported element: {kind}"
    if kind == "file_input" and block.get("dispatch_action"):
        yield "file_input cannot be used with dispatch_action"


def _image_faults(block: Json) -> Iterator[str]:
    if not block.get("alt_text") or not (block.get("image_url") or block.get("slack_file")):
        yield "an image needs image_url and alt_text"


def _element_faults(element: Json) -> Iterator[str]:
    yield from _longer(element.get("action_id"), 255, "action_id")
    if element.get("placeholder") is not None:
        yield from _text_faults(element["placeholder"], 150, "placeholder", plain=True)
    kind = element.get("type")
    if kind == "button":
        yield from _button_faults(element)
    elif kind in ("plain_text_input", "number_input", "email_text_input", "url_text_input"):
        yield from _longer(element.get("initial_value"), 3000, "initial_value")
        if (element.get("max_length") or 0) > 3000:
            yield "max_length must be at most 3000"
    elif kind in ("static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"):
        yield from _menu_faults(element)


def _button_faults(button: Json) -> Iterator[str]:
    yield from _text_faults(button.get("text"), 75, "button text", plain=True)
    yield from _longer(button.get("value"), 2000, "value")
    yield from _longer(button.get("url"), 3000, "url")
    if button.get("style") not in (None, "primary", "danger"):
        yield f"unknown style {button.get('style')}"
    if button.get("confirm"):
        yield from _confirm_faults(button["confirm"])


def _confirm_faults(confirm: Json) -> Iterator[str]:
    for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text_faults(confirm.get(part), limit, f"confirm {part}", plain=part != "text")


def _menu_faults(menu: Json) -> Iterator[str]:
    options = options_of(menu)
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(str(menu["type"]), 100)
    if not 1 <= len(options) <= most:
        yield f"{menu['type']} has 1 to {most} options"
    for option in options:
        yield from _text_faults(option.get("text"), 75, "option text")
        yield from _longer(option.get("value"), 75, "option value")
        if option.get("description") is not None:
            yield from _text_faults(option["description"], 75, "option description")
    chosen = [menu["initial_option"]] if menu.get("initial_option") else menu.get("initial_options") or []
    # Slack compares the whole object; an option that only has the same value opens no modal at all.
    if any(one not in options for one in chosen):
        yield "initial_option must match one of the options exactly"


def _view_faults(view: Json) -> Iterator[str]:
    if view["type"] == "modal":
        yield from _text_faults(view.get("title"), 24, "title", plain=True)
        for part in ("submit", "close"):
            if view.get(part) is not None:
                yield from _text_faults(view[part], 24, part, plain=True)
        has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view.get("blocks") or [])
        if has_input and not view.get("submit"):
            yield "a view with input blocks needs submit"
    yield from _longer(view.get("private_metadata"), 3000, "private_metadata")
    yield from _longer(view.get("callback_id"), 255, "callback_id")
    yield from _longer(view.get("external_id"), 255, "external_id")


def _text_faults(text: Any, limit: int, name: str, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        yield f"missing required field: {name}"
        return
    if text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"{name}: unsupported text type {text.get('type')}"
    if not text["text"]:
        yield f"{name} must be more than 0 characters"
    yield from _longer(text["text"], limit, name)


def _longer(value: Any, limit: int, name: str) -> Iterator[str]:
    if value is not None and len(str(value)) > limit:
        yield f"{name} must be less than {limit + 1} characters"
