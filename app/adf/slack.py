"""Slack `rich_text` → ADF, node by node; what is not known keeps its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.adf.build import bullet_or_ordered, code_block, doc, paragraph, text
from app.domain import Adf

_MARKS = {"bold": "strong", "italic": "em", "strike": "strike", "underline": "underline"}
Node = dict[str, Any]


def to_adf(block: Any) -> Adf | None:
    """The document for a `rich_text` block; None when it holds nothing."""
    content = list(_blocks(_elements(block))) if isinstance(block, dict) else []
    return doc(content) if content else None


def _elements(node: Node) -> list[Node]:
    found = node.get("elements")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _blocks(elements: list[Node]) -> Iterator[Node]:
    lists: list[Node] = []
    for element in elements:
        if element.get("type") == "rich_text_list":
            lists.append(element)
            continue
        yield from _nested(lists)
        lists = []
        yield from _block(element)
    yield from _nested(lists)


def _block(element: Node) -> Iterator[Node]:
    inline = _inline(element)
    kind = element.get("type")
    if kind == "rich_text_preformatted":
        yield code_block("".join("\n" if n["type"] == "hardBreak" else n["text"] for n in inline))
    elif kind == "rich_text_quote":
        yield {"type": "blockquote", "content": _paragraphs(inline) or [paragraph([])]}
    else:
        yield from _paragraphs(inline)


def _paragraphs(inline: list[Node]) -> list[Node]:
    """A blank line starts a new paragraph, a line end is a hard break."""
    paragraphs: list[list[Node]] = [[]]
    breaks = 0
    for node in inline:
        if node["type"] == "hardBreak":
            breaks += 1
            continue
        if breaks > 1 and paragraphs[-1]:
            paragraphs.append([])
        elif breaks and paragraphs[-1]:
            paragraphs[-1].append({"type": "hardBreak"})
        breaks = 0
        paragraphs[-1].append(node)
    return [paragraph(content) for content in paragraphs if content]


def _nested(lists: list[Node]) -> Iterator[Node]:
    """Slack writes a nested list as the next list with a larger indent."""
    stack: list[tuple[int, Node]] = []
    for each in lists:
        items = [_item(item) for item in _elements(each)]
        if not items:
            continue  # ADF knows no list without an item
        indent, start = _whole(each.get("indent")), _whole(each.get("offset")) + 1
        node = bullet_or_ordered(each.get("style") == "ordered", start)
        while stack and (stack[-1][0] > indent or (stack[-1][0] == indent and stack[-1][1]["type"] != node["type"])):
            ended = stack.pop()[1]
            if not stack:
                yield ended
        if not stack or stack[-1][0] < indent:
            if stack:
                stack[-1][1]["content"][-1]["content"].append(node)
            stack.append((indent, node))
        stack[-1][1]["content"] += items
    if stack:
        yield stack[0][1]


def _whole(number: Any) -> int:
    return number if isinstance(number, int) and number > 0 else 0


def _item(item: Node) -> Node:
    return {"type": "listItem", "content": _paragraphs(_inline(item)) or [paragraph([])]}


def _inline(element: Node) -> list[Node]:
    return [node for leaf in _elements(element) for node in _leaf(leaf)]


def _leaf(leaf: Node) -> Iterator[Node]:
    """A text node must be neither empty nor hold a line end."""
    marks = _marks(leaf)
    for number, line in enumerate(words_of(leaf).split("\n")):
        if number:
            yield {"type": "hardBreak"}
        if line:
            yield text(line, marks)


def words_of(leaf: Node) -> str:
    kind = leaf.get("type")
    if kind == "link":
        return str(leaf.get("text") or leaf.get("url") or "")
    if kind == "emoji":
        return _emoji(leaf)
    if kind == "user":
        return f"@{leaf.get('user_id')}"
    if kind == "channel":
        return f"#{leaf.get('channel_id')}"
    if kind == "usergroup":
        return f"@{leaf.get('usergroup_id')}"
    if kind == "broadcast":
        return f"@{leaf.get('range')}"
    if kind == "date":
        return str(leaf.get("fallback") or leaf.get("timestamp") or "")
    return str(
        leaf.get("text") or leaf.get("value") or leaf.get("team_id") or f"[{kind}]"
        if kind != "text"
        else leaf.get("text") or ""
    )


def _emoji(leaf: Node) -> str:
    try:
        return "".join(chr(int(code, 16)) for code in str(leaf["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{leaf.get('name')}:"


def _marks(leaf: Node) -> list[Node]:
    style = leaf.get("style") if isinstance(leaf.get("style"), dict) else {}
    assert isinstance(style, dict)
    # ADF lets `code` stand together with a link only.
    marks: list[Node] = (
        [{"type": "code"}] if style.get("code") else [{"type": name} for key, name in _MARKS.items() if style.get(key)]
    )
    url = leaf.get("url")
    if (
        leaf.get("type") == "link"
        and isinstance(url, str)
        and url.startswith(("http://", "https://", "mailto:", "tel:"))
    ):
        marks.append({"type": "link", "attrs": {"href": url}})
    return marks
