"""What Slack takes as a block, and as the frame of a modal or Home tab, with their limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack_elements import ACCESSORY, IMAGE, IN_ACTIONS, IN_INPUT, PICTURE, one_picture
from sandbox.slack_rules import (
    Json,
    Rule,
    anything,
    both,
    fault,
    flag,
    listed,
    many,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
    typed,
)

NAMED: dict[str, Rule] = {"block_id": string(255, 1)}
STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), flag))
STYLED: dict[str, Rule] = {"style": STYLE}
LEAVES = typed(
    {
        "text": shape({"text": string()}, STYLED),
        "link": shape({"url": string(3000, 1)}, STYLED | {"text": string(), "unsafe": flag}),
        "emoji": shape(
            {"name": string(None, 1)}, STYLED | {"unicode": string(), "url": string(), "skin_tone": number(1, 6)}
        ),
        "user": shape({"user_id": string(None, 1)}, STYLED),
        "usergroup": shape({"usergroup_id": string(None, 1)}, STYLED),
        "channel": shape({"channel_id": string(None, 1)}, STYLED),
        "team": shape({"team_id": string(None, 1)}, STYLED),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}, STYLED),
        "color": shape({"value": string(None, 1)}, STYLED),
        "date": shape(
            {"timestamp": number(0, float("inf")), "format": string(None, 1)},
            STYLED | {"url": string(), "fallback": string()},
        ),
    }
)
BORDER: dict[str, Rule] = {"border": one_of(0, 1)}
SECTION = shape({"elements": many(LEAVES)})
RICH = typed(
    {
        "rich_text_section": SECTION,
        "rich_text_quote": shape({"elements": many(LEAVES)}, BORDER),
        "rich_text_preformatted": shape({"elements": many(LEAVES)}, BORDER | {"language": string()}),
        "rich_text_list": shape(
            {"style": one_of("bullet", "ordered"), "elements": many(typed({"rich_text_section": SECTION}))},
            BORDER | {"indent": number(0, 8), "offset": number(0, float("inf"))},
        ),
    }
)


def _words(value: Any, where: str) -> Iterator[str]:
    if not value.get("text") and not value.get("fields"):
        yield fault("must define either text or fields", where)


def _distinct(value: Any, where: str) -> Iterator[str]:
    elements = [one for one in listed(value.get("elements")) if isinstance(one, dict)]
    ids = [one["action_id"] for one in elements if one.get("action_id")]
    if len(ids) != len(set(map(str, ids))):
        yield fault("`action_id` must be unique in its block", where)


def _no_dispatch(value: Any, where: str) -> Iterator[str]:
    if value.get("dispatch_action") and (value.get("element") or {}).get("type") == "file_input":
        yield fault("file_input cannot dispatch an action", where)


SAID = typed({"plain_text": text(2000, "plain_text"), "mrkdwn": text(2000, "mrkdwn"), "image": IMAGE})
EVERYWHERE: dict[str, Rule] = {
    "section": both(
        shape(
            {},
            NAMED
            | {"text": text(3000), "fields": many(text(2000), 1, 10), "accessory": typed(ACCESSORY), "expand": flag},
        ),
        _words,
    ),
    "divider": shape({}, NAMED),
    "header": shape({"text": plain(150)}, NAMED),
    "image": both(shape({"alt_text": string(2000, 1)}, NAMED | PICTURE | {"title": plain(2000)}), one_picture),
    "context": shape({"elements": many(SAID, 1, 10)}, NAMED),
    "actions": both(shape({"elements": many(typed(IN_ACTIONS), 1, 25)}, NAMED), _distinct),
    "input": both(
        shape(
            {"label": plain(2000), "element": typed(IN_INPUT)},
            NAMED | {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
        ),
        _no_dispatch,
    ),
    "rich_text": shape({"elements": many(RICH)}, NAMED),
    "video": shape(
        {"title": plain(199), "alt_text": string(2000, 1), "thumbnail_url": string(3000), "video_url": string(3000)},
        NAMED
        | {"description": plain(199), "title_url": string(3000), "author_name": string(49)}
        | {"provider_name": string(), "provider_icon_url": string()},
    ),
}
#: Newer blocks (`table`, `card`, `alert` …) are left out: old clients do not draw them (facts: slack.md §2.5).
IN_MESSAGES = EVERYWHERE | {
    "markdown": shape({"text": string(12_000, 1)}, NAMED),
    "file": shape({"external_id": string(None, 1), "source": one_of("remote")}, NAMED),
}
BLOCKS: dict[str, dict[str, Rule]] = {"message": IN_MESSAGES, "modal": EVERYWHERE, "home": EVERYWHERE}

#: The blocks of a view are checked by themselves.
FRAME: dict[str, Rule] = {
    "blocks": anything,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"title": plain(24), "blocks": FRAME["blocks"]},
        FRAME
        | {"submit": plain(24), "close": plain(24)}
        | {"clear_on_close": flag, "notify_on_close": flag, "submit_disabled": flag},
    ),
    "home": shape({"blocks": FRAME["blocks"]}, FRAME),
}


def block_faults(block: Json, surface: str, where: str) -> Iterator[str]:
    yield from typed(BLOCKS[surface])(block, where)


def view_faults(view: Json) -> Iterator[str]:
    yield from VIEWS[view["type"]](view, "/view")
    blocks = [block for block in listed(view.get("blocks")) if isinstance(block, dict)]
    if view["type"] == "modal" and not view.get("submit") and any(b.get("type") == "input" for b in blocks):
        yield fault("a view with input blocks needs submit", "/view")
