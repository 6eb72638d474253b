"""Atlassian Document Format: its plain text, its wiki text for webhooks, and what Jira changes on saving."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.world import Json

#: Blocks that stand on lines of their own.
LEAVES = frozenset({"paragraph", "heading", "codeBlock", "caption", "taskItem", "decisionItem", "mediaSingle"})


def is_document(value: object) -> bool:
    """Whether *value* at least says that it is a document."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def nodes(document: Json) -> Iterator[Json]:
    """Every node of *document*, itself included, parents first."""
    yield document
    for child in document.get("content") or ():
        yield from nodes(child)


def plain_text(document: Json) -> str:
    """What `RichText.plainText` is in a Jira expression: the words, without pictures."""
    return _text(document, _plain_inline).strip("\n")


def wiki_text(document: Json, file_names: dict[str, str]) -> str:
    """The string that REST v2 and webhooks carry instead of the document; *file_names* by media id."""
    return _text(document, lambda node: _wiki_inline(node, file_names), wiki=True).strip("\n")


Inline = Callable[[Json], str]


def _text(node: Json, inline: Inline, wiki: bool = False) -> str:
    children = node.get("content")
    if children is None:
        return inline(node)
    # Only blocks are kept apart by line ends; the inline parts of a paragraph are one line.
    joint = "" if node.get("type") in LEAVES else "\n"
    text = joint.join(_text(child, inline, wiki) for child in children)
    return _wiki_mark(node) + text if wiki else text


def _wiki_mark(node: Json) -> str:
    kind = node.get("type")
    if kind == "heading":
        return f"h{node.get('attrs', {}).get('level', 1)}. "
    return "* " if kind == "listItem" else ""


def _plain_inline(node: Json) -> str:
    attrs = node.get("attrs") or {}
    kind = node.get("type")
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in ("mention", "emoji", "status"):
        return str(attrs.get("text") or attrs.get("shortName") or "")
    return str(attrs.get("url", "")) if kind in ("inlineCard", "blockCard", "embedCard") else ""


def _wiki_inline(node: Json, file_names: dict[str, str]) -> str:
    attrs = node.get("attrs") or {}
    kind = node.get("type")
    if kind == "mention":
        return f"[~accountid:{attrs.get('id', '')}]"
    if kind in ("media", "mediaInline"):
        return f"!{file_names.get(attrs.get('id', ''), attrs.get('url') or 'image')}!"
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return f"[{attrs.get('url', '')}]"
    return "----" if kind == "rule" else _plain_inline(node)


def normalised(document: Json) -> Json:
    """The document as Jira keeps it: keys in another order, and a `localId` on each paragraph that has none."""
    return _normalised(document, "")


def _normalised(node: Json, place: str) -> Json:
    changed = {name: node[name] for name in sorted(node)}
    if node.get("type") == "paragraph" and not (node.get("attrs") or {}).get("localId"):
        changed["attrs"] = {**(node.get("attrs") or {}), "localId": _local_id(node, place)}
    if "content" in node:
        changed["content"] = [_normalised(child, f"{place}.{n}") for n, child in enumerate(node["content"])]
    return changed


def _local_id(node: Json, place: str) -> str:
    return hashlib.sha256((place + json.dumps(node, sort_keys=True)).encode()).hexdigest()[:12]


def same(one: Json | None, other: Json | None) -> bool:
    """Whether two documents say the same, local ids apart."""
    return bool(_without_local_ids(one) == _without_local_ids(other))


def _without_local_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_local_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_local_ids(item) for name, item in value.items() if name != "localId"}
    return {name: item for name, item in kept.items() if not (name == "attrs" and item == {})}
