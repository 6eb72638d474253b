"""What is left of a document where there is no room for all of it: fewer marks, shorter code, its first blocks.

The tree is cut, never the text that was made of it (facts: confluence_adf.md §2.5); below `DEEPEST` levels nothing is
changed, since only plain text is shown of what stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.adf.media import file_name
from app.adf.nodes import Node, attrs, children, kind_of, said
from app.adf.storage_writer import DEEPEST, WITHIN_LINE
from app.adf.text import code_words, plain_text

#: Of a code block with more lines than `MOST_LINES`, so many are shown of its begin and its end.
MOST_LINES, FIRST_LINES, LAST_LINES = 200, 120, 40
_FEW_MARKS = frozenset({"strong", "em", "code", "link"})
#: Blocks of one piece: what stands in them is not taken apart.
_WHOLE = WITHIN_LINE | {"paragraph", "heading", "codeBlock", "tableRow", "taskItem", "blockTaskItem", "decisionItem"}
_WHOLE |= {"mediaSingle", "mediaGroup", "caption", "extension"}
#: Joins what is behind it to what is before it: without the one, the other is no character of its own.
_JOINERS = "\N{ZERO WIDTH JOINER}\ufe0e\ufe0f"


def with_short_code(doc: Node, more: str) -> Node:
    """*doc*, whose long code blocks have a line instead of their middle: how much is left out, and *more*."""

    def shortened(node: Node) -> Node:
        lines = code_words(node).split("\n") if kind_of(node) == "codeBlock" else []
        if len(lines) <= MOST_LINES:
            return node
        gap = f"… {len(lines) - FIRST_LINES - LAST_LINES} lines are left out, {more} …"
        return _code(node, "\n".join([*lines[:FIRST_LINES], gap, *lines[-LAST_LINES:]]))

    return _changed(doc, shortened)


def with_few_marks(doc: Node) -> Node:
    """*doc* with none but strong, em, code and link."""

    def bare(node: Node) -> Node:
        marks = node.get("marks")
        if not isinstance(marks, list):
            return node
        return {**node, "marks": [mark for mark in marks if isinstance(mark, dict) and kind_of(mark) in _FEW_MARKS]}

    return _changed(doc, bare)


def with_file_names(doc: Node) -> Node:
    """*doc* whose files are names without a link; files below each other stand in one line."""

    def collapsed(node: Node) -> Node:
        if kind_of(node) in ("media", "mediaInline"):
            return {"type": kind_of(node), "attrs": {"alt": file_name(node)}}
        inner: list[Node] = []
        for child in children(node):
            if inner and _is_files(child) and _is_files(inner[-1]):
                inner[-1] = {"type": "mediaGroup", "content": [*children(inner[-1]), *children(child)]}
            else:
                inner.append(child)
        return {**node, "content": inner} if len(inner) < len(children(node)) else node

    return _changed(doc, collapsed)


def _is_files(node: Node) -> bool:
    inner = children(node)
    return kind_of(node) in ("mediaSingle", "mediaGroup") and {kind_of(each) for each in inner} == {"media"}


def _changed(node: Node, change: Callable[[Node], Node], depth: int = 0) -> Node:
    changed = change(node)
    content = changed.get("content")
    if depth > DEEPEST or not isinstance(content, list):
        return changed
    inner = [_changed(child, change, depth + 1) if isinstance(child, dict) else child for child in content]
    return {**changed, "content": inner}


def first_blocks(doc: Node, count: int) -> tuple[Node, Node | None]:
    """*doc* with its first *count* paragraphs, rows, items …, and the block that would be next, if there is one."""
    kept, rest = _first(doc, count, 0)
    return kept or {"type": "doc", "content": []}, rest if isinstance(rest, dict) else None


def words_of(block: Node) -> str:
    """What stands in *block*; of code, letter by letter."""
    return code_words(block) if kind_of(block) == "codeBlock" else plain_text(block)


def beginning(block: Node, words: str) -> Node:
    """Code where *block* is code, else a paragraph, of its first *words*; no half of a character."""
    whole = words.rstrip(_JOINERS)
    if kind_of(block) == "codeBlock":
        return _code(block, whole)
    lines = [[{"type": "text", "text": line}, {"type": "hardBreak"}] for line in whole.split("\n")]
    return {"type": "paragraph", "content": [node for line in lines for node in line][:-1]}


def _first(node: Node, count: int, depth: int) -> tuple[Node | None, Node | int]:
    """What is kept of *node*, and the first block that is not, or how many more could be."""
    inner = children(node)
    if not inner or kind_of(node) in _WHOLE or depth > DEEPEST:
        return (node, count - 1) if count else (None, node)
    kept: list[Node] = []
    for child in inner:
        some, left = _first(child, count, depth + 1)
        kept += [some] if some else []
        if isinstance(left, dict):
            return ({**node, "content": kept} if kept else None), left
        count = left
    return node, count


def _code(block: Node, words: str) -> Node:
    language: dict[str, Any] = {"language": said(attrs(block).get("language"))}
    return {"type": "codeBlock", "attrs": language, "content": [{"type": "text", "text": words}]}
