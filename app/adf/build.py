"""The few nodes that we write ourselves, each so that Jira takes it."""

from __future__ import annotations

from typing import Any

from app.domain import Adf

Node = dict[str, Any]


def doc(content: list[Node]) -> Adf:
    return {"type": "doc", "version": 1, "content": content}


def paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def text(words: str, marks: list[Node] | None = None) -> Node:
    """*words* must not be empty."""
    return {"type": "text", "text": words, "marks": marks} if marks else {"type": "text", "text": words}


def code_block(words: str) -> Node:
    return {"type": "codeBlock", "attrs": {}, "content": [text(words)] if words else []}


def bullet_or_ordered(ordered: bool, start: int = 1) -> Node:
    return (
        {"type": "orderedList", "attrs": {"order": start}, "content": []}
        if ordered
        else {"type": "bulletList", "content": []}
    )


def lines(words: str) -> Adf:
    """A paragraph for each line of *words* that says something."""
    return doc([paragraph([text(line)]) for line in words.splitlines() if line.strip()])
