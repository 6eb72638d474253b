"""A message's `rich_text` as a form's text field takes it: the same words, without what only messages may carry."""

from __future__ import annotations

from typing import Any

from app.adf.slack import words_of

Node = dict[str, Any]
#: Type → what Block Kit documents of it (`@slack/types`); an event's blocks carry more, and an input is refused for it.
_LEAVES = {
    "text": ("text",),
    "link": ("url", "text", "unsafe"),
    "emoji": ("name", "unicode", "url"),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "broadcast": ("range",),
}
_PARTS = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
_STYLES = ("bold", "italic", "strike", "underline", "code")


def for_input(rich: Node) -> Node:
    return {
        "type": "rich_text",
        "elements": [_part(each) for each in rich.get("elements") or [] if isinstance(each, dict)],
    }


def _part(element: Node) -> Node:
    given = element.get("elements")
    kind, inside = element.get("type"), given if isinstance(given, list) else []
    if kind == "rich_text_list":
        style = "ordered" if element.get("style") == "ordered" else "bullet"
        offset = element.get("offset")
        if style == "ordered" and isinstance(offset, int) and offset > 0:
            return numbered([_part(each)["elements"] for each in inside if isinstance(each, dict)], offset + 1)
        kept = {name: element[name] for name in ("indent", "border") if isinstance(element.get(name), int)}
        return {
            "type": kind,
            "style": style,
            **kept,
            "elements": [_part(each) for each in inside if isinstance(each, dict)],
        }
    only_text = kind == "rich_text_preformatted"
    leaves = [_leaf(each, only_text) for each in inside if isinstance(each, dict)]
    said = [leaf for leaf in leaves if leaf.get("text") != ""]
    return {"type": kind if kind in _PARTS else "rich_text_section", "elements": said}


def numbered(items: list[list[Node]], start: int) -> Node:
    """A list whose first number is *start*, as text: a form takes no `offset`, and would begin at one.

    Source: contracts/schemas/slack, generated from `@slack/types`.
    """
    leaves: list[Node] = []
    for number, item in enumerate(items, start):
        leaves += [{"type": "text", "text": f"{chr(10) if leaves else ''}{number}. "}, *item]
    return {"type": "rich_text_section", "elements": leaves}


def _leaf(leaf: Node, only_text: bool) -> Node:
    known = _LEAVES.get(str(leaf.get("type")))
    needed = known[:1] if known else ()
    there = all(leaf.get(name) and isinstance(leaf[name], str) for name in needed)
    plain = known is None or not there or (only_text and leaf["type"] != "link")
    shown = {"type": "text", "text": words_of(leaf)} if plain else {"type": leaf["type"]} | _kept(leaf, known or ())
    given = leaf.get("style")
    style = {name: True for name in _STYLES if given.get(name)} if isinstance(given, dict) else {}
    return {**shown, "style": style} if style else shown


def _kept(leaf: Node, names: tuple[str, ...]) -> Node:
    kinds = {"unsafe": bool}
    return {name: leaf[name] for name in names if leaf.get(name) and isinstance(leaf[name], kinds.get(name, str))}
