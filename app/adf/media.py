"""Which files a document shows, and the same document for another issue, where those files have other ids."""

from __future__ import annotations

from typing import Any

from app.domain import Adf

#: Stands where a picture cannot be shown: Jira refuses the whole text for one foreign media id.
_PAPERCLIP = "\N{PAPERCLIP} "


def shown_file(node: dict[str, Any]) -> str | None:
    """Name of the file that *node* shows, as a picture or as our line of text for one; None for anything else."""
    if node.get("type") in ("mediaSingle", "mediaGroup"):
        content = node.get("content")
        media = content[0] if isinstance(content, list) and content and isinstance(content[0], dict) else {}
        return shown_file(media) if media.get("type") == "media" else None
    if node.get("type") in ("media", "mediaInline"):
        attrs = node.get("attrs")
        return str(attrs.get("alt") or attrs.get("id") or "file") if isinstance(attrs, dict) else "file"
    return _named_in_text(node)


def _named_in_text(node: dict[str, Any]) -> str | None:
    content = node.get("content")
    if node.get("type") != "paragraph" or not isinstance(content, list) or len(content) != 1:
        return None
    text = content[0].get("text") if isinstance(content[0], dict) else None
    return text[len(_PAPERCLIP) :] if isinstance(text, str) and text.startswith(_PAPERCLIP) else None


def for_issue(doc: Adf, shown_there: Adf | None) -> Adf:
    """*doc* as the other issue can hold it: each file by the node that *shown_there* has for it, else by its name in text.

    So a picture survives a text's way to the other issue and back: there it is a line of text, here it is itself again.
    """
    own = _file_nodes(shown_there or {})
    return {**doc, "content": [_bound(node, own) for node in doc.get("content") or []]}


def _bound(node: dict[str, Any], own: dict[str, dict[str, Any]]) -> dict[str, Any]:
    name = shown_file(node)
    if name is None:
        content = node.get("content")
        return {**node, "content": [_bound(child, own) for child in content]} if isinstance(content, list) else node
    if node.get("type") == "mediaInline":
        return own.get(name, {"type": "text", "text": _PAPERCLIP + name})
    if node.get("type") == "media":
        return node  # bound with the mediaSingle around it
    return own.get(name) or {"type": "paragraph", "content": [{"type": "text", "text": _PAPERCLIP + name}]}


def _file_nodes(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if node.get("type") in ("mediaSingle", "mediaGroup", "mediaInline") and (name := shown_file(node)):
        found[name] = node
    for child in node.get("content") or []:
        if isinstance(child, dict):
            found.update(_file_nodes(child))
    return found
