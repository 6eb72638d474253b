"""Lists in a cell: an item holds lines, lists and code, and nothing in it can be ticked.

A real task would stand in Confluence's task reports and be ticked without effect in Jira (facts: confluence_adf.md §3.3,
trap 14). Lists deeper than `DEEPEST_LIST` go on in the list around them (§2.3).
"""

from __future__ import annotations

from app.adf.nodes import Node, attrs, children, kind_of
from app.adf.storage_markup import Tags, pair, pieces
from app.adf.storage_writer import EMPTY, PARAGRAPH, Place, Writer

DEEPEST_LIST = 10
LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
TICKED = frozenset({"taskItem", "blockTaskItem", "decisionItem"})
#: What HTML can count to.
_LAST_NUMBER = 2**31 - 1


_BULLETS, _NUMBERS, _ITEM, _NUMBERS_FROM = pair("bullets"), pair("numbers"), pair("item"), pieces("numbers_from")


def bullets(writer: Writer, node: Node) -> None:
    _list(writer, node, _BULLETS)


def numbers(writer: Writer, node: Node) -> None:
    start = attrs(node).get("order")
    if isinstance(start, int) and 1 < start <= _LAST_NUMBER:
        _list(writer, node, (f"{_NUMBERS_FROM[0]}{start:d}{_NUMBERS_FROM[1]}", _NUMBERS_FROM[2]))
    else:
        _list(writer, node, _NUMBERS)


def _list(writer: Writer, node: Node, around: Tags) -> None:
    items = children(node)
    if not items:
        return
    place, writer.place = writer.place, Place.ITEM
    if writer.lists < DEEPEST_LIST:
        _fill(writer)  # an item that begins with a list has no line to write into
        writer.lists += 1
        writer.out += (around[0], _ITEM[0])
        _items(writer, items)
        writer.out += (_ITEM[1], around[1])
        writer.lists -= 1
    else:
        if writer.out[-1] is not _ITEM[0]:
            writer.out += (_ITEM[1], _ITEM[0])
        _items(writer, items)
    writer.place = place


def _items(writer: Writer, items: list[Node]) -> None:
    """Between the first item's begin and the last one's end, which the caller writes."""
    for number, item in enumerate(items):
        kind = kind_of(item)
        # Some write a list within a list straight into it: it belongs to the item above.
        if number and kind not in LISTS and writer.out[-1] is not _ITEM[0]:
            writer.out += (_ITEM[1], _ITEM[0])
        if kind == "listItem":
            writer.blocks(item.get("content"))
        elif kind in TICKED:
            ticked(writer, item)
        else:
            writer.blocks([item])
        _fill(writer)


def _fill(writer: Writer) -> None:
    if writer.out[-1] is _ITEM[0]:
        writer.out.append(EMPTY)


def box(node: Node) -> str:
    """What stands before the words of a task or a decision, as far as it has come."""
    state = attrs(node).get("state")
    if kind_of(node) == "decisionItem":
        return "\N{HEAVY CHECK MARK} " if state == "DECIDED" else "\N{WHITE DIAMOND} "
    return "\N{BALLOT BOX WITH CHECK} " if state == "DONE" else "\N{BALLOT BOX} "


def ticked(writer: Writer, node: Node) -> None:
    """The box and the words beside it; a task may hold paragraphs instead of words."""
    words, start = children(node), len(writer.out)
    below: list[Node] = []
    if words and kind_of(words[0]) == "paragraph":
        words, below = children(words[0]), words[1:]
    writer.out += (PARAGRAPH[0], box(node))
    writer.inline(words, PARAGRAPH)
    writer.close(start, PARAGRAPH)
    writer.blocks(below)
