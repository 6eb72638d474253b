"""What Slack takes and shows: its limits, and that words from outside can neither ring nor lead anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.specs import complaints

#: What people, or those who mean no good, put into a ticket.
HOSTILE = {
    "rings for everybody": "<!channel> <!here> <!subteam^S1> <@U0EVIL>",
    "leads elsewhere": "<https://evil.example|https://team.atlassian.net/browse/OPS-1>",
    "three thousand letters": "long " * 600,
    "three thousand ampersands": "&" * 3000,
    "emoji": "🔥👩🏽‍🚀 :fire:" * 20,
    "right to left": "\u202eمرحبا بالعالم\u202c abc",
    "control characters": "bell \x07 null \x00 escape \x1b[31m",
    "several lines": "one\n\n> two\n```three```",
    "markup of other places": "</td><script>alert(1)</script> {{ 7 * 7 }} &amp; ]]>",
}


def walk(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from walk(value)
    if isinstance(found, list):
        for value in found:
            yield from walk(value)


def assert_message(text: str, blocks: list[dict[str, Any]], may_ring: tuple[str, ...] = ()) -> None:
    """Slack takes the message, and only the users *may_ring* hear it."""
    assert 0 < len(text) <= 4000  # chat.update refuses more
    assert_mrkdwn(text, may_ring)
    for each in walk(blocks):
        if each.get("type") == "mrkdwn":
            assert_mrkdwn(each["text"], may_ring)
    assert complaints({"blocks": blocks}, "schemas/slack/blockkit.message.schema.json") == []


def assert_modal(view: dict[str, Any], may_ring: tuple[str, ...] = ()) -> None:
    """Slack takes the modal: an invalid one is refused as a whole."""
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert len(view.get("private_metadata", "")) <= 3000
    for each in walk(view):
        if each.get("type") == "mrkdwn":
            assert_mrkdwn(each["text"], may_ring)
        if "initial_option" in each:
            assert each["initial_option"] in each["options"]
    assert complaints(view, "schemas/slack/blockkit.modal.schema.json") == []


def assert_mrkdwn(text: str, may_ring: tuple[str, ...]) -> None:
    """Only links to pages and the people who may be called are more than text, and no entity is cut in half."""
    for token in re.findall(r"<([^>]*)>?", text):
        assert token.startswith(("http://", "https://")) or token in {f"@{user}" for user in may_ring}
    assert re.findall(r"&(?!amp;|lt;|gt;)", text) == []
