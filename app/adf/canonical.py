"""The same document, whatever ids and order Jira gave back, and its digest: two texts agree when these are equal."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.adf.media import shown_file
from app.adf.mentions import spoken
from app.adf.text import plain_text

#: What stands deeper counts by its words.
DEEPEST = 60
#: Attributes that Jira and editors make up; they say nothing.
_NOISE = frozenset({"localId", "uniqueId", "collection", "occurrenceKey", "__fileName", "__fileSize", "__fileMimeType"})


def canonical(doc: Any) -> list[Any]:
    """The blocks of *doc* without made-up ids, with sorted marks and joined runs; an empty list for an empty field."""
    content = doc.get("content") if isinstance(doc, dict) else None
    blocks = (
        [_node(child, 0) for child in content or [] if isinstance(child, dict)] if isinstance(content, list) else []
    )
    while blocks and _is_empty_paragraph(blocks[-1]):
        blocks.pop()
    return blocks


def digest(doc: Any) -> str:
    """64 hexadecimal digits; equal for documents that say the same."""
    text = json.dumps(canonical(doc), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _node(node: dict[str, Any], depth: int) -> dict[str, Any]:
    # A picture has another id in each issue, and is a line of text where the file could not be shown.
    if (file := shown_file(node)) is not None:
        return _file(file)
    # Words in the clone, so that nobody is called twice.
    if node.get("type") == "mention":
        return {"type": "text", "text": spoken(node)}
    kept: dict[str, Any] = {"type": node.get("type")}
    if isinstance(node.get("text"), str):
        kept["text"] = node["text"]
    if attrs := _attrs(node.get("attrs")):
        kept["attrs"] = attrs
    if marks := _marks(node.get("marks")):
        kept["marks"] = marks
    content = node.get("content")
    if isinstance(content, list) and content:
        children = _joined(_children(content, depth))
        kept |= {"content": children} if children else {}
    file = shown_file(kept)  # whose name may have come in two runs
    return kept if file is None else _file(file)


def _file(name: str) -> dict[str, Any]:
    return {"type": "file", "attrs": {"name": name}}


def _children(content: list[Any], depth: int) -> list[dict[str, Any]]:
    if depth >= DEEPEST:
        return [{"type": "text", "text": plain_text({"content": content})}]
    return [_node(child, depth + 1) for child in content if isinstance(child, dict)]


def _attrs(attrs: Any) -> dict[str, Any]:
    if not isinstance(attrs, dict):
        return {}
    return {name: value for name, value in attrs.items() if name not in _NOISE and value is not None}


def _marks(marks: Any) -> list[Any]:
    if not isinstance(marks, list):
        return []
    kept = [
        {"type": m.get("type"), **({"attrs": a} if (a := _attrs(m.get("attrs"))) else {})}
        for m in marks
        if isinstance(m, dict)
    ]
    return sorted(kept, key=lambda mark: json.dumps(mark, sort_keys=True))


def _joined(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring runs of text with the same marks are one run."""
    joined: list[dict[str, Any]] = []
    for node in nodes:
        last = joined[-1] if joined else None
        if last and _is_run(node) and _is_run(last) and node.get("marks") == last.get("marks"):
            last["text"] += node["text"]
        elif not (_is_run(node) and not node["text"]):
            joined.append(node)
    return joined


def _is_run(node: dict[str, Any]) -> bool:
    return node["type"] == "text" and "text" in node


def _is_empty_paragraph(node: dict[str, Any]) -> bool:
    return node["type"] == "paragraph" and not node.get("content")
