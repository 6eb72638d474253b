"""The plain text of a document, and whether there is any: blanks, an empty paragraph or a lone image are no text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.adf.nodes import EXPANDS, Node, children, kind_of, own_words

#: Nodes after which a line ends.
_BLOCKS = EXPANDS | {"paragraph", "heading", "codeBlock", "blockquote", "panel", "rule", "caption", "extension"}
_BLOCKS |= {"listItem", "taskItem", "blockTaskItem", "decisionItem", "tableRow", "tableCell", "tableHeader"}
_BLOCKS |= {"mediaSingle", "mediaGroup", "blockCard", "embedCard"}


def plain_text(doc: Any) -> str:
    """The words of *doc*, a line for each block. Anything that is no document has none; it never raises."""
    text = "".join(_pieces(doc))
    lines = [line.strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def code_words(block: Node) -> str:
    """What stands in a code block, letter by letter."""
    return "".join([own_words(each) or plain_text(each) for each in children(block)])


def is_blank(doc: Any) -> bool:
    """Whether nobody could read anything in *doc*. A string counts too: a single-line field gives one."""
    if isinstance(doc, str):
        return not _visible(doc)
    return not any(map(_visible, _pieces(doc)))


def _visible(text: str) -> bool:
    # Zero-width characters and the like survive strip() and show nothing.
    return any(
        not ch.isspace() and ch.isprintable() and ch not in "\u200b\u200c\u200d\u2060\ufeff\u00ad" for ch in text
    )


def _pieces(doc: Any) -> Iterator[str]:
    """No recursion: a stranger's document may be deeper than Python's stack."""
    waiting: list[Any] = [doc] if isinstance(doc, dict) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):  # the line end of a block that is through
            yield node
            continue
        kind = kind_of(node)
        yield own_words(node)
        if kind in _BLOCKS:
            waiting.append("\n")
        if kind in EXPANDS:
            yield "\n"
        waiting.extend(reversed(children(node)))
