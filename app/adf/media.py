"""Which files a document shows, and the same document for another issue, where those files have other ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.adf.nodes import attrs, said
from app.adf.text import plain_text
from app.domain import Adf

#: Stands where a picture cannot be shown: Jira refuses the whole text for one foreign media id.
PAPERCLIP = "\N{PAPERCLIP} "
#: The attribute under which editors note a file's name. Jira ignores it, and so does `canonical`.
FILE_NAME = "__fileName"
#: Tuples: a stranger's `type` may be anything, also what cannot be looked up in a set.
_FRAMES = ("mediaSingle", "mediaGroup")
_MEDIA = ("media", "mediaInline")
#: What binds a media node to the place where it stands (facts: jira_api.md §4).
_PLACE = frozenset({"collection", "localId", "occurrenceKey"})


def shown_file(node: dict[str, Any]) -> str | None:
    """Name of the file that *node* shows, as a picture or as our line of text for one; None for anything else.

    Several files of a group are named together, and a picture's caption with the picture.
    """
    if node.get("type") in _FRAMES:
        children = _children(node)
        names = [file_name(child) for child in children if child.get("type") == "media"]
        captions = [" ".join(plain_text(child).split()) for child in children if child.get("type") == "caption"]
        return ": ".join([", ".join(names), *filter(None, captions)]) if names else None
    if node.get("type") in _MEDIA:
        return file_name(node)
    return _named_in_text(node)


def file_name(media: dict[str, Any]) -> str:
    """What people call the file; where it has no name, its id or its address on the web."""
    found = attrs(media)
    return next(filter(None, (said(found.get(name)) for name in (FILE_NAME, "alt", "id", "url"))), "file")


def media_id(node: dict[str, Any]) -> str | None:
    """The id of the issue's file that *node* shows; None for anything else, also for a picture from the web."""
    if node.get("type") not in _MEDIA or _is_of_the_web(node):
        return None
    return said(attrs(node).get("id")) or None


def shown_media(doc: Adf | None) -> dict[str, str]:
    """The issue's files that *doc* shows as pictures: media id → what the author calls it, in the order of the text."""
    return {id: file_name(node) for node in _nodes(doc or {}) if (id := media_id(node))}


def named(doc: Adf, names: Mapping[str, str]) -> Adf:
    """*doc* with each of its files called by its name in *names* (by media id), whatever its author calls it.

    So the digests of two issues' texts agree, although their pictures have other ids and may have other words.
    """

    def change(node: dict[str, Any]) -> dict[str, Any] | None:
        name = names.get(media_id(node) or "")
        return {**node, "attrs": {**attrs(node), FILE_NAME: name}} if name else None

    return _changed(doc, change)


def bound(doc: Adf, ids: Mapping[str, str], shown_there: Adf | None = None) -> Adf:
    """*doc*, which is `named`, for the issue in which its files have these *ids*, by name.

    A file that is not among them is a line of text; and where *doc* has such a line for a file that *shown_there*,
    the issue's text until now, shows as a picture, it is that picture again.
    """
    own = _file_nodes(_rebound(shown_there or {}, ids, {}))
    return _changed(_rebound(doc, ids, own), _without_name)


def for_issue(doc: Adf, shown_there: Adf | None) -> Adf:
    """*doc* as the other issue can hold it: each file by the node that *shown_there* has for it, else by its name in text.

    So a picture survives a text's way to the other issue and back: there it is a line of text, here it is itself again.
    """
    return _rebound(doc, {}, _file_nodes(shown_there or {}))


#: Whether a node stands within a line, and the file that it shows → the node.
_Files = dict[tuple[bool, str], dict[str, Any]]


def _rebound(doc: Adf, ids: Mapping[str, str], own: _Files) -> Adf:
    def change(node: dict[str, Any]) -> dict[str, Any] | None:
        if node.get("type") in _MEDIA and _is_there(node, ids):
            return _with_id(node, ids)
        if node.get("type") == "media":
            return node  # replaced with the mediaSingle around it
        name = shown_file(node)
        if name is None or _holds_only(node, ids):
            return None
        within_line = own.get((True, name)) or {"type": "text", "text": PAPERCLIP + name}
        if node.get("type") == "mediaInline":
            return within_line
        # One within a line must not come to stand between paragraphs, nor the other way round: Jira refuses both.
        return own.get((False, name)) or {"type": "paragraph", "content": [within_line]}

    return _changed(doc, change)


def _holds_only(node: dict[str, Any], ids: Mapping[str, str]) -> bool:
    """Whether *node* is a frame all of whose files are there."""
    return node.get("type") in _FRAMES and all(
        _is_there(child, ids) for child in _children(node) if child.get("type") == "media"
    )


def _is_there(media: dict[str, Any], ids: Mapping[str, str]) -> bool:
    return _is_of_the_web(media) or file_name(media) in ids


def _is_of_the_web(media: dict[str, Any]) -> bool:
    return attrs(media).get("type") == "external"


def _with_id(media: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The author's words and sizes stay. The schema asks for a collection, and in Jira's own texts it is empty."""
    if _is_of_the_web(media):
        return media
    kept = {name: value for name, value in attrs(media).items() if name not in _PLACE}
    return {**media, "attrs": {**kept, "id": ids[file_name(media)], "collection": ""}}


def _without_name(node: dict[str, Any]) -> dict[str, Any] | None:
    if node.get("type") not in _MEDIA or not attrs(node):
        return None
    return {**node, "attrs": {name: value for name, value in attrs(node).items() if not name.startswith("__")}}


def _named_in_text(node: dict[str, Any]) -> str | None:
    content = node.get("content")
    if node.get("type") != "paragraph" or not isinstance(content, list) or len(content) != 1:
        return None
    text = content[0].get("text") if isinstance(content[0], dict) else None
    return text[len(PAPERCLIP) :] if isinstance(text, str) and text.startswith(PAPERCLIP) else None


def _file_nodes(doc: Adf) -> _Files:
    frames = [node for node in _nodes(doc) if node.get("type") in (*_FRAMES, "mediaInline")]
    return {(node["type"] == "mediaInline", name): node for node in frames if (name := shown_file(node))}


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _nodes(doc: Adf) -> Iterator[dict[str, Any]]:
    """No recursion, here and below: a stranger's document may be deeper than Python's stack."""
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_children(node)))


def _changed(doc: Adf, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Adf:
    """A copy of *doc* in which each node is what *change* makes of it; where that is None, its content is looked at."""
    copy = {**doc}
    waiting = [copy]
    while waiting:
        node = waiting.pop()
        if not isinstance(node.get("content"), list):
            continue
        node["content"] = content = list(node["content"])
        for place, child in enumerate(content):
            if isinstance(child, dict):
                other = change(child)
                content[place] = other or {**child}
                waiting += [content[place]] if other is None else []
    return copy
