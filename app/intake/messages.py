"""What a Slack message says: its words, who wrote it, its files, and the thread in which it stands.

A message comes as Slack's events, its message shortcut and its history show it; anything may be missing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.adf.mrkdwn import to_rich_text

Node = dict[str, Any]
#: What people write; everything else with a subtype is Slack telling what happened (docs.slack.dev, message events).
TALK = (None, "file_share", "thread_broadcast", "me_message")
#: More than Slack lets anybody attach to one message.
MOST_FILES = 30


@dataclass(frozen=True)
class Said:
    channel: str
    ts: str
    #: The `ts` of the thread's first message; the message's own when it stands in no thread.
    thread: str
    #: Slack user; empty for a message of an app.
    author: str
    #: A `rich_text` block.
    rich: Node
    #: Ids of its files, and what they are called.
    files: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()

    @property
    def in_thread(self) -> bool:
        return self.thread != self.ts


def said(message: Mapping[str, Any], channel: str) -> Said:
    """It never raises. What was typed wins over what is shown for those who cannot show it."""
    ts = str(message.get("ts") or "")
    files = [each for each in _list(message.get("files")) if each.get("id")][:MOST_FILES]
    elements = _typed(message) or to_rich_text(str(message.get("text") or ""))["elements"]
    return Said(
        channel,
        ts,
        str(message.get("thread_ts") or ts),
        "" if message.get("bot_id") else str(message.get("user") or ""),
        {"type": "rich_text", "elements": [*elements, *_shared(message)]},
        tuple(str(each["id"]) for each in files),
        tuple(str(each.get("title") or each.get("name") or each["id"]) for each in files),
    )


def is_talk(message: Mapping[str, Any], our_app: str) -> bool:
    """Whether somebody said something, a person or another app: not ours, and no note of Slack's own."""
    if message.get("hidden") or (our_app and message.get("app_id") == our_app):
        return False
    return message.get("subtype") in (*TALK, "bot_message")


def is_by_a_person(message: Mapping[str, Any], our_app: str) -> bool:
    by_app = message.get("bot_id") or message.get("subtype") == "bot_message"
    return is_talk(message, our_app) and not by_app and bool(message.get("user"))


def has_emoji(words: str) -> bool:
    """Whoever sends an emoji alone wants something; whoever sends dots does not."""
    return any(unicodedata.category(character) == "So" for character in words)


def _typed(message: Mapping[str, Any]) -> list[Node]:
    blocks = [block for block in _list(message.get("blocks")) if block.get("type") == "rich_text"]
    return [element for block in blocks for element in _list(block.get("elements"))]


def _shared(message: Mapping[str, Any]) -> Iterator[Node]:
    """A message that was passed on, and what apps say in attachments; previews of links say nothing new."""
    for each in _list(message.get("attachments")):
        if each.get("is_share") or message.get("bot_id"):
            words = [str(each.get(part) or "") for part in ("author_name", "pretext", "title", "text")]
            told = "\n".join(word for word in words if word) or str(each.get("fallback") or "")
            yield from _quoted(to_rich_text(told)["elements"])


def _quoted(elements: list[Node]) -> Iterator[Node]:
    for element in elements:
        plain = element["type"] == "rich_text_section"
        yield {**element, "type": "rich_text_quote"} if plain else element


def _list(value: Any) -> list[Node]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
