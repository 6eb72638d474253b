"""What a node says by itself and what it holds, whatever the JSON; every way to show a document reads nodes through this.

So they agree about which text is visible (facts: confluence_adf.md §3.3, §3.6).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

Node = dict[str, Any]

#: Hold other nodes and say nothing by themselves.
CONTAINERS = frozenset({"doc", "paragraph", "heading", "blockquote", "codeBlock", "panel", "caption"})
CONTAINERS |= {"bulletList", "orderedList", "listItem", "taskList", "taskItem", "blockTaskItem"}
CONTAINERS |= {"decisionList", "decisionItem", "table", "tableRow", "tableCell", "tableHeader"}
CONTAINERS |= {"mediaSingle", "mediaGroup", "layoutSection", "layoutColumn"}
EXPANDS = frozenset({"expand", "nestedExpand"})
#: The editor puts what it cannot edit away as a string of ADF (facts §2.3).
_PUT_AWAY = frozenset({"nested-table", "legacy-content"})
_FIRST_DAY, _DAY_MS = date(1970, 1, 1).toordinal(), 24 * 60 * 60 * 1000
_CODE_POINTS = re.compile(r"[0-9a-f]{2,6}(-[0-9a-f]{2,6})*")


def kind_of(node: Node) -> str:
    """Its type; empty where that is no string."""
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def attrs(node: Node) -> Node:
    found = node.get("attrs")
    return found if found.__class__ is dict else {}


def said(value: Any) -> str:
    """A string or a number as text; nothing for anything else, so no raw JSON is ever shown."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def children(node: Node) -> list[Node]:
    """The nodes that *node* holds; what an extension has put away in a string counts as its own."""
    content = node.get("content")
    if content.__class__ is not list:
        content = [content]  # whoever forgot the brackets meant one
    found = [child for child in content if child.__class__ is dict]
    if not found:
        return _put_away(node) if node.get("type") == "extension" else found
    kind = node.get("type")
    return [] if kind.__class__ is str and kind in LEAVES else found


def own_words(node: Node) -> str:
    """What *node* says besides its children: a name, an address, a title. Empty when it says nothing."""
    kind = kind_of(node)
    if kind in LEAVES:
        return LEAVES[kind](node)
    if kind in CONTAINERS:
        return ""
    if kind in EXPANDS:
        return said(attrs(node).get("title"))
    return "" if children(node) else _words_of_unknown(node)


def _words_of_unknown(node: Node) -> str:
    found = attrs(node)
    candidates = (node.get("text"), found.get("text"), found.get("title"), address_of(node))
    return next(filter(None, map(said, candidates)), "")


def _put_away(node: Node) -> list[Node]:
    found = attrs(node)
    parameters = found.get("parameters")
    if said(found.get("extensionKey")) not in _PUT_AWAY or not isinstance(parameters, dict):
        return []
    try:
        inner = json.loads(parameters.get("adf") or "")
    except (TypeError, ValueError, RecursionError):
        return []
    return [inner] if isinstance(inner, dict) else []


def _text(node: Node) -> str:
    return said(node.get("text"))


def name_of(node: Node) -> str:
    """Of a person, a state, or what should be filled in."""
    return said(attrs(node).get("text"))


def _emoji(node: Node) -> str:
    """The character; a short name only where there is none."""
    found = attrs(node)
    words, name = said(found.get("text")), said(found.get("shortName"))
    if words and not words.startswith(":"):
        return words
    return _characters(said(found.get("id"))) or words or name


def _characters(code_points: str) -> str:
    """`1f468-200d-1f4bb` as what it stands for; an emoji of the site's own has no such id."""
    if not _CODE_POINTS.fullmatch(code_points):
        return ""
    codes = [int(code, 16) for code in code_points.split("-")]
    # Below U+00A9 only the digits of a keycap are part of an emoji.
    return "".join(map(chr, codes)) if max(codes) >= 0xA9 and max(codes) <= 0x10FFFF else ""


def _date(node: Node) -> str:
    """ISO, in UTC: the timestamp is a string of milliseconds, and local time would shift the day."""
    stamp = said(attrs(node).get("timestamp"))
    try:
        return date.fromordinal(_FIRST_DAY + int(stamp) // _DAY_MS).isoformat()
    except (ValueError, OverflowError):
        return stamp


def address_of(node: Node) -> str:
    """Where a card leads: its `url`, what its `data` names, or the question that its list asks."""
    found = attrs(node)
    if url := said(found.get("url")):
        return url
    data, source = found.get("data"), found.get("datasource")
    data = data if isinstance(data, dict) else {}
    parameters = source.get("parameters") if isinstance(source, dict) else None
    jql = parameters.get("jql") if isinstance(parameters, dict) else None
    return next(filter(None, map(said, (data.get("url"), data.get("@id"), jql))), "")


def _nothing(node: Node) -> str:
    return ""


def _line_end(node: Node) -> str:
    return "\n"


#: Nodes that hold nothing, whatever stands in their `content`; files say nothing, a lone picture is no text.
LEAVES: dict[str, Callable[[Node], str]] = {
    "text": _text,
    "hardBreak": _line_end,
    "mention": name_of,
    "status": name_of,
    "placeholder": name_of,
    "emoji": _emoji,
    "date": _date,
    "inlineCard": address_of,
    "blockCard": address_of,
    "embedCard": address_of,
    "media": _nothing,
    "mediaInline": _nothing,
    "rule": _nothing,
}
