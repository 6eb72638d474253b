"""Atlassian Document Format: its plain text, its wiki text for webhooks, and what Jira changes on saving."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.world import Json

#: Nodes that get a `localId` on saving, whether they had one or not.
IDENTIFIED = frozenset({"paragraph", "heading", "listItem", "taskItem", "taskList"})
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


def normalised(document: Json, save: str) -> Json:
    """The document as Jira keeps it: keys in another order, marks sorted, runs of text joined, and new local ids.

    The ids differ with each *save*, so two issues that say the same never have the same bytes, and whoever compares
    bytes writes for ever.
    """
    return _normalised(document, save)


def _normalised(node: Json, place: str) -> Json:
    changed = {name: node[name] for name in sorted(node) if node[name] not in ({}, []) or name == "content"}
    if marks := node.get("marks"):
        changed["marks"] = sorted(marks, key=lambda mark: str(mark["type"]))
    if node.get("type") in IDENTIFIED or "localId" in (node.get("attrs") or {}):
        changed["attrs"] = {**(node.get("attrs") or {}), "localId": _local_id(place)}
    if "content" in node:
        changed["content"] = _joined([_normalised(child, f"{place}.{n}") for n, child in enumerate(node["content"])])
    return changed


def _joined(children: list[Json]) -> list[Json]:
    """Neighbouring runs of text with the same marks become one."""
    joined: list[Json] = []
    for child in children:
        last = joined[-1] if joined else {}
        if child.get("type") == last.get("type") == "text" and child.get("marks") == last.get("marks"):
            joined[-1] = {**last, "text": last["text"] + child["text"]}
        else:
            joined.append(child)
    return joined


def _local_id(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:12]


def same(one: Json | None, other: Json | None) -> bool:
    """Whether two documents say the same: however they were normalised, local ids apart."""
    return _essence(one) == _essence(other)


def _essence(document: Json | None) -> str:
    return json.dumps(_without_local_ids(_normalised(document, "")), sort_keys=True) if document else ""


def _without_local_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_local_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_local_ids(item) for name, item in value.items() if name != "localId"}
    return {name: item for name, item in kept.items() if not (name == "attrs" and item == {})}
