"""The plain text of a document, and whether there is any: blanks, an empty paragraph or a lone image are no text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

DEEPEST = 60
_TEXT_BLOCKS = {
    "paragraph",
    "heading",
    "codeBlock",
    "blockquote",
    "panel",
    "rule",
    "mediaSingle",
    "expand",
    "nestedExpand",
}
_BLOCKS = _TEXT_BLOCKS | {"listItem", "taskItem", "decisionItem", "tableRow"}


def plain_text(doc: Any) -> str:
    """The words of *doc*, a line for each block. Anything that is no document has none; it never raises."""
    text = "".join(_pieces(doc, 0))
    lines = [line.strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def is_blank(doc: Any) -> bool:
    """Whether nobody could read anything in *doc*. A string counts too: a single-line field gives one."""
    if isinstance(doc, str):
        return not _visible(doc)
    return not _visible("".join(_pieces(doc, 0)))


def _visible(text: str) -> bool:
    # Zero-width characters and the like survive strip() and show nothing.
    return any(
        not ch.isspace() and ch.isprintable() and ch not in "\u200b\u200c\u200d\u2060\ufeff\u00ad" for ch in text
    )


def _pieces(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    kind = str(node.get("type"))
    yield _own_text(kind, node)
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        yield from _pieces(child, depth + 1)
    if kind in _BLOCKS:
        yield "\n"


def _own_text(kind: str, node: dict[str, Any]) -> str:
    attrs = node.get("attrs") if isinstance(node.get("attrs"), dict) else {}
    assert isinstance(attrs, dict)
    if kind == "text":
        return node["text"] if isinstance(node.get("text"), str) else ""
    if kind == "hardBreak":
        return "\n"
    if kind == "emoji":
        return str(attrs.get("text") or attrs.get("shortName") or "")
    if kind in ("mention", "status", "placeholder"):
        return str(attrs.get("text") or "")
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return str(attrs.get("url") or "")
    if kind == "date":
        return str(attrs.get("timestamp") or "")
    return ""
