"""Rich text in a plain text box: what the box shows of a document, and the document that typed text makes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.world import Json

FENCE = "```"


def typed(document: Json | None) -> str:
    """The text to edit. Formatting that a plain box cannot show is not in it."""
    return "\n\n".join(_typed_block(b) for b in (document or {}).get("content") or []).strip()


def _typed_block(block: Json) -> str:
    kind, inside = block.get("type"), block.get("content") or []
    if kind == "codeBlock":
        return f"{FENCE}\n{_typed_inline(inside)}\n{FENCE}"
    if kind in ("bulletList", "orderedList"):
        return "\n".join("- " + " ".join(_typed_block(part) for part in item.get("content") or []) for item in inside)
    if inside and inside[0].get("type") in ("text", "hardBreak", "mention", "emoji", "inlineCard", "status", "date"):
        return _typed_inline(inside)
    return "\n".join(_typed_block(part) for part in inside)


def _typed_inline(nodes: list[Json]) -> str:
    return "".join(_typed_leaf(node) for node in nodes)


def _typed_leaf(node: Json) -> str:
    attrs = node.get("attrs") or {}
    if node.get("type") == "hardBreak":
        return "\n"
    return str(node.get("text") or attrs.get("text") or attrs.get("url") or attrs.get("shortName") or "")


def document(text: str) -> Json | None:
    """Paragraphs between blank lines, lists of `- ` lines, code between fences; None for an empty box."""
    blocks = list(_blocks(text.replace("\r\n", "\n")))
    return {"type": "doc", "version": 1, "content": blocks} if blocks else None


def _blocks(text: str) -> Iterator[Json]:
    for number, part in enumerate(text.split(FENCE)):
        if number % 2:
            code = part.strip("\n")
            yield {"type": "codeBlock", "content": [{"type": "text", "text": code}] if code else []}
            continue
        for paragraph in re.split(r"\n\s*\n", part):
            if paragraph.strip():
                yield _block(paragraph.strip("\n").split("\n"))


def _block(lines: list[str]) -> Json:
    if all(line.startswith(("- ", "* ")) for line in lines):
        items = [{"type": "listItem", "content": [_paragraph([line[2:]])]} for line in lines]
        return {"type": "bulletList", "content": items}
    return _paragraph(lines)


def _paragraph(lines: list[str]) -> Json:
    content: list[Json] = []
    for line in lines:
        if content:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}
