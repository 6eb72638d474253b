"""A mention as plain words, and back: one that is copied to another issue would call the person again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.adf.nodes import attrs, said
from app.domain import Adf

#: What stands deeper is left as it is: nobody wrote that by hand.
DEEPEST = 100


def as_words(doc: Adf) -> Adf:
    """*doc* with "@Name" in place of each mention."""
    return _spoken(doc, 0)


def _spoken(node: dict[str, Any], depth: int) -> dict[str, Any]:
    if node.get("type") == "mention":
        return {"type": "text", "text": spoken(node)}
    content = node.get("content")
    if not isinstance(content, list) or depth > DEEPEST:
        return node
    return {**node, "content": [_spoken(each, depth + 1) if isinstance(each, dict) else each for each in content]}


def spoken(mention: dict[str, Any]) -> str:
    """Jira gives the name with its "@", other editors without; a person whose name is not there is somebody."""
    return "@" + (said(attrs(mention).get("text")).removeprefix("@") or "somebody")


def with_mentions(doc: Adf, shown_there: Adf | None) -> Adf:
    """*doc* with the mentions that *shown_there* has, where their words stand.

    So a mention survives a text's way to the other issue and back: there it is words, here it is itself again.
    """
    known = {spoken(each): each for each in _mentions(shown_there or {}, 0)}
    if not known:
        return doc
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    return _called(doc, known, re.compile(rf"({'|'.join(longest_first)})(?!\w)"), 0)


def _mentions(node: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    if node.get("type") == "mention":
        yield node
    content = node.get("content")
    if isinstance(content, list) and depth <= DEEPEST:
        for each in content:
            yield from _mentions(each, depth + 1) if isinstance(each, dict) else ()


def _called(node: dict[str, Any], known: dict[str, Any], words: re.Pattern[str], depth: int) -> dict[str, Any]:
    content = node.get("content")
    if not isinstance(content, list) or depth > DEEPEST or node.get("type") == "codeBlock":
        return node
    called: list[Any] = []
    for each in content:
        if isinstance(each, dict) and each.get("type") == "text":
            called += _run(each, known, words)
        else:
            called.append(_called(each, known, words, depth + 1) if isinstance(each, dict) else each)
    return {**node, "content": called}


def _run(run: dict[str, Any], known: dict[str, Any], words: re.Pattern[str]) -> list[dict[str, Any]]:
    """The pieces of a run of text. One that is dressed up (code, a link) stays words, as a mention bears no such thing."""
    if run.get("marks"):
        return [run]
    return [known.get(piece) or {**run, "text": piece} for piece in words.split(said(run.get("text"))) if piece] or [
        run
    ]
