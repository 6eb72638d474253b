"""Which files a document shows, and the same document for another issue, where those files have other ids."""

from __future__ import annotations

from typing import Any

from app.adf.nodes import attrs, said
from app.adf.text import plain_text
from app.domain import Adf

#: Stands where a picture cannot be shown: Jira refuses the whole text for one foreign media id.
PAPERCLIP = "\N{PAPERCLIP} "


def shown_file(node: dict[str, Any]) -> str | None:
    """Name of the file that *node* shows, as a picture or as our line of text for one; None for anything else.

    Several files of a group are named together, and a picture's caption with the picture.
    """
    if node.get("type") in ("mediaSingle", "mediaGroup"):
        content = node.get("content")
        children = [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []
        names = [file_name(child) for child in children if child.get("type") == "media"]
        captions = [" ".join(plain_text(child).split()) for child in children if child.get("type") == "caption"]
        return ": ".join([", ".join(names), *filter(None, captions)]) if names else None
    if node.get("type") in ("media", "mediaInline"):
        return file_name(node)
    return _named_in_text(node)


def file_name(media: dict[str, Any]) -> str:
    """What people call the file; where it has no name, its id or its address on the web."""
    found = attrs(media)
    return next(filter(None, (said(found.get(name)) for name in ("alt", "id", "url"))), "file")


def _named_in_text(node: dict[str, Any]) -> str | None:
    content = node.get("content")
    if node.get("type") != "paragraph" or not isinstance(content, list) or len(content) != 1:
        return None
    text = content[0].get("text") if isinstance(content[0], dict) else None
    return text[len(PAPERCLIP) :] if isinstance(text, str) and text.startswith(PAPERCLIP) else None


def for_issue(doc: Adf, shown_there: Adf | None) -> Adf:
    """*doc* as the other issue can hold it: each file by the node that *shown_there* has for it, else by its name in text.

    So a picture survives a text's way to the other issue and back: there it is a line of text, here it is itself again.
    """
    own = _file_nodes(shown_there or {})
    return {**doc, "content": [_bound(node, own) for node in doc.get("content") or []]}


#: Whether a node stands within a line, and the file that it shows → the node.
_Files = dict[tuple[bool, str], dict[str, Any]]


def _bound(node: dict[str, Any], own: _Files) -> dict[str, Any]:
    name = shown_file(node)
    if name is None:
        content = node.get("content")
        return {**node, "content": [_bound(child, own) for child in content]} if isinstance(content, list) else node
    within_line = own.get((True, name)) or {"type": "text", "text": PAPERCLIP + name}
    if node.get("type") == "mediaInline":
        return within_line
    if node.get("type") == "media":
        return node  # bound with the mediaSingle around it
    # One within a line must not come to stand between paragraphs, nor the other way round: Jira refuses both.
    return own.get((False, name)) or {"type": "paragraph", "content": [within_line]}


def _file_nodes(node: dict[str, Any]) -> _Files:
    found: _Files = {}
    if node.get("type") in ("mediaSingle", "mediaGroup", "mediaInline") and (name := shown_file(node)):
        found[node.get("type") == "mediaInline", name] = node
    for child in node.get("content") or []:
        if isinstance(child, dict):
            found.update(_file_nodes(child))
    return found
