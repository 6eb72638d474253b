"""Block Kit's limits, each at its edge: the last that Slack shows and the first that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_client import a_modal, a_section, an_input, buttons, options

from sandbox.slack_checks import SlackError, check_blocks, check_view
from tests.specs import complaints

Json = dict[str, Any]


def plain(count: int) -> Json:
    return {"type": "plain_text", "text": "x" * count}


def mrkdwn(count: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * count}


def a_button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain(2), **more}


def in_actions(element: Json) -> Json:
    return {"type": "actions", "elements": [element]}


def a_select(count: int, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", "options": options(*(f"o{n}" for n in range(count))), **more}


def a_group(label: int, count: int) -> Json:
    return {"label": plain(label), "options": options(*(f"o{n}" for n in range(count)))}


def an_image(alt: int = 1, **more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * alt, **more}


def confirm(part: str, count: int) -> Json:
    return {"text": plain(1), "title": plain(1), "confirm": plain(1), "deny": plain(1), part: plain(count)}


#: What, a block made with a number, and the greatest number that is taken.
OF_BLOCKS: list[tuple[str, Callable[[int], Json], int]] = [
    ("a section's text", lambda n: a_section("x" * n), 3000),
    ("a section's fields", lambda n: {"type": "section", "fields": [mrkdwn(1)] * n}, 10),
    ("a field", lambda n: {"type": "section", "fields": [mrkdwn(n)]}, 2000),
    ("a header", lambda n: {"type": "header", "text": plain(n)}, 150),
    ("a context's elements", lambda n: {"type": "context", "elements": [mrkdwn(1)] * n}, 10),
    ("an image's summary", an_image, 2000),
    ("an image's title", lambda n: an_image(title=plain(n)), 2000),
    ("an image's address", lambda n: an_image() | {"image_url": "x" * n}, 3000),
    ("an action block's elements", lambda n: buttons(**{f"b{i}": "1" for i in range(n)}), 25),
    ("a button's text", lambda n: in_actions(a_button(text=plain(n))), 75),
    ("a button's value", lambda n: in_actions(a_button(value="x" * n)), 2000),
    ("a button's address", lambda n: in_actions(a_button(url="x" * n)), 3000),
    ("a button's label for screen readers", lambda n: in_actions(a_button(accessibility_label="x" * n)), 75),
    ("an action id", lambda n: in_actions(a_button(action_id="x" * n)), 255),
    ("a block id", lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    ("a question's title", lambda n: in_actions(a_button(confirm=confirm("title", n))), 100),
    ("a question", lambda n: in_actions(a_button(confirm=confirm("text", n))), 300),
    ("a question's yes", lambda n: in_actions(a_button(confirm=confirm("confirm", n))), 30),
    ("a question's no", lambda n: in_actions(a_button(confirm=confirm("deny", n))), 30),
    ("an overflow's options", lambda n: in_actions(a_select(n) | {"type": "overflow"}), 5),
    ("a menu's options", lambda n: in_actions(a_select(n)), 100),
    ("a menu's groups", lambda n: in_actions(a_select(0, options=None, option_groups=[a_group(1, 1)] * n)), 100),
    ("a group's options", lambda n: in_actions(a_select(0, options=None, option_groups=[a_group(1, n)])), 100),
    ("a group's label", lambda n: in_actions(a_select(0, options=None, option_groups=[a_group(n, 1)])), 75),
    ("a menu's placeholder", lambda n: in_actions(a_select(1, placeholder=plain(n))), 150),
    ("an option's text", lambda n: in_actions(a_select(0, options=[{"text": plain(n), "value": "v"}])), 75),
    ("an option's value", lambda n: in_actions(a_select(0, options=[{"text": plain(1), "value": "v" * n}])), 75),
    (
        "an option's description",
        lambda n: in_actions(a_select(0, options=[{"text": plain(1), "value": "v", "description": plain(n)}])),
        75,
    ),
    ("checkboxes", lambda n: in_actions(a_select(n) | {"type": "checkboxes"}), 10),
    ("radio buttons", lambda n: in_actions(a_select(n) | {"type": "radio_buttons"}), 10),
    ("a field's label", lambda n: an_input("it", type="plain_text_input") | {"label": plain(n)}, 2000),
    ("a field's hint", lambda n: an_input("it", type="plain_text_input") | {"hint": plain(n)}, 2000),
    ("a first value", lambda n: an_input("it", type="plain_text_input", initial_value="x" * n), 3000),
    ("the longest line", lambda n: an_input("it", type="plain_text_input", max_length=n), 3000),
    ("files", lambda n: an_input("it", type="file_input", max_files=n), 10),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
]
OF_VIEWS: list[tuple[str, Callable[[int], Json], int]] = [
    ("a title", lambda n: a_modal(title=plain(n)), 24),
    ("the button's text", lambda n: a_modal(submit=plain(n)), 24),
    ("the other button's text", lambda n: a_modal(close=plain(n)), 24),
    ("private metadata", lambda n: a_modal(private_metadata="x" * n), 3000),
    ("a callback id", lambda n: a_modal(callback_id="x" * n), 255),
    ("an external id", lambda n: a_modal(external_id="x" * n), 255),
    ("a modal's blocks", lambda n: a_modal(*[{"type": "divider"}] * n), 100),
]
#: Limits that are told in prose and that the generated schema does not have.
IN_PROSE = {
    "an image's summary",
    "an image's title",
    "an image's address",
    "a button's label for screen readers",
    "a question's title",
    "a question",
    "a question's yes",
    "a question's no",
    "a menu's groups",
    "a group's options",
    "a group's label",
    "a first value",
    "markdown",
    "an external id",
}


def message(*blocks: Json) -> str | None:
    """The error with which Slack refuses it, None when it is shown."""
    try:
        check_blocks(list(blocks), "message")
    except SlackError as refused:
        return refused.code
    return None


def view(shown: Json) -> str | None:
    """The same for a modal or a Home tab."""
    try:
        check_view(shown, ("modal", "home"))
    except SlackError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(("what", "made", "most"), OF_BLOCKS, ids=[case[0] for case in OF_BLOCKS])
def test_a_block_has_limits(what: str, made: Callable[[int], Json], most: int) -> None:
    assert message(made(most)) is None
    assert message(made(most + 1)) == "invalid_blocks"


@pytest.mark.parametrize(("what", "made", "most"), OF_VIEWS, ids=[case[0] for case in OF_VIEWS])
def test_a_view_has_limits(what: str, made: Callable[[int], Json], most: int) -> None:
    assert view(made(most)) is None
    assert view(made(most + 1)) == "invalid_arguments"


@pytest.mark.parametrize(("what", "made", "most"), OF_BLOCKS, ids=[case[0] for case in OF_BLOCKS])
def test_slacks_types_have_the_same_limits(what: str, made: Callable[[int], Json], most: int) -> None:
    kind = "slack/blockkit.message.schema.json"
    assert complaints({"blocks": [without_nothing(made(most))]}, f"schemas/{kind}") == []
    assert bool(complaints({"blocks": [without_nothing(made(most + 1))]}, f"schemas/{kind}")) == (what not in IN_PROSE)


@pytest.mark.parametrize(("what", "made", "most"), OF_VIEWS, ids=[case[0] for case in OF_VIEWS])
def test_slacks_types_have_the_same_limits_of_views(what: str, made: Callable[[int], Json], most: int) -> None:
    schema = "schemas/slack/blockkit.modal.schema.json"
    assert complaints(without_nothing(made(most)), schema) == []
    assert bool(complaints(without_nothing(made(most + 1)), schema)) == (what not in IN_PROSE)


def without_nothing(part: Any) -> Any:
    """The same without what is null: Slack takes that for absent, a schema does not."""
    if isinstance(part, list):
        return [without_nothing(one) for one in part]
    if isinstance(part, dict):
        return {name: without_nothing(one) for name, one in part.items() if one is not None}
    return part


REFUSED: dict[str, Json] = {
    "a property that does not exist": a_section("x", color="red"),
    "emoji in formatted text": {"type": "section", "text": mrkdwn(1) | {"emoji": True}},
    "formatted text in a header": {"type": "header", "text": mrkdwn(1)},
    "no text at all": {"type": "section"},
    "only what stands beside the text": {"type": "section", "accessory": a_button()},
    "an empty text": a_section(""),
    "elements that are no list": {"type": "actions", "elements": 5},
    "options that are no list": in_actions(a_select(0, options=5)),
    "no elements": {"type": "actions", "elements": []},
    "a field outside of an input block": in_actions({"type": "plain_text_input", "action_id": "a"}),
    "a button in an input block": an_input("it", type="button", text=plain(1)),
    "an unknown style": in_actions(a_button(style="loud")),
    "an option without a value": in_actions(a_select(0, options=[{"text": plain(1)}])),
    "options and groups": in_actions(a_select(1, option_groups=[a_group(1, 1)])),
    "neither options nor groups": in_actions(a_select(0, options=None)),
    "formatted text in a menu": in_actions(a_select(0, options=[{"text": mrkdwn(1), "value": "v"}])),
    "an image without a summary": {"type": "image", "image_url": "https://example.com/a.png"},
    "an image from nowhere": {"type": "image", "alt_text": "x"},
    "the same action twice": {"type": "actions", "elements": [a_button(), a_button()]},
    "a shortest line above the longest": an_input("it", type="plain_text_input", min_length=5, max_length=4),
    "a number field that does not say whether decimals": an_input("it", type="number_input"),
    "a date that is none": in_actions({"type": "datepicker", "action_id": "a", "initial_date": "tomorrow"}),
    "no item may be chosen": in_actions({"type": "multi_users_select", "action_id": "a", "max_selected_items": 0}),
    "no file may be given": an_input("it", type="file_input", max_files=0),
    "a file that dispatches": an_input("it", type="file_input") | {"dispatch_action": True},
    "a leaf of rich text that does not exist": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "blink", "text": "x"}]}],
    },
    "a list in a list": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_list"}]}],
    },
    "a block of tomorrow": {"type": "hologram"},
    "a block that is text": {"type": "section", "text": "just text"},
}


@pytest.mark.parametrize("block", REFUSED.values(), ids=REFUSED.keys())
def test_a_block_is_refused(block: Json) -> None:
    assert message(block) == "invalid_blocks"


def test_checkboxes_may_be_formatted() -> None:
    formatted = [{"text": mrkdwn(3), "value": "v"}]
    assert message(in_actions({"type": "checkboxes", "action_id": "a", "options": formatted})) is None


def test_what_is_null_is_not_there() -> None:
    assert message(in_actions(a_button(style=None, confirm=None))) is None


def test_markdown_blocks_share_their_limit() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert message(half, half) is None
    assert message(half, half, half) == "invalid_blocks"


def test_a_message_has_fifty_blocks() -> None:
    assert message(*[{"type": "divider"}] * 50) is None
    assert message(*[{"type": "divider"}] * 51) == "invalid_blocks"


def test_all_texts_of_a_message_together_are_limited_too() -> None:
    check_blocks([a_section("x" * 3000)] * 4, "message")
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([a_section("x" * 3000)] * 5, "message")


def test_one_field_has_the_focus() -> None:
    one, two = (an_input(name, type="plain_text_input", focus_on_load=True) for name in ("one", "two"))
    assert view(a_modal(one)) is None
    assert view(a_modal(one, two)) == "invalid_arguments"


@pytest.mark.parametrize(
    "shown",
    [
        a_modal(blocks=[]),
        a_modal(blocks=None),
        a_modal(blocks=5),
        a_modal(title=None),
        a_modal(title=mrkdwn(3)),
        a_modal(id="V0123"),
        a_modal(notify_on_close="yes"),
        a_modal({"type": "markdown", "text": "x"}),
        {"type": "home", "title": plain(3), "blocks": []},
    ],
    ids=[
        "no block",
        "no blocks",
        "blocks that are no list",
        "no title",
        "a formatted title",
        "what Slack added when it showed it",
        "a word for yes",
        "a block for messages",
        "a title on the Home tab",
    ],
)
def test_a_view_is_refused(shown: Json) -> None:
    assert view(shown) == "invalid_arguments"


def test_a_view_has_250_kilobytes() -> None:
    many = [an_input(f"i{n}", type="static_select", options=a_select(100)["options"]) for n in range(40)]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(a_modal(*many))
