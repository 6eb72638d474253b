"""Slack's ids of people and channels in a text → their names, as far as these are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.domain import Adf

#: As `to_adf` writes a mention: `@U0123ABCD`, `#C0123ABCD`.
_MENTION = re.compile(r"(?<![\w@#])[@#]([UWCG][A-Z0-9]{6,})\b")


def ids_in(words: str, description: Adf | None) -> list[str]:
    """Ids of whoever and whatever is mentioned, in their order; code is left as it is."""
    texts = [words, *(str(node["text"]) for node in _texts(description))]
    return list(dict.fromkeys(id for each in texts for id in _MENTION.findall(each)))


def named(words: str, names: Mapping[str, str]) -> str:
    return _MENTION.sub(lambda found: f"{found[0][0]}{names.get(found[1], found[1])}", words)


def with_names(description: Adf | None, names: Mapping[str, str]) -> Adf | None:
    return _named(description, names) if description is not None else None


def _named(node: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(node, dict) or node.get("type") == "codeBlock":
        return node
    if _is_prose(node):
        return {**node, "text": named(node["text"], names)}
    content = node.get("content")
    return {**node, "content": [_named(each, names) for each in content]} if isinstance(content, list) else node


def _texts(node: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(node, dict) or node.get("type") == "codeBlock":
        return
    if _is_prose(node):
        yield node
    for each in node.get("content") or []:
        yield from _texts(each)


def _is_prose(node: dict[str, Any]) -> bool:
    is_code = any(mark.get("type") == "code" for mark in node.get("marks") or [])
    return node.get("type") == "text" and isinstance(node.get("text"), str) and not is_code
