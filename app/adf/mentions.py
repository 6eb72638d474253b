"""A mention as plain words: one that is copied to another issue would call the person again."""

from __future__ import annotations

from typing import Any

from app.adf.nodes import attrs, said
from app.domain import Adf

#: What stands deeper is left as it is: nobody wrote that by hand.
DEEPEST = 100


def as_words(doc: Adf) -> Adf:
    """*doc* with "@Name" in place of each mention."""
    return _spoken(doc, 0)


def _spoken(node: dict[str, Any], depth: int) -> dict[str, Any]:
    if node.get("type") == "mention":
        return {"type": "text", "text": spoken(node)}
    content = node.get("content")
    if not isinstance(content, list) or depth > DEEPEST:
        return node
    return {**node, "content": [_spoken(each, depth + 1) if isinstance(each, dict) else each for each in content]}


def spoken(mention: dict[str, Any]) -> str:
    """Jira gives the name with its "@", other editors without; a person whose name is not there is somebody."""
    return "@" + (said(attrs(mention).get("text")).removeprefix("@") or "somebody")
