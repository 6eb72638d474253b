"""What Slack refuses in blocks, views and metadata, with the error codes it uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack_elements import options_of
from sandbox.slack_rules import listed
from sandbox.slack_shapes import block_faults, view_faults

__all__ = ["SlackError", "check_blocks", "check_metadata", "check_view", "elements_of", "options_of"]

Json = dict[str, Any]
#: Least and most.
BLOCKS = {"message": (0, 50), "modal": (1, 100), "home": (0, 100)}
#: All `markdown` blocks of a message together.
MAX_MARKDOWN = 12_000
#: All texts of a message together: in no reference, but measured (https://github.com/slackapi/bolt-js/issues/2509).
MAX_BLOCK_TEXT = 13_200
MAX_VIEW = 250_000
MAX_METADATA = 16_384
MAX_ATTACHMENTS = 100


class SlackError(Exception):
    """Answered as `{"ok": false, "error": code}` with HTTP 200; *more* goes into the answer."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.more = more


def check_blocks(blocks: Any, surface: str) -> None:
    """Raise `SlackError` naming every fault found, as Slack lists them in `response_metadata.messages`."""
    if not isinstance(blocks, list) or any(not isinstance(b, dict) for b in blocks):
        raise SlackError("invalid_blocks_format" if surface == "message" else "invalid_arguments")
    faults = list(_faults_of_all(blocks, surface))
    if faults:
        code = "invalid_blocks" if surface == "message" else "invalid_arguments"
        raise SlackError(code, [f"[ERROR] {fault}" for fault in faults])
    if surface == "message" and _length(blocks) > MAX_BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, kinds: tuple[str, ...] = ("modal",)) -> None:
    """Raise `SlackError` unless *view* is one that Slack would show."""
    if not isinstance(view, dict) or view.get("type") not in kinds:
        raise SlackError(
            "invalid_arguments", [f"[ERROR] view type must be one of {list(kinds)} [json-pointer:/view/type]"]
        )
    if len(json.dumps(view)) > MAX_VIEW:
        raise SlackError("view_too_large")
    faults = list(view_faults(view))
    if faults:
        raise SlackError("invalid_arguments", [f"[ERROR] {fault}" for fault in faults])
    check_blocks(view["blocks"], view["type"])


def check_metadata(metadata: Any) -> None:
    """Metadata needs a type and a payload, and is small."""
    if metadata is None:
        return
    whole = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not whole or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large")


def check_attachments(attachments: Any) -> None:
    if isinstance(attachments, list) and len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block, wherever the block keeps them."""
    kind = block.get("type")
    if kind == "input":
        return [block.get("element") or {}]
    if kind == "actions":
        return listed(block.get("elements"))
    if kind == "section" and block.get("accessory"):
        return [block["accessory"]]
    return []


def _faults_of_all(blocks: list[Json], surface: str) -> Iterator[str]:
    least, most = BLOCKS[surface]
    if len(blocks) < least:
        yield f"no fewer than {least} items allowed [json-pointer:/blocks]"
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids = [b["block_id"] for b in blocks if b.get("block_id")]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"`block_id` {twice} already exists"
    for number, block in enumerate(blocks):
        yield from block_faults(block, surface, f"/blocks/{number}")
    yield from _faults_together(blocks)


def _faults_together(blocks: list[Json]) -> Iterator[str]:
    written = [str(b.get("text") or "") for b in blocks if b.get("type") == "markdown"]
    if sum(map(len, written)) > MAX_MARKDOWN:
        yield f"all markdown blocks together must be less than {MAX_MARKDOWN + 1} characters"
    parts = [part for b in blocks for part in elements_of(b) if isinstance(part, dict)]
    if sum(part.get("focus_on_load") is True for part in parts) > 1:
        yield "only one element can have focus_on_load"


def _length(part: Any) -> int:
    """Characters of all texts in blocks."""
    if isinstance(part, list):
        return sum(map(_length, part))
    if not isinstance(part, dict):
        return 0
    return sum(len(one) if name == "text" and isinstance(one, str) else _length(one) for name, one in part.items())
