"""ADF → Slack `rich_text`, so that a text can be edited in Slack: every word stays, and what Slack can show stays as it is.

The way back is `slack.py`. A heading becomes a bold line, a table a line for each row; pictures are no words, and whoever
writes the text back keeps them (`pictures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.adf.nodes import LEAVES, Node, address_of, attrs, children, kind_of, own_words
from app.adf.slack_input import numbered
from app.adf.text import code_words
from app.domain import Adf

_STYLES = {"strong": "bold", "em": "italic", "strike": "strike", "underline": "underline", "code": "code"}
_PICTURES = {"mediaSingle", "mediaGroup"}
_CARDS = {"inlineCard", "blockCard", "embedCard"}
_INLINE = {"text", "hardBreak", "mention", "status", "placeholder", "emoji", "date", "inlineCard", "mediaInline"}
#: Slack's lists know so many levels.
_DEEPEST = 8
#: Deeper than this a document is not written by people, and is shown as its words.
_MOST_LEVELS = 40


def to_rich_text(doc: Any) -> Node | None:
    """A `rich_text` block for *doc*; None when there is nothing to show. It never raises."""
    elements = _joined(list(_blocks(children(doc), 0))) if isinstance(doc, dict) else []
    return {"type": "rich_text", "elements": elements} if elements else None


def pictures(doc: Adf | None) -> list[Node]:
    """The nodes of *doc* that Slack cannot show and nobody wrote as words, from anywhere in it."""
    found, waiting = [], [doc] if isinstance(doc, dict) else []
    while waiting:
        node = waiting.pop(0)
        if kind_of(node) in _PICTURES:
            found.append(node)
        else:
            waiting = [*children(node), *waiting]
    return found


def _blocks(nodes: list[Node], level: int) -> Iterator[Node]:
    for node in nodes:
        kind = kind_of(node)
        if level > _MOST_LEVELS:
            return
        if kind in ("paragraph", "heading"):
            yield _section(_inline(children(node), bold=kind == "heading"))
        elif kind == "codeBlock":
            yield {"type": "rich_text_preformatted", "elements": _texts([_text(code_words(node))])}
        elif kind in ("blockquote", "panel"):
            yield {"type": "rich_text_quote", "elements": _texts(_lines(children(node), level + 1))}
        elif kind in _LISTS:
            yield from _list(node, 0, level)
        elif kind == "tableRow":
            yield _section(_row(node, level))
        elif kind == "rule":
            yield _section([_text("———")])
        elif kind not in _PICTURES:
            yield from _other(node, level)


_LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}


def _other(node: Node, level: int) -> Iterator[Node]:
    """What only holds others says its own words first: a title, a name."""
    if kind_of(node) in _INLINE | LEAVES.keys():
        yield _section(_inline([node]))
        return
    yield _section([_text(own_words(node), {"bold": True})])
    yield from _blocks(children(node), level + 1)


def _list(node: Node, indent: int, level: int) -> Iterator[Node]:
    """Slack writes a nested list as the next list with a larger indent.

    One that starts elsewhere than at one becomes lines with their numbers.
    """
    ordered = kind_of(node) == "orderedList"
    start = attrs(node).get("order")
    if ordered and isinstance(start, int) and start > 1:
        yield from _numbered_lines(node, start, level)
        return
    items: list[Node] = []
    for part in _parts(node):
        if kind_of(part[0]) not in _LISTS:
            said = _section(_lines(part, level + 1))
            items += [said] if said["elements"] else []
            continue
        yield from _list_element(ordered, indent, items)
        items = []
        yield from _list(part[0], indent + 1, level + 1)
    yield from _list_element(ordered, indent, items)


def _numbered_lines(node: Node, start: int, level: int) -> Iterator[Node]:
    """An item, and below it the lists in it."""
    for number, item in enumerate(children(node), start):
        for place, part in enumerate(_parts({**node, "content": [item]})):
            if kind_of(part[0]) in _LISTS:
                yield from _list(part[0], 0, level + 1)
            else:
                yield numbered([_lines(part, level + 1)], number) if place == 0 else _section(_lines(part, level + 1))


def _parts(node: Node) -> Iterator[list[Node]]:
    """In their order: what an item says, and each list in it. What comes behind a list is an item of its own."""
    for item in children(node):
        # A task list holds its nested lists beside its tasks, and its tasks hold text without a paragraph.
        held = [item] if kind_of(item) in _LISTS else children(item)
        for is_list, run in groupby(held, lambda child: kind_of(child) in _LISTS):
            part = list(run)
            yield from [[each] for each in part] if is_list else [part]


def _list_element(ordered: bool, indent: int, items: list[Node]) -> Iterator[Node]:
    if items:
        made: Node = {"type": "rich_text_list", "style": "ordered" if ordered else "bullet"}
        made |= {"indent": min(indent, _DEEPEST), "elements": items}
        yield made


def _lines(nodes: list[Node], level: int) -> list[Node]:
    """Blocks where Slack takes only leaves: each begins a paragraph; items of a list have a dot."""
    found: list[Node] = []
    for block in _blocks(nodes, level):
        items = block["elements"] if block["type"] == "rich_text_list" else [block]
        for item in items:
            leaves = [_text("• "), *item["elements"]] if block["type"] == "rich_text_list" else item["elements"]
            if item["elements"]:
                found += [_text("\n\n"), *leaves] if found else leaves
    if not found and any(map(kind_of, nodes)):
        return _inline([node for node in nodes if kind_of(node) in _INLINE])
    return found


def _row(node: Node, level: int) -> list[Node]:
    found: list[Node] = []
    for number, cell in enumerate(children(node)):
        found += [_text(" | ")] if number else []
        found += _lines(children(cell), level + 1)
    return found


def _section(leaves: list[Node]) -> Node:
    return {"type": "rich_text_section", "elements": _texts(leaves)}


def _joined(elements: list[Node]) -> list[Node]:
    """Paragraphs that follow each other stand in one section, with a blank line between them, as when they are typed."""
    found: list[Node] = []
    for element in elements:
        if not element["elements"]:
            continue
        if found and element["type"] == found[-1]["type"] == "rich_text_section":
            found[-1]["elements"] += [_text("\n\n"), *element["elements"]]
        else:
            found.append(element)
    return found


def _inline(nodes: list[Node], bold: bool = False) -> list[Node]:
    return [_leaf(node, bold) for node in nodes]


def _leaf(node: Node, bold: bool) -> Node:
    words = own_words(node) if kind_of(node) in LEAVES else _all_words(node)
    marks = node.get("marks")
    known = [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
    style = {_STYLES[kind_of(mark)]: True for mark in known if kind_of(mark) in _STYLES}
    style |= {"bold": True} if bold else {}
    links = [attrs(mark).get("href") for mark in known if kind_of(mark) == "link"]
    url = address_of(node) if kind_of(node) in _CARDS else next(iter(links), None)
    if words and isinstance(url, str) and url.startswith(("http://", "https://", "mailto:")):
        return {"type": "link", "url": url, "text": words, **({"style": style} if style else {})}
    return _text(words, style)


def _all_words(node: Node) -> str:
    return "".join([own_words(node), *(own_words(child) for child in children(node))])


def _text(words: str, style: dict[str, bool] | None = None) -> Node:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def _texts(leaves: list[Node]) -> list[Node]:
    """Slack takes no empty text."""
    return [leaf for leaf in leaves if leaf.get("text") or leaf.get("url")]
